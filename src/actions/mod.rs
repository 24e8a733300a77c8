//! What people do in several steps: each function does one such thing, from the values given to the outcome. Storage is
//! reached through `Store`; nothing here knows HTTP or SQL.

pub mod access;
pub mod accounts;
pub mod api_keys;
pub mod closing;
pub mod field;
mod invitations;
pub mod keys;
pub mod organisations;
pub mod passwords;
pub mod privacy;
pub mod publications;
pub mod readiness;
pub mod restoring;
pub mod sessions;
pub mod shared_links;

use crate::domain::audit::{AuditAction, Subject};
use crate::domain::identifiers::{AccountId, OrganisationId};
use crate::storage::audit::Deed;

/// Who does something: an account, for the organisation that it concerns.
#[derive(Debug, Clone, Copy)]
pub struct By {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Who.
    pub account: AccountId,
}

impl By {
    /// What the audit log is to say: that this account did `action` to a thing of the organisation or to the
    /// organisation itself.
    #[must_use]
    pub fn did(self, action: AuditAction, subject: impl Into<Subject>) -> Deed {
        Deed {
            organisation: self.organisation,
            action,
            actor: Some(self.account),
            subject: subject.into(),
        }
    }
}

/// A failure that is not the fault of the request: answered 500 or 503 and logged.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] crate::storage::StorageError),
    /// Hashing failed.
    #[error(transparent)]
    Hashing(#[from] crate::auth::password::HashingError),
    /// Sealing or opening a key failed.
    #[error(transparent)]
    Seal(#[from] crate::auth::seal::SealError),
    /// Signing failed.
    #[error(transparent)]
    Token(#[from] crate::auth::token::TokenError),
}
