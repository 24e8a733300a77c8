//! The state that a day has after a write.

use chrono::TimeDelta;
use quotidien::domain::decision::{Decision, Preconditions, Refusal, Surroundings, decide};
use quotidien::domain::identifiers::AccountId;
use quotidien::domain::report::{DayState, ReportDraft};

use super::{Case, contents, day_of, desk, live, noted, put_one, stored};
use crate::support::arbitrary::{Edit, numbered};

#[test]
fn the_first_report_has_version_1() {
    let state = Case::of(noted("a")).written();
    let report = live(&state);
    let now = desk().morning + TimeDelta::minutes(9);
    assert_eq!((state.version, report.version), (1, 1));
    assert_eq!((report.advisor, report.date), (desk().advisor, desk().date));
    assert_eq!((report.received_at, report.updated_at), (now, now));
    assert_eq!(report.recorded_by, AccountId::from(desk().advisor));
    assert_eq!(report.content.note(), Some("a"));
}

#[test]
fn a_replacement_keeps_when_the_report_first_came() {
    let first = stored(&[noted("a")]);
    let mut write = desk().write(&noted("b"), &Preconditions::default(), 30);
    write.by = desk().coordinator;
    let around = Surroundings {
        advisor_known: true,
        closed: None,
        active: true,
        elsewhere: &|_| None,
        has: &|_| true,
    };
    let Decision::Write(state) = decide(&write, &first, &around) else {
        panic!("not written");
    };
    let report = live(&state);
    assert_eq!(report.version, 2);
    assert_eq!(report.received_at, live(&first).received_at);
    assert_eq!(report.updated_at, desk().morning + TimeDelta::minutes(30));
    assert_eq!(report.recorded_by, desk().coordinator);
}

#[test]
fn the_devices_clock_stays_with_the_report_until_the_next_put() {
    let instant = "2022-05-03T15:12:00Z";
    let recorded = Edit::Put(ReportDraft {
        recorded_at: Some(instant.to_owned()),
        ..ReportDraft::default()
    });
    let kept = |edits: &[Edit]| live(&stored(edits)).recorded_at.map(|at| at.to_rfc3339());
    let expected = Some("2022-05-03T15:12:00+00:00".to_owned());
    assert_eq!(kept(std::slice::from_ref(&recorded)), expected);
    assert_eq!(kept(&[recorded.clone(), put_one(1, 9)]), expected);
    assert_eq!(kept(&[recorded, noted("b")]), None);
}

#[test]
fn versions_go_on_after_a_deletion() {
    let deleted = stored(&[noted("a"), noted("b"), Edit::Delete]);
    assert_eq!((deleted.version, &deleted.live), (3, &None));
    let again = Case {
        stored: deleted,
        ..Case::of(noted("b"))
    };
    let state = again.written();
    assert_eq!((state.version, live(&state).version), (4, 4));
    assert_eq!(
        live(&state).received_at,
        desk().morning + TimeDelta::minutes(9),
        "it came anew"
    );
}

#[test]
fn deleting_what_is_absent_writes_nothing() {
    let deleted = stored(&[noted("a"), Edit::Delete]);
    for before in [DayState::default(), deleted] {
        for edit in [Edit::Delete, Edit::DeleteIntervention(numbered(1))] {
            let case = Case {
                stored: before.clone(),
                ..Case::of(edit)
            };
            assert_eq!(case.decided(), Decision::Unchanged);
        }
    }
    let other = Case {
        stored: stored(&[day_of(&[1])]),
        ..Case::of(Edit::DeleteIntervention(numbered(2)))
    };
    assert_eq!(other.decided(), Decision::Unchanged);
}

#[test]
fn one_intervention_creates_a_missing_report() {
    for before in [DayState::default(), stored(&[noted("a"), Edit::Delete])] {
        let version = before.version + 1;
        let case = Case {
            stored: before,
            ..Case::of(put_one(1, 9))
        };
        let state = case.written();
        assert_eq!((state.version, contents(&state)), (version, vec![(1, 9)]));
        assert_eq!(live(&state).content.note(), None, "what was deleted stays so");
    }
}

#[test]
fn one_intervention_is_replaced_in_place_or_appended() {
    assert_eq!(
        contents(&stored(&[day_of(&[1, 2, 3]), put_one(2, 12)])),
        [(1, 9), (2, 12), (3, 9)]
    );
    assert_eq!(
        contents(&stored(&[day_of(&[1, 2]), put_one(3, 12)])),
        [(1, 9), (2, 9), (3, 12)]
    );
}

#[test]
fn removing_the_last_intervention_leaves_an_empty_report() {
    let one_left = stored(&[day_of(&[1, 2]), Edit::DeleteIntervention(numbered(1))]);
    assert_eq!(contents(&one_left), [(2, 9)]);
    let none_left = Case {
        stored: one_left,
        ..Case::of(Edit::DeleteIntervention(numbered(2)))
    };
    assert_eq!(contents(&none_left.written()), []);
    assert_eq!(none_left.written().version, 3);
}

#[test]
fn a_full_report_takes_no_other_intervention() {
    let numbers: Vec<u128> = (1..=100).collect();
    let case = |edit| Case {
        stored: stored(&[day_of(&numbers)]),
        ..Case::of(edit)
    };
    assert_eq!(case(put_one(101, 9)).refused(), Refusal::ReportFull);
    assert_eq!(contents(&case(put_one(100, 10)).written())[99], (100, 10));
}
