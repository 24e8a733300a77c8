//! What a write does: the contract's order of checks, (1) to (9). Where two checks fail, the earlier one answers.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use quotidien::domain::calendar::ReportDate;
use quotidien::domain::closing::ClosedMonth;
use quotidien::domain::decision::{Decision, Preconditions, Refusal, ReportWrite, Surroundings, Versions, decide};
use quotidien::domain::field_error::FieldErrors;
use quotidien::domain::identifiers::{AccountId, AdvisorId, InterventionId, OrganisationId};
use quotidien::domain::intervention::{Intervention, InterventionDraft};
use quotidien::domain::report::{DayState, RecordedReport, ReportDraft};
use uuid::Uuid;

use super::intervention::sound;
use crate::support::arbitrary::{Edit, ids_from, numbered};

mod history;
mod state;

/// An advisor's day, and who else writes in it: the same in every test of decisions.
struct Desk {
    advisor: AdvisorId,
    coordinator: AccountId,
    date: ReportDate,
    /// When the first write comes; each next one comes a minute later.
    morning: DateTime<Utc>,
}

fn desk() -> Desk {
    Desk {
        advisor: AdvisorId::from_uuid(Uuid::from_u128(70)),
        coordinator: AccountId::from_uuid(Uuid::from_u128(71)),
        date: "2022-05-03".parse().expect("a day"),
        morning: DateTime::from_timestamp(1_651_560_000, 0).expect("an instant"),
    }
}

impl Desk {
    /// A write by the advisor themselves; the server's new identifiers begin at 1,000.
    fn write(&self, edit: &Edit, preconditions: &Preconditions, minute: i64) -> ReportWrite {
        ReportWrite {
            organisation: OrganisationId::from_uuid(Uuid::from_u128(72)),
            advisor: self.advisor,
            date: self.date,
            by: self.advisor.into(),
            through: None,
            at: self.morning + TimeDelta::minutes(minute),
            today: self.morning.date_naive(),
            asked: edit.asked(ids_from(1000 + 100 * u128::from(minute.unsigned_abs()))),
            preconditions: preconditions.clone(),
        }
    }
}

/// May 2022, as it was closed.
fn closed() -> ClosedMonth {
    ClosedMonth {
        month: "2022-05".parse().unwrap(),
        at: DateTime::UNIX_EPOCH,
        by: AccountId::from_uuid(Uuid::from_u128(9)),
    }
}

/// A write and all that a decision looks at; by default such that the write is accepted.
struct Case {
    edit: Edit,
    preconditions: Preconditions,
    stored: DayState,
    advisor_known: bool,
    closed: Option<ClosedMonth>,
    active: bool,
    /// The identifier that stands in the report of another day.
    elsewhere: Option<InterventionId>,
}

impl Case {
    fn of(edit: Edit) -> Self {
        Self {
            edit,
            preconditions: Preconditions::default(),
            stored: DayState::default(),
            advisor_known: true,
            closed: None,
            active: true,
            elsewhere: None,
        }
    }

    fn decided(&self) -> Decision {
        let another_day = another_day();
        let elsewhere = |id| (self.elsewhere == Some(id)).then_some(another_day);
        let around = Surroundings {
            advisor_known: self.advisor_known,
            closed: self.closed,
            active: self.active,
            elsewhere: &elsewhere,
            has: &|_| true,
        };
        decide(&desk().write(&self.edit, &self.preconditions, 9), &self.stored, &around)
    }

    /// Why the write is refused.
    fn refused(&self) -> Refusal {
        match self.decided() {
            Decision::Refuse(refusal) => refusal,
            other => panic!("not refused: {other:?}"),
        }
    }

    /// What is written.
    fn written(&self) -> DayState {
        match self.decided() {
            Decision::Write(state) => state,
            other => panic!("not written: {other:?}"),
        }
    }
}

fn another_day() -> ReportDate {
    "2022-05-06".parse().expect("a day")
}

/// A put of a report that says nothing but a note.
fn noted(note: &str) -> Edit {
    Edit::Put(ReportDraft {
        note: Some(note.to_owned()),
        ..ReportDraft::default()
    })
}

fn absence() -> Edit {
    Edit::Put(ReportDraft {
        absence: Some("leave".to_owned()),
        ..ReportDraft::default()
    })
}

/// A put of a report whose interventions have these identifiers.
fn day_of(numbers: &[u128]) -> Edit {
    let interventions = numbers.iter().map(|number| InterventionDraft {
        id: Some(numbered(*number).to_string()),
        ..sound()
    });
    Edit::Put(ReportDraft {
        interventions: interventions.collect(),
        ..ReportDraft::default()
    })
}

fn intervention(participants: i64) -> Intervention {
    let draft = InterventionDraft {
        participants,
        ..sound()
    };
    draft.validate("", &mut FieldErrors::new()).expect("sound").1
}

