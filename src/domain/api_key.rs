//! Keys with which programs of other makers call the API for an organisation.

use strum::VariantArray;

use super::field_error::{FieldCode, FieldErrors};
use super::nomenclature::{ClosedList, CodeSet, Entry, Masked};
use super::text::{NAME_MAX, normal_text};

/// The most days for which a key is good.
pub const KEY_DAYS_MAX: i64 = 366;

/// What a program may do in its organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Scope {
    /// Read the figures.
    StatisticsRead,
    /// Read the reports, and whose they are.
    ReportsRead,
    /// Write and delete reports.
    ReportsWrite,
    /// Read what stands around the reports: places, partners, what is planned.
    FieldRead,
    /// Write what stands around the reports.
    FieldWrite,
}

/// What a key lets its holder do.
pub type Scopes = CodeSet<Scope>;

impl ClosedList for Scope {
    const NAME: &'static str = "scopes";
    const TYPE: &'static str = "Scope";
    const DESCRIPTION: &'static str = "What a program may do";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::StatisticsRead => ("statistics:read", "Lire les statistiques", "Read statistics"),
            Self::ReportsRead => ("reports:read", "Lire les rapports", "Read reports"),
            Self::ReportsWrite => ("reports:write", "Écrire les rapports", "Write reports"),
            Self::FieldRead => ("field:read", "Lire le terrain", "Read the field"),
            Self::FieldWrite => ("field:write", "Écrire le terrain", "Write the field"),
        };
        Entry::of_ours(code, french, english)
    }
}

impl Masked for Scope {
    fn bit(self) -> u32 {
        u32::from(self as u8)
    }
}

/// A key, as a coordinator describes it.
#[derive(Debug, Clone, Default)]
pub struct ApiKeyDraft {
    /// What it is for.
    pub name: String,
    /// The codes of what its holder may do.
    pub scopes: Vec<String>,
    /// For how many days it is good.
    pub valid_days: i64,
}

/// What is known of a key: values that obey every rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeySettings {
    /// What it is for: 1 to [`NAME_MAX`] characters.
    pub name: String,
    /// What its holder may do: at least one thing.
    pub scopes: Scopes,
    /// For how many days it is good, 1 to [`KEY_DAYS_MAX`].
    pub valid_days: i64,
}

impl ApiKeyDraft {
    /// The settings, when they keep every rule.
    ///
    /// # Errors
    /// Every fault, at its pointer.
    pub fn validate(&self) -> Result<ApiKeySettings, FieldErrors> {
        let mut errors = FieldErrors::new();
        let name = normal_text(&self.name, NAME_MAX, "", "name", &mut errors);
        if name.is_none() {
            errors.push("/name", FieldCode::TooShort { min: 1 });
        }
        let scopes = CodeSet::of_codes(&self.scopes, "/scopes", &mut errors);
        if !(1..=KEY_DAYS_MAX).contains(&self.valid_days) {
            let (min, max) = (1, KEY_DAYS_MAX);
            errors.push("/valid_days", FieldCode::OutOfRange { min, max });
        }
        errors.into_result(ApiKeySettings {
            name: name.unwrap_or_default(),
            scopes,
            valid_days: self.valid_days,
        })
    }
}
