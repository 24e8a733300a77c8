//! Refresh tokens: opaque to clients, kept only as a hash. They embed the organisation and the session, so that they are
//! found by key.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::domain::identifiers::{OrganisationId, SessionId};

/// A refresh token; never shown in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// The organisation of its session.
    pub organisation: OrganisationId,
    /// Its session.
    pub session: SessionId,
    secret: [u8; 32],
}

impl RefreshToken {
    /// A new token with a secret of 256 bits.
    #[must_use]
    pub fn new(organisation: OrganisationId, session: SessionId) -> Self {
        Self {
            organisation,
            session,
            secret: rand::random(),
        }
    }

    /// Reads a token.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let (organisation, rest) = bytes.split_first_chunk::<16>()?;
        let (session, secret) = rest.split_first_chunk::<16>()?;
        Some(Self {
            organisation: OrganisationId::from_uuid(Uuid::from_bytes(*organisation)),
            session: SessionId::from_uuid(Uuid::from_bytes(*session)),
            secret: secret.try_into().ok()?,
        })
    }

    /// The text that the client keeps.
    #[must_use]
    pub fn reveal(&self) -> String {
        let parts = [
            &self.organisation.uuid().into_bytes()[..],
            &self.session.uuid().into_bytes(),
            &self.secret,
        ];
        BASE64_URL_SAFE_NO_PAD.encode(parts.concat())
    }

    /// What is stored: SHA-256 of the secret, base64url. The secret is random, so it needs no salt.
    #[must_use]
    pub fn hash(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(self.secret))
    }
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RefreshToken(session {})", self.session)
    }
}
