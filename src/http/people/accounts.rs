//! The people of an organisation: invited, listed, changed and deactivated by their coordinator.

use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::invitations::{InvitedAccountView, invited};
use crate::actions::accounts::{self as actions, AccountRefusal};
use crate::domain::account::ActivityPeriod;
use crate::domain::account_draft::AccountDraft;
use crate::domain::identifiers::AccountId;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::json_body::{JsonBody, given, objects};
use crate::http::request::path::{PathParameters, PathReader};
use crate::http::request::rights::{Coordinator, Person};
use crate::http::wire;
use crate::http::wire::code_schema::{Code, WeekdayCode};
use crate::http::wire::codes::{AccountStatusCode, MemberRoleCode, RoleCode};
use crate::storage::accounts::managed::{self, ManagedAccount};

/// The part of a path that names a person; a person of another organisation is not found.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct AccountPath {
    /// A person of the organisation.
    #[param(value_type = wire::Identifier)]
    account_id: AccountId,
}

impl PathParameters for AccountPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let account_id = reader.id("account_id")?;
        Some(Self { account_id })
    }
}

/// A stretch of days in which an advisor is active.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ActivityPeriodRequest)]
pub struct ActivityPeriodBody {
    /// The first day.
    #[schema(value_type = wire::Day)]
    starts_on: String,
    /// The last day; left out while no end is known.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Day>, nullable = false)]
    ends_on: Option<String>,
}

/// A person, as a coordinator describes them. Leave out what is not known; `null` and unknown fields are refused.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AccountRequest)]
pub struct AccountBody {
    /// `advisor` or `coordinator`.
    role: MemberRoleCode,
    /// The name.
    #[schema(min_length = 1, max_length = 200, example = "Camille Martin")]
    name: String,
    /// The address with which they sign in, in any case.
    #[schema(format = Email, max_length = 254, example = "camille.martin@demo.example")]
    email: String,
    /// The days of the week on which they work; left out: the organisation's.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, min_items = 1, max_items = 7, example = json!(["monday", "tuesday", "thursday"]))]
    working_days: Option<Vec<WeekdayCode>>,
    /// When they are active: one period at least for an advisor, none for a coordinator. Reports are taken of these
    /// days alone.
    #[serde(default, deserialize_with = "objects")]
    #[schema(max_items = 50)]
    activity_periods: Vec<ActivityPeriodBody>,
}

impl From<AccountBody> for AccountDraft {
    fn from(body: AccountBody) -> Self {
        let periods = body.activity_periods.into_iter();
        Self {
            role: body.role.into_text(),
            name: body.name,
            email: body.email,
            working_days: body
                .working_days
                .map(|days| days.into_iter().map(Code::into_text).collect()),
            activity_periods: periods.map(|period| (period.starts_on, period.ends_on)).collect(),
        }
    }
}

/// A stretch of days in which an advisor is active.
#[derive(Serialize, ToSchema)]
#[schema(as = ActivityPeriod)]
pub struct ActivityPeriodView {
    /// The first day.
    starts_on: wire::Day,
    /// The last day; `null` while no end is known.
    #[schema(required = true)]
    ends_on: Option<wire::Day>,
}

impl From<&ActivityPeriod> for ActivityPeriodView {
    fn from(period: &ActivityPeriod) -> Self {
        Self {
            starts_on: period.starts_on.into(),
            ends_on: period.ends_on.map(Into::into),
        }
    }
}

/// A person of the organisation.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
pub struct AccountView {
    /// Their identifier; for an advisor it is the `advisor_id` too.
    account_id: wire::Identifier,
    /// What they may do; `administrator` only in the copy that administrators take of their own data.
    role: RoleCode,
    /// Their name.
    #[schema(example = "Camille Martin")]
    name: String,
    /// Their address, in lower case.
    #[schema(format = Email, example = "camille.martin@demo.example")]
    email: String,
    /// `invited` until they have chosen a password, `active`, or `deactivated`.
    status: AccountStatusCode,
    /// The days of the week on which they work; `null`: the organisation's.
    #[schema(required = true)]
    working_days: Option<Vec<WeekdayCode>>,
    /// When they are active, in order.
    activity_periods: Vec<ActivityPeriodView>,
    /// When the account was made.
    created_at: wire::Instant,
    /// When they last signed in or refreshed a session.
    #[schema(required = true)]
    last_seen_at: Option<wire::Instant>,
}

impl From<&ManagedAccount> for AccountView {
    fn from(managed: &ManagedAccount) -> Self {
        Self {
            account_id: managed.account.id.into(),
            role: managed.account.role.into(),
            name: managed.account.name.as_str().to_owned(),
            email: managed.account.email.as_str().to_owned(),
            status: managed.status.into(),
            working_days: managed.working_days.map(|days| days.iter().map(Into::into).collect()),
            activity_periods: managed.activity_periods.iter().map(Into::into).collect(),
            created_at: managed.created_at.into(),
            last_seen_at: managed.last_seen_at.map(Into::into),
        }
    }
}

