//! The closed lists of the contract, written out by hand: a code, a bit or a national code that changes fails here.

use crate::support::codes::sorted_codes;
use std::collections::HashSet;
use std::fmt::Debug;

use proptest::prelude::*;
use quotidien::domain::language::Language;
use quotidien::domain::nomenclature::{
    Absence, AgeGroup, Autonomy, ClosedList, CodeSet, Equipment, FollowUp, Gender, Kind, Level, Masked, Principle,
    Redirection, Setting, Situation, Theme,
};

/// Checks a list against its codes in the contract's order, and the laws of every list.
fn assert_list<T: ClosedList + Debug>(name: &str, codes: &[&str]) {
    assert_eq!(T::NAME, name);
    let listed: Vec<&str> = T::ALL.iter().map(|value| value.code()).collect();
    assert_eq!(listed, codes, "{name}");
    let unique: HashSet<&str> = listed.iter().copied().collect();
    assert_eq!(unique.len(), listed.len(), "{name}: a code stands twice");
    for value in T::ALL {
        assert_eq!(T::from_code(value.code()), Some(*value));
    }
    for other in ["", "undisclosed", "WORKSHOP", " other", "Other"] {
        assert_eq!(T::from_code(other), None, "{name}: {other:?}");
    }
    for language in [Language::French, Language::English] {
        let labels: HashSet<&str> = T::ALL.iter().map(|value| value.label(language)).collect();
        assert_eq!(labels.len(), T::ALL.len(), "{name}: a label stands twice");
        let sound =
            |label: &&str| !label.is_empty() && label.trim() == *label && label.chars().all(|c| !c.is_control());
        assert!(labels.iter().all(sound), "{name}: {labels:?}");
    }
}

/// Checks a list's national codes: La Coop's, then those of Espace Coop.
fn assert_national<T: ClosedList>(expected: &[(&str, Option<&str>, Option<&str>)]) {
    let listed: Vec<_> = T::ALL
        .iter()
        .map(|value| (value.code(), value.entry().la_coop, value.entry().espace_coop))
        .collect();
    assert_eq!(listed, expected);
}

/// Checks that a list gives each code the bit that stands for the code in stored masks.
fn assert_bits<T: Masked>(codes_by_bit: &[&str]) {
    assert_eq!(T::ALL.len(), codes_by_bit.len());
    for (bit, code) in codes_by_bit.iter().enumerate() {
        let value = T::from_code(code).unwrap_or_else(|| panic!("no code {code}"));
        assert_eq!(value.bit() as usize, bit, "{code}");
        assert!(value.bit() < 63, "{code}: the mask is a signed 64-bit number");
    }
}

const THEMES: [&str; 35] = [
    "digital_assessment",
    "equipment",
    "equipment_maintenance",
    "smartphone",
    "internet",
    "email",
    "communication",
    "social_media",
    "office_tools",
    "digital_content",
    "health",
    "banking_and_shopping",
    "budget",
    "entrepreneurship",
    "employment",
    "security",
    "fraud_and_harassment",
    "parenting",
    "schooling",
    "creation",
    "digital_culture",
    "artificial_intelligence",
    "administrative_procedures",
    "other",
    "procedure_identity_elections",
    "procedure_family_school",
    "procedure_social_health",
    "procedure_work_training",
    "procedure_housing",
    "procedure_transport",
    "procedure_money_taxes",
    "procedure_justice",
    "procedure_foreigners_europe",
    "procedure_leisure_culture",
    "procedure_associations",
];

const REDIRECTIONS: [&str; 25] = [
    "ants",
    "social_worker",
    "caf",
    "carsat",
    "ccas",
    "cpam",
    "dgfip",
    "france_services",
    "town_hall",
    "library",
    "mission_locale",
    "france_travail",
    "prefecture",
    "sub_prefecture",
    "police",
    "gendarmerie",
    "it_retailer",
    "third_place",
    "digital_advisor",
    "public_operator",
    "administration",
    "social_support",
    "job_support",
    "digital_mediation",
    "other",
];

