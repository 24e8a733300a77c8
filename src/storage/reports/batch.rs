//! The writes of a batch: load all that they need at once, let the domain decide each in the order of arrival, store
//! what came of it at once. Writes of one day are merged before SQL; a refusal writes nothing.
//!
//! The organisations are locked when this runs, so what is loaded stays true until the commit.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::prepared::Prepared;
use super::rows::{DayKey, InterventionRow, ReportRow};
use super::statements::{Changed, Needs, WhereaboutsRow};
use super::version_row::VersionRow;
use super::{by_day, entries_of, named, statements};
use crate::domain::calendar::{Month, ReportDate};
use crate::domain::decision::{Decision, Refusal, ReportWrite, Surroundings, decide};
use crate::domain::identifiers::{AdvisorId, InterventionId, OrganisationId};
use crate::domain::intervention::{Follows, Intervention, Reference};
use crate::domain::report::{DayState, Entry, RecordedReport, Report};
use crate::statistics::tally::Tally;
use crate::storage::columns::parse_id;
use crate::storage::connection::AnyConnection;
use crate::storage::lock::Locks;
use crate::storage::memory::{AllKnown, Known};
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
        .map(|write| batch.apply(write, locks.next_change(write.organisation)?, None))
        .collect();
    let outcomes = outcomes?;
    batch.store(connection, locks, on_citus)?;
    Ok(outcomes)
}

