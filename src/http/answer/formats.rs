//! The forms of a document: which one is asked for, and the answer in it.

use actix_web::http::header::{Accept, CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_TYPE, Header as _, VARY};
use actix_web::web::block;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::problem::Problem;
use super::problem_code::ProblemCode;
use crate::documents::document::{Document, DocumentError};
use crate::documents::{csv, html, xlsx};
use crate::domain::calendar::Months;
use crate::domain::field_error::FieldCode;
use crate::domain::language::Language;

/// A form of a document for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For spreadsheets and programs.
    Csv,
    /// A workbook.
    Xlsx,
    /// A page.
    Html,
    /// On paper.
    #[cfg(feature = "pdf")]
    Pdf,
}

impl Form {
    /// Every form that is made here.
    const ALL: &'static [Self] = &[
        Self::Csv,
        Self::Xlsx,
        Self::Html,
        #[cfg(feature = "pdf")]
        Self::Pdf,
    ];

    /// The code, which is also how names of files end.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Html => "html",
            #[cfg(feature = "pdf")]
            Self::Pdf => "pdf",
        }
    }

    /// The media type, without its parameters.
    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Html => "text/html",
            #[cfg(feature = "pdf")]
            Self::Pdf => "application/pdf",
        }
    }

    /// The form of a code.
    ///
    /// # Errors
    /// When there is none, or it is not made here.
    pub fn from_code(code: &str) -> Result<Self, FieldCode> {
        let found = Self::ALL.iter().find(|form| form.code() == code);
        found.copied().ok_or(FieldCode::InvalidValue)
    }
}

/// In what figures are answered: JSON for programs, or a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For programs.
    Json,
    /// For people.
    Document(Form),
}

impl Format {
    /// The format of a code.
    ///
    /// # Errors
    /// When there is none, or it is not made here.
    pub fn from_code(code: &str) -> Result<Self, FieldCode> {
        match code {
            "json" => Ok(Self::Json),
            code => Form::from_code(code).map(Self::Document),
        }
    }

    /// The format that `Accept` prefers among those we can serve; JSON when it names none of them.
    #[must_use]
    pub fn accepted(request: &HttpRequest) -> Self {
        let accepted = Accept::parse(request).map(|accept| accept.ranked()).unwrap_or_default();
        let format = accepted.iter().find_map(|media| match media.essence_str() {
            "text/*" => Some(Self::Document(Form::Csv)),
            "application/json" | "application/*" | "*/*" => Some(Self::Json),
            essence => {
                let form = Form::ALL.iter().find(|form| form.media_type() == essence);
                form.map(|form| Self::Document(*form))
            }
        });
        format.unwrap_or(Self::Json)
    }
}

/// The form of the document.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes the parameter in the document; Format::from_code reads it"
)]
pub struct FormatParameter {
    /// The form of the document; beats `Accept`.
    #[param(value_type = Option<String>, nullable = false, pattern = "^(json|csv|xlsx|html|pdf)$", example = "json")]
    format: Option<Format>,
}

/// A file, for the document of the API.
#[derive(ToSchema)]
#[schema(as = DocumentFile, value_type = String, format = Binary)]
#[expect(dead_code, reason = "describes the answer in the document; bytes are sent")]
pub struct FileView(Vec<u8>);

/// A document in a form; made off the threads that answer.
///
/// # Errors
/// 500 when it cannot be made.
pub async fn document_answer(
    document: Document,
    form: Form,
    name: &str,
    period: Months,
) -> Result<HttpResponse, Problem> {
    let language = document.language;
    let made = block(move || rendered(&document, form)).await;
    let bytes = made.map_err(|_| ProblemCode::Unavailable)?.map_err(|error| {
        tracing::error!(%error, "a document was not made");
        ProblemCode::InternalError
    })?;
    Ok(file_answer(bytes, form, (name, period), language))
}

/// The bytes of a document in a form.
fn rendered(document: &Document, form: Form) -> Result<Vec<u8>, DocumentError> {
    match form {
        Form::Csv => csv::document(document),
        Form::Xlsx => xlsx::workbook(document),
        Form::Html => Ok(html::page(document, &[]).into_bytes()),
        #[cfg(feature = "pdf")]
        Form::Pdf => crate::documents::pdf::pdf(document),
    }
}

/// What was made, as a file that carries its name and its period; a page is shown and not kept.
#[must_use]
pub fn file_answer(bytes: Vec<u8>, form: Form, (name, period): (&str, Months), language: Language) -> HttpResponse {
    let media_type = match form {
        Form::Csv | Form::Html => format!("{}; charset=utf-8", form.media_type()),
        _ => form.media_type().to_owned(),
    };
    let how = if form == Form::Html { "inline" } else { "attachment" };
    let (from, to, ending) = (period.from(), period.to(), form.code());
    let disposition = format!("{how}; filename=\"{name}-{from}-{to}.{ending}\"");
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((CONTENT_LANGUAGE, language.code()))
        .insert_header((VARY, "Accept"))
        .insert_header((CONTENT_DISPOSITION, disposition))
        .body(bytes)
}

/// Figures as JSON, in a language.
#[must_use]
pub fn json_answer(figures: &impl Serialize, language: Language) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_LANGUAGE, language.code()))
        .insert_header((VARY, "Accept"))
        .json(figures)
}
