//! Requests of partners, for a workshop or for equipment.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::partners::{ContactBody, ContactView};
use super::things::{self, DayCursor};
use crate::actions::field::requests as actions;
use crate::domain::calendar::today_in;
use crate::domain::field::partner::PartnerId;
use crate::domain::field::request::{
    Decision, Priority, Request, RequestDraft, RequestId, RequestIdKind, RequestKind, RequestStatus, Wish, WishDraft,
};
use crate::domain::field::thing::Kept;
use crate::http::answer::openapi::Conflict;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::{Conditions, IfMatch, IfNoneMatch};
use crate::http::request::json_body::{JsonBody, given, given_object, objects};
use crate::http::request::path::{PathParameters, PathReader};
use crate::http::request::query::{QueryParameters, QueryReader};
use crate::http::request::rights::{FieldReader, FieldWriter};
use crate::http::wire;
use crate::http::wire::code_schema::Code;
use crate::http::wire::page::{PageParameters, PageView};
use crate::storage::field::requests::{self, RequestQuery};

// utoipa puts the arguments of a generic type into the name of its schema; behind an alias it does not see them.
/// A code of [`RequestKind`].
pub type RequestKindCode = Code<RequestKind>;
/// A code of [`RequestStatus`].
pub type RequestStatusCode = Code<RequestStatus>;
/// A code of [`Priority`].
pub type PriorityCode = Code<Priority>;

/// The part of a path that names a request.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct RequestPath {
    /// A request; a new one has an identifier of its client's making.
    #[param(value_type = wire::Identifier)]
    pub(super) request_id: RequestId,
}

impl PathParameters for RequestPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let request_id = reader.id("request_id")?;
        Some(Self { request_id })
    }
}

/// A period in which a partner wishes for something.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WishRequest)]
pub struct WishBody {
    /// Its first day.
    #[schema(value_type = wire::Day)]
    from: String,
    /// Its last day; left out, the first.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Day>, nullable = false)]
    to: Option<String>,
}

/// A request of a partner, as a coordinator enters it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RequestOfPartnerRequest)]
pub struct RequestBody {
    /// Which partner asks.
    #[schema(value_type = wire::Identifier)]
    partner_id: String,
    /// For what; a company may not ask for a workshop.
    kind: RequestKindCode,
    /// For which sheet of the catalogue; a workshop needs one, equipment has none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    workshop_id: Option<String>,
    /// At which place.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    place_id: Option<String>,
    /// When, the dearest period first; a workshop needs one at least.
    #[serde(default, deserialize_with = "objects")]
    #[schema(max_items = 10)]
    wished: Vec<WishBody>,
    /// For how many people.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, minimum = 1, maximum = 1000, example = 8)]
    expected_people: Option<i64>,
    /// What is wanted, in words; equipment needs some.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_length = 2000, example = "Deux tablettes pour une semaine")]
    words: Option<String>,
    /// Whom to ask at the partner, by their office. Forgotten in time.
    #[serde(default, deserialize_with = "given_object")]
    #[schema(nullable = false)]
    contact: Option<ContactBody>,
    /// How much it matters to the coordinator; normal when left out.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    priority: Option<PriorityCode>,
    /// The day on which it came, today at the latest; left out, the day on which it is first stored.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Day>, nullable = false)]
    received_on: Option<String>,
}

impl From<RequestBody> for RequestDraft {
    fn from(body: RequestBody) -> Self {
        let wish = |wish: WishBody| WishDraft {
            from: wish.from,
            to: wish.to,
        };
        Self {
            partner_id: body.partner_id,
            kind: body.kind.into_text(),
            workshop_id: body.workshop_id,
            place_id: body.place_id,
            wished: body.wished.into_iter().map(wish).collect(),
            expected_people: body.expected_people,
            words: body.words,
            contact: body.contact.map(Into::into),
            priority: body.priority.map(Code::into_text),
            received_on: body.received_on,
        }
    }
}

/// A period in which a partner wishes for something.
#[derive(Serialize, ToSchema)]
#[schema(as = Wish)]
pub struct WishView {
    /// Its first day.
    from: wire::Day,
    /// Its last day.
    to: wire::Day,
}

