//! Statistics: the monthly table, as JSON and as documents of the annex.

use std::collections::BTreeMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::copy_at_hand::{CopyIsGood, unless_at_hand};
use super::query::{FigureParameters, FiguresQuery, FilterParameters, FiltersView, PeriodParameters};
use crate::documents::builders::{self, Style};
use crate::documents::labels;
use crate::domain::language::Language;
use crate::http::answer::envelope::language_of;
use crate::http::answer::formats::{Format, document_answer, json_answer};
use crate::http::answer::openapi::Unknown;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::TaggedJson;
use crate::http::request::query::ChartedFormatParameter;
use crate::http::request::rights::FiguresReader;
use crate::http::wire;
use crate::http::wire::codes::{FigureUnitCode, MonthStatusCode};
use crate::statistics::monthly::MonthlyStatistics;
use crate::storage::{Snapshot, StorageError, breakdowns, monthly};

/// Read the monthly table.
///
/// As JSON, the annex's six rows first; or as the annex itself, with these six and no others: CSV, a workbook, a page,
/// PDF (`format`, or `Accept`); or its chart alone (`format=svg`). Advisors read their own figures; coordinators and programs read those of the
/// organisation, or of the advisors whom `advisor_id` names.
#[utoipa::path(
    tag = "statistics",
    params(PeriodParameters, FilterParameters, ChartedFormatParameter, TaggedJson),
    responses(
        (status = 200, description = "The table", headers(("ETag" = String)), content(
            (MonthlyView = "application/json"),
            (String = "text/csv", example = ";Total depuis mai 2022;Moyenne par mois;mai-22\r\nAteliers réalisés;6;6;6\r\n"),
            (String = "image/svg+xml"),
        )),
        CopyIsGood,
        Unknown,
    ),
    security(("access_token" = [])),
)]
#[get("/v1/statistics/monthly")]
pub async fn get_monthly_statistics(
    Caller { who, query, .. }: Caller<FiguresReader, (), (FigureParameters, ChartedFormatParameter)>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (figures, format) = query;
    unless_at_hand(&who, &request, &application, async {
        let query = figures.query(&who, &application)?;
        let (statistics, names) = query.find(&application, look_up_table).await?;
        let language = language_of(&request);
        let (name, period) = (language.choose("annexe", "annex"), statistics.period);
        match format.or_accepted(&request) {
            Format::Json => Ok(json_answer(&MonthlyView::new(&statistics, language), language)),
            Format::Document(form) => {
                let (zone, names) = (who.time_zone, &names);
                let document = builders::annex(&statistics, Style { language, zone, names });
                document_answer(&application.documents, document, form, name, period).await
            }
        }
    })
    .await
}

/// The table, and the names of the advisors, places and partners, for documents that say to which the figures are restricted.
type TableAndNames = (MonthlyStatistics, BTreeMap<String, String>);

fn look_up_table(snapshot: &mut Snapshot<'_>, query: FiguresQuery) -> Result<Option<TableAndNames>, StorageError> {
    let FiguresQuery {
        organisation,
        period,
        filters,
        now,
    } = query;
    let names = breakdowns::names(snapshot, organisation, &filters.of_named())?;
    let statistics = monthly::statistics(snapshot, organisation, filters, period, now)?;
    Ok(statistics.map(|statistics| (statistics, names)))
}

/// The monthly table.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MonthlyStatistics)]
pub struct MonthlyView {
    /// The organisation's name.
    #[schema(example = "Le Mans Métropole")]
    organisation: String,
    /// The only advisor whose figures these are; `null`: they are those of several advisors or of the whole
    /// organisation.
    #[schema(required = true)]
    advisor_id: Option<wire::Identifier>,
    /// What the figures are restricted to.
    filters: FiltersView,
    /// The first month.
    from: wire::Month,
    /// The last month.
    to: wire::Month,
    /// When the figures were read.
    as_of: wire::Instant,
    /// Whether the figures may still change; `false` when every month is closed.
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
#[schema(as = StatisticsMonth)]
pub struct MonthView {
    /// Which month.
    month: wire::Month,
    /// Whether the month takes writes: `open`, `closed` or `reopened`.
    status: MonthStatusCode,
    /// How many reports of the month came after the month was over.
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
    /// The label of the figure, in the language asked for.
    #[schema(example = "Personnes totales accompagnées")]
    label: String,
    /// What the figure counts: `people`, `supports`, `interventions`, `minutes` or `reports`.
    unit: FigureUnitCode,
    /// The figure of each month, the earliest first.
    #[schema(min_items = 1, max_items = 120, example = json!([57, 205, 388]))]
    by_month: Vec<i64>,
    /// The sum of all months.
    #[schema(example = 650)]
    total: i64,
    /// The total divided by the number of months, rounded to the nearest whole number, halves up.
    #[schema(example = 217)]
    monthly_average: i64,
}

impl MonthlyView {
    pub(in crate::http) fn new(statistics: &MonthlyStatistics, language: Language) -> Self {
        let months = statistics.months.iter().map(|state| MonthView {
            month: state.month.into(),
            status: state.status.into(),
            late_reports: state.late_reports,
        });
        let rows = statistics.rows.iter().map(|figures| RowView {
            id: figures.figure.id().to_owned(),
            label: labels::figure_label(figures.figure, language).to_owned(),
            unit: figures.figure.unit().into(),
            by_month: figures.by_month.clone(),
            total: figures.total,
            monthly_average: figures.monthly_average,
        });
        Self {
            organisation: statistics.organisation.clone(),
            advisor_id: statistics.filters.advisor().map(Into::into),
            filters: (&statistics.filters).into(),
            from: statistics.period.from().into(),
            to: statistics.period.to().into(),
            as_of: statistics.as_of.into(),
            provisional: statistics.provisional(),
            months: months.collect(),
            rows: rows.collect(),
        }
    }
}
