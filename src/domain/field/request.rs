//! Requests of partners under an agreement: for a workshop of the catalogue, or for equipment.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::partner::{Contact, ContactDraft, PartnerId};
use super::place::PlaceId;
use super::reading::{day, number, optional_code, reference, required_day, required_reference};
use super::thing::Thing;
use super::workshop::WorkshopId;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::Id;
use crate::domain::intervention::{PARTICIPANTS_MAX, code_of};
use crate::domain::nomenclature::{ClosedList, Entry, coded};
use crate::domain::text::{NOTE_MAX, normal_text};

/// Marks identifiers of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RequestIdKind {}
/// A request.
pub type RequestId = Id<RequestIdKind>;

/// The most periods that a request wishes for.
pub const WISHES_MAX: usize = 10;

/// What a partner asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum RequestKind {
    /// A workshop of the catalogue.
    Workshop,
    /// Equipment, for a time.
    Equipment,
}

impl ClosedList for RequestKind {
    const NAME: &'static str = "kind";
    const TYPE: &'static str = "RequestKind";
    const DESCRIPTION: &'static str = "What a partner asks for";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::Workshop => ("workshop", "Atelier", "Workshop"),
            Self::Equipment => ("equipment", "Matériel", "Equipment"),
        };
        Entry::of_ours(code, french, english)
    }
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum RequestStatus {
    /// Nothing yet.
    Received,
    /// The workshop is planned.
    Planned,
    /// The equipment is lent.
    Granted,
    /// It was declined, for a reason.
    Declined,
    /// The partner asks no more.
    Withdrawn,
}

impl ClosedList for RequestStatus {
    const NAME: &'static str = "status";
    const TYPE: &'static str = "RequestStatus";
    const DESCRIPTION: &'static str = "What became of a request";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::Received => ("received", "Reçue", "Received"),
            Self::Planned => ("planned", "Planifiée", "Planned"),
            Self::Granted => ("granted", "Accordée", "Granted"),
            Self::Declined => ("declined", "Refusée", "Declined"),
            Self::Withdrawn => ("withdrawn", "Retirée", "Withdrawn"),
        };
        Entry::of_ours(code, french, english)
    }
}

/// Which requests come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Priority {
    /// After the others.
    Low,
    /// In its turn.
    Normal,
    /// Before the others.
    High,
}

impl ClosedList for Priority {
    const NAME: &'static str = "priority";
    const TYPE: &'static str = "Priority";
    const DESCRIPTION: &'static str = "Which requests come first";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::Low => ("low", "Basse", "Low"),
            Self::Normal => ("normal", "Normale", "Normal"),
            Self::High => ("high", "Haute", "High"),
        };
        Entry::of_ours(code, french, english)
    }
}

/// A period in which a partner wishes for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
}

/// A request of a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Who asks.
    pub partner_id: PartnerId,
    /// For what.
    #[serde(with = "coded")]
    pub kind: RequestKind,
    /// For which workshop.
    #[serde(default)]
    pub workshop_id: Option<WorkshopId>,
    /// Where.
    #[serde(default)]
    pub place_id: Option<PlaceId>,
    /// When, the dearest period first.
    #[serde(default)]
    pub wished: Vec<Wish>,
    /// For how many people.
    #[serde(default)]
    pub expected_people: Option<i64>,
    /// What is wanted, in words.
    #[serde(default)]
    pub words: Option<String>,
    /// Whom to ask at the partner; forgotten in time.
    #[serde(default)]
    pub contact: Option<Contact>,
    /// How much it matters to the coordinator.
    #[serde(with = "coded")]
    pub priority: Priority,
    /// The day on which it came.
    pub received_on: NaiveDate,
    /// What became of it.
    #[serde(with = "coded")]
    pub status: RequestStatus,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
    /// The day on which that was decided.
    #[serde(default)]
    pub decided_on: Option<NaiveDate>,
}

impl Thing for Request {
    type Kind = RequestIdKind;
    const MOST: i64 = 20_000;
}

impl Request {
    /// Whether an agreement that was found good for `before` is good for this too: the same partner wishes for the same days.
    pub fn asks_like(&self, before: &Self) -> bool {
        self.partner_id == before.partner_id && self.kind == before.kind && self.wished == before.wished
    }

    /// On which days an agreement must be in force: on one of those that are wished for, or on the day when it came.
    pub fn days(&self) -> Vec<Wish> {
        if self.wished.is_empty() {
            let (from, to) = (self.received_on, self.received_on);
            return vec![Wish { from, to }];
        }
        self.wished.clone()
    }
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What.
    pub status: RequestStatus,
    /// Why, or what is granted.
    pub reason: Option<String>,
}

