//! Links to publications: made, listed and revoked by the coordinator.

use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post};
use serde::Serialize;
use utoipa::ToSchema;

use super::publication::PublicationPath;
use crate::actions::shared_links as actions;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::json_body::JsonBody;
use crate::http::request::link::{LinkPath, SharedLinkBody};
use crate::http::request::rights::Coordinator;
use crate::http::wire;
use crate::storage::publications;
use crate::storage::shared_links::{self, SharedLink};

/// A link to a publication, without its token.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SharedLink)]
pub struct SharedLinkView {
    /// Its identifier.
    link_id: wire::Identifier,
    /// For whom the link is.
    #[schema(example = "Conseil communautaire")]
    name: String,
    /// The account that made it.
    created_by: wire::Identifier,
    /// When it was made.
    created_at: wire::Instant,
    /// Until when it is valid.
    expires_at: wire::Instant,
    /// How often the page or a document was read through the link.
    #[schema(minimum = 0, example = 12)]
    views: i64,
    /// When the page or a document was last read through the link; `null`: never.
    #[schema(required = true)]
    last_viewed_at: Option<wire::Instant>,
    /// When it was revoked; only copies hold links that were.
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<wire::Instant>,
}

impl From<&SharedLink> for SharedLinkView {
    fn from(link: &SharedLink) -> Self {
        Self {
            link_id: link.id.into(),
            name: link.name.clone(),
            created_by: link.created_by.into(),
            created_at: link.created_at.into(),
            expires_at: link.expires_at.into(),
            views: link.views,
            last_viewed_at: link.last_viewed_at.map(Into::into),
            revoked_at: link.revoked_at.map(Into::into),
        }
    }
}

/// The links to a publication.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SharedLinkList)]
pub struct SharedLinkListView {
    /// The links, the newest first.
    items: Vec<SharedLinkView>,
}

/// A new link, with the path that it leads to, which is shown this once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewSharedLink)]
pub struct NewSharedLinkView {
    /// The link.
    link: SharedLinkView,
    /// The path that the link leads to, relative to the service: whoever knows this path may read the publication.
    #[schema(
        format = "uri-reference",
        example = "/shared/AZjzwnwefSqPAAJCrBIAAgGY88J8Hn0qjwACQqwSAAI"
    )]
    path: String,
}

/// Share a publication by a link.
///
/// Whoever has the link reads the publication as a page with its documents, without an account, until the link expires
/// or is revoked. The path that the link leads to is shown this once. For coordinators.
#[utoipa::path(
    tag = "publications",
    params(PublicationPath),
    request_body(content = SharedLinkBody, description = "For whom, and for how long"),
    responses(
        (status = 201, description = "Made; keep the path", body = NewSharedLinkView, headers(("Location" = String)))
    ),
    security(("access_token" = [])),
)]
#[post("/v1/publications/{publication_id}/links")]
pub async fn create_link(
    caller: Caller<Coordinator, PublicationPath>,
    body: JsonBody<SharedLinkBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let settings = body.0.settings().map_err(Problem::validation_failed)?;
    let (by, id, now) = (caller.who.by(), caller.path.publication_id, application.now());
    let shared = actions::create(&application.store, by, id, settings, now).await?;
    let (link, token) = shared.ok_or(ProblemCode::NotFound)?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, format!("/v1/publications/{id}/links/{}", link.id)))
        .json(NewSharedLinkView {
            link: (&link).into(),
            path: format!("/shared/{}", token.reveal()),
        }))
}

/// List the links to a publication.
///
/// The newest first; expired links too. For coordinators.
#[utoipa::path(
    tag = "publications",
    params(PublicationPath),
    responses((status = 200, description = "The links", body = SharedLinkListView)),
    security(("access_token" = [])),
)]
#[get("/v1/publications/{publication_id}/links")]
pub async fn list_links(
    caller: Caller<Coordinator, PublicationPath>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (organisation, id) = (caller.who.organisation, caller.path.publication_id);
    let found = application
        .store
        .read(move |connection| {
            let known = publications::exists(connection, organisation, id)?;
            let links = shared_links::all(connection, organisation, id)?;
            Ok(known.then_some(links))
        })
        .await?
        .ok_or(ProblemCode::NotFound)?;
    let items = found.iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(SharedLinkListView { items }))
}

/// Revoke a link to a publication.
///
/// From then on whoever follows the link gets 404. For coordinators.
#[utoipa::path(
    tag = "publications",
    params(PublicationPath, LinkPath),
    responses((status = 204, description = "Revoked")),
    security(("access_token" = [])),
)]
#[delete("/v1/publications/{publication_id}/links/{link_id}")]
pub async fn delete_link(
    caller: Caller<Coordinator, (PublicationPath, LinkPath)>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (by, now) = (caller.who.by(), application.now());
    let (PublicationPath { publication_id }, LinkPath { link_id }) = caller.path;
    let revoked = actions::revoke(&application.store, by, publication_id, link_id, now).await?;
    revoked
        .then(|| HttpResponse::NoContent().finish())
        .ok_or(ProblemCode::NotFound.into())
}
