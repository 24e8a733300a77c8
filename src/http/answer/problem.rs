//! Failures as RFC 9457 `application/problem+json`. A handler fails with a [`Problem`]; the envelope adds the words, in
//! the language that the caller asks for, and the identifier of the request.

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::fault_texts::fault_text;
use super::problem_code::ProblemCode;
use crate::actions::ActionError;
use crate::actions::accounts::AccountRefusal;
use crate::actions::publications::PublicationRefusal;
use crate::actions::sessions::SignInRefusal;
use crate::auth::password::HashingError;
use crate::auth::throttle::Wait;
use crate::domain::calendar::{Month, ReportDate};
use crate::domain::closing::ClosingRefusal;
use crate::domain::decision::{Refusal, Unmet};
use crate::domain::field::thing::PutRefusal;
use crate::domain::field_error::{FieldCode, FieldErrors, Place};
use crate::domain::language::Language;
use crate::http::wire;
use crate::http::wire::clash::ClashView;
use crate::storage::StorageError;

/// The media type of failures.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// After how many seconds a service that is not available may be asked again.
const RETRY_AFTER_SECONDS: u64 = 2;

/// A failure of a request: the kind of failure, and what this failure tells beyond its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code:?}")]
pub struct Problem {
    code: ProblemCode,
    particulars: Particulars,
}

/// What a failure tells beyond its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Particulars {
    Nothing,
    /// What is wrong with the request, and where.
    Faults(FieldErrors),
    /// The version that is stored.
    CurrentVersion(i64),
    /// The day on which the intervention stands.
    ElsewhereOn(ReportDate),
    /// When and by whom the month was closed.
    Closed(Box<ClosedBody>),
    /// The months that are not closed.
    OpenMonths(Vec<Month>),
    /// The session that keeps somebody.
    Busy(Box<ClashView>),
    /// The methods that the path takes, as the header `Allow` lists them.
    Allow(String),
    /// After how many seconds to ask again.
    RetryAfter(u64),
}

impl From<ProblemCode> for Problem {
    fn from(code: ProblemCode) -> Self {
        Self::new(code, Particulars::Nothing)
    }
}

impl Problem {
    const fn new(code: ProblemCode, particulars: Particulars) -> Self {
        Self { code, particulars }
    }

    /// Faults of the path or of the query.
    pub const fn invalid_parameters(errors: FieldErrors) -> Self {
        Self::new(ProblemCode::InvalidParameter, Particulars::Faults(errors))
    }

    /// A body whose shape is wrong.
    pub fn malformed_body(pointer: &str, code: FieldCode) -> Self {
        let errors = FieldErrors::of_body(pointer, code);
        Self::new(ProblemCode::MalformedBody, Particulars::Faults(errors))
    }

    /// Faults of the values of a body.
    pub const fn validation_failed(errors: FieldErrors) -> Self {
        Self::new(ProblemCode::ValidationFailed, Particulars::Faults(errors))
    }

    /// A method that the path does not take; `allow` lists the methods that it takes.
    pub const fn method_not_allowed(allow: String) -> Self {
        Self::new(ProblemCode::MethodNotAllowed, Particulars::Allow(allow))
    }

    /// A write to a closed month, with when and by whom it was closed.
    pub fn month_closed(closed: ClosedBody) -> Self {
        Self::new(ProblemCode::MonthClosed, Particulars::Closed(Box::new(closed)))
    }

    /// Months that are not closed.
    pub const fn months_open(months: Vec<Month>) -> Self {
        Self::new(ProblemCode::MonthsOpen, Particulars::OpenMonths(months))
    }

    /// The same failure of an item of the body: the JSON pointers of its faults then begin with that of the item.
    #[must_use]
    pub fn within(self, pointer: &str) -> Self {
        self.below(pointer, pointer)
    }

    /// The same failure within a larger body, in which the body stands at one JSON pointer and the parameters are fields at
    /// another.
    #[must_use]
    pub fn below(self, body: &str, parameters: &str) -> Self {
        match self.particulars {
            Particulars::Faults(errors) => Self::new(self.code, Particulars::Faults(errors.within(body, parameters))),
            particulars => Self::new(self.code, particulars),
        }
    }

    /// The kind of failure.
    pub const fn code(&self) -> ProblemCode {
        self.code
    }

