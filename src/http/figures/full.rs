//! The full statistics: every row of the monthly table and every breakdown.

use std::collections::BTreeMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::breakdown::BreakdownView;
use super::copy_at_hand::{CopyIsGood, unless_at_hand};
use super::monthly::MonthlyView;
use super::query::{FigureParameters, FiguresQuery, FilterParameters, PeriodParameters};
use crate::documents::builders::{self, Style};
use crate::domain::language::Language;
use crate::http::answer::envelope::language_of;
use crate::http::answer::formats::{Format, document_answer, json_answer};
use crate::http::answer::openapi::Unknown;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::TaggedJson;
use crate::http::request::query::FormatParameter;
use crate::http::request::rights::FiguresReader;
use crate::statistics::breakdown::BreakdownStatistics;
use crate::statistics::dimension::Dimension;
use crate::statistics::monthly::MonthlyStatistics;
use crate::storage::{Snapshot, StorageError, breakdowns, monthly};

/// Read the full statistics.
///
/// The monthly table with every row, and every breakdown over the whole period: JSON, CSV, a workbook, a page, PDF (`format`,
/// or `Accept`).
#[utoipa::path(
    tag = "statistics",
    params(PeriodParameters, FilterParameters, FormatParameter, TaggedJson),
    responses(
        (status = 200, description = "The statistics", body = FullView, headers(("ETag" = String))),
        CopyIsGood,
        Unknown,
    ),
    security(("access_token" = [])),
)]
#[get("/v1/statistics/full")]
pub async fn get_full_statistics(
    Caller { who, query, .. }: Caller<FiguresReader, (), (FigureParameters, FormatParameter)>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (figures, format) = query;
    unless_at_hand(&who, &request, &application, async {
        let query = figures.query(&who, &application)?;
        let full = query.find(&application, look_up_all).await?;
        let language = language_of(&request);
        match format.or_accepted(&request) {
            Format::Json => Ok(json_answer(&FullView::new(&full, language), language)),
            Format::Document(form) => {
                let (zone, names, period) = (who.time_zone, &full.names, full.table.period);
                let document = builders::full(&full.table, &full.spread.breakdowns, Style { language, zone, names });
                let (documents, name) = (&application.documents, language.choose("statistiques", "statistics"));
                document_answer(documents, document, form, name, period).await
            }
        }
    })
    .await
}

/// What the full statistics are made of.
struct Full {
    table: MonthlyStatistics,
    spread: BreakdownStatistics,
    names: BTreeMap<String, String>,
}

fn look_up_all(snapshot: &mut Snapshot<'_>, query: FiguresQuery) -> Result<Option<Full>, StorageError> {
    let FiguresQuery {
        organisation,
        period,
        filters,
        now,
    } = query;
    let all = Dimension::ALL;
    let names = breakdowns::names(snapshot, organisation, all)?;
    let spread = breakdowns::statistics(snapshot, organisation, filters.clone(), period, all, now)?;
    let table = monthly::statistics(snapshot, organisation, filters, period, now)?;
    Ok(table.zip(spread).map(|(table, spread)| Full { table, spread, names }))
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

impl FullView {
    fn new(full: &Full, language: Language) -> Self {
        let view = |breakdown| BreakdownView::new(&full.spread, breakdown, &full.names, language);
        Self {
            monthly: MonthlyView::new(&full.table, language),
            breakdowns: full.spread.breakdowns.iter().map(view).collect(),
        }
    }
}
