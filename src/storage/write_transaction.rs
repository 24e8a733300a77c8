//! One transaction of the writer: the locks, the writes that wait, the commit.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use diesel::Connection as _;
use diesel::r2d2::R2D2Connection as _;

use super::connection::{AnyConnection, TRIAL_WAIT, WRITER_WAIT};
use super::lock::Locks;
use super::measures::WriterMeasures;
use super::memory::{AllKnown, Memory};
use super::queue_item::{Item, ReportItem, Work};
use super::reports::{self, Changed};
use super::sqlite_log::Log;
use super::storage_error::StorageError;
use crate::domain::decision::ReportWrite;
use crate::domain::identifiers::OrganisationId;

/// How a transaction failed.
pub(super) enum Failure {
    /// Before its commit: nothing was written.
    Before(StorageError),
    /// At its commit: it is not known whether it was written.
    Commit(StorageError),
    /// Somebody else holds the lock of this organisation: nothing was run.
    Held(OrganisationId),
    /// The database was not reached, or somebody else holds all of it, for as long as the writer waits: nothing was run.
    Unreached(String),
}

impl Failure {
    /// How a transaction fails that could not begin.
    pub(super) fn to_begin(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(reason) => Self::Unreached(reason),
            error => Self::Before(error),
        }
    }
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        Self::Before(error)
    }
}

/// How long a transaction waits for locks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// For a moment, as two instances may write for one organisation.
    Brief,
    /// Not at all.
    None,
}

impl Patience {
    /// Whether a transaction that began then may have waited for a lock as long as it does.
    pub(super) fn is_over_since(self, began: Instant) -> bool {
        let wait = match self {
            Self::Brief => WRITER_WAIT,
            Self::None => TRIAL_WAIT,
        };
        began.elapsed() >= wait
    }
}

/// In a transaction that has begun, locks the organisations, applies the items in the order of their arrival, commits. Tells
/// whether all were reports of days that had none, of organisations for which nobody else has written since the writer last did.
pub(super) fn transaction(
    connection: &mut AnyConnection,
    items: &mut [Item],
    patience: Patience,
    memory: &mut Memory,
    commits: &Commits,
    on_citus: bool,
) -> Result<bool, Failure> {
    let began = Instant::now();
    if patience == Patience::None {
        connection.wait_for_no_lock().map_err(StorageError::from)?;
    }
    let changes = changes(items);
    let mut locks = Locks::take(connection, &changes).map_err(|(organisation, error)| match error {
        // Of the faults that have no kind of their own, taking a lock meets that it was not had in time.
        StorageError::Database(_) => match error.on(connection, patience.is_over_since(began)) {
            StorageError::Unavailable(_) if matches!(connection, AnyConnection::Postgres(_)) => {
                Failure::Held(organisation)
            }
            error => Failure::Before(error),
        },
        error => Failure::Before(error),
    })?;
    let mut known = memory.recall(&locks);
    let undisturbed = known.is_of(changes.len());
    let mut rest = &mut *items;
    while !rest.is_empty() {
        let reports = rest.iter().take_while(|item| matches!(item, Item::Report(_))).count();
        let (run, others) = rest.split_at_mut(reports);
        apply_reports(connection, run, &mut locks, &mut known, on_citus)?;
        rest = match others {
            [Item::Work(work), rest @ ..] => {
                apply_work(connection, work.as_mut(), &locks)?;
                known.forget(work.locks());
                rest
            }
            others => others,
        };
    }
    commits.commit(connection)?;
    memory.keep(known, &locks);
    Ok(undisturbed && items.iter().all(Item::made_a_report))
}

/// A batch of reports of days that are taken to have none, as it was decided before anything was read.
pub(super) struct Decided {
    /// What it stores.
    changed: Changed,
    /// The changes as of which that is right, and the numbers that it reserves.
    pub(super) locks: Locks,
}

impl Decided {
    /// Adds what was decided on top of this.
    pub(super) fn join(&mut self, next: Self) {
        self.changed.join(next.changed);
        self.locks.join(next.locks);
    }
}

/// Decides reports of days that are taken to have none, where the writer knows all else that decides them: it remembers what is true
/// once they are stored. None: nothing is decided, and they go step by step.
pub(super) fn decide(items: &mut [Item], memory: &mut Memory) -> Result<Option<Decided>, StorageError> {
    let asked = changes(items);
    let mut reports = reports_of(items);
    let Some((mut known, mut locks)) = memory.recall_unlocked(&asked) else {
        return Ok(None);
    };
    let prepared = reports.iter_mut().map(|item| item.prepared.take()).collect();
    let writes: Vec<&ReportWrite> = reports.iter().map(|item| &item.write).collect();
    let Some((changed, answers)) = reports::decide_if_new(&writes, prepared, &mut locks, &mut known)? else {
        memory.keep_untried(known, &locks);
        return Ok(None);
    };
    for (item, answer) in reports.iter_mut().zip(answers) {
        item.outcome = Some(Ok(answer));
    }
    memory.keep(known, &locks);
    Ok(Some(Decided { changed, locks }))
}

