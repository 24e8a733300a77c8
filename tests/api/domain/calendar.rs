//! Days and months: strict texts, periods, and what "today" is where the organisation is.

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};
use chrono_tz::{Europe, Indian, Tz};
use proptest::prelude::*;
use quotidien::domain::calendar::{Month, Months, ReportDate, to_microsecond, today_in};
use quotidien::domain::field_error::FieldCode;
use quotidien::domain::time_text::{push_day, push_instant, rfc_3339};

use crate::support::annex::{month, months};

fn day(text: &str) -> NaiveDate {
    date(text).date()
}

fn date(text: &str) -> ReportDate {
    text.parse()
        .unwrap_or_else(|fault| panic!("{text} is refused: {fault:?}"))
}

fn instant(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect("an instant").to_utc()
}

fn fault(date_: &str, today: &str, absence: bool) -> Option<&'static str> {
    date(date_).fault(day(today), absence).map(FieldCode::code)
}

#[test]
fn a_month_reads_and_shows_as_year_and_month() {
    for (text, year, number) in [("2022-05", 2022, 5), ("0001-01", 1, 1), ("9999-12", 9999, 12)] {
        let month = month(text);
        assert_eq!(
            (month.year(), month.number(), month.to_string()),
            (year, number, text.to_owned())
        );
    }
}

#[test]
fn a_month_is_refused_in_any_other_spelling() {
    for text in [
        "",
        "2022",
        "2022-00",
        "2022-13",
        "2022-5",
        "2022-005",
        "22-05",
        "02022-05",
        "2022-05-",
        "-2022-05",
        "2022-05-01",
        "2022/05",
        "202205",
        " 2022-05",
        "2022-05 ",
        "2022-+5",
        "+022-05",
        "2022- 5",
        "2022-0५",
        "0000-01",
        "mai 2022",
    ] {
        let fault = text.parse::<Month>().expect_err(text);
        assert_eq!(fault.code(), "invalid_month", "{text}");
    }
}

#[test]
fn months_exist_from_year_1_to_year_9999() {
    for (year, number) in [(0, 1), (10_000, 1), (-1, 5), (2022, 0), (2022, 13)] {
        assert_eq!(Month::new(year, number), None, "{year}-{number}");
    }
    assert_eq!(Month::new(2022, 12), Some(month("2022-12")));
    assert_eq!(Month::FIRST, month("2020-01"));
}

#[test]
fn december_is_followed_by_january() {
    assert_eq!(month("2022-12").next(), month("2023-01"));
    assert_eq!(month("2022-01").next(), month("2022-02"));
}

#[test]
fn a_day_reads_and_shows_as_year_month_and_day() {
    for text in ["2022-05-03", "2020-01-01", "2022-12-31", "0001-01-01", "9999-12-31"] {
        assert_eq!(date(text).to_string(), text);
    }
}

#[test]
fn the_29th_of_february_exists_in_leap_years_alone() {
    for leap in ["2020-02-29", "2024-02-29", "2000-02-29"] {
        assert_eq!(date(leap).to_string(), leap);
    }
    for common in ["2021-02-29", "2023-02-29", "2100-02-29", "1900-02-29"] {
        assert_eq!(
            common.parse::<ReportDate>().expect_err(common).code(),
            "invalid_date",
            "{common}"
        );
    }
}

#[test]
fn a_day_is_refused_in_any_other_spelling() {
    for text in [
        "",
        "2022-05",
        "2022-05-00",
        "2022-05-32",
        "2022-04-31",
        "2022-13-01",
        "2022-00-01",
        "2022-5-3",
        "22-05-03",
        "02022-05-03",
        "+2022-05-03",
        "-2022-05-03",
        "2022-05-+3",
        "2022-05- 3",
        " 2022-05-03",
        "2022-05-03\n",
        "2022-05-03T00:00:00Z",
        "2022/05/03",
        "20220503",
        "03-05-2022",
        "2022-05-0३",
        "0000-01-01",
    ] {
        let fault = text.parse::<ReportDate>().expect_err(text);
        assert_eq!(fault.code(), "invalid_date", "{text:?}");
    }
}

#[test]
fn a_day_falls_in_its_month() {
    assert_eq!(date("2022-05-31").month(), month("2022-05"));
    assert_eq!(date("2022-06-01").month(), month("2022-06"));
}

#[test]
fn a_period_has_both_its_ends() {
    let summer = months("2022-05", "2022-07");
    assert_eq!((summer.from(), summer.to()), (month("2022-05"), month("2022-07")));
    let listed: Vec<String> = summer.iter().map(|month| month.to_string()).collect();
    assert_eq!(listed, ["2022-05", "2022-06", "2022-07"]);
    assert_eq!(summer.count(), 3);
}

#[test]
fn a_period_may_be_one_month_and_never_ends_before_it_begins() {
    assert_eq!(months("2022-05", "2022-05").count(), 1);
    assert_eq!(Months::new(month("2022-06"), month("2022-05")), None);
}

#[test]
fn a_period_spans_years() {
    let winter = months("2021-11", "2023-02");
    assert_eq!(winter.count(), 16);
    assert_eq!(winter.iter().count(), 16);
    assert_eq!(months("2020-01", "2029-12").count(), Months::MOST);
}

#[test]
fn the_last_month_there_is_ends_a_period() {
    assert_eq!(months("9999-11", "9999-12").iter().count(), 2);
}

