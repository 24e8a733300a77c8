//! The document that describes the API: what is said of the whole, and the failures that every operation shares.

use std::collections::BTreeMap;

use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::Ref;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{OpenApi as Document, RefOr};
use utoipa::{IntoResponses, Modify, OpenApi};

use super::problem::{FaultBody, PROBLEM_JSON, ProblemBody};
use super::problem_code::ProblemCode;
use crate::domain::language::Language;

/// What is said of the whole API.
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
        (name = "nomenclature", description = "The closed lists of codes"),
        (name = "sessions", description = "Signing in and out"),
        (name = "people", description = "Who one is, and who works here"),
        (name = "api-keys", description = "Keys for programs of other makers"),
        (name = "audit", description = "What is written down of who did what"),
        (name = "instance", description = "Organisations, for administrators of the instance"),
        (name = "service", description = "What the service says of itself"),
    ),
    components(schemas(ProblemBody, FaultBody)),
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
    }
}

/// The failures of every operation: one response a status, so that generated clients know one type of failure.
pub struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut titles: BTreeMap<u16, Vec<String>> = BTreeMap::new();
        for code in ProblemCode::ALL {
            let title = format!("`{}`: {}", code.code(), code.title(Language::English));
            titles.entry(code.status().as_u16()).or_default().push(title);
        }
        titles
            .into_iter()
            .map(|(status, titles)| {
                (
                    status.to_string(),
                    RefOr::T(problem_response(status, &titles.join("; "))),
                )
            })
            .collect()
    }
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
        // Generators that do not know the media type above find the type here.
        .content("application/json", content());
    match status {
        401 => response.header("WWW-Authenticate", header("How to authenticate")),
        405 => response.header("Allow", header("The methods that the path takes")),
        429 | 503 => response.header("Retry-After", header("Seconds to wait")),
        _ => response,
    }
    .build()
}
