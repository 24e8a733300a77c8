//! Which interventions figures are of.

use super::dimension::Dimension;
use crate::domain::field::partner::PartnerId;
use crate::domain::field::place::PlaceId;
use crate::domain::field::tag::TagId;
use crate::domain::field::workshop::WorkshopId;
use crate::domain::identifiers::AdvisorId;
use crate::domain::intervention::CommuneCode;
use crate::domain::nomenclature::{Autonomy, CodeSet, Equipment, Kind, Level, Principle, Setting, Theme};

/// What figures are restricted to: interventions that have, for each list, one of its values. An empty list restricts
/// nothing. Lists are sorted and name nothing twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filters {
    /// Of these advisors.
    pub advisors: Vec<AdvisorId>,
    /// In these communes.
    pub communes: Vec<CommuneCode>,
    /// Of these kinds.
    pub kinds: Vec<Kind>,
    /// In these settings.
    pub settings: Vec<Setting>,
    /// That serve these principles.
    pub principles: Vec<Principle>,
    /// About any of these themes.
    pub themes: CodeSet<Theme>,
    /// With any of this equipment.
    pub equipment: CodeSet<Equipment>,
    /// Whose people were that autonomous.
    pub autonomies: CodeSet<Autonomy>,
    /// On these levels.
    pub levels: CodeSet<Level>,
    /// In these places, or in places that were merged into them.
    pub places: Vec<PlaceId>,
    /// With these partners.
    pub partners: Vec<PartnerId>,
    /// By these sheets of the catalogue.
    pub workshops: Vec<WorkshopId>,
    /// With any of these tags.
    pub tags: Vec<TagId>,
}

impl Default for Filters {
    fn default() -> Self {
        Self {
            advisors: Vec::new(),
            communes: Vec::new(),
            kinds: Vec::new(),
            settings: Vec::new(),
            principles: Vec::new(),
            themes: CodeSet::EMPTY,
            equipment: CodeSet::EMPTY,
            autonomies: CodeSet::EMPTY,
            levels: CodeSet::EMPTY,
            places: Vec::new(),
            partners: Vec::new(),
            workshops: Vec::new(),
            tags: Vec::new(),
        }
    }
}

impl Filters {
    /// The advisor that the filters name, when they name exactly one.
    pub fn advisor(&self) -> Option<AdvisorId> {
        match self.advisors.as_slice() {
            [advisor] => Some(*advisor),
            _ => None,
        }
    }

    /// The dimensions whose values go by names that people gave, and to some of whose values the figures are restricted.
    pub fn of_named(&self) -> Vec<Dimension> {
        let Self {
            advisors,
            places,
            partners,
            workshops,
            tags,
            // Their values go by the labels of codes.
            communes: _,
            kinds: _,
            settings: _,
            principles: _,
            themes: _,
            equipment: _,
            autonomies: _,
            levels: _,
        } = self;
        let named = [
            (Dimension::Advisor, advisors.is_empty()),
            (Dimension::Place, places.is_empty()),
            (Dimension::Partner, partners.is_empty()),
            (Dimension::Workshop, workshops.is_empty()),
            (Dimension::Tag, tags.is_empty()),
        ];
        let restricted = named.into_iter().filter(|(_, is_empty)| !is_empty);
        restricted.map(|(dimension, _)| dimension).collect()
    }

    /// Whether the filters keep everything.
    pub const fn keep_all(&self) -> bool {
        self.advisors.is_empty() && !self.are_of_interventions()
    }

    /// Whether the filters may keep some interventions of a report and not others.
    pub const fn are_of_interventions(&self) -> bool {
        let Self {
            // A filter by advisor keeps whole reports.
            advisors: _,
            communes,
            kinds,
            settings,
            principles,
            themes,
            equipment,
            autonomies,
            levels,
            places,
            partners,
            workshops,
            tags,
        } = self;
        let of_lists = communes.is_empty() && kinds.is_empty() && settings.is_empty() && principles.is_empty();
        let of_masks = themes.is_empty() && equipment.is_empty() && autonomies.is_empty() && levels.is_empty();
        let of_field = places.is_empty() && partners.is_empty() && workshops.is_empty() && tags.is_empty();
        !(of_lists && of_masks && of_field)
    }
}
