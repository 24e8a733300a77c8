//! The rules of a report: the last value that each accepts, the first that it refuses, with code and pointer.

use std::sync::Arc;

use chrono::DateTime;
use quotidien::domain::intervention::{Follows, Intervention, InterventionDraft, InterventionFields};
use quotidien::domain::nomenclature::{Absence, ClosedList as _};
use quotidien::domain::report::{AskedId, Entry, Report, ReportDraft, Submission};

use super::intervention::sound;
use crate::support::arbitrary::{ids_from, numbered};
use crate::support::faults;

mod settling;

fn refused(draft: ReportDraft) -> Vec<String> {
    let faults = draft.validate(ids_from(100)).err();
    faults.map(|errors| faults::lines(&errors)).unwrap_or_default()
}

fn accepted(draft: ReportDraft) -> Submission {
    draft.validate(ids_from(100)).expect("a sound draft")
}

fn of(interventions: Vec<InterventionDraft>) -> ReportDraft {
    ReportDraft {
        interventions,
        ..ReportDraft::default()
    }
}

fn named(number: u128) -> InterventionDraft {
    InterventionDraft {
        id: Some(numbered(number).to_string()),
        ..sound()
    }
}

fn absent(code: &str) -> ReportDraft {
    ReportDraft {
        absence: Some(code.to_owned()),
        ..ReportDraft::default()
    }
}

#[test]
fn an_empty_body_is_a_day_worked_without_residents() {
    let submission = accepted(ReportDraft::default());
    assert_eq!(submission.report.settle(None), Report::EMPTY);
    assert_eq!(submission.recorded_at, None);
}

#[test]
fn a_report_has_at_most_100_interventions() {
    assert_eq!(accepted(of(vec![sound(); 100])).report.entries().len(), 100);
    assert_eq!(refused(of(vec![sound(); 101])), ["/interventions too_many"]);
}

#[test]
fn interventions_keep_their_order_and_their_identifiers() {
    let submission = accepted(of(vec![named(2), sound(), named(1), sound()]));
    let ids: Vec<AskedId> = submission.report.entries().iter().map(|entry| entry.id).collect();
    let expected = [
        AskedId::Client(numbered(2)),
        AskedId::Server(numbered(100)),
        AskedId::Client(numbered(1)),
        AskedId::Server(numbered(101)),
    ];
    assert_eq!(ids, expected);
}

#[test]
fn every_absence_is_taken_without_interventions() {
    for absence in Absence::ALL {
        assert_eq!(accepted(absent(absence.code())).report.absence(), Some(*absence));
    }
}

#[test]
fn an_absence_of_no_list_is_refused() {
    assert_eq!(refused(absent("holiday")), ["/absence unknown_code"]);
    assert_eq!(refused(absent("Leave")), ["/absence unknown_code"]);
}

#[test]
fn an_absence_that_is_empty_counts_as_left_out() {
    let worked = ReportDraft {
        interventions: vec![sound()],
        ..absent(" ")
    };
    assert_eq!(accepted(worked), accepted(of(vec![sound()])));
}

#[test]
fn an_absence_with_interventions_is_refused() {
    let both = ReportDraft {
        interventions: vec![sound()],
        ..absent("leave")
    };
    assert_eq!(refused(both), ["/interventions not_allowed_here"]);
}

#[test]
fn an_unknown_absence_with_interventions_breaks_both_rules() {
    let both = ReportDraft {
        interventions: vec![sound()],
        ..absent("holiday")
    };
    assert_eq!(
        refused(both),
        ["/absence unknown_code", "/interventions not_allowed_here"]
    );
}

#[test]
fn an_identifier_stands_once_in_a_body() {
    let shouted = InterventionDraft {
        id: Some(numbered(0xabc).to_string().to_uppercase()),
        ..sound()
    };
    let body = of(vec![named(0xabc), sound(), shouted, named(0xabc)]);
    assert_eq!(
        refused(body),
        ["/interventions/2/id duplicate", "/interventions/3/id duplicate"]
    );
}