/// Stores and commits what was decided, in a transaction of its own, if nobody else has written since what the locks expect. On
/// PostgreSQL it is one statement, since each is a round trip. `Ok(false)`, or a failure before the commit: nothing was written.
pub(super) fn store(connection: &mut AnyConnection, decided: &Decided, commits: &Commits) -> Result<bool, Failure> {
    let (changed, expected) = (&decided.changed, &decided.locks);
    if matches!(connection, AnyConnection::Postgres(_)) {
        return reports::store_new(connection, changed, expected).map_err(|error| {
            // Such a statement leaves open, when its connection was lost, whether it committed.
            let of_commit = connection.is_broken();
            let error = StorageError::from(error).on(connection, false);
            if of_commit {
                Failure::Commit(error)
            } else {
                Failure::Before(error)
            }
        });
    }
    begin(connection)?;
    let stored = store_under_locks(connection, changed, expected);
    if matches!(stored, Ok(true)) {
        commits.commit(connection)?;
    } else {
        drop(connection.roll_back());
    }
    stored
}

/// Takes locks, and stores what was decided if nobody else has written since what they expect.
fn store_under_locks(connection: &mut AnyConnection, changed: &Changed, expected: &Locks) -> Result<bool, Failure> {
    let reserved = expected.reserved();
    let reserved = reserved
        .map(|(organisation, _, changes)| (organisation, changes))
        .collect();
    let locks = Locks::take(connection, &reserved).map_err(|(_, error)| error)?;
    if !locks.are_as_expected(expected) {
        return Ok(false);
    }
    Ok(reports::store_new(connection, changed, expected).map_err(StorageError::from)?)
}

/// Begins a transaction.
pub(super) fn begin(connection: &mut AnyConnection) -> Result<(), Failure> {
    let begun = connection.begin_write();
    begun.map_err(|error| Failure::to_begin(StorageError::from(error).on(connection, false)))
}

/// How the writer commits.
#[derive(Clone)]
pub(super) struct Commits {
    /// What it counts.
    pub(super) measures: WriterMeasures,
    /// The log of SQLite, which is kept by whoever answers.
    pub(super) log: Option<Arc<Log>>,
}

impl Commits {
    fn commit(&self, connection: &mut AnyConnection) -> Result<(), Failure> {
        let committed = match &self.log {
            Some(log) => log.around(|| connection.commit()),
            None => self.timed(|| connection.commit()),
        };
        committed.map_err(|error| Failure::Commit(error.into()))
    }

    /// Whether the disk has failed to keep the log of SQLite.
    pub(super) fn log_has_failed(&self) -> bool {
        self.log.as_ref().is_some_and(|log| log.has_failed())
    }

    /// Has the disk keep what is committed, where the database does not see to that itself.
    pub(super) fn keep(&self) -> Result<(), StorageError> {
        let Some(log) = &self.log else {
            return Ok(());
        };
        self.timed(|| log.keep())
    }

    fn timed<T>(&self, work: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let done = work();
        self.measures.commit_seconds.observe(began.elapsed().as_secs_f64());
        done
    }
}

/// How many changes the items make, of each organisation that they lock.
fn changes(items: &[Item]) -> BTreeMap<OrganisationId, i64> {
    let mut changes = BTreeMap::new();
    for organisation in items.iter().flat_map(Item::locks) {
        *changes.entry(*organisation).or_default() += 1;
    }
    changes
}

/// The writes of reports among the items.
fn reports_of(items: &mut [Item]) -> Vec<&mut ReportItem> {
    let reports = items.iter_mut().filter_map(|item| match item {
        Item::Report(item) => Some(item.as_mut()),
        Item::Work(_) => None,
    });
    reports.collect()
}

/// Applies a run of report writes at once. A refusal writes nothing, so it needs no savepoint.
fn apply_reports(
    connection: &mut AnyConnection,
    run: &mut [Item],
    locks: &mut Locks,
    known: &mut AllKnown,
    on_citus: bool,
) -> Result<(), StorageError> {
    let mut items = reports_of(run);
    let writes: Vec<&ReportWrite> = items.iter().map(|item| &item.write).collect();
    let outcomes = reports::apply(connection, &writes, locks, known, on_citus)?;
    for (item, outcome) in items.iter_mut().zip(outcomes) {
        item.outcome = Some(outcome);
    }
    Ok(())
}

/// Why the savepoint of work is undone, and nothing else: it was refused, it failed, or the savepoint itself did.
enum Undo {
    Work,
    Savepoint(StorageError),
}

impl From<diesel::result::Error> for Undo {
    fn from(error: diesel::result::Error) -> Self {
        Self::Savepoint(error.into())
    }
}

/// Runs work in a savepoint. When it failed, that is what is told: a fault such as a full disk ends SQLite's whole
/// transaction, after which undoing the savepoint fails as well.
fn apply_work(connection: &mut AnyConnection, work: &mut dyn Work, locks: &Locks) -> Result<(), StorageError> {
    let mut failure = None;
    let outcome = connection.transaction(|connection| match work.run(connection, locks) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Undo::Work),
        Err(error) => {
            failure = Some(error);
            Err(Undo::Work)
        }
    });
    match (failure, outcome) {
        (Some(error), _) | (None, Err(Undo::Savepoint(error))) => Err(error),
        (None, Ok(()) | Err(Undo::Work)) => Ok(()),
    }
}
