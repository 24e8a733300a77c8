//! Identifiers: UUIDs that cannot be taken for one another.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The identifier of a thing of kind `K`; shown as a lower-case hyphenated UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id<K>(Uuid, PhantomData<K>);

/// Marks identifiers of organisations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrganisationKind {}
/// Marks identifiers of accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountKind {}
/// Marks identifiers of advisors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AdvisorKind {}
/// Marks identifiers of interventions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InterventionKind {}
/// Marks identifiers of API keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApiKeyKind {}
/// Marks identifiers of publications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PublicationKind {}
/// Marks identifiers of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageKind {}
/// Marks identifiers of sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SessionKind {}

/// The tenant that owns a row.
pub type OrganisationId = Id<OrganisationKind>;
/// A person who signs in.
pub type AccountId = Id<AccountKind>;
/// An advisor; the same UUID as their account's.
pub type AdvisorId = Id<AdvisorKind>;
/// An intervention, unique per advisor; chosen by the client or by the server.
pub type InterventionId = Id<InterventionKind>;
/// A key with which a program calls.
pub type ApiKeyId = Id<ApiKeyKind>;
/// Figures that were published.
pub type PublicationId = Id<PublicationKind>;
/// A message that waits to be sent.
pub type MessageId = Id<MessageKind>;
/// A sign-in of one device.
pub type SessionId = Id<SessionKind>;

/// A text that is no hyphenated UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a UUID")]
pub struct NotAnId;

impl<K> Id<K> {
    /// A new identifier (UUID version 7: it sorts by the time of its making).
    pub fn new() -> Self {
        Self(Uuid::now_v7(), PhantomData)
    }

    /// The identifier that holds this UUID.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The UUID.
    pub const fn uuid(self) -> Uuid
    where
        K: Copy,
    {
        self.0
    }
}

impl OrganisationId {
    /// The organisation that stands for the instance itself: administrators have their accounts in it.
    pub const INSTANCE: Self = Self::from_uuid(Uuid::nil());
}

impl<K> Default for Id<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<K> FromStr for Id<K> {
    type Err = NotAnId;

    /// Reads a hyphenated UUID (36 characters, any case); braces, `urn:` and the bare form are refused, so that one
    /// identifier has one spelling.
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        if text.len() != 36 {
            return Err(NotAnId);
        }
        Uuid::try_parse(text).map(Self::from_uuid).map_err(|_| NotAnId)
    }
}

impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, K> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl From<AdvisorId> for AccountId {
    fn from(advisor: AdvisorId) -> Self {
        Self::from_uuid(advisor.uuid())
    }
}

impl From<AccountId> for AdvisorId {
    fn from(account: AccountId) -> Self {
        Self::from_uuid(account.uuid())
    }
}
