//! Addresses, names and activity periods.

use chrono::NaiveDate;
use quotidien::domain::account::{ActivityPeriod, Email, PersonName, Role};
use quotidien::domain::field_error::FieldCode;
use quotidien::domain::organisation::MonthStatus;

use crate::support::faults;

fn address(text: &str) -> Result<String, &'static str> {
    Email::parse(text)
        .map(|email| email.to_string())
        .map_err(FieldCode::code)
}

fn name(text: &str) -> Result<String, Vec<String>> {
    PersonName::parse(text)
        .map(|name| name.as_str().to_owned())
        .map_err(|errors| faults::lines(&errors))
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

#[test]
fn an_address_is_the_same_in_any_case() {
    assert_eq!(
        address("Jeanne.Dubois@LeMans.FR"),
        Ok("jeanne.dubois@lemans.fr".to_owned())
    );
    assert_eq!(address("ÉLODIE@lemans.fr"), Ok("élodie@lemans.fr".to_owned()));
    assert_eq!(address("  a@b \n"), Ok("a@b".to_owned()));
}

#[test]
fn an_address_has_one_at_sign_with_text_on_both_sides() {
    for text in [
        "",
        "   ",
        "@",
        "a@",
        "@b",
        "ab",
        "a@@b",
        "a@b@c",
        "a b@c",
        "a@b c",
        "a@b\tc",
        "a\u{0}@b",
        "a@b\u{a0}c",
    ] {
        assert_eq!(address(text), Err("invalid_email"), "{text:?}");
    }
}

#[test]
fn an_address_has_at_most_254_characters() {
    let local = "a".repeat(250);
    assert_eq!(address(&format!("{local}@b.c")), Ok(format!("{local}@b.c")));
    assert_eq!(address(&format!("{local}@b.cd")), Err("invalid_email"));
}

#[test]
fn a_name_is_kept_in_its_normal_form() {
    assert_eq!(name("  E\u{301}lodie Martin "), Ok("Élodie Martin".to_owned()));
}

#[test]
fn a_name_has_1_to_200_characters() {
    assert_eq!(name(&"é".repeat(200)), Ok("é".repeat(200)));
    assert_eq!(name(&"é".repeat(201)), Err(vec!["/name too_long".to_owned()]));
    assert_eq!(name(" \n "), Err(vec!["/name too_short".to_owned()]));
}

#[test]
fn a_name_without_control_characters_is_asked_for() {
    assert_eq!(name("Jeanne\tDubois"), Err(vec!["/name control_character".to_owned()]));
}

#[test]
fn an_activity_period_holds_both_its_ends() {
    let period = ActivityPeriod {
        starts_on: day("2022-05-02"),
        ends_on: Some(day("2022-07-29")),
    };
    let held =
        ["2022-05-01", "2022-05-02", "2022-06-15", "2022-07-29", "2022-07-30"].map(|text| period.holds(day(text)));
    assert_eq!(held, [false, true, true, true, false]);
}

#[test]
fn an_activity_period_without_end_goes_on() {
    let period = ActivityPeriod {
        starts_on: day("2022-05-02"),
        ends_on: None,
    };
    let held = ["2022-05-01", "2022-05-02", "9999-12-31"].map(|text| period.holds(day(text)));
    assert_eq!(held, [false, true, true]);
}

#[test]
fn roles_and_states_of_months_are_read_by_their_codes() {
    assert_eq!(Role::from_code("advisor"), Some(Role::Advisor));
    assert_eq!(Role::from_code("coordinator"), Some(Role::Coordinator));
    assert_eq!(Role::from_code("Advisor"), None);
    for (code, status) in [
        ("open", MonthStatus::Open),
        ("closed", MonthStatus::Closed),
        ("reopened", MonthStatus::Reopened),
    ] {
        assert_eq!(MonthStatus::from_code(code), Some(status));
        assert_eq!(status.code(), code);
    }
    assert_eq!(MonthStatus::from_code("shut"), None);
    assert_eq!(MonthStatus::default(), MonthStatus::Open);
}