/// The redirections by their bits: the five families came last.
const REDIRECTIONS_BY_BIT: [&str; 25] = [
    "ants",
    "social_worker",
    "caf",
    "carsat",
    "ccas",
    "cpam",
    "dgfip",
    "france_services",
    "town_hall",
    "library",
    "mission_locale",
    "france_travail",
    "prefecture",
    "sub_prefecture",
    "police",
    "gendarmerie",
    "it_retailer",
    "third_place",
    "digital_advisor",
    "other",
    "public_operator",
    "administration",
    "social_support",
    "job_support",
    "digital_mediation",
];

#[test]
fn what_advisors_do_has_the_codes_of_the_contract() {
    assert_list::<Kind>("kind", &["workshop", "individual", "one_off"]);
    assert_list::<Setting>(
        "setting",
        &[
            "advisor_site",
            "partner_site",
            "mobile_office",
            "public_space",
            "home",
            "remote",
        ],
    );
    assert_list::<Principle>("principle", &["support_existing", "complement_offer", "reach_out"]);
    assert_list::<Absence>("absence", &["leave", "training", "other"]);
}

#[test]
fn the_people_helped_have_the_codes_of_the_contract() {
    assert_list::<AgeGroup>(
        "age_groups",
        &["under_12", "12_17", "18_24", "25_39", "40_59", "60_69", "70_plus"],
    );
    assert_list::<Gender>("genders", &["female", "male"]);
    assert_list::<Situation>("situations", &["in_school", "unemployed", "employed", "retired"]);
    assert_list::<FollowUp>("follow_ups", &["individual", "workshop", "redirected"]);
}

#[test]
fn themes_and_redirections_have_the_codes_of_the_contract() {
    assert_list::<Theme>("themes", &THEMES);
    assert_list::<Redirection>("redirected_to", &REDIRECTIONS);
}

#[test]
fn equipment_autonomy_and_level_have_their_codes_and_share_a_mask() {
    let la_coop = |code, national| (code, Some(national), None);
    assert_national::<Equipment>(&[
        la_coop("computer", "ordinateur"),
        la_coop("phone", "telephone"),
        la_coop("tablet", "tablette"),
        la_coop("other", "autre"),
        la_coop("none", "aucun"),
    ]);
    assert_national::<Autonomy>(&[
        la_coop("fully_accompanied", "entierement_accompagne"),
        la_coop("partly_autonomous", "partiellement_autonome"),
        la_coop("autonomous", "autonome"),
    ]);
    assert_national::<Level>(&[
        la_coop("beginner", "debutant"),
        la_coop("intermediate", "intermediaire"),
        la_coop("advanced", "avance"),
    ]);
    assert!(Equipment::ALL.iter().map(|value| value.bit()).eq(0..5));
    assert!(Autonomy::ALL.iter().map(|value| value.bit()).eq(16..19));
    assert!(Level::ALL.iter().map(|value| value.bit()).eq(24..27));
    assert_list::<Autonomy>("autonomy", &["fully_accompanied", "partly_autonomous", "autonomous"]);
    assert_list::<Level>("level", &["beginner", "intermediate", "advanced"]);
}

#[test]
fn a_bit_once_given_is_never_given_to_another_code() {
    assert_bits::<Theme>(&THEMES);
    assert_bits::<Redirection>(&REDIRECTIONS_BY_BIT);
}

#[test]
fn kinds_and_settings_have_their_national_codes() {
    assert_national::<Kind>(&[
        ("workshop", Some("collectif"), Some("collectif")),
        ("individual", Some("individuel"), Some("individuel")),
        ("one_off", None, Some("ponctuel")),
    ]);
    assert_national::<Setting>(&[
        ("advisor_site", Some("lieu_activite"), Some("rattachement")),
        ("partner_site", None, None),
        ("mobile_office", None, None),
        ("public_space", None, Some("autre lieu")),
        ("home", Some("domicile"), Some("domicile")),
        ("remote", Some("a_distance"), Some("distance")),
    ]);
}

