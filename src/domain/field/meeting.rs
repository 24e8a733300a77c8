//! Meetings with partners: who was met, about what.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::partner::PartnerId;
use super::place::PlaceId;
use super::reading::{optional_code, reference, required_day, required_reference, set};
use super::thing::Thing;
use crate::domain::calendar::ReportDate;
use crate::domain::field_error::FieldErrors;
use crate::domain::identifiers::{AccountId, Id};
use crate::domain::nomenclature::{ClosedList, CodeSet, Entry, Masked, coded_option, coded_set};
use crate::domain::text::{NAME_MAX, NOTE_MAX, normal_text};

/// Marks identifiers of meetings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MeetingIdKind {}
/// A meeting.
pub type MeetingId = Id<MeetingIdKind>;

/// What a meeting with a partner is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum MeetingNature {
    /// How residents are passed from one to the other.
    UserJourney = 0,
    /// Funding.
    Funding = 1,
    /// Coordination in the department.
    Coordination = 2,
    /// A meeting with an elected official.
    ElectedOfficial = 3,
    /// What the partner needs.
    Needs = 4,
    /// Anything else.
    Other = 5,
}

impl ClosedList for MeetingNature {
    const NAME: &'static str = "nature";
    const TYPE: &'static str = "MeetingNature";
    const DESCRIPTION: &'static str = "What a meeting with a partner is about";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::UserJourney => ("user_journey", "Parcours usager", "User journey"),
            Self::Funding => ("funding", "Subvention", "Funding"),
            Self::Coordination => (
                "coordination",
                "Coordination départementale",
                "Coordination in the department",
            ),
            Self::ElectedOfficial => (
                "elected_official",
                "Rendez-vous avec un élu",
                "Meeting with an elected official",
            ),
            Self::Needs => ("needs", "Recueil des besoins", "Gathering of needs"),
            Self::Other => ("other", "Autre", "Other"),
        };
        Entry::of_ours(code, french, english)
    }
}

impl Masked for MeetingNature {
    fn bit(self) -> u32 {
        u32::from(self as u8)
    }
}

/// For which territory a partner speaks at a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum MeetingLevel {
    /// For a commune.
    Commune,
    /// For a grouping of communes.
    Epci,
    /// For a department.
    Department,
    /// For a region.
    Region,
    /// For the nation.
    Nation,
}

impl ClosedList for MeetingLevel {
    const NAME: &'static str = "level";
    const TYPE: &'static str = "MeetingLevel";
    const DESCRIPTION: &'static str = "For which territory a partner speaks at a meeting";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::Commune => ("commune", "Communal", "Commune"),
            Self::Epci => ("epci", "Intercommunal", "Grouping of communes"),
            Self::Department => ("department", "Départemental", "Department"),
            Self::Region => ("region", "Régional", "Region"),
            Self::Nation => ("nation", "National", "Nation"),
        };
        Entry::of_ours(code, french, english)
    }
}

/// A meeting with a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// The day.
    pub day: NaiveDate,
    /// With whom.
    pub partner_id: PartnerId,
    /// Where.
    #[serde(default)]
    pub place_id: Option<PlaceId>,
    /// The function of who was met, not their name; forgotten in time.
    #[serde(default)]
    pub met: Option<String>,
    /// What it was about.
    #[serde(with = "coded_set")]
    pub nature: CodeSet<MeetingNature>,
    /// For which territory the partner spoke.
    #[serde(default, with = "coded_option")]
    pub level: Option<MeetingLevel>,
    /// What was said; forgotten in time.
    #[serde(default)]
    pub words: Option<String>,
    /// The account that entered it; whose meeting it is.
    pub held_by: AccountId,
}

impl Thing for Meeting {
    type Kind = MeetingIdKind;
    const MOST: i64 = 50_000;
}

impl Meeting {
    /// Whether it says what is forgotten in time.
    pub const fn has_words(&self) -> bool {
        self.met.is_some() || self.words.is_some()
    }
}

/// A meeting as a client sends it: its shape is right, its values are not checked.
#[derive(Debug, Clone, Default)]
pub struct MeetingDraft {
    /// A day.
    pub day: String,
    /// An identifier.
    pub partner_id: String,
    /// An identifier.
    pub place_id: Option<String>,
    /// See [`Meeting::met`].
    pub met: Option<String>,
    /// Codes of [`MeetingNature`].
    pub nature: Vec<String>,
    /// A code of [`MeetingLevel`].
    pub level: Option<String>,
    /// See [`Meeting::words`].
    pub words: Option<String>,
}

impl MeetingDraft {
    /// The meeting of somebody, when it keeps every rule; one that has not been is none.
    ///
    /// # Errors
    /// Every fault, at its pointer.
    pub fn validate(self, held_by: AccountId, today: NaiveDate) -> Result<Meeting, FieldErrors> {
        let mut faults = FieldErrors::new();
        let errors = &mut faults;
        let day = required_day(&self.day, "/day", errors);
        if let Some(fault) = day.and_then(|day| ReportDate::new(day).fault(today, false)) {
            errors.push("/day", fault);
        }
        let partner_id = required_reference(&self.partner_id, "partner_id", errors);
        let met = self
            .met
            .and_then(|text| normal_text(&text, NAME_MAX, "", "met", errors));
        let words = self
            .words
            .and_then(|text| normal_text(&text, NOTE_MAX, "", "words", errors));
        let place_id = reference(self.place_id.as_deref(), "place_id", errors);
        let nature = set(&self.nature, errors);
        let level = optional_code(self.level.as_deref(), errors);
        let (Some(day), Some(partner_id)) = (day, partner_id) else {
            return Err(faults);
        };
        faults.into_result(Meeting {
            day,
            partner_id,
            place_id,
            met,
            nature,
            level,
            words,
            held_by,
        })
    }
}
