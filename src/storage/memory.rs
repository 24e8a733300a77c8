//! What the writer remembers of the organisations for which it wrote: who their advisors are, which months are closed, what of
//! the field reports have named, and the tallies that it wrote. The lock of an organisation gives back the number of its last
//! change. When that is the number that the writer left there, nobody else has written since, so what it remembers is still true,
//! and is not read again.

use std::collections::{BTreeMap, HashMap};

use super::lock::Locks;
use crate::domain::account::ActivityPeriod;
use crate::domain::calendar::Month;
use crate::domain::closing::ClosedMonth;
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::domain::intervention::{Follows, Reference};
use crate::statistics::tally::Tally;

/// How many facts the writer remembers at most: a tally takes some kilobytes, the others less. When there are more it
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
    pub(super) tallies: BTreeMap<Month, Tally>,
    /// The things of the field that are there, with what follows from naming them.
    pub(super) field: BTreeMap<Reference, Follows>,
}

impl Known {
    fn facts(&self) -> usize {
        self.advisors.len() + self.closed.len() + self.tallies.len() + self.field.len()
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

    /// Whether something is known of each of so many organisations.
    pub(super) fn is_of(&self, organisations: usize) -> bool {
        self.0.len() == organisations
    }

    /// What is known of an organisation, if anything.
    pub(super) fn get(&self, organisation: OrganisationId) -> Option<&Known> {
        self.0.get(&organisation)
    }

    /// Whether a thing of the field is known to be there.
    pub(super) fn has(&self, organisation: OrganisationId, thing: Reference) -> bool {
        self.get(organisation)
            .is_some_and(|known| known.field.contains_key(&thing))
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

    /// Takes out what is known of organisations that are not locked, true or not, with the last changes as of which it is known and
    /// how many numbers are asked for each. None if nothing is known of one of them.
    pub(super) fn recall_unlocked(&mut self, changes: &BTreeMap<OrganisationId, i64>) -> Option<(AllKnown, Locks)> {
        if !changes
            .keys()
            .all(|organisation| self.organisations.contains_key(organisation))
        {
            return None;
        }
        let (mut recalled, mut last) = (AllKnown::default(), BTreeMap::new());
        for (organisation, count) in changes {
            let (left, known) = self.organisations.remove(organisation)?;
            self.facts -= known.facts();
            recalled.0.insert(*organisation, known);
            last.insert(*organisation, (left, *count));
        }
        Some((recalled, Locks::expecting(last)))
    }

    /// Forgets organisations for which what was decided may not have been stored.
    pub(super) fn forget(&mut self, locks: &Locks) {
        for (organisation, _) in locks.changes_before() {
            if let Some((_, known)) = self.organisations.remove(&organisation) {
                self.facts -= known.facts();
            }
        }
    }

    /// Keeps what is known after a transaction that was committed, or that is about to be.
    pub(super) fn keep(&mut self, all: AllKnown, locks: &Locks) {
        self.keep_as_of(all, |organisation| locks.change_after(organisation));
    }

    /// Keeps what was known already, where nothing is decided.
    pub(super) fn keep_untried(&mut self, all: AllKnown, locks: &Locks) {
        let before: BTreeMap<_, _> = locks.changes_before().collect();
        self.keep_as_of(all, |organisation| before.get(&organisation).copied().cloned());
    }

    fn keep_as_of(&mut self, all: AllKnown, last: impl Fn(OrganisationId) -> Option<LastChange>) {
        for (organisation, known) in all.0 {
            if let Some(last) = last(organisation) {
                self.facts += known.facts();
                self.organisations.insert(organisation, (last, known));
            }
        }
        if self.facts > CAPACITY {
            *self = Self::default();
        }
    }
}
