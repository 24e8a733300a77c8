//! Which advisors have reported each of their days.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use chrono::{Days, NaiveDate};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::copy_at_hand::{CopyIsGood, unless_at_hand};
use super::query::PeriodParameters;
use crate::domain::calendar::Months;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::http::answer::openapi::Unknown;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::TaggedJson;
use crate::http::request::query::{QueryParameters, QueryReader};
use crate::http::request::rights::{Advisor, FiguresReader};
use crate::http::wire;
use crate::statistics::completeness::DayState;
use crate::storage::completeness::{AdvisorCompleteness, of_advisors};

/// For how many months at most each day is told: an organisation of a hundred advisors has 36,500 days a year.
const DAYS_MONTHS: i64 = 12;
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
    /// What came of each day, the earliest first; left out unless `days` asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    days: Option<Vec<DayView>>,
}

/// What came of a day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CompletenessDay)]
pub struct DayView {
    /// The day.
    date: wire::Day,
    /// What came of it.
    state: DayStateCode,
}

/// What came of a day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CompletenessState)]
enum DayStateCode {
    /// A report was due and came on its day.
    Reported,
    /// A report was due and came on a later day.
    Late,
    /// A report is due and has not come.
    Missing,
    /// The report says that the advisor was absent.
    Absent,
    /// No report is due, and there is none.
    NotDue,
    /// There is a report although none was due.
    Extra,
}

impl From<DayState> for DayStateCode {
    fn from(state: DayState) -> Self {
        match state {
            DayState::Reported => Self::Reported,
            DayState::Late(_) => Self::Late,
            DayState::Missing => Self::Missing,
            DayState::Absent => Self::Absent,
            DayState::NotDue => Self::NotDue,
            DayState::Extra => Self::Extra,
        }
    }
}

impl CompletenessView {
    /// What came of the days of an advisor; of each by itself when `with_days`.
    fn new(line: &AdvisorCompleteness, with_days: bool) -> Self {
        let day = |(date, state): &(NaiveDate, DayState)| DayView {
            date: (*date).into(),
            state: (*state).into(),
        };
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
            days: with_days.then(|| line.days.iter().map(day).collect()),
        }
    }
}

/// Whether what came of each day is asked for too.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DaysParameter {
    /// Whether the answer has what came of each day, for periods of 12 months at most.
    #[param(value_type = Option<bool>, nullable = false, example = true)]
    days: bool,
}

impl QueryParameters for DaysParameter {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let read = |text: &str| text.parse().map_err(|_| FieldCode::InvalidValue);
        let days = reader.optional("days", read).unwrap_or_default();
        Some(Self { days })
    }
}

impl DaysParameter {
    /// Whether each day is asked for.
    ///
    /// # Errors
    /// 400 when the period is too long for that.
    fn of(self, period: Months) -> Result<bool, Problem> {
        if self.days && period.count() > DAYS_MONTHS {
            let code = FieldCode::PeriodTooLong { max: DAYS_MONTHS };
            return Err(Problem::invalid_parameters(FieldErrors::of_parameter("to", code)));
        }
        Ok(self.days)
    }
}

/// Read who has reported each day.
///
/// For each advisor: how many days needed a report, how many have one, how late reports came, and which days are
/// missing; with `days`, what came of each day. Advisors read their own days alone.
#[utoipa::path(
    tag = "statistics",
    params(PeriodParameters, DaysParameter, TaggedJson),
    responses(
        (status = 200, description = "By advisor", body = CompletenessListView, headers(("ETag" = String))),
        CopyIsGood,
        Unknown,
    ),
    security(("access_token" = [])),
)]
#[get("/v1/statistics/completeness")]
pub async fn get_completeness(
    Caller { who, query, .. }: Caller<FiguresReader, (), (PeriodParameters, DaysParameter)>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    unless_at_hand(&who, &request, &application, async {
        let today = application.today(who.time_zone);
        let (period, each) = query;
        let period = period.period(today)?;
        let with_days = each.of(period)?;
        let days = (period.from().first_day(), period.to().last_day().min(yesterday(today)));
        let (organisation, own) = (who.organisation, who.own);
        let reading = application
            .store
            .read(move |connection| of_advisors(connection, organisation, own, days));
        let found = reading.await?;
        let views = found.iter().map(|line| CompletenessView::new(line, with_days));
        Ok(HttpResponse::Ok().json(CompletenessListView {
            from: days.0.into(),
            to: days.1.into(),
            items: views.collect(),
        }))
    })
    .await
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
