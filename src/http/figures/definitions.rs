//! What each figure means.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::documents::definitions::{self, Definition};
use crate::documents::{action_plan, coverage};
use crate::http::request::caller::Public;
use crate::statistics::publication::DEFINITIONS_VERSION;

/// Read what each figure means.
///
/// Of each figure the formula in words and in symbols, the unit, and what the figure does not say. Publications name
/// the version of the definitions. Public: readers of figures need no account.
#[utoipa::path(
    tag = "statistics",
    responses((status = 200, description = "The definitions", body = DefinitionsView)),
    security(()),
)]
#[get("/v1/statistics/definitions")]
pub async fn get_definitions(_: Public) -> HttpResponse {
    let views = |definitions: Vec<Definition>| definitions.into_iter().map(DefinitionView::from).collect();
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .json(DefinitionsView {
            version: DEFINITIONS_VERSION,
            figures: views(definitions::figures()),
            breakdowns: views(definitions::breakdowns()),
            coverage: views(coverage::DEFINITIONS.to_vec()),
            action_plan: views(action_plan::definitions()),
        })
}

/// The definitions of every figure and breakdown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Definitions)]
pub struct DefinitionsView {
    /// The version of the definitions, which changes when a definition does.
    #[schema(example = "2")]
    version: &'static str,
    /// The figures of the monthly table, in its order.
    figures: Vec<DefinitionView>,
    /// The breakdowns, one for each value of the parameter `by`.
    breakdowns: Vec<DefinitionView>,
    /// The figures of coverage, in the order of its columns.
    coverage: Vec<DefinitionView>,
    /// The figures of the plan of action ("Annexe 2").
    action_plan: Vec<DefinitionView>,
}

/// What a figure means.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Definition)]
pub struct DefinitionView {
    /// The stable name of the figure.
    #[schema(example = "workshops_held")]
    id: &'static str,
    /// Its label in French.
    #[schema(example = "Ateliers réalisés")]
    label_fr: &'static str,
    /// Its label in English.
    #[schema(example = "Workshops held")]
    label_en: &'static str,
    /// The formula in words, in French.
    #[schema(
        example = "Le nombre d'ateliers ; celui qu'un conseiller mène en appui d'un collègue compte chez ce dernier."
    )]
    formula_fr: &'static str,
    /// The formula in words, in English.
    #[schema(example = "The number of workshops; one in which an advisor assists a colleague counts with the latter.")]
    formula_en: &'static str,
    /// The formula in symbols: sums over what falls in the month.
    #[schema(example = "workshops_held = Σ 1 [kind = workshop, not assisting]")]
    symbols: &'static str,
    /// What the figure counts.
    #[schema(example = "interventions")]
    unit: &'static str,
    /// What the figure does not say, in French.
    #[schema(example = "Ne dit ni leur durée ni leur fréquentation.")]
    limits_fr: &'static str,
    /// What the figure does not say, in English.
    #[schema(example = "It tells neither how long they were nor how many came.")]
    limits_en: &'static str,
}

impl From<Definition> for DefinitionView {
    fn from(definition: Definition) -> Self {
        Self {
            id: definition.id,
            label_fr: definition.label.0,
            label_en: definition.label.1,
            formula_fr: definition.words.0,
            formula_en: definition.words.1,
            symbols: definition.symbols,
            unit: definition.unit,
            limits_fr: definition.limits.0,
            limits_en: definition.limits.1,
        }
    }
}
