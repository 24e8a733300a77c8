//! Opaque tokens: random to clients, kept only as a hash. A token names its organisation and the thing that it is for,
//! so that the stored hash is found by key.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::domain::identifiers::{AccountKind, ApiKeyKind, Id, OrganisationId, SessionKind};
use crate::domain::shared_link::LinkKind;

/// Continues a session.
pub type RefreshToken = OpaqueToken<SessionKind>;
/// Lets a program call for an organisation.
pub type ApiKeyToken = OpaqueToken<ApiKeyKind>;
/// Shows a publication to whoever has it.
pub type LinkToken = OpaqueToken<LinkKind>;
/// Sets the password of an account, once.
pub type InvitationToken = OpaqueToken<AccountKind>;

/// A token for a thing of kind `K`; never shown in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct OpaqueToken<K> {
    /// Its organisation.
    pub organisation: OrganisationId,
    /// What it is for.
    pub id: Id<K>,
    secret: [u8; 32],
}

impl<K: Copy> OpaqueToken<K> {
    /// A new token with a secret of 256 bits.
    pub fn new(organisation: OrganisationId, id: Id<K>) -> Self {
        Self {
            organisation,
            id,
            secret: rand::random(),
        }
    }

    /// Reads a token.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let (organisation, rest) = bytes.split_first_chunk::<16>()?;
        let (id, secret) = rest.split_first_chunk::<16>()?;
        Some(Self {
            organisation: OrganisationId::from_uuid(Uuid::from_bytes(*organisation)),
            id: Id::from_uuid(Uuid::from_bytes(*id)),
            secret: secret.try_into().ok()?,
        })
    }

    /// The text that the client keeps.
    pub fn reveal(&self) -> String {
        let parts = [
            &self.organisation.uuid().into_bytes()[..],
            &self.id.uuid().into_bytes(),
            &self.secret,
        ];
        BASE64_URL_SAFE_NO_PAD.encode(parts.concat())
    }

    /// What is stored: SHA-256 of the secret, base64url. The secret is random, so it needs no salt.
    pub fn hash(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(self.secret))
    }
}

/// What the tokens of API keys begin with, so that people and scanners of leaked secrets know one when they see it.
const API_KEY_PREFIX: &str = "qk_";

impl ApiKeyToken {
    /// Reads the token of an API key.
    pub fn parse_key(text: &str) -> Option<Self> {
        Self::parse(text.strip_prefix(API_KEY_PREFIX)?)
    }

    /// The text that the program keeps.
    pub fn reveal_key(&self) -> String {
        format!("{API_KEY_PREFIX}{}", self.reveal())
    }
}

impl<K> std::fmt::Debug for OpaqueToken<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpaqueToken(for {})", self.id)
    }
}
