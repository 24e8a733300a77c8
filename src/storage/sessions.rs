//! Sessions: one a device; and their refresh tokens, kept by their hashes.
//!
//! The tokens of a session have generations. A phone whose answer was lost asks again with the token that it has, and
//! gets another token of the next generation: a sibling of the lost one. The first sibling that is used settles the
//! generation. If one of the others, or a token of an earlier generation, comes back after that, somebody has stolen it.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::access;
use super::columns::{Instant, MaybeInstant, instant_column};
use super::connection::AnyConnection;
use super::schema::{refresh_tokens, sessions};
use super::storage_error::StorageError;
use crate::domain::identifiers::{AccountId, OrganisationId, SessionId};

/// How many unused siblings are kept: a phone holds the last one that reached it.
const SIBLINGS: usize = 32;

/// A session to be kept.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The tenant.
    pub organisation: OrganisationId,
    /// The session.
    pub id: SessionId,
    /// Whose.
    pub account: AccountId,
    /// What the device calls itself.
    pub device: Option<String>,
    /// When it began.
    pub now: DateTime<Utc>,
    /// Until when its first token is good.
    pub expires_at: DateTime<Utc>,
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
pub struct Session {
    /// The session.
    #[diesel(column_name = session_id)]
    pub id: SessionId,
    /// What the device calls itself.
    pub device: Option<String>,
    /// When it began.
    #[diesel(deserialize_as = Instant)]
    pub created_at: DateTime<Utc>,
    /// When a token of it was last used.
    #[diesel(deserialize_as = Instant)]
    pub refreshed_at: DateTime<Utc>,
    /// Until when it goes on without use.
    #[diesel(deserialize_as = Instant)]
    pub expires_at: DateTime<Utc>,
    /// When it was ended.
    #[diesel(deserialize_as = MaybeInstant)]
    pub ended_at: Option<DateTime<Utc>>,
}

/// A refresh token to be kept.
#[derive(Debug, Clone)]
pub struct NewRefreshToken {
    /// The tenant.
    pub organisation: OrganisationId,
    /// Its session.
    pub session: SessionId,
    /// Its SHA-256.
    pub hash: String,
    /// Its generation in the session, from 1.
    pub generation: i32,
    /// When it was made.
    pub now: DateTime<Utc>,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

/// What the use of a refresh token came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenUse {
    /// It is good: its account, and the generation of the token to be made.
    Good {
        /// Whose session it is.
        account: AccountId,
        /// The generation of the token to be made.
        next: i32,
    },
    /// A sibling or a successor was used already: somebody else has the token too.
    Reused(AccountId),
    /// It is not known, or its session has ended.
    Unusable,
}

/// Keeps a new session.
pub fn insert(connection: &mut AnyConnection, session: &NewSession) -> Result<(), StorageError> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::organisation_id.eq(session.organisation),
            sessions::session_id.eq(session.id),
            sessions::account_id.eq(session.account),
            sessions::device.eq(session.device.as_deref()),
            sessions::created_at.eq(instant_column(session.now)),
            sessions::refreshed_at.eq(instant_column(session.now)),
            sessions::expires_at.eq(instant_column(session.expires_at)),
        ))
        .execute(connection)?;
    Ok(())
}

/// The account to whose session a refresh token was given, if it is one that a session was given.
pub fn account_of_token(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    session: SessionId,
    hash: &str,
) -> Result<Option<AccountId>, StorageError> {
    let given: i64 = refresh_tokens::table
        .find((organisation, session, hash))
        .count()
        .get_result(connection)?;
    if given == 0 {
        return Ok(None);
    }
    let session = sessions::table.find((organisation, session));
    Ok(session.select(sessions::account_id).first(connection).optional()?)
}

