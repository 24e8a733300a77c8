//! The writes of a batch: load all that they need at once, let the domain decide each in the order of arrival, store
//! what came of it at once. Writes of one day are merged before SQL; a refusal writes nothing.
//!
//! The organisations are locked when this runs, so what is loaded stays true until the commit.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::rows::{DayKey, InterventionRow, ReportRow, VersionRow};
use super::statements::{AdvisorRow, Changed, ClosedMonthRow, Needs, WhereaboutsRow};
use super::{by_day, entries_of, named, statements};
use crate::domain::account::ActivityPeriod;
use crate::domain::calendar::{Month, ReportDate};
use crate::domain::closing::ClosedMonth;
use crate::domain::decision::{Asked, Decision, Refusal, ReportWrite, Surroundings, decide};
use crate::domain::identifiers::{AdvisorId, InterventionId, OrganisationId};
use crate::domain::intervention::{Follows, Intervention, Reference};
use crate::domain::report::{AskedId, DayState, Entry, RecordedReport, Report};
use crate::statistics::tally::Tally;
use crate::storage::columns::{instant_of, parse_id};
use crate::storage::connection::AnyConnection;
use crate::storage::lock::Locks;
use crate::storage::memory::AllKnown;
use crate::storage::months;
use crate::storage::storage_error::StorageError;
use crate::storage::tallies::{TallyKey, TallyRow};

/// What became of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It has a report and had none.
    Created,
    /// It has another report.
    Replaced,
    /// It had what was asked for already.
    Unchanged,
    /// It has no report any more.
    Deleted,
}

/// The answer to a write that was not refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteAnswer {
    /// What became of the day.
    pub outcome: Outcome,
    /// The version of the day: it counts writes, deletions included; 0: there never was a report.
    pub version: i64,
    /// The report of the day, if it has one.
    pub report: Option<RecordedReport>,
}

/// Applies writes of reports in their order: all at once, or on Citus those of each organisation by themselves, since a
/// statement that names several is sent to every server.
pub(in crate::storage) fn apply(
    connection: &mut AnyConnection,
    writes: &[&ReportWrite],
    locks: &mut Locks,
    known: &mut AllKnown,
    on_citus: bool,
) -> Result<Vec<Result<WriteAnswer, Refusal>>, StorageError> {
    if !on_citus {
        return apply_at_once(connection, writes, locks, known, false);
    }
    let mut by_organisation: BTreeMap<OrganisationId, Vec<(usize, &ReportWrite)>> = BTreeMap::new();
    for (place, write) in writes.iter().enumerate() {
        by_organisation
            .entry(write.organisation)
            .or_default()
            .push((place, write));
    }
    let mut outcomes = BTreeMap::new();
    for writes in by_organisation.into_values() {
        let (places, writes): (Vec<usize>, Vec<&ReportWrite>) = writes.into_iter().unzip();
        outcomes.extend(
            places
                .into_iter()
                .zip(apply_at_once(connection, &writes, locks, known, true)?),
        );
    }
    Ok(outcomes.into_values().collect())
}

fn apply_at_once(
    connection: &mut AnyConnection,
    writes: &[&ReportWrite],
    locks: &mut Locks,
    known: &mut AllKnown,
    on_citus: bool,
) -> Result<Vec<Result<WriteAnswer, Refusal>>, StorageError> {
    if writes.is_empty() {
        return Ok(Vec::new());
    }
    let mut batch = Batch::load(connection, writes, known)?;
    let outcomes: Result<Vec<_>, StorageError> = writes
        .iter()
        .map(|write| batch.apply(write, locks.next_change(write.organisation)?))
        .collect();
    let outcomes = outcomes?;
    batch.store(connection, locks, on_citus)?;
    Ok(outcomes)
}

/// A day as the batch has made it so far.
#[derive(Default)]
struct Day {
    /// Its row of `reports`, if it has one.
    row: Option<ReportRow>,
    /// Its state.
    state: DayState,
    /// The rows of the interventions of its state.
    interventions: Vec<InterventionRow>,
    /// Whether it had interventions before the batch.
    had_interventions: bool,
    /// Whether the batch changed it.
    changed: bool,
}

