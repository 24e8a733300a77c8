//! The rules of an intervention: the last value that each accepts, the first that it refuses, with code and pointer.

use std::collections::BTreeMap;

use proptest::prelude::*;
use quotidien::domain::field_error::{FieldCode, FieldErrors};
use quotidien::domain::identifiers::InterventionId;
use quotidien::domain::intervention::{CommuneCode, Counts, Follows, Intervention, InterventionDraft};
use quotidien::domain::nomenclature::{ClosedList, CodeSet, Gender, Kind, Principle, Redirection, Setting, Theme};

use crate::support::arbitrary::{intervention, intervention_draft};
use crate::support::codes::sorted_codes;
use crate::support::faults;

mod national;
mod people;

/// The shortest draft that obeys every rule.
pub(super) fn sound() -> InterventionDraft {
    InterventionDraft {
        kind: "workshop".to_owned(),
        participants: 9,
        duration_minutes: 90,
        setting: "partner_site".to_owned(),
        themes: texts(&["internet"]),
        ..InterventionDraft::default()
    }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn people<const N: usize>(groups: [(&str, i64); N]) -> BTreeMap<String, i64> {
    groups.map(|(group, people)| (group.to_owned(), people)).into()
}

type Validated = (Option<InterventionId>, Intervention);

fn validated(change: impl FnOnce(&mut InterventionDraft)) -> Result<Validated, Vec<String>> {
    let mut draft = sound();
    change(&mut draft);
    let mut errors = FieldErrors::new();
    let validated = draft.validate("", &mut errors);
    assert_eq!(validated.is_some(), errors.is_empty(), "a value or its faults");
    validated.ok_or_else(|| faults::lines(&errors))
}

/// The faults of the sound draft after a change; none when it is still sound.
fn refused(change: impl FnOnce(&mut InterventionDraft)) -> Vec<String> {
    validated(change).err().unwrap_or_default()
}

/// The intervention of the sound draft after a change.
pub(crate) fn accepted(change: impl FnOnce(&mut InterventionDraft)) -> Intervention {
    validated(change).expect("a sound draft").1
}

#[test]
fn what_is_left_out_has_its_default() {
    let intervention = accepted(|_| ());
    assert_eq!(intervention.kind, Kind::Workshop);
    assert_eq!(intervention.setting, Setting::PartnerSite);
    assert_eq!(intervention.recurring_participants, 0);
    assert_eq!(intervention.principle, None);
    assert_eq!(intervention.commune_code, None);
    assert_eq!(intervention.place_name, None);
    assert_eq!(intervention.genders.sum(), 0);
    assert!(intervention.redirected_to.is_empty());
    assert!(!intervention.referred_by_social_worker && !intervention.first_visit_accompanied);
}

#[test]
fn there_are_1_to_1000_participants() {
    for inside in [1, 1000] {
        assert_eq!(accepted(|draft| draft.participants = inside).participants, inside);
    }
    for outside in [0, -1, 1001, i64::MAX, i64::MIN] {
        let found = refused(|draft| draft.participants = outside);
        assert_eq!(found, ["/participants out_of_range"], "{outside}");
    }
}

#[test]
fn an_intervention_lasts_1_to_1440_minutes() {
    for inside in [1, 1440] {
        assert_eq!(
            accepted(|draft| draft.duration_minutes = inside).duration_minutes,
            inside
        );
    }
    for outside in [0, -1, 1441, i64::MAX, i64::MIN] {
        let found = refused(|draft| draft.duration_minutes = outside);
        assert_eq!(found, ["/duration_minutes out_of_range"], "{outside}");
    }
}

#[test]
fn no_more_participants_recur_than_there_are() {
    for inside in [0, 9] {
        let intervention = accepted(|draft| draft.recurring_participants = inside);
        assert_eq!(intervention.recurring_participants, inside);
    }
    let found = refused(|draft| draft.recurring_participants = 10);
    assert_eq!(found, ["/recurring_participants exceeds_participants"]);
    for outside in [-1, 1001, i64::MAX, i64::MIN] {
        let found = refused(|draft| draft.recurring_participants = outside);
        assert_eq!(found, ["/recurring_participants out_of_range"], "{outside}");
    }
}

#[test]
fn a_range_is_told_with_both_its_ends() {
    let mut draft = sound();
    draft.participants = 0;
    draft.recurring_participants = -1;
    draft.duration_minutes = 1441;
    let mut errors = FieldErrors::new();
    draft.validate("", &mut errors);
    let codes: Vec<FieldCode> = errors.as_slice().iter().map(|error| error.code).collect();
    let expected = [(1, 1000), (1, 1440), (0, 1000)].map(|(min, max)| FieldCode::OutOfRange { min, max });
    assert_eq!(codes, expected);
}

#[test]
fn every_code_of_a_list_is_taken() {
    for kind in Kind::ALL {
        assert_eq!(accepted(|draft| draft.kind = kind.code().to_owned()).kind, *kind);
    }
    for setting in Setting::ALL {
        assert_eq!(
            accepted(|draft| draft.setting = setting.code().to_owned()).setting,
            *setting
        );
    }
    for principle in Principle::ALL {
        let intervention = accepted(|draft| draft.principle = Some(principle.code().to_owned()));
        assert_eq!(intervention.principle, Some(*principle));
    }
}

#[test]
fn a_code_of_no_list_is_refused() {
    for code in ["", "Workshop", "atelier"] {
        assert_eq!(refused(|draft| draft.kind = code.to_owned()), ["/kind unknown_code"]);
        assert_eq!(
            refused(|draft| draft.setting = code.to_owned()),
            ["/setting unknown_code"]
        );
    }
    let found = refused(|draft| draft.principle = Some("aller_vers".to_owned()));
    assert_eq!(found, ["/principle unknown_code"]);
}

#[test]
fn a_commune_is_named_by_its_insee_code() {
    for code in ["72181", "01001", "2A004", "2B033", "97411", "00000"] {
        let intervention = accepted(|draft| draft.commune_code = Some(code.to_owned()));
        assert_eq!(intervention.commune_code.as_ref().map(CommuneCode::as_str), Some(code));
    }
    for code in [
        "7218",
        "721811",
        "2C004",
        "2a004",
        "A2004",
        "2A00B",
        "72 81",
        "7218é",
        "é2181",
        "７２１",
        "Le Mans",
        "72-81",
    ] {
        let found = refused(|draft| draft.commune_code = Some(code.to_owned()));
        assert_eq!(found, ["/commune_code invalid_commune"], "{code}");
    }
}

#[test]
fn a_text_is_kept_in_its_normal_form() {
    let intervention = accepted(|draft| {
        draft.place_name = Some("\t Me\u{301}diathe\u{300}que \n".to_owned());
        draft.note = Some("  deux\nlignes\r\n".to_owned());
    });
    assert_eq!(intervention.place_name.as_deref(), Some("Médiathèque"));
    assert_eq!(intervention.note.as_deref(), Some("deux\nlignes"));
}

#[test]
fn a_text_of_blanks_counts_as_left_out() {
    let blank = Some(" \n\t\u{a0}".to_owned());
    let intervention = accepted(|draft| {
        draft.place_name.clone_from(&blank);
        draft.note.clone_from(&blank);
        draft.principle.clone_from(&blank);
        draft.commune_code.clone_from(&blank);
    });
    assert_eq!(intervention, accepted(|_| ()));
}

#[test]
fn a_control_character_but_newline_is_refused() {
    for control in ['\0', '\t', '\r', '\u{1b}', '\u{7f}', '\u{85}'] {
        let text = format!("a{control}b");
        let found = refused(|draft| draft.place_name = Some(text.clone()));
        assert_eq!(found, ["/place_name control_character"], "{control:?}");
        let found = refused(|draft| draft.note = Some(text));
        assert_eq!(found, ["/note control_character"], "{control:?}");
    }
}

#[test]
fn a_text_is_as_long_as_its_characters_in_normal_form() {
    // `e` and a combining accent are two characters and three bytes; in normal form they are one character.
    for (length, faults) in [(200, [].as_slice()), (201, &["/place_name too_long"])] {
        let found = refused(|draft| draft.place_name = Some("e\u{301}".repeat(length)));
        assert_eq!(found, faults, "{length}");
    }
    for (length, faults) in [(2000, [].as_slice()), (2001, &["/note too_long"])] {
        let found = refused(|draft| draft.note = Some(format!("  {}  ", "é".repeat(length))));
        assert_eq!(found, faults, "{length}");
    }
}

#[test]
fn an_intervention_has_1_to_20_themes() {
    let first = |count| -> Vec<String> {
        Theme::ALL
            .iter()
            .take(count)
            .map(|theme| theme.code().to_owned())
            .collect()
    };
    for inside in [1, 20] {
        let intervention = accepted(|draft| draft.themes = first(inside));
        assert_eq!(intervention.themes.len() as usize, inside);
    }
    assert_eq!(refused(|draft| draft.themes = first(0)), ["/themes too_few"]);
    assert_eq!(refused(|draft| draft.themes = first(21)), ["/themes too_many"]);
}

#[test]
fn each_wrong_theme_is_pointed_at() {
    let found = refused(|draft| draft.themes = texts(&["email", "courriel", "email", "", "email"]));
    let expected = [
        "/themes/1 unknown_code",
        "/themes/2 duplicate",
        "/themes/3 unknown_code",
        "/themes/4 duplicate",
    ];
    assert_eq!(found, expected);
}

#[test]
fn codes_are_sets_whatever_their_order() {
    let one = accepted(|draft| draft.themes = texts(&["email", "internet", "budget"]));
    let other = accepted(|draft| draft.themes = texts(&["budget", "email", "internet"]));
    assert_eq!(one, other);
    assert_eq!(sorted_codes(one.themes), ["budget", "email", "internet"]);
}

#[test]
fn an_identifier_is_the_clients_or_none() {
    let uuid = "0198f3c2-7c1e-7d2a-8f00-0123456789ab";
    let (id, _) = validated(|draft| draft.id = Some(uuid.to_uppercase())).expect("sound");
    assert_eq!(id.map(|id| id.to_string()).as_deref(), Some(uuid));
    assert_eq!(validated(|_| ()).expect("sound").0, None);
    for text in ["", "1", &uuid.replace('-', "")] {
        assert_eq!(refused(|draft| draft.id = Some(text.to_owned())), ["/id invalid_uuid"]);
    }
}

#[test]
fn every_fault_is_told_at_once_below_the_interventions_pointer() {
    let draft = InterventionDraft {
        id: Some("x".to_owned()),
        kind: "x".to_owned(),
        participants: 3,
        recurring_participants: 4,
        duration_minutes: 0,
        setting: "x".to_owned(),
        principle: Some("x".to_owned()),
        commune_code: Some("x".to_owned()),
        place_name: Some("\0".repeat(201)),
        themes: texts(&["x"]),
        age_groups: people([("70_plus", 4)]),
        genders: people([("female", -1)]),
        situations: people([("x", 1)]),
        follow_ups: people([("individual", 2), ("workshop", 2)]),
        redirected_to: texts(&["caf"]),
        referred_by_social_worker: false,
        first_visit_accompanied: true,
        note: Some("\u{7}".to_owned()),
        ..InterventionDraft::default()
    };
    let mut errors = FieldErrors::new();
    assert_eq!(draft.validate("/interventions/7", &mut errors), None);
    let mut found = faults::lines(&errors);
    found.sort();
    let expected = [
        "age_groups sum_exceeds_participants",
        "commune_code invalid_commune",
        "duration_minutes out_of_range",
        "first_visit_accompanied not_allowed_here",
        "follow_ups sum_exceeds_participants",
        "genders/female out_of_range",
        "id invalid_uuid",
        "kind unknown_code",
        "note control_character",
        "place_name control_character",
        "place_name too_long",
        "principle unknown_code",
        "recurring_participants exceeds_participants",
        "redirected_to not_allowed_here",
        "setting unknown_code",
        "situations/x unknown_code",
        "themes/0 unknown_code",
    ];
    assert_eq!(found, expected.map(|fault| format!("/interventions/7/{fault}")));
}

#[test]
fn what_was_stored_is_read_though_the_rules_of_today_refuse_it() {
    let mut fields = (*accepted(|_| ())).clone();
    fields.participants = 5000;
    fields.recurring_participants = 6000;
    fields.duration_minutes = 0;
    fields.genders.set(Gender::Female, 7000);
    fields.redirected_to.insert(Redirection::Caf);
    fields.first_visit_accompanied = true;
    fields.themes = CodeSet::EMPTY;
    fields.commune_code = Some(CommuneCode::stored("Le Mans".to_owned()));
    assert_eq!(*Intervention::stored(fields.clone(), Follows::default()), fields);
}

/// A draft with the same content as an intervention.
fn draft_of(intervention: &Intervention) -> InterventionDraft {
    fn by_code<T: ClosedList>(counts: &Counts<T>) -> BTreeMap<String, i64> {
        counts
            .iter()
            .map(|(group, people)| (group.code().to_owned(), people))
            .collect()
    }
    InterventionDraft {
        id: None,
        kind: intervention.kind.code().to_owned(),
        assisting: intervention.assists(),
        participants: intervention.participants,
        recurring_participants: intervention.recurring_participants,
        duration_minutes: intervention.duration_minutes,
        setting: intervention.setting.code().to_owned(),
        principle: intervention.principle.map(|principle| principle.code().to_owned()),
        commune_code: intervention.commune_code.as_ref().map(|code| code.as_str().to_owned()),
        place_name: intervention.place_name.clone(),
        themes: texts(&sorted_codes(intervention.themes)),
        age_groups: by_code(&intervention.age_groups),
        genders: by_code(&intervention.genders),
        situations: by_code(&intervention.situations),
        follow_ups: by_code(&intervention.follow_ups),
        redirected_to: texts(&sorted_codes(intervention.redirected_to)),
        referred_by_social_worker: intervention.referred_by_social_worker,
        first_visit_accompanied: intervention.first_visit_accompanied,
        equipment: texts(&sorted_codes(intervention.equipment)),
        autonomy: intervention.autonomy.map(|autonomy| autonomy.code().to_owned()),
        level: intervention.level.map(|level| level.code().to_owned()),
        title: intervention.title.clone(),
        procedure: intervention.procedure.clone(),
        residences: intervention
            .residences
            .iter()
            .map(|(commune, people)| (commune.as_str().to_owned(), *people))
            .collect(),
        place_id: intervention.place_id.map(|id| id.to_string()),
        partner_id: intervention.partner_id.map(|id| id.to_string()),
        planned_session_id: intervention.planned_session_id.map(|id| id.to_string()),
        workshop_id: intervention.workshop_id.map(|id| id.to_string()),
        referral_id: intervention.referral_id.map(|id| id.to_string()),
        tags: intervention.tags.iter().map(ToString::to_string).collect(),
        note: intervention.note.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_the_service_answers_can_be_sent_back_and_is_the_same(intervention in intervention()) {
        let mut errors = FieldErrors::new();
        let again = draft_of(&intervention).validate("", &mut errors);
        prop_assert_eq!(again, Some((None, intervention)));
    }

    #[test]
    fn a_fault_stands_below_its_intervention(
        draft in intervention_draft(),
        participants in -2..=1002_i64,
        duration in -2..=1442_i64,
    ) {
        let mut errors = FieldErrors::new();
        let changed = InterventionDraft { participants, duration_minutes: duration, ..draft };
        let sound = changed.validate("/interventions/3", &mut errors);
        prop_assert_eq!(sound.is_some(), errors.is_empty());
        let lines = faults::lines(&errors);
        prop_assert!(lines.iter().all(|line| line.starts_with("/interventions/3/")), "{:?}", lines);
        let of = |field: &str| lines.iter().any(|line| line.contains(field));
        prop_assert_eq!(of("/participants out_of_range"), !(1..=1000).contains(&participants));
        prop_assert_eq!(of("/duration_minutes out_of_range"), !(1..=1440).contains(&duration));
    }
}
