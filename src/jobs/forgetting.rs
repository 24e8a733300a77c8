//! What jobs forget. What is to be forgotten is found in a snapshot, which takes the longer the more there is; the writer
//! forgets it a slice at a time, and is never held for long.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Months, Utc};

use super::{Clock, Job, Stop, Worker};
use crate::domain::audit::AuditAction;
use crate::domain::identifiers::{AccountId, OrganisationId};
use crate::domain::retention::{AUDIT_MONTHS, CONTACT_MONTHS, ENDED_DAYS, Runs, WARNED_DAYS, is_small_share};
use crate::storage::audit::{self, Deed};
use crate::storage::idle::{self, Idle};
use crate::storage::{AnyConnection, Locked, StorageError, field, jobs, retention};

/// How much is found at a time.
const FOUND: i64 = 2000;
/// How much is forgotten in one write.
const SLICE: usize = 50;

/// Finds what is to be forgotten of an organisation from before an instant.
type Find<T> = fn(&mut AnyConnection, OrganisationId, DateTime<Utc>) -> Result<Vec<T>, StorageError>;

pub(super) fn months_before(now: DateTime<Utc>, months: u32) -> DateTime<Utc> {
    now.checked_sub_months(Months::new(months)).unwrap_or(now)
}

impl Worker {
    pub(super) async fn purge_audit_log(&self, job: Job, clock: Clock<'_>) -> Result<usize, Stop> {
        let mut forgotten = 0;
        loop {
            let before = months_before(clock(), AUDIT_MONTHS);
            let old = move |connection: &mut AnyConnection| audit::before(connection, before, FOUND);
            let found = self.store.read(old).await?;
            if found.is_empty() {
                return Ok(forgotten);
            }
            for slice in found.chunks(SLICE) {
                let slice = slice.to_vec();
                self.in_lease(job, clock, move |connection| audit::forget(connection, &slice))
                    .await?;
            }
            forgotten += found.len();
        }
    }

    pub(super) async fn purge_sessions(&self, job: Job, clock: Clock<'_>) -> Result<usize, Stop> {
        let before = clock() - Duration::days(ENDED_DAYS);
        let over = move |connection: &mut AnyConnection| retention::purge_ended(connection, before);
        let mut forgotten = self.in_lease(job, clock, over).await?;
        loop {
            let ended = move |connection: &mut AnyConnection| retention::ended_sessions(connection, before, FOUND);
            let found = self.store.read(ended).await?;
            if found.is_empty() {
                return Ok(forgotten);
            }
            for slice in found.chunks(SLICE) {
                let slice = slice.to_vec();
                let forget = move |connection: &mut AnyConnection| retention::forget_sessions(connection, &slice);
                self.in_lease(job, clock, forget).await?;
            }
            forgotten += found.len();
        }
    }

    /// Forgets the notes of an organisation; how many days had some.
    pub(super) async fn purge_notes(
        &self,
        job: Job,
        organisation: OrganisationId,
        clock: Clock<'_>,
    ) -> Result<usize, Stop> {
        let find: Find<retention::Day> = |connection, organisation, before| {
            retention::days_with_notes(connection, organisation, before.date_naive(), FOUND)
        };
        self.purge_locked(job, organisation, clock, find, retention::purge_notes)
            .await
    }

    /// Forgets whom to ask at partners of an organisation with whom nothing has been agreed or talked over for long, what was
    /// said at meetings with them, and who asked for something; how many versions told of them.
    pub(super) async fn purge_contacts(
        &self,
        job: Job,
        organisation: OrganisationId,
        clock: Clock<'_>,
    ) -> Result<usize, Stop> {
        let find: Find<field::retention::PartnerVersion> = |connection, organisation, before| {
            field::retention::outdated_contacts(connection, organisation, before, FOUND)
        };
        let contacts = self.purge_locked(job, organisation, clock, find, field::retention::forget_contacts);
        let forgotten = contacts.await?;
        let find: Find<field::retention::RequestVersion> = |connection, organisation, before| {
            field::retention::outdated_askers(connection, organisation, before, FOUND)
        };
        let askers = self.purge_locked(job, organisation, clock, find, field::retention::forget_askers);
        let forgotten = forgotten + askers.await?;
        let find: Find<field::retention::MeetingVersion> = |connection, organisation, before| {
            field::retention::outdated_words(connection, organisation, before, FOUND)
        };
        let words = self.purge_locked(job, organisation, clock, find, field::retention::forget_words);
        Ok(forgotten + words.await?)
    }

