//! Who may act: looked up for every caller who is not remembered, and a counter of changes, so that every instance knows
//! when to look again.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;

use super::columns::{Zone, instant_column};
use super::connection::AnyConnection;
use super::outbox;
use super::schema::{access_counter, accounts, invitations, organisations, sessions};
use super::storage_error::StorageError;
use crate::domain::account::Role;
use crate::domain::identifiers::{AccountId, OrganisationId, SessionId};

/// The name of the one counter.
const COUNTER: &str = "access";

/// How many times somebody's access or the signing keys changed.
pub fn changes(connection: &mut AnyConnection) -> Result<i64, StorageError> {
    Ok(access_counter::table
        .find(COUNTER)
        .select(access_counter::changes)
        .first(connection)?)
}

/// Counts a change of somebody's access, or of the signing keys. To be the last statement of a transaction, since it
/// keeps every other instance that counts a change waiting until the commit.
pub fn note_change(connection: &mut AnyConnection) -> Result<(), StorageError> {
    diesel::update(access_counter::table.find(COUNTER))
        .set(access_counter::changes.eq(access_counter::changes + 1))
        .execute(connection)?;
    Ok(())
}

/// Ends every session, and forgets every invitation and all mail that waits, of the instance. Tells how many sessions and
/// invitations.
pub fn end_all(connection: &mut AnyConnection, now: DateTime<Utc>) -> Result<(usize, usize), StorageError> {
    let ended = diesel::update(sessions::table.filter(sessions::ended_at.is_null()))
        .set(sessions::ended_at.eq(instant_column(now)))
        .execute(connection)?;
    outbox::forget_all(connection)?;
    let forgotten = diesel::delete(invitations::table).execute(connection)?;
    note_change(connection)?;
    Ok((ended, forgotten))
}

/// What somebody may do, and the zone of their organisation, unless their session has ended by `now` or they were
/// deactivated.
pub fn of_session(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<Option<(Role, Tz)>, StorageError> {
    let found: Option<(Role, Zone)> = sessions::table
        .find((organisation, session))
        .inner_join(
            accounts::table.on(accounts::organisation_id
                .eq(sessions::organisation_id)
                .and(accounts::account_id.eq(sessions::account_id))),
        )
        .inner_join(organisations::table.on(organisations::organisation_id.eq(sessions::organisation_id)))
        .filter(sessions::account_id.eq(account))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(instant_column(now)))
        .filter(accounts::deactivated_at.is_null())
        .select((accounts::role, organisations::time_zone))
        .first(connection)
        .optional()?;
    Ok(found.map(|(role, zone)| (role, zone.into())))
}
