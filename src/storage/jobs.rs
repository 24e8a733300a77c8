//! Leases of background work: of the instances on a database one at a time does each job.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;

use super::columns::{Instant, MaybeInstant, instant_column};
use super::connection::AnyConnection;
use super::schema::jobs;
use super::storage_error::StorageError;
use crate::domain::retention::{Runs, SKEW};

/// The lease of a job that an instance asks for.
#[derive(Debug, Clone)]
pub struct Lease {
    /// The name of the job.
    pub job: &'static str,
    /// Who would do it.
    pub instance: String,
    /// When it is asked for.
    pub now: DateTime<Utc>,
    /// For how long nobody else has the job.
    pub lasts: Duration,
}

impl Lease {
    /// Until when nobody else has the job.
    fn until(&self) -> chrono::NaiveDateTime {
        instant_column(self.now + self.lasts)
    }
}

/// Takes a job that is looked at so often, unless somebody has it or it was looked at since. Gives its runs so far when
/// it was taken. An instant that is long yet to come was written by a clock that was wrong, and holds nothing up.
pub fn take(connection: &mut AnyConnection, lease: &Lease, every: Duration) -> Result<Option<Runs>, StorageError> {
    make(connection, lease.job)?;
    let now = instant_column(lease.now);
    let free = jobs::leased_until
        .is_null()
        .or(jobs::leased_until.le(now))
        .or(jobs::leased_until.gt(instant_column(lease.now + SKEW)));
    let is_due = jobs::looked_at
        .is_null()
        .or(jobs::looked_at.le(instant_column(lease.now - every)))
        .or(jobs::looked_at.gt(instant_column(lease.now + SKEW)));
    let taken = diesel::update(jobs::table.find(lease.job).filter(free).filter(is_due))
        .set((
            jobs::leased_by.eq(&lease.instance),
            jobs::leased_until.eq(lease.until()),
        ))
        .execute(connection)?;
    if taken == 0 {
        return Ok(None);
    }
    let (last_run, looked, confirmed): (MaybeInstant, MaybeInstant, MaybeInstant) = jobs::table
        .find(lease.job)
        .select((jobs::last_run_at, jobs::looked_at, jobs::confirmed_at))
        .first(connection)?;
    Ok(Some(Runs {
        last_run_at: last_run.into(),
        looked_at: looked.into(),
        confirmed_at: confirmed.into(),
    }))
}

/// Makes the row of a job, unless there is one.
fn make(connection: &mut AnyConnection, job: &str) -> Result<(), StorageError> {
    let row = jobs::name.eq(job);
    match connection {
        AnyConnection::Sqlite(connection) => diesel::insert_into(jobs::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(connection)?,
        AnyConnection::Postgres(connection) => diesel::insert_into(jobs::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(connection)?,
    };
    Ok(())
}

/// Extends the lease of a job. Tells whether this instance still has the job: another takes it when the lease has run
/// out.
pub fn keep(connection: &mut AnyConnection, lease: &Lease) -> Result<bool, StorageError> {
    let kept = diesel::update(jobs::table.find(lease.job))
        .filter(jobs::leased_by.eq(&lease.instance))
        .set(jobs::leased_until.eq(lease.until()))
        .execute(connection)?;
    Ok(kept > 0)
}

/// Gives a job back that was done.
pub fn done(connection: &mut AnyConnection, lease: &Lease) -> Result<(), StorageError> {
    diesel::update(jobs::table.find(lease.job))
        .filter(jobs::leased_by.eq(&lease.instance))
        .set((
            jobs::leased_by.eq(None::<String>),
            jobs::leased_until.eq(None::<chrono::NaiveDateTime>),
            jobs::looked_at.eq(instant_column(lease.now)),
            jobs::last_run_at.eq(instant_column(lease.now)),
            jobs::confirmed_at.eq(None::<chrono::NaiveDateTime>),
        ))
        .execute(connection)?;
    Ok(())
}

/// Gives a job back that was looked at and not done; with `last_run_at` as it is said to be.
pub fn put_off(
    connection: &mut AnyConnection,
    lease: &Lease,
    last_run_at: Option<DateTime<Utc>>,
) -> Result<(), StorageError> {
    diesel::update(jobs::table.find(lease.job))
        .filter(jobs::leased_by.eq(&lease.instance))
        .set((
            jobs::leased_by.eq(None::<String>),
            jobs::leased_until.eq(None::<chrono::NaiveDateTime>),
            jobs::looked_at.eq(instant_column(lease.now)),
            jobs::last_run_at.eq(last_run_at.map(instant_column)),
        ))
        .execute(connection)?;
    Ok(())
}

/// Notes that somebody said that the clock is right and that a job may forget what it found: it is due at once.
pub fn confirm(connection: &mut AnyConnection, job: &str, now: DateTime<Utc>) -> Result<(), StorageError> {
    make(connection, job)?;
    diesel::update(jobs::table.find(job))
        .set((
            jobs::looked_at.eq(None::<chrono::NaiveDateTime>),
            jobs::confirmed_at.eq(instant_column(now)),
        ))
        .execute(connection)?;
    Ok(())
}

/// Forgets what jobs did: as in a database that was just made, each that forgets is looked at twice before it is done.
pub fn forget_runs(connection: &mut AnyConnection) -> Result<(), StorageError> {
    diesel::delete(jobs::table).execute(connection)?;
    Ok(())
}

/// When each job was last done to its end, by its name; jobs that never were are left out.
pub fn last_runs(connection: &mut AnyConnection) -> Result<BTreeMap<String, DateTime<Utc>>, StorageError> {
    let rows: Vec<(String, Instant)> = jobs::table
        .filter(jobs::last_run_at.is_not_null())
        .select((jobs::name, jobs::last_run_at.assume_not_null()))
        .load(connection)?;
    Ok(rows.into_iter().map(|(name, instant)| (name, instant.into())).collect())
}
