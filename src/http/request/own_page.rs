//! Requests of this service's own pages. A browser sends the cookie of a session by itself, so what reads that cookie must
//! know that no page of another site made the request.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{HOST, ORIGIN};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use super::caller::Public;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::{Application, Browsers};

/// The header in which browsers say which page makes a request; pages can neither set nor change it.
const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// A page of this service calls, signed in or not. Any other caller gets 403 before a body or a cookie is read.
pub struct OwnPage;

impl FromRequest for OwnPage {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let application = request.app_data::<Data<Application>>();
        if !application.is_some_and(|application| is_own(request, &application.browsers)) {
            return ready(Err(ProblemCode::ForeignPage.into()));
        }
        let public = Public::<(), ()>::from_request(request, payload).into_inner();
        ready(public.map(|_| Self))
    }
}

/// Whether a page of this service makes the request. Browsers that say which page makes one are believed; of older ones,
/// the origin that they send must be the service's own: the configured one, or the host that the request is sent to.
fn is_own(request: &HttpRequest, browsers: &Browsers) -> bool {
    let header = |name: &str| {
        request
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap_or_default())
    };
    if let Some(site) = header(SEC_FETCH_SITE) {
        return site == "same-origin";
    }
    let Some(origin) = header(ORIGIN.as_str()).map(str::to_ascii_lowercase) else {
        return false;
    };
    if browsers.own_origin.as_ref() == Some(&origin) {
        return true;
    }
    let host = header(HOST.as_str()).map(str::to_ascii_lowercase);
    match origin.split_once("://") {
        Some((scheme, authority)) => {
            let fits = scheme == "https" || (scheme == "http" && !browsers.https);
            fits && !authority.is_empty() && host.is_some_and(|host| host == authority)
        }
        None => false,
    }
}
