//! Documents of the field: the catalogue, and an agreement as the annex of a convention.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_TYPE};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use chrono::{DateTime, Utc};
use utoipa::IntoParams;

use super::agreements::AgreementPath;
use crate::documents::leaflet::{Leaflet, LeafletForm};
use crate::documents::leaflets::{self, Coming, Of};
use crate::domain::field::agreement::{Agreement, AgreementId};
use crate::domain::field::partner::Partner;
use crate::domain::field::place::Place;
use crate::domain::field::thing::Thing as _;
use crate::domain::field::workshop::Workshop;
use crate::domain::field_error::FieldCode;
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::domain::language::Language;
use crate::http::answer::envelope::language_of;
use crate::http::answer::formats::{FileView, LeafletFormCode};
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::query::{QueryParameters, QueryReader};
use crate::http::request::rights::FieldReader;
use crate::storage::accounts::advisors;
use crate::storage::field::schedules;
use crate::storage::field::thing::{Named as _, Stored as _};
use crate::storage::{AnyConnection, StorageError, organisations};

/// The form in which a document of words is answered.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LeafletParameters {
    /// The form: a page unless another is asked for.
    #[param(value_type = Option<LeafletFormCode>, nullable = false, example = "html")]
    format: Option<LeafletForm>,
}

impl QueryParameters for LeafletParameters {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let format = reader.optional("format", |code| {
            LeafletForm::from_code(code).ok_or(FieldCode::InvalidValue)
        });
        Some(Self { format })
    }
}

/// Read the catalogue as a document.
///
/// The sheets that are not retired, by title: as a page, or as PDF with a page a sheet.
#[utoipa::path(
    tag = "field",
    params(LeafletParameters),
    responses((status = 200, description = "The catalogue", content((String = "text/html"), (FileView = "application/pdf")))),
    security(("access_token" = [])),
)]
#[get("/v1/catalogue")]
pub async fn get_catalogue(
    Caller { who, query, .. }: Caller<FieldReader, (), LeafletParameters>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let language = language_of(&request);
    let (organisation, now) = (who.organisation, application.now());
    let reading = application
        .store
        .read(move |connection| catalogue_of(connection, organisation, language, now));
    let leaflet = reading.await?.ok_or(ProblemCode::NotFound)?;
    answer(&application, leaflet, query.format, "catalogue").await
}

/// The catalogue of an organisation.
fn catalogue_of(
    connection: &mut AnyConnection,
    id: OrganisationId,
    language: Language,
    at: DateTime<Utc>,
) -> Result<Option<Leaflet>, StorageError> {
    let Some(organisation) = organisations::find(connection, id)? else {
        return Ok(None);
    };
    let most = u32::try_from(Workshop::MOST).unwrap_or(u32::MAX);
    let sheets = Workshop::page_by_name(connection, id, None, most)?;
    let offered = sheets.iter().map(|kept| &kept.content).filter(|sheet| !sheet.retired);
    let of = Of {
        organisation: &organisation.name,
        language,
        at,
    };
    Ok(Some(leaflets::catalogue(offered, of)))
}

/// Read an agreement as the annex of a convention.
///
/// The parties, the period, the place, who comes and when, and what each side does: as a page, or as PDF.
#[utoipa::path(
    tag = "field",
    params(AgreementPath, LeafletParameters),
    responses((status = 200, description = "The annex", content((String = "text/html"), (FileView = "application/pdf")))),
    security(("access_token" = [])),
)]
#[get("/v1/agreements/{agreement_id}/annex")]
pub async fn get_agreement_annex(
    Caller { who, path, query }: Caller<FieldReader, AgreementPath, LeafletParameters>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let language = language_of(&request);
    let (ids, now) = ((who.organisation, path.agreement_id), application.now());
    let reading = application
        .store
        .read(move |connection| annex_of(connection, ids, language, now));
    let leaflet = reading.await?.ok_or(ProblemCode::NotFound)?;
    let name = language.choose("convention", "agreement");
    answer(&application, leaflet, query.format, name).await
}

/// An agreement of an organisation as the annex of a convention.
fn annex_of(
    connection: &mut AnyConnection,
    (id, agreement): (OrganisationId, AgreementId),
    language: Language,
    at: DateTime<Utc>,
) -> Result<Option<Leaflet>, StorageError> {
    let schedules = schedules::of_agreement(connection, id, agreement)?;
    let Some(agreement) = Agreement::find(connection, id, agreement)? else {
        return Ok(None);
    };
    let agreement = agreement.content;
    let partner = Partner::find(connection, id, agreement.partner_id)?;
    let place = match agreement.place_id {
        Some(place) => Place::find(connection, id, place)?.map(|kept| kept.content),
        None => None,
    };
    let names = advisors::names(connection, id)?;
    let Some((organisation, partner)) = organisations::find(connection, id)?.zip(partner) else {
        return Ok(None);
    };
    let name = |advisor: &AdvisorId| names.get(&advisor.to_string()).cloned();
    let coming: Vec<String> = agreement.advisors.iter().filter_map(name).collect();
    let of = Of {
        organisation: &organisation.name,
        language,
        at,
    };
    let parties = (&partner.content, place.as_ref());
    let coming = Coming {
        advisors: &coming,
        schedules: &schedules,
    };
    Ok(Some(leaflets::convention(&agreement, parties, coming, of)))
}

/// Answers with a document in a form, which is made off the threads that answer.
async fn answer(
    application: &Application,
    leaflet: Leaflet,
    form: Option<LeafletForm>,
    name: &str,
) -> Result<HttpResponse, Problem> {
    let form = form.unwrap_or(LeafletForm::Html);
    let language: Language = leaflet.language;
    let made = application.documents.make(move || form.render(&leaflet)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, form.media_type()))
        .insert_header((CONTENT_LANGUAGE, language.code()))
        .insert_header((CONTENT_DISPOSITION, form.disposition(name)))
        .body(made))
}
