//! Meetings with partners.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::places::writer;
use super::things::{self, DayCursor};
use crate::actions::field::meetings as actions;
use crate::domain::calendar::today_in;
use crate::domain::field::meeting::{Meeting, MeetingDraft, MeetingId, MeetingIdKind, MeetingLevel, MeetingNature};
use crate::domain::field::partner::PartnerId;
use crate::domain::field::thing::Kept;
use crate::http::answer::openapi::Conflict;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::{Conditions, IfMatch, IfNoneMatch};
use crate::http::request::json_body::{JsonBody, given};
use crate::http::request::path::{PathParameters, PathReader};
use crate::http::request::query::{QueryParameters, QueryReader};
use crate::http::request::rights::{FieldProposer, FieldReader};
use crate::http::wire;
use crate::http::wire::code_schema::Code;
use crate::http::wire::page::{PageParameters, PageView};
use crate::storage::field::meetings::{self, MeetingQuery};

// utoipa puts the arguments of a generic type into the name of its schema; behind an alias it does not see them.
/// A code of [`MeetingNature`].
pub type MeetingNatureCode = Code<MeetingNature>;
/// A code of [`MeetingLevel`].
pub type MeetingLevelCode = Code<MeetingLevel>;

/// The part of a path that names a meeting.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct MeetingPath {
    /// A meeting; a new one has an identifier of its client's making.
    #[param(value_type = wire::Identifier)]
    pub(super) meeting_id: MeetingId,
}

impl PathParameters for MeetingPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let meeting_id = reader.id("meeting_id")?;
        Some(Self { meeting_id })
    }
}

/// A meeting, as whoever held it tells of it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MeetingRequest)]
pub struct MeetingBody {
    /// The day, today at the latest.
    #[schema(value_type = wire::Day)]
    day: String,
    /// With which partner.
    #[schema(value_type = wire::Identifier)]
    partner_id: String,
    /// At which place.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    place_id: Option<String>,
    /// The function of who was met: never a name. Forgotten in time.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_length = 200, example = "Directrice de la médiathèque")]
    met: Option<String>,
    /// What it was about.
    #[serde(default)]
    nature: Vec<MeetingNatureCode>,
    /// For which territory the partner spoke.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    level: Option<MeetingLevelCode>,
    /// What was said. Forgotten in time.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        nullable = false,
        max_length = 2000,
        example = "Cherche des ateliers pour ses adhérents."
    )]
    words: Option<String>,
}

impl From<MeetingBody> for MeetingDraft {
    fn from(body: MeetingBody) -> Self {
        Self {
            day: body.day,
            partner_id: body.partner_id,
            place_id: body.place_id,
            met: body.met,
            nature: body.nature.into_iter().map(Code::into_text).collect(),
            level: body.level.map(Code::into_text),
            words: body.words,
        }
    }
}

/// A meeting with a partner.
#[derive(Serialize, ToSchema)]
#[schema(as = Meeting)]
pub struct MeetingView {
    /// Its identifier.
    meeting_id: wire::Identifier,
    /// Which version this is.
    #[schema(minimum = 1, example = 3)]
    version: i64,
    /// When this version was written.
    updated_at: wire::Instant,
    /// The account that wrote it.
    updated_by: wire::Identifier,
    /// Whose meeting it is: the account that entered it first.
    held_by: wire::Identifier,
    /// The day.
    day: wire::Day,
    /// With which partner.
    partner_id: wire::Identifier,
    /// At which place.
    #[schema(required = true)]
    place_id: Option<wire::Identifier>,
    /// The function of who was met; `null` once it is forgotten.
    #[schema(required = true, example = "Directrice de la médiathèque")]
    met: Option<String>,
    /// What it was about.
    nature: Vec<MeetingNatureCode>,
    /// For which territory the partner spoke.
    #[schema(required = true)]
    level: Option<MeetingLevelCode>,
    /// What was said; `null` once it is forgotten.
    #[schema(required = true, example = "Cherche des ateliers pour ses adhérents.")]
    words: Option<String>,
}

