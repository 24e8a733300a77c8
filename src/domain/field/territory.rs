//! The territory of an organisation: the communes for which it works, and the areas of which it speaks.

use std::collections::BTreeSet;

use super::communes::{Commune, Epci, years};
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::intervention::CommuneCode;
use crate::domain::text::{NAME_MAX, normal_text};

/// The most communes of a territory or of an area.
pub const COMMUNES_MAX: usize = 600;
/// The most areas of an organisation.
pub const AREAS_MAX: usize = 50;
/// The longest code of an area, in characters.
pub const AREA_CODE_MAX: usize = 30;

/// Where an organisation works.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Territory {
    /// Its communes; `None`: it has not said.
    pub perimeter: Option<Perimeter>,
    /// Its areas, in the order in which it names them.
    pub areas: Vec<Area>,
}

/// Some communes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Perimeter {
    /// These, by code.
    Communes(Vec<CommuneCode>),
    /// The members of an intercommunal body as of a year: it gains and loses members.
    Epci {
        /// The SIREN of the body.
        code: String,
        /// The year.
        year: i32,
    },
}

impl Perimeter {
    /// The codes of its communes, sorted.
    pub fn communes(&self) -> Vec<String> {
        match self {
            Self::Communes(codes) => codes.iter().map(|code| code.as_str().to_owned()).collect(),
            Self::Epci { code, year } => {
                let members = Commune::of_epci(code, *year).into_iter();
                members.map(|commune| commune.code.to_owned()).collect()
            }
        }
    }
}

/// A part of a territory that has a name: a priority neighbourhood, which may lie in two communes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Its code, unique in the organisation: what places name.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The communes in which it lies, sorted: one at least.
    pub communes: Vec<CommuneCode>,
}

/// A territory, as a coordinator describes it.
#[derive(Debug, Clone, Default)]
pub struct TerritoryDraft {
    /// The communes, or the members of what body.
    pub perimeter: Option<PerimeterDraft>,
    /// The areas.
    pub areas: Vec<AreaDraft>,
}

/// Some communes, as a coordinator names them.
#[derive(Debug, Clone, Default)]
pub struct PerimeterDraft {
    /// Their codes.
    pub communes: Option<Vec<String>>,
    /// The SIREN of an intercommunal body.
    pub epci: Option<String>,
    /// The year.
    pub year: Option<i64>,
}

/// An area, as a coordinator describes it.
#[derive(Debug, Clone, Default)]
pub struct AreaDraft {
    /// The code.
    pub code: String,
    /// The name.
    pub name: String,
    /// The codes of the communes.
    pub communes: Vec<String>,
}

impl TerritoryDraft {
    /// The territory. Notes every fault at its pointer.
    pub fn validate(&self, errors: &mut FieldErrors) -> Territory {
        let perimeter = self.perimeter.as_ref().and_then(|perimeter| perimeter.validate(errors));
        if self.areas.len() > AREAS_MAX {
            errors.push("/areas", FieldCode::TooMany { max: AREAS_MAX });
        }
        let mut codes = BTreeSet::new();
        let mut areas = Vec::new();
        for (index, draft) in self.areas.iter().take(AREAS_MAX).enumerate() {
            let at = format!("/areas/{index}");
            let area = draft.validate(&at, errors);
            if !area.code.is_empty() && !codes.insert(area.code.clone()) {
                errors.push_field(&at, "code", FieldCode::Duplicate);
            }
            areas.push(area);
        }
        Territory { perimeter, areas }
    }
}

impl PerimeterDraft {
    fn validate(&self, errors: &mut FieldErrors) -> Option<Perimeter> {
        if let Some(codes) = &self.communes {
            for (field, given) in [("epci", self.epci.is_some()), ("year", self.year.is_some())] {
                if given {
                    errors.push_field("/territory", field, FieldCode::NotAllowedHere);
                }
            }
            return Some(Perimeter::Communes(communes(codes, "/territory/communes", errors)));
        }
        let (first, last) = years();
        let (min, max) = (i64::from(first), i64::from(last));
        let year = self.year.filter(|year| (min..=max).contains(year));
        let year = year.and_then(|year| i32::try_from(year).ok());
        if year.is_none() {
            errors.push_field("/territory", "year", FieldCode::OutOfRange { min, max });
        }
        let epci = self.epci.as_deref().and_then(Epci::find);
        let epci = epci.filter(|epci| year.is_none_or(|year| !Commune::of_epci(epci.code, year).is_empty()));
        if epci.is_none() {
            errors.push_field("/territory", "epci", FieldCode::InvalidEpci);
        }
        let code = epci?.code.to_owned();
        Some(Perimeter::Epci { code, year: year? })
    }
}

impl AreaDraft {
    fn validate(&self, at: &str, errors: &mut FieldErrors) -> Area {
        let mut text = |value: &str, field: &str, max| {
            let normal = normal_text(value, max, at, field, errors);
            if normal.is_none() {
                errors.push_field(at, field, FieldCode::TooShort { min: 1 });
            }
            normal.unwrap_or_default()
        };
        Area {
            code: text(&self.code, "code", AREA_CODE_MAX),
            name: text(&self.name, "name", NAME_MAX),
            communes: communes(&self.communes, &format!("{at}/communes"), errors),
        }
    }
}

/// The communes of a list of codes at `pointer`, sorted: one at least, each once, each of the official geographic code.
fn communes(codes: &[String], pointer: &str, errors: &mut FieldErrors) -> Vec<CommuneCode> {
    if codes.is_empty() {
        errors.push(pointer, FieldCode::TooFew { min: 1 });
    }
    if codes.len() > COMMUNES_MAX {
        errors.push(pointer, FieldCode::TooMany { max: COMMUNES_MAX });
    }
    let mut known = BTreeSet::new();
    for (index, code) in codes.iter().take(COMMUNES_MAX).enumerate() {
        let commune = CommuneCode::parse(code).filter(|code| Commune::find(code.as_str()).is_some());
        let fault = match commune {
            None => Some(FieldCode::InvalidCommune),
            Some(commune) => (!known.insert(commune)).then_some(FieldCode::Duplicate),
        };
        if let Some(fault) = fault {
            errors.push(&format!("{pointer}/{index}"), fault);
        }
    }
    known.into_iter().collect()
}
