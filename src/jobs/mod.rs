//! Background work: forgetting what is kept only for a time, and reminding advisors. Each job takes a lease, so that of
//! several instances one does it, and works in slices, between which writes of reports go on as ever.

mod forgetting;
mod reminders;

use chrono::{DateTime, Duration, Utc};

use self::forgetting::Slice;
use crate::domain::identifiers::OrganisationId;
use crate::mail::Mailer;
use crate::storage::jobs::Lease;
use crate::storage::{AnyConnection, Locked, StorageError, Store, jobs, organisations};

/// How long a lease lasts without being kept, in seconds: an instance that dies leaves the job to another after that.
const LEASE_SECONDS: i64 = 120;

/// A job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// Forgets entries of the audit log.
    PurgeAuditLog,
    /// Forgets sessions, invitations and keys that are good no more.
    PurgeSessions,
    /// Forgets the notes of reports.
    PurgeNotes,
    /// Takes name and address out of accounts without contact for a year.
    EraseIdleAccounts,
    /// Reminds advisors of missing reports, where mail is sent.
    RemindAdvisors,
}

/// All that is to be known of a job.
struct Plan {
    /// Its name in the database.
    name: &'static str,
    /// How often it is done.
    every: Duration,
    /// What is done.
    task: Task,
}

/// What a job does. What forgets does a slice at a time, and tells how much it did.
enum Task {
    /// Forgets.
    Forget(fn(&mut AnyConnection, &Slice) -> Result<usize, StorageError>),
    /// Forgets in each organisation, under its lock.
    ForgetInEach(fn(&mut Locked<'_>, &Slice) -> Result<usize, StorageError>),
    /// Reminds the advisors of each organisation, where mail is sent.
    Remind,
}

impl Job {
    /// Every job.
    pub const ALL: [Self; 5] = [
        Self::PurgeAuditLog,
        Self::PurgeSessions,
        Self::PurgeNotes,
        Self::EraseIdleAccounts,
        Self::RemindAdvisors,
    ];

    /// Its name in the database.
    pub const fn name(self) -> &'static str {
        self.plan().name
    }

    const fn plan(self) -> Plan {
        let (name, hours, task) = match self {
            Self::PurgeAuditLog => ("purge_audit_log", 24, Task::Forget(forgetting::audit_log)),
            Self::PurgeSessions => ("purge_sessions", 24, Task::Forget(forgetting::sessions)),
            Self::PurgeNotes => ("purge_notes", 24, Task::ForgetInEach(forgetting::notes)),
            Self::EraseIdleAccounts => ("erase_idle_accounts", 24, Task::Forget(forgetting::idle_accounts)),
            Self::RemindAdvisors => ("remind_advisors", 1, Task::Remind),
        };
        let every = Duration::hours(hours);
        Plan { name, every, task }
    }
}

/// Tells the time.
type Clock<'c> = &'c (dyn Fn() -> DateTime<Utc> + Send + Sync);

/// Does jobs, with what it needs for them.
#[derive(Clone)]
pub struct Worker {
    /// The database.
    pub store: Store,
    /// The name of this instance, unlike any other's.
    pub instance: String,
    /// After how many months the notes of reports are forgotten.
    pub notes_months: u32,
    /// Sends mail, where that is configured.
    pub mailer: Option<Mailer>,
}

impl Worker {
    /// Does the jobs that are due by this clock and that no other instance is doing. Gives the jobs that it did.
    ///
    /// # Errors
    /// When a write fails; the jobs that are left stay due.
    pub async fn run_due(&self, clock: Clock<'_>) -> Result<Vec<Job>, StorageError> {
        let mut done = Vec::new();
        for job in Job::ALL.into_iter().filter(|job| self.can_do(*job)) {
            if self.take(job, clock()).await? && self.run(job, clock).await? {
                let (lease, now) = (self.lease(job, clock()), clock());
                self.store
                    .change(move |connection| jobs::done(connection, &lease, now))
                    .await?;
                done.push(job);
            }
        }
        Ok(done)
    }

    const fn can_do(&self, job: Job) -> bool {
        match job.plan().task {
            Task::Forget(_) | Task::ForgetInEach(_) => true,
            Task::Remind => self.mailer.is_some(),
        }
    }

    fn lease(&self, job: Job, now: DateTime<Utc>) -> Lease {
        Lease {
            job: job.name(),
            instance: self.instance.clone(),
            until: now + Duration::seconds(LEASE_SECONDS),
        }
    }

    async fn take(&self, job: Job, now: DateTime<Utc>) -> Result<bool, StorageError> {
        let (lease, due) = (self.lease(job, now), now - job.plan().every);
        self.store
            .change(move |connection| jobs::take(connection, &lease, due, now))
            .await
    }

    /// Works until nothing is left to do; `false` when another instance has taken the job meanwhile.
    async fn run(&self, job: Job, clock: Clock<'_>) -> Result<bool, StorageError> {
        match job.plan().task {
            Task::Forget(forget) => repeat(async || self.slice(job, forget, clock()).await).await,
            Task::ForgetInEach(forget) => {
                for organisation in self.store.read(organisations::all_ids).await? {
                    let slice = async || self.slice_in(organisation, job, forget, clock()).await;
                    if !repeat(slice).await? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Task::Remind => {
                for organisation in self.store.read(organisations::all_ids).await? {
                    if !self.remind(job, organisation, clock).await? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }

    /// Forgets one slice of a job, in one write that extends the lease too. Tells how much it forgot; `None` when the
    /// lease is lost.
    async fn slice(
        &self,
        job: Job,
        forget: fn(&mut AnyConnection, &Slice) -> Result<usize, StorageError>,
        now: DateTime<Utc>,
    ) -> Result<Option<usize>, StorageError> {
        let (lease, slice) = (self.lease(job, now), Slice::new(self, now));
        let work = move |connection: &mut AnyConnection| {
            let kept = jobs::keep(connection, &lease)?;
            kept.then(|| forget(connection, &slice)).transpose()
        };
        self.store.change(work).await
    }

    /// As [`Worker::slice`], under the lock of an organisation.
    async fn slice_in(
        &self,
        organisation: OrganisationId,
        job: Job,
        forget: fn(&mut Locked<'_>, &Slice) -> Result<usize, StorageError>,
        now: DateTime<Utc>,
    ) -> Result<Option<usize>, StorageError> {
        let (lease, slice) = (self.lease(job, now), Slice::new(self, now));
        let work = move |locked: &mut Locked<'_>| {
            let kept = jobs::keep(locked, &lease)?;
            kept.then(|| forget(locked, &slice)).transpose()
        };
        self.store.locking(organisation).change(work).await
    }
}

/// Repeats what forgets a slice until it finds nothing to forget; `false` when the lease is lost.
async fn repeat(slice: impl AsyncFn() -> Result<Option<usize>, StorageError>) -> Result<bool, StorageError> {
    loop {
        match slice().await? {
            None => return Ok(false),
            Some(0) => return Ok(true),
            Some(_) => {}
        }
    }
}
