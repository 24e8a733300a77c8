//! Background work: forgetting what is kept only for a time, and reminding advisors. Each job takes a lease, so that of
//! several instances one does it, and works in slices, between which writes of reports go on as ever.

mod reminders;

use chrono::{DateTime, Duration, Months, Utc};

use crate::domain::audit::{AUDIT_MONTHS, AuditAction};
use crate::domain::identifiers::OrganisationId;
use crate::mail::Mailer;
use crate::storage::audit::Deed;
use crate::storage::jobs::Lease;
use crate::storage::{StorageError, Store, audit, jobs, organisations, retention};

/// How long a lease lasts without being kept, in seconds: an instance that dies leaves the job to another after that.
const LEASE_SECONDS: i64 = 120;
/// How much a slice does at most.
const SLICE: u32 = 100;
/// For how many days sessions are kept that have ended, and keys and invitations that are good no more.
const ENDED_DAYS: i64 = 30;
/// After how many months without contact an account loses its name and address.
const CONTACT_MONTHS: u32 = 12;

/// A job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// Forgets entries of the audit log after [`AUDIT_MONTHS`].
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
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PurgeAuditLog => "purge_audit_log",
            Self::PurgeSessions => "purge_sessions",
            Self::PurgeNotes => "purge_notes",
            Self::EraseIdleAccounts => "erase_idle_accounts",
            Self::RemindAdvisors => "remind_advisors",
        }
    }

    /// How often it is done.
    #[must_use]
    pub const fn every(self) -> Duration {
        match self {
            Self::RemindAdvisors => Duration::hours(1),
            _ => Duration::hours(24),
        }
    }
}

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
    /// As any write; the jobs that are left stay due.
    pub async fn run_due(&self, clock: &(dyn Fn() -> DateTime<Utc> + Send + Sync)) -> Result<Vec<Job>, StorageError> {
        let mut done = Vec::new();
        for job in Job::ALL {
            if job == Job::RemindAdvisors && self.mailer.is_none() {
                continue;
            }
            if self.take(job, clock()).await? && self.run(job, clock).await? {
                let (lease, now) = (self.lease(job, clock()), clock());
                self.store
                    .change(Vec::new(), move |connection| jobs::done(connection, &lease, now))
                    .await?;
                done.push(job);
            }
        }
        Ok(done)
    }

    fn lease(&self, job: Job, now: DateTime<Utc>) -> Lease {
        Lease {
            job: job.name(),
            instance: self.instance.clone(),
            until: now + Duration::seconds(LEASE_SECONDS),
        }
    }

    async fn take(&self, job: Job, now: DateTime<Utc>) -> Result<bool, StorageError> {
        let (lease, due) = (self.lease(job, now), now - job.every());
        let taken = self
            .store
            .change(Vec::new(), move |connection| jobs::take(connection, &lease, due, now))
            .await?;
        Ok(taken)
    }

    /// Works until nothing is left to do; `false` when another instance has taken the job meanwhile.
    async fn run(&self, job: Job, clock: &(dyn Fn() -> DateTime<Utc> + Send + Sync)) -> Result<bool, StorageError> {
        let organisations = match job {
            Job::PurgeNotes | Job::RemindAdvisors => self.store.read(organisations::all_ids).await?,
            _ => vec![OrganisationId::INSTANCE],
        };
        for organisation in organisations {
            let kept = match (job, &self.mailer) {
                (Job::RemindAdvisors, None) => true,
                (Job::RemindAdvisors, Some(mailer)) => self.remind(organisation, mailer, clock).await?,
                _ => self.forget(job, organisation, clock).await?,
            };
            if !kept {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Forgets, slice by slice, until nothing is left to forget; `false` when the lease is lost.
    async fn forget(
        &self,
        job: Job,
        organisation: OrganisationId,
        clock: &(dyn Fn() -> DateTime<Utc> + Send + Sync),
    ) -> Result<bool, StorageError> {
        loop {
            match self.slice(job, organisation, clock()).await? {
                None => return Ok(false),
                Some(0) => return Ok(true),
                Some(_) => {}
            }
        }
    }

    /// Does one slice of a job, in one write that extends the lease too. Tells how much it did; `None` when the lease
    /// is lost.
    async fn slice(
        &self,
        job: Job,
        organisation: OrganisationId,
        now: DateTime<Utc>,
    ) -> Result<Option<usize>, StorageError> {
        let (lease, notes_months) = (self.lease(job, now), self.notes_months);
        let locks = match job {
            Job::PurgeNotes => vec![organisation],
            _ => Vec::new(),
        };
        let months_ago = move |months| now.checked_sub_months(Months::new(months)).unwrap_or(now);
        let outcome = self
            .store
            .change(locks, move |connection| {
                if !jobs::keep(connection, &lease)? {
                    return Ok(None);
                }
                let limit = i64::from(SLICE);
                let done = match job {
                    Job::PurgeAuditLog => audit::purge(connection, months_ago(AUDIT_MONTHS), SLICE)?,
                    Job::PurgeSessions => {
                        retention::purge_sessions(connection, now - Duration::days(ENDED_DAYS), limit)?
                    }
                    Job::PurgeNotes => {
                        let before = months_ago(notes_months).date_naive();
                        retention::purge_notes(connection, organisation, before, limit)?
                    }
                    Job::EraseIdleAccounts => {
                        let idle = retention::without_contact(connection, months_ago(CONTACT_MONTHS), limit)?;
                        for (organisation, account) in &idle {
                            let deed = Deed {
                                organisation: *organisation,
                                action: AuditAction::AccountErased,
                                actor: None,
                                subject: account.uuid().into(),
                            };
                            audit::record(connection, deed, now)?;
                            retention::erase_account(connection, *organisation, *account, now)?;
                        }
                        idle.len()
                    }
                    // A reminder forgets nothing.
                    Job::RemindAdvisors => 0,
                };
                Ok(Some(done))
            })
            .await?;
        Ok(outcome)
    }
}
