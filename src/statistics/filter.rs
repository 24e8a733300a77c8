//! Which interventions figures are of.

use crate::domain::identifiers::AdvisorId;
use crate::domain::intervention::CommuneCode;
use crate::domain::nomenclature::{CodeSet, Kind, Principle, Setting, Theme};

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
        } = self;
        !(communes.is_empty() && kinds.is_empty() && settings.is_empty() && principles.is_empty() && themes.is_empty())
    }
}
