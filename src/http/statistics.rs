//! Statistics: the monthly table, as JSON and CSV.

use actix_web::http::header::{Accept, CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_TYPE, Header as _, VARY};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::application::Application;
use super::caller::StatisticsCaller;
use super::envelope::language_of;
use super::figures_query::{FigureParameters, FilterParameters, FiltersView, PeriodParameters};
use super::openapi::Problems;
use super::problem::Problem;
use super::problem_code::ProblemCode;
use super::query::{InLanguage, QueryParameters, QueryReader};
use super::report_view::instant;
use crate::documents::{csv, labels};
use crate::domain::field_error::FieldCode;
use crate::domain::language::Language;
use crate::statistics::monthly::MonthlyStatistics;
use crate::storage::{accounts, monthly};

/// A form of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    Csv,
}

impl Format {
    fn from_code(code: &str) -> Result<Self, FieldCode> {
        match code {
            "json" => Ok(Self::Json),
            "csv" => Ok(Self::Csv),
            _ => Err(FieldCode::InvalidValue),
        }
    }

    /// The form that `Accept` prefers among those we can serve; JSON when it names none of them.
    fn accepted(request: &HttpRequest) -> Self {
        let accepted = Accept::parse(request).map(|accept| accept.ranked()).unwrap_or_default();
        let format = accepted.iter().find_map(|media| match media.essence_str() {
            "text/csv" | "text/*" => Some(Self::Csv),
            "application/json" | "application/*" | "*/*" => Some(Self::Json),
            _ => None,
        });
        format.unwrap_or(Self::Json)
    }
}

/// The form of the table.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes the parameter in the document; MonthlyParameters reads it"
)]
pub struct FormatParameter {
    /// `json` or `csv`; beats `Accept`.
    #[param(value_type = Option<String>, nullable = false, pattern = "^(json|csv)$", example = "json")]
    format: Option<Format>,
}

/// What the monthly table is asked for with.
#[derive(Debug, Clone)]
pub struct MonthlyParameters {
    figures: FigureParameters,
    format: Option<Format>,
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
/// As JSON, the annex's six rows first; or as CSV, with these six and no others (`format`, or `Accept`). An advisor reads their own figures; a coordinator the organisation's, or those of
/// the advisor named.
#[utoipa::path(
    tag = "statistics",
    params(PeriodParameters, FilterParameters, FormatParameter, InLanguage),
    responses(
        (status = 200, description = "The table", content(
            (MonthlyView = "application/json"),
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
    let statistics = application
        .store
        .read(move |connection| {
            if !accounts::has_advisors(connection, organisation, &filters.advisors)? {
                return Ok(None);
            }
            monthly::statistics(connection, organisation, filters, period, now)
        })
        .await?
        .ok_or(ProblemCode::NotFound)?;
    let language = language_of(&request);
    match format.unwrap_or_else(|| Format::accepted(&request)) {
        Format::Json => Ok(json_answer(&statistics, language)),
        Format::Csv => csv_answer(&statistics, language),
    }
}

fn json_answer(statistics: &MonthlyStatistics, language: Language) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_LANGUAGE, language.code()))
        .insert_header((VARY, "Accept"))
        .json(MonthlyView::new(statistics, language))
}

fn csv_answer(statistics: &MonthlyStatistics, language: Language) -> Result<HttpResponse, Problem> {
    let text = csv::annex(statistics, language).map_err(|error| {
        tracing::error!(%error, "writing CSV failed");
        ProblemCode::InternalError
    })?;
    let (from, to) = (statistics.period.from(), statistics.period.to());
    let name = language.choose("annexe", "annex");
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_LANGUAGE, language.code()))
        .insert_header((VARY, "Accept"))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}-{from}-{to}.csv\""),
        ))
        .body(text))
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
    fn new(statistics: &MonthlyStatistics, language: Language) -> Self {
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
