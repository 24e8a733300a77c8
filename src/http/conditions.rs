//! Conditional requests (RFC 9110, section 13): entity tags are versions in quotes.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};
use actix_web::{FromRequest, HttpRequest};

use super::problem::Problem;
use crate::domain::decision::{Preconditions, Versions};
use crate::domain::field_error::{FieldCode, FieldErrors};

/// The entity tag of a version.
#[must_use]
pub fn entity_tag(version: i64) -> String {
    format!("\"{version}\"")
}

/// The conditions of a request, as an argument of its handler.
pub struct Conditions(pub Preconditions);

impl FromRequest for Conditions {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut errors = FieldErrors::new();
        let mut read = |name: HeaderName| {
            let versions = versions(request, &name);
            versions.unwrap_or_else(|code| {
                errors.push_parameter(name.as_str(), code);
                None
            })
        };
        let preconditions = Preconditions {
            if_match: read(IF_MATCH),
            if_none_match: read(IF_NONE_MATCH),
        };
        let conditions = errors.into_result(Self(preconditions));
        ready(conditions.map_err(|errors| Problem::invalid_parameters(errors).into()))
    }
}

/// The versions that a header names, over all its lines. Tags that are not ours match nothing.
fn versions(request: &HttpRequest, name: &HeaderName) -> Result<Option<Versions>, FieldCode> {
    let mut named: Option<Vec<i64>> = None;
    for line in request.headers().get_all(name) {
        let line = line.to_str().map_err(|_| FieldCode::InvalidValue)?;
        for tag in line.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
            if tag == "*" {
                return Ok(Some(Versions::Any));
            }
            let opaque = tag.strip_prefix("W/").unwrap_or(tag);
            let quoted = opaque.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            let text = quoted.ok_or(FieldCode::InvalidValue)?;
            let named = named.get_or_insert_default();
            // A weak tag never matches strongly, and ours are strong.
            if opaque.len() == tag.len() {
                named.extend(text.parse::<i64>());
            }
        }
    }
    Ok(named.map(Versions::OneOf))
}
