//! Agreements with partners for a period: what each side does, and whether it is in force.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::partner::PartnerId;
use super::place::PlaceId;
use super::reading::{VALUES_MAX, day, reference, required_day, required_reference};
use super::thing::Thing;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::{AdvisorId, Id};
use crate::domain::intervention::code_of;
use crate::domain::nomenclature::{ClosedList, CodeSet, Entry, Kind, coded, coded_set};
use crate::domain::text::{NAME_MAX, NOTE_MAX, normal_text};

/// Marks identifiers of agreements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AgreementIdKind {}
/// An agreement.
pub type AgreementId = Id<AgreementIdKind>;

/// The most advisors of an agreement.
pub const ADVISORS_MAX: usize = 50;

/// What the host of an agreement provides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum CommitmentKind {
    /// A room.
    Room,
    /// Computers.
    Computers,
    /// A connection to the internet.
    Internet,
    /// Makes it known.
    Publicity,
    /// Registers who comes.
    Registrations,
    /// Receives who comes.
    Reception,
    /// Anything else, in words.
    Other,
}

impl ClosedList for CommitmentKind {
    const NAME: &'static str = "kind";
    const TYPE: &'static str = "CommitmentKind";
    const DESCRIPTION: &'static str = "What the host of an agreement provides";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::Room => ("room", "Une salle", "A room"),
            Self::Computers => ("computers", "Des ordinateurs", "Computers"),
            Self::Internet => ("internet", "Une connexion à internet", "A connection to the internet"),
            Self::Publicity => ("publicity", "La publicité des actions", "Publicity"),
            Self::Registrations => ("registrations", "Les inscriptions", "Registrations"),
            Self::Reception => ("reception", "L’accueil des participants", "Reception"),
            Self::Other => ("other", "Autre", "Other"),
        };
        Entry::of_ours(code, french, english)
    }
}

/// Something that the host provides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// What.
    #[serde(with = "coded")]
    pub kind: CommitmentKind,
    /// In words, of which anything else has some.
    #[serde(default)]
    pub words: Option<String>,
}

/// An agreement with a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// With whom.
    pub partner_id: PartnerId,
    /// Where advisors are; none where the partner only asks for workshops.
    #[serde(default)]
    pub place_id: Option<PlaceId>,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Its last day.
    pub ends_on: NaiveDate,
    /// When both had signed it.
    #[serde(default)]
    pub signed_on: Option<NaiveDate>,
    /// Which interventions it is about.
    #[serde(with = "coded_set")]
    pub kinds: CodeSet<Kind>,
    /// What the host provides.
    #[serde(default)]
    pub commitments: Vec<Commitment>,
    /// Who comes.
    #[serde(default)]
    pub advisors: Vec<AdvisorId>,
    /// The agreement that it renews.
    #[serde(default)]
    pub renews: Option<AgreementId>,
    /// What else was agreed.
    #[serde(default)]
    pub words: Option<String>,
}

impl Thing for Agreement {
    type Kind = AgreementIdKind;
    const MOST: i64 = 5000;
}

impl Agreement {
    /// Whether it is in force on a day: signed by then, and within its period.
    pub fn is_in_force(&self, day: NaiveDate) -> bool {
        self.signed_on.is_some_and(|signed| signed <= day) && (self.starts_on..=self.ends_on).contains(&day)
    }

    /// Whether it is in force on one day at least of those from `from` to `to`.
    pub fn is_in_force_within(&self, from: NaiveDate, to: NaiveDate) -> bool {
        let Some(signed) = self.signed_on else {
            return false;
        };
        from.max(self.starts_on).max(signed) <= to.min(self.ends_on)
    }
}

/// Something that the host provides, as a client sends it.
#[derive(Debug, Clone, Default)]
pub struct CommitmentDraft {
    /// A code of [`CommitmentKind`].
    pub kind: String,
    /// See [`Commitment::words`].
    pub words: Option<String>,
}

