//! The writes of a batch: load all that they need at once, let the domain decide each in the order of arrival, store
//! what came of it at once. Writes of one day are merged before SQL; a refusal writes nothing.
//!
//! The organisations are locked when this runs, so what is loaded stays true until the commit.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::rows::{DayKey, InterventionRow, ReportRow, VersionRow};
use super::{entries_of, interventions_of, named, statements};
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

/// Applies writes of reports in their order.
pub(in crate::storage) fn apply(
    connection: &mut AnyConnection,
    writes: &[&ReportWrite],
    locks: &mut Locks,
    known: &mut AllKnown,
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
    batch.store(connection, locks)?;
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
        learn_advisors(connection, writes, known)?;
        learn_closed_months(connection, writes, known)?;
        let days = load_days(connection, writes)?;
        let mut whereabouts = load_whereabouts(connection, writes)?;
        for (key, day) in &days {
            for id in day.state.live.iter().flat_map(|live| ids(&live.content)) {
                whereabouts.insert((key.organisation, key.advisor, id), key.date);
            }
        }
        Ok(Self {
            days,
            known,
            whereabouts,
            field: named::load(connection, writes)?,
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
    fn store(self, connection: &mut AnyConnection, locks: &Locks) -> Result<(), StorageError> {
        for ((organisation, month, advisor), (writes, at)) in &self.refused {
            let mut locked = locks.on(connection, *organisation)?;
            months::count_refused(&mut locked, (*month, *advisor), *writes, *at)?;
        }
        let changed = || self.days.iter().filter(|(_, day)| day.changed);
        let rows: Vec<ReportRow> = changed().filter_map(|(_, day)| day.row.clone()).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let emptied: Vec<DayKey> = changed()
            .filter(|(_, day)| day.had_interventions)
            .map(|(key, _)| *key)
            .collect();
        let written = self.days.into_values().filter(|day| day.changed);
        let interventions: Vec<InterventionRow> = written.flat_map(|day| day.interventions).collect();
        statements::put_reports(connection, &rows)?;
        statements::delete_interventions(connection, &emptied)?;
        statements::insert_interventions(connection, &interventions)?;
        statements::insert_versions(connection, &self.versions)?;
        store_tallies(connection, self.tally_changes, self.known)
    }
}

fn ids(report: &Report) -> impl Iterator<Item = InterventionId> {
    report.entries().iter().map(|entry| entry.id)
}

fn load_days(connection: &mut AnyConnection, writes: &[&ReportWrite]) -> Result<BTreeMap<DayKey, Day>, StorageError> {
    let keys: BTreeSet<DayKey> = writes.iter().map(|write| DayKey::of(write)).collect();
    let rows = statements::find_days(connection, &Vec::from_iter(keys))?;
    let mut interventions = interventions_of(connection, &rows)?;
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

/// Reads the activity periods of the advisors of whom nothing is known yet.
fn learn_advisors(
    connection: &mut AnyConnection,
    writes: &[&ReportWrite],
    known: &mut AllKnown,
) -> Result<(), StorageError> {
    let mut asked: BTreeSet<AdvisorKey> = BTreeSet::new();
    for write in writes {
        let advisors = &mut known.of(write.organisation).advisors;
        advisors.entry(write.advisor).or_insert_with(|| {
            asked.insert((write.organisation, write.advisor));
            None
        });
    }
    for (organisation, advisor, starts_on, ends_on) in statements::find_advisors(connection, &Vec::from_iter(asked))? {
        let advisors = &mut known.of(parse_id(&organisation)?).advisors;
        let periods = advisors.entry(parse_id(&advisor)?).or_default();
        let period = starts_on.map(|starts_on| ActivityPeriod { starts_on, ends_on });
        periods.get_or_insert_default().extend(period);
    }
    Ok(())
}

/// Reads by whom the months were closed of which nothing is known yet.
fn learn_closed_months(
    connection: &mut AnyConnection,
    writes: &[&ReportWrite],
    known: &mut AllKnown,
) -> Result<(), StorageError> {
    let mut asked: BTreeSet<(OrganisationId, Month)> = BTreeSet::new();
    for write in writes {
        let (closed, month) = (&mut known.of(write.organisation).closed, write.date.month());
        closed.entry(month).or_insert_with(|| {
            asked.insert((write.organisation, month));
            None
        });
    }
    for (organisation, month, at, by) in statements::find_closed_months(connection, &Vec::from_iter(asked))? {
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

/// Where the interventions stand that clients name.
fn load_whereabouts(
    connection: &mut AnyConnection,
    writes: &[&ReportWrite],
) -> Result<BTreeMap<WhereaboutsKey, ReportDate>, StorageError> {
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
    let rows = statements::find_whereabouts(connection, &Vec::from_iter(keys))?;
    rows.into_iter()
        .map(|(organisation, advisor, intervention, date)| {
            let key = (parse_id(&organisation)?, parse_id(&advisor)?, parse_id(&intervention)?);
            Ok((key, ReportDate::new(date)))
        })
        .collect()
}

/// Adds the changes of a batch to the tallies, of which those that are not known yet are read first.
fn store_tallies(
    connection: &mut AnyConnection,
    changes: BTreeMap<TallyKey, Tally>,
    known: &mut AllKnown,
) -> Result<(), StorageError> {
    let mut asked: Vec<TallyKey> = Vec::new();
    for key in changes.keys() {
        if !known
            .of(key.organisation)
            .tallies
            .contains_key(&(key.month, key.advisor))
        {
            asked.push(*key);
        }
    }
    for row in statements::find_tallies(connection, &asked)? {
        let key = row.key()?;
        let tallies = &mut known.of(key.organisation).tallies;
        tallies.insert((key.month, key.advisor), row.tally()?);
    }
    let mut rows = Vec::with_capacity(changes.len());
    for (key, change) in changes {
        let tallies = &mut known.of(key.organisation).tallies;
        let tally = tallies.entry((key.month, key.advisor)).or_default();
        *tally = std::mem::take(tally) + change;
        rows.push(TallyRow::of(key, tally)?);
    }
    Ok(statements::put_tallies(connection, &rows)?)
}
