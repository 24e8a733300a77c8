//! What an organisation shows to everybody: the name under which it is found, and whether it publishes at all.

use crate::domain::field_error::{FieldCode, FieldErrors};

/// The shortest name of an organisation in addresses, in characters.
pub const SLUG_MIN: usize = 3;
/// The longest.
pub const SLUG_MAX: usize = 60;

/// The name of an organisation in the addresses of what it publishes: small letters, digits and single hyphens between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slug(String);

impl Slug {
    /// Reads a name.
    ///
    /// # Errors
    /// When it is no such name.
    pub fn parse(text: &str) -> Result<Self, FieldCode> {
        let is_part = |part: &str| {
            let mut letters = part.bytes();
            !part.is_empty() && letters.all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
        };
        let has_length = (SLUG_MIN..=SLUG_MAX).contains(&text.len());
        (has_length && text.split('-').all(is_part))
            .then(|| Self(text.to_owned()))
            .ok_or(FieldCode::InvalidSlug)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What an organisation shows to everybody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Publicity {
    /// Its name in addresses, which no other organisation has; `None`: it has none.
    pub slug: Option<Slug>,
    /// Whether it publishes, which needs a name.
    pub publishes: bool,
}

impl Publicity {
    /// What a coordinator says of it. Notes every fault at its pointer.
    pub fn validate(slug: Option<&str>, publishes: bool, errors: &mut FieldErrors) -> Self {
        if publishes && slug.is_none() {
            errors.push("/publishes", FieldCode::NotAllowedHere);
        }
        let slug = slug.and_then(|slug| errors.read("/slug", Slug::parse(slug)));
        Self { slug, publishes }
    }
}
