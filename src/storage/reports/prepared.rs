//! The rows that a write gives to a day without a report, made ahead by the thread of the request: all writes wait for the one writer,
//! which then has less to do.

use std::sync::Arc;

use super::rows::{DayKey, InterventionRow, ReportRow};
use crate::domain::decision::{Asked, Decision, ReportWrite, Surroundings, decide};
use crate::domain::report::DayState;

/// The most that a write may weigh, in bytes, for its rows to be made ahead. While the write waits, its rows take about as much memory
/// again, for which the queue keeps no room: of usual reports that is little.
const WEIGHT_MAX: usize = 8 << 10;

/// The rows of a day that has no report yet. Not what they add to the tally of its month: the writer counts that into a tally that names
/// most of it already, which takes less than to add another tally.
pub(in crate::storage) struct Prepared {
    /// What becomes of the day, if nothing is known that speaks against it.
    state: DayState,
    /// The row of the report, whose change the writer numbers.
    pub(super) report: ReportRow,
    /// The rows of its interventions.
    pub(super) interventions: Vec<InterventionRow>,
}

impl Prepared {
    /// What can be made ahead of a write of this weight, if anything. What cannot be is made once the writer decides it, and fails there if
    /// it fails.
    pub(in crate::storage) fn of(write: &ReportWrite, weight: usize) -> Option<Self> {
        if !matches!(write.asked, Asked::Put { .. }) || weight > WEIGHT_MAX {
            return None;
        }
        let nothing_known = Surroundings {
            advisor_known: true,
            closed: None,
            active: true,
            elsewhere: &|_| None,
            has: &|_| true,
        };
        let Decision::Write(state) = decide(write, &DayState::default(), &nothing_known) else {
            return None;
        };
        Some(Self {
            report: ReportRow::after(write, &state, None, 0),
            interventions: InterventionRow::of_day(DayKey::of(write), &state).ok()?,
            state,
        })
    }

    /// Whether a day without a report becomes what these rows say. Interventions that are equal may differ in what follows from the field:
    /// they are to be the same.
    pub(super) fn is_of<'s>(&'s self, state: &'s DayState) -> bool {
        let entries = |state: &'s DayState| state.live.iter().flat_map(|live| live.content.entries());
        let mut both = entries(&self.state).zip(entries(state));
        *state == self.state && both.all(|(own, its)| Arc::ptr_eq(&own.intervention, &its.intervention))
    }
}
