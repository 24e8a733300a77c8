//! People who sign in, what they may do, and when an advisor is active.

use std::fmt;

use chrono::NaiveDate;
use strum::VariantArray;

use super::field_error::{FieldCode, FieldErrors};
use super::identifiers::{AccountId, OrganisationId};
use super::text::normal_name;

/// The fewest characters of a password.
pub const PASSWORD_MIN: usize = 14;
/// The most characters of a password.
pub const PASSWORD_MAX: usize = 128;
/// The most characters of an e-mail address (RFC 5321, section 4.5.3.1.3).
pub const EMAIL_MAX: usize = 254;

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, VariantArray)]
pub enum Role {
    /// Writes reports and sees only their own.
    Advisor,
    /// Reads the whole organisation and may write for its advisors.
    Coordinator,
    /// Makes organisations and their first coordinators; reads no report. Belongs to no organisation.
    Administrator,
}

impl Role {
    /// The code on the wire, in tokens and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Advisor => "advisor",
            Self::Coordinator => "coordinator",
            Self::Administrator => "administrator",
        }
    }

    /// The role of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|role| role.code() == code)
    }

    /// Whether people of an organisation have it: administrators are of none, and nobody in one makes them.
    pub const fn is_of_an_organisation(self) -> bool {
        match self {
            Self::Advisor | Self::Coordinator => true,
            Self::Administrator => false,
        }
    }
}

/// A person of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Their organisation.
    pub organisation: OrganisationId,
    /// Their identifier; an advisor's is their advisor identifier too.
    pub id: AccountId,
    /// What they may do.
    pub role: Role,
    /// Their name.
    pub name: PersonName,
    /// The address with which they sign in.
    pub email: Email,
}

/// An e-mail address in lower case: unique on the instance.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// Reads an address: one `@` with text without spaces on both sides, at most [`EMAIL_MAX`] characters.
    ///
    /// # Errors
    /// [`FieldCode::InvalidEmail`] when it is not one. Whether it exists only a message to it can tell.
    pub fn parse(text: &str) -> Result<Self, FieldCode> {
        let address = text.trim().to_lowercase();
        let plain = address.chars().all(|c| !c.is_whitespace() && !c.is_control());
        match address.split_once('@') {
            Some((local, host))
                if plain
                    && !local.is_empty()
                    && !host.is_empty()
                    && !host.contains('@')
                    && address.len() <= EMAIL_MAX =>
            {
                Ok(Self(address))
            }
            _ => Err(FieldCode::InvalidEmail),
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The name of a person: 1 to [`NAME_MAX`](super::text::NAME_MAX) characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// Reads a name in its normal form.
    ///
    /// # Errors
    /// What is wrong with it, at `/name`.
    pub fn parse(text: &str) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let name = normal_name(text, &mut errors);
        errors.into_result(Self(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A stretch of days in which an advisor is active, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActivityPeriod {
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day; `None` while no end is known.
    pub ends_on: Option<NaiveDate>,
}

impl ActivityPeriod {
    /// Whether the two periods share a day.
    pub fn overlaps(&self, other: &Self) -> bool {
        let reaches = |from: &Self, to: &Self| from.ends_on.is_none_or(|end| to.starts_on <= end);
        reaches(self, other) && reaches(other, self)
    }

    /// Whether a day falls within.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.starts_on <= day && self.ends_on.is_none_or(|end| day <= end)
    }
}
