//! Identifiers have one spelling.

use quotidien::domain::identifiers::{AccountId, AdvisorId, InterventionId};

const UUID: &str = "0198f3c2-7c1e-7d2a-8f00-0123456789ab";

#[test]
fn an_identifier_shows_in_lower_case_with_hyphens() {
    for text in [UUID, &UUID.to_uppercase()] {
        let id: InterventionId = text.parse().expect("an identifier");
        assert_eq!(id.to_string(), UUID);
    }
}

#[test]
fn an_identifier_is_refused_in_any_other_spelling() {
    let bare = UUID.replace('-', "");
    for text in [
        "",
        "42",
        &bare,
        &format!("{bare}----"),
        &format!("{{{UUID}}}"),
        &format!("urn:uuid:{UUID}"),
        &format!(" {}", &UUID[..35]),
        &format!("{UUID} "),
        &UUID.replace('a', "g"),
        &UUID.replace('-', "_"),
        &format!("é{}", &UUID[2..]),
    ] {
        assert!(text.parse::<InterventionId>().is_err(), "{text}");
    }
}

#[test]
fn new_identifiers_sort_by_the_time_of_their_making() {
    let first = InterventionId::new();
    let second = InterventionId::new();
    assert_eq!(first.uuid().get_version_num(), 7);
    assert!(first < second);
}

#[test]
fn an_advisor_has_the_identifier_of_their_account() {
    let account = AccountId::new();
    let advisor = AdvisorId::from(account);
    assert_eq!(advisor.to_string(), account.to_string());
    assert_eq!(AccountId::from(advisor), account);
}
