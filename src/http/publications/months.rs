//! The months of the organisation: open, closed, reopened.

use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::actions::closing;
use crate::domain::calendar::Month;
use crate::domain::closing::{MonthRecord, RefusedWrites, ReportedTwice, comment, reason};
use crate::http::answer::openapi::Conflict;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::figures::query::PeriodParameters;
use crate::http::request::caller::Caller;
use crate::http::request::json_body::JsonBody;
use crate::http::request::path::{PathParameters, PathReader};
use crate::http::request::query::{QueryParameters, QueryReader};
use crate::http::request::rights::{Coordinator, FiguresReader};
use crate::http::wire;
use crate::http::wire::codes::MonthStatusCode;
use crate::storage::field::reported;
use crate::storage::months;

/// The part of a path that names a month.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct MonthPath {
    /// Which month.
    #[param(value_type = wire::Month)]
    month: Month,
}

impl PathParameters for MonthPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let month = reader.value("month", str::parse)?;
        Some(Self { month })
    }
}

/// The parameter that says why a month is reopened.
#[derive(Debug, Clone, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReasonParameter {
    /// Why the month is reopened; kept with the month.
    #[param(min_length = 1, max_length = 500, example = "Un atelier manquait")]
    reason: String,
}

impl QueryParameters for ReasonParameter {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let reason = reader.required("reason", reason);
        Some(Self { reason: reason? })
    }
}

/// What a coordinator says of a month when closing it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClosingRequest)]
pub struct ClosingBody {
    /// A comment, kept with the month.
    #[serde(default, deserialize_with = "crate::http::request::json_body::given")]
    #[schema(nullable = false, max_length = 500, example = "Vérifié avec l'équipe")]
    comment: Option<String>,
}

/// A month, and how it was last closed or reopened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MonthRecord)]
pub struct MonthRecordView {
    /// Which month.
    month: wire::Month,
    /// Whether the month takes writes: `open`, `closed` or `reopened`.
    status: MonthStatusCode,
    /// When the month was last closed or reopened; `null` when it never was.
    #[schema(required = true)]
    changed_at: Option<wire::Instant>,
    /// The account that last closed or reopened the month; `null` when nobody did.
    #[schema(required = true)]
    changed_by: Option<wire::Identifier>,
    /// The comment on the closing, or the reason of the reopening.
    #[schema(required = true)]
    comment: Option<String>,
    /// SHA-256 of the month's figures when it was last closed.
    #[schema(required = true, value_type = Option<wire::Digest>)]
    digest: Option<String>,
    /// The writes that the month refused since it was closed, by advisor: they tell for whom to reopen the month.
    refused_writes: Vec<RefusedWritesView>,
    /// The planned sessions that several workshops name, none of them `assisting`: the same people may be counted twice. For
    /// coordinators; advisors read none.
    reported_twice: Vec<ReportedTwiceView>,
}

/// A planned session that several workshops name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportedTwice)]
pub struct ReportedTwiceView {
    /// The session.
    planned_session_id: wire::Identifier,
    /// The workshops that name it, by day.
    #[schema(min_items = 2)]
    workshops: Vec<ReportedWorkshopView>,
}

/// A workshop that names a planned session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportedWorkshop)]
pub struct ReportedWorkshopView {
    /// The advisor who reported it.
    advisor_id: wire::Identifier,
    /// The day of the report.
    date: wire::Day,
    /// The people that it counts.
    #[schema(minimum = 1, example = 9)]
    participants: i64,
}

impl From<&ReportedTwice> for ReportedTwiceView {
    fn from(twice: &ReportedTwice) -> Self {
        let workshops = twice.workshops.iter().map(|workshop| ReportedWorkshopView {
            advisor_id: workshop.advisor.into(),
            date: workshop.on.into(),
            participants: workshop.participants,
        });
        Self {
            planned_session_id: twice.session.into(),
            workshops: workshops.collect(),
        }
    }
}

/// The writes of an advisor that a closed month refused.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RefusedWrites)]
pub struct RefusedWritesView {
    /// The advisor whose writes were refused.
    advisor_id: wire::Identifier,
    /// How many writes were refused; a write that is repeated counts again.
    #[schema(minimum = 1, example = 3)]
    writes: i64,
    /// When the last of these writes came.
    last_refused_at: wire::Instant,
}

