//! What interventions name of the field, and what follows from it.

use super::{CommuneCode, InterventionFields};
use crate::domain::field::partner::PartnerId;
use crate::domain::field::place::PlaceId;
use crate::domain::field::planned_session::PlannedSessionId;
use crate::domain::field::referral::ReferralId;
use crate::domain::field::tag::TagId;
use crate::domain::field::workshop::WorkshopId;
use crate::domain::nomenclature::Principle;

/// Something of the field that an intervention names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reference {
    /// A place.
    Place(PlaceId),
    /// A partner.
    Partner(PartnerId),
    /// A planned session.
    Session(PlannedSessionId),
    /// A sheet of the catalogue.
    Workshop(WorkshopId),
    /// A referral.
    Referral(ReferralId),
    /// A tag.
    Tag(TagId),
}

impl Reference {
    /// What kind of thing it is, and its identifier.
    pub fn parts(self) -> (&'static str, String) {
        match self {
            Self::Place(id) => ("place", id.to_string()),
            Self::Partner(id) => ("partner", id.to_string()),
            Self::Session(id) => ("session", id.to_string()),
            Self::Workshop(id) => ("workshop", id.to_string()),
            Self::Referral(id) => ("referral", id.to_string()),
            Self::Tag(id) => ("tag", id.to_string()),
        }
    }

    /// The thing of this kind and identifier.
    pub fn of_parts(kind: &str, id: &str) -> Option<Self> {
        match kind {
            "place" => id.parse().ok().map(Self::Place),
            "partner" => id.parse().ok().map(Self::Partner),
            "session" => id.parse().ok().map(Self::Session),
            "workshop" => id.parse().ok().map(Self::Workshop),
            "referral" => id.parse().ok().map(Self::Referral),
            "tag" => id.parse().ok().map(Self::Tag),
            _ => None,
        }
    }
}

/// What follows from what an intervention names, where the intervention does not say it: figures count it, answers do not tell
/// it. It is noted when a version is written, so that a place that moves changes no figure of the past.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Follows {
    /// The commune of its place.
    pub commune: Option<CommuneCode>,
    /// The partner of its place.
    pub partner: Option<PartnerId>,
    /// The principle that its planned session serves.
    pub principle: Option<Principle>,
}

impl Follows {
    /// What is left of this beside what an intervention says itself.
    #[must_use]
    pub fn beside(self, said: &InterventionFields) -> Self {
        Self {
            commune: self.commune.filter(|_| said.commune_code.is_none()),
            partner: self.partner.filter(|_| said.partner_id.is_none()),
            principle: self.principle.filter(|_| said.principle.is_none()),
        }
    }
}

impl InterventionFields {
    /// What it names of the field, with the pointer of each below the intervention. Tags have no order, and one pointer.
    pub fn references(&self) -> impl Iterator<Item = (&'static str, Reference)> {
        let one = [
            self.place_id.map(|id| ("place_id", Reference::Place(id))),
            self.partner_id.map(|id| ("partner_id", Reference::Partner(id))),
            self.planned_session_id
                .map(|id| ("planned_session_id", Reference::Session(id))),
            self.workshop_id.map(|id| ("workshop_id", Reference::Workshop(id))),
            self.referral_id.map(|id| ("referral_id", Reference::Referral(id))),
        ];
        let tags = self.tags.iter().map(|id| ("tags", Reference::Tag(*id)));
        one.into_iter().flatten().chain(tags)
    }
}
