//! Group commit: writes wait in one bounded queue for the one writer thread of the instance, which takes all that wait,
//! applies them in one transaction, commits once, and only then answers each caller.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use diesel::r2d2::R2D2Connection as _;
use tokio::sync::{oneshot, watch};

use super::answers::Answers;
use super::citus;
use super::connection::{AnyConnection, DatabaseUrl};
use super::held_writes::{HeldWrites, RETRY};
use super::measures::WriterMeasures;
use super::memory::Memory;
use super::queue_item::{Item, Reply, ReportItem};
use super::queue_room::QueueRoom;
use super::reports::{WriteAnswer, weight_asked};
use super::storage_error::StorageError;
use super::waiting::{Entrance, Exit, Refused, queue};
use super::write_transaction::{Failure, Patience, at_once, begin, transaction};
use crate::domain::decision::{Refusal, ReportWrite};

/// The most writes that may wait; one more is answered 503. Four thousand advisors who report in the same second all have a
/// place, with as many again behind them: the writer is done with them in a second or two, which is sooner than a client that was
/// turned away comes back.
const QUEUE_LENGTH: usize = 8192;
/// The most writes of one transaction.
const BATCH_LENGTH: usize = 256;
/// The most savepoints of one transaction: PostgreSQL slows down beyond 64.
const SAVEPOINTS: usize = 64;

/// How long the writer waits for the writes that it expects.
const MOMENT: Duration = Duration::from_micros(500);

/// How long after a transaction its connection is taken to be sound. A statement that commits by itself leaves open, when the
/// connection was lost, whether it did.
const SOUND: Duration = Duration::from_secs(1);

/// How long the writer may take for what is still in the queue when the program stops.
const FAREWELL: Duration = Duration::from_secs(8);

/// The queue and its writer thread, which ends when the queue is dropped.
pub(super) struct WriteQueue {
    entrance: Option<Entrance<Item>>,
    writer: Option<JoinHandle<()>>,
    /// Closed when the writer has ended.
    alive: watch::Receiver<()>,
    measures: WriterMeasures,
    /// What the reports that wait weigh.
    room: QueueRoom,
}

impl WriteQueue {
    /// Starts the writer on a connection; it opens others from `url` when that one breaks.
    pub(super) fn start(url: DatabaseUrl, connection: AnyConnection) -> Result<Self, StorageError> {
        let (entrance, exit) = queue(QUEUE_LENGTH);
        let measures = WriterMeasures::default();
        let mut writer = Writer {
            url,
            exit,
            connection: None,
            transactions: 0,
            last_length: 0,
            held: HeldWrites::default(),
            memory: Memory::default(),
            measures: measures.clone(),
            answers: Answers::start()?,
            on_citus: false,
            new_days: None,
        };
        writer.adopt(connection)?;
        let thread = std::thread::Builder::new().name("writer".to_owned());
        let (living, alive) = watch::channel(());
        let writer = thread
            .spawn(move || {
                writer.run();
                // Dropped here, or by a panic.
                drop(living);
            })
            .map_err(|error| StorageError::Unavailable(error.to_string()))?;
        Ok(Self {
            entrance: Some(entrance),
            writer: Some(writer),
            alive,
            measures,
            room: QueueRoom::default(),
        })
    }

    /// Waits until the writer has ended, which it does by a fault of the program alone.
    pub(super) fn ended(&self) -> impl Future<Output = ()> + use<> {
        let mut alive = self.alive.clone();
        async move { while alive.changed().await.is_ok() {} }
    }

    /// What the writer counts.
    pub(super) const fn measures(&self) -> &WriterMeasures {
        &self.measures
    }

    /// Puts the write of a report at the end of the queue.
    pub(super) fn put_report(
        &self,
        write: ReportWrite,
        reply: oneshot::Sender<Reply<WriteAnswer, Refusal>>,
    ) -> Result<(), StorageError> {
        let room = self.room.take(weight_asked(&write.asked))?;
        self.put(Item::Report(Box::new(ReportItem::new(write, reply, room))))
    }

    /// Puts an item at the end of the queue.
    pub(super) fn put(&self, item: Item) -> Result<(), StorageError> {
        let stopped = || StorageError::Unavailable("the writer has stopped".to_owned());
        let entrance = self.entrance.as_ref().ok_or_else(stopped)?;
        // Counted before the writer can take it, so that the count never falls below 0.
        self.measures.waiting.inc();
        entrance.put(item).map_err(|refused| {
            self.measures.waiting.dec();
            match refused {
                Refused::Full => StorageError::QueueFull,
                Refused::Disconnected => stopped(),
            }
        })
    }
}

impl Drop for WriteQueue {
    /// Waits until the writer has done what is still in the queue; not for ever, since a database that hangs would keep the
    /// process from stopping. Nobody was told that what is left was written.
    fn drop(&mut self) {
        self.entrance = None;
        let Some(writer) = self.writer.take() else {
            return;
        };
        let deadline = Instant::now() + FAREWELL;
        while !writer.is_finished() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(1));
        }
        if writer.is_finished() {
            drop(writer.join());
        } else {
            tracing::error!("the writer is left behind: the database does not answer it");
        }
    }
}

struct Writer {
    url: DatabaseUrl,
    exit: Exit<Item>,
    connection: Option<AnyConnection>,
    /// How many transactions were begun.
    transactions: u64,
    /// How many writes the last batch had.
    last_length: usize,
    /// What waits for a lock that somebody else holds.
    held: HeldWrites,
    memory: Memory,
    measures: WriterMeasures,
    answers: Answers,
    /// Whether the database is one that Citus distributes.
    on_citus: bool,
    /// When the last transaction ended, if all its writes gave reports to days without, and nobody else writes for their
    /// organisations: the next may well be of that kind.
    new_days: Option<Instant>,
}

