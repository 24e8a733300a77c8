//! Sessions of browsers, for the service's own pages: the refresh token is in a cookie that no script reads. These three
//! paths alone read it, so that it opens nothing else: every other request needs an access token.

use actix_web::http::header::{COOKIE, SET_COOKIE};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sessions::{SignInBody, refreshed, signed_in};
use crate::actions::sessions::{self, SessionTokens};
use crate::auth::opaque_token::RefreshToken;
use crate::auth::token::LIFETIME_SECONDS;
use crate::domain::retention::REFRESH_DAYS;
use crate::http::answer::openapi::{BROWSER_COOKIE, Forbidden, TooManyRequests, Unauthenticated, Unavailable};
use crate::http::answer::problem::Problem;
use crate::http::application::{Application, Browsers};
use crate::http::request::json_body::JsonBody;
use crate::http::request::own_page::OwnPage;

/// The name of the cookie where the service is reached without HTTPS: browsers take the other name over HTTPS alone.
const COOKIE_WITHOUT_HTTPS: &str = "quotidien";

const SECONDS_A_DAY: i64 = 24 * 3600;

/// What stands before the token in a cookie that outlives the browser's end. The cookie that replaces it does so too.
const KEPT: &str = "kept.";

/// An address and a password, on a device that one keeps or shares.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BrowserSignInRequest)]
pub struct BrowserSignInBody {
    /// The address, in any case.
    #[schema(format = Email, max_length = 254, example = "camille.martin@demo.example")]
    email: String,
    /// The password.
    #[schema(format = Password, min_length = 14, max_length = 128, example = "correct horse battery")]
    password: String,
    /// Whether the session outlives the browser's end; `false` on a device that others use too.
    #[schema(example = true)]
    keep: bool,
}

/// An empty object.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EmptyRequest)]
pub struct EmptyBody {}

/// The access token of a browser's session; the refresh token is in the cookie alone.
#[derive(Serialize, ToSchema)]
#[schema(as = BrowserSession)]
pub struct BrowserSessionView {
    /// The access token, which goes into the `Authorization` header of every request.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.eyJzdWIiOiIuLi4ifQ.c2lnbmF0dXJl")]
    access_token: String,
    /// How the access token is sent: always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: String,
    /// For how many seconds the access token is valid.
    #[schema(minimum = 1, example = 900)]
    expires_in: i64,
}

/// Sign in on a page of this service.
///
/// Sets the cookie that continues the session. Public: who signs in has no access token yet; pages of other sites get 403.
#[utoipa::path(
    tag = "sessions",
    request_body(content = BrowserSignInBody, description = "The address, the password, and whose device it is"),
    responses((status = 201, description = "Signed in", body = BrowserSessionView), Unauthenticated, Forbidden, TooManyRequests, Unavailable),
    security(()),
)]
#[post("/v1/browser-sessions")]
pub async fn create_browser_session(
    _: OwnPage,
    body: JsonBody<BrowserSignInBody>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let BrowserSignInBody { email, password, keep } = body.0;
    let tokens = signed_in(SignInBody { email, password }, &request, &application).await?;
    Ok(answer(tokens, keep, &application.browsers))
}

/// Get a new access token on a page of this service.
///
/// Trades the token of the cookie and sets its successor; as with `POST /v1/sessions/refresh` a token works until one of
/// its successors was used, so that a lost answer and two open pages do no harm. Public but for the cookie: the access
/// token may have expired.
#[utoipa::path(
    tag = "sessions",
    request_body(content = EmptyBody, description = "An empty object"),
    responses((status = 201, description = "A new access token", body = BrowserSessionView)),
    security(("browser_session" = [])),
)]
#[post("/v1/browser-sessions/refresh")]
pub async fn refresh_browser_session(
    _: OwnPage,
    _: JsonBody<EmptyBody>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (token, keep) = held(&request, &application.browsers);
    let tokens = refreshed(token, &request, &application).await?;
    Ok(answer(tokens, keep, &application.browsers))
}

/// Sign out on a page of this service.
///
/// Ends the session of the cookie, and the cookie. The cookie alone is needed, whether or not the access token has expired;
/// without one there is nothing to end.
#[utoipa::path(
    tag = "sessions",
    request_body(content = EmptyBody, description = "An empty object"),
    responses((status = 204, description = "Signed out: the cookie is good no more"), Forbidden, TooManyRequests, Unavailable),
    security((), ("browser_session" = [])),
)]
#[delete("/v1/browser-sessions/current")]
pub async fn delete_browser_session(
    _: OwnPage,
    _: JsonBody<EmptyBody>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (token, _) = held(&request, &application.browsers);
    if let Some(token) = token {
        sessions::end_session_of(&application.store, token, application.now()).await?;
    }
    let ended = cookie("", Some(0), &application.browsers);
    Ok(HttpResponse::NoContent().insert_header((SET_COOKIE, ended)).finish())
}

/// The answer with new tokens, of which the refresh token goes into the cookie.
fn answer(tokens: SessionTokens, keep: bool, browsers: &Browsers) -> HttpResponse {
    let token = tokens.refresh.reveal();
    let cookie = if keep {
        cookie(&format!("{KEPT}{token}"), Some(REFRESH_DAYS * SECONDS_A_DAY), browsers)
    } else {
        cookie(&token, None, browsers)
    };
    HttpResponse::Created()
        .insert_header((SET_COOKIE, cookie))
        .json(BrowserSessionView {
            access_token: tokens.access,
            token_type: "Bearer".to_owned(),
            expires_in: LIFETIME_SECONDS,
        })
}

/// The cookie with this value, for this host alone, for requests of its own pages alone, and for no script. It lasts so
/// many seconds, or until the browser ends.
fn cookie(value: &str, seconds: Option<i64>, browsers: &Browsers) -> String {
    let secure = if browsers.https { "; Secure" } else { "" };
    let lasting = seconds
        .map(|seconds| format!("; Max-Age={seconds}"))
        .unwrap_or_default();
    format!(
        "{}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{lasting}",
        name(browsers)
    )
}

fn name(browsers: &Browsers) -> &'static str {
    if browsers.https {
        BROWSER_COOKIE
    } else {
        COOKIE_WITHOUT_HTTPS
    }
}

/// The token that the browser holds, if it holds one, and whether the cookie outlives the browser's end.
fn held(request: &HttpRequest, browsers: &Browsers) -> (Option<RefreshToken>, bool) {
    let lines = request.headers().get_all(COOKIE).filter_map(|line| line.to_str().ok());
    let mut cookies = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let Some((_, value)) = cookies.find(|(given, _)| *given == name(browsers)) else {
        return (None, false);
    };
    let kept = value.strip_prefix(KEPT);
    (RefreshToken::parse(kept.unwrap_or(value)), kept.is_some())
}