    /// The body of the answer, with its words in this language.
    pub fn body(&self, language: Language, request: Uuid) -> ProblemBody {
        let code = self.code.code();
        let mut body = ProblemBody {
            r#type: format!("/problems/{code}"),
            title: self.code.title(language).to_owned(),
            status: self.code.status().as_u16(),
            detail: self.code.advice(language).to_owned(),
            instance: format!("urn:uuid:{request}"),
            code: code.to_owned(),
            errors: Vec::new(),
            current_version: None,
            date: None,
            closed: None,
            months: Vec::new(),
            busy: None,
        };
        match &self.particulars {
            Particulars::Nothing | Particulars::Allow(_) | Particulars::RetryAfter(_) => {}
            Particulars::Faults(errors) => body.errors = fault_bodies(errors, language),
            Particulars::CurrentVersion(version) => body.current_version = Some(*version),
            Particulars::ElsewhereOn(date) => body.date = Some((*date).into()),
            Particulars::Closed(closed) => {
                body.detail = whom_to_ask(closed, language);
                body.closed = Some(closed.clone());
            }
            Particulars::Busy(clash) => body.busy = Some(clash.clone()),
            Particulars::OpenMonths(months) => body.months = months.iter().map(|month| (*month).into()).collect(),
        }
        body
    }

    fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        let mut headers = Vec::new();
        match self.code.status() {
            StatusCode::UNAUTHORIZED => {
                headers.push((WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"quotidien\"")));
            }
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                let seconds = match self.particulars {
                    Particulars::RetryAfter(seconds) => seconds,
                    _ => RETRY_AFTER_SECONDS,
                };
                headers.push((RETRY_AFTER, seconds.into()));
            }
            _ => {}
        }
        if let Particulars::Allow(allow) = &self.particulars
            && let Ok(allow) = HeaderValue::from_str(allow)
        {
            headers.push((ALLOW, allow));
        }
        headers
    }
}

/// Tells whom to ask to reopen a closed month.
fn whom_to_ask(closed: &ClosedBody, language: Language) -> String {
    let ClosedBody { month, on, by, .. } = closed;
    match language {
        Language::French => {
            let day = on.format("%d/%m/%Y");
            format!("Le mois {month} a été clos le {day} par {by} : demandez à votre coordinateur de le rouvrir.")
        }
        Language::English => format!("{month} was closed on {on} by {by}: ask your coordinator to reopen the month."),
    }
}

fn fault_bodies(errors: &FieldErrors, language: Language) -> Vec<FaultBody> {
    let fault = |error: &crate::domain::field_error::FieldError| {
        let (pointer, parameter) = match &error.place {
            Place::Body(pointer) => (Some(pointer.clone()), None),
            Place::Parameter(name) => (None, Some(name.clone())),
        };
        FaultBody {
            pointer,
            parameter,
            code: error.code.code().to_owned(),
            detail: fault_text(error.code, language).into_owned(),
        }
    };
    errors.as_slice().iter().map(fault).collect()
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    /// An answer without a body: the envelope finds the problem among the extensions of the answer, and writes the
    /// body.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponseBuilder::new(self.code.status());
        for header in self.headers() {
            response.insert_header(header);
        }
        if self.code == ProblemCode::RequestTimeout {
            // The rest of the body may come yet, and is no request.
            response.force_close();
        }
        let mut response = response.finish();
        response.extensions_mut().insert(self.clone());
        response
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        if error.is_temporary() {
            tracing::warn!(%error, "storage is not available");
            ProblemCode::Unavailable.into()
        } else {
            tracing::error!(%error, "storage failed");
            ProblemCode::InternalError.into()
        }
    }
}

impl From<ActionError> for Problem {
    fn from(error: ActionError) -> Self {
        match error {
            ActionError::Storage(error) => error.into(),
            ActionError::Hashing(HashingError::Busy) => {
                tracing::warn!("too many passwords wait to be checked");
                ProblemCode::Unavailable.into()
            }
            error => {
                tracing::error!(%error, "an action failed");
                ProblemCode::InternalError.into()
            }
        }
    }
}

impl From<SignInRefusal> for Problem {
    fn from(refusal: SignInRefusal) -> Self {
        match refusal {
            SignInRefusal::InvalidCredentials => ProblemCode::InvalidCredentials.into(),
            SignInRefusal::UnusableToken => ProblemCode::Unauthenticated.into(),
        }
    }
}

impl From<Wait> for Problem {
    fn from(wait: Wait) -> Self {
        Self::new(ProblemCode::TooManyRequests, Particulars::RetryAfter(wait.seconds))
    }
}

impl From<AccountRefusal> for Problem {
    fn from(refusal: AccountRefusal) -> Self {
        match refusal {
            AccountRefusal::Unknown => ProblemCode::NotFound.into(),
            AccountRefusal::Ended => ProblemCode::Unauthenticated.into(),
            AccountRefusal::Oneself => ProblemCode::Forbidden.into(),
            AccountRefusal::Invalid(errors) => Self::validation_failed(errors),
        }
    }
}

impl From<ClosingRefusal> for Problem {
    fn from(refusal: ClosingRefusal) -> Self {
        match refusal {
            ClosingRefusal::NotOver => ProblemCode::MonthNotOver.into(),
        }
    }
}

