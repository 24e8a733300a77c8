//! Makes batches on purpose: while a test keeps the writer of a store busy, the writes that it puts in the queue wait,
//! and come in one batch.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Waker};

use quotidien::domain::decision::{Refusal, ReportWrite};
use quotidien::storage::reports::WriteAnswer;
use quotidien::storage::{AnyConnection, StorageError, Store};

/// A write that waits in the queue; whoever awaits it gets its outcome.
pub(crate) type Waiting<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Puts a write at the end of the queue, without waiting for it.
pub(crate) fn put<'a, T: 'a>(write: impl Future<Output = T> + 'a) -> Waiting<'a, T> {
    let mut write: Waiting<'a, T> = Box::pin(write);
    assert!(!is_answered(&mut write), "the queue took it");
    write
}

/// Whether a write was answered. If it was, this takes the answer, and nobody can await the write any more.
pub(crate) fn is_answered<T>(write: &mut Waiting<'_, T>) -> bool {
    matches!(
        write.as_mut().poll(&mut Context::from_waker(Waker::noop())),
        Poll::Ready(_)
    )
}

/// Work that keeps the writer busy from when it runs until the pause is ended or dropped.
pub(crate) struct Pause<'a> {
    release: mpsc::Sender<()>,
    running: mpsc::Receiver<()>,
    work: Waiting<'a, Result<Result<(), Infallible>, StorageError>>,
}

impl<'a> Pause<'a> {
    /// Puts the work in the queue.
    pub(crate) fn put(store: &'a Store) -> Self {
        let (release, released) = mpsc::channel();
        let (runs, running) = mpsc::channel();
        let work = put(store.write(move |_| {
            runs.send(()).ok();
            // An error means that the pause was dropped, by a test that failed.
            released.recv().ok();
            Ok(Ok(()))
        }));
        Self { release, running, work }
    }

    /// Waits until the work runs.
    pub(crate) fn until_it_runs(&self) {
        self.running.recv().unwrap();
    }

    /// Lets the writer go on.
    pub(crate) async fn end(self) {
        self.release.send(()).unwrap();
        let Ok(()) = self.work.await.unwrap();
    }
}

/// Keeps the writer of a store busy, with nothing else in its transaction.
pub(crate) fn pause(store: &Store) -> Pause<'_> {
    let pause = Pause::put(store);
    pause.until_it_runs();
    pause
}

/// Puts writes of reports in one batch, in this order; their outcomes. Asserts that the batch ran once: a write is
/// refused before the database would find a fault, after which the batch would run again.
pub(crate) async fn in_one_batch(
    store: &Store,
    writes: impl IntoIterator<Item = ReportWrite>,
) -> Vec<Result<WriteAnswer, Refusal>> {
    let pause = pause(store);
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let counting = put(work(store, move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }));
    let waiting: Vec<_> = writes
        .into_iter()
        .map(|write| put(write_report(store, write)))
        .collect();
    pause.end().await;
    counting.await;
    let mut outcomes = Vec::new();
    for write in waiting {
        outcomes.push(write.await);
    }
    assert_eq!(runs.load(Ordering::Relaxed), 1, "the batch ran again");
    outcomes
}

/// The outcome of a write of a report; an error of the storage fails the test.
pub(crate) async fn write_report(store: &Store, write: ReportWrite) -> Result<WriteAnswer, Refusal> {
    store.write_report(write).await.unwrap()
}

/// Does work that is never refused; an error of the storage fails the test.
pub(crate) async fn work(
    store: &Store,
    work: impl FnMut(&mut AnyConnection) -> Result<(), StorageError> + Send + 'static,
) {
    store.change(work).await.unwrap();
}
