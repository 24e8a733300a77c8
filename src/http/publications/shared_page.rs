//! What a link to a publication shows: a page with its documents, in which small cells are masked. Public: whoever has
//! the link may read the page.

use actix_web::http::header::{CONTENT_LANGUAGE, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use utoipa::IntoParams;

use super::publication::document_of;
use crate::actions::shared_links::{self, Shown};
use crate::auth::opaque_token::LinkToken;
use crate::documents::document::Document;
use crate::documents::form::Form;
use crate::documents::html;
use crate::domain::language::Language;
use crate::http::answer::envelope::language_of;
use crate::http::answer::formats::{FormCode, document_answer, form};
use crate::http::answer::openapi::{TooManyRequests, Unavailable};
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::caller::Public;
use crate::http::request::link::{ROBOTS, SharedPath};
use crate::http::request::query::{QueryParameters, QueryReader};

/// The parameter for the form in which a shared publication is shown.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SharedParameters {
    /// The form of the document: a page unless another is asked for.
    #[param(value_type = Option<FormCode>, inline, nullable = false, example = "html")]
    format: Option<Form>,
}

impl QueryParameters for SharedParameters {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        // JSON is not offered here: it would show the cells that the page masks.
        let format = reader.optional("format", form);
        Some(Self { format })
    }
}

/// Read a shared publication.
///
/// A page for people, with its documents: the annex's rows whole, breakdowns with small cells masked. Public: whoever has the
/// link may read it, until it expires or is revoked.
#[utoipa::path(
    tag = "publications",
    params(SharedPath, SharedParameters),
    responses(
        (status = 200, description = "The page, or the document asked for", body = String, content_type = "text/html"),
        TooManyRequests,
        Unavailable,
    ),
    security(()),
)]
#[get("/shared/{token}")]
pub async fn get_shared_publication(
    Public { path, query }: Public<SharedPath, SharedParameters>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let Shown {
        organisation,
        record,
        content,
    } = shown(&application, &path.token).await?;
    let language = language_of(&request);
    let document = document_of(&record, &content, true, (language, organisation.time_zone))?;
    let form = query.format.unwrap_or(Form::HTML);
    let mut response = if form == Form::HTML {
        page_answer(&document)
    } else {
        let name = language.choose("statistiques", "statistics");
        document_answer(&application.documents, document, form, name, record.period).await?
    };
    response
        .headers_mut()
        .insert(ROBOTS, HeaderValue::from_static("noindex"));
    Ok(response)
}

/// The publication that a link shows. Counts the view.
async fn shown(application: &Application, token: &str) -> Result<Shown, Problem> {
    let token = LinkToken::parse(token).ok_or(ProblemCode::NotFound)?;
    let (store, now) = (&application.store, application.now());
    let shown = shared_links::shown(store, &token, now)
        .await?
        .ok_or(ProblemCode::NotFound)?;
    application.throttle.check_link(token.id)?;
    shared_links::count_view(store, &token, now).await?;
    Ok(shown)
}

/// Answers with the page, which has links to the other forms.
fn page_answer(document: &Document) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_LANGUAGE, document.language.code()))
        .body(html::page(document, &downloads(document.language)))
}

/// The names of the other forms, and their addresses relative to the page.
fn downloads(language: Language) -> Vec<(String, String)> {
    let link = |form: &Form| {
        let path = format!("?format={}&lang={}", form.code, language.code());
        form.link.map(|name| (name.to_owned(), path))
    };
    // The form that is most like the page comes first.
    Form::ALL.iter().rev().filter_map(link).collect()
}
