//! Statistics: how much each commune and each area of the territory had.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::as_of_now::AsOfNow;
use super::copy_at_hand::CopyIsGood;
use super::query::PeriodParameters;
use crate::documents::coverage as documents;
use crate::domain::language::Language;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::TaggedJson;
use crate::http::request::query::FormatParameter;
use crate::http::request::rights::AllFiguresReader;
use crate::http::wire;
use crate::statistics::coverage::{Coverage, CoverageLine};
use crate::storage::coverage;

/// Read how the territory is covered.
///
/// Each commune and each area of the territory, those included in which nothing was done: JSON, CSV, a workbook, a page, PDF
/// (`format`, or `Accept`).
#[utoipa::path(
    tag = "statistics",
    params(PeriodParameters, FormatParameter, TaggedJson),
    responses(
        (status = 200, description = "The coverage", body = CoverageView, headers(("ETag" = String))),
        CopyIsGood,
    ),
    security(("access_token" = [])),
)]
#[get("/v1/statistics/coverage")]
pub async fn get_coverage(
    Caller { who, query, .. }: Caller<AllFiguresReader, (), (PeriodParameters, FormatParameter)>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let figures = AsOfNow {
        read: coverage::statistics,
        view: CoverageView::new,
        document: documents::document,
        name: ("couverture", "coverage"),
    };
    figures.answer(&who, query, &request, &application).await
}

/// How the territory is covered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CoverageStatistics)]
pub struct CoverageView {
    /// The organisation's name.
    #[schema(example = "Le Mans Métropole")]
    organisation: String,
    /// The first month.
    from: wire::Month,
    /// The last month.
    to: wire::Month,
    /// When the figures were read.
    as_of: wire::Instant,
    /// Whether the figures may still change; `false` when every month is closed.
    provisional: bool,
    /// Each commune of the territory, by name; then `outside` and `undisclosed`. Where no territory is said, the communes in
    /// which something was done.
    communes: Vec<CoverageLineView>,
    /// Each area, in the order of the settings; then `outside`. Empty where there are none.
    areas: Vec<CoverageLineView>,
    /// All together.
    total: CoverageLineView,
}

/// What a commune or an area had.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CoverageLine)]
pub struct CoverageLineView {
    /// The INSEE code of the commune or the code of the area, `outside`, `undisclosed` or `total`.
    #[schema(example = "72003")]
    code: String,
    /// Its name, in the language asked for.
    #[schema(example = "Allonnes")]
    label: String,
    /// How many people live there, by the newest census; `null` where that is not known.
    #[schema(required = true, minimum = 0, example = 11_119)]
    population: Option<i64>,
    /// The number of interventions.
    #[schema(minimum = 0, example = 42)]
    interventions: i64,
    /// The people supported.
    #[schema(minimum = 0, example = 128)]
    people: i64,
    /// The people supported for each thousand inhabitants, rounded to the tenth; `null` where no population is known.
    #[schema(required = true, minimum = 0, example = 11.5)]
    people_per_thousand: Option<f64>,
    /// The months of the period without any intervention.
    #[schema(minimum = 0, example = 1)]
    months_without: i64,
}

impl CoverageView {
    fn new(coverage: &Coverage, language: Language) -> Self {
        let views = |lines: &[CoverageLine]| lines.iter().map(|line| CoverageLineView::new(line, language)).collect();
        Self {
            organisation: coverage.organisation.clone(),
            from: coverage.period.from().into(),
            to: coverage.period.to().into(),
            as_of: coverage.as_of.into(),
            provisional: coverage.provisional,
            communes: views(&coverage.communes),
            areas: views(&coverage.areas),
            total: CoverageLineView::new(&coverage.total, language),
        }
    }
}

impl CoverageLineView {
    #[expect(clippy::cast_precision_loss, reason = "tenths are far below 2⁵³")]
    fn new(line: &CoverageLine, language: Language) -> Self {
        Self {
            code: line.code.clone(),
            label: documents::label(line, language),
            population: line.population,
            interventions: line.interventions,
            people: line.people,
            people_per_thousand: line.people_per_thousand.map(|tenths| tenths as f64 / 10.0),
            months_without: line.months_without,
        }
    }
}