#[test]
fn themes_have_their_national_codes() {
    let both = |theme, code| (theme, Some(code), Some(code));
    let later = |theme, code| (theme, Some(code), None);
    let differing = |theme, la_coop, espace_coop| (theme, Some(la_coop), Some(espace_coop));
    let older = |theme, code| (theme, None, Some(code));
    assert_national::<Theme>(&[
        differing("digital_assessment", "diagnostic_numerique", "diagnostic"),
        differing("equipment", "prendre_en_main_du_materiel", "equipement informatique"),
        later("equipment_maintenance", "maintenance_de_materiel"),
        older("smartphone", "smartphone"),
        differing("internet", "navigation_sur_internet", "internet"),
        differing("email", "email", "courriel"),
        older("communication", "echanger"),
        later("social_media", "reseaux_sociaux"),
        differing("office_tools", "bureautique", "traitement texte"),
        differing("digital_content", "gere_ses_contenus_numeriques", "contenus numeriques"),
        both("health", "sante"),
        later("banking_and_shopping", "banque_et_achats_en_ligne"),
        older("budget", "budget"),
        differing("entrepreneurship", "entrepreneuriat", "tpe/pme"),
        differing("employment", "insertion_professionnelle", "trouver emploi"),
        differing("security", "securite_numerique", "securite"),
        older("fraud_and_harassment", "fraude et harcelement"),
        differing("parenting", "parentalite", "accompagner enfant"),
        differing("schooling", "scolarite_et_numerique", "scolaire"),
        later("creation", "creer_avec_le_numerique"),
        differing("digital_culture", "culture_numerique", "vocabulaire"),
        later("artificial_intelligence", "intelligence_artificielle"),
        differing(
            "administrative_procedures",
            "aide_aux_demarches_administratives",
            "demarche en ligne",
        ),
        older("other", "autre"),
        later("procedure_identity_elections", "papiers_elections_citoyennete"),
        later("procedure_family_school", "famille_scolarite"),
        later("procedure_social_health", "social_sante"),
        later("procedure_work_training", "travail_formation"),
        later("procedure_housing", "logement"),
        later("procedure_transport", "transports_mobilite"),
        later("procedure_money_taxes", "argent_impots"),
        later("procedure_justice", "justice"),
        later("procedure_foreigners_europe", "etrangers_europe"),
        later("procedure_leisure_culture", "loisirs_sports_culture"),
        later("procedure_associations", "associations"),
    ]);
}

#[test]
fn the_people_helped_have_their_national_codes() {
    let la_coop = |group, code| (group, Some(code), None);
    assert_national::<AgeGroup>(&[
        la_coop("under_12", "moins_de_douze"),
        la_coop("12_17", "douze_dix_huit"),
        la_coop("18_24", "dix_huit_vingt_quatre"),
        la_coop("25_39", "vingt_cinq_trente_neuf"),
        la_coop("40_59", "quarante_cinquante_neuf"),
        la_coop("60_69", "soixante_soixante_neuf"),
        la_coop("70_plus", "soixante_dix_plus"),
    ]);
    assert_national::<Gender>(&[la_coop("female", "feminin"), la_coop("male", "masculin")]);
    assert_national::<Situation>(&[
        ("in_school", Some("scolarise"), Some("etudiant")),
        ("unemployed", Some("sans_emploi"), Some("sansEmploi")),
        ("employed", Some("en_emploi"), Some("enEmploi")),
        ("retired", Some("retraite"), Some("retraite")),
    ]);
    assert_national::<FollowUp>(&[
        ("individual", None, Some("individuel")),
        ("workshop", None, Some("atelier")),
        ("redirected", None, Some("redirection")),
    ]);
}

/// The codes under which La Coop takes each value of a list.
fn towards<T: ClosedList>() -> Vec<(&'static str, String)> {
    let codes = |value: &T| (value.code(), value.entry().towards_la_coop().join(" "));
    T::ALL.iter().map(codes).collect()
}