impl From<&Kept<Meeting>> for MeetingView {
    fn from(kept: &Kept<Meeting>) -> Self {
        let meeting = &kept.content;
        Self {
            meeting_id: kept.id.into(),
            version: kept.version,
            updated_at: kept.updated_at.into(),
            updated_by: kept.updated_by.into(),
            held_by: meeting.held_by.into(),
            day: meeting.day.into(),
            partner_id: meeting.partner_id.into(),
            place_id: meeting.place_id.map(Into::into),
            met: meeting.met.clone(),
            nature: things::sorted(meeting.nature),
            level: meeting.level.map(Into::into),
            words: meeting.words.clone(),
        }
    }
}

/// Which meetings to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MeetingFilter {
    /// Those of this partner.
    #[param(value_type = Option<wire::Identifier>, nullable = false)]
    partner_id: Option<PartnerId>,
}

impl QueryParameters for MeetingFilter {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        Some(Self {
            partner_id: things::named(reader, "partner_id"),
        })
    }
}

/// A page of meetings.
type MeetingPage = PageView<MeetingView>;

/// Which page of the meetings.
type MeetingPageParameters = PageParameters<DayCursor<MeetingIdKind>>;

/// List the meetings with partners, the latest first.
///
/// Page by page: ask again with `next_cursor` until it is `null`.
#[utoipa::path(
    tag = "field",
    params(MeetingFilter, MeetingPageParameters),
    responses((status = 200, description = "A page of meetings", body = MeetingPage)),
    security(("access_token" = [])),
)]
#[get("/v1/meetings")]
pub async fn list_meetings(
    Caller { who, query, .. }: Caller<FieldReader, (), (MeetingFilter, MeetingPageParameters)>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (filter, page) = query;
    let query = MeetingQuery {
        organisation: who.organisation,
        partner: filter.partner_id,
        after: page.after().map(DayCursor::place),
        limit: page.limit_of_search(),
    };
    let reading = application
        .store
        .read(move |connection| meetings::list(connection, &query));
    let page: MeetingPage = PageView::new(&page, reading.await?, |last: &Kept<Meeting>| {
        DayCursor::of(last.content.day, last.id)
    });
    Ok(HttpResponse::Ok().json(page))
}

/// Read a meeting.
///
/// Its `ETag` is its version, for `If-Match`.
#[utoipa::path(
    tag = "field",
    params(MeetingPath, IfNoneMatch),
    responses(
        (status = 200, description = "The meeting", body = MeetingView, headers(("ETag" = String))),
        (status = 304, description = "The copy at hand is good")
    ),
    security(("access_token" = [])),
)]
#[get("/v1/meetings/{meeting_id}")]
pub async fn get_meeting(
    Caller { who, path, .. }: Caller<FieldReader, MeetingPath>,
    conditions: Conditions,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let kept = things::find::<Meeting>(&application, who, path.meeting_id).await?;
    let view = MeetingView::from(&kept);
    Ok(things::answer_to_get(kept.version, &conditions.0, &view))
}

/// Create or replace a meeting.
///
/// Idempotent: a retry changes nothing and answers 200. Advisors write their own, coordinators all (403 otherwise); whose it is
/// stays. An organisation has 50,000 at most.
#[utoipa::path(
    tag = "field",
    params(MeetingPath, IfMatch, IfNoneMatch),
    request_body(content = MeetingBody, description = "All that is to be known of the meeting"),
    responses(
        (status = 200, description = "Replaced, or stored already", body = MeetingView),
        (status = 201, description = "Created", body = MeetingView, headers(("Location" = String))), Conflict),
    security(("access_token" = [])),
)]
#[put("/v1/meetings/{meeting_id}")]
pub async fn put_meeting(
    Caller { who, path, .. }: Caller<FieldProposer, MeetingPath>,
    conditions: Conditions,
    body: JsonBody<MeetingBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (id, now) = (path.meeting_id, application.now());
    let asked = MeetingDraft::from(body.0)
        .validate(who.account, today_in(who.time_zone, now))
        .map_err(Problem::validation_failed)?;
    let (store, by, meeting) = (&application.store, who.by(), (id, asked));
    let written = actions::put(store, by, meeting, writer(who), conditions.0, now).await??;
    let (view, location) = (MeetingView::from(&written.kept), format!("/v1/meetings/{id}"));
    Ok(things::answer_to_put(written.is_new, location, &view))
}
