//! The document that describes the API: what it says of the API as a whole, and which failures each operation can give.
//! Most failures follow from the security, body, conditions and path of an operation; the operation names the others
//! itself.

use std::collections::BTreeMap;

use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::Ref;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{OpenApi as Document, Paths, RefOr};
use utoipa::{IntoParams, IntoResponses, Modify, OpenApi};

use super::formats::{FileView, FormatCode, LeafletFormCode, add_forms, lists_forms};
use super::problem::{FaultBody, PROBLEM_JSON, ProblemBody};
use super::problem_code::ProblemCode;
use super::said_once::say_once;
use crate::domain::language::Language;
use crate::http::wire;
use crate::http::wire::codes::LanguageCode;

/// What the document says of the API as a whole.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Quotidien",
        description = "Daily reports of digital-inclusion advisors, and the monthly statistics a council votes on.\n\n\
            Sign in at `POST /v1/sessions`, send `Authorization: Bearer <access_token>`. Days are `2022-05-03`, months \
            `2022-05`, instants RFC 3339. Failures are RFC 9457 problems in French or English (`?lang`, \
            `Accept-Language`).",
        contact(name = "Whoever runs this service"),
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = "/", description = "This service")),
    tags(
        (name = "reports", description = "What advisors did, by day"),
        (name = "statistics", description = "What it adds up to, by month"),
        (name = "months", description = "Closing a month, once its figures are settled"),
        (name = "publications", description = "Settled figures, kept for ever"),
        (name = "field", description = "What stands around the reports: communes, places, partners, what is planned"),
        (name = "nomenclature", description = "The closed lists of codes"),
        (name = "sessions", description = "Signing in and out"),
        (name = "people", description = "Who one is, and who works here"),
        (name = "api-keys", description = "Keys for programs of other makers"),
        (name = "audit", description = "What is written down of who did what"),
        (name = "instance", description = "Organisations, for administrators of the instance"),
        (name = "service", description = "What the service says of itself"),
    ),
    components(schemas(
        LanguageCode, FormatCode, LeafletFormCode, wire::Identifiers, wire::EntityTags, ProblemBody, FaultBody, FileView,
    )),
    modifiers(&Security),
)]
pub struct Base;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some(
                "The access token of `POST /v1/sessions`, or the token of an API key (`qk_…`)",
            ))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("access_token", SecurityScheme::Http(scheme));
        let cookie = ApiKeyValue::with_description(
            BROWSER_COOKIE,
            "The cookie that `POST /v1/browser-sessions` sets for pages of this service, which no script reads. Only the three \
             paths that begin so read it; where the service is reached without HTTPS it is named `quotidien`.",
        );
        components.add_security_scheme("browser_session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// The name of the cookie that holds the session of a browser, where the service is reached by HTTPS. Browsers take one
/// of this name only from a server, for its own host, over HTTPS, and show it to no script.
pub const BROWSER_COOKIE: &str = "__Host-Http-quotidien";

/// A failure of this status, for an operation that can give this failure and does not get it from [`complete`].
pub struct Failure<const STATUS: u16>;

/// What is stored does not allow the request.
pub type Conflict = Failure<409>;
/// Something that the query or the body names does not exist. Operations whose path names something get this failure
/// from [`complete`].
pub type Unknown = Failure<404>;
/// The service cannot answer now. Operations for which one signs in get this failure from [`complete`].
pub type Unavailable = Failure<503>;
/// Somebody asks too often. Operations for which one signs in get this failure from [`complete`].
pub type TooManyRequests = Failure<429>;
/// The password or the token in the body lets nobody in.
pub type Unauthenticated = Failure<401>;
/// The request comes from a page of another site. Operations for which one signs in get this failure from [`complete`].
pub type Forbidden = Failure<403>;
/// What the request asks for has been there, and is no more.
pub type Gone = Failure<410>;
impl<const STATUS: u16> IntoResponses for Failure<STATUS> {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        failure_name(STATUS)
            .map(|name| (STATUS.to_string(), RefOr::Ref(Ref::from_response_name(name))))
            .into_iter()
            .collect()
    }
}

/// The name under which the components of the document hold the failures of a status. 405 has none: it answers methods
/// that no operation has.
fn failure_name(status: u16) -> Option<&'static str> {
    Some(match status {
        400 => "BadRequest",
        401 => "Unauthenticated",
        403 => "Forbidden",
        404 => "NotFound",
        408 => "RequestTimeout",
        409 => "Conflict",
        410 => "Gone",
        412 => "PreconditionFailed",
        413 => "BodyTooLarge",
        415 => "UnsupportedMediaType",
        422 => "ValidationFailed",
        429 => "TooManyRequests",
        500 => "InternalError",
        503 => "Unavailable",
        _ => return None,
    })
}

