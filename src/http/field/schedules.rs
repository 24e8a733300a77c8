//! Schedules: rules by which sessions recur.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::planned_session_body::PlanKindCode;
use super::planned_sessions::Force;
use super::things::{self, NameCursor};
use crate::actions::field::planned_sessions::Planner;
use crate::actions::field::schedules as actions;
use crate::domain::calendar::today_in;
use crate::domain::field::plan::PlanDraft;
use crate::domain::field::schedule::{Frequency, Schedule, ScheduleDraft, ScheduleId, ScheduleIdKind};
use crate::domain::field::thing::Kept;
use crate::http::answer::openapi::Conflict;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::{Conditions, IfMatch, IfNoneMatch};
use crate::http::request::json_body::{JsonBody, given};
use crate::http::request::path::{PathParameters, PathReader};
use crate::http::request::rights::{FieldReader, FieldWriter};
use crate::http::wire;
use crate::http::wire::code_schema::Code;
use crate::http::wire::page::{PageParameters, PageView};

// utoipa puts the arguments of a generic type into the name of its schema; behind an alias it does not see them.
/// A code of [`Frequency`].
pub type FrequencyCode = Code<Frequency>;

/// The part of a path that names a schedule.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct SchedulePath {
    /// A schedule; a new one has an identifier of its client's making.
    #[param(value_type = wire::Identifier)]
    schedule_id: ScheduleId,
}

impl PathParameters for SchedulePath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let schedule_id = reader.id("schedule_id")?;
        Some(Self { schedule_id })
    }
}

/// A rule by which sessions recur, as a coordinator describes it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ScheduleRequest)]
pub struct ScheduleBody {
    /// Its name.
    #[schema(min_length = 1, max_length = 200, example = "Bureau mobile, marché des Sablons")]
    name: String,
    /// What is planned each time.
    kind: PlanKindCode,
    /// The first day on which it may fall.
    #[schema(value_type = wire::Day)]
    starts_on: String,
    /// The last one (`UNTIL`): at most five years later.
    #[schema(value_type = wire::Day)]
    ends_on: String,
    /// When it begins, in summer and in winter.
    #[schema(value_type = wire::Time)]
    from: String,
    /// When it ends, later that day.
    #[schema(value_type = wire::Time, example = "12:00")]
    to: String,
    /// How often it recurs (`FREQ`).
    frequency: FrequencyCode,
    /// Each how many days, weeks or months (`INTERVAL`).
    #[serde(default = "each")]
    #[schema(minimum = 1, maximum = 52, default = 1, example = 2)]
    interval: i64,
    /// On which days (`BYDAY`): `TU`; in a monthly rule `1TU` to `5TU` and `-1TU` too. Left out: a weekly rule falls on the
    /// weekday of its first day, a monthly one on its date.
    #[serde(default)]
    #[schema(max_items = 14, example = json!(["TU"]))]
    by_day: Vec<String>,
    /// Days that are left out (`EXDATE`).
    #[serde(default)]
    #[schema(value_type = Vec<wire::Day>, max_items = 400)]
    exceptions: Vec<String>,
    /// Whether it falls on public holidays that the organisation keeps too.
    #[serde(default)]
    #[schema(default = false)]
    on_holidays: bool,
    /// The schedule that ends the day before this one begins.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    continues: Option<String>,
    /// Where it is.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    place_id: Option<String>,
    /// Where it is, in words, when that is no place of the organisation.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_length = 200, example = "Place du marché")]
    place_name: Option<String>,
    /// The advisors who do it.
    #[serde(default)]
    #[schema(value_type = Vec<wire::Identifier>, max_items = 20)]
    advisors: Vec<String>,
    /// The sheet of the catalogue.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    workshop_id: Option<String>,
    /// The agreement from which it follows.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    agreement_id: Option<String>,
    /// The place that goes there: one that is mobile.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    vehicle_id: Option<String>,
    /// For how many people it has room.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, minimum = 1, maximum = 1000, example = 12)]
    capacity: Option<i64>,
    /// Whether everybody may know of it.
    #[serde(default)]
    #[schema(default = false)]
    public: bool,
    /// What else is to be known.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_length = 2000, example = "Apporter le vidéoprojecteur.")]
    note: Option<String>,
}

