//! Access tokens: JWTs signed with Ed25519 (RFC 9068, `typ: at+jwt`), valid for a quarter of an hour.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use foldhash::fast::RandomState;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::account::Role;
use crate::domain::api_key::Scopes;
use crate::domain::identifiers::{AccountId, ApiKeyId, OrganisationId, SessionId};

/// How long an access token is valid, in seconds.
pub const LIFETIME_SECONDS: i64 = 15 * 60;
/// The audience of tokens (`aud`): this service.
const AUDIENCE: &str = "quotidien";
/// RFC 9068, section 2.1.
const TYPE: &str = "at+jwt";
/// How many tokens are remembered.
const REMEMBERED: usize = 10_000;

/// Who is calling, and what they may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// Their organisation.
    pub organisation: OrganisationId,
    /// Their account; of a program, the account that made its key.
    pub account: AccountId,
    /// What they may do, and through what they call.
    pub authority: Authority,
    /// The zone of their organisation.
    pub time_zone: Tz,
}

impl Access {
    /// Who calls: the person, or the program by its key.
    pub const fn caller(&self) -> Uuid {
        match self.authority {
            Authority::Person { .. } => self.account.uuid(),
            Authority::Program { key, .. } => key.uuid(),
        }
    }
}

/// What a caller may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// A person, signed in.
    Person {
        /// What they may do.
        role: Role,
        /// Their session.
        session: SessionId,
    },
    /// A program, with a key of the organisation.
    Program {
        /// Its key.
        key: ApiKeyId,
        /// What it may do.
        scopes: Scopes,
    },
}

/// Who is calling, as an access token says: to be compared with what the database says of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claimed {
    /// Their organisation.
    pub organisation: OrganisationId,
    /// Their account.
    pub account: AccountId,
    /// Their session.
    pub session: SessionId,
    /// Their role when the token was made.
    pub role: Role,
}

/// Why a token is not accepted. Callers are told only that it is not.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Not a token of ours, or not valid any more.
    #[error("the token is not valid")]
    Invalid,
    /// Signed with a key that this instance does not know, or not yet.
    #[error("the token's key is not known")]
    UnknownKey,
    /// A stored key cannot be used.
    #[error("a signing key cannot be used: {0}")]
    Key(String),
}

/// A key pair.
#[derive(Clone)]
pub struct KeyMaterial {
    /// Its identifier (`kid`).
    pub key_id: String,
    /// The private key: PKCS #8, base64.
    pub private_key: String,
    /// The public key: raw, base64url.
    pub public_key: String,
    /// From when on it signs.
    pub signs_from: DateTime<Utc>,
    /// From when on its tokens are good no more; `None` while no end is set.
    pub retired_at: Option<DateTime<Utc>>,
}

