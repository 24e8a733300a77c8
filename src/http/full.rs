//! The full statistics: every row of the monthly table and every breakdown.

use actix_web::http::header::{CONTENT_LANGUAGE, VARY};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::application::Application;
use super::breakdown::BreakdownView;
use super::caller::StatisticsCaller;
use super::envelope::language_of;
use super::figures_query::{FilterParameters, PeriodParameters};
use super::formats::{FileView, Format, FormatParameter, document_answer};
use super::openapi::Problems;
use super::problem::Problem;
use super::problem_code::ProblemCode;
use super::query::InLanguage;
use super::statistics::{MonthlyParameters, MonthlyView};
use crate::documents::builders::{self, Style};
use crate::statistics::breakdown::Dimension;
use crate::storage::{accounts, breakdowns, monthly};

/// Read the full statistics.
///
/// The monthly table with every row, and every breakdown over the whole period: JSON, CSV, a workbook, a page, PDF (`format`,
/// or `Accept`).
#[utoipa::path(
    tag = "statistics",
    params(PeriodParameters, FilterParameters, FormatParameter, InLanguage),
    responses(
        (status = 200, description = "The statistics", content(
            (FullView = "application/json"),
            (String = "text/csv"),
            (String = "text/html"),
            (FileView = "application/pdf"),
            (FileView = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        )),
        Problems,
    ),
    security(("access_token" = [])),
)]
#[get("/v1/statistics/full")]
pub async fn get_full_statistics(
    caller: StatisticsCaller<MonthlyParameters>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let now = application.now();
    let StatisticsCaller { member, parameters } = caller;
    let MonthlyParameters { figures, format } = parameters;
    let period = figures.period.period(application.today(member.time_zone()))?;
    let filters = figures.filters.of(&member)?;
    let organisation = member.organisation();
    let found = application
        .store
        .read(move |connection| {
            if !accounts::has_advisors(connection, organisation, &filters.advisors)? {
                return Ok(None);
            }
            let names = accounts::advisor_names(connection, organisation)?;
            let all = &Dimension::ALL;
            let spread = breakdowns::statistics(connection, organisation, filters.clone(), period, all, now)?;
            let table = monthly::statistics(connection, organisation, filters, period, now)?;
            Ok(table.zip(spread).map(|(table, spread)| (table, spread, names)))
        })
        .await?;
    let (table, spread, names) = found.ok_or(ProblemCode::NotFound)?;
    let language = language_of(&request);
    match format.unwrap_or_else(|| Format::accepted(&request)) {
        Format::Json => Ok(HttpResponse::Ok()
            .insert_header((CONTENT_LANGUAGE, language.code()))
            .insert_header((VARY, "Accept"))
            .json(FullView {
                monthly: MonthlyView::new(&table, language),
                breakdowns: spread
                    .breakdowns
                    .iter()
                    .map(|breakdown| BreakdownView::new(&spread, breakdown, &names, language))
                    .collect(),
            })),
        format => {
            let (zone, names) = (member.time_zone(), &names);
            let document = builders::full(&table, &spread.breakdowns, Style { language, zone, names });
            let name = language.choose("statistiques", "statistics");
            document_answer(document, format, name, period).await
        }
    }
}

/// The full statistics.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FullStatistics)]
pub struct FullView {
    /// The monthly table.
    monthly: MonthlyView,
    /// The breakdowns over the whole period.
    breakdowns: Vec<BreakdownView>,
}
