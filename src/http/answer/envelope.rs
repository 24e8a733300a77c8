//! What every request and every answer have: an identifier, a language, HEAD answered as GET, failures in words, and the
//! headers that keep browsers and caches from doing harm.

use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::header::{
    AcceptLanguage, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, Header as _, HeaderName,
    HeaderValue, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{Error, HttpMessage as _, HttpRequest};
use tracing::Instrument as _;
use uuid::Uuid;

use super::paced::paced;
use super::problem::{PROBLEM_JSON, Problem};
use super::problem_code::ProblemCode;
use crate::domain::language::Language;
use crate::http::application::{Application, Browsers};
use crate::http::heavy_reads::Place;
use crate::http::metrics::Metrics;

/// The header that carries the identifier of a request, in and out.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The language in which a request wants its answer: `?lang` beats `Accept-Language`, and French is the default. A
/// `?lang` that is not known is refused where the query is read.
pub fn language_of(request: &HttpRequest) -> Language {
    asked_language(request.query_string(), request)
}

fn asked_language(query: &str, message: &impl actix_web::HttpMessage) -> Language {
    let asked = serde_urlencoded::from_str::<Vec<(String, String)>>(query)
        .unwrap_or_default()
        .into_iter()
        .find_map(|(name, value)| (name == "lang").then(|| Language::from_code(&value)).flatten());
    asked.unwrap_or_else(|| accepted_language(message))
}

fn accepted_language(message: &impl actix_web::HttpMessage) -> Language {
    let Ok(accepted) = AcceptLanguage::parse(message) else {
        return Language::default();
    };
    accepted
        .ranked()
        .iter()
        .find_map(|preference| Language::from_code(&preference.item()?.primary_language().to_ascii_lowercase()))
        .unwrap_or_default()
}

/// The identifier of a request, in its extensions.
#[derive(Debug, Clone, Copy)]
pub struct RequestId(pub Uuid);

/// The middleware that gives every request and every answer what this file names.
pub struct Envelope {
    metrics: Arc<Metrics>,
    browsers: Arc<Browsers>,
}

impl Envelope {
    /// The middleware of an application.
    pub fn new(application: &Application) -> Self {
        Self {
            metrics: Arc::clone(&application.metrics),
            browsers: Arc::clone(&application.browsers),
        }
    }
}

impl<S, B> Transform<S, ServiceRequest> for Envelope
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = EnvelopeService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(EnvelopeService {
            service: Rc::new(service),
            metrics: Arc::clone(&self.metrics),
            browsers: Arc::clone(&self.browsers),
        }))
    }
}

/// The middleware around a service.
pub struct EnvelopeService<S> {
    service: Rc<S>,
    metrics: Arc<Metrics>,
    browsers: Arc<Browsers>,
}

impl<S, B> Service<ServiceRequest> for EnvelopeService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    actix_web::dev::forward_ready!(service);

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let started = Instant::now();
        let id = request_id(&request);
        request.extensions_mut().insert(RequestId(id));
        let method = request.method().clone();
        let language = asked_language(request.query_string(), &request);
        if request.method() == Method::HEAD {
            // The request is handled as GET. The connection remembers that it was HEAD, and sends no body.
            request.head_mut().method = Method::GET;
        }
        let service = Rc::clone(&self.service);
        let (metrics, browsers) = (Arc::clone(&self.metrics), Arc::clone(&self.browsers));
        // Given as texts: the log would write what it is given to show by a format, for each request.
        let mut text = Uuid::encode_buffer();
        let span = tracing::info_span!(
            "request",
            id = &*id.hyphenated().encode_lower(&mut text),
            method = method.as_str()
        );
        let work = async move {
            let response = service.call(request).await?;
            let mut response = finished(response.map_into_boxed_body(), language, id);
            protect(&mut response, &browsers);
            let place = response.response_mut().extensions_mut().remove::<Place>();
            let response = response.map_body(|_, body| paced(body, place));
            let duration = started.elapsed();
            let status = response.status().as_u16();
            tracing::debug!(status, ?duration, "answered");
            metrics.count(&method, response.request().match_pattern(), status, duration);
            Ok(response)
        };
        Box::pin(work.instrument(span))
    }
}

/// The identifier that the caller gave when it is a UUID, otherwise a new one: any other text could forge lines of the
/// log.
fn request_id(request: &ServiceRequest) -> Uuid {
    let given = request.headers().get(&REQUEST_ID).and_then(|value| value.to_str().ok());
    given
        .and_then(|text| Uuid::try_parse(text).ok())
        .unwrap_or_else(Uuid::now_v7)
}

fn finished(response: ServiceResponse<BoxBody>, language: Language, id: Uuid) -> ServiceResponse<BoxBody> {
    let status = response.status();
    let mut response = if status.is_client_error() || status.is_server_error() {
        in_words(response, language, id)
    } else {
        response
    };
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(id.hyphenated().encode_lower(&mut Uuid::encode_buffer())) {
        headers.insert(REQUEST_ID, value);
    }
    headers.append(VARY, HeaderValue::from_static("Accept-Language"));
    response
}

/// The content security policies, which tell browsers what a page may load: the documentation loads the scripts and
/// styles of this service, a page for people has a style of its own, data loads nothing.
const DOCUMENTATION_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";
pub(in crate::http) const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// The headers that keep browsers and caches from doing harm.
fn protect(response: &mut ServiceResponse<BoxBody>, browsers: &Browsers) {
    let documentation = response.request().path().starts_with("/docs/");
    let headers = response.headers_mut();
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let policy = match content_type {
        _ if documentation => DOCUMENTATION_POLICY,
        Some(text) if text.starts_with("text/html") => PAGE_POLICY,
        _ => DATA_POLICY,
    };
    if !headers.contains_key(CACHE_CONTROL) {
        let caching = if documentation {
            "public, max-age=300"
        } else {
            "no-store"
        };
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    }
    // A page with a script has set a policy of its own, which allows that script.
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if browsers.https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}

/// Puts the problem of a failure into its body, whether a handler or a library answered.
fn in_words(response: ServiceResponse<BoxBody>, language: Language, id: Uuid) -> ServiceResponse<BoxBody> {
    let problem = response.response().extensions().get::<Problem>().cloned();
    let problem = problem.unwrap_or_else(|| ProblemCode::of_status(response.status()).into());
    let body = serde_json::to_vec(&problem.body(language, id)).unwrap_or_default();
    let status: StatusCode = problem.code().status();
    let mut response = response.map_body(|head, _| {
        head.status = status;
        BoxBody::new(body)
    });
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
    response
}