#[test]
fn la_coop_takes_what_means_the_same_and_what_it_has_a_wider_code_for() {
    let wider = |code: &str| {
        let found = towards::<Theme>().into_iter().find(|(theme, _)| *theme == code);
        found.unwrap().1
    };
    assert_eq!(wider("email"), "email");
    assert_eq!(wider("smartphone"), "prendre_en_main_du_materiel");
    assert_eq!(wider("communication"), "reseaux_sociaux");
    assert_eq!(wider("budget"), "banque_et_achats_en_ligne");
    assert_eq!(wider("fraud_and_harassment"), "securite_numerique");
    assert_eq!(wider("other"), "");
    for theme in Theme::ALL.iter().filter(|theme| theme.code().starts_with("procedure_")) {
        let entry = theme.entry();
        let procedure = ["aide_aux_demarches_administratives", entry.la_coop.unwrap()];
        assert_eq!(entry.towards_la_coop(), procedure);
    }
    let alone = Theme::ALL.iter().filter(|theme| theme.entry().wider.is_empty());
    assert_eq!(alone.count(), 20, "19 mean the same, and other is taken by none");
    let kinds = [
        ("workshop", "collectif"),
        ("individual", "individuel"),
        ("one_off", "individuel"),
    ];
    assert_eq!(towards::<Kind>(), kinds.map(|(code, theirs)| (code, theirs.to_owned())));
    let settings = ["lieu_activite", "autre", "autre", "autre", "domicile", "a_distance"];
    assert!(towards::<Setting>().iter().map(|(_, code)| code).eq(&settings));
}

#[test]
fn each_of_the_seven_families_of_la_coop_is_a_redirection_of_ours() {
    let equal = |value: &Redirection| value.entry().la_coop.map(|family| (value.code(), family));
    let families: Vec<_> = Redirection::ALL.iter().filter_map(equal).collect();
    let expected = [
        ("france_services", "aide_aux_demarches_administratives"),
        ("public_operator", "operateur_ou_organisme_en_charge"),
        ("administration", "administration"),
        ("social_support", "aide_sociale"),
        ("job_support", "insertion_professionnelle"),
        ("digital_mediation", "mediation_numerique"),
        ("other", "autre"),
    ];
    assert_eq!(families, expected);
    for (code, taken) in towards::<Redirection>() {
        assert!(expected.iter().any(|(_, family)| *family == taken), "{code}: {taken}");
    }
}

#[test]
fn a_mask_with_a_bit_of_no_code_is_refused() {
    assert_eq!(CodeSet::<Theme>::from_mask(1 << 35), None);
    assert_eq!(CodeSet::<Redirection>::from_mask(1 << 25), None);
    assert_eq!(CodeSet::<Theme>::from_mask(-1), None);
    assert_eq!(CodeSet::<Theme>::from_mask(0), Some(CodeSet::EMPTY));
}

#[test]
fn a_stored_bit_of_no_code_is_left_out() {
    assert_eq!(CodeSet::<Theme>::stored(1 << 35 | 1 << 5).sorted(), [Theme::Email]);
    assert_eq!(CodeSet::<Redirection>::stored(1 << 25), CodeSet::EMPTY);
}

#[test]
fn a_set_of_codes_is_stored_as_the_mask_of_their_bits() {
    let mut set = CodeSet::EMPTY;
    assert!(set.is_empty());
    assert!(set.insert(Theme::Internet));
    assert!(set.insert(Theme::Email));
    assert!(!set.insert(Theme::Email), "it is in already");
    assert_eq!((set.mask(), set.len(), set.is_empty()), (0b11_0000, 2, false));
}

#[test]
fn codes_go_out_sorted_by_code() {
    let mut set = CodeSet::EMPTY;
    for theme in [Theme::Other, Theme::Internet, Theme::Email, Theme::DigitalAssessment] {
        set.insert(theme);
    }
    assert_eq!(sorted_codes(set), ["digital_assessment", "email", "internet", "other"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_mask_of_known_bits_is_the_set_that_it_was_made_of(mask in 0..1_i64 << 35) {
        let set = CodeSet::<Theme>::from_mask(mask).unwrap();
        let mut again = CodeSet::EMPTY;
        for theme in set.iter() {
            prop_assert!(again.insert(theme));
        }
        prop_assert_eq!(again.mask(), mask);
        prop_assert_eq!(sorted_codes(set).len(), set.len() as usize);
    }
}