impl From<&Wish> for WishView {
    fn from(wish: &Wish) -> Self {
        Self {
            from: wish.from.into(),
            to: wish.to.into(),
        }
    }
}

/// A request of a partner.
#[derive(Serialize, ToSchema)]
#[schema(as = RequestOfPartner)]
pub struct RequestView {
    /// Its identifier.
    request_id: wire::Identifier,
    /// Which version this is.
    #[schema(minimum = 1, example = 3)]
    version: i64,
    /// When this version was written.
    updated_at: wire::Instant,
    /// The account that wrote it.
    updated_by: wire::Identifier,
    /// Which partner asks.
    partner_id: wire::Identifier,
    /// For what.
    kind: RequestKindCode,
    /// For which sheet of the catalogue.
    #[schema(required = true)]
    workshop_id: Option<wire::Identifier>,
    /// At which place.
    #[schema(required = true)]
    place_id: Option<wire::Identifier>,
    /// When, the dearest period first.
    wished: Vec<WishView>,
    /// For how many people.
    #[schema(required = true, example = 8)]
    expected_people: Option<i64>,
    /// What is wanted, in words.
    #[schema(required = true, example = "Deux tablettes pour une semaine")]
    words: Option<String>,
    /// Whom to ask at the partner; `null` once they are forgotten.
    #[schema(required = true)]
    contact: Option<ContactView>,
    /// How much it matters to the coordinator.
    priority: PriorityCode,
    /// The day on which it came.
    received_on: wire::Day,
    /// What became of it.
    status: RequestStatusCode,
    /// Why, or what is granted.
    #[schema(required = true, example = "Aucun conseiller n’est libre ces jours-là.")]
    reason: Option<String>,
    /// The day on which that was decided.
    #[schema(required = true)]
    decided_on: Option<wire::Day>,
}

impl From<&Kept<Request>> for RequestView {
    fn from(kept: &Kept<Request>) -> Self {
        let request = &kept.content;
        Self {
            request_id: kept.id.into(),
            version: kept.version,
            updated_at: kept.updated_at.into(),
            updated_by: kept.updated_by.into(),
            partner_id: request.partner_id.into(),
            kind: request.kind.into(),
            workshop_id: request.workshop_id.map(Into::into),
            place_id: request.place_id.map(Into::into),
            wished: request.wished.iter().map(Into::into).collect(),
            expected_people: request.expected_people,
            words: request.words.clone(),
            contact: request.contact.as_ref().map(Into::into),
            priority: request.priority.into(),
            received_on: request.received_on.into(),
            status: request.status.into(),
            reason: request.reason.clone(),
            decided_on: request.decided_on.map(Into::into),
        }
    }
}

/// Which requests to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RequestFilter {
    /// Those of this partner.
    #[param(value_type = Option<wire::Identifier>, nullable = false)]
    partner_id: Option<PartnerId>,
    /// Those of this kind.
    #[param(value_type = Option<RequestKindCode>, inline, nullable = false, example = "workshop")]
    kind: Option<RequestKind>,
    /// Those of which this became.
    #[param(value_type = Option<RequestStatusCode>, inline, nullable = false, example = "received")]
    status: Option<RequestStatus>,
}

impl QueryParameters for RequestFilter {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        Some(Self {
            partner_id: things::named(reader, "partner_id"),
            kind: things::code(reader, "kind"),
            status: things::code(reader, "status"),
        })
    }
}

/// A page of requests.
type RequestPage = PageView<RequestView>;

/// Which page of the requests.
type RequestPageParameters = PageParameters<DayCursor<RequestIdKind>>;

/// List the requests of partners, the latest first.
///
/// Page by page: ask again with `next_cursor` until it is `null`.
#[utoipa::path(
    tag = "field",
    params(RequestFilter, RequestPageParameters),
    responses((status = 200, description = "A page of requests", body = RequestPage)),
    security(("access_token" = [])),
)]
#[get("/v1/requests")]
pub async fn list_requests(
    Caller { who, query, .. }: Caller<FieldReader, (), (RequestFilter, RequestPageParameters)>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (filter, page) = query;
    let query = RequestQuery {
        organisation: who.organisation,
        partner: filter.partner_id,
        kind: filter.kind,
        status: filter.status,
        after: page.after().map(DayCursor::place),
        limit: page.limit_of_search(),
    };
    let reading = application
        .store
        .read(move |connection| requests::list(connection, &query));
    let page: RequestPage = PageView::new(&page, reading.await?, |last: &Kept<Request>| {
        DayCursor::of(last.content.received_on, last.id)
    });
    Ok(HttpResponse::Ok().json(page))
}

