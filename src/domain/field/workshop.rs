//! The catalogue: workshops that partners may ask for, a sheet each.

use serde::{Deserialize, Serialize};

use super::reading::{number, optional_code, set};
use super::thing::Thing;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::Id;
use crate::domain::intervention::{DURATION_MAX, PARTICIPANTS_MAX};
use crate::domain::nomenclature::{CodeSet, Level, Theme, coded_option, coded_set};
use crate::domain::text::{NAME_MAX, NOTE_MAX, normal_text};

/// Marks identifiers of workshops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkshopIdKind {}
/// A workshop of the catalogue.
pub type WorkshopId = Id<WorkshopIdKind>;

/// Texts of a sheet that may be left out, which share a shape in the draft and as they are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkshopTexts {
    /// What it is about.
    pub summary: Option<String>,
    /// What participants can do after it.
    pub objectives: Option<String>,
    /// What they must know before.
    pub prerequisites: Option<String>,
    /// What the host must provide.
    pub required_means: Option<String>,
}

/// A sheet of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workshop {
    /// Its title.
    pub title: String,
    /// Its texts.
    #[serde(flatten)]
    pub texts: WorkshopTexts,
    /// With fewer people it does not take place.
    #[serde(default)]
    pub participants_min: Option<i64>,
    /// There is no room for more people.
    #[serde(default)]
    pub participants_max: Option<i64>,
    /// What it is about, by codes.
    #[serde(with = "coded_set")]
    pub themes: CodeSet<Theme>,
    /// For whom it is.
    #[serde(default, with = "coded_option")]
    pub level: Option<Level>,
    /// How long it lasts.
    #[serde(default)]
    pub duration_minutes: Option<i64>,
    /// Whether it is offered no more; it stays readable.
    #[serde(default)]
    pub retired: bool,
}

impl Thing for Workshop {
    type Kind = WorkshopIdKind;
    const MOST: i64 = 200;
}

/// A sheet as a client sends it: its shape is right, its values are not checked.
#[derive(Debug, Clone, Default)]
pub struct WorkshopDraft {
    /// See [`Workshop::title`].
    pub title: String,
    /// See [`Workshop::texts`].
    pub texts: WorkshopTexts,
    /// See [`Workshop::participants_min`].
    pub participants_min: Option<i64>,
    /// See [`Workshop::participants_max`].
    pub participants_max: Option<i64>,
    /// Codes of [`Theme`].
    pub themes: Vec<String>,
    /// A code of [`Level`].
    pub level: Option<String>,
    /// See [`Workshop::duration_minutes`].
    pub duration_minutes: Option<i64>,
    /// See [`Workshop::retired`].
    pub retired: bool,
}

impl WorkshopDraft {
    /// The sheet, when it keeps every rule.
    ///
    /// # Errors
    /// Every fault, at its pointer.
    pub fn validate(self) -> Result<Workshop, FieldErrors> {
        let mut faults = FieldErrors::new();
        let errors = &mut faults;
        let title = normal_text(&self.title, NAME_MAX, "", "title", errors);
        if title.is_none() {
            errors.push("/title", FieldCode::TooShort { min: 1 });
        }
        let people = (1, PARTICIPANTS_MAX);
        let least = number(self.participants_min, people, "participants_min", errors);
        let most = number(self.participants_max, people, "participants_max", errors);
        if let (Some(least), Some(most)) = (least, most)
            && least > most
        {
            let (min, max) = (least, PARTICIPANTS_MAX);
            errors.push("/participants_max", FieldCode::OutOfRange { min, max });
        }
        let workshop = Workshop {
            title: title.unwrap_or_default(),
            texts: self.texts.validate(errors),
            participants_min: least,
            participants_max: most,
            themes: set(&self.themes, errors),
            level: optional_code(self.level.as_deref(), errors),
            duration_minutes: number(self.duration_minutes, (1, DURATION_MAX), "duration_minutes", errors),
            retired: self.retired,
        };
        faults.into_result(workshop)
    }
}

impl WorkshopTexts {
    fn validate(self, errors: &mut FieldErrors) -> Self {
        let mut text = |given: Option<String>, field: &str| normal_text(&given?, NOTE_MAX, "", field, errors);
        Self {
            summary: text(self.summary, "summary"),
            objectives: text(self.objectives, "objectives"),
            prerequisites: text(self.prerequisites, "prerequisites"),
            required_means: text(self.required_means, "required_means"),
        }
    }
}