const fn each() -> i64 {
    1
}

impl From<ScheduleBody> for ScheduleDraft {
    fn from(body: ScheduleBody) -> Self {
        Self {
            name: body.name,
            plan: PlanDraft {
                kind: body.kind.into_text(),
                from: body.from,
                to: body.to,
                place_id: body.place_id,
                place_name: body.place_name,
                advisors: body.advisors,
                workshop_id: body.workshop_id,
                agreement_id: body.agreement_id,
                vehicle_id: body.vehicle_id,
                capacity: body.capacity,
                public: body.public,
                note: body.note,
            },
            starts_on: body.starts_on,
            ends_on: body.ends_on,
            frequency: body.frequency.into_text(),
            interval: body.interval,
            by_day: body.by_day,
            exceptions: body.exceptions,
            on_holidays: body.on_holidays,
            continues: body.continues,
        }
    }
}

/// A rule by which sessions recur.
#[derive(Serialize, ToSchema)]
#[schema(as = Schedule)]
pub struct ScheduleView {
    /// Its identifier.
    schedule_id: wire::Identifier,
    /// Which version this is.
    #[schema(minimum = 1, example = 3)]
    version: i64,
    /// When this version was written.
    updated_at: wire::Instant,
    /// The account that wrote it.
    updated_by: wire::Identifier,
    /// Its name.
    #[schema(example = "Bureau mobile, marché des Sablons")]
    name: String,
    /// What is planned each time.
    kind: PlanKindCode,
    /// The first day on which it may fall.
    starts_on: wire::Day,
    /// The last one (`UNTIL`).
    ends_on: wire::Day,
    /// When it begins.
    from: wire::Time,
    /// When it ends.
    #[schema(example = "12:00")]
    to: wire::Time,
    /// How often it recurs (`FREQ`).
    frequency: FrequencyCode,
    /// Each how many days, weeks or months (`INTERVAL`).
    #[schema(minimum = 1, example = 2)]
    interval: u16,
    /// On which days (`BYDAY`).
    #[schema(example = json!(["TU"]))]
    by_day: Vec<String>,
    /// Days that are left out (`EXDATE`).
    exceptions: Vec<wire::Day>,
    /// Whether it falls on public holidays too.
    on_holidays: bool,
    /// The schedule that ended the day before this one began.
    #[schema(required = true)]
    continues: Option<wire::Identifier>,
    /// Where it is.
    #[schema(required = true)]
    place_id: Option<wire::Identifier>,
    /// Where it is, in words.
    #[schema(required = true, example = "Place du marché")]
    place_name: Option<String>,
    /// The advisors who do it.
    advisors: Vec<wire::Identifier>,
    /// The sheet of the catalogue.
    #[schema(required = true)]
    workshop_id: Option<wire::Identifier>,
    /// The agreement from which it follows.
    #[schema(required = true)]
    agreement_id: Option<wire::Identifier>,
    /// The place that goes there.
    #[schema(required = true)]
    vehicle_id: Option<wire::Identifier>,
    /// For how many people it has room.
    #[schema(required = true, example = 12)]
    capacity: Option<i64>,
    /// Whether everybody may know of it.
    public: bool,
    /// What else is to be known.
    #[schema(required = true, example = "Apporter le vidéoprojecteur.")]
    note: Option<String>,
}

