//! Group commit: writes wait in one bounded queue for the one writer thread of the instance, which takes all that wait,
//! applies them in one transaction, commits once, and only then answers each caller.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};

use super::connection::{AnyConnection, DatabaseUrl};
use super::measures::WriterMeasures;
use super::queue_item::{Item, Reply, ReportItem};
use super::queue_room::QueueRoom;
use super::reports::{Prepared, WriteAnswer, weight_asked};
use super::sqlite_log::Log;
use super::storage_error::StorageError;
use super::waiting::{Entrance, Refused, queue};
use super::writer::Writer;
use crate::domain::decision::{Refusal, ReportWrite};

/// The most writes that may wait; one more is answered 503. Four thousand advisors who report in the same second all have a
/// place, with as many again behind them: the writer is done with them in a second or two, which is sooner than a client that was
/// turned away comes back.
const QUEUE_LENGTH: usize = 8192;
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
    pub(super) fn start(
        url: DatabaseUrl,
        connection: AnyConnection,
        log: Option<Arc<Log>>,
    ) -> Result<Self, StorageError> {
        let (entrance, exit) = queue(QUEUE_LENGTH);
        let measures = WriterMeasures::default();
        let mut writer = Writer::new(url, connection, exit, measures.clone(), log)?;
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

    /// Puts the write of a report at the end of the queue, with what can be made ahead of it by the thread that puts it there.
    pub(super) fn put_report(
        &self,
        write: ReportWrite,
        reply: oneshot::Sender<Reply<WriteAnswer, Refusal>>,
    ) -> Result<(), StorageError> {
        let weight = weight_asked(&write.asked);
        let room = self.room.take(weight)?;
        let prepared = Prepared::of(&write, weight);
        self.put(Item::Report(Box::new(ReportItem::new(write, prepared, reply, room))))
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
