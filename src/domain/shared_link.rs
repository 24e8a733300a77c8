//! Links by which somebody without an account reads a publication.

use super::field_error::{FieldCode, FieldErrors};
use super::identifiers::Id;
use super::text::{NAME_MAX, normal_text};

/// Marks identifiers of links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkKind {}
/// A link by which somebody without an account reads a publication.
pub type LinkId = Id<LinkKind>;

/// The most days for which a link is good.
pub const LINK_DAYS_MAX: i64 = 366;

/// What is known of a link: values that obey every rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkSettings {
    /// For whom it is: 1 to [`NAME_MAX`] characters.
    pub name: String,
    /// For how many days it is good, 1 to [`LINK_DAYS_MAX`].
    pub valid_days: i64,
}

impl LinkSettings {
    /// The settings, when they keep every rule.
    ///
    /// # Errors
    /// Every fault, at its pointer.
    pub fn new(name: &str, valid_days: i64) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let name = normal_text(name, NAME_MAX, "", "name", &mut errors);
        if name.is_none() {
            errors.push("/name", FieldCode::TooShort { min: 1 });
        }
        if !(1..=LINK_DAYS_MAX).contains(&valid_days) {
            let (min, max) = (1, LINK_DAYS_MAX);
            errors.push("/valid_days", FieldCode::OutOfRange { min, max });
        }
        errors.into_result(Self {
            name: name.unwrap_or_default(),
            valid_days,
        })
    }
}
