//! The page of a partner: what was agreed, the catalogue, its requests, and a form to ask for more that works without a
//! script. Public: whoever has the link may read and ask.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, LOCATION};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::partner_page_words::{Shown, content};
use crate::actions::field::partner_page::{self as actions, PartnerPage};
use crate::auth::opaque_token::LinkToken;
use crate::domain::field::partner::ContactDraft;
use crate::domain::field::request::{RequestDraft, RequestId, RequestKind, WishDraft};
use crate::domain::field::thing::PutRefusal;
use crate::domain::field_error::{FieldCode, FieldError, FieldErrors, Place};
use crate::domain::language::Language;
use crate::domain::nomenclature::ClosedList as _;
use crate::http::answer::envelope::{PAGE_POLICY, language_of};
use crate::http::answer::openapi::{TooManyRequests, Unavailable};
use crate::http::answer::page::page_answer;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::caller::Public;
use crate::http::request::form_body::FormBody;
use crate::http::request::link::{ROBOTS, SharedPath};
use crate::http::request::query::{QueryParameters, QueryReader};

/// What the form names instead of a sheet of the catalogue.
pub const EQUIPMENT: &str = "equipment";

/// Whether the page answers to a request that was sent.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PartnerPageParameters {
    /// Whether a request has just been sent: the page then says so.
    #[param(value_type = Option<bool>, nullable = false, example = true)]
    sent: Option<bool>,
}

impl QueryParameters for PartnerPageParameters {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let sent = reader.optional("sent", |text| text.parse().map_err(|_| FieldCode::InvalidValue));
        Some(Self { sent })
    }
}

/// What the form of the page sends; fields that are left empty are not said.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = PartnerForm)]
pub struct PartnerForm {
    /// The identifier of the request, which the page made: sent twice, it is one request.
    #[schema(example = "0198f3c2-7c1e-7d2a-8f00-0242ac120002")]
    pub request_id: String,
    /// The identifier of a sheet of the catalogue, or `equipment`.
    #[schema(example = "equipment")]
    pub subject: String,
    /// The first day that is wished for.
    #[schema(example = "2022-11-08")]
    pub from: String,
    /// The last day that is wished for; empty, the first.
    #[schema(example = "2022-11-10")]
    pub to: String,
    /// For how many people.
    #[schema(example = "8")]
    pub expected_people: String,
    /// What is wanted, in words.
    #[schema(example = "Le matin")]
    pub words: String,
    /// Whom to ask.
    #[schema(example = "Hélène Roy")]
    pub contact_name: String,
    /// What they do.
    #[schema(example = "Directrice de la médiathèque")]
    pub contact_function: String,
    /// Their professional address, to which an acknowledgement is sent.
    #[schema(example = "mediatheque@commune.example")]
    pub contact_email: String,
    /// Their professional telephone.
    #[schema(example = "02 43 47 47 47")]
    pub contact_phone: String,
}

impl PartnerForm {
    /// The request that the form of this page describes. A number that is none is out of range.
    fn draft(&self, page: &PartnerPage) -> RequestDraft {
        let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let is_equipment = self.subject == EQUIPMENT;
        let kind = if is_equipment {
            RequestKind::Equipment
        } else {
            RequestKind::Workshop
        };
        let wish = |from: String| WishDraft {
            from,
            to: said(&self.to),
        };
        let contact = ContactDraft {
            name: self.contact_name.clone(),
            function: said(&self.contact_function),
            email: said(&self.contact_email),
            phone: said(&self.contact_phone),
        };
        let names_somebody = said(&contact.name).is_some() || contact.email.is_some() || contact.phone.is_some();
        RequestDraft {
            partner_id: page.link.partner.to_string(),
            kind: kind.code().to_owned(),
            workshop_id: said(&self.subject).filter(|_| !is_equipment),
            place_id: None,
            wished: said(&self.from).map(wish).into_iter().collect(),
            expected_people: said(&self.expected_people).map(|text| text.parse().unwrap_or(0)),
            words: said(&self.words),
            contact: names_somebody.then_some(contact),
            priority: None,
            received_on: None,
        }
    }
}

/// Read the page of a partner.
///
/// A page for people, without a script: what was agreed, the catalogue, the requests of the partner and a form to ask for more.
/// Public: whoever has the link may read it, until it expires or is revoked, or the last agreement is over.
#[utoipa::path(
    tag = "field",
    params(SharedPath, PartnerPageParameters),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html"),
        TooManyRequests,
        Unavailable,
    ),
    security(()),
)]
#[get("/partner/{token}")]
pub async fn get_partner_page(
    Public { path, query }: Public<SharedPath, PartnerPageParameters>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (token, page) = shown(&application, &path.token).await?;
    actions::count_view(&application.store, &token, application.now()).await?;
    let form = PartnerForm::default();
    let shown = Shown {
        page: &page,
        form: &form,
        faults: &[],
        sent: query.sent == Some(true),
    };
    Ok(page_of(language_of(&request), &path.token, &shown))
}

