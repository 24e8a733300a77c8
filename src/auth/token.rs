//! Access tokens: JWTs signed with Ed25519 (RFC 9068, `typ: at+jwt`), valid for a quarter of an hour.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::account::Role;
use crate::domain::identifiers::{AccountId, OrganisationId, SessionId};

/// How long an access token is valid, in seconds.
pub const LIFETIME_SECONDS: i64 = 15 * 60;
/// For whom tokens are: this service.
const AUDIENCE: &str = "quotidien";
/// RFC 9068, section 2.1.
const TYPE: &str = "at+jwt";
/// How many verified tokens are remembered.
const REMEMBERED: usize = 10_000;

/// Who is calling, as an access token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// Their organisation.
    pub organisation: OrganisationId,
    /// Their account.
    pub account: AccountId,
    /// Their session.
    pub session: SessionId,
    /// What they may do.
    pub role: Role,
    /// The zone of their organisation.
    pub time_zone: Tz,
}

/// Why a token is not accepted. Callers are told only that it is not.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Not a token of ours, or not valid any more.
    #[error("the token is not valid")]
    Invalid,
    /// A stored key cannot be used.
    #[error("a signing key cannot be used: {0}")]
    Key(String),
}

/// A key pair as it is stored.
#[derive(Clone)]
pub struct KeyMaterial {
    /// Its identifier (`kid`).
    pub key_id: String,
    /// The private key: PKCS #8, base64.
    pub private_key: String,
    /// The public key: raw, base64url.
    pub public_key: String,
}

impl KeyMaterial {
    /// A new key pair.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn generate() -> Result<Self, TokenError> {
        let failed = |error: &dyn std::fmt::Display| TokenError::Key(error.to_string());
        let pair = Ed25519KeyPair::generate().map_err(|error| failed(&error))?;
        let document = pair.to_pkcs8().map_err(|error| failed(&error))?;
        Ok(Self {
            key_id: Uuid::now_v7().to_string(),
            private_key: BASE64_STANDARD.encode(document.as_ref()),
            public_key: BASE64_URL_SAFE_NO_PAD.encode(pair.public_key().as_ref()),
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
    zoneinfo: String,
    iat: i64,
    exp: i64,
}

/// Signs and verifies access tokens.
pub struct AccessTokens {
    issuer: String,
    signing: (String, EncodingKey),
    verifying: HashMap<String, DecodingKey>,
    public: Vec<PublicKey>,
    validation: Validation,
    remembered: RwLock<HashMap<Box<str>, (Access, i64)>>,
}

/// The public half of a key, as a JWK (RFC 8037).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// Its identifier (`kid`).
    pub key_id: String,
    /// The key: raw, base64url (`x`).
    pub x: String,
}

impl AccessTokens {
    /// Tokens of an issuer, signed with the first of these keys and verified with any.
    ///
    /// # Errors
    /// When there is no key, or one cannot be read.
    pub fn new(issuer: String, keys: &[KeyMaterial]) -> Result<Self, TokenError> {
        let failed = |error: &dyn std::fmt::Display| TokenError::Key(error.to_string());
        let first = keys.first().ok_or_else(|| failed(&"there is none"))?;
        let private = BASE64_STANDARD
            .decode(&first.private_key)
            .map_err(|error| failed(&error))?;
        let mut verifying = HashMap::new();
        for key in keys {
            let decoding = DecodingKey::from_ed_components(&key.public_key).map_err(|error| failed(&error))?;
            verifying.insert(key.key_id.clone(), decoding);
        }
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&issuer]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Expiry is checked against the clock that is passed in.
        validation.validate_exp = false;
        let public = keys.iter().map(|key| PublicKey {
            key_id: key.key_id.clone(),
            x: key.public_key.clone(),
        });
        Ok(Self {
            issuer,
            signing: (first.key_id.clone(), EncodingKey::from_ed_der(&private)),
            verifying,
            public: public.collect(),
            validation,
            remembered: RwLock::default(),
        })
    }

    /// The public keys that verify tokens.
    #[must_use]
    pub fn public_keys(&self) -> &[PublicKey] {
        &self.public
    }

    /// A token that says who is calling, valid from `now` for [`LIFETIME_SECONDS`].
    ///
    /// # Errors
    /// When the key cannot sign.
    pub fn issue(&self, access: &Access, now: DateTime<Utc>) -> Result<String, TokenError> {
        let (key_id, key) = &self.signing;
        let header = Header {
            typ: Some(TYPE.to_owned()),
            kid: Some(key_id.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: access.account.to_string(),
            sid: access.session.to_string(),
            org: access.organisation.to_string(),
            role: access.role.code().to_owned(),
            zoneinfo: access.time_zone.name().to_owned(),
            iat: now.timestamp(),
            exp: (now + Duration::seconds(LIFETIME_SECONDS)).timestamp(),
        };
        jsonwebtoken::encode(&header, &claims, key).map_err(|error| TokenError::Key(error.to_string()))
    }

    /// Who is calling with this token at `now`. A token that was verified before is remembered until it expires: checking
    /// a signature costs more than storing a report.
    ///
    /// # Errors
    /// [`TokenError::Invalid`] unless every claim, the type, the key and the signature are right.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Access, TokenError> {
        let remembered = self
            .remembered
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(token)
            .copied();
        let (access, expires) = match remembered {
            Some(known) => known,
            None => self.decode(token)?,
        };
        if expires <= now.timestamp() {
            return Err(TokenError::Invalid);
        }
        if remembered.is_none() {
            self.remember(token, (access, expires), now);
        }
        Ok(access)
    }

    fn remember(&self, token: &str, known: (Access, i64), now: DateTime<Utc>) {
        let mut remembered = self.remembered.write().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= REMEMBERED {
            remembered.retain(|_, (_, expires)| *expires > now.timestamp());
        }
        if remembered.len() < REMEMBERED {
            remembered.insert(token.into(), known);
        }
    }

    fn decode(&self, token: &str) -> Result<(Access, i64), TokenError> {
        let invalid = |_| TokenError::Invalid;
        let header = jsonwebtoken::decode_header(token).map_err(invalid)?;
        if header.typ.as_deref() != Some(TYPE) {
            return Err(TokenError::Invalid);
        }
        let key = header.kid.as_ref().and_then(|kid| self.verifying.get(kid));
        let key = key.ok_or(TokenError::Invalid)?;
        let claims = jsonwebtoken::decode::<Claims>(token, key, &self.validation)
            .map_err(invalid)?
            .claims;
        let access = access_of(&claims).ok_or(TokenError::Invalid)?;
        Ok((access, claims.exp))
    }
}

fn access_of(claims: &Claims) -> Option<Access> {
    Some(Access {
        organisation: claims.org.parse().ok()?,
        account: claims.sub.parse().ok()?,
        session: claims.sid.parse().ok()?,
        role: Role::from_code(&claims.role)?,
        time_zone: claims.zoneinfo.parse().ok()?,
    })
}

/// Access tokens as they are shared between the threads of an instance.
pub type SharedAccessTokens = Arc<AccessTokens>;
