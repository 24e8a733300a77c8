//! Passwords: chosen with an invitation, changed with the current password, asked for anew when forgotten.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post, put};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::actions::passwords;
use crate::auth::opaque_token::InvitationToken;
use crate::auth::password::Password;
use crate::domain::account::Email;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::http::answer::openapi::{TooManyRequests, Unavailable};
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::admission::caller_address;
use crate::http::request::caller::{Caller, Public};
use crate::http::request::json_body::JsonBody;
use crate::http::request::rights::SignedIn;
use crate::http::runtime::spawn;
use crate::mail::Mailer;

/// An invitation and the password that it is to set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PasswordChoiceRequest)]
pub struct PasswordChoiceBody {
    /// The token of the invitation.
    #[schema(max_length = 200, example = "AZjzwnwefSqPAAJCrBIAAgGY88J8Hn0qjwACQqwSAAI")]
    token: String,
    /// The password: hard to guess, without the name or the address.
    #[schema(format = Password, min_length = 14, max_length = 128, example = "correct horse battery")]
    password: String,
}

/// The current password and the new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PasswordChangeRequest)]
pub struct PasswordChangeBody {
    /// The current password.
    #[schema(format = Password, max_length = 128, example = "horse battery correct")]
    current_password: String,
    /// The new password: hard to guess, without the name or the address.
    #[schema(format = Password, min_length = 14, max_length = 128, example = "staple correct horse")]
    password: String,
}

/// The address of somebody who forgot their password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PasswordResetRequest)]
pub struct PasswordResetBody {
    /// The address with which they sign in, in any case.
    #[schema(format = Email, max_length = 254, example = "camille.martin@demo.example")]
    email: String,
}

/// Choose a password with an invitation.
///
/// An invitation works once. Every session of the account ends. Public: the token says whose password it is.
#[utoipa::path(
    tag = "sessions",
    request_body(content = PasswordChoiceBody, description = "The invitation and the password"),
    responses((status = 204, description = "The password is set; sign in with it"), Unavailable),
    security(()),
)]
#[put("/v1/passwords")]
pub async fn put_password(
    _: Public,
    body: JsonBody<PasswordChoiceBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let token = InvitationToken::parse(&body.0.token).ok_or_else(|| fault("/token", FieldCode::UnusableToken))?;
    let (store, passwords, now) = (&application.store, &application.passwords, application.now());
    passwords::accept_invitation(store, passwords, token, body.0.password, now).await??;
    Ok(HttpResponse::NoContent().finish())
}

/// Change one's password.
///
/// Every other session of the caller ends.
#[utoipa::path(
    tag = "sessions",
    request_body(content = PasswordChangeBody, description = "The password and the new one"),
    responses((status = 204, description = "Changed")),
    security(("access_token" = [])),
)]
#[put("/v1/me/password")]
pub async fn put_own_password(
    Caller { who, .. }: Caller<SignedIn>,
    body: JsonBody<PasswordChangeBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    application.throttle.check_account(who.account.uuid())?;
    // No account has a password of a length that is not allowed, so such a text cannot be the caller's current password.
    let current =
        Password::parse(&body.0.current_password).map_err(|_| fault("/current_password", FieldCode::WrongPassword))?;
    let (store, passwords, now) = (&application.store, &application.passwords, application.now());
    passwords::change_password(store, passwords, (who.by(), who.session), current, body.0.password, now).await??;
    Ok(HttpResponse::NoContent().finish())
}

/// Ask for a new password.
///
/// When the address has an account and the service sends mail, a link is mailed there that sets the password, once,
/// within a day; three links an hour at most. The answer does not tell whether the address has an account. Where the
/// service sends no mail, ask your coordinator. Public: people who forgot their password cannot sign in.
#[utoipa::path(
    tag = "sessions",
    request_body(content = PasswordResetBody, description = "The address"),
    responses((status = 202, description = "A message is on its way, if there is such an account"), TooManyRequests, Unavailable),
    security(()),
)]
#[post("/v1/passwords/reset")]
pub async fn create_password_reset(
    _: Public,
    body: JsonBody<PasswordResetBody>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let from = caller_address(&request, &application);
    application.throttle.check_reset_from(from)?;
    let email = Email::parse(&body.0.email).map_err(|code| fault("/email", code))?;
    application.throttle.check_reset_of(&email)?;
    if let Some(mailer) = application.mailer.clone() {
        // This work is done beside the answer, so that the time to the answer does not tell whether there is such an
        // account.
        spawn(mail_reset(application, mailer, email));
    }
    Ok(HttpResponse::Accepted().finish())
}

async fn mail_reset(application: Data<Application>, mailer: Mailer, email: Email) {
    let asked = passwords::ask_reset(&application.store, &mailer, email, application.now()).await;
    if let Err(error) = asked {
        tracing::error!(%error, "a forgotten password was not reset");
    }
}

fn fault(pointer: &str, code: FieldCode) -> Problem {
    Problem::validation_failed(FieldErrors::of_body(pointer, code))
}
