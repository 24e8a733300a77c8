//! Planned sessions: listed by period, read, and written as what is planned and what became of it.

use actix_web::http::header::ETAG;
use actix_web::web::Data;
use actix_web::{HttpResponse, get, put};
use chrono::{NaiveDate, NaiveTime};
use utoipa::IntoParams;

use super::planned_session_body::{PlannedSessionBody, PlannedSessionView};
use super::things;
use crate::actions::field::planned_sessions::{self as actions, Planner};
use crate::domain::calendar::{ReportDate, today_in};
use crate::domain::field::place::PlaceId;
use crate::domain::field::planned_session::{
    Clash, LISTED_DAYS_MAX, Planned, PlannedSessionDraft, PlannedSessionId, Reported,
};
use crate::domain::field_error::FieldCode;
use crate::domain::identifiers::AdvisorId;
use crate::http::answer::openapi::Conflict;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::{Conditions, IfMatch, IfNoneMatch, entity_tag};
use crate::http::request::json_body::JsonBody;
use crate::http::request::path::{PathParameters, PathReader};
use crate::http::request::query::{QueryParameters, QueryReader};
use crate::http::request::rights::{FieldProposer, FieldReader, Member};
use crate::http::wire;
use crate::http::wire::page::{Cursor, PageParameters, PageView};
use crate::storage::field::planned_sessions::{self, SessionQuery};
use crate::storage::field::reported;

/// The part of a path that names a planned session.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct PlannedSessionPath {
    /// A planned session; a new one has an identifier of its client's making.
    #[param(value_type = wire::Identifier)]
    planned_session_id: PlannedSessionId,
}

impl PathParameters for PlannedSessionPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let planned_session_id = reader.id("planned_session_id")?;
        Some(Self { planned_session_id })
    }
}

/// Which planned sessions to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PlannedSessionFilter {
    /// From this day on.
    #[param(value_type = wire::Day, example = "2022-10-01")]
    from: NaiveDate,
    /// To this day, included; 400 days at most.
    #[param(value_type = wire::Day, example = "2022-10-31")]
    to: NaiveDate,
    /// Those of this advisor.
    #[param(value_type = Option<wire::Identifier>, nullable = false)]
    advisor_id: Option<AdvisorId>,
    /// Those at this place; of a place that is mobile, those to which it goes.
    #[param(value_type = Option<wire::Identifier>, nullable = false)]
    place_id: Option<PlaceId>,
    /// Those of past days that are not cancelled, that no intervention names and of which nobody has said what became.
    #[param(value_type = Option<bool>, nullable = false, example = true)]
    unsaid: bool,
}

impl QueryParameters for PlannedSessionFilter {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let (from, to) = reader.days(LISTED_DAYS_MAX)?;
        Some(Self {
            from,
            to,
            advisor_id: reader.optional("advisor_id", |text| text.parse().map_err(|_| FieldCode::InvalidUuid)),
            place_id: reader.optional("place_id", |text| text.parse().map_err(|_| FieldCode::InvalidUuid)),
            unsaid: reader.flag("unsaid"),
        })
    }
}

/// Whether to store what keeps somebody from something else.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Force {
    /// Store it although an advisor or a vehicle would be at two places at once. For coordinators; the audit log tells of it.
    #[param(value_type = Option<bool>, nullable = false, example = false)]
    pub force: bool,
}

impl QueryParameters for Force {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        Some(Self {
            force: reader.flag("force"),
        })
    }
}

impl Force {
    /// As whom a member plans.
    ///
    /// # Errors
    /// 403 when somebody else than a coordinator insists.
    pub fn planner(&self, who: Member) -> Result<Planner, Problem> {
        match (planner(who), self.force) {
            (Planner::Coordinator { .. }, insists) => Ok(Planner::Coordinator { insists }),
            (planner, false) => Ok(planner),
            (_, true) => Err(ProblemCode::Forbidden.into()),
        }
    }
}

/// As whom a member reads what is planned.
pub(super) const fn planner(who: Member) -> Planner {
    match (who.through, who.own) {
        (Some(_), _) => Planner::Program,
        (None, Some(advisor)) => Planner::Advisor(advisor),
        (None, None) => Planner::Coordinator { insists: false },
    }
}

/// What a member reads of a session.
pub(super) fn shown(who: Member, planned: Planned) -> Planned {
    if planner(who).may_read(&planned.session) {
        return planned;
    }
    Planned {
        session: planned.session.veiled(),
        reported: Reported::default(),
        ..planned
    }
}

/// Where a page of sessions ended.
#[derive(Debug, Clone)]
pub struct SessionCursor(NaiveDate, NaiveTime, PlannedSessionId);

impl Cursor for SessionCursor {
    fn to_text(&self) -> String {
        format!("{}/{}/{}", self.0, self.1, self.2)
    }

    fn from_text(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let (day, from, id) = (parts.next()?, parts.next()?, parts.next()?);
        let day: ReportDate = day.parse().ok()?;
        Some(Self(day.date(), from.parse().ok()?, id.parse().ok()?))
    }
}