#[test]
fn reports_begin_on_the_first_of_january_2020() {
    assert_eq!(fault("2020-01-01", "2022-05-03", false), None);
    assert_eq!(fault("2019-12-31", "2022-05-03", false), Some("too_early"));
    assert_eq!(fault("2019-12-31", "2022-05-03", true), Some("too_early"));
}

#[test]
fn a_report_is_taken_until_today() {
    assert_eq!(fault("2022-05-03", "2022-05-03", false), None);
    assert_eq!(fault("2022-05-04", "2022-05-03", false), Some("in_the_future"));
}

#[test]
fn an_absence_is_taken_up_to_366_days_ahead() {
    for (today, last, after) in [
        ("2022-05-03", "2023-05-04", "2023-05-05"),
        ("2023-03-01", "2024-03-01", "2024-03-02"),
        ("2024-02-29", "2025-03-01", "2025-03-02"),
    ] {
        assert_eq!(fault(last, today, true), None, "{last}");
        assert_eq!(fault(after, today, true), Some("in_the_future"), "{after}");
        assert_eq!(fault(last, today, false), Some("in_the_future"), "{last}");
    }
}

/// Asserts that in this time zone the last second still belongs to `today`, and the next second to `tomorrow`.
fn assert_midnight(zone: Tz, last_second: &str, today: &str, tomorrow: &str) {
    let last = instant(last_second);
    assert_eq!(today_in(zone, last), day(today), "{last_second}");
    assert_eq!(
        today_in(zone, last + chrono::TimeDelta::seconds(1)),
        day(tomorrow),
        "after {last_second}"
    );
}

#[test]
fn the_day_turns_at_midnight_in_paris() {
    assert_midnight(Europe::Paris, "2022-05-03T21:59:59Z", "2022-05-03", "2022-05-04");
    assert_midnight(Europe::Paris, "2022-12-31T22:59:59Z", "2022-12-31", "2023-01-01");
}

#[test]
fn the_day_turns_at_midnight_on_the_days_when_clocks_change() {
    // 27 March 2022 has 23 hours, 30 October 2022 has 25.
    assert_midnight(Europe::Paris, "2022-03-26T22:59:59Z", "2022-03-26", "2022-03-27");
    assert_midnight(Europe::Paris, "2022-03-27T21:59:59Z", "2022-03-27", "2022-03-28");
    assert_midnight(Europe::Paris, "2022-10-29T21:59:59Z", "2022-10-29", "2022-10-30");
    assert_midnight(Europe::Paris, "2022-10-30T22:59:59Z", "2022-10-30", "2022-10-31");
}

#[test]
fn the_day_turns_where_the_organisation_is() {
    assert_midnight(Indian::Reunion, "2022-05-03T19:59:59Z", "2022-05-03", "2022-05-04");
    assert_midnight(Tz::UTC, "2022-05-03T23:59:59Z", "2022-05-03", "2022-05-04");
}

#[test]
fn an_instant_is_cut_to_the_microsecond_never_rounded() {
    let cut = |text| to_microsecond(instant(text));
    assert_eq!(
        cut("2022-05-03T15:12:00.123456999Z"),
        instant("2022-05-03T15:12:00.123456Z")
    );
    assert_eq!(
        cut("1969-12-31T23:59:59.999999999Z"),
        instant("1969-12-31T23:59:59.999999Z")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_month_reads_as_it_shows(year in 1..=9999_i32, number in 1..=12_u32) {
        let month = Month::new(year, number).unwrap();
        prop_assert_eq!(month.to_string().parse(), Ok(month));
    }

    #[test]
    fn every_day_reads_as_it_shows(days in 0..3_650_000_i64) {
        let date = ReportDate::new(day("0001-01-01") + chrono::TimeDelta::days(days));
        prop_assert_eq!(date.to_string().parse(), Ok(date));
    }

    #[test]
    fn a_period_counts_the_months_that_it_lists(start in 0..2400_u32, length in 0..200_u32) {
        let nth = |n: u32| Month::new(1900 + i32::try_from(n / 12).unwrap(), n % 12 + 1).unwrap();
        let period = Months::new(nth(start), nth(start + length)).unwrap();
        prop_assert_eq!(period.count(), i64::from(length) + 1);
        let listed: Vec<Month> = period.iter().collect();
        let expected: Vec<Month> = (start..=start + length).map(nth).collect();
        prop_assert_eq!(listed, expected);
    }
}

/// Any instant that chrono has, with a fraction of none, three, six and nine digits, and a leap second.
fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
    let seconds = prop_oneof![
        NaiveDateTime::MIN.and_utc().timestamp()..=NaiveDateTime::MAX.and_utc().timestamp(),
        0_i64..4_102_444_800
    ];
    let finer = prop_oneof![Just(1_u32), Just(1000), Just(1_000_000), Just(1_000_000_000)];
    (seconds, finer, 0_u32..2_000_000_000).prop_filter_map("no instant", |(seconds, finer, nanoseconds)| {
        DateTime::from_timestamp(seconds, nanoseconds / finer * finer)
    })
}

proptest! {
    #[test]
    fn days_and_instants_are_written_as_chrono_shows_them(at in any_instant()) {
        let (mut day, mut instant) = (String::new(), String::new());
        push_day(&mut day, at.date_naive());
        push_instant(&mut instant, at.naive_utc(), ' ');
        prop_assert_eq!(day, at.date_naive().to_string());
        prop_assert_eq!(instant, at.naive_utc().to_string());
        prop_assert_eq!(rfc_3339(at), at.to_rfc3339_opts(SecondsFormat::AutoSi, true));
    }
}
