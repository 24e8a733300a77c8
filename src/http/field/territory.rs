//! The territory of an organisation and its areas, as its settings say them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::field::territory::{Area, AreaDraft, Perimeter, PerimeterDraft};
use crate::domain::intervention::CommuneCode;
use crate::http::request::json_body::given;

/// Some communes: either by their codes, or as the members of an intercommunal body (EPCI) as of a year.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TerritoryRequest)]
pub struct TerritoryBody {
    /// INSEE codes; then neither `epci` nor `year`.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, min_items = 1, max_items = 600, example = json!(["72181", "72003"]))]
    communes: Option<Vec<String>>,
    /// The SIREN of an intercommunal body, with `year`.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, pattern = "^[0-9]{9}$", example = "247200132")]
    epci: Option<String>,
    /// As of which year.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, minimum = 2021, maximum = 2026, example = 2022)]
    year: Option<i64>,
}

impl From<TerritoryBody> for PerimeterDraft {
    fn from(body: TerritoryBody) -> Self {
        Self {
            communes: body.communes,
            epci: body.epci,
            year: body.year,
        }
    }
}

/// The communes for which an organisation works.
#[derive(Serialize, ToSchema)]
#[schema(as = Territory)]
pub struct TerritoryView {
    /// The SIREN of the intercommunal body whose members they are; `null`: they are named one by one.
    #[schema(required = true, example = "247200132")]
    epci: Option<String>,
    /// As of which year; `null` without `epci`.
    #[schema(required = true, example = 2022)]
    year: Option<i32>,
    /// Their INSEE codes, sorted.
    #[schema(example = json!(["72003", "72181"]))]
    communes: Vec<String>,
}

impl From<&Perimeter> for TerritoryView {
    fn from(perimeter: &Perimeter) -> Self {
        let (epci, year) = match perimeter {
            Perimeter::Communes(_) => (None, None),
            Perimeter::Epci { code, year } => (Some(code.clone()), Some(*year)),
        };
        Self {
            epci,
            year,
            communes: perimeter.communes(),
        }
    }
}

/// An area of the territory.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AreaRequest)]
pub struct AreaBody {
    /// The code, unique in the organisation.
    #[schema(min_length = 1, max_length = 30, example = "sablons")]
    code: String,
    /// The name.
    #[schema(min_length = 1, max_length = 200, example = "Les Sablons")]
    name: String,
    /// INSEE codes of the communes in which it lies.
    #[schema(min_items = 1, max_items = 600, example = json!(["72181"]))]
    communes: Vec<String>,
}

impl From<AreaBody> for AreaDraft {
    fn from(body: AreaBody) -> Self {
        Self {
            code: body.code,
            name: body.name,
            communes: body.communes,
        }
    }
}

/// An area of the territory.
#[derive(Serialize, ToSchema)]
#[schema(as = Area)]
pub struct AreaView {
    /// The code, unique in the organisation.
    #[schema(example = "sablons")]
    code: String,
    /// The name.
    #[schema(example = "Les Sablons")]
    name: String,
    /// INSEE codes of the communes in which it lies, sorted.
    #[schema(example = json!(["72181"]))]
    communes: Vec<String>,
}

impl From<&Area> for AreaView {
    fn from(area: &Area) -> Self {
        Self {
            code: area.code.clone(),
            name: area.name.clone(),
            communes: area
                .communes
                .iter()
                .map(CommuneCode::as_str)
                .map(str::to_owned)
                .collect(),
        }
    }
}
