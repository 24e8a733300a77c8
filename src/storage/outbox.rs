//! Mail that waits to be sent, written in the transaction of what it speaks of. An instance sends a message while it holds
//! its lease, and forgets it once it is sent or given up. A message goes with the invitation that it brings.

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use chrono_tz::Tz;
use diesel::dsl::{auto_type, count_star, min};
use diesel::prelude::*;

use super::columns::{Instant, Zone, instant_column, instant_of};
use super::connection::AnyConnection;
use super::schema::{accounts, organisations, outbox};
use super::storage_error::StorageError;
use crate::domain::account::Email;
use crate::domain::identifiers::{AccountId, MessageId, OrganisationId};
use crate::domain::retention::{MAIL_HOURS, SKEW};

/// A message that is to wait.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// The tenant.
    pub organisation: OrganisationId,
    /// Whom it is for.
    pub account: AccountId,
    /// Its identifier.
    pub id: MessageId,
    /// The hash of the invitation that it brings: without it the message goes too.
    pub invitation: Option<String>,
    /// What it says, as it is kept.
    pub content: String,
    /// When it was written; it is due at once.
    pub now: DateTime<Utc>,
    /// When it is given up.
    pub expires_at: DateTime<Utc>,
}

/// What names a message: its key.
pub type MailKey = (OrganisationId, AccountId, MessageId);

/// A message that an instance has taken to send, with what its text needs.
#[derive(Debug, Clone, Queryable)]
pub struct TakenMail {
    /// Its key.
    pub key: MailKey,
    /// The address of its account.
    pub to: Email,
    /// What the organisation is called.
    pub organisation: String,
    /// The zone in which the organisation tells the time.
    #[diesel(deserialize_as = Zone)]
    pub time_zone: Tz,
    /// What it says, as it is kept.
    pub content: String,
    /// How often it was tried before.
    pub tries: i32,
    /// When it is given up.
    #[diesel(deserialize_as = Instant)]
    pub expires_at: DateTime<Utc>,
}

/// Until when an instance has a message to itself.
#[derive(Debug, Clone)]
pub struct Hold {
    /// The instance.
    pub instance: String,
    /// When it asks.
    pub now: DateTime<Utc>,
    /// For how long nobody else has the message.
    pub lasts: Duration,
}

/// How much mail waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// How many messages.
    pub messages: i64,
    /// When the oldest of them was written.
    pub oldest: Option<DateTime<Utc>>,
}

/// Has a message wait.
pub fn insert(connection: &mut AnyConnection, mail: &NewMail) -> Result<(), StorageError> {
    diesel::insert_into(outbox::table)
        .values((
            outbox::organisation_id.eq(mail.organisation),
            outbox::account_id.eq(mail.account),
            outbox::message_id.eq(mail.id),
            outbox::token_hash.eq(&mail.invitation),
            outbox::content.eq(&mail.content),
            outbox::created_at.eq(instant_column(mail.now)),
            outbox::expires_at.eq(instant_column(mail.expires_at)),
            outbox::next_try_at.eq(instant_column(mail.now)),
        ))
        .execute(connection)?;
    Ok(())
}

/// Whether nobody is sending a message at `now`. A lease that ends long after, later than `leapt`, was written by a clock
/// that was wrong, and holds nothing up.
#[auto_type]
fn is_free(now: NaiveDateTime, leapt: NaiveDateTime) -> _ {
    outbox::leased_until
        .is_null()
        .or(outbox::leased_until.le(now))
        .or(outbox::leased_until.gt(leapt))
}

/// Whether a message is to be tried at `now`; so, too, is one whose next try is later than `leapt`.
#[auto_type]
fn is_time(now: NaiveDateTime, leapt: NaiveDateTime) -> _ {
    outbox::expires_at
        .gt(now)
        .and(outbox::next_try_at.le(now).or(outbox::next_try_at.gt(leapt)))
}

/// The messages that are free and to be tried.
#[auto_type]
fn due(now: NaiveDateTime, lease_leapt: NaiveDateTime, try_leapt: NaiveDateTime) -> _ {
    let free: is_free = is_free(now, lease_leapt);
    let time: is_time = is_time(now, try_leapt);
    free.and(time)
}

fn due_at(now: DateTime<Utc>) -> due {
    due(
        instant_column(now),
        instant_column(now + SKEW),
        instant_column(now + Duration::hours(MAIL_HOURS)),
    )
}

fn free_at(now: DateTime<Utc>) -> is_free {
    is_free(instant_column(now), instant_column(now + SKEW))
}

/// Whether there is a message to be tried.
pub fn is_any_due(connection: &mut AnyConnection, now: DateTime<Utc>) -> Result<bool, StorageError> {
    let found: Option<String> = outbox::table
        .filter(due_at(now))
        .select(outbox::message_id)
        .first(connection)
        .optional()?;
    Ok(found.is_some())
}

