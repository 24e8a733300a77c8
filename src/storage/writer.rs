//! The one thread of an instance that writes: it takes what waits, decides it, has it stored, and answers.
//!
//! Reports of days without any are decided by what the writer remembers, while PostgreSQL may still store the batch before: what comes
//! meanwhile becomes the next batch. Anything else is done step by step, once nothing is being stored: under the locks of its organisations, by
//! what is read then.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::answers::Answers;
use super::citus;
use super::connection::{AnyConnection, DatabaseUrl};
use super::held_writes::{HeldWrites, RETRY};
use super::measures::WriterMeasures;
use super::memory::Memory;
use super::queue_item::Item;
use super::sqlite_log::Log;
use super::storage_error::StorageError;
use super::storer::{DecidedBatch, Landed, Storer, Unstored};
use super::waiting::Exit;
use super::write_transaction::{Commits, Failure, Patience, begin, decide, transaction};

/// The most writes of one transaction.
const BATCH_LENGTH: usize = 256;
/// The most savepoints of one transaction: PostgreSQL slows down beyond 64.
const SAVEPOINTS: usize = 64;

/// In how many parts the next batch is decided while one is stored, about: to be woken for each write would take longer.
const PARTS: usize = 4;

/// How long the writer waits for the writes that it expects.
const MOMENT: Duration = Duration::from_micros(500);

/// How long after a transaction its connection is taken to be sound. A statement that commits by itself leaves open, when the
/// connection was lost, whether it did.
const SOUND: Duration = Duration::from_secs(1);

pub(super) struct Writer {
    url: DatabaseUrl,
    exit: Exit<Item>,
    connection: Option<AnyConnection>,
    /// How many transactions were begun.
    transactions: u64,
    /// At which of them PostgreSQL plans its statements anew: each time there are twice as many.
    plans_anew_at: u64,
    /// How many writes the last batch had.
    last_length: usize,
    /// What is decided and stored next.
    next: Option<DecidedBatch>,
    /// What waits for a lock that somebody else holds.
    held: HeldWrites,
    memory: Memory,
    commits: Commits,
    answers: Answers,
    storer: Storer,
    /// Whether the database is one that Citus distributes.
    on_citus: bool,
    /// When the last transaction ended, if all its writes gave reports to days without, and nobody else writes for their
    /// organisations: the next may well be of that kind.
    new_days: Option<Instant>,
}

impl Writer {
    /// A writer of what comes out of the queue, on a connection; it opens others from `url` when that one breaks.
    pub(super) fn new(
        url: DatabaseUrl,
        connection: AnyConnection,
        exit: Exit<Item>,
        measures: WriterMeasures,
        log: Option<Arc<Log>>,
    ) -> Result<Self, StorageError> {
        let commits = Commits { measures, log };
        let answers = Answers::start(commits.clone(), exit.bell())?;
        let mut writer = Self {
            url,
            connection: None,
            transactions: 0,
            plans_anew_at: 1,
            last_length: 0,
            next: None,
            held: HeldWrites::default(),
            memory: Memory::default(),
            storer: Storer::start(answers.clone(), commits.clone(), exit.bell())?,
            exit,
            commits,
            answers,
            on_citus: false,
            new_days: None,
        };
        writer.adopt(connection)?;
        Ok(writer)
    }

    /// Writes until the queue has ended, or a fault of the program has ended the thread that stores.
    pub(super) fn run(&mut self) {
        while !self.exit.has_ended() || self.has_begun() {
            if self.storer.has_ended() {
                tracing::error!("the thread that stores has ended: nothing is written any more");
                return;
            }
            self.mend_log();
            self.write_what_waits();
            if !self.held.is_empty() {
                self.settle();
                self.try_held();
            }
            self.commits
                .measures
                .held
                .set(self.held.len().try_into().unwrap_or_default());
        }
        while !self.held.is_empty() {
            std::thread::sleep(RETRY);
            self.try_held();
        }
    }

