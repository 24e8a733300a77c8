//! Sessions: signing in, refreshing, signing out.

use actix_web::http::header::USER_AGENT;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::actions::sessions::{self, SessionTokens};
use crate::auth::opaque_token::RefreshToken;
use crate::auth::password::Password;
use crate::auth::token::LIFETIME_SECONDS;
use crate::domain::account::Email;
use crate::domain::field_error::FieldErrors;
use crate::domain::identifiers::SessionId;
use crate::http::answer::openapi::{TooManyRequests, Unauthenticated, Unavailable};
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::admission::caller_address;
use crate::http::request::caller::{Caller, Public};
use crate::http::request::json_body::JsonBody;
use crate::http::request::path::{PathParameters, PathReader};
use crate::http::request::rights::SignedIn;
use crate::http::wire;
use crate::storage::sessions::{self as stored_sessions, Session};

/// The most characters that are kept of what a device calls itself.
const DEVICE_MAX: usize = 200;

/// An address and a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignInRequest)]
pub struct SignInBody {
    /// The address, in any case.
    #[schema(format = Email, max_length = 254, example = "camille.martin@demo.example")]
    pub(super) email: String,
    /// The password.
    #[schema(format = Password, min_length = 14, max_length = 128, example = "correct horse battery")]
    pub(super) password: String,
}

impl SignInBody {
    fn parse(self) -> Result<(Email, Password), FieldErrors> {
        let mut errors = FieldErrors::new();
        let email = Email::parse(&self.email)
            .map_err(|code| errors.push("/email", code))
            .ok();
        let password = Password::parse(&self.password)
            .map_err(|faults| errors.append(faults))
            .ok();
        email.zip(password).ok_or(errors)
    }
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RefreshRequest)]
pub struct RefreshBody {
    /// The refresh token of the last answer.
    #[schema(example = "AZjzwnwefSqPAAJCrBIAAgGY88J8Hn0qjwACQqwSAAI")]
    refresh_token: String,
}

/// The tokens of a session.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionTokens)]
pub struct SessionView {
    /// The access token, which goes into the `Authorization` header of every request.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.eyJzdWIiOiIuLi4ifQ.c2lnbmF0dXJl")]
    access_token: String,
    /// How the access token is sent: always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: String,
    /// For how many seconds the access token is valid.
    #[schema(minimum = 1, example = 900)]
    expires_in: i64,
    /// The refresh token, which is traded for new tokens within 90 days.
    #[schema(example = "AZjzwnwefSqPAAJCrBIAAgGY88J8Hn0qjwACQqwSAAI")]
    refresh_token: String,
}

impl From<SessionTokens> for SessionView {
    fn from(tokens: SessionTokens) -> Self {
        Self {
            access_token: tokens.access,
            token_type: "Bearer".to_owned(),
            expires_in: LIFETIME_SECONDS,
            refresh_token: tokens.refresh.reveal(),
        }
    }
}

/// Sign in.
///
/// Public: who signs in has no access token yet.
#[utoipa::path(
    tag = "sessions",
    request_body(content = SignInBody, description = "The address and the password"),
    responses((status = 201, description = "Signed in", body = SessionView), Unauthenticated, TooManyRequests, Unavailable),
    security(()),
)]
#[post("/v1/sessions")]
pub async fn create_session(
    _: Public,
    body: JsonBody<SignInBody>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let tokens = signed_in(body.0, &request, &application).await?;
    Ok(HttpResponse::Created().json(SessionView::from(tokens)))
}

/// Signs somebody in, within the limits of their address and their account.
pub(super) async fn signed_in(
    body: SignInBody,
    request: &HttpRequest,
    application: &Application,
) -> Result<SessionTokens, Problem> {
    let (from, throttle) = (caller_address(request, application), &application.throttle);
    throttle.check_sign_in_from(from)?;
    let credentials = body.parse().map_err(Problem::validation_failed)?;
    let email = credentials.0.clone();
    throttle.check_sign_in_to(&email, from)?;
    let tokens = sessions::sign_in(
        &application.store,
        &application.gate.tokens,
        &application.passwords,
        credentials,
        device(request),
        application.now(),
    )
    .await??;
    throttle.note_sign_in(email, from);
    Ok(tokens)
}

/// Trade a refresh token for new tokens.
///
/// Since an answer may be lost, a refresh token may be sent again until one of the tokens that it was traded for is
/// used. Sent after that it ends the session, and so does another of the tokens that it was traded for: two devices have
/// them. Public: the access token may have expired.
#[utoipa::path(
    tag = "sessions",
    request_body(content = RefreshBody, description = "The refresh token of the last answer"),
    responses((status = 201, description = "New tokens; keep these", body = SessionView), Unauthenticated, TooManyRequests, Unavailable),
    security(()),
)]
#[post("/v1/sessions/refresh")]
pub async fn refresh_session(
    _: Public,
    body: JsonBody<RefreshBody>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let token = RefreshToken::parse(&body.0.refresh_token);
    let tokens = refreshed(token, &request, &application).await?;
    Ok(HttpResponse::Created().json(SessionView::from(tokens)))
}