/// A page of planned sessions.
type PlannedSessionPage = PageView<PlannedSessionView>;

/// Which page of the planned sessions.
type PlannedSessionPageParameters = PageParameters<SessionCursor>;

/// List what is planned, by day and time.
///
/// Sessions that follow from a schedule and others together, cancelled ones too. Page by page: ask again with
/// `next_cursor` until it is `null`.
#[utoipa::path(
    tag = "field",
    params(PlannedSessionFilter, PlannedSessionPageParameters),
    responses((status = 200, description = "A page of planned sessions", body = PlannedSessionPage)),
    security(("access_token" = [])),
)]
#[get("/v1/planned-sessions")]
pub async fn list_planned_sessions(
    Caller { who, query, .. }: Caller<FieldReader, (), (PlannedSessionFilter, PlannedSessionPageParameters)>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (filter, page) = query;
    let query = SessionQuery {
        organisation: who.organisation,
        from: filter.from,
        to: filter.to,
        advisor: filter.advisor_id,
        place: filter.place_id,
        unsaid_before: filter.unsaid.then(|| application.today(who.time_zone)),
        after: page.after().map(|SessionCursor(day, from, id)| (*day, *from, *id)),
        limit: page.limit_of_search(),
    };
    let reading = application
        .store
        .read(move |connection| planned_sessions::list(connection, &query));
    let found = reading.await?.into_iter();
    let found = found.map(|(planned, clashes)| (shown(who, planned), clashes)).collect();
    let page: PlannedSessionPage = PageView::new(&page, found, |(last, _): &(Planned, Vec<Clash>)| {
        SessionCursor(last.session.day, last.session.plan.from, last.id)
    });
    Ok(HttpResponse::Ok().json(page))
}

/// Read a planned session.
///
/// Its `ETag` is its version, for `If-Match`; one that follows from a schedule and that nobody has written has version 0. What is
/// reported of it changes without a version, so it is never 304.
#[utoipa::path(
    tag = "field",
    params(PlannedSessionPath),
    responses((status = 200, description = "The session", body = PlannedSessionView, headers(("ETag" = String)))),
    security(("access_token" = [])),
)]
#[get("/v1/planned-sessions/{planned_session_id}")]
pub async fn get_planned_session(
    Caller { who, path, .. }: Caller<FieldReader, PlannedSessionPath>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let view = view(&application, who, path.planned_session_id).await?;
    Ok(HttpResponse::Ok()
        .insert_header((ETAG, entity_tag(view.version())))
        .json(view))
}

/// What a member reads of a session, with those that keep somebody from it.
async fn view(application: &Application, who: Member, id: PlannedSessionId) -> Result<PlannedSessionView, Problem> {
    let organisation = who.organisation;
    let reading = application.store.read(move |connection| {
        let Some(mut planned) = planned_sessions::find(connection, organisation, id)? else {
            return Ok(None);
        };
        reported::add_to(connection, organisation, std::slice::from_mut(&mut planned))?;
        let clashes = planned_sessions::clashes_of(connection, organisation, id, &planned.session)?;
        Ok(Some((planned, clashes)))
    });
    let (planned, clashes) = reading.await?.ok_or(ProblemCode::NotFound)?;
    Ok(PlannedSessionView::from(&(shown(who, planned), clashes)))
}

/// Plan a session, change or cancel it, or say what became of it.
///
/// Idempotent: a retry changes nothing and answers 200. An advisor writes sessions that are theirs. `409 advisor_busy` when an
/// advisor or a vehicle would be at two places at once: a coordinator may `force` it, and of an advisor’s own session that has
/// begun the answer lists the others. One that follows from a schedule is written under its identifier.
#[utoipa::path(
    tag = "field",
    params(PlannedSessionPath, Force, IfMatch, IfNoneMatch),
    request_body(content = PlannedSessionBody, description = "All that is to be known of the session"),
    responses(
        (status = 200, description = "Replaced, or stored already", body = PlannedSessionView),
        (status = 201, description = "Created", body = PlannedSessionView, headers(("Location" = String))), Conflict),
    security(("access_token" = [])),
)]
#[put("/v1/planned-sessions/{planned_session_id}")]
pub async fn put_planned_session(
    Caller { who, path, query }: Caller<FieldProposer, PlannedSessionPath, Force>,
    conditions: Conditions,
    body: JsonBody<PlannedSessionBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (id, now, planner) = (path.planned_session_id, application.now(), query.planner(who)?);
    let asked = PlannedSessionDraft::from(body.0)
        .validate(today_in(who.time_zone, now))
        .map_err(Problem::validation_failed)?;
    let clock = (now, who.time_zone);
    let written = actions::put(&application.store, who.by(), (id, asked), planner, conditions.0, clock).await??;
    let location = format!("/v1/planned-sessions/{id}");
    let view = view(&application, who, id).await?;
    Ok(things::answer_to_put(written.is_new, location, &view))
}
