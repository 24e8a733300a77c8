//! Keys with which programs of other makers call for an organisation.

use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::actions::api_keys as actions;
use crate::domain::api_key::ApiKeyDraft;
use crate::domain::identifiers::ApiKeyId;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::json_body::JsonBody;
use crate::http::request::path::{PathParameters, PathReader};
use crate::http::request::rights::Coordinator;
use crate::http::wire;
use crate::http::wire::code_schema::{Code, ScopeCode};
use crate::storage::api_keys::{self, ApiKey};

/// For how many days a key is valid when the coordinator does not say.
const VALID_DAYS: i64 = 90;

/// The part of a path that names a key; a key of another organisation is not found.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ApiKeyPath {
    /// A key of the organisation.
    #[param(value_type = wire::Identifier)]
    key_id: ApiKeyId,
}

impl PathParameters for ApiKeyPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let key_id = reader.id("key_id")?;
        Some(Self { key_id })
    }
}

/// The key that a coordinator asks for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ApiKeyRequest)]
pub struct ApiKeyBody {
    /// What the key is for.
    #[schema(min_length = 1, max_length = 200, example = "Tableau de bord de la direction")]
    name: String,
    /// What a program that has the key may do.
    #[schema(min_items = 1, max_items = 3, example = json!(["statistics:read"]))]
    scopes: Vec<ScopeCode>,
    /// For how many days the key is valid.
    #[serde(default = "valid_days")]
    #[schema(minimum = 1, maximum = 366, default = 90, example = 90)]
    valid_days: i64,
}

const fn valid_days() -> i64 {
    VALID_DAYS
}

impl From<ApiKeyBody> for ApiKeyDraft {
    fn from(body: ApiKeyBody) -> Self {
        Self {
            name: body.name,
            scopes: body.scopes.into_iter().map(Code::into_text).collect(),
            valid_days: body.valid_days,
        }
    }
}

/// A key of the organisation, without its token.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub struct ApiKeyView {
    /// Its identifier.
    key_id: wire::Identifier,
    /// What the key is for.
    #[schema(example = "Tableau de bord de la direction")]
    name: String,
    /// What a program that has the key may do.
    scopes: Vec<ScopeCode>,
    /// The account that made the key; reports that a program writes with the key are recorded as this account's.
    created_by: wire::Identifier,
    /// When it was made.
    created_at: wire::Instant,
    /// Until when the key is valid.
    expires_at: wire::Instant,
    /// When the key was last used, to a quarter of an hour; `null`: never.
    #[schema(required = true)]
    last_used_at: Option<wire::Instant>,
    /// When it was revoked; only copies hold keys that were.
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<wire::Instant>,
}

impl From<&ApiKey> for ApiKeyView {
    fn from(key: &ApiKey) -> Self {
        Self {
            key_id: key.id.into(),
            name: key.name.clone(),
            scopes: key.scopes.iter().map(Into::into).collect(),
            created_by: key.created_by.into(),
            created_at: key.created_at.into(),
            expires_at: key.expires_at.into(),
            last_used_at: key.last_used_at.map(Into::into),
            revoked_at: key.revoked_at.map(Into::into),
        }
    }
}

/// The keys of the organisation.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiKeyList)]
pub struct ApiKeyListView {
    /// The keys, the newest first.
    items: Vec<ApiKeyView>,
}

/// A new key, with its token, which is shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = NewApiKey)]
pub struct NewApiKeyView {
    /// The key.
    key: ApiKeyView,
    /// Goes into the Authorization header of every request of the program: `Bearer qk_…`.
    #[schema(example = "qk_AZjzwnwefSqPAAJCrBIAAgGY88J8Hn0qjwACQqwSAAI")]
    token: String,
}

/// List the keys of the organisation.
///
/// The newest first; expired keys too. For coordinators.
#[utoipa::path(
    tag = "api-keys",
    responses((status = 200, description = "The keys", body = ApiKeyListView)),
    security(("access_token" = [])),
)]
#[get("/v1/api-keys")]
pub async fn list_api_keys(
    caller: Caller<Coordinator>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let organisation = caller.who.organisation;
    let keys = application
        .store
        .read(move |connection| api_keys::all(connection, organisation))
        .await?;
    let items = keys.iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(ApiKeyListView { items }))
}

/// Make a key for a program.
///
/// The token of the key is shown this once. For coordinators.
#[utoipa::path(
    tag = "api-keys",
    request_body(content = ApiKeyBody, description = "What the key is for, and what its holder may do"),
    responses(
        (status = 201, description = "Made; keep the token", body = NewApiKeyView, headers(("Location" = String)))
    ),
    security(("access_token" = [])),
)]
#[post("/v1/api-keys")]
pub async fn create_api_key(
    caller: Caller<Coordinator>,
    body: JsonBody<ApiKeyBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let settings = ApiKeyDraft::from(body.0)
        .validate()
        .map_err(Problem::validation_failed)?;
    let (key, token) = actions::create(&application.store, caller.who.by(), settings, application.now()).await?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, format!("/v1/api-keys/{}", key.id)))
        .json(NewApiKeyView {
            key: (&key).into(),
            token: token.reveal_key(),
        }))
}

/// Revoke a key.
///
/// Within five seconds no instance lets in a program that has the key. For coordinators.
#[utoipa::path(
    tag = "api-keys",
    params(ApiKeyPath),
    responses((status = 204, description = "Revoked")),
    security(("access_token" = [])),
)]
#[delete("/v1/api-keys/{key_id}")]
pub async fn delete_api_key(
    caller: Caller<Coordinator, ApiKeyPath>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (by, key) = (caller.who.by(), caller.path.key_id);
    let revoked = actions::revoke(&application.store, by, key, application.now()).await?;
    revoked
        .then(|| HttpResponse::NoContent().finish())
        .ok_or(ProblemCode::NotFound.into())
}
