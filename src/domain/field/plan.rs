//! What is planned of a session, whether it stands for itself or follows from a schedule: what, from when to when, where,
//! by whom.

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::agreement::AgreementId;
use super::place::PlaceId;
use super::reading::{number, reference};
use super::workshop::WorkshopId;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::AdvisorId;
use crate::domain::intervention::code_of;
use crate::domain::nomenclature::{ClosedList, Entry, coded};
use crate::domain::text::{NOTE_MAX, PLACE_NAME_MAX, normal_text};

/// The most advisors of a session.
pub const ADVISORS_MAX: usize = 20;
/// The most people for whom a session has room.
pub const SEATS_MAX: i64 = 1000;

/// What is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum PlanKind {
    /// A workshop.
    Workshop,
    /// The presence of advisors at a partner's.
    Presence,
    /// A stop of the mobile office.
    Stop,
    /// A stand.
    Stand,
    /// The first visit of somebody whom a social or outreach worker brings.
    FirstVisit,
}

impl ClosedList for PlanKind {
    const NAME: &'static str = "kind";
    const TYPE: &'static str = "PlannedSessionKind";
    const DESCRIPTION: &'static str = "What is planned";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::Workshop => ("workshop", "Atelier", "Workshop"),
            Self::Presence => ("presence", "Permanence", "Presence at a partner’s"),
            Self::Stop => ("stop", "Halte du bureau mobile", "Stop of the mobile office"),
            Self::Stand => ("stand", "Stand", "Stand"),
            Self::FirstVisit => ("first_visit", "Premier rendez-vous", "First visit"),
        };
        Entry::of_ours(code, french, english)
    }
}

/// What is planned, from when to when, where, by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What it is.
    #[serde(with = "coded")]
    pub kind: PlanKind,
    /// When it begins, by the clocks of the organisation.
    pub from: NaiveTime,
    /// When it ends, later that day.
    pub to: NaiveTime,
    /// Where it is, when that is a place of the organisation.
    #[serde(default)]
    pub place_id: Option<PlaceId>,
    /// Where it is, in words, when that is none.
    #[serde(default)]
    pub place_name: Option<String>,
    /// Who does it, in the order in which they were named.
    #[serde(default)]
    pub advisors: Vec<AdvisorId>,
    /// The sheet of the catalogue.
    #[serde(default)]
    pub workshop_id: Option<WorkshopId>,
    /// The agreement from which it follows.
    #[serde(default)]
    pub agreement_id: Option<AgreementId>,
    /// The place that goes there.
    #[serde(default)]
    pub vehicle_id: Option<PlaceId>,
    /// For how many people it has room.
    #[serde(default)]
    pub capacity: Option<i64>,
    /// Whether everybody may know of it.
    #[serde(default)]
    pub public: bool,
    /// What else is to be known.
    #[serde(default)]
    pub note: Option<String>,
}

impl Plan {
    /// How long it takes, in minutes.
    pub fn minutes(&self) -> i64 {
        (self.to - self.from).num_minutes()
    }
}

/// A plan as a client sends it: its shape is right, its values are not checked. Codes, identifiers and times are texts.
#[derive(Debug, Clone, Default)]
pub struct PlanDraft {
    /// A code of [`PlanKind`].
    pub kind: String,
    /// See [`Plan::from`].
    pub from: String,
    /// See [`Plan::to`].
    pub to: String,
    /// See [`Plan::place_id`].
    pub place_id: Option<String>,
    /// See [`Plan::place_name`].
    pub place_name: Option<String>,
    /// See [`Plan::advisors`].
    pub advisors: Vec<String>,
    /// See [`Plan::workshop_id`].
    pub workshop_id: Option<String>,
    /// See [`Plan::agreement_id`].
    pub agreement_id: Option<String>,
    /// See [`Plan::vehicle_id`].
    pub vehicle_id: Option<String>,
    /// See [`Plan::capacity`].
    pub capacity: Option<i64>,
    /// See [`Plan::public`].
    pub public: bool,
    /// See [`Plan::note`].
    pub note: Option<String>,
}

impl PlanDraft {
    /// The plan; notes every fault at its pointer.
    pub(super) fn read(self, errors: &mut FieldErrors) -> Plan {
        let from = errors.read("/from", wall_time(&self.from));
        let to = errors.read("/to", wall_time(&self.to));
        if from.zip(to).is_some_and(|(from, to)| from >= to) {
            errors.push("/to", FieldCode::FromAfterTo);
        }
        let place_id = reference(self.place_id.as_deref(), "place_id", errors);
        let place_name = self.place_name.as_deref();
        let place_name = place_name.and_then(|text| normal_text(text, PLACE_NAME_MAX, "", "place_name", errors));
        if place_id.is_some() && place_name.is_some() {
            errors.push("/place_name", FieldCode::NotAllowedHere);
        }
        let note = self.note.as_deref();
        Plan {
            kind: code_of(&self.kind, "", "kind", errors).unwrap_or(PlanKind::Workshop),
            from: from.unwrap_or_default(),
            to: to.unwrap_or_default(),
            place_id,
            place_name,
            advisors: advisors(&self.advisors, errors),
            workshop_id: reference(self.workshop_id.as_deref(), "workshop_id", errors),
            agreement_id: reference(self.agreement_id.as_deref(), "agreement_id", errors),
            vehicle_id: reference(self.vehicle_id.as_deref(), "vehicle_id", errors),
            capacity: number(self.capacity, (1, SEATS_MAX), "capacity", errors),
            public: self.public,
            note: note.and_then(|text| normal_text(text, NOTE_MAX, "", "note", errors)),
        }
    }
}

/// A time of the day of four digits, such as `09:30`.
fn wall_time(text: &str) -> Result<NaiveTime, FieldCode> {
    let is_plain = text.len() == 5 && text.bytes().enumerate().all(|(at, b)| at == 2 || b.is_ascii_digit());
    is_plain
        .then(|| NaiveTime::parse_from_str(text, "%H:%M").ok())
        .flatten()
        .ok_or(FieldCode::InvalidTime)
}

fn advisors(texts: &[String], errors: &mut FieldErrors) -> Vec<AdvisorId> {
    if texts.len() > ADVISORS_MAX {
        errors.push("/advisors", FieldCode::TooMany { max: ADVISORS_MAX });
    }
    let mut advisors = Vec::new();
    for (index, text) in texts.iter().take(ADVISORS_MAX).enumerate() {
        let pointer = format!("/advisors/{index}");
        match text.parse() {
            Err(_) => errors.push(&pointer, FieldCode::InvalidUuid),
            Ok(advisor) if advisors.contains(&advisor) => errors.push(&pointer, FieldCode::Duplicate),
            Ok(advisor) => advisors.push(advisor),
        }
    }
    advisors
}