    /// Mends the log of SQLite after the disk has failed to keep it: until then no write is answered well, and reads of what was lost wait.
    fn mend_log(&mut self) {
        if !self.commits.log_has_failed() {
            return;
        }
        let Some(log) = self.commits.log.clone() else {
            return;
        };
        self.settle();
        let mended = match &mut self.connection {
            Some(connection) => log.mend(connection),
            None => self
                .connect()
                .and_then(|connection| log.mend(self.connection.insert(connection))),
        };
        match mended {
            Ok(()) => tracing::info!("the log of SQLite is mended"),
            Err(error) => tracing::error!(%error, "the log of SQLite is not mended"),
        }
    }

    /// Whether something is decided or being stored.
    const fn has_begun(&self) -> bool {
        self.storer.is_busy() || self.next.is_some()
    }

    fn write_what_waits(&mut self) {
        self.wait();
        let items = self.take();
        if let Some(undecided) = self.decide(items) {
            self.settle();
            self.last_length = undecided.len();
            return self.write_step_by_step(undecided);
        }
        if !self.storer.is_busy() || self.storer.landed().is_some_and(|landed| self.take_back(landed)) {
            self.store_next();
        }
    }

    /// Sleeps until there is something to do. Callers who were answered together tend to write again together, so this waits for three
    /// eighths of as many writes as the last batch had, but no longer than [`MOMENT`]: a commit costs more than that. Not for all of them:
    /// while some are written, the others are answered and ask again, on another core.
    fn wait(&mut self) {
        let decided = self.next.as_ref().map_or(0, DecidedBatch::len);
        if self.storer.is_busy() {
            if self.exit.has_ended() {
                return self.land();
            }
            let part = if decided < BATCH_LENGTH {
                (self.last_length / PARTS).max(1)
            } else {
                usize::MAX
            };
            self.exit.wait_for(part, None);
            return;
        }
        let to_be_tried_again = !self.held.is_empty() || self.commits.log_has_failed();
        let until_it_is = to_be_tried_again.then(|| Instant::now() + RETRY);
        if decided == 0 && self.exit.wait_for(1, until_it_is) == 0 {
            return;
        }
        let expected = (self.last_length * 3).div_ceil(8).saturating_sub(decided);
        self.exit.wait_for(expected, Some(Instant::now() + MOMENT));
    }

    /// What waits, as much as one transaction takes with what is decided.
    fn take(&mut self) -> Vec<Item> {
        let decided = self.next.as_ref().map_or(0, DecidedBatch::len);
        let (mut items, mut savepoints) = (Vec::new(), 0);
        while items.len() + decided < BATCH_LENGTH && savepoints < SAVEPOINTS {
            let Some(item) = self.exit.take() else {
                break;
            };
            savepoints += usize::from(matches!(item, Item::Work(_)));
            items.push(item);
        }
        self.commits
            .measures
            .waiting
            .dec_by(items.len().try_into().unwrap_or_default());
        self.without_held_up(items)
    }

    /// Has those wait that are behind writes that wait for the lock of their organisation; gives back the others.
    fn without_held_up(&mut self, items: Vec<Item>) -> Vec<Item> {
        let mut others = Vec::with_capacity(items.len());
        for item in items {
            match self.held.holds_up(&item) {
                Some(organisation) => self.held.hold(organisation, item),
                None => others.push(item),
            }
        }
        others
    }

    /// Decides reports that are taken to be of days without any, by what the writer remembers: they are stored next. Gives back what
    /// is not of that kind.
    fn decide(&mut self, mut items: Vec<Item>) -> Option<Vec<Item>> {
        if items.is_empty() {
            return None;
        }
        let likely = self.has_begun() || self.new_days.is_some_and(|ended| ended.elapsed() < SOUND);
        let plan_anew = self.transactions + 1 >= self.plans_anew_at;
        let reports = items.iter().all(|item| matches!(item, Item::Report(_)));
        if !likely || !reports || plan_anew || self.on_citus {
            return Some(items);
        }
        let memory = &mut self.memory;
        // What fails here fails again step by step, where it is told.
        let Ok(Ok(Some(decided))) = catch_unwind(AssertUnwindSafe(|| decide(&mut items, memory))) else {
            return Some(items);
        };
        let batch = DecidedBatch { items, decided };
        match &mut self.next {
            Some(next) => next.join(batch),
            None => self.next = Some(batch),
        }
        None
    }

