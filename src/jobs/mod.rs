//! Background work: sending mail, forgetting what is kept only for a time, and reminding advisors. Each job takes a lease, so
//! that of several instances one does it, and works in slices, between which writes of reports go on as ever. What forgets
//! believes a clock only when it told about the same a day before.

mod forgetting;
mod reminders;
mod sending;
mod warnings;

use chrono::{DateTime, Duration, Utc};
use strum::VariantArray;

use crate::auth::seal::SealError;
use crate::domain::retention::{Belief, Runs};
use crate::mail::Mailer;
use crate::storage::jobs::Lease;
use crate::storage::outbox::{self, Waiting};
use crate::storage::traces::Erased;
use crate::storage::{AnyConnection, StorageError, Store, jobs, organisations};

/// How long a lease lasts without being kept: an instance that dies leaves the job to another after that.
const LEASE: Duration = Duration::seconds(120);

/// A job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum Job {
    /// Forgets entries of the audit log.
    PurgeAuditLog,
    /// Forgets sessions, invitations and keys that are good no more.
    PurgeSessions,
    /// Forgets the notes of reports, and places at home.
    PurgeNotes,
    /// Forgets whom to ask at partners with whom nothing has been done for long, and what was said at meetings with them; what is
    /// personal in referrals that were closed long ago, and the words of sessions of then.
    PurgeContacts,
    /// Takes name and address out of accounts without contact for a year.
    EraseIdleAccounts,
    /// Tells people that their account will be erased, where mail is sent.
    WarnIdleAccounts,
    /// Reminds advisors of missing reports, where mail is sent.
    RemindAdvisors,
}

impl Job {
    /// Every job. Accounts are erased before people are warned, so that nobody is warned of what is done at once.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Its name in the database.
    pub const fn name(self) -> &'static str {
        self.plan().name
    }

    /// Whether what it does cannot be undone, or says so to people, so that a wrong clock must not make it do it.
    pub const fn is_grave(self) -> bool {
        self.plan().is_grave
    }

    const fn plan(self) -> Plan {
        match self {
            Self::PurgeAuditLog => Plan::of_forgetting("purge_audit_log"),
            Self::PurgeSessions => Plan::of_forgetting("purge_sessions"),
            Self::PurgeNotes => Plan::of_forgetting("purge_notes"),
            Self::PurgeContacts => Plan::of_forgetting("purge_contacts"),
            Self::EraseIdleAccounts => Plan::of_forgetting("erase_idle_accounts"),
            Self::WarnIdleAccounts => Plan {
                mails: true,
                ..Plan::of_forgetting("warn_idle_accounts")
            },
            Self::RemindAdvisors => Plan {
                name: "remind_advisors",
                every: Duration::hours(1),
                is_grave: false,
                mails: true,
            },
        }
    }
}

/// All that is to be known of a job before it is done.
struct Plan {
    /// Its name in the database.
    name: &'static str,
    /// How often it is done.
    every: Duration,
    /// Whether what it does cannot be undone, or says so to people.
    is_grave: bool,
    /// Whether it is done only where mail is sent.
    mails: bool,
}

impl Plan {
    /// The plan of a job that forgets something once a day.
    const fn of_forgetting(name: &'static str) -> Self {
        Self {
            name,
            every: Duration::days(1),
            is_grave: true,
            mails: false,
        }
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
    /// After how many months the notes of reports are forgotten, and the contacts of partners.
    pub notes_months: u32,
    /// Sends mail, where that is configured.
    pub mailer: Option<Mailer>,
}

/// Why a job was not done to its end.
enum Stop {
    /// Another instance has taken it meanwhile.
    Lost,
    /// It would do too much at once: somebody is to say that it is right.
    TooMuch,
    /// Storage failed.
    Failed(StorageError),
}

impl From<StorageError> for Stop {
    fn from(error: StorageError) -> Self {
        Self::Failed(error)
    }
}

impl From<SealError> for Stop {
    fn from(error: SealError) -> Self {
        Self::Failed(StorageError::Unavailable(error.to_string()))
    }
}

impl Worker {
    /// Does the jobs that are due by this clock and that no other instance is doing. Gives the jobs that it did.
    ///
    /// # Errors
    /// When a write fails; the jobs that are left stay due.
    pub async fn run_due(&self, clock: Clock<'_>) -> Result<Vec<Job>, StorageError> {
        let mut done = Vec::new();
        for job in self.jobs() {
            let Some(runs) = self.take(job, clock()).await? else {
                continue;
            };
            if !self.is_believed(job, &runs, clock()).await? {
                continue;
            }
            match self.run(job, &runs, clock).await {
                Ok(forgotten) => {
                    let lease = self.lease(job, clock());
                    self.store
                        .change(move |connection| jobs::done(connection, &lease))
                        .await?;
                    if forgotten > 0 {
                        self.remove_traces(job).await;
                    }
                    done.push(job);
                }
                Err(Stop::TooMuch) => self.put_off(job, clock(), runs.last_run_at).await?,
                Err(Stop::Lost) => {}
                Err(Stop::Failed(error)) => return Err(error),
            }
        }
        Ok(done)
    }