/// The people of the organisation.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountList)]
pub struct AccountListView {
    /// The people, by name.
    items: Vec<AccountView>,
}

/// List the people of the organisation, by name.
///
/// Deactivated people too.
#[utoipa::path(
    tag = "people",
    responses((status = 200, description = "The people", body = AccountListView)),
    security(("access_token" = [])),
)]
#[get("/v1/accounts")]
pub async fn list_accounts(
    caller: Caller<Coordinator>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let organisation = caller.who.organisation;
    let accounts = application
        .store
        .read(move |connection| managed::all(connection, organisation))
        .await?;
    let items = accounts.iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(AccountListView { items }))
}

/// Invite a person.
///
/// The person chooses a password with the invitation, once, within seven days. The invitation is mailed where the
/// service sends mail; otherwise pass its token on to the person.
#[utoipa::path(
    tag = "people",
    request_body(content = AccountBody, description = "The person"),
    responses(
        (status = 201, description = "Invited", body = InvitedAccountView, headers(("Location" = String)))
    ),
    security(("access_token" = [])),
)]
#[post("/v1/accounts")]
pub async fn create_account(
    caller: Caller<Coordinator>,
    body: JsonBody<AccountBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let settings = AccountDraft::from(body.0)
        .validate()
        .map_err(Problem::validation_failed)?;
    let (store, mailer) = (&application.store, application.mailer.as_ref());
    let made = actions::invite(store, mailer, caller.who.by(), settings, application.now()).await?;
    let made = made.map_err(|refusal| refused(refusal, &application, &caller.who))?;
    let location = format!("/v1/accounts/{}", made.managed.account.id);
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, location))
        .json(invited(&made)))
}

/// Read what is known of a person.
///
/// For coordinators.
#[utoipa::path(
    tag = "people",
    params(AccountPath),
    responses((status = 200, description = "The person", body = AccountView)),
    security(("access_token" = [])),
)]
#[get("/v1/accounts/{account_id}")]
pub async fn get_account(
    caller: Caller<Coordinator, AccountPath>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (organisation, account) = (caller.who.organisation, caller.path.account_id);
    let managed = application
        .store
        .read(move |connection| managed::find(connection, organisation, account))
        .await?
        .ok_or(actions::AccountRefusal::Unknown)?;
    Ok(HttpResponse::Ok().json(AccountView::from(&managed)))
}

/// Change what is known of a person.
///
/// The body replaces all that was known of the person. A new role counts for the access tokens that the person gets
/// from then on.
#[utoipa::path(
    tag = "people",
    params(AccountPath),
    request_body(content = AccountBody, description = "All that is to be known of the person"),
    responses((status = 200, description = "Changed", body = AccountView)),
    security(("access_token" = [])),
)]
#[put("/v1/accounts/{account_id}")]
pub async fn put_account(
    caller: Caller<Coordinator, AccountPath>,
    body: JsonBody<AccountBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let settings = AccountDraft::from(body.0)
        .validate()
        .map_err(Problem::validation_failed)?;
    let managed = actions::change(
        &application.store,
        caller.who.by(),
        caller.path.account_id,
        settings,
        application.now(),
    )
    .await?
    .map_err(|refusal| refused(refusal, &application, &caller.who))?;
    Ok(HttpResponse::Ok().json(AccountView::from(&managed)))
}

/// What a coordinator is told of a refusal. That an address has an account already, maybe in another organisation, they learn
/// only so often.
fn refused(refusal: AccountRefusal, application: &Application, who: &Person) -> Problem {
    if refusal.is_of_a_taken_address()
        && let Err(wait) = application.throttle.check_taken(who.account.uuid())
    {
        return wait.into();
    }
    refusal.into()
}

/// Deactivate a person.
///
/// The person can no longer sign in or refresh a session; their reports stay. A new invitation lets them come back.
/// Nobody deactivates themselves.
#[utoipa::path(
    tag = "people",
    params(AccountPath),
    responses((status = 204, description = "Deactivated")),
    security(("access_token" = [])),
)]
#[delete("/v1/accounts/{account_id}")]
pub async fn delete_account(
    caller: Caller<Coordinator, AccountPath>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    actions::deactivate(
        &application.store,
        caller.who.by(),
        caller.path.account_id,
        application.now(),
    )
    .await??;
    Ok(HttpResponse::NoContent().finish())
}

/// Invite a person anew.
///
/// For a person whose invitation has expired, who forgot their password, or who comes back after being deactivated.
/// Earlier invitations no longer work.
#[utoipa::path(
    tag = "people",
    params(AccountPath),
    responses((status = 201, description = "Invited", body = InvitedAccountView)),
    security(("access_token" = [])),
)]
#[post("/v1/accounts/{account_id}/invitation")]
pub async fn create_invitation(
    caller: Caller<Coordinator, AccountPath>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (by, account) = (caller.who.by(), caller.path.account_id);
    let (store, mailer) = (&application.store, application.mailer.as_ref());
    let made = actions::invite_again(store, mailer, by, account, application.now()).await??;
    Ok(HttpResponse::Created().json(invited(&made)))
}
