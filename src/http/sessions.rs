//! Sessions: signing in, refreshing, signing out.

use actix_web::web::Data;
use actix_web::{HttpResponse, delete, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::application::Application;
use super::caller::Caller;
use super::json_body::JsonBody;
use super::openapi::Problems;
use super::problem::Problem;
use super::problem_code::ProblemCode;
use super::query::{InLanguage, NoParameters, Query};
use crate::actions::sessions::{self, SessionTokens};
use crate::auth::password::Password;
use crate::auth::refresh_token::RefreshToken;
use crate::auth::token::LIFETIME_SECONDS;
use crate::domain::account::Email;
use crate::domain::field_error::FieldErrors;

/// An address and a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignInRequest)]
pub struct SignInBody {
    /// The address, in any case.
    #[schema(format = Email, max_length = 254, example = "camille.martin@demo.example")]
    email: String,
    /// The password.
    #[schema(format = Password, min_length = 14, max_length = 128, example = "correct horse battery")]
    password: String,
}

impl SignInBody {
    fn parse(self) -> Result<(Email, Password), FieldErrors> {
        let mut errors = FieldErrors::new();
        let email = Email::parse(&self.email)
            .map_err(|code| errors.push("/email", code))
            .ok();
        let password = Password::parse(self.password)
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
    /// Goes into the Authorization header of every request.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.eyJzdWIiOiIuLi4ifQ.c2lnbmF0dXJl")]
    access_token: String,
    /// How the access token is sent: always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: String,
    /// For how many seconds the access token is valid.
    #[schema(minimum = 1, example = 900)]
    expires_in: i64,
    /// Trades for new tokens, once, within 90 days.
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
/// Public: this is how one becomes known.
#[utoipa::path(
    tag = "sessions",
    request_body(content = SignInBody, description = "The address and the password"),
    params(InLanguage),
    responses((status = 201, description = "Signed in", body = SessionView), Problems),
    security(()),
)]
#[post("/v1/sessions")]
pub async fn create_session(
    _: Query<NoParameters>,
    body: JsonBody<SignInBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (email, password) = body.0.parse().map_err(Problem::validation_failed)?;
    let tokens = sessions::sign_in(
        &application.store,
        &application.tokens,
        &application.passwords,
        email,
        password,
        application.now(),
    )
    .await??;
    Ok(HttpResponse::Created().json(SessionView::from(tokens)))
}

/// Trade a refresh token for new tokens.
///
/// Each is good once. Public: the access token may have expired.
#[utoipa::path(
    tag = "sessions",
    request_body(content = RefreshBody, description = "The refresh token of the last answer"),
    params(InLanguage),
    responses((status = 201, description = "New tokens; the old refresh token is good no more", body = SessionView), Problems),
    security(()),
)]
#[post("/v1/sessions/refresh")]
pub async fn refresh_session(
    _: Query<NoParameters>,
    body: JsonBody<RefreshBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let token = RefreshToken::parse(&body.0.refresh_token).ok_or(ProblemCode::Unauthenticated)?;
    let tokens = sessions::refresh(&application.store, &application.tokens, token, application.now()).await??;
    Ok(HttpResponse::Created().json(SessionView::from(tokens)))
}

/// Sign out of this device.
///
/// Ends the session of the access token: its refresh token is good no more.
#[utoipa::path(
    tag = "sessions",
    params(InLanguage),
    responses((status = 204, description = "Signed out: the refresh token is good no more"), Problems),
    security(("access_token" = [])),
)]
#[delete("/v1/sessions/current")]
pub async fn delete_session(
    caller: Caller,
    _: Query<NoParameters>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    sessions::sign_out(&application.store, caller.0, application.now()).await?;
    Ok(HttpResponse::NoContent().finish())
}
