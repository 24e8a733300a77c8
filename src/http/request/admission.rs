//! Lets callers in before anything else is read of a request, and leaves word for the types of `caller.rs`.

use std::net::IpAddr;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage as _, HttpRequest};
use ipnet::IpNet;

use crate::auth::token::Access;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;

/// What a proxy says of whom it asks for.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Who was let in, or why nobody was. The middleware puts it among the extensions of the request, where the callers of
/// `caller.rs` find it.
pub struct Admitted(pub Result<Access, Problem>);

/// The middleware: who calls is looked up once, whatever the operation does with it.
///
/// # Errors
/// The service's own.
pub async fn admit(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let admitted = match (bearer_token(&request), request.app_data::<Data<Application>>()) {
        (Some(token), Some(application)) => Some(admitted(application, token).await),
        _ => None,
    };
    if let Some(admitted) = admitted {
        request.extensions_mut().insert(Admitted(admitted));
    }
    next.call(request).await
}

async fn admitted(application: &Application, token: &str) -> Result<Access, Problem> {
    let admitted = application
        .gate
        .admit(&application.store, token, application.now())
        .await?;
    let access = admitted.ok_or(ProblemCode::Unauthenticated)?;
    application.throttle.check_caller(&access)?;
    Ok(access)
}

/// Limits how often one address tries to sign in or to have a password reset.
pub(in crate::http) fn limit_address(request: &HttpRequest, application: &Application) -> Result<(), Problem> {
    match address_of(request, &application.trusted_proxies) {
        Some(address) => Ok(application.throttle.check_address(address)?),
        None => Ok(()),
    }
}

/// From which address a request comes: what trusted proxies say of it, the nearest first, up to one who is none of them.
fn address_of(request: &HttpRequest, trusted: &[IpNet]) -> Option<IpAddr> {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut address = request.peer_addr()?.ip().to_canonical();
    let said = request.headers().get_all(FORWARDED_FOR);
    let said: Vec<&str> = said
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(','))
        .collect();
    for nearer in said.iter().rev() {
        if !is_trusted(&address) {
            break;
        }
        let Ok(next) = nearer.trim().parse::<IpAddr>() else {
            break;
        };
        address = next.to_canonical();
    }
    Some(address)
}

fn bearer_token(request: &ServiceRequest) -> Option<&str> {
    let text = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
