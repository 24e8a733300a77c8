//! Signing in, refreshing, signing out; and the keys that sign.

use chrono::{DateTime, Duration, Utc};

use super::ActionError;
use crate::auth::password::{Password, PasswordChecker};
use crate::auth::refresh_token::RefreshToken;
use crate::auth::token::{Access, AccessTokens, KeyMaterial};
use crate::domain::account::Email;
use crate::domain::identifiers::SessionId;
use crate::storage::accounts::Credentials;
use crate::storage::sessions::NewSession;
use crate::storage::signing_keys::StoredKey;
use crate::storage::{Store, accounts, sessions, signing_keys};

/// For how many days a refresh token is good, counted anew at each use.
const REFRESH_DAYS: i64 = 90;

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

/// The access tokens of an instance, with the keys that all instances share; makes the first key.
///
/// # Errors
/// When the keys cannot be read or made.
pub async fn load_keys(store: &Store, issuer: String, now: DateTime<Utc>) -> Result<AccessTokens, ActionError> {
    let new = KeyMaterial::generate()?;
    let first = StoredKey {
        key_id: new.key_id,
        private_key: new.private_key,
        public_key: new.public_key,
    };
    let keys = store
        .write(Vec::new(), move |connection| {
            signing_keys::all_or_first(connection, &first, now).map(Ok::<_, std::convert::Infallible>)
        })
        .await?;
    let Ok(keys) = keys;
    let keys: Vec<KeyMaterial> = keys
        .into_iter()
        .map(|key| KeyMaterial {
            key_id: key.key_id,
            private_key: key.private_key,
            public_key: key.public_key,
        })
        .collect();
    Ok(AccessTokens::new(issuer, &keys)?)
}

/// Signs in with an address and a password. Takes as long for an address that nobody has.
///
/// # Errors
/// As any action.
pub async fn sign_in(
    store: &Store,
    tokens: &AccessTokens,
    passwords: &PasswordChecker,
    email: Email,
    password: Password,
    now: DateTime<Utc>,
) -> Result<Result<SessionTokens, SignInRefusal>, ActionError> {
    let found = store
        .read(move |connection| accounts::credentials(connection, &email))
        .await?;
    let hash = found.as_ref().and_then(|found| found.password_hash.clone());
    let matches = passwords.matches(password, hash).await?;
    let Some(found) = found.filter(|_| matches) else {
        return Ok(Err(SignInRefusal::InvalidCredentials));
    };
    let refresh = RefreshToken::new(found.account.organisation, SessionId::new());
    let session = session_of(&found, &refresh, now);
    let Ok(()) = store
        .write(Vec::new(), move |connection| {
            sessions::insert(connection, &session).map(Ok::<_, std::convert::Infallible>)
        })
        .await?;
    Ok(Ok(SessionTokens {
        access: tokens.issue(&access_of(&found, refresh.session), now)?,
        refresh,
    }))
}

/// Trades a refresh token for new tokens of its session; it is good once.
///
/// # Errors
/// As any action.
pub async fn refresh(
    store: &Store,
    tokens: &AccessTokens,
    old: RefreshToken,
    now: DateTime<Utc>,
) -> Result<Result<SessionTokens, SignInRefusal>, ActionError> {
    let new = RefreshToken::new(old.organisation, old.session);
    let refresh = new.clone();
    let outcome = store
        .write(Vec::new(), move |connection| {
            let (organisation, hash) = (old.organisation, old.hash());
            let account = sessions::account_of_token(connection, organisation, old.session, &hash, now)?;
            let Some(account) = account else {
                return Ok(Err(SignInRefusal::UnusableToken));
            };
            let found = accounts::active(connection, &organisation.to_string(), &account.to_string())?;
            let Some(found) = found else {
                return Ok(Err(SignInRefusal::UnusableToken));
            };
            sessions::rotate(connection, &session_of(&found, &new, now), &hash)?;
            Ok(Ok(found))
        })
        .await?;
    let found = match outcome {
        Ok(found) => found,
        Err(refusal) => return Ok(Err(refusal)),
    };
    Ok(Ok(SessionTokens {
        access: tokens.issue(&access_of(&found, refresh.session), now)?,
        refresh,
    }))
}

/// Ends the caller's session: its refresh token is good no more.
///
/// # Errors
/// As any action.
pub async fn sign_out(store: &Store, access: Access, now: DateTime<Utc>) -> Result<(), ActionError> {
    let Ok(()) = store
        .write(Vec::new(), move |connection| {
            sessions::end(connection, access.organisation, access.session, now).map(Ok::<_, std::convert::Infallible>)
        })
        .await?;
    Ok(())
}

fn session_of(found: &Credentials, token: &RefreshToken, now: DateTime<Utc>) -> NewSession {
    NewSession {
        organisation: found.account.organisation,
        id: token.session,
        account: found.account.id,
        token_hash: token.hash(),
        now,
        expires_at: now + Duration::days(REFRESH_DAYS),
    }
}

fn access_of(found: &Credentials, session: SessionId) -> Access {
    Access {
        organisation: found.account.organisation,
        account: found.account.id,
        session,
        role: found.account.role,
        time_zone: found.time_zone,
    }
}
