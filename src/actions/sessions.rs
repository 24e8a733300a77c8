//! Signing in, refreshing, signing out.

use chrono::{DateTime, Duration, Utc};

use super::{ActionError, By};
use crate::auth::opaque_token::RefreshToken;
use crate::auth::password::{Password, PasswordChecker};
use crate::auth::token::{AccessTokens, Claimed};
use crate::domain::account::Email;
use crate::domain::audit::AuditAction;
use crate::domain::identifiers::SessionId;
use crate::domain::retention::REFRESH_DAYS;
use crate::storage::accounts::credentials::{self, Credentials};
use crate::storage::audit::Deed;
use crate::storage::sessions::{NewRefreshToken, NewSession, TokenUse};
use crate::storage::{AnyConnection, StorageError, Store, audit, sessions};

/// The tokens of a session.
#[derive(Debug)]
pub struct SessionTokens {
    /// The access token.
    pub access: String,
    /// The refresh token.
    pub refresh: RefreshToken,
}

/// Why nobody was signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInRefusal {
    /// No such address, or another password: callers are not told which.
    InvalidCredentials,
    /// The refresh token is not good.
    UnusableToken,
}

/// Signs in with an address and a password. An address that has no account takes as long, so that the time does not
/// tell.
pub async fn sign_in(
    store: &Store,
    tokens: &AccessTokens,
    passwords: &PasswordChecker,
    (email, password): (Email, Password),
    device: Option<String>,
    now: DateTime<Utc>,
) -> Result<Result<SessionTokens, SignInRefusal>, ActionError> {
    let found = store
        .read(move |connection| credentials::of_email(connection, &email))
        .await?;
    let hash = found.as_ref().and_then(|found| found.password_hash.clone());
    let matches = passwords.matches(password, hash).await?;
    let found = match found {
        Some(found) if matches => found,
        found => {
            if let Some(found) = found {
                // The answer does not wait for this: a later answer would tell that there is such an account.
                tokio::spawn(record(
                    store.clone(),
                    deed(&found, AuditAction::SignInFailed, None),
                    now,
                ));
            }
            return Ok(Err(SignInRefusal::InvalidCredentials));
        }
    };
    let refresh = RefreshToken::new(found.account.organisation, SessionId::new());
    let session = NewSession {
        organisation: found.account.organisation,
        id: refresh.id,
        account: found.account.id,
        device,
        now,
        expires_at: now + Duration::days(REFRESH_DAYS),
    };
    let first = token_of(&refresh, 1, now);
    let deed = deed(&found, AuditAction::SignedIn, Some(refresh.id));
    store
        .change(move |connection| {
            credentials::note_contact(connection, session.organisation, session.account, now)?;
            sessions::insert(connection, &session)?;
            sessions::insert_token(connection, &first)?;
            audit::record(connection, deed, now)
        })
        .await?;
    Ok(Ok(SessionTokens {
        access: tokens.issue(&claimed(&found, refresh.id), now)?,
        refresh,
    }))
}

/// Trades a refresh token for new tokens of its session. The old token may be traded again until a token that came of
/// it is used, since the answer may have been lost. If the old token, or another that came of it, comes back after that,
/// its session ends.
pub async fn refresh(
    store: &Store,
    tokens: &AccessTokens,
    old: RefreshToken,
    now: DateTime<Utc>,
) -> Result<Result<SessionTokens, SignInRefusal>, ActionError> {
    let (organisation, session, hash) = (old.organisation, old.id, old.hash());
    // Strangers who make tokens up keep no write waiting.
    let known = store
        .read(move |connection| sessions::account_of_token(connection, organisation, session, &hash))
        .await?;
    if known.is_none() {
        return Ok(Err(SignInRefusal::UnusableToken));
    }
    let new = RefreshToken::new(old.organisation, old.id);
    let refresh = new.clone();
    let found = store
        .change(move |connection| use_token(connection, &old, &new, now))
        .await?;
    match found {
        Some(found) => Ok(Ok(SessionTokens {
            access: tokens.issue(&claimed(&found, refresh.id), now)?,
            refresh,
        })),
        None => Ok(Err(SignInRefusal::UnusableToken)),
    }
}

