//! Tells callers that their writes are committed, on a thread of its own: each answer wakes a thread that sends it, and the kernel
//! may give that one the core of the thread that answers. Meanwhile the writer is at the next batch.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use super::queue_item::Item;
use super::storage_error::StorageError;
use super::write_transaction::Decided;

/// Batches of fewer writes are answered by the writer itself: to hand them over would take longer.
const FEW: usize = 4;

/// The thread that answers. It ends when the last clone of this is dropped, with all answers given.
#[derive(Clone)]
pub(super) struct Answers(Arc<Thread>);

struct Thread {
    committed: Option<Sender<(Vec<Item>, Option<Decided>)>>,
    thread: Option<JoinHandle<()>>,
}

impl Answers {
    /// Starts the thread.
    pub(super) fn start() -> Result<Self, StorageError> {
        let (committed, batches) = channel();
        let thread = std::thread::Builder::new().name("answers".to_owned());
        let thread = thread
            .spawn(move || answer_all(&batches))
            .map_err(|error| StorageError::Unavailable(error.to_string()))?;
        Ok(Self(Arc::new(Thread {
            committed: Some(committed),
            thread: Some(thread),
        })))
    }

    /// Answers the callers of a batch that is committed, and lets go of what it stored.
    pub(super) fn give(&self, mut batch: Vec<Item>, stored: Option<Decided>) {
        if let (Some(committed), FEW..) = (&self.0.committed, batch.len()) {
            match committed.send((batch, stored)) {
                Ok(()) => return,
                // A panic has ended the thread.
                Err(refused) => batch = refused.0.0,
            }
        }
        for item in batch {
            item.answer(Ok(()));
        }
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.committed = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn answer_all(batches: &Receiver<(Vec<Item>, Option<Decided>)>) {
    for (batch, stored) in batches {
        for item in batch {
            item.answer(Ok(()));
        }
        drop(stored);
    }
}