/// The parameter that every operation takes.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the parameter in the document; QueryReader reads it")]
struct InLanguage {
    /// The language of texts for people, French by default; beats `Accept-Language`.
    #[param(value_type = Option<LanguageCode>, nullable = false, example = "en")]
    lang: Option<Language>,
}

/// Adds to the document what its operations leave unsaid: the parameter `lang`, the failures that follow from what an
/// operation asks for, and every form of the answer where an operation has the parameter `format`. What several operations
/// say alike is said once.
pub fn complete(mut document: Document) -> Document {
    let components = document.components.get_or_insert_default();
    components.responses.extend(failures());
    for (operation, writes) in operations(&mut document.paths) {
        complete_operation(operation, writes);
    }
    say_once(&mut document);
    document
}

/// Every operation, and whether it writes.
pub(super) fn operations(paths: &mut Paths) -> impl Iterator<Item = (&mut Operation, bool)> {
    paths.paths.values_mut().flat_map(|item| {
        let methods = [
            (&mut item.get, false),
            (&mut item.put, true),
            (&mut item.post, true),
            (&mut item.delete, true),
            (&mut item.patch, true),
        ];
        let said = |(operation, writes): (_, bool)| Option::as_mut(operation).map(|operation| (operation, writes));
        methods.into_iter().filter_map(said)
    })
}

fn complete_operation(operation: &mut Operation, writes: bool) {
    let parameters = operation.parameters.get_or_insert_default();
    let is_in = |place: &ParameterIn| {
        parameters
            .iter()
            .any(|parameter| matches!(parameter, RefOr::T(named) if named.parameter_in == *place))
    };
    let public = SecurityRequirement::default();
    let signed_in = operation.security.iter().flatten().any(|needed| *needed != public);
    // 400: every operation reads `lang`, and refuses parameters that it does not have.
    let mut statuses = vec![400, 500];
    if signed_in {
        statuses.extend([401, 403, 429, 503]);
    }
    if is_in(&ParameterIn::Path) {
        statuses.push(404);
    }
    if writes && is_in(&ParameterIn::Header) {
        statuses.push(412);
    }
    if operation.request_body.is_some() {
        statuses.extend([408, 413, 415, 422]);
    }
    for status in statuses {
        if let Some(name) = failure_name(status) {
            let response = RefOr::Ref(Ref::from_response_name(name));
            operation.responses.responses.insert(status.to_string(), response);
        }
    }
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            describe_headers(response);
        }
    }
    let asks_for_a_form = parameters
        .iter()
        .any(|parameter| matches!(parameter, RefOr::T(named) if lists_forms(named)));
    if asks_for_a_form && let Some(RefOr::T(answer)) = operation.responses.responses.get_mut("200") {
        add_forms(answer);
    }
    parameters.extend(
        InLanguage::into_params(|| Some(ParameterIn::Query))
            .into_iter()
            .map(RefOr::T),
    );
    // Generators take an empty list for what it means, and one empty requirement for a requirement.
    if operation.security == Some(vec![public]) {
        operation.security = Some(Vec::new());
    }
}

/// Says of the headers of an answer what they hold, where the operation says nothing else of them.
fn describe_headers(response: &mut Response) {
    for (name, header) in &mut response.headers {
        let said = match name.as_str() {
            "ETag" => "The version of the answer, for `If-None-Match` and, where it is taken, `If-Match`",
            "Location" => "The path of what was made",
            _ => continue,
        };
        if let RefOr::T(header) = header {
            header.description.get_or_insert_with(|| said.to_owned());
        }
    }
}

/// A response for each status of failures, which lists the codes of that status.
fn failures() -> BTreeMap<String, RefOr<Response>> {
    let mut codes: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for code in ProblemCode::ALL {
        let title = format!("`{}`: {}", code.code(), code.title(Language::English));
        codes.entry(code.status().as_u16()).or_default().push(title);
    }
    let named = codes.into_iter().filter_map(|(status, codes)| {
        let name = failure_name(status)?.to_owned();
        Some((name, RefOr::T(problem_response(status, &codes.join("; ")))))
    });
    named.collect()
}

fn problem_response(status: u16, description: &str) -> Response {
    let content = || {
        ContentBuilder::new()
            .schema(Some(RefOr::Ref(Ref::from_schema_name("Problem"))))
            .build()
    };
    let header = |description: &str| {
        HeaderBuilder::new()
            .schema(Some(utoipa::schema!(String)))
            .description(Some(description))
            .build()
    };
    let response = ResponseBuilder::new()
        .description(description)
        .content(PROBLEM_JSON, content())
        // Generators that do not know the media type above find the schema here.
        .content("application/json", content());
    match status {
        401 => response.header("WWW-Authenticate", header("How to authenticate")),
        429 | 503 => response.header("Retry-After", header("Seconds to wait")),
        _ => response,
    }
    .build()
}