type AdvisorKey = (OrganisationId, AdvisorId);
type WhereaboutsKey = (OrganisationId, AdvisorId, InterventionId);

/// What a batch needs to know, and what it changes.
struct Batch<'k> {
    days: BTreeMap<DayKey, Day>,
    /// The advisors, closed months and tallies that the batch needs, and those of earlier batches.
    known: &'k mut AllKnown,
    whereabouts: BTreeMap<WhereaboutsKey, ReportDate>,
    /// What there is of the field of what the writes name, and what follows from it.
    field: BTreeMap<(OrganisationId, Reference), Follows>,
    versions: Vec<VersionRow>,
    tally_changes: BTreeMap<TallyKey, Tally>,
    /// The writes that closed months refused, and when the last of them came.
    refused: BTreeMap<(OrganisationId, Month, AdvisorId), (i32, DateTime<Utc>)>,
}

impl<'k> Batch<'k> {
    fn load(
        connection: &mut AnyConnection,
        writes: &[&ReportWrite],
        known: &'k mut AllKnown,
    ) -> Result<Self, StorageError> {
        let needs = Needs {
            days: Vec::from_iter(writes.iter().map(|write| DayKey::of(write)).collect::<BTreeSet<_>>()),
            advisors: unknown_advisors(writes, known),
            months: unknown_months(writes, known),
            named: named_interventions(writes),
            tallies: unknown_tallies(writes, known),
            references: named::asked(writes),
        };
        let found = statements::find(connection, &needs)?;
        learn_advisors(found.advisors, known)?;
        learn_closed_months(found.closed_months, known)?;
        learn_tallies(found.tallies, known)?;
        let days = days_of(found.days, found.interventions)?;
        let mut whereabouts = whereabouts_of(found.whereabouts)?;
        for (key, day) in &days {
            for id in day.state.live.iter().flat_map(|live| ids(&live.content)) {
                whereabouts.insert((key.organisation, key.advisor, id), key.date);
            }
        }
        Ok(Self {
            days,
            known,
            whereabouts,
            field: named::load(connection, writes, found.references)?,
            versions: Vec::new(),
            tally_changes: BTreeMap::new(),
            refused: BTreeMap::new(),
        })
    }

    /// Decides one write and notes what it changes.
    fn apply(&mut self, write: &ReportWrite, change_seq: i64) -> Result<Result<WriteAnswer, Refusal>, StorageError> {
        let key = DayKey::of(write);
        let mut decision = self.decide(write, key);
        if let Decision::Write(DayState { live: Some(live), .. }) = &mut decision {
            let follows = |entry: &Entry| write.asked.says(entry).then(|| self.follows(key, &entry.intervention));
            live.content.follow(follows);
        }
        let day = self.days.entry(key).or_default();
        let next = match decision {
            Decision::Refuse(refusal) => {
                if let Refusal::MonthClosed(closed) = &refusal {
                    let refused = self.refused.entry((key.organisation, closed.month, key.advisor));
                    let (writes, at) = refused.or_insert((0, write.at));
                    (*writes, *at) = (*writes + 1, write.at.max(*at));
                }
                return Ok(Err(refusal));
            }
            Decision::Unchanged => {
                return Ok(Ok(WriteAnswer {
                    outcome: Outcome::Unchanged,
                    version: day.state.version,
                    report: day.state.live.clone(),
                }));
            }
            Decision::Write(next) => next,
        };
        let row = ReportRow::after(write, &next, day.row.as_ref(), change_seq);
        // Keeps the rows as they were stored, not the values read from them, so that a code which this program does not
        // know stays in the history.
        let replaced = std::mem::replace(&mut day.interventions, InterventionRow::of_day(key, &next)?);
        if let Some(old) = day.row.replace(row) {
            self.versions.push(VersionRow::of(old, replaced)?);
        }
        let old = std::mem::replace(&mut day.state, next.clone()).live;
        day.changed = true;
        let new = next.live.as_ref();
        let outcome = match (&old, new) {
            (None, Some(_)) => Outcome::Created,
            (_, None) => Outcome::Deleted,
            (Some(_), Some(_)) => Outcome::Replaced,
        };
        self.note(key, old.as_ref(), new);
        Ok(Ok(WriteAnswer {
            outcome,
            version: next.version,
            report: next.live,
        }))
    }

