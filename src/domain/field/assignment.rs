//! Assigning reports of before to a place of the base: what they call by a name is the place.

use super::place::PlaceId;
use crate::domain::intervention::{CommuneCode, Follows, Intervention};
use crate::domain::nomenclature::Setting;
use crate::domain::text::sort_key;

/// Which interventions a place is given to: those that call it by a name, in a commune.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The place.
    pub place: PlaceId,
    /// The name that they have for it, as [`sort_key`] writes it.
    pub name: String,
    /// The commune that they say; `None`: whatever they say.
    pub commune: Option<CommuneCode>,
}

impl Assignment {
    /// Whether an intervention is one of them: it names no place of the base, and took place neither at somebody's home nor
    /// remotely.
    pub fn suits(&self, said: &Intervention) -> bool {
        let is_called_so = said
            .place_name
            .as_deref()
            .is_some_and(|name| sort_key(name) == self.name);
        let is_there = self.commune.is_none() || self.commune == said.commune_code;
        let may_be_a_place = !matches!(said.setting, Setting::Home | Setting::Remote);
        said.place_id.is_none() && is_called_so && is_there && may_be_a_place
    }

    /// Whether an intervention was just given the place: what follows from it is not noted yet.
    pub fn gave(&self, said: &Intervention) -> bool {
        said.place_id == Some(self.place) && *said.follows() == Follows::default()
    }
}