/// Decides writes of days that are taken to have no report, by what is known, and says what to store and to answer. `None`: not all
/// are such writes, or more must be read first; what is known is as it was then.
///
/// Storing it fails, and nothing is stored, when one of the days has a report, or when a named intervention stands somewhere: their
/// keys say so. `prepared` is what was made ahead of each write.
pub(in crate::storage) fn decide_if_new(
    writes: &[&ReportWrite],
    prepared: Vec<Option<Prepared>>,
    locks: &mut Locks,
    known: &mut AllKnown,
) -> Result<Option<(Changed, Vec<WriteAnswer>)>, StorageError> {
    if !Needs::around(writes, known).know_all_around() {
        return Ok(None);
    }
    let mut batch = Batch::of_nothing(known);
    let mut answers = Vec::with_capacity(writes.len());
    for (write, prepared) in writes.iter().zip(prepared) {
        match batch.apply(write, locks.next_change(write.organisation)?, prepared)? {
            Ok(answer) if answer.outcome == Outcome::Created => answers.push(answer),
            Ok(_) | Err(_) => return Ok(None),
        }
    }
    Ok(Some((batch.changed()?, answers)))
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

type WhereaboutsKey = (OrganisationId, AdvisorId, InterventionId);

/// What a batch needs to know, and what it changes.
struct Batch<'k> {
    days: BTreeMap<DayKey, Day>,
    /// The advisors, closed months, tallies and things of the field that the batch needs, and those of earlier batches.
    known: &'k mut AllKnown,
    whereabouts: BTreeMap<WhereaboutsKey, ReportDate>,
    /// The sessions that the writes name and that follow from schedules, with what follows from naming them.
    sessions: BTreeMap<(OrganisationId, Reference), Follows>,
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
        let needs = Needs::of(writes, known);
        let found = statements::find(connection, &needs)?;
        needs.learn(found.around, known)?;
        let days = days_of(found.days, found.interventions)?;
        let mut whereabouts = whereabouts_of(found.whereabouts)?;
        for (key, day) in &days {
            for id in day.state.live.iter().flat_map(|live| ids(&live.content)) {
                whereabouts.insert((key.organisation, key.advisor, id), key.date);
            }
        }
        Ok(Self {
            days,
            whereabouts,
            sessions: named::sessions_of_schedules(connection, writes, known)?,
            ..Self::of_nothing(known)
        })
    }

    /// A batch of days that have no report, whose interventions stand nowhere.
    const fn of_nothing(known: &'k mut AllKnown) -> Self {
        Self {
            days: BTreeMap::new(),
            known,
            whereabouts: BTreeMap::new(),
            sessions: BTreeMap::new(),
            versions: Vec::new(),
            tally_changes: BTreeMap::new(),
            refused: BTreeMap::new(),
        }
    }

    /// Decides one write and notes what it changes; `prepared` is what was made ahead of it, if anything.
    fn apply(
        &mut self,
        write: &ReportWrite,
        change_seq: i64,
        prepared: Option<Prepared>,
    ) -> Result<Result<WriteAnswer, Refusal>, StorageError> {
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
        let prepared = prepared.filter(|prepared| day.row.is_none() && prepared.is_of(&next));
        let (row, interventions) = match prepared {
            Some(prepared) => (prepared.report.numbered(change_seq), prepared.interventions),
            None => (
                ReportRow::after(write, &next, day.row.as_ref(), change_seq),
                InterventionRow::of_day(key, &next)?,
            ),
        };
        // Keeps the rows as they were stored, not the values read from them, so that a code which this program does not
        // know stays in the history.
        let replaced = std::mem::replace(&mut day.interventions, interventions);
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

    fn decide(&self, write: &ReportWrite, key: DayKey) -> Decision {
        let nothing = DayState::default();
        let stored = self.days.get(&key).map_or(&nothing, |day| &day.state);
        let nobody = Known::default();
        let known = self.known.get(key.organisation).unwrap_or(&nobody);
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
            has: &|thing| known.field.contains_key(&thing) || self.sessions.contains_key(&(key.organisation, thing)),
        };
        decide(write, stored, &around)
    }

    /// What follows from what an intervention names.
    fn follows(&self, key: DayKey, said: &Intervention) -> Follows {
        let known = self.known.get(key.organisation);
        let of = |named: Option<Reference>| {
            let found = known.and_then(|known| known.field.get(&named?));
            found
                .or_else(|| self.sessions.get(&(key.organisation, named?)))
                .cloned()
        };
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
        };
        self.tally_changes.entry(tally).or_default().replace(old, new);
    }

    /// Stores what the batch changed.
    fn store(self, connection: &mut AnyConnection, locks: &Locks, on_citus: bool) -> Result<(), StorageError> {
        for ((organisation, month, advisor), (writes, at)) in &self.refused {
            let mut locked = locks.on(connection, *organisation)?;
            months::count_refused(&mut locked, (*month, *advisor), *writes, *at)?;
        }
        let changed = self.changed()?;
        if changed.reports.is_empty() {
            return Ok(());
        }
        Ok(statements::store(connection, &changed, on_citus)?)
    }

    /// The rows that the batch changed.
    fn changed(self) -> Result<Changed, StorageError> {
        let changed = || self.days.iter().filter(|(_, day)| day.changed);
        let reports: Vec<ReportRow> = changed().filter_map(|(_, day)| day.row.clone()).collect();
        let emptied: Vec<DayKey> = changed()
            .filter(|(_, day)| day.had_interventions)
            .map(|(key, _)| *key)
            .collect();
        let written = self.days.into_values().filter(|day| day.changed);
        Ok(Changed {
            reports,
            emptied,
            interventions: written.flat_map(|day| day.interventions).collect(),
            versions: self.versions,
            tallies: changed_tallies(self.tally_changes, self.known)?,
        })
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

/// The tallies with the changes of a batch.
fn changed_tallies(changes: BTreeMap<TallyKey, Tally>, known: &mut AllKnown) -> Result<Vec<TallyRow>, StorageError> {
    let mut rows = Vec::with_capacity(changes.len());
    for (key, change) in changes {
        let tallies = &mut known.of(key.organisation).tallies;
        let tally = tallies.entry(key.month).or_default();
        *tally = std::mem::take(tally) + change;
        rows.push(TallyRow::of(key, tally)?);
    }
    Ok(rows)
}
