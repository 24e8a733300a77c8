//! Statistics: the monthly table, as JSON and as documents of the annex.

use std::collections::BTreeMap;

use actix_web::http::header::{CONTENT_LANGUAGE, VARY};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::application::Application;
use super::caller::StatisticsCaller;
use super::envelope::language_of;
use super::figures_query::{FigureParameters, FilterParameters, FiltersView, PeriodParameters};
use super::formats::{FileView, Format, FormatParameter, document_answer, file_answer};
use super::openapi::Problems;
use super::problem::Problem;
use super::problem_code::ProblemCode;
use super::query::{InLanguage, QueryParameters, QueryReader};
use super::report_view::instant;
use crate::documents::builders::{self, Style};
use crate::documents::{csv, labels};
use crate::domain::identifiers::OrganisationId;
use crate::domain::language::Language;
use crate::statistics::filter::Filters;
use crate::statistics::monthly::MonthlyStatistics;
use crate::storage::{AnyConnection, StorageError, accounts, monthly};

/// What the monthly table is asked for with.
#[derive(Debug, Clone)]
pub struct MonthlyParameters {
    /// Which figures.
    pub(super) figures: FigureParameters,
    /// The form of the document.
    pub(super) format: Option<Format>,
}

impl QueryParameters for MonthlyParameters {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let figures = FigureParameters::read(reader);
        let format = reader.optional("format", Format::from_code);
        Some(Self {
            figures: figures?,
            format,
        })
    }
}

/// Read the monthly table.
///
/// As JSON, the annex's six rows first; or as the annex itself, with these six and no others: CSV, a workbook, a page, PDF
/// (`format`, or `Accept`). An advisor reads their own figures; a coordinator the organisation's, or those of
/// the advisor named.
#[utoipa::path(
    tag = "statistics",
    params(PeriodParameters, FilterParameters, FormatParameter, InLanguage),
    responses(
        (status = 200, description = "The table", content(
            (MonthlyView = "application/json"),
            (String = "text/html"),
            (FileView = "application/pdf"),
            (FileView = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (String = "text/csv", example = ";Total depuis mai 2022;Moyenne par mois;mai-22\r\nAteliers réalisés;6;6;6\r\n"),
        )),
        Problems,
    ),
    security(("access_token" = [])),
)]
#[get("/v1/statistics/monthly")]
pub async fn get_monthly_statistics(
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
    let (statistics, names) = application
        .store
        .read(move |connection| {
            if !accounts::has_advisors(connection, organisation, &filters.advisors)? {
                return Ok(None);
            }
            let names = names_in(connection, organisation, &filters)?;
            let statistics = monthly::statistics(connection, organisation, filters, period, now)?;
            Ok(statistics.map(|statistics| (statistics, names)))
        })
        .await?
        .ok_or(ProblemCode::NotFound)?;
    let language = language_of(&request);
    let name = language.choose("annexe", "annex");
    match format.unwrap_or_else(|| Format::accepted(&request)) {
        Format::Json => Ok(json_answer(&statistics, language)),
        Format::Csv => csv_answer(&statistics, name, language),
        format => {
            let (zone, names) = (member.time_zone(), &names);
            let document = builders::annex(&statistics, Style { language, zone, names });
            document_answer(document, format, name, period).await
        }
    }
}

/// The names of the advisors that filters name, for documents.
pub(super) fn names_in(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    filters: &Filters,
) -> Result<BTreeMap<String, String>, StorageError> {
    if filters.advisors.is_empty() {
        Ok(BTreeMap::new())
    } else {
        accounts::advisor_names(connection, organisation)
    }
}

fn json_answer(statistics: &MonthlyStatistics, language: Language) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_LANGUAGE, language.code()))
        .insert_header((VARY, "Accept"))
        .json(MonthlyView::new(statistics, language))
}

/// The annex's six rows and no others: the contract fixes them to the byte.
fn csv_answer(statistics: &MonthlyStatistics, name: &str, language: Language) -> Result<HttpResponse, Problem> {
    let text = csv::annex(statistics, language).map_err(|error| {
        tracing::error!(%error, "writing CSV failed");
        ProblemCode::InternalError
    })?;
    Ok(file_answer(text, Format::Csv, (name, statistics.period), language))
}

/// The monthly table.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MonthlyStatistics)]
pub struct MonthlyView {
    /// The organisation's name.
    #[schema(example = "Le Mans Métropole")]
    organisation: String,
    /// The one advisor whose figures these are; `null`: the whole organisation's, or those of several.
    #[schema(format = "uuid", required = true)]
    advisor_id: Option<String>,
    /// What the figures are restricted to.
    filters: FiltersView,
    /// The first month.
    #[schema(pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$", example = "2022-05")]
    from: String,
    /// The last month.
    #[schema(pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$", example = "2022-07")]
    to: String,
    /// When the figures were read.
    #[schema(format = DateTime, example = "2022-09-29T12:00:00Z")]
    as_of: String,
    /// Whether the figures may still change: unless every month is closed.
    provisional: bool,
    /// The months, the earliest first.
    #[schema(min_items = 1, max_items = 120)]
    months: Vec<MonthView>,
    /// The rows: the annex's six come first, in its order.
    #[schema(min_items = 6)]
    rows: Vec<RowView>,
}

/// One month of the table.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MonthState)]
pub struct MonthView {
    /// Which month.
    #[schema(pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$", example = "2022-05")]
    month: String,
    /// Whether it takes writes: `open`, `closed` or `reopened`.
    #[schema(pattern = "^(open|closed|reopened)$", example = "open")]
    status: String,
    /// How many of its reports came after it was over.
    #[schema(minimum = 0, example = 4)]
    late_reports: i64,
}

/// One row of the table.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatisticsRow)]
pub struct RowView {
    /// The stable name of the figure.
    #[schema(example = "people_supported")]
    id: String,
    /// Its label, in the language asked for.
    #[schema(example = "Personnes totales accompagnées")]
    label: String,
    /// What it counts: `people`, `supports`, `interventions`, `minutes` or `reports`.
    #[schema(pattern = "^(people|supports|interventions|minutes|reports)$", example = "people")]
    unit: &'static str,
    /// The figure of each month, the earliest first.
    #[schema(min_items = 1, max_items = 120, example = json!([57, 205, 388]))]
    by_month: Vec<i64>,
    /// Their sum.
    #[schema(example = 650)]
    total: i64,
    /// The sum over the number of months, rounded to the nearest whole, halves up.
    #[schema(example = 217)]
    monthly_average: i64,
}

impl MonthlyView {
    pub(super) fn new(statistics: &MonthlyStatistics, language: Language) -> Self {
        let months = statistics.months.iter().map(|state| MonthView {
            month: state.month.to_string(),
            status: state.status.code().to_owned(),
            late_reports: state.late_reports,
        });
        let rows = statistics.rows.iter().map(|figures| RowView {
            id: figures.figure.id().to_owned(),
            label: labels::figure_label(figures.figure, language).to_owned(),
            unit: figures.figure.unit().code(),
            by_month: figures.by_month.clone(),
            total: figures.total,
            monthly_average: figures.monthly_average,
        });
        Self {
            organisation: statistics.organisation.clone(),
            advisor_id: statistics.filters.advisor().map(|advisor| advisor.to_string()),
            filters: (&statistics.filters).into(),
            from: statistics.period.from().to_string(),
            to: statistics.period.to().to_string(),
            as_of: instant(statistics.as_of),
            provisional: statistics.provisional(),
            months: months.collect(),
            rows: rows.collect(),
        }
    }
}
