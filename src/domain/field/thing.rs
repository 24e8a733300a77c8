//! A thing of the field as it is kept, and what a write does to it: the order of checks is that of reports.

use std::fmt::Debug;

use chrono::{DateTime, Utc};

use super::planned_session::Clash;
use crate::domain::decision::{Preconditions, Unmet};
use crate::domain::field_error::FieldErrors;
use crate::domain::identifiers::{AccountId, Id};

/// What is kept of the field under an identifier of its client's making: a partner, an agreement, a tag.
pub trait Thing: Debug + Clone + PartialEq + Send + Sync + 'static {
    /// Marks its identifiers.
    type Kind: Debug + Copy + PartialEq + Send + Sync + 'static;
    /// How many an organisation has at most.
    const MOST: i64;
}

/// A version of a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept<T: Thing> {
    /// The identifier of the thing.
    pub id: Id<T::Kind>,
    /// Which version this is: 1 is the first.
    pub version: i64,
    /// When it was written.
    pub updated_at: DateTime<Utc>,
    /// Who wrote it; of what a program wrote, the account that made its key.
    pub updated_by: AccountId,
    /// What it says.
    pub content: T,
}

/// What a sound write does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// Nothing: what is asked for is stored already.
    Unchanged,
    /// The thing gets this version.
    Version(i64),
}

/// Why a write is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PutRefusal {
    /// The conditions of the request do not hold.
    Unmet(Unmet),
    /// It names what the organisation does not have, or what does not go with what is stored.
    Invalid(FieldErrors),
    /// There is no such thing, where one is needed.
    Unknown,
    /// It is not theirs to change.
    Forbidden,
    /// The partner has no agreement in force on any day that is wished for.
    WithoutAgreement,
    /// The organisation has as many things of this kind as it can have.
    TooMany,
    /// Somebody or something would be at two places at once.
    Busy(Clash),
}

/// What a write does to a thing. That what is asked for is stored already comes before `If-Match`, so that a retry is
/// answered as the first time was; what the thing names is checked after this.
///
/// # Errors
/// When the conditions do not hold.
pub fn decide_put<T: Thing>(stored: Option<&Kept<T>>, asked: &T, conditions: &Preconditions) -> Result<Put, Unmet> {
    let current = stored.map_or(0, |kept| kept.version);
    conditions.check_if_none_match(current, stored.is_some())?;
    if stored.is_some_and(|kept| kept.content == *asked) {
        return Ok(Put::Unchanged);
    }
    conditions.check_if_match(current, stored.is_some())?;
    Ok(Put::Version(current.saturating_add(1)))
}