    /// Forgets what is personal in referrals of an organisation, and the words of sessions that were planned; how many there were.
    pub(super) async fn purge_planned(
        &self,
        job: Job,
        organisation: OrganisationId,
        clock: Clock<'_>,
    ) -> Result<usize, Stop> {
        let find: Find<_> = |connection, organisation, before| {
            field::retention::outdated_referrals(connection, organisation, before, FOUND)
        };
        let forget = field::retention::forget_referrals;
        let referrals = self.purge_locked(job, organisation, clock, find, forget).await?;
        let find: Find<_> = |connection, organisation, before| {
            field::retention::sessions_with_words(connection, organisation, before.date_naive(), FOUND)
        };
        let forget = field::retention::forget_session_words;
        Ok(referrals + self.purge_locked(job, organisation, clock, find, forget).await?)
    }

    /// Forgets what is found of an organisation from before so many months as notes are kept, under its lock, until
    /// nothing is found; how much that was.
    async fn purge_locked<T: Clone + Send + Sync + 'static>(
        &self,
        job: Job,
        organisation: OrganisationId,
        clock: Clock<'_>,
        find: Find<T>,
        forget: fn(&mut Locked<'_>, &[T]) -> Result<(), StorageError>,
    ) -> Result<usize, Stop> {
        let mut forgotten = 0;
        loop {
            let before = months_before(clock(), self.notes_months);
            let found = self
                .store
                .read(move |connection| find(connection, organisation, before))
                .await?;
            if found.is_empty() {
                return Ok(forgotten);
            }
            for slice in found.chunks(SLICE) {
                let slice = slice.to_vec();
                let purge = move |locked: &mut Locked<'_>| forget(locked, &slice);
                self.in_lease_locking(job, organisation, clock, purge).await?;
            }
            forgotten += found.len();
        }
    }

    /// Does one write of a job under the lock of an organisation, which extends its lease too.
    async fn in_lease_locking(
        &self,
        job: Job,
        organisation: OrganisationId,
        clock: Clock<'_>,
        mut work: impl FnMut(&mut Locked<'_>) -> Result<(), StorageError> + Send + 'static,
    ) -> Result<(), Stop> {
        let lease = self.lease(job, clock());
        let work = move |locked: &mut Locked<'_>| {
            let kept = jobs::keep(locked, &lease)?;
            kept.then(|| work(locked)).transpose()
        };
        self.store.locking(organisation).change(work).await?.ok_or(Stop::Lost)
    }

    /// Erases the accounts of people who have not been there for long, unless these are so many that the clock, or
    /// something else, is wrong.
    pub(super) async fn erase_idle_accounts(&self, job: Job, runs: &Runs, clock: Clock<'_>) -> Result<usize, Stop> {
        let now = clock();
        let who = self.idle(now);
        let (found, people) = self
            .store
            .read(move |connection| {
                let found = idle::to_erase(connection, &who)?;
                Ok((found, idle::count_people(connection)?))
            })
            .await?;
        if !is_small_share(found.len(), people) && !runs.is_confirmed(now) {
            tracing::error!(
                accounts = found.len(),
                of = people,
                "no account is erased, as too many are without contact at once: when that is right, say so by \
                 `quotidien jobs confirm`"
            );
            return Err(Stop::TooMuch);
        }
        let mut by_organisation: BTreeMap<OrganisationId, Vec<AccountId>> = BTreeMap::new();
        for (organisation, account) in &found {
            by_organisation.entry(*organisation).or_default().push(*account);
        }
        for (organisation, accounts) in by_organisation {
            for slice in accounts.chunks(SLICE) {
                let slice = slice.to_vec();
                let erase = move |locked: &mut Locked<'_>| erase(locked, &slice, &who, now);
                self.in_lease_locking(job, organisation, clock, erase).await?;
            }
        }
        Ok(found.len())
    }

    /// Whose account is erased at `now`. Where mail is sent they were told before.
    fn idle(&self, now: DateTime<Utc>) -> Idle {
        Idle {
            since: months_before(now, CONTACT_MONTHS),
            warned_by: self.mailer.as_ref().map(|_| now - Duration::days(WARNED_DAYS)),
        }
    }
}

/// Erases those of some accounts that are to be erased still: since they were found somebody may have come back.
fn erase(locked: &mut Locked<'_>, accounts: &[AccountId], who: &Idle, now: DateTime<Utc>) -> Result<(), StorageError> {
    let organisation = locked.organisation();
    for account in accounts {
        if !idle::is_to_erase(locked, organisation, *account, who)? {
            continue;
        }
        let deed = Deed {
            organisation,
            action: AuditAction::AccountErased,
            actor: None,
            subject: account.uuid().into(),
        };
        audit::record(locked, deed, now)?;
        retention::erase_account(locked, *account, now)?;
    }
    Ok(())
}
