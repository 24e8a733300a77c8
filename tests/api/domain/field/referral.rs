//! Referrals: words that tell who somebody is, and codes that do not.

use quotidien::domain::field::referral::{Referral, names_somebody};

#[test]
fn words_that_tell_where_somebody_lives_or_how_to_reach_them_are_known() {
    for text in [
        "Habite 12 rue des Acacias",
        "au 3 bis, avenue Bollée",
        "12bis rue du Port",
        "Tél. 02 43 47 47 47",
        "à joindre au 06.12.34.56.78 le soir",
        "+33 6 12 34 56 78",
        "0612345678",
        "06-12-34-56-78",
        "hélène.roy@exemple.fr",
        "bât. 4, 110 résidence des Sablons",
    ] {
        assert!(names_somebody(text), "{text}");
    }
}

#[test]
fn words_that_only_tell_what_is_needed_are_taken() {
    for text in [
        "Préfère les matins, avant 10 h",
        "Dossier CAF en cours, 2 enfants, 3 relances depuis le 12/10/2022 14 h 30",
        "Vient le 12 à 14 h 30 avec sa référente",
        "Rue barrée : passer par l’arrière",
        "Peur des écrans @ home",
        "4 rendez-vous, puis 1 atelier",
    ] {
        assert!(!names_somebody(text), "{text}");
    }
}

#[test]
fn codes_are_short_unlike_and_without_letters_that_are_taken_for_another() {
    let codes: std::collections::BTreeSet<String> = (0..1000).map(|_| Referral::new_code()).collect();
    assert!(codes.len() > 990);
    for code in codes {
        assert_eq!(code.len(), 6);
        assert!(
            !code.contains(['0', 'O', '1', 'I', 'L', '2', 'Z', '5', 'S', '8', 'B']),
            "{code}"
        );
    }
}