impl From<&Kept<Schedule>> for ScheduleView {
    fn from(kept: &Kept<Schedule>) -> Self {
        let (schedule, plan) = (&kept.content, &kept.content.plan);
        Self {
            schedule_id: kept.id.into(),
            version: kept.version,
            updated_at: kept.updated_at.into(),
            updated_by: kept.updated_by.into(),
            name: schedule.name.clone(),
            kind: plan.kind.into(),
            starts_on: schedule.starts_on.into(),
            ends_on: schedule.ends_on.into(),
            from: plan.from.into(),
            to: plan.to.into(),
            frequency: schedule.frequency.into(),
            interval: schedule.interval,
            by_day: schedule.by_day.iter().map(ToString::to_string).collect(),
            exceptions: schedule.exceptions.iter().map(|day| (*day).into()).collect(),
            on_holidays: schedule.on_holidays,
            continues: schedule.continues.map(Into::into),
            place_id: plan.place_id.map(Into::into),
            place_name: plan.place_name.clone(),
            advisors: plan.advisors.iter().map(|advisor| (*advisor).into()).collect(),
            workshop_id: plan.workshop_id.map(Into::into),
            agreement_id: plan.agreement_id.map(Into::into),
            vehicle_id: plan.vehicle_id.map(Into::into),
            capacity: plan.capacity,
            public: plan.public,
            note: plan.note.clone(),
        }
    }
}

/// A page of schedules.
type SchedulePage = PageView<ScheduleView>;

/// Which page of the schedules.
type SchedulePageParameters = PageParameters<NameCursor<ScheduleIdKind>>;

/// List the schedules, by name.
///
/// Those that have ended too. Page by page: ask again with `next_cursor` until it is `null`.
#[utoipa::path(
    tag = "field",
    params(SchedulePageParameters),
    responses((status = 200, description = "A page of schedules", body = SchedulePage)),
    security(("access_token" = [])),
)]
#[get("/v1/schedules")]
pub async fn list_schedules(
    Caller { who, query, .. }: Caller<FieldReader, (), SchedulePageParameters>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let page: SchedulePage = things::page_by_name(&application, who, query).await?;
    Ok(HttpResponse::Ok().json(page))
}

/// Read a schedule.
///
/// Its `ETag` is its version, for `If-Match`.
#[utoipa::path(
    tag = "field",
    params(SchedulePath, IfNoneMatch),
    responses(
        (status = 200, description = "The schedule", body = ScheduleView, headers(("ETag" = String))),
        (status = 304, description = "The copy at hand is good")
    ),
    security(("access_token" = [])),
)]
#[get("/v1/schedules/{schedule_id}")]
pub async fn get_schedule(
    Caller { who, path, .. }: Caller<FieldReader, SchedulePath>,
    conditions: Conditions,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let kept = things::find::<Schedule>(&application, who, path.schedule_id).await?;
    let view = ScheduleView::from(&kept);
    Ok(things::answer_to_get(kept.version, &conditions.0, &view))
}

/// Create a schedule, end it, or make exceptions.
///
/// Idempotent: a retry changes nothing and answers 200. A schedule that has begun keeps its rule and what it plans: only its
/// name, its end and days to come that it leaves out change. Another that `continues` it ends it the day before it begins.
/// `409 advisor_busy` when an advisor or a vehicle would be at two places at once. For coordinators. An organisation has 500
/// at most.
#[utoipa::path(
    tag = "field",
    params(SchedulePath, Force, IfMatch, IfNoneMatch),
    request_body(content = ScheduleBody, description = "All that is to be known of the schedule"),
    responses(
        (status = 200, description = "Replaced, or stored already", body = ScheduleView),
        (status = 201, description = "Created", body = ScheduleView, headers(("Location" = String))), Conflict),
    security(("access_token" = [])),
)]
#[put("/v1/schedules/{schedule_id}")]
pub async fn put_schedule(
    Caller { who, path, query }: Caller<FieldWriter, SchedulePath, Force>,
    conditions: Conditions,
    body: JsonBody<ScheduleBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (id, now) = (path.schedule_id, application.now());
    let today = today_in(who.time_zone, now);
    let insists = query.planner(who)? == Planner::Coordinator { insists: true };
    let asked = ScheduleDraft::from(body.0)
        .validate(today)
        .map_err(Problem::validation_failed)?;
    let clock = (now, today);
    let written = actions::put(&application.store, who.by(), (id, asked), insists, conditions.0, clock).await??;
    let view = ScheduleView::from(&written.kept);
    Ok(things::answer_to_put(
        written.is_new,
        format!("/v1/schedules/{id}"),
        &view,
    ))
}
