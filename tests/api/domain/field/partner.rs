//! What a partner may say.

use quotidien::domain::field::partner::{ContactDraft, PartnerDraft, PartnerKind};
use quotidien::domain::field_error::{FieldErrors, Place};
use quotidien::domain::nomenclature::ClosedList as _;

fn places(errors: &FieldErrors) -> Vec<(String, &'static str)> {
    let place = |error: &quotidien::domain::field_error::FieldError| match &error.place {
        Place::Body(pointer) => (pointer.clone(), error.code.code()),
        Place::Parameter(name) => panic!("{name} is no parameter here"),
    };
    errors.as_slice().iter().map(place).collect()
}

#[test]
fn the_kinds_of_partners_are_those_of_the_national_platform_and_ours() {
    let codes: Vec<&str> = PartnerKind::ALL.iter().map(|kind| kind.code()).collect();
    let expected = "commune epci department region state consular association company hub grouping own_service other";
    assert_eq!(codes.join(" "), expected);
}

#[test]
fn every_fault_of_a_partner_is_named_at_once() {
    let draft = PartnerDraft {
        name: " ".to_owned(),
        kind: "library".to_owned(),
        pivot: Some("24720013200015".to_owned()),
        commune_code: Some("7218".to_owned()),
        contacts: vec![
            ContactDraft::default(),
            ContactDraft {
                name: "Hélène Roy".to_owned(),
                function: Some("\u{7}".to_owned()),
                email: Some("nowhere".to_owned()),
                phone: Some("sept".to_owned()),
            },
        ],
    };
    let faults = draft.validate().unwrap_err();
    let expected = [
        ("/name", "too_short"),
        ("/kind", "unknown_code"),
        ("/pivot", "invalid_pivot"),
        ("/commune_code", "invalid_commune"),
        ("/contacts/0/name", "too_short"),
        ("/contacts/1/function", "control_character"),
        ("/contacts/1/email", "invalid_email"),
        ("/contacts/1/phone", "invalid_phone"),
    ];
    let mut found = places(&faults);
    let mut expected = expected.map(|(at, code)| (at.to_owned(), code)).to_vec();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn a_partner_has_twenty_contacts_at_most_and_of_a_longer_list_no_more_is_read() {
    let draft = PartnerDraft {
        name: "Commune".to_owned(),
        kind: "commune".to_owned(),
        contacts: vec![ContactDraft::default(); 21],
        ..PartnerDraft::default()
    };
    let faults = places(&draft.validate().unwrap_err());
    assert_eq!(faults.len(), 21);
    assert_eq!(faults[0], ("/contacts".to_owned(), "too_many"));
}

#[test]
fn what_is_empty_after_trimming_is_not_said() {
    let draft = PartnerDraft {
        name: " Maison de quartier ".to_owned(),
        kind: "association".to_owned(),
        pivot: Some(" ".to_owned()),
        commune_code: Some(String::new()),
        contacts: vec![ContactDraft {
            name: "Accueil".to_owned(),
            function: Some(" ".to_owned()),
            email: Some(String::new()),
            phone: Some(" ".to_owned()),
        }],
    };
    let partner = draft.validate().unwrap();
    assert_eq!(
        (partner.name.as_str(), partner.pivot, partner.commune_code),
        ("Maison de quartier", None, None)
    );
    let contact = &partner.contacts[0];
    assert_eq!(
        (&contact.function, &contact.email, &contact.phone),
        (&None, &None, &None)
    );
}
