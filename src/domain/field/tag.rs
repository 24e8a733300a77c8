//! Tags: words of the organisation's own, by which it finds interventions again.

use serde::{Deserialize, Serialize};

use super::thing::Thing;
use crate::domain::field_error::FieldErrors;
use crate::domain::identifiers::Id;
use crate::domain::text::normal_name;

/// Marks identifiers of tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TagIdKind {}
/// A tag.
pub type TagId = Id<TagIdKind>;

/// A word of the organisation's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The word.
    pub name: String,
    /// Whether it is offered no more; what bears it keeps it.
    #[serde(default)]
    pub retired: bool,
}

impl Thing for Tag {
    type Kind = TagIdKind;
    const MOST: i64 = 200;
}

impl Tag {
    /// The tag of this name.
    ///
    /// # Errors
    /// When the name is empty, too long or holds a control character.
    pub fn new(name: &str, retired: bool) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let name = normal_name(name, &mut errors);
        errors.into_result(Self { name, retired })
    }
}
