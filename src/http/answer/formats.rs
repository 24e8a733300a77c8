//! The forms of documents: which form a caller asks for, and the answer in that form.

use actix_web::http::header::{Accept, CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_TYPE, Header as _, VARY};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::Parameter;
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::{ObjectBuilder, Ref, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use super::problem::Problem;
use super::problem_code::ProblemCode;
use crate::documents::document::Document;
use crate::documents::form::Form;
use crate::documents::leaflet::LeafletForm;
use crate::domain::calendar::Months;
use crate::domain::field_error::FieldCode;
use crate::domain::language::Language;
use crate::http::kept_documents::{FileError, KeptDocuments};

/// The form with this code.
///
/// # Errors
/// When no form has this code, or the program was built without that form.
pub fn form(code: &str) -> Result<Form, FieldCode> {
    Form::from_code(code).ok_or(FieldCode::InvalidValue)
}

/// The format in which figures are answered: JSON for programs, or a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For programs.
    Json,
    /// For people.
    Document(Form),
}

impl Format {
    /// The format with this code.
    ///
    /// # Errors
    /// As [`form`].
    pub fn from_code(code: &str) -> Result<Self, FieldCode> {
        match code {
            "json" => Ok(Self::Json),
            code => form(code).map(Self::Document),
        }
    }

    /// The format with this code, where the chart can be had by itself.
    ///
    /// # Errors
    /// As [`form`].
    pub fn from_charted_code(code: &str) -> Result<Self, FieldCode> {
        if code == Form::SVG.code {
            return Ok(Self::Document(Form::SVG));
        }
        Self::from_code(code)
    }

    /// The format that `Accept` prefers among those that the service makes; JSON when it names none of them.
    pub fn accepted(request: &HttpRequest) -> Self {
        let accepted = Accept::parse(request).map(|accept| accept.ranked()).unwrap_or_default();
        let format = accepted.iter().find_map(|media| match media.essence_str() {
            "text/*" => Some(Self::Document(Form::CSV)),
            "application/json" | "application/*" | "*/*" => Some(Self::Json),
            essence => {
                let form = Form::ALL.iter().find(|form| form.media_type == essence);
                form.map(|form| Self::Document(*form))
            }
        });
        format.unwrap_or(Self::Json)
    }
}

/// The code of a format where the chart can be had by itself, for the document of the API.
pub struct ChartedFormatCode;

impl PartialSchema for ChartedFormatCode {
    fn schema() -> RefOr<Schema> {
        code_schema(&["json", Form::SVG.code])
    }
}

impl ToSchema for ChartedFormatCode {}

/// The code of a format, for the document of the API.
pub struct FormatCode;

impl PartialSchema for FormatCode {
    fn schema() -> RefOr<Schema> {
        code_schema(&["json"])
    }
}

impl ToSchema for FormatCode {}

/// The code of a form, for the document of the API.
pub struct FormCode;

impl PartialSchema for FormCode {
    fn schema() -> RefOr<Schema> {
        code_schema(&[])
    }
}

impl ToSchema for FormCode {}

/// The code of a form of a leaflet, for the document of the API.
pub struct LeafletFormCode;

impl PartialSchema for LeafletFormCode {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .description(Some("The form of a document of words."))
            .enum_values(Some(LeafletForm::ALL.iter().map(|form| form.code())))
            .into()
    }
}

impl ToSchema for LeafletFormCode {}

fn code_schema(others: &[&str]) -> RefOr<Schema> {
    let forms = Form::ALL.iter().map(|form| form.code);
    let codes: Vec<&str> = others.iter().copied().chain(forms).collect();
    ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .pattern(Some(format!("^({})$", codes.join("|"))))
        .into()
}

/// Whether a parameter of an operation asks for a form of a document, as far as the document of the API tells.
pub(super) fn lists_forms(parameter: &Parameter) -> bool {
    let lists = |schema: RefOr<Schema>| parameter.schema.as_ref() == Some(&schema);
    let named = RefOr::Ref(Ref::from_schema_name(FormatCode::name()));
    parameter.name == "format"
        && [FormCode::schema(), named, ChartedFormatCode::schema()]
            .into_iter()
            .any(lists)
}

/// Says in the document of the API that this response can have every form.
pub(super) fn add_forms(response: &mut Response) {
    for form in Form::ALL {
        let schema = if form.is_text() {
            utoipa::schema!(String).into()
        } else {
            RefOr::Ref(Ref::from_schema_name(FileView::name()))
        };
        let content = || RefOr::T(ContentBuilder::new().schema(Some(schema)).build());
        response
            .content
            .entry(form.media_type.to_owned())
            .or_insert_with(content);
    }
}

/// A file, for the document of the API.
#[derive(ToSchema)]
#[schema(as = DocumentFile, value_type = String, format = Binary)]
#[expect(dead_code, reason = "describes the answer in the document; bytes are sent")]
pub(in crate::http) struct FileView(Vec<u8>);

/// Answers with a document in a form. The document is rendered off the threads that answer requests.
///
/// # Errors
/// 500 when rendering fails, 503 when it did not end.
pub async fn document_answer(
    documents: &KeptDocuments,
    document: Document,
    form: Form,
    name: &str,
    period: Months,
) -> Result<HttpResponse, Problem> {
    let language = document.language;
    let file = documents.file(document, form).await?;
    Ok(file_answer(file, form, (name, period), language))
}

impl From<FileError> for Problem {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Busy => {
                tracing::warn!(%error, "a document was not made");
                ProblemCode::Unavailable.into()
            }
            FileError::Document(_) => {
                tracing::error!(%error, "a document was not made");
                ProblemCode::InternalError.into()
            }
        }
    }
}

/// A rendered document as a file, named after its content and its period. Browsers show pages and pictures, and save the other forms.
fn file_answer(bytes: Bytes, form: Form, (name, period): (&str, Months), language: Language) -> HttpResponse {
    let charset = if form.is_text() { "; charset=utf-8" } else { "" };
    let media_type = format!("{}{charset}", form.media_type);
    let shown = [Form::HTML, Form::SVG].contains(&form);
    let how = if shown { "inline" } else { "attachment" };
    let (from, to, ending) = (period.from(), period.to(), form.code);
    let disposition = format!("{how}; filename=\"{name}-{from}-{to}.{ending}\"");
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((CONTENT_LANGUAGE, language.code()))
        .insert_header((VARY, "Accept"))
        .insert_header((CONTENT_DISPOSITION, disposition))
        .body(bytes)
}

/// Figures as JSON, in a language.
pub fn json_answer(figures: &impl Serialize, language: Language) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_LANGUAGE, language.code()))
        .insert_header((VARY, "Accept"))
        .json(figures)
}
