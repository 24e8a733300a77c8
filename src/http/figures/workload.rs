//! How much is planned for whom.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::copy_at_hand::{CopyIsGood, unless_at_hand};
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::TaggedJson;
use crate::http::request::query::{QueryParameters, QueryReader};
use crate::http::request::rights::FiguresReader;
use crate::http::wire;
use crate::statistics::workload::WeekLoad;
use crate::storage::field::workload::{AdvisorLoad, workload};

/// The most days of which the workload is told at once: 26 weeks.
const DAYS_MAX: i64 = 26 * 7;

/// Of which days the workload is told.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WorkloadPeriod {
    /// From this day on.
    #[param(value_type = wire::Day, example = "2022-10-03")]
    from: NaiveDate,
    /// To this day, included; 26 weeks at most.
    #[param(value_type = wire::Day, example = "2022-10-30")]
    to: NaiveDate,
}

impl QueryParameters for WorkloadPeriod {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let (from, to) = reader.days(DAYS_MAX)?;
        Some(Self { from, to })
    }
}

/// What is planned for an advisor in a week.
#[derive(Serialize, ToSchema)]
#[schema(as = WeekLoad)]
pub struct WeekLoadView {
    /// The week (ISO 8601).
    #[schema(pattern = "^[0-9]{4}-W[0-9]{2}$", example = "2022-W40")]
    week: String,
    /// Its Monday.
    monday: wire::Day,
    /// How many sessions are planned and not cancelled.
    #[schema(minimum = 0, example = 6)]
    sessions: i64,
    /// How long they take together.
    #[schema(minimum = 0, example = 840)]
    minutes: i64,
    /// On how many days the advisor works: within their activity periods, less public holidays and absences.
    #[schema(minimum = 0, maximum = 7, example = 4)]
    working_days: i64,
    /// On how many days on which they would work they are absent.
    #[schema(minimum = 0, maximum = 7, example = 1)]
    absent_days: i64,
}

impl From<&WeekLoad> for WeekLoadView {
    fn from(week: &WeekLoad) -> Self {
        Self {
            week: week.name(),
            monday: week.monday.into(),
            sessions: week.sessions,
            minutes: week.minutes,
            working_days: week.working_days,
            absent_days: week.absent_days,
        }
    }
}

/// What is planned for an advisor.
#[derive(Serialize, ToSchema)]
#[schema(as = Workload)]
pub struct WorkloadView {
    /// The advisor.
    advisor_id: wire::Identifier,
    /// Their name.
    #[schema(example = "Camille Martin")]
    name: String,
    /// Week by week; of the first and the last what lies in the period.
    weeks: Vec<WeekLoadView>,
}

impl From<&AdvisorLoad> for WorkloadView {
    fn from(load: &AdvisorLoad) -> Self {
        Self {
            advisor_id: load.advisor.id.into(),
            name: load.advisor.name.as_str().to_owned(),
            weeks: load.weeks.iter().map(Into::into).collect(),
        }
    }
}

/// How much is planned for whom.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkloadList)]
pub struct WorkloadListView {
    /// The advisors, by name.
    items: Vec<WorkloadView>,
}

/// Read how much is planned for whom, week by week.
///
/// For each advisor and ISO week: sessions that are not cancelled, their minutes, working days and days of absence. Advisors
/// read their own alone.
#[utoipa::path(
    tag = "statistics",
    params(WorkloadPeriod, TaggedJson),
    responses(
        (status = 200, description = "By advisor and week", body = WorkloadListView, headers(("ETag" = String))),
        CopyIsGood,
    ),
    security(("access_token" = [])),
)]
#[get("/v1/statistics/workload")]
pub async fn get_workload(
    Caller { who, query, .. }: Caller<FiguresReader, (), WorkloadPeriod>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (organisation, own, period) = (who.organisation, who.own, (query.from, query.to));
    unless_at_hand(&who, &request, &application, async {
        let reading = application
            .store
            .read(move |connection| workload(connection, organisation, own, period));
        let items = reading.await?.iter().map(Into::into).collect();
        Ok(HttpResponse::Ok().json(WorkloadListView { items }))
    })
    .await
}
