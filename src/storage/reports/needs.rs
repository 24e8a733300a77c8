//! What a batch needs to know before it decides, as far as the writer does not remember it, and what is learnt of it.

use std::collections::BTreeSet;

use super::named;
use super::rows::DayKey;
use super::statements::{AdvisorRow, Around, ClosedMonthRow, Needs};
use crate::domain::account::ActivityPeriod;
use crate::domain::closing::ClosedMonth;
use crate::domain::decision::{Asked, ReportWrite};
use crate::domain::identifiers::InterventionId;
use crate::domain::report::{AskedId, Report};
use crate::statistics::tally::Tally;
use crate::storage::columns::{instant_of, parse_id};
use crate::storage::memory::{AllKnown, Known};
use crate::storage::storage_error::StorageError;
use crate::storage::tallies::{TallyKey, TallyRow};

impl Needs {
    /// What is to be read before writes are decided: their days, the interventions that they name, and what is not known.
    pub(super) fn of(writes: &[&ReportWrite], known: &AllKnown) -> Self {
        let (mut days, mut named) = (BTreeSet::new(), BTreeSet::new());
        for write in writes {
            days.insert(DayKey::of(write));
            named.extend(named_interventions(write).map(|id| (write.organisation, write.advisor, id)));
        }
        Self {
            days: Vec::from_iter(days),
            named: Vec::from_iter(named),
            ..Self::around(writes, known)
        }
    }

    /// What is not known of what is around writes: all but their days and the interventions that they name.
    pub(super) fn around(writes: &[&ReportWrite], known: &AllKnown) -> Self {
        let nothing = Known::default();
        let (mut advisors, mut months) = (BTreeSet::new(), BTreeSet::new());
        let (mut tallies, mut references) = (BTreeSet::new(), BTreeSet::new());
        for write in writes {
            let (organisation, advisor, month) = (write.organisation, write.advisor, write.date.month());
            let known = known.get(organisation).unwrap_or(&nothing);
            if !known.advisors.contains_key(&advisor) {
                advisors.insert((organisation, advisor));
            }
            if !known.closed.contains_key(&month) {
                months.insert((organisation, month));
            }
            if !known.tallies.contains_key(&month) {
                tallies.insert(TallyKey { organisation, month });
            }
            let unknown = write.asked.named().filter(|thing| !known.field.contains_key(thing));
            references.extend(unknown.map(|thing| (organisation, thing)));
        }
        Self {
            advisors: Vec::from_iter(advisors),
            months: Vec::from_iter(months),
            tallies: Vec::from_iter(tallies),
            references: Vec::from_iter(references),
            ..Self::default()
        }
    }

    /// Whether all is known but the days and the named interventions.
    pub(super) const fn know_all_around(&self) -> bool {
        self.advisors.is_empty() && self.months.is_empty() && self.tallies.is_empty() && self.references.is_empty()
    }

    /// Learns what was found of what was asked. Of what was not found it is known that it is not there; but a thing of the field
    /// that has no row may be one of those that follow from schedules.
    pub(super) fn learn(&self, found: Around, known: &mut AllKnown) -> Result<(), StorageError> {
        for (organisation, advisor) in &self.advisors {
            known.of(*organisation).advisors.insert(*advisor, None);
        }
        for (organisation, month) in &self.months {
            known.of(*organisation).closed.insert(*month, None);
        }
        for key in &self.tallies {
            let tallies = &mut known.of(key.organisation).tallies;
            tallies.insert(key.month, Tally::default());
        }
        learn_advisors(found.advisors, known)?;
        learn_closed_months(found.closed_months, known)?;
        learn_tallies(found.tallies, known)?;
        named::learn(found.references, known)
    }
}

/// The interventions that the client of a write names.
fn named_interventions(write: &ReportWrite) -> impl Iterator<Item = InterventionId> {
    let (report, one) = match &write.asked {
        Asked::Put { report, .. } => (Some(report), None),
        Asked::PutIntervention { id, .. } => (None, Some(*id)),
        Asked::Delete | Asked::DeleteIntervention(_) | Asked::Assign(_) => (None, None),
    };
    let entries = report.into_iter().flat_map(Report::entries);
    let by_client = entries.filter_map(|entry| match entry.id {
        AskedId::Client(id) => Some(id),
        AskedId::Server(_) => None,
    });
    by_client.chain(one)
}

fn learn_advisors(found: Vec<AdvisorRow>, known: &mut AllKnown) -> Result<(), StorageError> {
    for (organisation, advisor, starts_on, ends_on) in found {
        let advisors = &mut known.of(parse_id(&organisation)?).advisors;
        let periods = advisors.entry(parse_id(&advisor)?).or_default();
        let period = starts_on.map(|starts_on| ActivityPeriod { starts_on, ends_on });
        periods.get_or_insert_default().extend(period);
    }
    Ok(())
}

fn learn_closed_months(found: Vec<ClosedMonthRow>, known: &mut AllKnown) -> Result<(), StorageError> {
    for (organisation, month, at, by) in found {
        let corrupt = |_| StorageError::Corrupt(format!("month {month}"));
        let closed = ClosedMonth {
            month: month.parse().map_err(corrupt)?,
            at: instant_of(at),
            by: parse_id(&by)?,
        };
        let months = &mut known.of(parse_id(&organisation)?).closed;
        months.insert(closed.month, Some(closed));
    }
    Ok(())
}

fn learn_tallies(found: Vec<TallyRow>, known: &mut AllKnown) -> Result<(), StorageError> {
    for row in found {
        let key = row.key()?;
        let tallies = &mut known.of(key.organisation).tallies;
        tallies.insert(key.month, row.tally()?);
    }
    Ok(())
}
