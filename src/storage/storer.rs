//! Stores batches that are decided. PostgreSQL is waited for by a thread of its own, while the writer decides the next batch. SQLite works
//! on the thread that calls it, and it is the writer that does: a second one would take the cores from the threads that answer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;
use std::time::Instant;

use diesel::r2d2::R2D2Connection as _;

use super::answers::Answers;
use super::connection::AnyConnection;
use super::queue_item::Item;
use super::storage_error::StorageError;
use super::waiting::Bell;
use super::write_transaction::{Commits, Decided, Failure, store};

/// Batches of fewer writes are stored by the writer itself: to hand them over would take longer.
const FEW: usize = 4;

/// Writes that are decided and yet to be stored.
pub(super) struct DecidedBatch {
    pub(super) items: Vec<Item>,
    pub(super) decided: Decided,
}

impl DecidedBatch {
    pub(super) const fn len(&self) -> usize {
        self.items.len()
    }

    /// Adds writes that were decided on top of these.
    pub(super) fn join(&mut self, next: Self) {
        self.items.extend(next.items);
        self.decided.join(next.decided);
    }
}

/// What became of a batch.
pub(super) struct Landed {
    /// The connection, unless it is amid anything.
    pub(super) connection: Option<AnyConnection>,
    /// What was not stored; its callers are not answered.
    pub(super) unstored: Option<Unstored>,
}

/// A batch that was not stored.
pub(super) struct Unstored {
    pub(super) batch: DecidedBatch,
    /// How it ends; none where nothing was written, and it is to be decided again by what is read under the locks.
    pub(super) ending: Option<Failure>,
}

/// The thread that stores, which ends when this is dropped.
pub(super) struct Storer {
    decided: Option<Sender<(AnyConnection, DecidedBatch)>>,
    landed: Receiver<Landed>,
    thread: Option<JoinHandle<()>>,
    /// Whether a batch is being stored.
    busy: bool,
    /// Whether a fault of the program has ended the thread: what became of its batch is not known.
    ended: bool,
    answers: Answers,
    commits: Commits,
}

impl Storer {
    /// Starts the thread, which rings when it is done with a batch.
    pub(super) fn start(answers: Answers, commits: Commits, bell: Bell<Item>) -> Result<Self, StorageError> {
        let (decided, batches) = channel();
        let (landing, landed) = channel();
        let thread = std::thread::Builder::new().name("storer".to_owned());
        let (by_thread, its) = (answers.clone(), commits.clone());
        let thread = thread
            .spawn(move || store_all(&batches, &landing, &by_thread, &its, &bell))
            .map_err(|error| StorageError::Unavailable(error.to_string()))?;
        Ok(Self {
            decided: Some(decided),
            landed,
            thread: Some(thread),
            busy: false,
            ended: false,
            answers,
            commits,
        })
    }

    /// Whether a batch is being stored.
    pub(super) const fn is_busy(&self) -> bool {
        self.busy
    }

    /// Whether a fault of the program has ended the thread.
    pub(super) const fn has_ended(&self) -> bool {
        self.ended
    }

    /// Stores a batch on a connection: what became of it, where that is known at once. The one before must have landed.
    pub(super) fn store(&mut self, connection: AnyConnection, batch: DecidedBatch) -> Option<Landed> {
        let is_waited_for = matches!(connection, AnyConnection::Postgres(_));
        let (connection, batch) = match &self.decided {
            Some(decided) if is_waited_for && batch.len() >= FEW => match decided.send((connection, batch)) {
                Ok(()) => {
                    self.busy = true;
                    return None;
                }
                Err(refused) => {
                    self.ended = true;
                    refused.0
                }
            },
            _ => (connection, batch),
        };
        Some(store_one(connection, batch, &self.answers, &self.commits))
    }

    /// Waits for the batch that is being stored.
    pub(super) fn wait(&mut self) -> Option<Landed> {
        if !std::mem::take(&mut self.busy) {
            return None;
        }
        let landed = self.landed.recv();
        self.ended |= landed.is_err();
        landed.ok()
    }

    /// What became of the batch that was being stored, if that is known by now.
    pub(super) fn landed(&mut self) -> Option<Landed> {
        let landed = self.landed.try_recv();
        self.ended |= matches!(landed, Err(TryRecvError::Disconnected));
        self.busy &= matches!(landed, Err(TryRecvError::Empty));
        landed.ok()
    }
}

impl Drop for Storer {
    fn drop(&mut self) {
        self.decided = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn store_all(
    batches: &Receiver<(AnyConnection, DecidedBatch)>,
    landing: &Sender<Landed>,
    answers: &Answers,
    commits: &Commits,
    bell: &Bell<Item>,
) {
    for (connection, batch) in batches {
        if landing.send(store_one(connection, batch, answers, commits)).is_err() {
            return;
        }
        bell.ring();
    }
}

/// Stores a batch and answers its callers, if it is stored. A panic ends it like an error of the database.
fn store_one(mut connection: AnyConnection, batch: DecidedBatch, answers: &Answers, commits: &Commits) -> Landed {
    let began = Instant::now();
    let stored = catch_unwind(AssertUnwindSafe(|| store(&mut connection, &batch.decided, commits)));
    // After a panic the connection may be amid anything.
    let sound = matches!(stored, Ok(Ok(_) | Err(Failure::Before(_)))) && !connection.is_broken();
    let connection = sound.then_some(connection);
    let ending = match stored {
        Ok(Ok(true)) => {
            commits.measures.transaction(batch.len(), began.elapsed());
            commits.measures.at_once.inc();
            answers.give(batch.items, Some(batch.decided));
            return Landed {
                connection,
                unstored: None,
            };
        }
        Ok(Ok(false) | Err(Failure::Before(_))) | Err(_) => None,
        Ok(Err(failure)) => Some(failure),
    };
    Landed {
        connection,
        unstored: Some(Unstored { batch, ending }),
    }
}
