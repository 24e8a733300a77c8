//! Who the caller is, and the advisors of the organisation.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::account::Account;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::rights::{AllReportsReader, SignedIn};
use crate::http::wire;
use crate::http::wire::codes::RoleCode;
use crate::storage::accounts::{self, advisors};

/// Who is signed in.
#[derive(Serialize, ToSchema)]
#[schema(as = Me)]
pub struct MeView {
    /// The account; for an advisor it is the `advisor_id` too.
    account_id: wire::Identifier,
    /// The organisation.
    organisation_id: wire::Identifier,
    /// `advisor`, `coordinator` or `administrator`.
    role: RoleCode,
    /// The name.
    #[schema(example = "Camille Martin")]
    name: String,
    /// The address, in lower case.
    #[schema(format = Email, example = "camille.martin@demo.example")]
    email: String,
}

impl From<Account> for MeView {
    fn from(account: Account) -> Self {
        Self {
            account_id: account.id.into(),
            organisation_id: account.organisation.into(),
            role: account.role.into(),
            name: account.name.as_str().to_owned(),
            email: account.email.as_str().to_owned(),
        }
    }
}

/// Read who is signed in.
///
/// An advisor finds their `advisor_id` here: it is the `account_id`.
#[utoipa::path(
    tag = "people",
    responses((status = 200, description = "The caller", body = MeView)),
    security(("access_token" = [])),
)]
#[get("/v1/me")]
pub async fn get_me(caller: Caller<SignedIn>, application: Data<Application>) -> Result<HttpResponse, Problem> {
    let (organisation, account) = (caller.who.organisation, caller.who.account);
    let account = application
        .store
        .read(move |connection| accounts::find(connection, organisation, account))
        .await?
        .ok_or(ProblemCode::Unauthenticated)?;
    Ok(HttpResponse::Ok().json(MeView::from(account)))
}

/// An advisor of the organisation.
#[derive(Serialize, ToSchema)]
#[schema(as = Advisor)]
pub struct AdvisorView {
    /// Their identifier.
    advisor_id: wire::Identifier,
    /// Their name.
    #[schema(example = "Camille Martin")]
    name: String,
    /// Their address.
    #[schema(format = Email, example = "camille.martin@demo.example")]
    email: String,
}

/// The advisors of the organisation.
#[derive(Serialize, ToSchema)]
#[schema(as = AdvisorList)]
pub struct AdvisorListView {
    /// The advisors, by name.
    items: Vec<AdvisorView>,
}

/// List the advisors of the organisation, by name.
///
/// For coordinators, and for programs that read reports and show whose they are.
#[utoipa::path(
    tag = "people",
    responses((status = 200, description = "The advisors", body = AdvisorListView)),
    security(("access_token" = [])),
)]
#[get("/v1/advisors")]
pub async fn list_advisors(
    caller: Caller<AllReportsReader>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let organisation = caller.who.organisation;
    let advisors = application
        .store
        .read(move |connection| advisors::all(connection, organisation))
        .await?;
    let items = advisors.into_iter().map(|advisor| AdvisorView {
        advisor_id: advisor.id.into(),
        name: advisor.name.as_str().to_owned(),
        email: advisor.email.as_str().to_owned(),
    });
    Ok(HttpResponse::Ok().json(AdvisorListView { items: items.collect() }))
}
