//! What everybody reads of what is planned, where the organisation publishes: sessions that are public, at places that are
//! published.

use std::collections::BTreeMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::calendars::{CALENDAR, text};
use super::national::OpenPath;
use super::planned_session_body::PlanKindCode;
use crate::actions::field::calendars::{self as actions, Calendar};
use crate::domain::calendar::today_in;
use crate::domain::field::place::{Place, PlaceId};
use crate::domain::field::planned_session::{Planned, PlannedSession};
use crate::http::answer::envelope::language_of;
use crate::http::answer::openapi::{TooManyRequests, Unavailable};
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::caller::Public;
use crate::http::request::conditions::TaggedJson;
use crate::http::wire;
use crate::storage::field::planned_sessions;

/// The most sessions of the public calendar as JSON.
const SESSIONS_MAX: usize = 5000;

/// Whether everybody may know of a session: it is public, as is its place.
fn is_public(session: &PlannedSession, places: &BTreeMap<PlaceId, Place>) -> bool {
    let place = session.plan.place_id.and_then(|id| places.get(&id));
    session.plan.public && !session.is_confidential() && place.is_some_and(|place| place.published)
}

/// The calendar of an organisation that publishes.
async fn open_calendar(path: &OpenPath, application: &Application) -> Result<Calendar, Problem> {
    let (id, now) = (path.publishing(application).await?, application.now());
    let reading = application
        .store
        .read(move |connection| actions::calendar(connection, id, now));
    reading.await?.ok_or(ProblemCode::NotFound.into())
}

/// Read the public calendar of an organisation.
///
/// iCalendar (RFC 5545): sessions that are public, at places that are published. Public, where the organisation publishes.
#[utoipa::path(
    tag = "field",
    params(OpenPath, TaggedJson),
    responses(
        (status = 200, description = "The calendar", body = String, content_type = "text/calendar", headers(("ETag" = String))),
        (status = 304, description = "The copy at hand is good"),
        TooManyRequests,
        Unavailable,
    ),
    security(()),
)]
#[get("/open/{slug}/calendar.ics")]
pub async fn get_open_calendar_ics(
    Public { path, .. }: Public<OpenPath>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let calendar = open_calendar(&path, &application).await?;
    let shows = |session: &PlannedSession| is_public(session, &calendar.material.places);
    let name = calendar.organisation.name.clone();
    let text = text(&calendar, name, language_of(&request), shows);
    Ok(TaggedJson::of_text(CALENDAR, text).answer(&request))
}

/// A public session.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenSession)]
pub struct OpenSessionView {
    /// Its identifier.
    planned_session_id: wire::Identifier,
    /// What is planned.
    kind: PlanKindCode,
    /// On which day.
    day: wire::Day,
    /// When it begins.
    from: wire::Time,
    /// When it ends.
    #[schema(example = "12:00")]
    to: wire::Time,
    /// Where it is.
    #[schema(example = "Médiathèque Louis-Aragon")]
    place: String,
    /// The number and the street.
    #[schema(required = true, example = "54 rue du Port")]
    address: Option<String>,
    /// The INSEE code of the commune.
    #[schema(example = "72181")]
    commune_code: String,
    /// For how many people it has room.
    #[schema(required = true, example = 12)]
    capacity: Option<i64>,
    /// Whether it is cancelled.
    cancelled: bool,
}

impl OpenSessionView {
    fn new(planned: &Planned, places: &BTreeMap<PlaceId, Place>) -> Option<Self> {
        let (session, plan) = (&planned.session, &planned.session.plan);
        let place = places.get(&plan.place_id?)?;
        is_public(session, places).then(|| Self {
            planned_session_id: planned.id.into(),
            kind: plan.kind.into(),
            day: session.day.into(),
            from: plan.from.into(),
            to: plan.to.into(),
            place: place.name.clone(),
            address: place.texts.address.clone(),
            commune_code: place.commune_code.as_str().to_owned(),
            capacity: plan.capacity,
            cancelled: session.cancelled.is_some(),
        })
    }
}

/// The public calendar of an organisation.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenCalendar)]
pub struct OpenCalendarView {
    /// The name of the organisation.
    #[schema(example = "Le Mans Métropole")]
    name: String,
    /// The zone of the clocks that tell `from` and `to`.
    #[schema(example = "Europe/Paris")]
    time_zone: String,
    /// The sessions, by day and time.
    #[schema(max_items = 5000)]
    items: Vec<OpenSessionView>,
}

/// Read the public calendar of an organisation as JSON.
///
/// Sessions that are public, at places that are published, from 90 days back to 400 ahead. Public, where the organisation
/// publishes.
#[utoipa::path(
    tag = "field",
    params(OpenPath, TaggedJson),
    responses(
        (status = 200, description = "The calendar", body = OpenCalendarView, headers(("ETag" = String))),
        (status = 304, description = "The copy at hand is good"),
        TooManyRequests,
        Unavailable,
    ),
    security(()),
)]
#[get("/open/{slug}/calendar.json")]
pub async fn get_open_calendar_json(
    Public { path, .. }: Public<OpenPath>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let Calendar { organisation, material } = open_calendar(&path, &application).await?;
    let (id, now) = (organisation.id, application.now());
    let (from, to) = actions::period(today_in(organisation.time_zone, now));
    let reading = application
        .store
        .read(move |connection| planned_sessions::agenda(connection, id, from, to));
    let planned = reading.await?;
    let items = planned
        .iter()
        .filter_map(|one| OpenSessionView::new(one, &material.places));
    let view = OpenCalendarView {
        name: organisation.name,
        time_zone: organisation.time_zone.name().to_owned(),
        items: items.take(SESSIONS_MAX).collect(),
    };
    Ok(TaggedJson::new(&view).answer(&request))
}