/// Notes the use of a refresh token at `now`. The first use of a token settles its generation.
pub fn use_token(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    session: SessionId,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<TokenUse, StorageError> {
    let open = sessions::table
        .find((organisation, session))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(instant_column(now)));
    // An update that changes nothing: it locks the session, so that two instances use its tokens one after the other.
    let found: Option<(AccountId, i32)> = diesel::update(open)
        .set(sessions::generation.eq(sessions::generation))
        .returning((sessions::account_id, sessions::generation))
        .get_result(connection)
        .optional()?;
    let Some((account, settled)) = found else {
        return Ok(TokenUse::Unusable);
    };
    let token: Option<(i32, Option<NaiveDateTime>)> = refresh_tokens::table
        .find((organisation, session, hash))
        .select((refresh_tokens::generation, refresh_tokens::used_at))
        .first(connection)
        .optional()?;
    let Some((generation, used_at)) = token else {
        return Ok(TokenUse::Unusable);
    };
    let sibling_was_used = generation == settled && used_at.is_none();
    if generation < settled || sibling_was_used {
        return Ok(TokenUse::Reused(account));
    }
    if generation > settled {
        settle(connection, organisation, session, hash, generation, now)?;
    }
    Ok(TokenUse::Good {
        account,
        next: generation + 1,
    })
}

/// Settles a generation: notes which of its tokens was used. The siblings of that token stay, to be known when they come
/// back.
fn settle(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    session: SessionId,
    hash: &str,
    generation: i32,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    diesel::update(refresh_tokens::table.find((organisation, session, hash)))
        .set(refresh_tokens::used_at.eq(instant_column(now)))
        .execute(connection)?;
    diesel::update(sessions::table.find((organisation, session)))
        .set(sessions::generation.eq(generation))
        .execute(connection)?;
    Ok(())
}

/// Keeps a new refresh token, and lets its session last as long as the token.
pub fn insert_token(connection: &mut AnyConnection, token: &NewRefreshToken) -> Result<(), StorageError> {
    let (organisation, session) = (token.organisation, token.session);
    let siblings: Vec<String> = refresh_tokens::table
        .filter(refresh_tokens::organisation_id.eq(organisation))
        .filter(refresh_tokens::session_id.eq(session))
        .filter(refresh_tokens::generation.eq(token.generation))
        .order((refresh_tokens::issued_at.desc(), refresh_tokens::token_hash))
        .select(refresh_tokens::token_hash)
        .load(connection)?;
    for hash in siblings.iter().skip(SIBLINGS - 1) {
        diesel::delete(refresh_tokens::table.find((organisation, session, hash))).execute(connection)?;
    }
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::organisation_id.eq(organisation),
            refresh_tokens::session_id.eq(session),
            refresh_tokens::token_hash.eq(&token.hash),
            refresh_tokens::generation.eq(token.generation),
            refresh_tokens::issued_at.eq(instant_column(token.now)),
        ))
        .execute(connection)?;
    diesel::update(sessions::table.find((organisation, session)))
        .set((
            sessions::refreshed_at.eq(instant_column(token.now)),
            sessions::expires_at.eq(instant_column(token.expires_at)),
        ))
        .execute(connection)?;
    Ok(())
}

/// The sessions of an account that go on at `now`, the last used first.
pub fn of_account(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<Session>, StorageError> {
    let mut sessions = kept(connection, organisation, account)?;
    sessions.retain(|session| session.ended_at.is_none() && session.expires_at > now);
    Ok(sessions)
}

/// The sessions of an account that are stored, the last used first: those that ended or expired of late too.
pub fn kept(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<Vec<Session>, StorageError> {
    Ok(sessions::table
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::account_id.eq(account))
        .order((sessions::refreshed_at.desc(), sessions::session_id.desc()))
        .select(Session::as_select())
        .load(connection)?)
}

/// Ends the sessions of an account, but for one that is kept.
pub fn end_all(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
    kept: Option<SessionId>,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let kept = kept.map(|kept| kept.to_string()).unwrap_or_default();
    let rows = sessions::table
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::account_id.eq(account))
        .filter(sessions::session_id.ne(kept))
        .filter(sessions::ended_at.is_null());
    diesel::update(rows)
        .set(sessions::ended_at.eq(instant_column(now)))
        .execute(connection)?;
    access::note_change(connection)
}

/// Ends a session of an account; ending it twice does nothing more. Tells whether the account has such a session.
pub fn end(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let row = sessions::table
        .find((organisation, session))
        .filter(sessions::account_id.eq(account));
    let found: Option<SessionId> = row.clone().select(sessions::session_id).first(connection).optional()?;
    diesel::update(row.filter(sessions::ended_at.is_null()))
        .set(sessions::ended_at.eq(instant_column(now)))
        .execute(connection)?;
    access::note_change(connection)?;
    Ok(found.is_some())
}