fn put_one(number: u128, participants: i64) -> Edit {
    Edit::PutIntervention(numbered(number), Arc::new(intervention(participants)))
}

/// The state of a day after these writes.
fn stored(edits: &[Edit]) -> DayState {
    edits.iter().fold(DayState::default(), |stored, edit| {
        Case {
            stored,
            ..Case::of(edit.clone())
        }
        .written()
    })
}

fn live(state: &DayState) -> &RecordedReport {
    state.live.as_ref().expect("a report")
}

fn contents(state: &DayState) -> Vec<(u128, i64)> {
    let entries = live(state).content.entries().iter();
    entries
        .map(|entry| (entry.id.uuid().as_u128(), entry.intervention.participants))
        .collect()
}

fn if_match(versions: &[i64]) -> Preconditions {
    Preconditions {
        if_match: Some(Versions::OneOf(versions.to_vec())),
        if_none_match: None,
    }
}

fn if_match_any() -> Preconditions {
    Preconditions {
        if_match: Some(Versions::Any),
        if_none_match: None,
    }
}

fn if_none_match(versions: Versions) -> Preconditions {
    Preconditions {
        if_match: None,
        if_none_match: Some(versions),
    }
}

fn elsewhere(number: u128) -> Refusal {
    Refusal::InterventionElsewhere {
        id: numbered(number),
        date: another_day(),
    }
}

#[test]
fn an_unknown_advisor_is_told_before_that_the_report_exists() {
    let both = Case {
        advisor_known: false,
        preconditions: if_none_match(Versions::Any),
        stored: stored(&[noted("a")]),
        ..Case::of(noted("b"))
    };
    assert_eq!(both.refused(), Refusal::UnknownAdvisor);
}

#[test]
fn an_unknown_advisor_is_told_even_when_nothing_would_change() {
    let nothing = Case {
        advisor_known: false,
        ..Case::of(Edit::Delete)
    };
    assert_eq!(nothing.refused(), Refusal::UnknownAdvisor);
}

#[test]
fn a_report_that_exists_is_told_before_that_it_is_identical() {
    let retry = Case {
        preconditions: if_none_match(Versions::Any),
        stored: stored(&[noted("a")]),
        ..Case::of(noted("a"))
    };
    assert_eq!(retry.refused(), Refusal::ReportExists);
}

#[test]
fn a_new_report_or_one_after_a_deletion_may_be_asked_for_if_none_is_there() {
    for before in [stored(&[]), stored(&[noted("a"), Edit::Delete])] {
        let version = before.version + 1;
        let first = Case {
            preconditions: if_none_match(Versions::Any),
            stored: before,
            ..Case::of(noted("a"))
        };
        assert_eq!(first.written().version, version);
    }
}

#[test]
fn a_version_that_shall_not_be_there_is_refused_while_it_is() {
    let case = |versions: &[i64], edits: &[Edit]| Case {
        preconditions: if_none_match(Versions::OneOf(versions.to_vec())),
        stored: stored(edits),
        ..Case::of(noted("b"))
    };
    assert_eq!(
        case(&[3, 1], &[noted("a")]).refused(),
        Refusal::VersionMismatch { current: 1 }
    );
    assert_eq!(case(&[3, 2], &[noted("a")]).written().version, 2);
    assert_eq!(
        case(&[2], &[noted("a"), Edit::Delete]).written().version,
        3,
        "no report has it"
    );
}

#[test]
fn an_identical_report_is_told_before_an_old_version() {
    let retry = Case {
        preconditions: if_match(&[1]),
        stored: stored(&[noted("a"), noted("b")]),
        ..Case::of(noted("b"))
    };
    assert_eq!(retry.decided(), Decision::Unchanged);
}

#[test]
fn an_identical_report_is_taken_with_an_old_version_in_a_closed_month_outside_the_activity_periods() {
    for (edits, retry) in [
        (vec![noted("a"), noted("b")], noted("b")),
        (vec![day_of(&[1]), put_one(1, 4)], put_one(1, 4)),
        (vec![noted("a"), Edit::Delete], Edit::Delete),
        (
            vec![day_of(&[1]), Edit::DeleteIntervention(numbered(1))],
            Edit::DeleteIntervention(numbered(1)),
        ),
    ] {
        let retried = Case {
            preconditions: if_match(&[1]),
            stored: stored(&edits),
            closed: Some(closed()),
            active: false,
            elsewhere: Some(numbered(1)),
            ..Case::of(retry)
        };
        assert_eq!(retried.decided(), Decision::Unchanged, "{:?}", retried.edit);
    }
}

#[test]
fn the_devices_clock_makes_no_other_report() {
    let recorded = |text: &str| {
        Edit::Put(ReportDraft {
            recorded_at: Some(text.to_owned()),
            ..ReportDraft::default()
        })
    };
    let retry = Case {
        stored: stored(&[recorded("2022-05-03T17:12:00+02:00")]),
        ..Case::of(recorded("2022-05-03T18:00:00+02:00"))
    };
    assert_eq!(retry.decided(), Decision::Unchanged);
}

