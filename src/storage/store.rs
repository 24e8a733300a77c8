//! Units of work: [`Store::read`] is one snapshot, [`Store::write`] is one place in the queue of writes.

use std::convert::Infallible;
use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use diesel::r2d2::{Pool, PooledConnection, R2D2Connection as _};
use tokio::sync::oneshot;

use super::connection::{AnyConnection, DatabaseUrl, Manager};
use super::kept_months::KeptMonths;
use super::lock::{Locked, Locks};
use super::measures::{Readers, WriterMeasures};
use super::queue_item::{Item, Reply, TypedWork};
use super::reports::WriteAnswer;
use super::snapshot::Snapshot;
use super::sqlite_log::Log;
use super::storage_error::StorageError;
use super::write_queue::WriteQueue;
use super::{in_use, migrations};
use crate::domain::decision::{Refusal, ReportWrite};
use crate::domain::identifiers::OrganisationId;

/// The most connections that read at once.
const READERS: u32 = 8;
/// How long a read waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// The database of an instance: a pool of readers and one writer. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(super) url: DatabaseUrl,
    readers: Pool<Manager>,
    queue: Arc<WriteQueue>,
    /// The log of SQLite.
    log: Option<Arc<Log>>,
    months: Arc<KeptMonths>,
    /// Tells who would restore a backup that the database is used.
    _in_use: Option<Arc<File>>,
    /// How long the database may take to answer.
    deadline: Option<Duration>,
}

impl Store {
    /// Opens the database, brings its schema up to date and starts the writer.
    ///
    /// # Errors
    /// When it cannot be reached, or its schema is newer than this program.
    pub fn open(url: &DatabaseUrl) -> Result<Self, StorageError> {
        let in_use = match url {
            DatabaseUrl::Sqlite(path) => in_use::together(path)?,
            DatabaseUrl::Postgres(_) => None,
        };
        let mut connection = AnyConnection::open(url)?;
        migrations::run_pending(&mut connection)?;
        let readers = Pool::builder()
            .max_size(READERS)
            // Each is opened by whoever waits for it: one that is opened beforehand, in the background, may come after the store is
            // dropped, and make the file anew of a copy that was removed.
            .min_idle(Some(0))
            .connection_timeout(PATIENCE)
            .test_on_check_out(false)
            .build_unchecked(Manager(url.clone()));
        let log = Log::of(url);
        let queue = Arc::new(WriteQueue::start(url.clone(), connection, log.clone())?);
        Ok(Self {
            url: url.clone(),
            readers,
            queue,
            log,
            months: Arc::default(),
            _in_use: in_use.map(Arc::new),
            deadline: None,
        })
    }

    /// The same store, for callers that wait so long at most: a server that hangs would keep them for as long as it does.
    /// What the database is doing for them goes on; nobody hears of it.
    #[must_use]
    pub fn answering_within(self, deadline: Duration) -> Self {
        Self {
            deadline: Some(deadline),
            ..self
        }
    }

    /// Reads one snapshot on a connection of the pool, off the threads that answer requests.
    ///
    /// # Errors
    /// What `work` says, or [`StorageError::Unavailable`].
    pub async fn read<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnOnce(&mut AnyConnection) -> Result<T, StorageError> + Send + 'static,
    {
        let (readers, log) = (self.readers.clone(), self.log.clone());
        let reading = tokio::task::spawn_blocking(move || {
            let mut connection = begin_read(&readers)?;
            let outcome = work(&mut connection).map_err(|error| error.on(&connection, false));
            connection.roll_back()?;
            drop(connection);
            if let Some(log) = log {
                log.wait()?;
            }
            outcome
        });
        let read = in_time(self.deadline, reading).await?;
        read.map_err(|error| StorageError::Panicked(error.to_string()))?
    }

    /// As [`Store::read`], for figures, which may be made of months that are kept.
    pub async fn read_figures<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Snapshot<'_>) -> Result<T, StorageError> + Send + 'static,
    {
        let months = Arc::clone(&self.months);
        self.read(move |connection| work(&mut Snapshot::keeping(connection, months)))
            .await
    }

    /// Puts work in the queue of writes and waits until it is committed.
    ///
    /// `work` may be run again after an error of the database, so it must not keep anything from one run to the next. An
    /// inner error is a refusal: what the work wrote is undone, and the writes beside it are not touched.
    ///
    /// # Errors
    /// [`StorageError`] when nothing was written, or when it is not known ([`StorageError::Unavailable`]).
    pub async fn write<T, R, F>(&self, mut work: F) -> Result<Result<T, R>, StorageError>
    where
        T: Send + 'static,
        R: Send + 'static,
        F: FnMut(&mut AnyConnection) -> Result<Result<T, R>, StorageError> + Send + 'static,
    {
        self.put(Vec::new(), move |connection, _| work(connection)).await
    }