impl From<PublicationRefusal> for Problem {
    fn from(refusal: PublicationRefusal) -> Self {
        match refusal {
            PublicationRefusal::Open(months) => Self::months_open(months),
            PublicationRefusal::Ended => ProblemCode::Unauthenticated.into(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::UnknownAdvisor => ProblemCode::NotFound.into(),
            Refusal::ReportExists => ProblemCode::ReportExists.into(),
            Refusal::VersionMismatch { current } => {
                Self::new(ProblemCode::VersionMismatch, Particulars::CurrentVersion(current))
            }
            Refusal::MonthClosed(_) => ProblemCode::MonthClosed.into(),
            Refusal::OutsideActivityPeriod => {
                Self::validation_failed(FieldErrors::of_parameter("date", FieldCode::OutsideActivityPeriod))
            }
            Refusal::UnknownReferences(errors) => Self::validation_failed(errors),
            Refusal::DayAbsent => ProblemCode::DayAbsent.into(),
            Refusal::ReportFull => {
                let max = crate::domain::report::INTERVENTIONS_MAX;
                Self::validation_failed(FieldErrors::of_body("", FieldCode::TooMany { max }))
            }
            Refusal::InterventionElsewhere { date, .. } => {
                Self::new(ProblemCode::InterventionElsewhere, Particulars::ElsewhereOn(date))
            }
        }
    }
}

impl From<PutRefusal> for Problem {
    fn from(refusal: PutRefusal) -> Self {
        match refusal {
            PutRefusal::Unmet(Unmet::Exists) => ProblemCode::AlreadyExists.into(),
            PutRefusal::Unmet(Unmet::Version { current }) => {
                Self::new(ProblemCode::VersionMismatch, Particulars::CurrentVersion(current))
            }
            PutRefusal::Invalid(errors) => Self::validation_failed(errors),
            PutRefusal::Unknown => ProblemCode::NotFound.into(),
            PutRefusal::Forbidden => ProblemCode::Forbidden.into(),
            PutRefusal::WithoutAgreement => ProblemCode::PartnerWithoutAgreement.into(),
            PutRefusal::TooMany => ProblemCode::TooMany.into(),
            PutRefusal::Busy(clash) => Self::new(
                ProblemCode::AdvisorBusy,
                Particulars::Busy(Box::new(ClashView::from(&clash))),
            ),
        }
    }
}

/// A failure (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Where the kind of failure is explained, relative to the service.
    #[schema(example = "/problems/validation_failed", format = "uri-reference")]
    pub r#type: String,
    /// What happened, in the language asked for.
    #[schema(example = "Some values are not valid")]
    pub title: String,
    /// The HTTP status.
    #[schema(example = 422, minimum = 400, maximum = 599)]
    pub status: u16,
    /// What to do, in the language asked for.
    #[schema(example = "Correct the fields named.")]
    pub detail: String,
    /// The identifier of the request, for whoever runs the service.
    #[schema(example = "urn:uuid:0198f3c2-7c1e-7d2a-8f00-0242ac120002", format = "uri")]
    pub instance: String,
    /// The stable code of the kind of failure.
    #[schema(example = "validation_failed")]
    pub code: String,
    /// Each fault of the request; empty when none of its values is at fault.
    pub errors: Vec<FaultBody>,
    /// The version that is stored; only with `version_mismatch`. 0: there never was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 3, minimum = 0, nullable = false)]
    pub current_version: Option<i64>,
    /// The day of the report in which the intervention stands; only with `intervention_elsewhere`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub date: Option<wire::Day>,
    /// When and by whom the month was closed; only with `month_closed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub closed: Option<Box<ClosedBody>>,
    /// The months that are not closed; only with `months_open`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub months: Vec<wire::Month>,
    /// The session that keeps somebody; only with `advisor_busy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub busy: Option<Box<ClashView>>,
}

/// The closing of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Closed)]
pub struct ClosedBody {
    /// Which month.
    pub month: wire::Month,
    /// When it was closed.
    pub at: wire::Instant,
    /// The day on which it was closed, in the organisation's time zone.
    #[serde(skip)]
    pub on: NaiveDate,
    /// The name of the person who closed it.
    #[schema(example = "Claire Dubois")]
    pub by: String,
}

/// One fault of a request.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fault)]
pub struct FaultBody {
    /// A JSON pointer (RFC 6901) into the body; absent when a parameter is at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/interventions/0/participants", nullable = false)]
    pub pointer: Option<String>,
    /// The name of the parameter of the path or of the query; absent when the body is at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "from", nullable = false)]
    pub parameter: Option<String>,
    /// The stable code of the fault.
    #[schema(example = "out_of_range")]
    pub code: String,
    /// What to do, in the language asked for.
    #[schema(example = "Give a whole number from 1 to 1000.")]
    pub detail: String,
}