    /// Has what is decided stored, when nothing else is being stored.
    fn store_next(&mut self) {
        let Some(batch) = self.next.take() else {
            return;
        };
        self.last_length = batch.len();
        let Some(connection) = self.connection.take() else {
            self.memory.forget(&batch.decided.locks);
            return self.write_step_by_step(batch.items);
        };
        if let Some(landed) = self.storer.store(connection, batch) {
            self.take_back(landed);
        }
    }

    /// Waits until nothing is decided or being stored any more.
    fn settle(&mut self) {
        self.land();
        while self.next.is_some() {
            self.store_next();
            self.land();
        }
    }

    /// Waits for what is being stored.
    fn land(&mut self) {
        if let Some(landed) = self.storer.wait() {
            self.take_back(landed);
        }
    }

    /// Takes back the connection with which a batch was stored; `true`: as many writes are decided as the next is to have. Where the
    /// batch was not stored, what was decided on top of it is decided no more: both go step by step.
    fn take_back(&mut self, landed: Landed) -> bool {
        self.connection = landed.connection;
        let Some(Unstored { batch, ending }) = landed.unstored else {
            self.transactions += 1;
            self.new_days = Some(Instant::now());
            return self
                .next
                .as_ref()
                .is_some_and(|next| next.len() >= self.last_length / 2);
        };
        self.new_days = None;
        self.memory.forget(&batch.decided.locks);
        let next = self.next.take();
        if let Some(next) = &next {
            self.memory.forget(&next.decided.locks);
        }
        match ending {
            None => self.write_step_by_step(batch.items),
            Some(failure) => self.answer(batch.items, Err(failure)),
        }
        self.write_step_by_step(next.map_or_else(Vec::new, |next| next.items));
        false
    }

    /// Writes a batch by what is read under the locks, but for what waits for the lock of its organisation.
    fn write_step_by_step(&mut self, items: Vec<Item>) {
        // What went before may have met a lock just now.
        let mut batch = self.without_held_up(items);
        while !batch.is_empty() {
            let outcome = self.attempt(&mut batch, Patience::Brief);
            let Err(Failure::Held(organisation)) = outcome else {
                return self.answer(batch, outcome);
            };
            tracing::warn!(%organisation, "somebody else holds the lock of an organisation: its writes wait, no others");
            let (waiting, others) = batch
                .into_iter()
                .partition::<Vec<Item>, _>(|item| item.locks().contains(&organisation));
            for item in waiting {
                self.held.hold(organisation, item);
            }
            batch = others;
        }
    }

    /// Writes what waits for a lock that is free again.
    fn try_held(&mut self) {
        for organisation in self.held.due() {
            loop {
                let taken = self.held.take(organisation, SAVEPOINTS);
                if taken.is_empty() {
                    break;
                }
                let (since, mut batch): (Vec<Instant>, Vec<Item>) = taken.into_iter().unzip();
                let outcome = self.attempt(&mut batch, Patience::None);
                if matches!(outcome, Err(Failure::Held(_))) {
                    let taken = since.into_iter().zip(batch).collect();
                    self.held.put_back(organisation, taken);
                    break;
                }
                self.answer(batch, outcome);
            }
        }
    }

    /// Answers the items of a transaction; those of one that failed before its commit run each by itself.
    fn answer(&mut self, batch: Vec<Item>, outcome: Result<(), Failure>) {
        match outcome {
            Ok(()) => self.answers.give(batch, None),
            Err(Failure::Commit(error)) => {
                self.commits.measures.failed.inc();
                tracing::error!(%error, writes = batch.len(), "a commit's answer was lost");
                for item in batch {
                    item.answer(Err(StorageError::Unavailable("a commit's answer was lost".to_owned())));
                }
            }
            Err(Failure::Before(error)) => {
                self.commits.measures.failed.inc();
                tracing::warn!(%error, writes = batch.len(), "a batch failed; each write runs again by itself");
                let mut rest = batch.into_iter();
                while let Some(item) = rest.next() {
                    if let Err(reason) = self.run_alone(item) {
                        unreached(rest, &reason);
                        break;
                    }
                }
            }
            Err(Failure::Unreached(reason)) => {
                self.commits.measures.failed.inc();
                unreached(batch, &reason);
            }
            Err(Failure::Held(organisation)) => {
                for item in batch {
                    self.held.hold(organisation, item);
                }
            }
        }
    }

