//! Links for partners: made, listed and revoked by the coordinator, beside the agreement for which they are made.

use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post};
use serde::Serialize;
use utoipa::ToSchema;

use super::agreements::AgreementPath;
use crate::actions::field::partner_links as actions;
use crate::domain::field::agreement::Agreement;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::json_body::JsonBody;
use crate::http::request::link::{LinkPath, SharedLinkBody};
use crate::http::request::rights::Coordinator;
use crate::http::wire;
use crate::storage::field::partner_links::{self, PartnerLink};
use crate::storage::field::thing::Stored as _;

/// A link to the page of a partner, without its token.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PartnerLink)]
pub struct PartnerLinkView {
    /// Its identifier.
    link_id: wire::Identifier,
    /// The agreement for which it was made.
    agreement_id: wire::Identifier,
    /// Whose page it shows.
    partner_id: wire::Identifier,
    /// For whom the link is.
    #[schema(example = "Médiathèque d’Allonnes")]
    name: String,
    /// The account that made it.
    created_by: wire::Identifier,
    /// When it was made.
    created_at: wire::Instant,
    /// Until when it is valid; it ends with the last agreement of the partner, too.
    expires_at: wire::Instant,
    /// How often the page was read through the link.
    #[schema(minimum = 0, example = 12)]
    views: i64,
    /// When the page was last read through the link; `null`: never.
    #[schema(required = true)]
    last_viewed_at: Option<wire::Instant>,
    /// When it was revoked; `null`: it was not.
    #[schema(required = true)]
    revoked_at: Option<wire::Instant>,
}

impl From<&PartnerLink> for PartnerLinkView {
    fn from(link: &PartnerLink) -> Self {
        Self {
            link_id: link.id.into(),
            agreement_id: link.agreement.into(),
            partner_id: link.partner.into(),
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

/// The links for the partner of an agreement.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PartnerLinkList)]
pub struct PartnerLinkListView {
    /// The links, the newest first.
    items: Vec<PartnerLinkView>,
}

/// A new link, with the path that it leads to, which is shown this once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewPartnerLink)]
pub struct NewPartnerLinkView {
    /// The link.
    link: PartnerLinkView,
    /// The path that the link leads to, relative to the service: whoever knows this path may read the page, and ask in the
    /// name of the partner.
    #[schema(
        format = "uri-reference",
        example = "/partner/AZjzwnwefSqPAAJCrBIAAgGY88J8Hn0qjwACQqwSAAI"
    )]
    path: String,
}

/// Give the partner of an agreement a link to its page.
///
/// Whoever has the link reads the catalogue, the agreements and the requests of the partner, and asks for a workshop or
/// equipment, without an account: until the link expires or is revoked, or the last agreement of the partner is over. The path
/// is shown this once. For coordinators.
#[utoipa::path(
    tag = "field",
    params(AgreementPath),
    request_body(content = SharedLinkBody, description = "For whom, and for how long"),
    responses(
        (status = 201, description = "Made; keep the path", body = NewPartnerLinkView, headers(("Location" = String)))
    ),
    security(("access_token" = [])),
)]
#[post("/v1/agreements/{agreement_id}/links")]
pub async fn create_partner_link(
    caller: Caller<Coordinator, AgreementPath>,
    body: JsonBody<SharedLinkBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let settings = body.0.settings().map_err(Problem::validation_failed)?;
    let (by, id, now) = (caller.who.by(), caller.path.agreement_id, application.now());
    let made = actions::create(&application.store, by, id, settings, now).await?;
    let (link, token) = made.ok_or(ProblemCode::NotFound)?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, format!("/v1/agreements/{id}/links/{}", link.id)))
        .json(NewPartnerLinkView {
            link: (&link).into(),
            path: format!("/partner/{}", token.reveal()),
        }))
}

/// List the links for the partner of an agreement.
///
/// The newest first, for thirty days those that have expired or were revoked too. For coordinators.
#[utoipa::path(
    tag = "field",
    params(AgreementPath),
    responses((status = 200, description = "The links", body = PartnerLinkListView)),
    security(("access_token" = [])),
)]
#[get("/v1/agreements/{agreement_id}/links")]
pub async fn list_partner_links(
    caller: Caller<Coordinator, AgreementPath>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (organisation, id) = (caller.who.organisation, caller.path.agreement_id);
    let found = application
        .store
        .read(move |connection| {
            let known = Agreement::find(connection, organisation, id)?.is_some();
            let links = partner_links::kept(connection, organisation)?;
            Ok(known.then_some(links))
        })
        .await?
        .ok_or(ProblemCode::NotFound)?;
    let of_this = found.iter().filter(|link| link.agreement == id);
    let items = of_this.map(Into::into).collect();
    Ok(HttpResponse::Ok().json(PartnerLinkListView { items }))
}

/// Revoke a link for a partner.
///
/// From then on whoever follows the link gets 404. For coordinators.
#[utoipa::path(
    tag = "field",
    params(AgreementPath, LinkPath),
    responses((status = 204, description = "Revoked")),
    security(("access_token" = [])),
)]
#[delete("/v1/agreements/{agreement_id}/links/{link_id}")]
pub async fn delete_partner_link(
    caller: Caller<Coordinator, (AgreementPath, LinkPath)>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (by, now) = (caller.who.by(), application.now());
    let (AgreementPath { agreement_id }, LinkPath { link_id }) = caller.path;
    let revoked = actions::revoke(&application.store, by, agreement_id, link_id, now).await?;
    revoked
        .then(|| HttpResponse::NoContent().finish())
        .ok_or(ProblemCode::NotFound.into())
}