    fn decide(&mut self, write: &ReportWrite, key: DayKey) -> Decision {
        let nothing = DayState::default();
        let stored = self.days.get(&key).map_or(&nothing, |day| &day.state);
        let known = self.known.of(key.organisation);
        let periods = known.advisors.get(&key.advisor).and_then(Option::as_ref);
        let closed = known.closed.get(&key.date.month()).copied().flatten();
        let elsewhere = |id| {
            let date = self.whereabouts.get(&(key.organisation, key.advisor, id)).copied();
            date.filter(|date| *date != key.date)
        };
        let around = Surroundings {
            advisor_known: periods.is_some(),
            closed,
            active: periods.is_some_and(|periods| periods.iter().any(|period| period.holds(key.date.date()))),
            elsewhere: &elsewhere,
            has: &|reference| self.field.contains_key(&(key.organisation, reference)),
        };
        decide(write, stored, &around)
    }

    /// What follows from what an intervention names.
    fn follows(&self, key: DayKey, said: &Intervention) -> Follows {
        let of = |named: Option<Reference>| self.field.get(&(key.organisation, named?)).cloned();
        let of_place = of(said.place_id.map(Reference::Place)).unwrap_or_default();
        let of_session = of(said.planned_session_id.map(Reference::Session)).unwrap_or_default();
        Follows {
            principle: of_session.principle,
            ..of_place
        }
    }

    /// Notes where interventions stand now and how the month's counters change.
    fn note(&mut self, key: DayKey, old: Option<&RecordedReport>, new: Option<&RecordedReport>) {
        for id in old.into_iter().flat_map(|live| ids(&live.content)) {
            self.whereabouts.remove(&(key.organisation, key.advisor, id));
        }
        for id in new.into_iter().flat_map(|live| ids(&live.content)) {
            self.whereabouts.insert((key.organisation, key.advisor, id), key.date);
        }
        let tally = TallyKey {
            organisation: key.organisation,
            month: key.date.month(),
            advisor: key.advisor,
        };
        *self.tally_changes.entry(tally).or_default() += Tally::change(old, new);
    }

    /// Stores what the batch changed.
    fn store(self, connection: &mut AnyConnection, locks: &Locks, on_citus: bool) -> Result<(), StorageError> {
        for ((organisation, month, advisor), (writes, at)) in &self.refused {
            let mut locked = locks.on(connection, *organisation)?;
            months::count_refused(&mut locked, (*month, *advisor), *writes, *at)?;
        }
        let changed = || self.days.iter().filter(|(_, day)| day.changed);
        let reports: Vec<ReportRow> = changed().filter_map(|(_, day)| day.row.clone()).collect();
        if reports.is_empty() {
            return Ok(());
        }
        let emptied: Vec<DayKey> = changed()
            .filter(|(_, day)| day.had_interventions)
            .map(|(key, _)| *key)
            .collect();
        let written = self.days.into_values().filter(|day| day.changed);
        let changed = Changed {
            reports,
            emptied,
            interventions: written.flat_map(|day| day.interventions).collect(),
            versions: self.versions,
            tallies: changed_tallies(self.tally_changes, self.known)?,
        };
        Ok(statements::store(connection, &changed, on_citus)?)
    }
}

fn ids(report: &Report) -> impl Iterator<Item = InterventionId> {
    report.entries().iter().map(|entry| entry.id)
}

