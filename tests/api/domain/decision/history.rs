//! Laws of any history of writes on one day.

use proptest::prelude::*;
use quotidien::domain::calendar::ReportDate;
use quotidien::domain::decision::{Asked, Decision, Preconditions, Refusal, Surroundings, Versions, decide};
use quotidien::domain::identifiers::InterventionId;
use quotidien::domain::report::{DayState, Report};
use quotidien::statistics::tally::Tally;

use super::desk;
use crate::support::arbitrary::{Edit, edit, numbered, preconditions};

/// One write of a history, and the circumstances in which it comes.
#[derive(Debug, Clone)]
struct Step {
    edit: Edit,
    preconditions: Preconditions,
    closed: bool,
    active: bool,
    /// An identifier that stands in the report of another day.
    elsewhere: Option<u128>,
}

fn step() -> impl Strategy<Value = Step> {
    (
        edit(),
        preconditions(),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.9),
        prop::option::weighted(0.3, 1..=6_u128),
    )
        .prop_map(|(edit, preconditions, closed, active, elsewhere)| Step {
            edit,
            preconditions,
            closed,
            active,
            elsewhere,
        })
}

fn history() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..12)
}

impl Step {
    fn decided(&self, stored: &DayState, minute: i64) -> Decision {
        let another_day: ReportDate = "2022-05-06".parse().unwrap();
        let elsewhere = |id: InterventionId| (self.elsewhere.map(numbered) == Some(id)).then_some(another_day);
        let around = Surroundings {
            advisor_known: true,
            closed: self.closed.then(super::closed),
            active: self.active,
            elsewhere: &elsewhere,
            has: &|_| true,
        };
        decide(&desk().write(&self.edit, &self.preconditions, minute), stored, &around)
    }
}

/// Takes the steps of a history in turn: `each` gets the step, the day before it, what was decided, and the minute.
/// Gives the state of the day after the last step.
fn replay(history: &[Step], mut each: impl FnMut(&Step, &DayState, &Decision, i64)) -> DayState {
    let mut state = DayState::default();
    for (minute, step) in (0..).step_by(2).zip(history) {
        let decision = step.decided(&state, minute);
        each(step, &state, &decision, minute);
        if let Decision::Write(next) = decision {
            state = next;
        }
    }
    state
}

fn content(state: &DayState) -> Option<&Report> {
    state.live.as_ref().map(|live| &live.content)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn versions_grow_by_one_at_each_write_and_at_nothing_else(history in history()) {
        let mut writes = 0;
        let last = replay(&history, |_, before, decision, _| {
            if let Decision::Write(after) = decision {
                writes += 1;
                assert_eq!(after.version, before.version + 1);
                assert!(after.live.as_ref().is_none_or(|live| live.version == after.version));
                assert_ne!(content(after), content(before), "a write changes something");
            }
        });
        prop_assert_eq!(last.version, writes);
    }

    #[test]
    fn a_write_that_is_retried_changes_nothing(history in history()) {
        replay(&history, |step, _, decision, minute| {
            let Decision::Write(after) = decision else {
                return;
            };
            // The retry comes a minute later, and the server would give its interventions other new identifiers.
            let retried = step.decided(after, minute + 1);
            let only_new = step.preconditions.if_none_match == Some(Versions::Any) && after.live.is_some();
            let expected = if only_new { Decision::Refuse(Refusal::ReportExists) } else { Decision::Unchanged };
            assert_eq!(retried, expected);
        });
    }

    #[test]
    fn a_put_that_is_not_refused_leaves_what_was_asked_for(history in history()) {
        replay(&history, |step, before, decision, minute| {
            let after = match decision {
                Decision::Write(after) => after,
                Decision::Unchanged => before,
                Decision::Refuse(_) => return,
            };
            match &desk().write(&step.edit, &step.preconditions, minute).asked {
                Asked::Put { report, .. } => assert_eq!(content(after), Some(&report.settle(content(before)))),
                Asked::Delete => assert_eq!(content(after), None),
                Asked::PutIntervention { id, intervention } => {
                    let entries = content(after).unwrap().entries();
                    let found: Vec<_> = entries.iter().filter(|entry| entry.id == *id).collect();
                    assert_eq!(found.len(), 1);
                    assert_eq!(&found[0].intervention, intervention);
                }
                Asked::DeleteIntervention(id) => assert!(content(after).is_none_or(|report| !report.names(*id))),
                Asked::Assign(_) => unreachable!("no edit assigns a place"),
            }
        });
    }

    #[test]
    fn the_changes_of_a_history_add_up_to_its_last_report(history in history()) {
        let mut tally = Tally::default();
        let last = replay(&history, |_, before, decision, _| {
            if let Decision::Write(after) = decision {
                tally += Tally::change(before.live.as_ref(), after.live.as_ref());
            }
        });
        prop_assert_eq!(tally, last.live.as_ref().map(Tally::of_recorded).unwrap_or_default());
    }

    #[test]
    fn nothing_is_written_in_a_closed_month_or_put_outside_the_activity_periods(history in history()) {
        replay(&history, |step, before, decision, _| {
            if let Decision::Write(after) = decision {
                assert!(!step.closed);
                let named = |state| content(state).is_some_and(|report| step.elsewhere.is_some_and(|id| report.names(numbered(id))));
                let puts = matches!(step.edit, Edit::Put(_) | Edit::PutIntervention(..));
                assert!(step.active || !puts);
                assert!(!named(after), "an intervention stands in two reports: {before:?}");
            }
        });
    }
}
