//! Who has reported each day.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::{Days, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

use super::query::PeriodParameters;
use crate::http::answer::openapi::Unknown;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::rights::{Advisor, FiguresReader};
use crate::http::wire;
use crate::storage::completeness::{AdvisorCompleteness, of_advisors};

/// How far back the days are looked for that an advisor has not reported.
const MISSING_DAYS: u64 = 92;

/// What came of the days of a period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CompletenessList)]
pub struct CompletenessListView {
    /// The first day.
    from: wire::Day,
    /// The last day that counts: of the period, and over in the organisation's zone. Before `from` while no day of it is.
    to: wire::Day,
    /// The advisors, by name; not who left before the period.
    items: Vec<CompletenessView>,
}

/// What came of an advisor's days.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Completeness)]
pub struct CompletenessView {
    /// Who.
    advisor_id: wire::Identifier,
    /// Their name.
    #[schema(example = "Camille Martin")]
    name: String,
    /// The days for which a report was due: working days within the activity periods, less public holidays and absences.
    #[schema(minimum = 0, example = 20)]
    expected: i64,
    /// Those of them that have one; `expected` is these and those that are missing.
    #[schema(minimum = 0, example = 19)]
    reported: i64,
    /// Days with a report for which none was due; no absences.
    #[schema(minimum = 0, example = 1)]
    extra: i64,
    /// Those of the reported days whose report came on a later day.
    #[schema(minimum = 0, example = 4)]
    late: i64,
    /// How many days later these came: the median, the lower of two; `null` when none was late.
    #[schema(required = true, minimum = 1, example = 1)]
    median_delay_days: Option<i64>,
    /// How many days later the last of them came.
    #[schema(required = true, minimum = 1, example = 9)]
    worst_delay_days: Option<i64>,
    /// The days whose report is missing, the earliest first.
    missing: Vec<wire::Day>,
}

impl From<&AdvisorCompleteness> for CompletenessView {
    fn from(line: &AdvisorCompleteness) -> Self {
        let completeness = &line.completeness;
        Self {
            advisor_id: line.advisor.id.into(),
            name: line.advisor.name.as_str().to_owned(),
            expected: completeness.expected,
            reported: completeness.reported,
            extra: completeness.extra,
            late: completeness.late,
            median_delay_days: completeness.median_delay,
            worst_delay_days: completeness.worst_delay,
            missing: completeness.missing.iter().map(|day| (*day).into()).collect(),
        }
    }
}

/// Read who has reported each day.
///
/// By advisor: the days for which a report was due, those that have one, how late these came, and those that are missing. An
/// advisor reads their own.
#[utoipa::path(
    tag = "statistics",
    params(PeriodParameters),
    responses((status = 200, description = "By advisor", body = CompletenessListView), Unknown),
    security(("access_token" = [])),
)]
#[get("/v1/statistics/completeness")]
pub async fn get_completeness(
    Caller { who, query, .. }: Caller<FiguresReader, (), PeriodParameters>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let today = application.today(who.time_zone);
    let period = query.period(today)?;
    let days = (period.from().first_day(), period.to().last_day().min(yesterday(today)));
    let (organisation, own) = (who.organisation, who.own);
    let found = application
        .store
        .read(move |connection| of_advisors(connection, organisation, own, days))
        .await?;
    Ok(HttpResponse::Ok().json(CompletenessListView {
        from: days.0.into(),
        to: days.1.into(),
        items: found.iter().map(Into::into).collect(),
    }))
}

/// The last day that is over: a report of today may still come.
fn yesterday(today: NaiveDate) -> NaiveDate {
    today.pred_opt().unwrap_or(today)
}

/// The days that an advisor has not reported.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MissingDays)]
pub struct MissingDaysView {
    /// From when on days are looked for.
    from: wire::Day,
    /// Up to when: the last day that is over.
    to: wire::Day,
    /// The days, the earliest first.
    items: Vec<wire::Day>,
}

/// Read which of one's days have no report.
///
/// Of the last three months: working days within one's activity periods, less public holidays and absences. For advisors.
#[utoipa::path(
    tag = "people",
    responses((status = 200, description = "The days", body = MissingDaysView)),
    security(("access_token" = [])),
)]
#[get("/v1/me/missing-days")]
pub async fn list_missing_days(
    Caller { who, .. }: Caller<Advisor>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let today = application.today(who.time_zone);
    let from = today.checked_sub_days(Days::new(MISSING_DAYS)).unwrap_or(today);
    let days = (from, yesterday(today));
    let (organisation, own) = (who.organisation, who.own);
    let found = application
        .store
        .read(move |connection| of_advisors(connection, organisation, own, days))
        .await?;
    let missing = found.iter().flat_map(|of| &of.completeness.missing);
    Ok(HttpResponse::Ok().json(MissingDaysView {
        from: days.0.into(),
        to: days.1.into(),
        items: missing.map(|day| (*day).into()).collect(),
    }))
}
