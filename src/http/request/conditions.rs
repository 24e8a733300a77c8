//! Conditional requests (RFC 9110, section 13). The entity tag of what has versions is its version in quotes; the entity tag of a
//! text that changes only with the program is a digest of the text.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{CACHE_CONTROL, ETAG, HeaderName, IF_MATCH, IF_NONE_MATCH};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};

use crate::domain::decision::{Preconditions, Versions};
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::http::answer::problem::Problem;
use crate::http::wire;

/// The entity tag of a version.
pub fn entity_tag(version: i64) -> String {
    format!("\"{version}\"")
}

/// The header `If-Match`. It has no example, because Swagger UI would send the example.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes the header in the document; Conditions reads it")]
pub struct IfMatch {
    /// Write only over this version, or one of several: `"3"`, the `ETag` of what is stored.
    #[param(rename = "If-Match", value_type = Option<wire::EntityTags>, nullable = false)]
    if_match: Option<String>,
}

/// The header `If-None-Match`. It has no example, because Swagger UI would send the example.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes the header in the document; Conditions reads it")]
pub struct IfNoneMatch {
    /// `*`: write only when nothing is stored; the `ETag` of a copy: answer only when another version is stored.
    #[param(rename = "If-None-Match", value_type = Option<wire::EntityTags>, nullable = false)]
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

/// The versions that a header names. A tag that this service did not make matches no version.
fn versions(request: &HttpRequest, name: &HeaderName) -> Result<Option<Versions>, FieldCode> {
    let versions = entity_tags(request, name)?.map(|tags| match tags {
        EntityTags::Any => Versions::Any,
        EntityTags::OneOf(tags) => Versions::OneOf(tags.iter().filter_map(EntityTag::version).collect()),
    });
    Ok(versions)
}

/// What `If-Match` or `If-None-Match` names.
enum EntityTags {
    /// `*`: whatever there is.
    Any,
    /// Some tags, one at least.
    OneOf(Vec<EntityTag>),
}

/// An entity tag of a request.
struct EntityTag {
    weak: bool,
    /// What stands between the quotes.
    text: String,
}

/// The tags that a header names, over all its lines; `None` without the header. A header that names no tag is a
/// mistake: if it counted as no header, the write would replace the version that the caller wanted to protect.
fn entity_tags(request: &HttpRequest, name: &HeaderName) -> Result<Option<EntityTags>, FieldCode> {
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
        ["*"] => Ok(Some(EntityTags::Any)),
        tags => {
            let named = tags.iter().map(|tag| EntityTag::parse(tag));
            named
                .collect::<Option<_>>()
                .map(|named| Some(EntityTags::OneOf(named)))
                .ok_or(FieldCode::InvalidValue)
        }
    }
}

impl EntityTag {
    fn parse(tag: &str) -> Option<Self> {
        let opaque = tag.strip_prefix("W/").unwrap_or(tag);
        let text = opaque.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        text.filter(|text| !text.contains('"')).map(|text| Self {
            weak: opaque.len() != tag.len(),
            text: text.to_owned(),
        })
    }

    /// The version that the tag names; `None` when this service did not make the tag, or the tag is weak: versions are
    /// compared strongly, and a weak tag never matches then.
    fn version(&self) -> Option<i64> {
        // Tags are compared as texts: "03" is not the tag of version 3.
        let version = self.text.parse().ok();
        version.filter(|version: &i64| !self.weak && version.to_string() == self.text)
    }
}

/// A text that anybody may keep for a while, JSON in general, and the digest that is its entity tag.
pub struct TaggedJson {
    media_type: &'static str,
    body: Bytes,
    tag: String,
}

/// The header with which callers name the copy that they have.
impl IntoParams for TaggedJson {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let header = ParameterBuilder::new()
            .name("If-None-Match")
            .parameter_in(ParameterIn::Header)
            .description(Some("The `ETag` of the copy at hand."))
            .required(Required::False)
            .schema(Some(utoipa::schema!(String)));
        vec![header.build()]
    }
}

impl TaggedJson {
    /// A value as JSON text, with its tag.
    #[must_use]
    pub fn new(value: &impl Serialize) -> Self {
        Self::of_text("application/json", serde_json::to_vec(value).unwrap_or_default())
    }

    /// A text of another media type, with its tag.
    #[must_use]
    pub fn of_text(media_type: &'static str, text: impl Into<Bytes>) -> Self {
        let body = text.into();
        let tag = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&body));
        Self { media_type, body, tag }
    }

    /// Answers with the text, or with 304 when the caller has it already. Caches may keep the answer for five minutes.
    #[must_use]
    pub fn answer(&self, request: &HttpRequest) -> HttpResponse {
        self.answer_to(request, "public, max-age=300")
    }

    /// Answers like [`TaggedJson::answer`] with what is the caller's alone: no cache on the way keeps it.
    #[must_use]
    pub fn answer_privately(&self, request: &HttpRequest) -> HttpResponse {
        self.answer_to(request, "private, no-cache")
    }

    fn answer_to(&self, request: &HttpRequest, caching: &'static str) -> HttpResponse {
        let is_known = self.is_known(request);
        let mut response = if is_known {
            HttpResponse::NotModified()
        } else {
            HttpResponse::Ok()
        };
        response
            .insert_header((ETAG, format!("\"{}\"", self.tag)))
            .insert_header((CACHE_CONTROL, caching));
        if is_known {
            response.finish()
        } else {
            response.content_type(self.media_type).body(self.body.clone())
        }
    }

    /// Whether the caller names the tag of this text; a weak tag is enough (RFC 9110, section 13.1.2). A malformed
    /// header counts as no header: the caller gets the text.
    fn is_known(&self, request: &HttpRequest) -> bool {
        is_known(request, &self.tag)
    }
}

/// Whether a caller names this entity tag, which is given without its quotes, as that of a copy at hand. `*` names none.
pub(in crate::http) fn names(request: &HttpRequest, entity_tag: &str) -> bool {
    match entity_tags(request, &IF_NONE_MATCH) {
        Ok(Some(EntityTags::OneOf(tags))) => tags.iter().any(|tag| tag.text == entity_tag),
        Ok(None | Some(EntityTags::Any)) | Err(_) => false,
    }
}

/// Whether a caller has what has this entity tag, which is given without its quotes.
pub(in crate::http) fn is_known(request: &HttpRequest, entity_tag: &str) -> bool {
    match entity_tags(request, &IF_NONE_MATCH) {
        Ok(Some(EntityTags::Any)) => true,
        _ => names(request, entity_tag),
    }
}
