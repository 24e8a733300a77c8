//! Lets callers in before anything else is read of a request, and leaves word for the types of `caller.rs`.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage as _};

use super::application::Application;
use super::problem::Problem;
use super::problem_code::ProblemCode;
use crate::auth::token::Access;

/// Who was let in, or why nobody was: a word that the extensions of a request hold.
pub struct Admitted(pub Result<Access, Problem>);

/// The middleware: who calls is looked up once, whatever the operation does with it.
///
/// # Errors
/// The service's own.
pub async fn admit(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let token = bearer_token(&request).map(str::to_owned);
    let application = request.app_data::<Data<Application>>().cloned();
    if let (Some(token), Some(application)) = (token, application) {
        let admitted = admitted(&application, &token).await;
        request.extensions_mut().insert(Admitted(admitted));
    }
    next.call(request).await
}

async fn admitted(application: &Application, token: &str) -> Result<Access, Problem> {
    let admitted = application
        .gate
        .admit(&application.store, token, application.now())
        .await?;
    admitted.ok_or(ProblemCode::Unauthenticated.into())
}

fn bearer_token(request: &ServiceRequest) -> Option<&str> {
    let text = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
