//! Which advisors have reported each of their days.

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

/// How many days back an advisor's missing days are looked for.
const MISSING_DAYS: u64 = 92;

/// Which days of a period the advisors have reported.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CompletenessList)]
pub struct CompletenessListView {
    /// The first day.
    from: wire::Day,
    /// The last day that counts: the last of the period that is over in the organisation's zone; before `from` while no
    /// day of the period is over.
    to: wire::Day,
    /// The advisors, by name, without those who left before the period.
    items: Vec<CompletenessView>,
}

/// Which days of a period an advisor has reported.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Completeness)]
pub struct CompletenessView {
    /// The advisor.
    advisor_id: wire::Identifier,
    /// Their name.
    #[schema(example = "Camille Martin")]
    name: String,
    /// The number of days for which a report was due: working days within the activity periods, less public holidays
    /// and absences.
    #[schema(minimum = 0, example = 20)]
    expected: i64,
    /// The number of these days that have a report; the others are `missing`.
    #[schema(minimum = 0, example = 19)]
    reported: i64,
    /// The number of days that have a report though none was due; absences do not count.
    #[schema(minimum = 0, example = 1)]
    extra: i64,
    /// The number of reported days whose report came on a later day.
    #[schema(minimum = 0, example = 4)]
    late: i64,
    /// How many days later the late reports came: their median, the lower of two; `null` when no report was late.
    #[schema(required = true, minimum = 1, example = 1)]
    median_delay_days: Option<i64>,
    /// The longest of these delays, in days; `null` when no report was late.
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
/// For each advisor: how many days needed a report, how many have one, how late reports came, and which days are
/// missing. Advisors read their own days alone.
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
    /// The first day that was looked at.
    from: wire::Day,
    /// The last day that was looked at: the last one that is over.
    to: wire::Day,
    /// The days without a report, the earliest first.
    items: Vec<wire::Day>,
}

/// Read which of one's days have no report.
///
/// Days of the last three months for which a report is due: working days within one's activity periods, less public
/// holidays and absences. For advisors.
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
