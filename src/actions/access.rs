//! Letting callers in: people by their access tokens, programs by their keys.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};

use super::{ActionError, keys};
use crate::auth::opaque_token::ApiKeyToken;
use crate::auth::seal::Seal;
use crate::auth::token::{Access, AccessTokens, Authority, TokenError};
use crate::storage::{Store, access, api_keys};

/// For how many seconds at most a program's key is remembered. Its use is noted when it is looked up, so at most this
/// often.
const KEY_REMEMBERED_SECONDS: i64 = 15 * 60;

/// What this instance last read of the access counter and the signing keys, which all instances share.
struct Watch {
    /// The counter of changes of access; `None` when it could not be read.
    changes: Option<i64>,
    /// When the keys were last read.
    keys_read_at: DateTime<Utc>,
}

/// Lets callers in.
pub struct Gate {
    /// Signs access tokens.
    pub tokens: AccessTokens,
    seal: Seal,
    watch: Mutex<Watch>,
}

impl Gate {
    /// The gate of an instance, with the signing keys that all instances share; makes the first key when there is none.
    ///
    /// # Errors
    /// When the keys cannot be read, made or opened.
    pub async fn open(store: &Store, issuer: String, seal: Seal, now: DateTime<Utc>) -> Result<Self, ActionError> {
        let changes = store.read(access::changes).await?;
        let keys = keys::read_keys(store, &seal, now).await?;
        Ok(Self {
            tokens: AccessTokens::new(issuer, &keys)?,
            seal,
            watch: Mutex::new(Watch {
                changes: Some(changes),
                keys_read_at: now,
            }),
        })
    }

    /// Looks whether somebody's access or the keys have changed, on any instance; to be called every two seconds. When
    /// the database does not answer, every caller is looked up anew.
    pub async fn poll(&self, store: &Store, now: DateTime<Utc>) -> Result<(), ActionError> {
        let changes = store.read(access::changes).await;
        let seen = self.watch().changes.take();
        if seen.is_some() && changes.as_ref().ok() == seen.as_ref() {
            self.watch().changes = seen;
            return Ok(());
        }
        self.tokens.forget_all();
        let changes = changes?;
        self.read_keys(store, now).await?;
        self.watch().changes = Some(changes);
        Ok(())
    }

    /// Who is calling with this token at `now`; `None` when they are not let in.
    pub async fn admit(&self, store: &Store, token: &str, now: DateTime<Utc>) -> Result<Option<Access>, ActionError> {
        if let Some(access) = self.tokens.remembered(token, now) {
            return Ok(Some(access));
        }
        let epoch = self.tokens.epoch();
        let found = match ApiKeyToken::parse_key(token) {
            Some(key) => program(store, key, now).await?,
            None => self.person(store, token, now).await?,
        };
        let Some((access, until)) = found else {
            return Ok(None);
        };
        self.tokens.remember(token, access, until, epoch, now);
        Ok(Some(access))
    }

    async fn person(
        &self,
        store: &Store,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<(Access, DateTime<Utc>)>, ActionError> {
        let mut read = self.tokens.read(token, now);
        if matches!(read, Err(TokenError::UnknownKey)) && self.may_read_keys(now) {
            self.read_keys(store, now).await?;
            read = self.tokens.read(token, now);
        }
        let Ok((claimed, until)) = read else {
            return Ok(None);
        };
        let known = store
            .read(move |connection| {
                access::of_session(connection, claimed.organisation, claimed.account, claimed.session, now)
            })
            .await?;
        // A token states the role of its holder. After a change of role the old token is refused; the next one states
        // the new role.
        let known = known.filter(|(role, _)| *role == claimed.role);
        Ok(known.map(|(role, time_zone)| {
            let session = claimed.session;
            let access = Access {
                organisation: claimed.organisation,
                account: claimed.account,
                authority: Authority::Person { role, session },
                time_zone,
            };
            (access, until)
        }))
    }

    /// Whether a token of an unknown key is a reason to read the keys: once a second at most.
    fn may_read_keys(&self, now: DateTime<Utc>) -> bool {
        let mut watch = self.watch();
        let due = (now - watch.keys_read_at).abs() >= Duration::seconds(1);
        if due {
            watch.keys_read_at = now;
        }
        due
    }

    async fn read_keys(&self, store: &Store, now: DateTime<Utc>) -> Result<(), ActionError> {
        let keys = keys::read_keys(store, &self.seal, now).await?;
        Ok(self.tokens.use_keys(&keys)?)
    }

    fn watch(&self) -> std::sync::MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn program(
    store: &Store,
    token: ApiKeyToken,
    now: DateTime<Utc>,
) -> Result<Option<(Access, DateTime<Utc>)>, ActionError> {
    let (organisation, key, hash) = (token.organisation, token.id, token.hash());
    let grant = store
        .read(move |connection| api_keys::grant(connection, organisation, key, &hash, now))
        .await?;
    let Some(grant) = grant else {
        return Ok(None);
    };
    store
        .change(move |connection| api_keys::note_use(connection, organisation, key, now))
        .await?;
    let access = Access {
        organisation,
        account: grant.created_by,
        authority: Authority::Program {
            key,
            scopes: grant.scopes,
        },
        time_zone: grant.time_zone,
    };
    let until = grant.expires_at.min(now + Duration::seconds(KEY_REMEMBERED_SECONDS));
    Ok(Some((access, until)))
}