impl MonthRecordView {
    pub(in crate::http) fn new(record: &MonthRecord, refused: &[RefusedWrites], twice: &[ReportedTwice]) -> Self {
        Self {
            month: record.month.into(),
            status: record.status.into(),
            changed_at: record.changed.map(|(at, _)| at.into()),
            changed_by: record.changed.map(|(_, by)| by.into()),
            comment: record.comment.clone(),
            digest: record.digest.clone(),
            refused_writes: refused
                .iter()
                .filter(|refused| refused.month == record.month)
                .map(|refused| RefusedWritesView {
                    advisor_id: refused.advisor.into(),
                    writes: refused.writes,
                    last_refused_at: refused.last_at.into(),
                })
                .collect(),
            reported_twice: twice
                .iter()
                .filter(|twice| twice.is_of(record.month))
                .map(Into::into)
                .collect(),
        }
    }
}

/// The months of a period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MonthList)]
pub struct MonthListView {
    /// The months, the earliest first.
    #[schema(min_items = 1, max_items = 120)]
    items: Vec<MonthRecordView>,
}

/// List the months of a period.
///
/// Which months are closed, when and by whom, which writes they refused since, and what may have been reported twice. Advisors
/// see their own refused writes alone.
#[utoipa::path(
    tag = "months",
    params(PeriodParameters),
    responses((status = 200, description = "The months", body = MonthListView)),
    security(("access_token" = [])),
)]
#[get("/v1/months")]
pub async fn list_months(
    Caller { who, query, .. }: Caller<FiguresReader, (), PeriodParameters>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let period = query.period(application.today(who.time_zone))?;
    let (organisation, own) = (who.organisation, who.own);
    let (records, mut refused, mut twice) = application
        .store
        .read(move |connection| {
            let records = months::records(connection, organisation, period)?;
            let refused = months::refused(connection, organisation, period)?;
            Ok((records, refused, reported::twice(connection, organisation, period)?))
        })
        .await?;
    refused.retain(|refused| own.is_none_or(|own| own == refused.advisor));
    twice.retain(|_| own.is_none());
    let items = records
        .iter()
        .map(|record| MonthRecordView::new(record, &refused, &twice))
        .collect();
    Ok(HttpResponse::Ok().json(MonthListView { items }))
}

/// Close a month.
///
/// The figures of the month are then settled: writes are answered 409 `month_closed`. A month can be closed once its
/// last day is over in the organisation's zone. Closing a month that is closed changes nothing. The answer tells what may have
/// been reported twice (`reported_twice`). For coordinators.
#[utoipa::path(
    tag = "months",
    params(MonthPath),
    request_body(content = ClosingBody, description = "A comment, or nothing: `{}`"),
    responses((status = 200, description = "Closed", body = MonthRecordView), Conflict),
    security(("access_token" = [])),
)]
#[put("/v1/months/{month}/closing")]
pub async fn put_closing(
    caller: Caller<Coordinator, MonthPath>,
    body: JsonBody<ClosingBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let comment = comment(body.0.comment.as_deref()).map_err(Problem::validation_failed)?;
    let today = application.today(caller.who.time_zone);
    let (store, by, now) = (&application.store, caller.who.by(), application.now());
    let (record, twice) = closing::close_month(store, by, caller.path.month, comment, today, now).await??;
    Ok(HttpResponse::Ok().json(MonthRecordView::new(&record, &[], &twice)))
}

/// Reopen a month.
///
/// The month takes writes again until it is closed anew. Reopening a month that is not closed changes nothing. For
/// coordinators.
#[utoipa::path(
    tag = "months",
    params(MonthPath, ReasonParameter),
    responses((status = 204, description = "It takes writes")),
    security(("access_token" = [])),
)]
#[delete("/v1/months/{month}/closing")]
pub async fn delete_closing(
    caller: Caller<Coordinator, MonthPath, ReasonParameter>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (store, by, now) = (&application.store, caller.who.by(), application.now());
    closing::reopen_month(store, by, caller.path.month, caller.query.reason, now).await?;
    Ok(HttpResponse::NoContent().finish())
}