#[test]
fn an_old_version_is_told_before_a_closed_month() {
    let both = Case {
        preconditions: if_match(&[1]),
        stored: stored(&[noted("a"), noted("b")]),
        closed: Some(closed()),
        ..Case::of(noted("c"))
    };
    assert_eq!(both.refused(), Refusal::VersionMismatch { current: 2 });
}

#[test]
fn a_closed_month_is_told_before_the_activity_periods() {
    let both = Case {
        closed: Some(closed()),
        active: false,
        ..Case::of(noted("a"))
    };
    assert_eq!(both.refused(), Refusal::MonthClosed(closed()));
}

#[test]
fn the_activity_periods_are_told_before_an_absence() {
    let both = Case {
        active: false,
        stored: stored(&[absence()]),
        ..Case::of(put_one(1, 9))
    };
    assert_eq!(both.refused(), Refusal::OutsideActivityPeriod);
}

#[test]
fn an_absence_is_told_before_that_the_intervention_stands_elsewhere() {
    let both = Case {
        stored: stored(&[absence()]),
        elsewhere: Some(numbered(1)),
        ..Case::of(put_one(1, 9))
    };
    assert_eq!(both.refused(), Refusal::DayAbsent);
}

#[test]
fn an_intervention_that_stands_elsewhere_is_refused_with_its_day() {
    for edit in [day_of(&[2, 1]), put_one(1, 9)] {
        let moved = Case {
            stored: stored(&[day_of(&[3])]),
            elsewhere: Some(numbered(1)),
            ..Case::of(edit)
        };
        assert_eq!(moved.refused(), elsewhere(1));
    }
}

#[test]
fn the_first_intervention_that_stands_elsewhere_is_told() {
    let case = Case::of(day_of(&[4, 5]));
    let around = Surroundings {
        advisor_known: true,
        closed: None,
        active: true,
        elsewhere: &|_| Some(another_day()),
        has: &|_| true,
    };
    let write = desk().write(&case.edit, &case.preconditions, 0);
    assert_eq!(decide(&write, &case.stored, &around), Decision::Refuse(elsewhere(4)));
}

#[test]
fn an_old_version_is_refused_with_the_one_that_is_stored() {
    let case = |preconditions, edits: &[Edit]| Case {
        preconditions,
        stored: stored(edits),
        ..Case::of(noted("c"))
    };
    let current = |current| Refusal::VersionMismatch { current };
    let deleted = [noted("a"), Edit::Delete];
    assert_eq!(case(if_match(&[1]), &[]).refused(), current(0), "there never was one");
    assert_eq!(
        case(if_match(&[1]), &deleted).refused(),
        current(2),
        "a tombstone's version counts"
    );
    assert_eq!(
        case(if_match(&[]), &[noted("a")]).refused(),
        current(1),
        "no version is none of them"
    );
    assert_eq!(case(if_match(&[2]), &deleted).written().version, 3);
    assert_eq!(
        case(if_match(&[0, 2, 7]), &[noted("a"), noted("b")]).written().version,
        3
    );
}

#[test]
fn any_version_asks_for_a_report() {
    let case = |edits: &[Edit]| Case {
        preconditions: if_match_any(),
        stored: stored(edits),
        ..Case::of(noted("c"))
    };
    assert_eq!(case(&[]).refused(), Refusal::VersionMismatch { current: 0 });
    assert_eq!(
        case(&[noted("a"), Edit::Delete]).refused(),
        Refusal::VersionMismatch { current: 2 }
    );
    assert_eq!(case(&[noted("a")]).written().version, 2);
}

#[test]
fn no_write_changes_a_closed_month() {
    for edit in [
        noted("b"),
        Edit::Delete,
        put_one(1, 10),
        Edit::DeleteIntervention(numbered(1)),
    ] {
        let late = |closed| Case {
            closed,
            stored: stored(&[day_of(&[1])]),
            ..Case::of(edit.clone())
        };
        assert_eq!(
            late(Some(closed())).refused(),
            Refusal::MonthClosed(closed()),
            "{edit:?}"
        );
        assert_eq!(late(None).written().version, 2, "{edit:?}");
    }
}

#[test]
fn outside_the_activity_periods_reports_are_deleted_and_not_put() {
    let outside = |edit| Case {
        active: false,
        stored: stored(&[day_of(&[1])]),
        ..Case::of(edit)
    };
    for edit in [noted("b"), put_one(1, 10), put_one(2, 9)] {
        assert_eq!(outside(edit).refused(), Refusal::OutsideActivityPeriod);
    }
    for edit in [Edit::Delete, Edit::DeleteIntervention(numbered(1))] {
        assert_eq!(outside(edit).written().version, 2);
    }
}
