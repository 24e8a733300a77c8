//! What waits in the queue of writes: the write of a report, or other work, with whom to answer.

use tokio::sync::oneshot;

use super::connection::AnyConnection;
use super::lock::Locks;
use super::queue_room::Taken;
use super::reports::{Outcome, Prepared, WriteAnswer};
use super::storage_error::StorageError;
use crate::domain::decision::{Refusal, ReportWrite};
use crate::domain::identifiers::OrganisationId;

/// What a caller is told: done, refused, or not written.
pub(super) type Reply<T, R> = Result<Result<T, R>, StorageError>;

/// A write that waits.
pub(super) enum Item {
    /// The hot path.
    Report(Box<ReportItem>),
    /// Anything else.
    Work(Box<dyn Work>),
}

/// A write of a report, and whom to answer.
pub(super) struct ReportItem {
    pub(super) write: ReportWrite,
    /// What was made ahead of it, until the writer takes it.
    pub(super) prepared: Option<Prepared>,
    pub(super) outcome: Option<Result<WriteAnswer, Refusal>>,
    reply: oneshot::Sender<Reply<WriteAnswer, Refusal>>,
    _room: Taken,
}

impl ReportItem {
    pub(super) const fn new(
        write: ReportWrite,
        prepared: Option<Prepared>,
        reply: oneshot::Sender<Reply<WriteAnswer, Refusal>>,
        room: Taken,
    ) -> Self {
        Self {
            write,
            prepared,
            outcome: None,
            reply,
            _room: room,
        }
    }
}

/// Work that can be run again, with the place for its outcome.
pub(super) trait Work: Send {
    /// The organisations to lock first.
    fn locks(&self) -> &[OrganisationId];
    /// Runs under those locks; `Ok(false)` is a refusal.
    fn run(&mut self, connection: &mut AnyConnection, locks: &Locks) -> Result<bool, StorageError>;
    /// Tells the caller, once the transaction has ended.
    fn answer(self: Box<Self>, ending: Result<(), StorageError>);
}

/// Work whose outcome has a type.
pub(super) struct TypedWork<T, R, F> {
    locks: Vec<OrganisationId>,
    work: F,
    outcome: Option<Result<T, R>>,
    reply: oneshot::Sender<Reply<T, R>>,
}

impl<T, R, F> TypedWork<T, R, F> {
    pub(super) fn new(locks: Vec<OrganisationId>, work: F, reply: oneshot::Sender<Reply<T, R>>) -> Self {
        Self {
            locks,
            work,
            outcome: None,
            reply,
        }
    }
}

impl<T, R, F> Work for TypedWork<T, R, F>
where
    T: Send,
    R: Send,
    F: FnMut(&mut AnyConnection, &Locks) -> Reply<T, R> + Send,
{
    fn locks(&self) -> &[OrganisationId] {
        &self.locks
    }

    fn run(&mut self, connection: &mut AnyConnection, locks: &Locks) -> Result<bool, StorageError> {
        let outcome = (self.work)(connection, locks)?;
        let done = outcome.is_ok();
        self.outcome = Some(outcome);
        Ok(done)
    }

    fn answer(self: Box<Self>, ending: Result<(), StorageError>) {
        tell(self.reply, ending, self.outcome);
    }
}

/// Answers a caller; one that has gone away is no concern of the writer.
fn tell<T, R>(reply: oneshot::Sender<Reply<T, R>>, ending: Result<(), StorageError>, outcome: Option<Result<T, R>>) {
    let answer = ending.and_then(|()| outcome.ok_or_else(|| StorageError::Unavailable("nothing was run".to_owned())));
    drop(reply.send(answer));
}

impl Item {
    pub(super) fn locks(&self) -> &[OrganisationId] {
        match self {
            Self::Report(item) => std::slice::from_ref(&item.write.organisation),
            Self::Work(work) => work.locks(),
        }
    }

    /// Whether it was a write of a report that gave one to a day without.
    pub(super) fn made_a_report(&self) -> bool {
        match self {
            Self::Report(item) => {
                matches!(&item.outcome, Some(Ok(answer)) if answer.outcome == Outcome::Created)
            }
            Self::Work(_) => false,
        }
    }

    pub(super) fn answer(self, ending: Result<(), StorageError>) {
        match self {
            Self::Report(item) => tell(item.reply, ending, item.outcome),
            Self::Work(work) => work.answer(ending),
        }
    }
}
