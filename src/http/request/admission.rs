//! Finds out who calls before anything else of a request is read, for the types of `caller.rs`.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage as _, HttpRequest};
use ipnet::IpNet;
use uuid::Uuid;

use crate::auth::token::Access;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;

/// The header in which each proxy adds the address from which it got the request.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Who calls, or why they were not let in. [`admit`] puts this among the extensions of the request, where the types of
/// `caller.rs` find it; a request without a token has none.
pub struct Admitted(pub Result<Access, Problem>);

impl Admitted {
    /// The person or program that was let in.
    fn caller(&self) -> Option<Uuid> {
        self.0.as_ref().ok().map(Access::caller)
    }
}

/// The middleware that looks up who calls, whether or not the operation asks for it.
pub async fn admit(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let admitted = match (bearer_token(&request), request.app_data::<Data<Application>>()) {
        (Some(token), Some(application)) => Some(admitted(application, token).await),
        _ => None,
    };
    if let Some(access) = admitted {
        request.extensions_mut().insert(Admitted(access));
    }
    next.call(request).await
}

/// The middleware of an operation whose answer may be large: whoever was let in makes few such reads at once, and is not let in when no
/// place is given back in time. It stands around the operation itself, since a path that is written in another way means the same one.
pub async fn heavy_read(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let caller = request.extensions().get::<Admitted>().and_then(Admitted::caller);
    let mut place = None;
    if let (Some(caller), Some(application)) = (caller, request.app_data::<Data<Application>>()) {
        match application.heavy_reads.place(caller).await {
            Ok(given) => place = Some(given),
            Err(wait) => {
                request.extensions_mut().insert(Admitted(Err(wait.into())));
            }
        }
    }
    let mut response = next.call(request).await?;
    if let Some(place) = place {
        // The envelope holds it until the answer is read.
        response.response_mut().extensions_mut().insert(place);
    }
    Ok(response)
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

/// The address by whose limits a request is counted.
pub(in crate::http) fn caller_address(request: &HttpRequest, application: &Application) -> IpAddr {
    let trusted = &application.trusted_proxies;
    if let Some(proxy) = unknown_proxy(request, trusted) {
        application.tell_once_of_a_proxy(proxy);
    }
    address_of(request, trusted)
}

/// The address of what seems to be a proxy that nobody said to trust: it says whom it asks for, from a network that strangers
/// cannot be in. All who come through it are counted as one.
fn unknown_proxy(request: &HttpRequest, trusted: &[IpNet]) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let near = match peer {
        IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local(),
    };
    let unknown = near && !trusted.iter().any(|network| network.contains(&peer));
    (unknown && request.headers().contains_key(FORWARDED_FOR)).then_some(peer)
}

/// The address from which a request comes. A trusted proxy is believed about the address from which it got the request;
/// going back this way, the first address that is no trusted proxy's is the caller's. Connections without an address
/// count as one caller's.
fn address_of(request: &HttpRequest, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
    let mut address = peer.unwrap_or(Ipv4Addr::UNSPECIFIED.into());
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
    address
}

fn bearer_token(request: &ServiceRequest) -> Option<&str> {
    // A long text, which the header itself would go through byte by byte.
    let text = str::from_utf8(request.headers().get(AUTHORIZATION)?.as_bytes()).ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
