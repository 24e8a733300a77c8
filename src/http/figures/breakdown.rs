//! Statistics: how the interventions of a period are spread over one dimension.

use std::collections::BTreeMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::copy_at_hand::{CopyIsGood, unless_at_hand};
use super::query::{FigureParameters, FiguresQuery, FilterParameters, FiltersView, PeriodParameters};
use crate::documents::labels::breakdown_label;
use crate::domain::field_error::FieldCode;
use crate::domain::language::Language;
use crate::http::answer::envelope::language_of;
use crate::http::answer::formats::json_answer;
use crate::http::answer::openapi::Unknown;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::TaggedJson;
use crate::http::request::query::{QueryParameters, QueryReader};
use crate::http::request::rights::FiguresReader;
use crate::http::wire;
use crate::http::wire::codes::{DimensionCode, ShareOfCode};
use crate::statistics::breakdown::{Breakdown, BreakdownLine, BreakdownStatistics, UNDISCLOSED};
use crate::statistics::dimension::Dimension;
use crate::storage::{Snapshot, StorageError, breakdowns};

/// The parameter that names the dimension of a breakdown.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DimensionParameter {
    /// The dimension by which the figures are broken down.
    #[param(value_type = DimensionCode, example = "theme")]
    by: Dimension,
}

impl QueryParameters for DimensionParameter {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let by = reader.required("by", |code| Dimension::from_code(code).ok_or(FieldCode::InvalidValue))?;
        Some(Self { by })
    }
}

/// Break the figures of a period down.
///
/// The lines add up to `total`, and their shares to 100: shares are whole percentages by the largest remainder. Age,
/// gender, situation and follow-up tell people apart; the other dimensions tell interventions apart. An intervention
/// can name several themes, redirections, kinds of equipment and tags: their shares are of mentions. Absences are told apart by days. What was reported of a place that
/// was merged counts with the place that took its place.
#[utoipa::path(
    tag = "statistics",
    params(PeriodParameters, FilterParameters, DimensionParameter, TaggedJson),
    responses(
        (status = 200, description = "The breakdown", body = BreakdownView, headers(("ETag" = String))),
        CopyIsGood,
        Unknown,
    ),
    security(("access_token" = [])),
)]
#[get("/v1/statistics/breakdown")]
pub async fn get_breakdown(
    Caller { who, query, .. }: Caller<FiguresReader, (), (DimensionParameter, FigureParameters)>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (DimensionParameter { by }, figures) = query;
    unless_at_hand(&who, &request, &application, async {
        let query = figures.query(&who, &application)?;
        let found = query.find(&application, move |snapshot, query| look_up(snapshot, query, by));
        let (statistics, names) = found.await?;
        let language = language_of(&request);
        let breakdown = statistics.breakdowns.first().ok_or(ProblemCode::InternalError)?;
        let view = BreakdownView::new(&statistics, breakdown, &names, language);
        Ok(json_answer(&view, language))
    })
    .await
}

/// The breakdown, and the names of its lines.
type BreakdownAndNames = (BreakdownStatistics, BTreeMap<String, String>);

fn look_up(
    snapshot: &mut Snapshot<'_>,
    query: FiguresQuery,
    by: Dimension,
) -> Result<Option<BreakdownAndNames>, StorageError> {
    let names = breakdowns::names(snapshot, query.organisation, &[by])?;
    let (filters, period) = (query.filters, query.period);
    let statistics = breakdowns::statistics(snapshot, query.organisation, filters, period, &[by], query.now)?;
    Ok(statistics.map(|statistics| (statistics, names)))
}

/// A breakdown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BreakdownStatistics)]
pub struct BreakdownView {
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
    /// The dimension of the breakdown.
    by: DimensionCode,
    /// What the shares are of: `participants`, `supports`, `mentions` (several answers an intervention), `interventions` or `days`.
    share_of: ShareOfCode,
    /// The number of which the shares are parts.
    #[schema(example = 512)]
    total: i64,
    /// A line for each value: all values of a closed list in its order, communes by code, places, partners, sheets, tags and advisors by name;
    /// `undisclosed` comes last.
    lines: Vec<BreakdownLineView>,
}

/// One value of a breakdown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BreakdownLine)]
pub struct BreakdownLineView {
    /// A code of the list, of a commune, of a place, of a partner, of a sheet, of a tag, of an advisor, or `undisclosed`.
    #[schema(example = "email")]
    code: String,
    /// The label of the value, in the language asked for.
    #[schema(example = "Courriel")]
    label: String,
    /// The number of interventions; `null` where people or days are told apart.
    #[schema(required = true, example = 57)]
    interventions: Option<i64>,
    /// The number of participants; `null` where interventions are counted by their answers, and where days are.
    #[schema(required = true)]
    supports: Option<i64>,
    /// The number of days; `null` but for absences.
    #[schema(required = true)]
    days: Option<i64>,
    /// The share in percent; `null` when there is nothing to share.
    #[schema(required = true, minimum = 0, maximum = 100, example = 11)]
    share: Option<i64>,
}

impl BreakdownView {
    /// The view of one breakdown of these statistics; `names` has the names of advisors, places and partners.
    pub(in crate::http) fn new(
        statistics: &BreakdownStatistics,
        breakdown: &Breakdown,
        names: &BTreeMap<String, String>,
        language: Language,
    ) -> Self {
        let Breakdown {
            dimension,
            total,
            lines,
        } = breakdown;
        let mut lines: Vec<BreakdownLineView> = lines
            .iter()
            .map(|line| BreakdownLineView::new(*dimension, line, names, language))
            .collect();
        if dimension.has_names() {
            let last = |line: &BreakdownLineView| line.code == UNDISCLOSED;
            lines.sort_by(|a, b| (last(a), &a.label, &a.code).cmp(&(last(b), &b.label, &b.code)));
        }
        Self {
            organisation: statistics.organisation.clone(),
            advisor_id: statistics.filters.advisor().map(Into::into),
            filters: (&statistics.filters).into(),
            from: statistics.period.from().into(),
            to: statistics.period.to().into(),
            as_of: statistics.as_of.into(),
            provisional: statistics.provisional,
            by: (*dimension).into(),
            share_of: dimension.share_of().into(),
            total: *total,
            lines,
        }
    }
}

impl BreakdownLineView {
    fn new(dimension: Dimension, line: &BreakdownLine, names: &BTreeMap<String, String>, language: Language) -> Self {
        let name = names.get(&line.code).cloned();
        Self {
            label: name.unwrap_or_else(|| breakdown_label(dimension, &line.code, language)),
            code: line.code.clone(),
            interventions: line.interventions,
            supports: line.supports,
            days: line.days,
            share: line.share,
        }
    }
}
