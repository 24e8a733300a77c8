//! Statistics: whether the plan of action is carried out, as "Annexe 2".

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::as_of_now::AsOfNow;
use super::copy_at_hand::CopyIsGood;
use super::query::PeriodParameters;
use crate::documents::action_plan as documents;
use crate::domain::language::Language;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::TaggedJson;
use crate::http::request::query::FormatParameter;
use crate::http::request::rights::AllFiguresReader;
use crate::http::wire;
use crate::statistics::action_plan::{ActionPlan, PartFigures};
use crate::storage::action_plan;

/// Read whether the plan of action is carried out.
///
/// "Annexe 2": figures by the three principles, and of what stands around the reports as of now: JSON, CSV, a workbook, a page, PDF
/// (`format`, or `Accept`).
#[utoipa::path(
    tag = "statistics",
    params(PeriodParameters, FormatParameter, TaggedJson),
    responses(
        (status = 200, description = "The figures", body = ActionPlanView, headers(("ETag" = String))),
        CopyIsGood,
    ),
    security(("access_token" = [])),
)]
#[get("/v1/statistics/field")]
pub async fn get_field_statistics(
    Caller { who, query, .. }: Caller<AllFiguresReader, (), (PeriodParameters, FormatParameter)>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let figures = AsOfNow {
        read: action_plan::statistics,
        view: ActionPlanView::new,
        document: documents::document,
        name: ("annexe-2", "annex-2"),
    };
    figures.answer(&who, query, &request, &application).await
}

/// Whether the plan of action is carried out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldStatistics)]
pub struct ActionPlanView {
    /// The organisation's name.
    #[schema(example = "Le Mans Métropole")]
    organisation: String,
    /// The first month.
    from: wire::Month,
    /// The last month.
    to: wire::Month,
    /// When the figures were read. Those around the reports are as of this instant, whether months are closed or not.
    as_of: wire::Instant,
    /// Whether the figures of reports may still change; `false` when every month is closed.
    provisional: bool,
    /// The three principles, what serves none as far as was said, and what stands around the reports.
    parts: Vec<ActionPartView>,
}

/// A part of the plan of action.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldStatisticsPart)]
pub struct ActionPartView {
    /// A code of `principle`, `undisclosed` or `field`.
    #[schema(example = "reach_out")]
    code: &'static str,
    /// Its name, in the language asked for.
    #[schema(example = "Aller vers")]
    label: &'static str,
    /// Its figures.
    figures: Vec<ActionFigureView>,
    /// What it tells apart.
    breakdowns: Vec<ActionBreakdownView>,
}

/// A breakdown of the plan of action.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldStatisticsBreakdown)]
pub struct ActionBreakdownView {
    /// Its stable name; see `/v1/statistics/definitions`.
    #[schema(example = "action_meetings_by_partner_kind")]
    id: &'static str,
    /// Its label, in the language asked for.
    #[schema(example = "Rendez-vous par type de partenaire")]
    label: &'static str,
    /// Its values: every value of a closed list, in its order; of sheets those that were asked for, by title.
    lines: Vec<ActionLineView>,
}

/// A value of a breakdown of the plan of action.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldStatisticsLine)]
pub struct ActionLineView {
    /// A code of the list, or the identifier of a sheet.
    #[schema(example = "commune")]
    code: String,
    /// The label of the value, in the language asked for.
    #[schema(example = "Commune")]
    label: String,
    /// How many.
    #[schema(example = 38)]
    value: i64,
}

/// A figure of the plan of action.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldStatisticsFigure)]
pub struct ActionFigureView {
    /// Its stable name; see `/v1/statistics/definitions`.
    #[schema(example = "action_people")]
    id: &'static str,
    /// Its label, in the language asked for.
    #[schema(example = "Personnes du principe")]
    label: &'static str,
    /// `count`, `minutes`, `percent` or `tenths`, of which ten are one.
    #[schema(example = "count")]
    unit: &'static str,
    /// Its value; `null` where there is nothing of which to tell.
    #[schema(required = true, example = 205)]
    value: Option<i64>,
}

impl ActionPlanView {
    fn new(plan: &ActionPlan, language: Language) -> Self {
        let parts = plan.parts.iter().map(|part| ActionPartView::new(part, language));
        Self {
            organisation: plan.organisation.clone(),
            from: plan.period.from().into(),
            to: plan.period.to().into(),
            as_of: plan.as_of.into(),
            provisional: plan.provisional,
            parts: parts.collect(),
        }
    }
}

impl ActionPartView {
    fn new(of: &PartFigures, language: Language) -> Self {
        let figures = of.figures.iter().map(|(figure, value)| ActionFigureView {
            id: figure.id(),
            label: documents::label(*figure, language),
            unit: figure.unit().code(),
            value: *value,
        });
        let breakdowns = of.breakdowns.iter().map(|(breakdown, lines)| ActionBreakdownView {
            id: breakdown.id(),
            label: documents::breakdown_label(*breakdown, language),
            lines: lines
                .iter()
                .map(|line| ActionLineView {
                    code: line.code.clone(),
                    label: documents::line_label(*breakdown, line, language),
                    value: line.value,
                })
                .collect(),
        });
        Self {
            code: of.part.code(),
            label: documents::part_label(of.part, language),
            figures: figures.collect(),
            breakdowns: breakdowns.collect(),
        }
    }
}