impl Decision {
    /// The decision, when its values are good.
    ///
    /// # Errors
    /// Every fault, at its pointer.
    pub fn new(status: &str, reason: Option<&str>) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let status = code_of(status, "", "status", &mut errors).unwrap_or(RequestStatus::Received);
        let reason = reason.and_then(|text| normal_text(text, NOTE_MAX, "", "reason", &mut errors));
        let needs_reason = matches!(status, RequestStatus::Declined | RequestStatus::Granted);
        if errors.is_empty() && needs_reason && reason.is_none() {
            errors.push("/reason", FieldCode::TooShort { min: 1 });
        }
        errors.into_result(Self { status, reason })
    }

    /// The request once this is decided on a day. That it was decided so before changes nothing.
    ///
    /// # Errors
    /// When a request of this kind cannot become so: equipment is not planned, and a workshop not granted.
    pub fn of(self, request: &Request, today: NaiveDate) -> Result<Request, FieldErrors> {
        let wrong = match self.status {
            RequestStatus::Planned => RequestKind::Equipment,
            RequestStatus::Granted => RequestKind::Workshop,
            RequestStatus::Received | RequestStatus::Declined | RequestStatus::Withdrawn => {
                return Ok(self.taken(request, today));
            }
        };
        if request.kind == wrong {
            return Err(FieldErrors::of_body("/status", FieldCode::NotAllowedHere));
        }
        Ok(self.taken(request, today))
    }

    fn taken(self, request: &Request, today: NaiveDate) -> Request {
        let decided_on = match self.status {
            RequestStatus::Received => None,
            same if same == request.status => request.decided_on,
            _ => Some(today),
        };
        Request {
            status: self.status,
            reason: self.reason,
            decided_on,
            ..request.clone()
        }
    }
}

/// A period as a client sends it.
#[derive(Debug, Clone, Default)]
pub struct WishDraft {
    /// A day.
    pub from: String,
    /// A day; left out, the same.
    pub to: Option<String>,
}

/// A request as a client sends it: its shape is right, its values are not checked.
#[derive(Debug, Clone, Default)]
pub struct RequestDraft {
    /// An identifier.
    pub partner_id: String,
    /// A code of [`RequestKind`].
    pub kind: String,
    /// An identifier.
    pub workshop_id: Option<String>,
    /// An identifier.
    pub place_id: Option<String>,
    /// See [`Request::wished`].
    pub wished: Vec<WishDraft>,
    /// See [`Request::expected_people`].
    pub expected_people: Option<i64>,
    /// See [`Request::words`].
    pub words: Option<String>,
    /// See [`Request::contact`].
    pub contact: Option<ContactDraft>,
    /// A code of [`Priority`]; left out, normal.
    pub priority: Option<String>,
    /// A day; left out, the day on which it is first stored.
    pub received_on: Option<String>,
}

impl RequestDraft {
    /// The request, when it keeps every rule, with whether it says on which day it came; else it came `today`.
    ///
    /// # Errors
    /// Every fault, at its pointer.
    pub fn validate(self, today: NaiveDate) -> Result<(Request, bool), FieldErrors> {
        let mut faults = FieldErrors::new();
        let errors = &mut faults;
        let partner_id = required_reference(&self.partner_id, "partner_id", errors);
        let kind = code_of(&self.kind, "", "kind", errors);
        let received_on = day(self.received_on.as_deref(), "/received_on", errors);
        if received_on.is_some_and(|day| day > today) {
            errors.push("/received_on", FieldCode::InTheFuture);
        }
        let workshop_id = reference(self.workshop_id.as_deref(), "workshop_id", errors);
        let place_id = reference(self.place_id.as_deref(), "place_id", errors);
        let wished = wishes(self.wished, errors);
        let expected_people = number(self.expected_people, (1, PARTICIPANTS_MAX), "expected_people", errors);
        let words = self
            .words
            .and_then(|text| normal_text(&text, NOTE_MAX, "", "words", errors));
        let contact = self.contact.map(|contact| contact.read("/contact", errors));
        let priority = optional_code(self.priority.as_deref(), errors).unwrap_or(Priority::Normal);
        let (Some(partner_id), Some(kind)) = (partner_id, kind) else {
            return Err(faults);
        };
        let asked = Request {
            partner_id,
            kind,
            workshop_id,
            place_id,
            wished,
            expected_people,
            words,
            contact,
            priority,
            received_on: received_on.unwrap_or(today),
            status: RequestStatus::Received,
            reason: None,
            decided_on: None,
        };
        asked.check_kind(errors);
        faults.into_result((asked, self.received_on.is_some()))
    }
}

impl Request {
    /// Notes what a request of this kind lacks, and what it may not say.
    fn check_kind(&self, errors: &mut FieldErrors) {
        match self.kind {
            RequestKind::Workshop => {
                if self.workshop_id.is_none() {
                    errors.push("/workshop_id", FieldCode::MissingField);
                }
                if self.wished.is_empty() {
                    errors.push("/wished", FieldCode::TooFew { min: 1 });
                }
            }
            RequestKind::Equipment => {
                if self.workshop_id.is_some() {
                    errors.push("/workshop_id", FieldCode::NotAllowedHere);
                }
                if self.words.is_none() {
                    errors.push("/words", FieldCode::TooShort { min: 1 });
                }
            }
        }
    }
}

fn wishes(drafts: Vec<WishDraft>, errors: &mut FieldErrors) -> Vec<Wish> {
    if drafts.len() > WISHES_MAX {
        errors.push("/wished", FieldCode::TooMany { max: WISHES_MAX });
    }
    let mut wishes = Vec::new();
    for (index, draft) in drafts.into_iter().take(WISHES_MAX).enumerate() {
        let at = format!("/wished/{index}");
        let from = required_day(&draft.from, &format!("{at}/from"), errors);
        let to = day(draft.to.as_deref(), &format!("{at}/to"), errors);
        let Some(from) = from else { continue };
        let to = to.unwrap_or(from);
        if from > to {
            errors.push_field(&at, "to", FieldCode::FromAfterTo);
        }
        wishes.push(Wish { from, to });
    }
    wishes
}