/// An agreement as a client sends it: its shape is right, its values are not checked.
#[derive(Debug, Clone, Default)]
pub struct AgreementDraft {
    /// An identifier.
    pub partner_id: String,
    /// An identifier.
    pub place_id: Option<String>,
    /// A day.
    pub starts_on: String,
    /// A day.
    pub ends_on: String,
    /// A day.
    pub signed_on: Option<String>,
    /// Codes of [`Kind`].
    pub kinds: Vec<String>,
    /// See [`Agreement::commitments`].
    pub commitments: Vec<CommitmentDraft>,
    /// Identifiers.
    pub advisors: Vec<String>,
    /// An identifier.
    pub renews: Option<String>,
    /// See [`Agreement::words`].
    pub words: Option<String>,
}

impl AgreementDraft {
    /// The agreement, when it keeps every rule.
    ///
    /// # Errors
    /// Every fault, at its pointer.
    pub fn validate(self) -> Result<Agreement, FieldErrors> {
        let mut faults = FieldErrors::new();
        let errors = &mut faults;
        let partner_id = required_reference(&self.partner_id, "partner_id", errors);
        let starts_on = required_day(&self.starts_on, "/starts_on", errors);
        let ends_on = required_day(&self.ends_on, "/ends_on", errors);
        if starts_on.zip(ends_on).is_some_and(|(starts, ends)| starts > ends) {
            errors.push("/ends_on", FieldCode::FromAfterTo);
        }
        let place_id = reference(self.place_id.as_deref(), "place_id", errors);
        let signed_on = day(self.signed_on.as_deref(), "/signed_on", errors);
        let kinds = match self.kinds.as_slice() {
            [] => CodeSet::EMPTY,
            codes => CodeSet::of_codes(codes, "/kinds", errors),
        };
        let commitments = commitments(self.commitments, errors);
        let advisors = advisors(&self.advisors, errors);
        let renews = reference(self.renews.as_deref(), "renews", errors);
        let words = self
            .words
            .and_then(|text| normal_text(&text, NOTE_MAX, "", "words", errors));
        let (Some(partner_id), Some(starts_on), Some(ends_on)) = (partner_id, starts_on, ends_on) else {
            return Err(faults);
        };
        faults.into_result(Agreement {
            partner_id,
            place_id,
            starts_on,
            ends_on,
            signed_on,
            kinds,
            commitments,
            advisors,
            renews,
            words,
        })
    }
}

fn commitments(drafts: Vec<CommitmentDraft>, errors: &mut FieldErrors) -> Vec<Commitment> {
    if drafts.len() > VALUES_MAX {
        errors.push("/commitments", FieldCode::TooMany { max: VALUES_MAX });
    }
    let mut commitments: Vec<Commitment> = Vec::new();
    for (index, draft) in drafts.into_iter().take(VALUES_MAX).enumerate() {
        let at = format!("/commitments/{index}");
        let words = draft
            .words
            .and_then(|text| normal_text(&text, NAME_MAX, &at, "words", errors));
        let Some(kind) = code_of(&draft.kind, &at, "kind", errors) else {
            continue;
        };
        let commitment = Commitment { kind, words };
        if kind == CommitmentKind::Other && commitment.words.is_none() {
            errors.push_field(&at, "words", FieldCode::TooShort { min: 1 });
        } else if commitments.contains(&commitment)
            || kind != CommitmentKind::Other && commitments.iter().any(|other| other.kind == kind)
        {
            errors.push(&at, FieldCode::Duplicate);
        } else {
            commitments.push(commitment);
        }
    }
    commitments
}

fn advisors(ids: &[String], errors: &mut FieldErrors) -> Vec<AdvisorId> {
    if ids.len() > ADVISORS_MAX {
        errors.push("/advisors", FieldCode::TooMany { max: ADVISORS_MAX });
    }
    let mut advisors = Vec::new();
    for (index, id) in ids.iter().take(ADVISORS_MAX).enumerate() {
        let at = format!("/advisors/{index}");
        match id.parse() {
            Err(_) => errors.push(&at, FieldCode::InvalidUuid),
            Ok(advisor) if advisors.contains(&advisor) => errors.push(&at, FieldCode::Duplicate),
            Ok(advisor) => advisors.push(advisor),
        }
    }
    advisors
}