fn days_of(rows: Vec<ReportRow>, interventions: Vec<InterventionRow>) -> Result<BTreeMap<DayKey, Day>, StorageError> {
    let mut interventions = by_day(interventions)?;
    let mut days = BTreeMap::new();
    for row in rows {
        let key = row.key()?;
        let interventions = interventions.remove(&key).unwrap_or_default();
        let day = Day {
            had_interventions: !interventions.is_empty(),
            state: row.state(entries_of(interventions.clone())?)?,
            interventions,
            row: Some(row),
            changed: false,
        };
        days.insert(key, day);
    }
    Ok(days)
}

/// The advisors of whom nothing is known yet; until they are found, there are none.
fn unknown_advisors(writes: &[&ReportWrite], known: &mut AllKnown) -> Vec<AdvisorKey> {
    let mut asked: Vec<AdvisorKey> = Vec::new();
    for write in writes {
        let advisors = &mut known.of(write.organisation).advisors;
        advisors.entry(write.advisor).or_insert_with(|| {
            asked.push((write.organisation, write.advisor));
            None
        });
    }
    asked
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

/// The months of which nothing is known yet; until they are found closed, they are open.
fn unknown_months(writes: &[&ReportWrite], known: &mut AllKnown) -> Vec<(OrganisationId, Month)> {
    let mut asked: Vec<(OrganisationId, Month)> = Vec::new();
    for write in writes {
        let (closed, month) = (&mut known.of(write.organisation).closed, write.date.month());
        closed.entry(month).or_insert_with(|| {
            asked.push((write.organisation, month));
            None
        });
    }
    asked
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

/// The interventions that clients name.
fn named_interventions(writes: &[&ReportWrite]) -> Vec<WhereaboutsKey> {
    let mut keys: BTreeSet<WhereaboutsKey> = BTreeSet::new();
    for write in writes {
        let mut name = |id| keys.insert((write.organisation, write.advisor, id));
        match &write.asked {
            Asked::Put { report, .. } => {
                for entry in report.entries() {
                    if let AskedId::Client(id) = entry.id {
                        name(id);
                    }
                }
            }
            Asked::PutIntervention { id, .. } => {
                name(*id);
            }
            Asked::Delete | Asked::DeleteIntervention(_) | Asked::Assign(_) => {}
        }
    }
    Vec::from_iter(keys)
}

/// Where interventions stand.
fn whereabouts_of(found: Vec<WhereaboutsRow>) -> Result<BTreeMap<WhereaboutsKey, ReportDate>, StorageError> {
    found
        .into_iter()
        .map(|(organisation, advisor, intervention, date)| {
            let key = (parse_id(&organisation)?, parse_id(&advisor)?, parse_id(&intervention)?);
            Ok((key, ReportDate::new(date)))
        })
        .collect()
}

/// The tallies of which nothing is known yet; until they are found, they are of nothing.
fn unknown_tallies(writes: &[&ReportWrite], known: &mut AllKnown) -> Vec<TallyKey> {
    let mut asked: Vec<TallyKey> = Vec::new();
    for write in writes {
        let key = TallyKey {
            organisation: write.organisation,
            month: write.date.month(),
            advisor: write.advisor,
        };
        let tallies = &mut known.of(key.organisation).tallies;
        tallies.entry((key.month, key.advisor)).or_insert_with(|| {
            asked.push(key);
            Tally::default()
        });
    }
    asked
}

fn learn_tallies(found: Vec<TallyRow>, known: &mut AllKnown) -> Result<(), StorageError> {
    for row in found {
        let key = row.key()?;
        let tallies = &mut known.of(key.organisation).tallies;
        tallies.insert((key.month, key.advisor), row.tally()?);
    }
    Ok(())
}

/// The tallies with the changes of a batch.
fn changed_tallies(changes: BTreeMap<TallyKey, Tally>, known: &mut AllKnown) -> Result<Vec<TallyRow>, StorageError> {
    let mut rows = Vec::with_capacity(changes.len());
    for (key, change) in changes {
        let tallies = &mut known.of(key.organisation).tallies;
        let tally = tallies.entry((key.month, key.advisor)).or_default();
        *tally = std::mem::take(tally) + change;
        rows.push(TallyRow::of(key, tally)?);
    }
    Ok(rows)
}