/// Read a request.
///
/// Its `ETag` is its version, for `If-Match`.
#[utoipa::path(
    tag = "field",
    params(RequestPath, IfNoneMatch),
    responses(
        (status = 200, description = "The request", body = RequestView, headers(("ETag" = String))),
        (status = 304, description = "The copy at hand is good")
    ),
    security(("access_token" = [])),
)]
#[get("/v1/requests/{request_id}")]
pub async fn get_request(
    Caller { who, path, .. }: Caller<FieldReader, RequestPath>,
    conditions: Conditions,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let kept = things::find::<Request>(&application, who, path.request_id).await?;
    let view = RequestView::from(&kept);
    Ok(things::answer_to_get(kept.version, &conditions.0, &view))
}

/// Create or replace a request.
///
/// Idempotent: a retry changes nothing and answers 200. For coordinators. `409 partner_without_agreement`: no agreement of the
/// partner is in force on a day that is wished for; equipment without wished days is asked for on the day when the request came.
/// What became of it stays. An organisation has 20,000 at most.
#[utoipa::path(
    tag = "field",
    params(RequestPath, IfMatch, IfNoneMatch),
    request_body(content = RequestBody, description = "All that is to be known of the request"),
    responses(
        (status = 200, description = "Replaced, or stored already", body = RequestView),
        (status = 201, description = "Created", body = RequestView, headers(("Location" = String))), Conflict),
    security(("access_token" = [])),
)]
#[put("/v1/requests/{request_id}")]
pub async fn put_request(
    Caller { who, path, .. }: Caller<FieldWriter, RequestPath>,
    conditions: Conditions,
    body: JsonBody<RequestBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (id, now) = (path.request_id, application.now());
    let asked = RequestDraft::from(body.0)
        .validate(today_in(who.time_zone, now))
        .map_err(Problem::validation_failed)?;
    let written = actions::put(&application.store, who.by(), id, asked, conditions.0, now).await??;
    let view = RequestView::from(&written.kept);
    Ok(things::answer_to_put(
        written.is_new,
        format!("/v1/requests/{id}"),
        &view,
    ))
}

/// What becomes of a request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DecisionRequest)]
pub struct DecisionBody {
    /// What; a workshop is planned, equipment granted, and either declined or withdrawn.
    status: RequestStatusCode,
    /// Why it is declined, or what is granted: both need it.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        nullable = false,
        max_length = 2000,
        example = "Aucun conseiller n’est libre ces jours-là."
    )]
    reason: Option<String>,
}

/// Decide what becomes of a request.
///
/// Idempotent: a retry changes nothing. The day on which it was decided is kept; `received` takes a decision back. For coordinators.
#[utoipa::path(
    tag = "field",
    params(RequestPath, IfMatch, IfNoneMatch),
    request_body(content = DecisionBody, description = "What becomes of it, and why"),
    responses((status = 200, description = "Decided, or was already", body = RequestView)),
    security(("access_token" = [])),
)]
#[put("/v1/requests/{request_id}/status")]
pub async fn put_request_status(
    Caller { who, path, .. }: Caller<FieldWriter, RequestPath>,
    conditions: Conditions,
    body: JsonBody<DecisionBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let decision =
        Decision::new(&body.0.status.into_text(), body.0.reason.as_deref()).map_err(Problem::validation_failed)?;
    let now = application.now();
    let decided = (decision, today_in(who.time_zone, now));
    let written = actions::decide(
        &application.store,
        who.by(),
        path.request_id,
        decided,
        conditions.0,
        now,
    )
    .await??;
    Ok(HttpResponse::Ok().json(RequestView::from(&written.kept)))
}
