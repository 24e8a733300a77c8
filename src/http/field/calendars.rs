//! Somebody's own calendar, to which other programs subscribe by a secret address.

use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::actions::field::calendars::{self as actions, Calendar};
use crate::auth::opaque_token::LinkToken;
use crate::documents::calendar::Feed;
use crate::domain::account::Role;
use crate::domain::field::planned_session::PlannedSession;
use crate::domain::field_error::FieldErrors;
use crate::domain::language::Language;
use crate::domain::shared_link::LinkId;
use crate::domain::text::normal_name;
use crate::http::answer::envelope::language_of;
use crate::http::answer::openapi::{Conflict, TooManyRequests, Unavailable};
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::caller::{Caller, Public};
use crate::http::request::conditions::TaggedJson;
use crate::http::request::json_body::JsonBody;
use crate::http::request::path::{PathParameters, PathReader};
use crate::http::request::rights::AdvisorOrCoordinator;
use crate::http::wire;
use crate::storage::calendar_links::{self, CalendarLink};

/// The media type of calendars.
pub(super) const CALENDAR: &str = "text/calendar; charset=utf-8";

/// The part of a path that names an address of one's calendar.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct CalendarLinkPath {
    /// Which address.
    #[param(value_type = wire::Identifier)]
    link_id: LinkId,
}

impl PathParameters for CalendarLinkPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let link_id = reader.id("link_id")?;
        Some(Self { link_id })
    }
}

/// The part of a path that is the secret of an address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct CalendarPath {
    /// The secret of the address.
    #[param(example = "AZjzwnwefSqPAAJCrBIAAgGY88J8Hn0qjwACQqwSAAI")]
    token: String,
}

impl PathParameters for CalendarPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        // No text is a fault here: a text that is the secret of no address is answered 404.
        let token = reader.value("token", |text| Ok(text.to_owned()))?;
        Some(Self { token })
    }
}

/// The address that somebody asks for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CalendarLinkRequest)]
pub struct CalendarLinkBody {
    /// What is to read it.
    #[schema(min_length = 1, max_length = 200, example = "Téléphone")]
    name: String,
}

/// An address of one's calendar, without its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = CalendarLink)]
pub struct CalendarLinkView {
    /// Its identifier.
    link_id: wire::Identifier,
    /// What reads it.
    #[schema(example = "Téléphone")]
    name: String,
    /// When it was made.
    created_at: wire::Instant,
    /// When the calendar was last read by it, to the day; `null`: never.
    #[schema(required = true)]
    last_read_at: Option<wire::Instant>,
}

impl From<&CalendarLink> for CalendarLinkView {
    fn from(link: &CalendarLink) -> Self {
        Self {
            link_id: link.id.into(),
            name: link.name.clone(),
            created_at: link.created_at.into(),
            last_read_at: link.last_read_at.map(Into::into),
        }
    }
}

/// The addresses of one's calendar.
#[derive(Serialize, ToSchema)]
#[schema(as = CalendarLinkList)]
pub struct CalendarLinkListView {
    /// The addresses, the newest first.
    items: Vec<CalendarLinkView>,
}

/// A new address, with the path that it is, which is shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = NewCalendarLink)]
pub struct NewCalendarLinkView {
    /// The address.
    link: CalendarLinkView,
    /// The path of the calendar, relative to the service: whoever knows it reads the calendar.
    #[schema(
        format = "uri-reference",
        example = "/calendar/AZjzwnwefSqPAAJCrBIAAgGY88J8Hn0qjwACQqwSAAI.ics"
    )]
    path: String,
}