/// Uses a refresh token and stores the next one. Gives the account whose session it is; `None` when the token is not
/// good.
fn use_token(
    connection: &mut AnyConnection,
    old: &RefreshToken,
    new: &RefreshToken,
    now: DateTime<Utc>,
) -> Result<Option<Credentials>, StorageError> {
    let (organisation, session) = (old.organisation, old.id);
    match sessions::use_token(connection, organisation, session, &old.hash(), now)? {
        TokenUse::Good { account, next } => {
            let found = credentials::active(connection, organisation, account)?;
            if found.is_some() {
                credentials::note_contact(connection, organisation, account, now)?;
                sessions::insert_token(connection, &token_of(new, next, now))?;
            }
            Ok(found)
        }
        TokenUse::Reused(account) => {
            tracing::warn!(%organisation, %session, "a refresh token came back that somebody else had traded or used before: its session is ended");
            let deed = Deed {
                organisation,
                action: AuditAction::TokenReused,
                actor: None,
                subject: session.uuid().into(),
            };
            audit::record(connection, deed, now)?;
            sessions::end(connection, organisation, account, session, now)?;
            Ok(None)
        }
        TokenUse::Unusable => Ok(None),
    }
}

/// Ends a session of the caller: its refresh token is good no more. Tells whether there is such a session.
pub async fn end_session(store: &Store, by: By, session: SessionId, now: DateTime<Utc>) -> Result<bool, ActionError> {
    let deed = by.did(AuditAction::SessionEnded, session.uuid());
    let found = store
        .change(move |connection| {
            let found = sessions::end(connection, by.organisation, by.account, session, now)?;
            if found {
                audit::record(connection, deed, now)?;
            }
            Ok(found)
        })
        .await?;
    Ok(found)
}

/// Ends the session of a refresh token, whether or not the token could still be traded. A token that no session was
/// given ends nothing.
pub async fn end_session_of(store: &Store, token: RefreshToken, now: DateTime<Utc>) -> Result<(), ActionError> {
    let (organisation, session, hash) = (token.organisation, token.id, token.hash());
    let known = store
        .read(move |connection| sessions::account_of_token(connection, organisation, session, &hash))
        .await?;
    if let Some(account) = known {
        end_session(store, By { organisation, account }, session, now).await?;
    }
    Ok(())
}

/// Writes a refused sign-in to the audit log, for which no caller waits; a failure is only logged.
async fn record(store: Store, deed: Deed, now: DateTime<Utc>) {
    let recorded = store
        .change(move |connection| audit::record(connection, deed, now))
        .await;
    if let Err(error) = recorded {
        tracing::error!(%error, "a refused sign-in was not written down");
    }
}

fn token_of(token: &RefreshToken, generation: i32, now: DateTime<Utc>) -> NewRefreshToken {
    NewRefreshToken {
        organisation: token.organisation,
        session: token.id,
        hash: token.hash(),
        generation,
        now,
        expires_at: now + Duration::days(REFRESH_DAYS),
    }
}

fn claimed(found: &Credentials, session: SessionId) -> Claimed {
    Claimed {
        organisation: found.account.organisation,
        account: found.account.id,
        session,
        role: found.account.role,
    }
}

/// What the audit log says of a sign-in. One that succeeded has the account as its actor and the session as its
/// subject; one that failed has no actor, and the account as its subject.
fn deed(found: &Credentials, action: AuditAction, session: Option<SessionId>) -> Deed {
    let account = found.account.id;
    Deed {
        organisation: found.account.organisation,
        action,
        actor: session.map(|_| account),
        subject: session.map_or(account.uuid(), SessionId::uuid).into(),
    }
}
