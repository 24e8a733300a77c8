//! What the writer remembers of the organisations for which it wrote: who their advisors are, which months are closed, and
//! the tallies that it wrote. The lock of an organisation gives back the number of its last change. When that is the number
//! that the writer left there, nobody else has written since, so what it remembers is still true, and is not read again.

use std::collections::{BTreeMap, HashMap};

use super::lock::Locks;
use crate::domain::account::ActivityPeriod;
use crate::domain::calendar::Month;
use crate::domain::closing::ClosedMonth;
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::statistics::tally::Tally;

/// How many facts the writer remembers at most: a tally takes a kilobyte or two, the others less. When there are more it
/// forgets all: to find out which were used last would cost each report more than a rare reading anew.
const CAPACITY: usize = 20_000;

/// The last change of an organisation: of which history, and its number in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LastChange {
    /// The history, which a restored backup begins anew.
    pub(super) epoch: String,
    /// The number.
    pub(super) number: i64,
}

/// What is known of an organisation while its lock is held.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The activity periods of the advisors; `None`: there is no such advisor.
    pub(super) advisors: BTreeMap<AdvisorId, Option<Vec<ActivityPeriod>>>,
    /// Who closed the months, and when; `None`: the month is open.
    pub(super) closed: BTreeMap<Month, Option<ClosedMonth>>,
    /// The tallies as they are stored; those of nothing, which have no row, among them.
    pub(super) tallies: BTreeMap<(Month, AdvisorId), Tally>,
}

impl Known {
    fn facts(&self) -> usize {
        self.advisors.len() + self.closed.len() + self.tallies.len()
    }
}

/// What is known of the organisations that a transaction has locked.
#[derive(Debug, Default)]
pub(super) struct AllKnown(HashMap<OrganisationId, Known>);

impl AllKnown {
    /// What is known of an organisation.
    pub(super) fn of(&mut self, organisation: OrganisationId) -> &mut Known {
        self.0.entry(organisation).or_default()
    }

    /// Forgets what is known of organisations, since something else than a report may have been changed.
    pub(super) fn forget(&mut self, organisations: &[OrganisationId]) {
        for organisation in organisations {
            self.0.remove(organisation);
        }
    }
}

/// What the writer knew after the last transaction of each organisation.
#[derive(Debug, Default)]
pub(super) struct Memory {
    organisations: HashMap<OrganisationId, (LastChange, Known)>,
    facts: usize,
}

impl Memory {
    /// Takes out what is known of the organisations that a transaction has locked, and is true still. It is lost unless the
    /// transaction gives it back.
    pub(super) fn recall(&mut self, locks: &Locks) -> AllKnown {
        let mut recalled = AllKnown::default();
        for (organisation, before) in locks.changes_before() {
            let Some((left, known)) = self.organisations.remove(&organisation) else {
                continue;
            };
            self.facts -= known.facts();
            if left == *before {
                recalled.0.insert(organisation, known);
            }
        }
        recalled
    }

    /// Keeps what is known after a transaction that was committed.
    pub(super) fn keep(&mut self, all: AllKnown, locks: &Locks) {
        for (organisation, known) in all.0 {
            if let Some(after) = locks.change_after(organisation) {
                self.facts += known.facts();
                self.organisations.insert(organisation, (after, known));
            }
        }
        if self.facts > CAPACITY {
            *self = Self::default();
        }
    }
}
