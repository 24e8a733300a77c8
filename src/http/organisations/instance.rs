//! The organisations of the instance, for its administrators.

use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::settings::{OrganisationBody, OrganisationView};
use crate::actions::{By, organisations as actions};
use crate::domain::account::Role;
use crate::domain::account_draft::{AccountDraft, AccountSettings};
use crate::domain::field_error::FieldErrors;
use crate::domain::identifiers::OrganisationId;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::people::invitations::{InvitedAccountView, invited};
use crate::http::request::caller::Caller;
use crate::http::request::json_body::JsonBody;
use crate::http::request::path::{PathParameters, PathReader};
use crate::http::request::rights::Administrator;
use crate::http::wire;
use crate::storage::organisations;

/// The part of a path that names an organisation.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OrganisationPath {
    /// An organisation of the instance.
    #[param(value_type = wire::Identifier)]
    organisation_id: OrganisationId,
}

impl PathParameters for OrganisationPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let organisation_id = reader.id("organisation_id")?;
        Some(Self { organisation_id })
    }
}

/// The coordinator of an organisation, as an administrator describes them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CoordinatorRequest)]
pub struct CoordinatorBody {
    /// The name.
    #[schema(min_length = 1, max_length = 200, example = "Dominique Petit")]
    name: String,
    /// The address with which they sign in, in any case.
    #[schema(format = Email, max_length = 254, example = "dominique.petit@demo.example")]
    email: String,
}

impl CoordinatorBody {
    fn validate(self) -> Result<AccountSettings, FieldErrors> {
        let draft = AccountDraft {
            role: Role::Coordinator.code().to_owned(),
            name: self.name,
            email: self.email,
            ..AccountDraft::default()
        };
        draft.validate()
    }
}

/// The organisations of the instance.
#[derive(Serialize, ToSchema)]
#[schema(as = OrganisationList)]
pub struct OrganisationListView {
    /// The organisations, by name.
    items: Vec<OrganisationView>,
}

/// List the organisations of the instance, by name.
///
/// For administrators, who read no report of these organisations.
#[utoipa::path(
    tag = "instance",
    responses((status = 200, description = "The organisations", body = OrganisationListView)),
    security(("access_token" = [])),
)]
#[get("/v1/organisations")]
pub async fn list_organisations(
    _: Caller<Administrator>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let organisations = application.store.read(organisations::all).await?;
    let items = organisations.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(OrganisationListView { items }))
}

/// Make an organisation.
///
/// A new organisation has no people: invite its first coordinator. For administrators.
#[utoipa::path(
    tag = "instance",
    request_body(content = OrganisationBody, description = "Its settings"),
    responses(
        (status = 201, description = "Made", body = OrganisationView, headers(("Location" = String, description = "Its coordinators, to be invited")))
    ),
    security(("access_token" = [])),
)]
#[post("/v1/organisations")]
pub async fn create_organisation(
    caller: Caller<Administrator>,
    body: JsonBody<OrganisationBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let settings = body.0.validate().map_err(Problem::validation_failed)?;
    let by = Some(caller.who.account);
    let organisation = actions::create(&application.store, settings, by, application.now()).await??;
    let location = format!("/v1/organisations/{}/coordinators", organisation.id);
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, location))
        .json(OrganisationView::from(organisation)))
}

/// Invite a coordinator of an organisation.
///
/// A coordinator who was invited before and has chosen no password yet is invited anew. For administrators.
#[utoipa::path(
    tag = "instance",
    params(OrganisationPath),
    request_body(content = CoordinatorBody, description = "The coordinator"),
    responses((status = 201, description = "Invited", body = InvitedAccountView)),
    security(("access_token" = [])),
)]
#[post("/v1/organisations/{organisation_id}/coordinators")]
pub async fn create_coordinator(
    caller: Caller<Administrator, OrganisationPath>,
    body: JsonBody<CoordinatorBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let settings = body.0.validate().map_err(Problem::validation_failed)?;
    let by = By {
        organisation: caller.path.organisation_id,
        account: caller.who.account,
    };
    let (store, mailer) = (&application.store, application.mailer.as_ref());
    let made = actions::invite_coordinator(store, mailer, by, settings, application.now()).await??;
    Ok(HttpResponse::Created().json(invited(&made)))
}