impl Writer {
    fn run(&mut self) {
        while !self.exit.has_ended() {
            let batch = self.all_that_wait();
            if !batch.is_empty() {
                self.write(batch);
            }
            self.try_held();
            self.measures.held.set(self.held.len().try_into().unwrap_or_default());
        }
        while !self.held.is_empty() {
            std::thread::sleep(RETRY);
            self.try_held();
        }
    }

    /// Writes a batch, but for what waits for the lock of its organisation.
    fn write(&mut self, items: Vec<Item>) {
        let mut batch = Vec::with_capacity(items.len());
        for item in items {
            match self.held.holds_up(&item) {
                Some(organisation) => self.held.hold(organisation, item),
                None => batch.push(item),
            }
        }
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
            Ok(()) => self.answers.give(batch),
            Err(Failure::Commit(error)) => {
                self.measures.failed.inc();
                tracing::error!(%error, writes = batch.len(), "a commit's answer was lost");
                for item in batch {
                    item.answer(Err(StorageError::Unavailable("a commit's answer was lost".to_owned())));
                }
            }
            Err(Failure::Before(error)) => {
                self.measures.failed.inc();
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
                self.measures.failed.inc();
                unreached(batch, &reason);
            }
            Err(Failure::Held(organisation)) => {
                for item in batch {
                    self.held.hold(organisation, item);
                }
            }
        }
    }

    /// What waits, as much as one transaction takes; nothing when it is time to see whether a lock is free that others wait for.
    /// Callers who were answered together tend to write again together, so this waits for half as many items as the last batch had,
    /// but no longer than [`MOMENT`] after the first: a commit costs more than that. Not for all of them: while one half is written,
    /// the other half is answered and asks again, on another core.
    fn all_that_wait(&mut self) -> Vec<Item> {
        let mut batch = Vec::new();
        let until_a_lock_may_be_free = (!self.held.is_empty()).then(|| Instant::now() + RETRY);
        if self.exit.wait_for(1, until_a_lock_may_be_free) == 0 {
            return batch;
        }
        self.exit.wait_for(self.last_length / 2, Some(Instant::now() + MOMENT));
        let mut savepoints = 0;
        while batch.len() < BATCH_LENGTH && savepoints < SAVEPOINTS {
            let Some(item) = self.exit.take() else {
                break;
            };
            savepoints += usize::from(matches!(item, Item::Work(_)));
            batch.push(item);
        }
        self.last_length = batch.len();
        self.measures.waiting.dec_by(batch.len().try_into().unwrap_or_default());
        batch
    }

    /// Runs one write of a batch that failed. When the database was not reached it tells why, for those behind it.
    fn run_alone(&mut self, mut item: Item) -> Result<(), String> {
        match self.attempt(std::slice::from_mut(&mut item), Patience::Brief) {
            Ok(()) => item.answer(Ok(())),
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
        // The statement waits for a lock as long as any: a lock that is only tried is none for it.
        if patience == Patience::Brief
            && let Some(outcome) = self.attempt_at_once(items)
        {
            return outcome;
        }
        let began = Instant::now();
        let mut connection = self.begin()?;
        self.transactions += 1;
        let plan_anew = self.transactions.is_power_of_two();
        self.new_days = None;
        let (measures, memory, on_citus) = (&self.measures, &mut self.memory, self.on_citus);
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            if plan_anew {
                connection.forget_plans().map_err(StorageError::from)?;
            }
            transaction(&mut connection, items, patience, memory, measures, on_citus)
        }));
        if !matches!(outcome, Ok(Err(Failure::Held(_)))) {
            self.measures.transaction(items.len(), began.elapsed());
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

    /// Stores reports that are taken to be of days without any, decided by what the writer remembers. `None`: nothing was written.
    fn attempt_at_once(&mut self, items: &mut [Item]) -> Option<Result<(), Failure>> {
        let likely = self.new_days.take().is_some_and(|ended| ended.elapsed() < SOUND);
        let plan_anew = (self.transactions + 1).is_power_of_two();
        let reports = items.iter().all(|item| matches!(item, Item::Report(_)));
        if !likely || !reports || plan_anew || self.on_citus {
            return None;
        }
        let mut connection = self.connection.take()?;
        let (began, memory, measures) = (Instant::now(), &mut self.memory, &self.measures);
        let outcome = catch_unwind(AssertUnwindSafe(|| at_once(&mut connection, items, memory, measures)));
        // After a panic the connection may be amid anything.
        let sound = matches!(outcome, Ok(Ok(_) | Err(Failure::Before(_)))) && !connection.is_broken();
        self.connection = sound.then_some(connection);
        match outcome {
            Ok(Ok(true)) => {
                self.transactions += 1;
                self.measures.transaction(items.len(), began.elapsed());
                self.measures.at_once.inc();
                self.new_days = Some(Instant::now());
                Some(Ok(()))
            }
            Ok(Ok(false) | Err(Failure::Before(_))) | Err(_) => None,
            Ok(Err(failure)) => Some(Err(failure)),
        }
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
        connection.become_writer()?;
        Ok(connection)
    }

    fn adopt(&mut self, mut connection: AnyConnection) -> Result<(), StorageError> {
        connection.become_writer()?;
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