impl KeyMaterial {
    /// A new key pair.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn generate(signs_from: DateTime<Utc>) -> Result<Self, TokenError> {
        let failed = |error: &dyn std::fmt::Display| TokenError::Key(error.to_string());
        let pair = Ed25519KeyPair::generate().map_err(|error| failed(&error))?;
        let document = pair.to_pkcs8().map_err(|error| failed(&error))?;
        Ok(Self {
            key_id: Uuid::now_v7().to_string(),
            private_key: BASE64_STANDARD.encode(document.as_ref()),
            public_key: BASE64_URL_SAFE_NO_PAD.encode(pair.public_key().as_ref()),
            signs_from,
            retired_at: None,
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    org: String,
    role: String,
    iat: i64,
    exp: i64,
}

impl Claims {
    fn claimed(&self) -> Option<Claimed> {
        Some(Claimed {
            organisation: self.org.parse().ok()?,
            account: self.sub.parse().ok()?,
            session: self.sid.parse().ok()?,
            role: Role::from_code(&self.role)?,
        })
    }
}

/// A key, ready for use.
struct Key {
    public: PublicKey,
    signs_from: DateTime<Utc>,
    retired_at: Option<DateTime<Utc>>,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl Key {
    fn of(material: &KeyMaterial) -> Result<Self, TokenError> {
        let failed = |error: &dyn std::fmt::Display| TokenError::Key(error.to_string());
        let private = BASE64_STANDARD
            .decode(&material.private_key)
            .map_err(|error| failed(&error))?;
        Ok(Self {
            public: PublicKey {
                key_id: material.key_id.clone(),
                x: material.public_key.clone(),
            },
            signs_from: material.signs_from,
            retired_at: material.retired_at,
            encoding: EncodingKey::from_ed_der(&private),
            decoding: DecodingKey::from_ed_components(&material.public_key).map_err(|error| failed(&error))?,
        })
    }

    fn is_good(&self, now: DateTime<Utc>) -> bool {
        self.retired_at.is_none_or(|end| now < end)
    }
}

/// The public half of a key, as a JWK (RFC 8037).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// Its identifier (`kid`).
    pub key_id: String,
    /// The key: raw, base64url (`x`).
    pub x: String,
}

/// Who was let in with a token, and until when it is good.
type Remembered = (Access, DateTime<Utc>);

/// Signs access tokens, reads them, and remembers who was let in with which token.
pub struct AccessTokens {
    issuer: String,
    validation: Validation,
    keys: RwLock<Arc<[Key]>>,
    /// Nobody chooses what stands in it, since only a token that was found good does: it needs no slow hasher.
    remembered: RwLock<HashMap<Box<str>, Remembered, RandomState>>,
    /// How many times everything was forgotten.
    epoch: AtomicU64,
}

impl AccessTokens {
    /// Tokens of an issuer, with these keys.
    ///
    /// # Errors
    /// When a key cannot be read.
    pub fn new(issuer: String, keys: &[KeyMaterial]) -> Result<Self, TokenError> {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&issuer]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Expiry is checked against the clock that is passed in.
        validation.validate_exp = false;
        let tokens = Self {
            issuer,
            validation,
            keys: RwLock::new(Arc::new([])),
            remembered: RwLock::default(),
            epoch: AtomicU64::new(0),
        };
        tokens.use_keys(keys)?;
        Ok(tokens)
    }

    /// Replaces the keys by these.
    ///
    /// # Errors
    /// When a key cannot be read: the keys so far stay.
    pub fn use_keys(&self, keys: &[KeyMaterial]) -> Result<(), TokenError> {
        let keys: Result<Vec<Key>, TokenError> = keys.iter().map(Key::of).collect();
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys?.into();
        Ok(())
    }

    fn keys(&self) -> Arc<[Key]> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The public keys that verify tokens at `now`, with one that is to sign soon.
    pub fn public_keys(&self, now: DateTime<Utc>) -> Vec<PublicKey> {
        let keys = self.keys();
        let good = keys.iter().filter(|key| key.is_good(now));
        good.map(|key| key.public.clone()).collect()
    }

    /// A token that says who is calling, valid from `now` for [`LIFETIME_SECONDS`]; signed with the newest key that
    /// signs at `now`.
    ///
    /// # Errors
    /// When there is no key, or it cannot sign.
    pub fn issue(&self, claimed: &Claimed, now: DateTime<Utc>) -> Result<String, TokenError> {
        let keys = self.keys();
        let signing = keys.iter().filter(|key| key.is_good(now) && key.signs_from <= now);
        let newest = signing.max_by_key(|key| key.signs_from);
        // No key signs yet when the first was made by an instance whose clock is ahead: then the first to sign is
        // taken.
        let key = newest.or_else(|| keys.iter().min_by_key(|key| key.signs_from));
        let key = key.ok_or_else(|| TokenError::Key("there is none".to_owned()))?;
        let header = Header {
            typ: Some(TYPE.to_owned()),
            kid: Some(key.public.key_id.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: claimed.account.to_string(),
            sid: claimed.session.to_string(),
            org: claimed.organisation.to_string(),
            role: claimed.role.code().to_owned(),
            iat: now.timestamp(),
            exp: (now + Duration::seconds(LIFETIME_SECONDS)).timestamp(),
        };
        jsonwebtoken::encode(&header, &claims, &key.encoding).map_err(|error| TokenError::Key(error.to_string()))
    }

    /// Who is calling, as a token says, and until when the token is good.
    ///
    /// # Errors
    /// [`TokenError::Invalid`] unless every claim, the type, the key and the signature are right at `now`;
    /// [`TokenError::UnknownKey`] when it was signed with a key that this instance does not know: another may have made
    /// it.
    pub fn read(&self, token: &str, now: DateTime<Utc>) -> Result<(Claimed, DateTime<Utc>), TokenError> {
        let invalid = |_| TokenError::Invalid;
        let header = jsonwebtoken::decode_header(token).map_err(invalid)?;
        if header.typ.as_deref() != Some(TYPE) {
            return Err(TokenError::Invalid);
        }
        let key_id = header.kid.ok_or(TokenError::Invalid)?;
        let keys = self.keys();
        let key = keys.iter().find(|key| key.public.key_id == key_id);
        let key = key.ok_or(TokenError::UnknownKey)?;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.decoding, &self.validation)
            .map_err(invalid)?
            .claims;
        let expires = DateTime::from_timestamp(claims.exp, 0).ok_or(TokenError::Invalid)?;
        if expires <= now || !key.is_good(now) {
            return Err(TokenError::Invalid);
        }
        let claimed = claims.claimed().ok_or(TokenError::Invalid)?;
        Ok((claimed, expires))
    }

    /// Who was let in with this token before, if it is good at `now`. Remembered because checking a signature and
    /// looking up its account costs more than storing a report.
    pub fn remembered(&self, token: &str, now: DateTime<Utc>) -> Option<Access> {
        let remembered = self.remembered.read().unwrap_or_else(PoisonError::into_inner);
        let (access, until) = remembered.get(token).copied()?;
        (now < until).then_some(access)
    }

    /// How many times everything was forgotten. A caller reads this before looking somebody up, and passes it to
    /// [`AccessTokens::remember`].
    pub fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Remembers who was let in with a token, unless everything was forgotten since `epoch` was read: what was looked
    /// up before that may be wrong by now.
    pub fn remember(&self, token: &str, access: Access, until: DateTime<Utc>, epoch: u64, now: DateTime<Utc>) {
        let mut remembered = self.remembered.write().unwrap_or_else(PoisonError::into_inner);
        if self.epoch() != epoch {
            return;
        }
        if remembered.len() >= REMEMBERED {
            remembered.retain(|_, (_, until)| now < *until);
        }
        if remembered.len() < REMEMBERED {
            remembered.insert(token.into(), (access, until));
        }
    }

    /// Forgets everybody who was let in, since somebody's access has changed or may have changed.
    pub fn forget_all(&self) {
        let mut remembered = self.remembered.write().unwrap_or_else(PoisonError::into_inner);
        self.epoch.fetch_add(1, Ordering::AcqRel);
        remembered.clear();
    }
}
