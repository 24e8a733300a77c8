//! National numbers of structures, and telephone numbers.

use quotidien::domain::field::phone::Phone;
use quotidien::domain::field::pivot::Pivot;
use quotidien::domain::field_error::FieldCode;

#[test]
fn a_siret_obeys_luhn_and_one_of_la_poste_a_rule_of_its_own() {
    for sound in [
        "24720013200014",
        "247 200 132 00014",
        "35600000000048",
        "35600000049837",
    ] {
        let number: String = sound.chars().filter(|c| *c != ' ').collect();
        assert_eq!(Pivot::parse(sound).unwrap().as_str(), number);
    }
    let unsound = [
        "24720013200015",
        "35600000049836",
        "2472001320001",
        "247200132000140",
        "00000000000000",
        "247200132",
        "2472001320001A",
        "",
    ];
    for number in unsound {
        assert_eq!(Pivot::parse(number), Err(FieldCode::InvalidPivot), "{number}");
    }
}

#[test]
fn an_association_without_a_siret_has_an_rna() {
    for sound in ["W721000123", "w2A1000123", "W9R1000123"] {
        assert_eq!(Pivot::parse(sound).unwrap().as_str(), sound.to_uppercase());
    }
    for unsound in [
        "W72100012",
        "W7210001234",
        "X721000123",
        "W72A000123",
        "WA21000123",
        "W7é100012",
    ] {
        assert_eq!(Pivot::parse(unsound), Err(FieldCode::InvalidPivot), "{unsound}");
    }
}

#[test]
fn a_telephone_number_is_kept_in_its_international_form() {
    for (written, kept) in [
        ("02 43 47 47 47", "+33243474747"),
        ("02.43.47.47.47", "+33243474747"),
        ("+33 (0)2 43 47 47 47", "+33243474747"),
        ("0033243474747", "+33243474747"),
        ("0262 40 00 00", "+262262400000"),
        ("0696 12 34 56", "+596696123456"),
        ("+32 2 123 45 67", "+3221234567"),
        ("3949", "3949"),
    ] {
        assert_eq!(Phone::parse(written).unwrap().as_str(), kept, "{written}");
    }
    for unsound in [
        "",
        "02 43 47 47",
        "0043",
        "1234567890",
        "0243474747 / 0612345678",
        "+33 sept",
        "+0243474747",
        "39",
    ] {
        assert_eq!(Phone::parse(unsound), Err(FieldCode::InvalidPhone), "{unsound}");
    }
}