#[test]
fn a_faulty_intervention_does_not_hide_that_its_identifier_stands_twice() {
    let faulty = InterventionDraft {
        participants: 0,
        ..named(1)
    };
    let mut found = refused(of(vec![faulty.clone(), named(1), faulty]));
    found.sort();
    let expected = [
        "/interventions/0/participants out_of_range",
        "/interventions/1/id duplicate",
        "/interventions/2/id duplicate",
        "/interventions/2/participants out_of_range",
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_note_of_a_day_is_a_text_of_at_most_2000_characters() {
    let note = |text: String| ReportDraft {
        note: Some(text),
        ..ReportDraft::default()
    };
    let kept = |text: &str| accepted(note(text.to_owned())).report.note().map(str::to_owned);
    assert_eq!(kept(" Jour de marche\u{301}\n"), Some("Jour de marché".to_owned()));
    assert_eq!(kept("\n \n"), None);
    assert_eq!(refused(note("é".repeat(2000))), [""; 0]);
    assert_eq!(refused(note("é".repeat(2001))), ["/note too_long"]);
    assert_eq!(refused(note("a\u{1b}b".to_owned())), ["/note control_character"]);
}

fn recorded(text: &str) -> ReportDraft {
    ReportDraft {
        recorded_at: Some(text.to_owned()),
        ..ReportDraft::default()
    }
}

#[test]
fn the_devices_clock_is_kept_in_utc_to_the_microsecond() {
    for (text, kept) in [
        ("2022-05-03T17:12:00+02:00", "2022-05-03T15:12:00Z"),
        ("2022-05-03T15:12:00.123456789Z", "2022-05-03T15:12:00.123456Z"),
        ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"),
        ("2099-01-01T00:00:00-11:30", "2099-01-01T11:30:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ] {
        let kept = DateTime::parse_from_rfc3339(kept).expect("an instant").to_utc();
        assert_eq!(accepted(recorded(text)).recorded_at, Some(kept), "{text}");
    }
    assert_eq!(accepted(recorded("  ")).recorded_at, None);
}

#[test]
fn a_clock_that_tells_no_rfc_3339_instant_is_refused() {
    for text in [
        "2022-05-03",
        "2022-05-03T17:12:00",
        "2022-05-03T17:12Z",
        "2022-13-03T17:12:00Z",
        "2023-02-29T17:12:00Z",
        "2022-05-03T25:12:00Z",
        "2022-05-03T17:12:00+0200",
        "1651597920",
        "tomorrow",
        "10000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+02:00",
        "9999-12-31T23:59:59-02:00",
    ] {
        assert_eq!(refused(recorded(text)), ["/recorded_at invalid_instant"], "{text}");
    }
}

#[test]
fn every_fault_of_a_report_is_told_at_once() {
    let faulty = InterventionDraft {
        id: Some("1".to_owned()),
        duration_minutes: 0,
        ..sound()
    };
    let draft = ReportDraft {
        interventions: vec![sound(), faulty, named(1), named(1)],
        absence: Some("leave".to_owned()),
        note: Some("\0".to_owned()),
        recorded_at: Some("now".to_owned()),
    };
    let mut found = refused(draft);
    found.sort();
    let expected = [
        "/interventions not_allowed_here",
        "/interventions/1/duration_minutes out_of_range",
        "/interventions/1/id invalid_uuid",
        "/interventions/3/id duplicate",
        "/note control_character",
        "/recorded_at invalid_instant",
    ];
    assert_eq!(found, expected);
}

/// A stored report that has the sound intervention once for each number, from which the identifier is made.
fn stored(numbers: &[u128]) -> Report {
    let submission = accepted(of(numbers.iter().copied().map(named).collect()));
    submission.report.settle(None)
}

fn ids(report: &Report) -> Vec<u128> {
    report.entries().iter().map(|entry| entry.id.uuid().as_u128()).collect()
}

#[test]
fn an_intervention_is_replaced_in_place_or_appended() {
    let day = stored(&[1, 2, 3]);
    let mut other = InterventionFields::clone(&day.entries()[0].intervention);
    other.participants = 12;
    let other = Arc::new(Intervention::stored(other, Follows::default()));
    let replaced = day.with(numbered(2), Arc::clone(&other)).expect("there is room");
    assert_eq!(ids(&replaced), [1, 2, 3]);
    let participants: Vec<i64> = replaced
        .entries()
        .iter()
        .map(|entry| entry.intervention.participants)
        .collect();
    assert_eq!(participants, [9, 12, 9]);
    let appended = day.with(numbered(4), other).expect("there is room");
    assert_eq!(ids(&appended), [1, 2, 3, 4]);
}

#[test]
fn a_full_report_takes_replacements_and_no_more() {
    let numbers: Vec<u128> = (1..=100).collect();
    let full = stored(&numbers);
    let intervention = Arc::clone(&full.entries()[0].intervention);
    assert_eq!(full.with(numbered(101), Arc::clone(&intervention)), None);
    assert_eq!(full.with(numbered(100), intervention), Some(full.clone()));
}

#[test]
fn an_intervention_that_is_removed_leaves_the_others() {
    let day = stored(&[1, 2, 3]);
    assert_eq!(ids(&day.without(numbered(2))), [1, 3]);
    assert_eq!(day.without(numbered(4)), day);
    assert_eq!(stored(&[1]).without(numbered(1)), Report::EMPTY);
    assert_eq!([1, 4].map(|number| day.names(numbered(number))), [true, false]);
}

#[test]
fn a_report_that_was_stored_is_read_though_the_rules_of_today_refuse_it() {
    let entry = |number: u128| Entry {
        id: numbered(number),
        intervention: Arc::clone(&stored(&[1]).entries()[0].intervention),
    };
    let read = Report::stored(Some(Absence::Leave), None, (1..=101).map(entry).collect());
    assert_eq!((read.absence(), read.entries().len()), (Some(Absence::Leave), 101));
}
