//! Tells callers that their writes are committed, on a thread of its own, which has SQLite's disk keep them before: each answer wakes a
//! thread that sends it, and the kernel may give that one the core of the thread that answers. Meanwhile the writer is at the next batch.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use super::queue_item::Item;
use super::storage_error::StorageError;
use super::waiting::Bell;
use super::write_transaction::{Commits, Decided};

/// Batches of fewer writes are answered by the writer itself: to hand them over would take longer.
const FEW: usize = 4;

/// The thread that answers. It ends when the last clone of this is dropped, with all answers given.
#[derive(Clone)]
pub(super) struct Answers(Arc<Thread>);

struct Thread {
    committed: Option<Sender<Committed>>,
    running: Option<JoinHandle<()>>,
    commits: Commits,
}

/// A batch that is committed, and what it stored.
type Committed = (Vec<Item>, Option<Decided>);

impl Answers {
    /// Starts the thread, which rings when the disk has failed.
    pub(super) fn start(commits: Commits, bell: Bell<Item>) -> Result<Self, StorageError> {
        let (committed, batches) = channel();
        let thread = std::thread::Builder::new().name("answers".to_owned());
        let its = commits.clone();
        let thread = thread
            .spawn(move || answer_all(&batches, &its, &bell))
            .map_err(|error| StorageError::Unavailable(error.to_string()))?;
        Ok(Self(Arc::new(Thread {
            committed: Some(committed),
            running: Some(thread),
            commits,
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
        let _ = answer(batch, &self.0.commits);
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.committed = None;
        if let Some(thread) = self.running.take() {
            drop(thread.join());
        }
    }
}

fn answer_all(batches: &Receiver<Committed>, commits: &Commits, bell: &Bell<Item>) {
    for (mut batch, stored) in batches {
        let mut all_stored = vec![stored];
        for (items, stored) in batches.try_iter() {
            batch.extend(items);
            all_stored.push(stored);
        }
        if !answer(batch, commits) {
            bell.ring();
        }
        drop(all_stored);
    }
}

/// Answers the callers of writes that are committed, once they are kept. Tells whether they are: else it is not known what becomes of them.
fn answer(batch: Vec<Item>, commits: &Commits) -> bool {
    let kept = commits.keep();
    if let Err(error) = &kept {
        commits.measures.failed.inc();
        tracing::error!(%error, writes = batch.len(), "writes that are committed may be lost");
    }
    for item in batch {
        let ending = kept
            .as_ref()
            .map_err(|error| StorageError::Unavailable(error.to_string()));
        item.answer(ending.copied());
    }
    kept.is_ok()
}
