//! The copy of figures that a caller has at hand. Its entity tag is made of all that decides an answer, and of nothing of the
//! answer: the build, whose figures the caller sees, the civil day in the zone of the organisation, the number of the
//! organisation's last change, and what was asked, in which language and form. Whatever figures are made of is written under the
//! lock of the organisation, which moves that number. So whether a copy is still good is told before anything is counted.

use std::future::Future;

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, CACHE_CONTROL, ETAG, HeaderValue, VARY};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use utoipa::IntoResponses;

use crate::http::answer::envelope::language_of;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::conditions;
use crate::http::request::rights::Member;
use crate::storage::organisations;

/// What the sources of this program digest to.
const BUILD: &str = env!("QUOTIDIEN_BUILD");
/// Caches on the way keep no figures; the caller's own asks each time whether its copy is good.
const CACHING: &str = "private, no-cache";

/// Answers that the copy at hand is good, when the caller names its entity tag; else with `figures`, and their tag.
///
/// # Errors
/// 500 or 503 when the number of the last change is not read, and what `figures` says.
pub async fn unless_at_hand(
    who: &Member,
    request: &HttpRequest,
    application: &Application,
    figures: impl Future<Output = Result<HttpResponse, Problem>>,
) -> Result<HttpResponse, Problem> {
    let organisation = who.organisation;
    // Read before the figures are: when something is written between, the tag is an earlier one, and the next question is
    // answered with figures once more.
    let last_change = application
        .store
        .read(move |connection| organisations::history(connection, organisation));
    let tag = entity_tag(who, request, application, &last_change.await?);
    let mut answer = if conditions::names(request, &tag) {
        HttpResponse::NotModified().insert_header((VARY, "Accept")).finish()
    } else {
        figures.await?
    };
    // Weak: an answer says too when it was made.
    if let Ok(tag) = HeaderValue::try_from(format!("W/\"{tag}\""))
        && [StatusCode::OK, StatusCode::NOT_MODIFIED].contains(&answer.status())
    {
        answer.headers_mut().insert(ETAG, tag);
        answer
            .headers_mut()
            .insert(CACHE_CONTROL, HeaderValue::from_static(CACHING));
    }
    Ok(answer)
}

/// The entity tag of what a request asks for, without its quotes.
fn entity_tag(who: &Member, request: &HttpRequest, application: &Application, last_change: &(String, i64)) -> String {
    let accepted = request.headers().get_all(ACCEPT).map(HeaderValue::as_bytes);
    let decided_by = (
        BUILD,
        (
            who.organisation.to_string(),
            who.own.map(|own| own.to_string()),
            who.through.is_some(),
        ),
        application.today(who.time_zone),
        last_change,
        (request.path(), request.query_string()),
        (language_of(request).code(), accepted.collect::<Vec<_>>()),
    );
    let text = serde_json::to_vec(&decided_by).unwrap_or_default();
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}

/// The answer that says so, for the document of the API.
#[derive(IntoResponses)]
#[response(status = 304, description = "The copy at hand is good")]
pub struct CopyIsGood;