/// Ask for something as a partner.
///
/// What the form of the page sends. A request that is good is kept, told to the coordinators and to whom it names, and the answer
/// leads back to the page; sent twice, it is one request. What is wrong is said on the page again, with what was typed.
#[utoipa::path(
    tag = "field",
    params(SharedPath),
    request_body(content = PartnerForm, content_type = "application/x-www-form-urlencoded", description = "What is asked for"),
    responses(
        (status = 200, description = "The page again, with what is wrong", body = String, content_type = "text/html"),
        (status = 303, description = "Kept, or was already", headers(("Location" = String, description = "The page"))),
        TooManyRequests,
        Unavailable,
    ),
    security(()),
)]
#[post("/partner/{token}")]
pub async fn ask_as_partner(
    Public { path, .. }: Public<SharedPath>,
    body: FormBody<PartnerForm>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (_, page) = shown(&application, &path.token).await?;
    application.throttle.check_asking(page.link.id)?;
    let language = language_of(&request);
    let faults = match keep_request(&application, &page, &body.0).await? {
        Ok(()) => return Ok(lead_back(&path.token, language)),
        Err(refusal) => faults(refusal),
    };
    let shown = Shown {
        page: &page,
        form: &body.0,
        faults: &faults,
        sent: false,
    };
    Ok(page_of(language, &path.token, &shown))
}

/// The page that a link shows.
async fn shown(application: &Application, token: &str) -> Result<(LinkToken, PartnerPage), Problem> {
    let token = LinkToken::parse(token).ok_or(ProblemCode::NotFound)?;
    let page = actions::shown(&application.store, &token, application.now()).await?;
    let page = page.ok_or(ProblemCode::NotFound)?;
    application.throttle.check_link(token.id)?;
    Ok((token, page))
}

/// Keeps what a form asks for.
async fn keep_request(
    application: &Application,
    page: &PartnerPage,
    form: &PartnerForm,
) -> Result<Result<(), PutRefusal>, Problem> {
    let Ok(id) = form.request_id.parse::<RequestId>() else {
        let unnamed = FieldErrors::of_body("/request_id", FieldCode::InvalidUuid);
        return Ok(Err(PutRefusal::Invalid(unnamed)));
    };
    let request = match form.draft(page).validate(page.today) {
        Ok((request, _)) => request,
        Err(errors) => return Ok(Err(PutRefusal::Invalid(errors))),
    };
    let (store, mailer) = (&application.store, application.mailer.as_ref());
    Ok(actions::ask(store, mailer, page, (id, request), application.now()).await?)
}

/// A fault of the form: at which field, and what.
pub type Fault = (Option<String>, FaultKind);

/// What is wrong with a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The value of a field.
    Field(FieldCode),
    /// No agreement is in force on a day that is wished for.
    WithoutAgreement,
    /// Too many requests wait.
    TooMany,
}

fn faults(refusal: PutRefusal) -> Vec<Fault> {
    match refusal {
        PutRefusal::Invalid(errors) => {
            let fault = |error: &FieldError| {
                let (Place::Body(at) | Place::Parameter(at)) = &error.place;
                (Some(at.clone()), FaultKind::Field(error.code))
            };
            errors.as_slice().iter().map(fault).collect()
        }
        PutRefusal::TooMany => vec![(None, FaultKind::TooMany)],
        // What refuses a write of a coordinator otherwise does not refuse a new request.
        _ => vec![(None, FaultKind::WithoutAgreement)],
    }
}

fn lead_back(token: &str, language: Language) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, format!("/partner/{token}?sent=true&lang={}", language.code())))
        .finish()
}

/// The page, which sends its form to this service alone, stays in no cache and is listed by no search engine.
fn page_of(language: Language, token: &str, shown: &Shown<'_>) -> HttpResponse {
    let title = language.choose("Espace partenaire", "Partner’s page");
    let path = format!("/partner/{token}");
    let mut response = page_answer(language, &path, title, &content(shown, language));
    let policy = PAGE_POLICY.replace("form-action 'none'", "form-action 'self'");
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(ROBOTS, HeaderValue::from_static("noindex"));
    response
}
