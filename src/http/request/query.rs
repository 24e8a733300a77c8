//! Query strings, read strictly: every fault of every parameter at once, unknown and repeated ones included.

use actix_web::HttpRequest;
use chrono::NaiveDate;
use utoipa::IntoParams;

use crate::domain::calendar::ReportDate;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::language::Language;
use crate::http::answer::formats::{ChartedFormatCode, Format, FormatCode};
use crate::http::wire::page::{self, Cursor, PageParameters};

/// The parameters of a query that have not been read yet, and the faults so far.
pub struct QueryReader {
    rest: Vec<(String, String)>,
    errors: FieldErrors,
}

impl QueryReader {
    /// A reader of the parameters of this request, which has read `lang`, since every operation takes that parameter.
    pub fn new(request: &HttpRequest) -> Self {
        // Decoding a form never fails: bytes that are no UTF-8 become U+FFFD.
        let rest = serde_urlencoded::from_str(request.query_string()).unwrap_or_default();
        let mut reader = Self {
            rest,
            errors: FieldErrors::new(),
        };
        reader.optional("lang", |code| Language::from_code(code).ok_or(FieldCode::InvalidValue));
        reader
    }

    /// A parameter that may be left out.
    pub fn optional<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Result<T, FieldCode>) -> Option<T> {
        let (mine, rest) = std::mem::take(&mut self.rest)
            .into_iter()
            .partition(|(key, _)| key == name);
        self.rest = rest;
        let mine: Vec<(String, String)> = mine;
        match mine.as_slice() {
            [] => None,
            [(_, value)] => match read(value) {
                Ok(value) => Some(value),
                Err(code) => {
                    self.errors.push_parameter(name, code);
                    None
                }
            },
            _ => {
                self.errors.push_parameter(name, FieldCode::RepeatedParameter);
                None
            }
        }
    }

    /// A parameter that is `true` or `false`, and `false` when it is left out.
    pub fn flag(&mut self, name: &str) -> bool {
        let flag = self.optional(name, |text| text.parse().map_err(|_| FieldCode::InvalidValue));
        flag.unwrap_or_default()
    }

    /// A parameter that is needed.
    pub fn required<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Result<T, FieldCode>) -> Option<T> {
        let given = self.rest.iter().any(|(key, _)| key == name);
        if !given {
            self.errors.push_parameter(name, FieldCode::MissingParameter);
        }
        self.optional(name, read)
    }

    /// The period of days, of at most so many, that the parameters `from` and `to` name.
    pub fn days(&mut self, max: i64) -> Option<(NaiveDate, NaiveDate)> {
        let from = self.required("from", |text| text.parse().map(ReportDate::date));
        let to = self.required("to", |text| text.parse().map(ReportDate::date));
        let (from, to) = from.zip(to)?;
        let (name, fault) = match (to - from).num_days() {
            ..0 => ("from", FieldCode::FromAfterTo),
            days if days >= max => ("to", FieldCode::TooManyDays { max }),
            _ => return Some((from, to)),
        };
        self.fault(name, fault);
        None
    }

    /// Notes a fault of a parameter.
    pub fn fault(&mut self, name: &str, code: FieldCode) {
        self.errors.push_parameter(name, code);
    }

    /// Every fault that was found, and one for each parameter that the operation does not have.
    #[must_use]
    pub fn finish(mut self) -> FieldErrors {
        for (name, _) in &self.rest {
            self.errors.push_parameter(name, FieldCode::UnknownParameter);
        }
        self.errors
    }
}

/// The parameters of an operation, or some of them. By `utoipa::IntoParams` the same type describes them in the API's
/// document.
pub trait QueryParameters: Sized {
    /// Reads the parameters; `None` only when `reader` noted a fault.
    fn read(reader: &mut QueryReader) -> Option<Self>;
}

/// An operation without parameters of its own.
impl QueryParameters for () {
    fn read(_: &mut QueryReader) -> Option<Self> {
        Some(())
    }
}

/// The parameters of an operation, when two types read them together.
impl<A: QueryParameters, B: QueryParameters> QueryParameters for (A, B) {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let (a, b) = (A::read(reader), B::read(reader));
        a.zip(b)
    }
}

/// The parameter that names the form of a document.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FormatParameter {
    /// The form of the document; beats `Accept`.
    #[param(value_type = Option<FormatCode>, nullable = false, example = "json")]
    format: Option<Format>,
}

impl FormatParameter {
    /// The format that the caller asks for, by this parameter or else by `Accept`.
    pub fn or_accepted(self, request: &HttpRequest) -> Format {
        self.format.unwrap_or_else(|| Format::accepted(request))
    }
}

impl QueryParameters for FormatParameter {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let format = reader.optional("format", Format::from_code);
        Some(Self { format })
    }
}

/// The parameter that names the form of a document whose chart can be had by itself.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChartedFormatParameter {
    /// The form of the document; beats `Accept`.
    #[param(value_type = Option<ChartedFormatCode>, inline, nullable = false, example = "json")]
    format: Option<Format>,
}

impl ChartedFormatParameter {
    /// The format that the caller asks for, by this parameter or else by `Accept`.
    pub fn or_accepted(self, request: &HttpRequest) -> Format {
        FormatParameter { format: self.format }.or_accepted(request)
    }
}

impl QueryParameters for ChartedFormatParameter {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let format = reader.optional("format", Format::from_charted_code);
        Some(Self { format })
    }
}

impl<C: Cursor> QueryParameters for PageParameters<C> {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let limit = reader.optional("limit", page::limit);
        Some(Self::new(limit, reader.optional("cursor", C::decode)))
    }
}
