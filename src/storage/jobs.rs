//! Leases of background work: of the instances on a database one at a time does each job.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::columns::instant_column;
use super::connection::AnyConnection;
use super::schema::jobs;
use super::storage_error::StorageError;

/// The lease of a job that an instance asks for.
#[derive(Debug, Clone)]
pub struct Lease {
    /// The name of the job.
    pub job: &'static str,
    /// Who would do it.
    pub instance: String,
    /// Until when nobody else does.
    pub until: DateTime<Utc>,
}

/// Takes a job at `now` unless somebody has it, or it was done after `due`. Tells whether it was taken.
pub fn take(
    connection: &mut AnyConnection,
    lease: &Lease,
    due: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let row = jobs::name.eq(lease.job);
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
    let free = jobs::leased_until
        .is_null()
        .or(jobs::leased_until.le(instant_column(now)));
    let is_due = jobs::last_run_at
        .is_null()
        .or(jobs::last_run_at.le(instant_column(due)));
    let taken = diesel::update(jobs::table.find(lease.job).filter(free).filter(is_due))
        .set((
            jobs::leased_by.eq(&lease.instance),
            jobs::leased_until.eq(instant_column(lease.until)),
        ))
        .execute(connection)?;
    Ok(taken > 0)
}

/// Extends the lease of a job. Tells whether this instance still has the job: another takes it when the lease has run
/// out.
pub fn keep(connection: &mut AnyConnection, lease: &Lease) -> Result<bool, StorageError> {
    let kept = diesel::update(jobs::table.find(lease.job))
        .filter(jobs::leased_by.eq(&lease.instance))
        .set(jobs::leased_until.eq(instant_column(lease.until)))
        .execute(connection)?;
    Ok(kept > 0)
}

/// Gives a job back that was done at `now`.
pub fn done(connection: &mut AnyConnection, lease: &Lease, now: DateTime<Utc>) -> Result<(), StorageError> {
    diesel::update(jobs::table.find(lease.job))
        .filter(jobs::leased_by.eq(&lease.instance))
        .set((
            jobs::leased_by.eq(None::<String>),
            jobs::leased_until.eq(None::<chrono::NaiveDateTime>),
            jobs::last_run_at.eq(instant_column(now)),
        ))
        .execute(connection)?;
    Ok(())
}