/// Make an address of one’s calendar.
///
/// A program that subscribes to it shows an advisor’s own sessions, and to a coordinator all of the organisation. It ends with
/// the account. The path is shown this once. Ten a person at most.
#[utoipa::path(
    tag = "people",
    request_body(content = CalendarLinkBody, description = "What is to read it"),
    responses(
        (status = 201, description = "Made; keep the path", body = NewCalendarLinkView, headers(("Location" = String))), Conflict),
    security(("access_token" = [])),
)]
#[post("/v1/me/calendar-links")]
pub async fn create_calendar_link(
    caller: Caller<AdvisorOrCoordinator>,
    body: JsonBody<CalendarLinkBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let mut errors = FieldErrors::new();
    let name = normal_name(&body.0.name, &mut errors);
    let name = errors.into_result(name).map_err(Problem::validation_failed)?;
    let (by, now) = (caller.who.by(), application.now());
    let made = actions::create(&application.store, by, name, now).await?;
    let (link, token) = made.ok_or(ProblemCode::TooMany)?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, format!("/v1/me/calendar-links/{}", link.id)))
        .json(NewCalendarLinkView {
            link: (&link).into(),
            path: format!("/calendar/{}.ics", token.reveal()),
        }))
}

/// List the addresses of one’s calendar.
///
/// With the day on which each was last read. The newest first; their paths are not shown again.
#[utoipa::path(
    tag = "people",
    responses((status = 200, description = "The addresses, the newest first", body = CalendarLinkListView)),
    security(("access_token" = [])),
)]
#[get("/v1/me/calendar-links")]
pub async fn list_calendar_links(
    caller: Caller<AdvisorOrCoordinator>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (organisation, account) = (caller.who.organisation, caller.who.account);
    let reading = application
        .store
        .read(move |connection| calendar_links::all(connection, organisation, account));
    let items = reading.await?.iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(CalendarLinkListView { items }))
}

/// End an address of one’s calendar.
///
/// What subscribes to it gets 404 from then on.
#[utoipa::path(
    tag = "people",
    params(CalendarLinkPath),
    responses((status = 204, description = "Ended")),
    security(("access_token" = [])),
)]
#[delete("/v1/me/calendar-links/{link_id}")]
pub async fn delete_calendar_link(
    caller: Caller<AdvisorOrCoordinator, CalendarLinkPath>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (by, now) = (caller.who.by(), application.now());
    let ended = actions::end(&application.store, by, caller.path.link_id, now).await?;
    ended
        .then(|| HttpResponse::NoContent().finish())
        .ok_or(ProblemCode::NotFound.into())
}

/// The text of a calendar, with the sessions that a condition lets through.
pub(super) fn text(
    calendar: &Calendar,
    name: String,
    language: Language,
    lets_through: impl Fn(&PlannedSession) -> bool,
) -> String {
    let Calendar { organisation, material } = calendar;
    let feed = Feed {
        name,
        zone: organisation.time_zone,
        holidays: organisation.holidays,
        language,
        titles: &material.titles,
        places: &material.places,
    };
    feed.text(&material.schedules, &material.rows, lets_through)
}

/// Read somebody’s calendar.
///
/// iCalendar (RFC 5545), for programs that subscribe to it. Public: whoever has the address reads it, until it is ended or
/// its owner is gone. Of first visits it tells that there is one, and when.
#[utoipa::path(
    tag = "people",
    params(CalendarPath, TaggedJson),
    responses(
        (status = 200, description = "The calendar", body = String, content_type = "text/calendar", headers(("ETag" = String))),
        (status = 304, description = "The copy at hand is good"),
        TooManyRequests,
        Unavailable,
    ),
    security(()),
)]
#[get("/calendar/{token}.ics")]
pub async fn get_calendar(
    Public { path, .. }: Public<CalendarPath>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (store, now) = (&application.store, application.now());
    let token = LinkToken::parse(&path.token).ok_or(ProblemCode::NotFound)?;
    let shown = actions::by_link(store, &token, now).await?;
    let (calendar, account, role) = shown.ok_or(ProblemCode::NotFound)?;
    application.throttle.check_link(token.id)?;
    actions::note_reading(store, &token, now).await?;
    let own = (role == Role::Advisor).then(|| account.into());
    let language = language_of(&request);
    let name = language.choose("Mes séances", "My sessions");
    let name = format!("{name} · {}", calendar.organisation.name);
    let lets_through = |session: &PlannedSession| own.is_none_or(|own| session.is_by(own));
    let text = text(&calendar, name, language, lets_through);
    Ok(TaggedJson::of_text(CALENDAR, text).answer_privately(&request))
}