    /// As [`Store::write`], for work that refuses nothing.
    pub async fn change<T, F>(&self, mut work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnMut(&mut AnyConnection) -> Result<T, StorageError> + Send + 'static,
    {
        let outcome = self.write(move |connection| work(connection).map(Ok::<_, Infallible>));
        outcome.await.map(|Ok(done)| done)
    }

    /// Writes under the lock of an organisation: what changes its reports, months, tallies or activity periods.
    #[must_use]
    pub const fn locking(&self, organisation: OrganisationId) -> Locking<'_> {
        Locking {
            store: self,
            organisation,
        }
    }

    async fn put<T, R, F>(&self, locks: Vec<OrganisationId>, work: F) -> Result<Result<T, R>, StorageError>
    where
        T: Send + 'static,
        R: Send + 'static,
        F: FnMut(&mut AnyConnection, &Locks) -> Result<Result<T, R>, StorageError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.queue
            .put(Item::Work(Box::new(TypedWork::new(locks, work, reply))))?;
        wait(answer, self.deadline).await
    }

    /// What the writer counts.
    #[must_use]
    pub fn writer_measures(&self) -> &WriterMeasures {
        self.queue.measures()
    }

    /// The connections that read.
    #[must_use]
    pub fn readers(&self) -> Readers {
        Readers::new(self.readers.clone())
    }

    /// Waits until the writer has ended, after which nothing can be written by this instance any more. It ends by a fault
    /// of the program alone.
    pub fn writer_ended(&self) -> impl Future<Output = ()> + use<> {
        self.queue.ended()
    }

    /// Puts a write of a report in the queue at once (the hot path); the future that it returns waits until the write
    /// is committed.
    pub fn write_report(
        &self,
        write: ReportWrite,
    ) -> impl Future<Output = Result<Result<WriteAnswer, Refusal>, StorageError>> + use<> {
        let (reply, answer) = oneshot::channel();
        let queued = self.queue.put_report(write, reply);
        let deadline = self.deadline;
        async move {
            queued?;
            wait(answer, deadline).await
        }
    }
}

/// The writes of a store that hold the lock of an organisation.
#[derive(Clone, Copy)]
pub struct Locking<'s> {
    store: &'s Store,
    organisation: OrganisationId,
}

impl Locking<'_> {
    /// As [`Store::write`].
    pub async fn write<T, R, F>(self, mut work: F) -> Result<Result<T, R>, StorageError>
    where
        T: Send + 'static,
        R: Send + 'static,
        F: FnMut(&mut Locked<'_>) -> Result<Result<T, R>, StorageError> + Send + 'static,
    {
        let organisation = self.organisation;
        let locked_work =
            move |connection: &mut AnyConnection, locks: &Locks| work(&mut locks.on(connection, organisation)?);
        self.store.put(vec![organisation], locked_work).await
    }

    /// As [`Store::change`].
    pub async fn change<T, F>(self, mut work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnMut(&mut Locked<'_>) -> Result<T, StorageError> + Send + 'static,
    {
        let outcome = self.write(move |locked| work(locked).map(Ok::<_, Infallible>));
        outcome.await.map(|Ok(done)| done)
    }
}

async fn wait<T, R>(answer: oneshot::Receiver<Reply<T, R>>, deadline: Option<Duration>) -> Reply<T, R> {
    in_time(deadline, answer)
        .await?
        .unwrap_or_else(|_| Err(StorageError::Unavailable("the writer has stopped".to_owned())))
}

async fn in_time<T>(deadline: Option<Duration>, answer: impl Future<Output = T>) -> Result<T, StorageError> {
    let Some(deadline) = deadline else {
        return Ok(answer.await);
    };
    let late = |_| StorageError::Unavailable("the database did not answer in time".to_owned());
    tokio::time::timeout(deadline, answer).await.map_err(late)
}

/// A connection of the pool in a transaction that reads. Connections may have been lost while nobody used them, all of
/// them when the server was restarted: the pool drops them and opens others.
fn begin_read(readers: &Pool<Manager>) -> Result<PooledConnection<Manager>, StorageError> {
    let mut lost = 0;
    loop {
        let taken = readers.get();
        let mut connection = taken.map_err(|error| StorageError::Unavailable(error.to_string()))?;
        match connection.begin_read() {
            Ok(()) => return Ok(connection),
            Err(_) if lost < READERS && connection.is_broken() => lost += 1,
            Err(error) => return Err(StorageError::from(error).on(&connection, false)),
        }
    }
}
