//! The communes of France, for clients that choose one.

use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::domain::field::communes::{Commune, years};
use crate::domain::field_error::FieldCode;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::TaggedJson;
use crate::http::request::query::{QueryParameters, QueryReader};
use crate::http::request::rights::FieldReader;

/// Which communes: those of a department, those whose name holds some words, or both.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CommunesQuery {
    /// The communes of this department alone.
    #[param(value_type = Option<String>, nullable = false, pattern = "^([0-9]{2,3}|2[AB])$", example = "72")]
    department: Option<String>,
    /// The communes with words that begin so, with this code or with this postal code: the 50 that fit best. Needed without
    /// `department`.
    #[param(value_type = Option<String>, nullable = false, min_length = 2, max_length = 100, example = "le mans")]
    q: Option<String>,
    /// As of which year; the newest when left out.
    #[param(value_type = Option<i32>, nullable = false, minimum = 2021, maximum = 2026, example = 2022)]
    year: Option<i32>,
}

impl QueryParameters for CommunesQuery {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let department = reader.optional("department", |text| {
            let known = Commune::is_department(text);
            known.then(|| text.to_owned()).ok_or(FieldCode::InvalidValue)
        });
        let words = |text: &str| match text.trim().chars().count() {
            0 | 1 => Err(FieldCode::TooShort { min: 2 }),
            2..=100 => Ok(text.trim().to_owned()),
            _ => Err(FieldCode::TooLong { max: 100 }),
        };
        let q = match department {
            Some(_) => reader.optional("q", words),
            None => reader.required("q", words),
        };
        let year = reader.optional("year", |text| {
            let (first, last) = years();
            let year = text.parse().map_err(|_| FieldCode::InvalidValue)?;
            let (min, max) = (first.into(), last.into());
            let known = (first..=last).contains(&year);
            known.then_some(year).ok_or(FieldCode::OutOfRange { min, max })
        });
        Some(Self { department, q, year })
    }
}

impl CommunesQuery {
    fn matching_communes(&self) -> Vec<Commune> {
        let department = self.department.as_deref();
        let year = self.year();
        match (&self.q, department) {
            (Some(words), _) => Commune::search(words, department, year),
            (None, Some(department)) => Commune::of_department(department, year),
            (None, None) => Vec::new(),
        }
    }

    fn year(&self) -> i32 {
        self.year.unwrap_or(years().1)
    }
}

/// A commune.
#[derive(Serialize, ToSchema)]
#[schema(as = Commune)]
pub struct CommuneView {
    /// The INSEE code.
    #[schema(example = "72181")]
    code: &'static str,
    /// The name.
    #[schema(example = "Le Mans")]
    name: &'static str,
    /// The code of the department.
    #[schema(example = "72")]
    department: &'static str,
    /// The SIREN of the intercommunal body (EPCI) to which it belongs in that year; `null`: to none.
    #[schema(required = true, example = "247200132")]
    epci: Option<&'static str>,
    /// How many people live there, by the newest census.
    #[schema(minimum = 0, example = 146_249)]
    population: u32,
}

/// Communes.
#[derive(Serialize, ToSchema)]
#[schema(as = CommuneList)]
pub struct CommuneListView {
    /// By code; of a search, the ones that fit best first.
    items: Vec<CommuneView>,
}

/// List communes.
///
/// Of a department, or by words of their names: one of the two is needed. The list changes only with the program and the year: keep a
/// copy, and ask again with its `ETag`.
#[utoipa::path(
    tag = "field",
    params(CommunesQuery, TaggedJson),
    responses(
        (status = 200, description = "The communes", body = CommuneListView, headers(("ETag" = String))),
        (status = 304, description = "The copy at hand is good")
    ),
    security(("access_token" = [])),
)]
#[get("/v1/communes")]
pub async fn list_communes(
    Caller { query, .. }: Caller<FieldReader, (), CommunesQuery>,
    request: HttpRequest,
) -> HttpResponse {
    let year = query.year();
    let view = |commune: Commune| CommuneView {
        code: commune.code,
        name: commune.name,
        department: commune.department(),
        epci: commune.epci(year).map(|epci| epci.code),
        population: commune.population,
    };
    let items = query.matching_communes().into_iter().map(view).collect();
    TaggedJson::new(&CommuneListView { items }).answer(&request)
}