/// Trades a refresh token, if it is one, within the limits of the caller's address.
pub(super) async fn refreshed(
    token: Option<RefreshToken>,
    request: &HttpRequest,
    application: &Application,
) -> Result<SessionTokens, Problem> {
    let from = caller_address(request, application);
    application.throttle.check_refresh_from(from)?;
    let token = token.ok_or(ProblemCode::Unauthenticated)?;
    let tokens = sessions::refresh(&application.store, &application.gate.tokens, token, application.now()).await??;
    Ok(tokens)
}

/// Sign out of this device.
///
/// Ends the session to which the access token belongs: the refresh token of the session no longer works.
#[utoipa::path(
    tag = "sessions",
    responses((status = 204, description = "Signed out: the refresh token is good no more")),
    security(("access_token" = [])),
)]
#[delete("/v1/sessions/current")]
pub async fn delete_session(
    Caller { who, .. }: Caller<SignedIn>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    sessions::end_session(&application.store, who.by(), who.session, application.now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What a device calls itself: its `User-Agent`, as far as it is plain text.
fn device(request: &HttpRequest) -> Option<String> {
    let text = request.headers().get(USER_AGENT)?.to_str().ok()?.trim();
    (!text.is_empty()).then(|| text.chars().take(DEVICE_MAX).collect())
}

/// A session of the caller.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionItemView {
    /// Its identifier.
    session_id: wire::Identifier,
    /// What the device calls itself (`User-Agent`).
    #[schema(
        required = true,
        max_length = 200,
        example = "Mozilla/5.0 (Android 15; Mobile; rv:140.0)"
    )]
    device: Option<String>,
    /// When it began.
    created_at: wire::Instant,
    /// When it was last refreshed.
    refreshed_at: wire::Instant,
    /// When it ends unless it is refreshed.
    expires_at: wire::Instant,
    /// Whether it is the session of this request.
    #[schema(example = true)]
    current: bool,
    /// When it was ended; only copies hold sessions that were.
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<wire::Instant>,
}

impl SessionItemView {
    /// A session of the caller, whose request belongs to the session `current`.
    pub(in crate::http) fn seen_from(session: Session, current: SessionId) -> Self {
        Self {
            current: session.id == current,
            session_id: session.id.into(),
            device: session.device,
            created_at: session.created_at.into(),
            refreshed_at: session.refreshed_at.into(),
            expires_at: session.expires_at.into(),
            ended_at: session.ended_at.map(Into::into),
        }
    }
}

/// The sessions of the caller.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionList)]
pub struct SessionListView {
    /// The session refreshed last comes first.
    items: Vec<SessionItemView>,
}

/// List the devices on which one is signed in.
///
/// The session refreshed last comes first.
#[utoipa::path(
    tag = "sessions",
    responses((status = 200, description = "The caller's sessions", body = SessionListView)),
    security(("access_token" = [])),
)]
#[get("/v1/sessions")]
pub async fn list_sessions(
    Caller { who, .. }: Caller<SignedIn>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let now = application.now();
    let sessions = application
        .store
        .read(move |connection| stored_sessions::of_account(connection, who.organisation, who.account, now))
        .await?;
    let items = sessions
        .into_iter()
        .map(|session| SessionItemView::seen_from(session, who.session));
    Ok(HttpResponse::Ok().json(SessionListView { items: items.collect() }))
}

/// The part of a path that names a session; a session of somebody else is not found.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct SessionPath {
    /// One of the caller's sessions.
    #[param(value_type = wire::Identifier)]
    session_id: SessionId,
}

impl PathParameters for SessionPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let session_id = reader.id("session_id")?;
        Some(Self { session_id })
    }
}

/// Sign out of another device.
///
/// Ends a session of the caller: its refresh token no longer works. Somebody else's session is not found.
#[utoipa::path(
    tag = "sessions",
    params(SessionPath),
    responses((status = 204, description = "Signed out: the refresh token is good no more")),
    security(("access_token" = [])),
)]
// An identifier has a digit or a hyphen; `current` and `refresh`, which other routes have in this place, have neither.
#[delete("/v1/sessions/{session_id:[^/]*[-0-9][^/]*}")]
pub async fn end_session(
    caller: Caller<SignedIn, SessionPath>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (by, session) = (caller.who.by(), caller.path.session_id);
    let found = sessions::end_session(&application.store, by, session, application.now()).await?;
    found
        .then(|| HttpResponse::NoContent().finish())
        .ok_or(ProblemCode::NotFound.into())
}