    /// The jobs that this instance does: those that send mail only where mail is sent.
    fn jobs(&self) -> impl Iterator<Item = Job> {
        let mails = self.mailer.is_some();
        Job::ALL.iter().copied().filter(move |job| mails || !job.plan().mails)
    }

    /// How much mail waits, and when each job that this instance does was last done; on whichever instance. Jobs that
    /// never were are left out.
    pub async fn measures(&self) -> Result<(Waiting, Vec<(Job, DateTime<Utc>)>), StorageError> {
        let measure = |connection: &mut AnyConnection| Ok((outbox::waiting(connection)?, jobs::last_runs(connection)?));
        let (waiting, runs) = self.store.read(measure).await?;
        let run = |job: Job| Some((job, *runs.get(job.name())?));
        Ok((waiting, self.jobs().filter_map(run).collect()))
    }

    fn lease(&self, job: Job, now: DateTime<Utc>) -> Lease {
        Lease {
            job: job.name(),
            instance: self.instance.clone(),
            now,
            lasts: LEASE,
        }
    }

    async fn take(&self, job: Job, now: DateTime<Utc>) -> Result<Option<Runs>, StorageError> {
        let lease = self.lease(job, now);
        self.store
            .change(move |connection| jobs::take(connection, &lease, job.plan().every))
            .await
    }

    /// Whether a job may be done at `now`; puts it off when it may not.
    async fn is_believed(&self, job: Job, runs: &Runs, now: DateTime<Utc>) -> Result<bool, StorageError> {
        let belief = if job.is_grave() {
            runs.believe(now)
        } else {
            Belief::Believed
        };
        let last_run_at = match belief {
            Belief::Believed => return Ok(true),
            Belief::Unproven => runs.last_run_at,
            Belief::WentBack => None,
            Belief::Leapt => {
                tracing::error!(
                    job = job.name(), last_run_at = ?runs.last_run_at, %now,
                    "nothing is forgotten, as the clock has leapt or the service has stood still for long: when the clock \
                     is right, say so by `quotidien jobs confirm`"
                );
                runs.last_run_at
            }
        };
        self.put_off(job, now, last_run_at).await?;
        Ok(false)
    }

    async fn put_off(
        &self,
        job: Job,
        now: DateTime<Utc>,
        last_run_at: Option<DateTime<Utc>>,
    ) -> Result<(), StorageError> {
        let lease = self.lease(job, now);
        self.store
            .change(move |connection| jobs::put_off(connection, &lease, last_run_at))
            .await
    }

    /// Removes from the disk what is left of what a job erased. When it cannot be done now it will be with the next that
    /// is erased: no reason to fail.
    async fn remove_traces(&self, job: Job) {
        let erased = if job == Job::EraseIdleAccounts {
            Erased::Person
        } else {
            Erased::Parts
        };
        if let Err(error) = self.store.remove_traces(erased).await {
            tracing::warn!(%error, job = job.name(), "traces of what was erased are left on the disk");
        }
    }

    /// Works until nothing is left to do. Tells how much was forgotten.
    async fn run(&self, job: Job, runs: &Runs, clock: Clock<'_>) -> Result<usize, Stop> {
        match job {
            Job::PurgeAuditLog => self.purge_audit_log(job, clock).await,
            Job::PurgeSessions => self.purge_sessions(job, clock).await,
            Job::EraseIdleAccounts => self.erase_idle_accounts(job, runs, clock).await,
            Job::WarnIdleAccounts => self.warn_idle_accounts(job, clock).await.map(|()| 0),
            Job::PurgeNotes => {
                let mut forgotten = 0;
                for organisation in self.store.read(organisations::all_ids).await? {
                    forgotten += self.purge_notes(job, organisation, clock).await?;
                }
                Ok(forgotten)
            }
            Job::PurgeContacts => {
                let mut forgotten = 0;
                for organisation in self.store.read(organisations::all_ids).await? {
                    forgotten += self.purge_contacts(job, organisation, clock).await?;
                    forgotten += self.purge_planned(job, organisation, clock).await?;
                }
                Ok(forgotten)
            }
            Job::RemindAdvisors => {
                for organisation in self.store.read(organisations::all_ids).await? {
                    self.remind(job, organisation, clock).await?;
                }
                Ok(0)
            }
        }
    }

    /// Does one write of a job, which extends its lease too.
    async fn in_lease<T: Send + 'static>(
        &self,
        job: Job,
        clock: Clock<'_>,
        mut work: impl FnMut(&mut AnyConnection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, Stop> {
        let lease = self.lease(job, clock());
        let work = move |connection: &mut AnyConnection| {
            let kept = jobs::keep(connection, &lease)?;
            kept.then(|| work(connection)).transpose()
        };
        self.store.change(work).await?.ok_or(Stop::Lost)
    }
}