    /// Runs one write of a batch that failed. When the database was not reached it tells why, for those behind it.
    fn run_alone(&mut self, mut item: Item) -> Result<(), String> {
        match self.attempt(std::slice::from_mut(&mut item), Patience::Brief) {
            Ok(()) => self.answers.give(vec![item], None),
            Err(Failure::Before(error)) => item.answer(Err(error)),
            Err(Failure::Commit(error)) => item.answer(Err(StorageError::Unavailable(error.to_string()))),
            Err(Failure::Held(organisation)) => self.held.hold(organisation, item),
            Err(Failure::Unreached(reason)) => {
                unreached([item], &reason);
                return Err(reason);
            }
        }
        Ok(())
    }

    /// One transaction over the items. A panic ends it like an error of the database.
    fn attempt(&mut self, items: &mut [Item], patience: Patience) -> Result<(), Failure> {
        let began = Instant::now();
        let mut connection = self.begin()?;
        self.transactions += 1;
        let plan_anew = self.transactions >= self.plans_anew_at;
        if plan_anew {
            self.plans_anew_at = 2 * self.transactions;
        }
        self.new_days = None;
        let (commits, memory, on_citus) = (&self.commits, &mut self.memory, self.on_citus);
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            if plan_anew {
                connection.forget_plans().map_err(StorageError::from)?;
            }
            transaction(&mut connection, items, patience, memory, commits, on_citus)
        }));
        if !matches!(outcome, Ok(Err(Failure::Held(_)))) {
            self.commits.measures.transaction(items.len(), began.elapsed());
        }
        let outcome = outcome.unwrap_or_else(|panic| {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            let message = said.or_else(|| panic.downcast_ref::<&str>().copied());
            Err(StorageError::Panicked(message.unwrap_or("no message").to_owned()).into())
        });
        let outcome = outcome.map_err(|failure| match failure {
            Failure::Before(error) => Failure::Before(error.on(&connection, patience.is_over_since(began))),
            failure => failure,
        });
        // After a failure the connection is kept only when it can be rolled back; else the next batch opens a new one,
        // which is in no transaction.
        let sound = outcome.is_ok()
            || (!matches!(
                outcome,
                Err(Failure::Before(StorageError::Panicked(_)) | Failure::Commit(_))
            ) && connection.roll_back().is_ok());
        self.connection = sound.then_some(connection);
        self.new_days = outcome?.then(Instant::now);
        Ok(())
    }

    /// A connection in a new transaction. The one that was kept may have been lost while nobody wrote; another takes its
    /// place then. Whoever holds the lock of SQLite keeps it from another connection too.
    fn begin(&mut self) -> Result<AnyConnection, Failure> {
        if let Some(mut kept) = self.connection.take() {
            match begin(&mut kept) {
                Ok(()) => return Ok(kept),
                Err(failure) if matches!(kept, AnyConnection::Sqlite(_)) => return Err(failure),
                Err(_) => {}
            }
        }
        let mut connection = self.connect().map_err(Failure::to_begin)?;
        begin(&mut connection)?;
        Ok(connection)
    }

    fn connect(&self) -> Result<AnyConnection, StorageError> {
        let mut connection = AnyConnection::open(&self.url)?;
        self.ready(&mut connection)?;
        Ok(connection)
    }

    fn ready(&self, connection: &mut AnyConnection) -> Result<(), StorageError> {
        connection.become_writer()?;
        self.commits.log.as_ref().map_or(Ok(()), |log| log.open(connection))
    }

    fn adopt(&mut self, mut connection: AnyConnection) -> Result<(), StorageError> {
        self.ready(&mut connection)?;
        self.on_citus = citus::is_there(&mut connection)?;
        self.connection = Some(connection);
        Ok(())
    }
}

/// Answers writes of which none was run: one after the other, each would wait as long and be told the same.
fn unreached(items: impl IntoIterator<Item = Item>, reason: &str) {
    let mut writes = 0;
    for item in items {
        item.answer(Err(StorageError::Unavailable(reason.to_owned())));
        writes += 1;
    }
    tracing::warn!(reason, writes, "the database was not reached: no write was run");
}