/// Takes messages that are to be tried, `most` at most, those first that have waited longest.
pub fn take(connection: &mut AnyConnection, hold: &Hold, most: i64) -> Result<Vec<TakenMail>, StorageError> {
    let found: Vec<TakenMail> = outbox::table
        .inner_join(
            accounts::table.on(accounts::organisation_id
                .eq(outbox::organisation_id)
                .and(accounts::account_id.eq(outbox::account_id))),
        )
        .inner_join(organisations::table.on(organisations::organisation_id.eq(outbox::organisation_id)))
        .filter(due_at(hold.now))
        .order((outbox::next_try_at, outbox::message_id))
        .limit(most)
        .select((
            (outbox::organisation_id, outbox::account_id, outbox::message_id),
            accounts::email,
            organisations::name,
            organisations::time_zone,
            outbox::content,
            outbox::tries,
            outbox::expires_at,
        ))
        .load(connection)?;
    let mut taken = Vec::with_capacity(found.len());
    for mail in found {
        // Another instance may have taken it, or have tried it, since it was read.
        let row = outbox::table.find(mail.key).filter(due_at(hold.now));
        let mine = diesel::update(row)
            .set((
                outbox::leased_by.eq(&hold.instance),
                outbox::leased_until.eq(instant_column(hold.now + hold.lasts)),
            ))
            .execute(connection)?;
        if mine > 0 {
            taken.push(mail);
        }
    }
    Ok(taken)
}

/// Extends the lease of a message.
pub fn keep(connection: &mut AnyConnection, key: MailKey, hold: &Hold) -> Result<(), StorageError> {
    diesel::update(outbox::table.find(key).filter(outbox::leased_by.eq(&hold.instance)))
        .set(outbox::leased_until.eq(instant_column(hold.now + hold.lasts)))
        .execute(connection)?;
    Ok(())
}

/// Gives a message back that could not be sent, to be tried again at an instant.
pub fn put_off(
    connection: &mut AnyConnection,
    key: MailKey,
    instance: &str,
    next_try_at: DateTime<Utc>,
) -> Result<(), StorageError> {
    diesel::update(outbox::table.find(key).filter(outbox::leased_by.eq(instance)))
        .set((
            outbox::leased_by.eq(None::<String>),
            outbox::leased_until.eq(None::<NaiveDateTime>),
            outbox::tries.eq(outbox::tries + 1),
            outbox::next_try_at.eq(instant_column(next_try_at)),
        ))
        .execute(connection)?;
    Ok(())
}

/// Forgets a message that was sent or given up.
pub fn done(connection: &mut AnyConnection, key: MailKey) -> Result<(), StorageError> {
    diesel::delete(outbox::table.find(key)).execute(connection)?;
    Ok(())
}

/// Messages to be given up, `most` at most.
pub fn expired(connection: &mut AnyConnection, now: DateTime<Utc>, most: i64) -> Result<Vec<MailKey>, StorageError> {
    Ok(outbox::table
        .filter(outbox::expires_at.le(instant_column(now)))
        .filter(free_at(now))
        .select((outbox::organisation_id, outbox::account_id, outbox::message_id))
        .limit(most)
        .load(connection)?)
}

/// Forgets those of some messages that nobody is sending. Tells which.
pub fn give_up(
    connection: &mut AnyConnection,
    expired: &[MailKey],
    now: DateTime<Utc>,
) -> Result<Vec<MailKey>, StorageError> {
    let mut given_up = Vec::with_capacity(expired.len());
    for key in expired {
        let row = outbox::table.find(*key).filter(free_at(now));
        if diesel::delete(row).execute(connection)? > 0 {
            given_up.push(*key);
        }
    }
    Ok(given_up)
}

/// Forgets what waits for an account.
pub fn forget(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<(), StorageError> {
    let theirs = outbox::table
        .filter(outbox::organisation_id.eq(organisation))
        .filter(outbox::account_id.eq(account));
    diesel::delete(theirs).execute(connection)?;
    Ok(())
}

/// Forgets what waits for anybody.
pub fn forget_all(connection: &mut AnyConnection) -> Result<(), StorageError> {
    diesel::delete(outbox::table).execute(connection)?;
    Ok(())
}

/// How much waits.
pub fn waiting(connection: &mut AnyConnection) -> Result<Waiting, StorageError> {
    let (messages, oldest) = outbox::table
        .select((count_star(), min(outbox::created_at)))
        .first::<(i64, Option<NaiveDateTime>)>(connection)?;
    Ok(Waiting {
        messages,
        oldest: oldest.map(instant_of),
    })
}
