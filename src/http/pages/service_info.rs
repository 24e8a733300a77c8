//! What the service tells anybody of itself: whether it is alive and ready, its document, its public keys.

use std::sync::OnceLock;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::actions::readiness;
use crate::http::answer::openapi::Unavailable;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::caller::Public;
use crate::http::request::conditions::TaggedJson;

/// Lets caches keep for five minutes what is public and seldom changes.
const SHORT: (actix_web::http::header::HeaderName, &str) = (CACHE_CONTROL, "public, max-age=300");

/// A state of the service.
#[derive(Serialize, ToSchema)]
#[schema(as = ServiceState)]
pub struct StateView {
    /// `alive` or `ready`.
    status: State,
}

/// The state of the service.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ServiceStatus)]
enum State {
    /// The process runs.
    Alive,
    /// The database answers.
    Ready,
}

/// Is the process alive?
///
/// Asks nothing of the database. Public: for whoever runs the service.
#[utoipa::path(
    tag = "service",
    responses((status = 200, description = "The process is alive", body = StateView)),
    security(()),
)]
#[get("/healthz")]
pub async fn get_health(_: Public) -> HttpResponse {
    HttpResponse::Ok().json(StateView { status: State::Alive })
}

/// Can the service answer?
///
/// Asks whether the database answers, has the schema of this program and takes writes. Public: for whoever runs the service.
#[utoipa::path(
    tag = "service",
    responses((status = 200, description = "The database answers", body = StateView), Unavailable),
    security(()),
)]
#[get("/readyz")]
pub async fn get_readiness(_: Public, application: Data<Application>) -> Result<HttpResponse, Problem> {
    readiness::probe(&application.store).await?;
    Ok(HttpResponse::Ok().json(StateView { status: State::Ready }))
}

/// A public key (RFC 8037).
#[derive(Serialize, ToSchema)]
#[schema(as = PublicKey)]
pub struct KeyView {
    /// The type of key: `OKP`.
    #[schema(example = "OKP")]
    kty: String,
    /// The curve: `Ed25519`.
    #[schema(example = "Ed25519")]
    crv: String,
    /// The algorithm: `EdDSA`.
    #[schema(example = "EdDSA")]
    alg: String,
    /// The use: `sig`.
    #[schema(example = "sig")]
    r#use: String,
    /// The identifier that tokens name.
    #[schema(example = "0198f3c2-7c1e-7d2a-8f00-0242ac120009")]
    kid: String,
    /// The key: base64url.
    #[schema(example = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")]
    x: String,
}

/// The public keys that verify access tokens.
#[derive(Serialize, ToSchema)]
#[schema(as = PublicKeySet)]
pub struct KeySetView {
    /// The keys.
    keys: Vec<KeyView>,
}

/// Read the public keys that verify access tokens.
///
/// Public: for other services, which choose a key by the `kid` of a token.
#[utoipa::path(
    tag = "service",
    responses((status = 200, description = "The keys (RFC 7517)", body = KeySetView)),
    security(()),
)]
#[get("/.well-known/jwks.json")]
pub async fn get_public_keys(_: Public, application: Data<Application>) -> HttpResponse {
    let keys = application
        .gate
        .tokens
        .public_keys(application.now())
        .into_iter()
        .map(|key| KeyView {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            alg: "EdDSA".to_owned(),
            r#use: "sig".to_owned(),
            kid: key.key_id,
            x: key.x,
        });
    HttpResponse::Ok()
        .insert_header(SHORT)
        .json(KeySetView { keys: keys.collect() })
}

/// Read the document that describes this API.
///
/// Public: for generators of clients. The document changes only with the program: keep a copy, and ask again with its
/// `ETag`.
#[utoipa::path(
    tag = "service",
    params(TaggedJson),
    responses(
        (status = 200, description = "The document (OpenAPI 3.1)", body = Object, headers(("ETag" = String))),
        (status = 304, description = "The copy at hand is good"),
    ),
    security(()),
)]
#[get("/openapi.json")]
pub async fn get_document(_: Public, request: HttpRequest, application: Data<Application>) -> HttpResponse {
    static DOCUMENT: OnceLock<TaggedJson> = OnceLock::new();
    let document = DOCUMENT.get_or_init(|| TaggedJson::new(application.document.as_ref()));
    document.answer(&request)
}
