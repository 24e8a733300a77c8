//! Conditional requests (RFC 9110, section 13): entity tags are versions in quotes.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};
use actix_web::{FromRequest, HttpRequest};
use utoipa::IntoParams;

use crate::domain::decision::{Preconditions, Versions};
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::http::answer::problem::Problem;

/// The entity tag of a version.
#[must_use]
pub fn entity_tag(version: i64) -> String {
    format!("\"{version}\"")
}

/// The header `If-Match`. Without an example: Swagger UI would send it.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes the header in the document; Conditions reads it")]
pub struct IfMatch {
    /// Only when the day is at this version, or one of several: `"3"`, the `ETag` of the report.
    #[param(
        rename = "If-Match",
        nullable = false,
        pattern = "^(\\*|(W/)?\"[ !#-~]*\"(, *(W/)?\"[ !#-~]*\")*)$"
    )]
    if_match: Option<String>,
}

/// The header `If-None-Match`. Without an example: Swagger UI would send it.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes the header in the document; Conditions reads it")]
pub struct IfNoneMatch {
    /// `*`: only when there is no report; the `ETag` of a copy: only when the day is no more at this version.
    #[param(
        rename = "If-None-Match",
        nullable = false,
        pattern = "^(\\*|(W/)?\"[ !#-~]*\"(, *(W/)?\"[ !#-~]*\")*)$"
    )]
    if_none_match: Option<String>,
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

/// The versions that a header names, over all its lines. Tags that are not ours match nothing. A header that names none is
/// a mistake: taking it for no condition would overwrite what it was to protect.
fn versions(request: &HttpRequest, name: &HeaderName) -> Result<Option<Versions>, FieldCode> {
    if !request.headers().contains_key(name) {
        return Ok(None);
    }
    let mut tags = Vec::new();
    for line in request.headers().get_all(name) {
        let line = line.to_str().map_err(|_| FieldCode::InvalidValue)?;
        let mut quoted = false;
        let tags_of_line = line.split(|c| {
            quoted ^= c == '"';
            c == ',' && !quoted
        });
        tags.extend(tags_of_line.map(str::trim).filter(|tag| !tag.is_empty()));
    }
    match tags.as_slice() {
        [] => Err(FieldCode::InvalidValue),
        ["*"] => Ok(Some(Versions::Any)),
        tags => {
            let named = tags.iter().filter_map(|tag| version(tag).transpose());
            named
                .collect::<Result<_, _>>()
                .map(|named| Some(Versions::OneOf(named)))
        }
    }
}

/// The version that a tag names; none when it is weak (a weak tag never matches strongly, and ours are strong) or foreign.
fn version(tag: &str) -> Result<Option<i64>, FieldCode> {
    let opaque = tag.strip_prefix("W/").unwrap_or(tag);
    let quoted = opaque.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let text = quoted
        .filter(|text| !text.contains('"'))
        .ok_or(FieldCode::InvalidValue)?;
    let strong = opaque.len() == tag.len();
    // Tags are compared as texts: "03" is not ours.
    let version = text.parse().ok().filter(|version: &i64| version.to_string() == text);
    Ok(version.filter(|_| strong))
}
