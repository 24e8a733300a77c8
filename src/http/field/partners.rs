//! Partners: structures that host, ask or refer.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::things::{self, NameCursor};
use crate::domain::field::partner::{
    Contact, ContactDraft, Partner, PartnerDraft, PartnerId, PartnerIdKind, PartnerKind,
};
use crate::domain::field::thing::Kept;
use crate::http::answer::openapi::Conflict;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::{Conditions, IfMatch, IfNoneMatch};
use crate::http::request::json_body::{JsonBody, given, objects};
use crate::http::request::path::{PathParameters, PathReader};
use crate::http::request::rights::{FieldReader, FieldWriter};
use crate::http::wire;
use crate::http::wire::code_schema::Code;
use crate::http::wire::page::{PageParameters, PageView};

// utoipa puts the arguments of a generic type into the name of its schema; behind an alias it does not see them.
/// A code of [`PartnerKind`].
pub type PartnerKindCode = Code<PartnerKind>;

/// The part of a path that names a partner.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct PartnerPath {
    /// A partner; a new one has an identifier of its client's making.
    #[param(value_type = wire::Identifier)]
    partner_id: PartnerId,
}

impl PathParameters for PartnerPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let partner_id = reader.id("partner_id")?;
        Some(Self { partner_id })
    }
}

/// Whom to ask at a partner, by their office.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ContactRequest)]
pub struct ContactBody {
    /// Their name.
    #[schema(min_length = 1, max_length = 200, example = "Hélène Roy")]
    name: String,
    /// What they do there.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_length = 200, example = "Directrice de la médiathèque")]
    function: Option<String>,
    /// Their professional address.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, format = Email, max_length = 254, example = "mediatheque@commune.example")]
    email: Option<String>,
    /// Their professional telephone.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, example = "02 43 47 47 47")]
    phone: Option<String>,
}

/// A partner, as a coordinator describes it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PartnerRequest)]
pub struct PartnerBody {
    /// Its name.
    #[schema(min_length = 1, max_length = 200, example = "Commune d’Allonnes")]
    name: String,
    /// What it is.
    kind: PartnerKindCode,
    /// Its SIRET, or the RNA of an association that has none.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, example = "21720003900014")]
    pivot: Option<String>,
    /// The INSEE code of the commune where it is.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, value_type = Option<wire::CommuneCode>, example = "72003")]
    commune_code: Option<String>,
    /// Whom to ask there: people by their office, never residents. Forgotten in time.
    #[serde(default, deserialize_with = "objects")]
    #[schema(max_items = 20)]
    contacts: Vec<ContactBody>,
}

impl From<PartnerBody> for PartnerDraft {
    fn from(body: PartnerBody) -> Self {
        Self {
            name: body.name,
            kind: body.kind.into_text(),
            pivot: body.pivot,
            commune_code: body.commune_code,
            contacts: body.contacts.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<ContactBody> for ContactDraft {
    fn from(body: ContactBody) -> Self {
        Self {
            name: body.name,
            function: body.function,
            email: body.email,
            phone: body.phone,
        }
    }
}

/// Whom to ask at a partner, by their office.
#[derive(Serialize, ToSchema)]
#[schema(as = Contact)]
pub struct ContactView {
    /// Their name.
    #[schema(example = "Hélène Roy")]
    name: String,
    /// What they do there.
    #[schema(required = true, example = "Directrice de la médiathèque")]
    function: Option<String>,
    /// Their professional address, in lower case.
    #[schema(required = true, format = Email, example = "mediatheque@commune.example")]
    email: Option<String>,
    /// Their professional telephone, in its international form.
    #[schema(required = true, example = "+33243474747")]
    phone: Option<String>,
}

impl From<&Contact> for ContactView {
    fn from(contact: &Contact) -> Self {
        Self {
            name: contact.name.clone(),
            function: contact.function.clone(),
            email: contact.email.clone(),
            phone: contact.phone.as_ref().map(|phone| phone.as_str().to_owned()),
        }
    }
}

/// A structure that hosts, asks or refers.
#[derive(Serialize, ToSchema)]
#[schema(as = Partner)]
pub struct PartnerView {
    /// Its identifier.
    partner_id: wire::Identifier,
    /// Which version this is.
    #[schema(minimum = 1, example = 3)]
    version: i64,
    /// When this version was written.
    updated_at: wire::Instant,
    /// The account that wrote it.
    updated_by: wire::Identifier,
    /// Its name.
    #[schema(example = "Commune d’Allonnes")]
    name: String,
    /// What it is.
    kind: PartnerKindCode,
    /// Its SIRET, or the RNA of an association that has none.
    #[schema(required = true, example = "21720003900014")]
    pivot: Option<String>,
    /// The INSEE code of the commune where it is.
    #[schema(required = true, example = "72003")]
    commune_code: Option<String>,
    /// Whom to ask there; empty once they are forgotten.
    contacts: Vec<ContactView>,
}

impl From<&Kept<Partner>> for PartnerView {
    fn from(kept: &Kept<Partner>) -> Self {
        let partner = &kept.content;
        Self {
            partner_id: kept.id.into(),
            version: kept.version,
            updated_at: kept.updated_at.into(),
            updated_by: kept.updated_by.into(),
            name: partner.name.clone(),
            kind: partner.kind.into(),
            pivot: partner.pivot.as_ref().map(|pivot| pivot.as_str().to_owned()),
            commune_code: partner.commune_code.as_ref().map(|code| code.as_str().to_owned()),
            contacts: partner.contacts.iter().map(Into::into).collect(),
        }
    }
}

/// A page of partners.
type PartnerPage = PageView<PartnerView>;

/// Which page of the partners.
type PartnerPageParameters = PageParameters<NameCursor<PartnerIdKind>>;

/// List the partners, by name.
///
/// Page by page: ask again with `next_cursor` until it is `null`.
#[utoipa::path(
    tag = "field",
    params(PartnerPageParameters),
    responses((status = 200, description = "A page of partners", body = PartnerPage)),
    security(("access_token" = [])),
)]
#[get("/v1/partners")]
pub async fn list_partners(
    Caller { who, query, .. }: Caller<FieldReader, (), PartnerPageParameters>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let page: PartnerPage = things::page_by_name(&application, who, query).await?;
    Ok(HttpResponse::Ok().json(page))
}

/// Read a partner.
///
/// Its `ETag` is its version, for `If-Match`.
#[utoipa::path(
    tag = "field",
    params(PartnerPath, IfNoneMatch),
    responses(
        (status = 200, description = "The partner", body = PartnerView, headers(("ETag" = String))),
        (status = 304, description = "The copy at hand is good")
    ),
    security(("access_token" = [])),
)]
#[get("/v1/partners/{partner_id}")]
pub async fn get_partner(
    Caller { who, path, .. }: Caller<FieldReader, PartnerPath>,
    conditions: Conditions,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let kept = things::find::<Partner>(&application, who, path.partner_id).await?;
    Ok(things::answer_to_get(
        kept.version,
        &conditions.0,
        &PartnerView::from(&kept),
    ))
}

/// Create or replace a partner.
///
/// Idempotent: a retry changes nothing and answers 200. For coordinators. An organisation has 5,000 partners at most.
#[utoipa::path(
    tag = "field",
    params(PartnerPath, IfMatch, IfNoneMatch),
    request_body(content = PartnerBody, description = "All that is to be known of the partner"),
    responses(
        (status = 200, description = "Replaced, or stored already", body = PartnerView),
        (status = 201, description = "Created", body = PartnerView, headers(("Location" = String))), Conflict),
    security(("access_token" = [])),
)]
#[put("/v1/partners/{partner_id}")]
pub async fn put_partner(
    Caller { who, path, .. }: Caller<FieldWriter, PartnerPath>,
    conditions: Conditions,
    body: JsonBody<PartnerBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let asked = PartnerDraft::from(body.0)
        .validate()
        .map_err(Problem::validation_failed)?;
    let written = things::put(&application, who, path.partner_id, asked, conditions.0).await?;
    let location = format!("/v1/partners/{}", path.partner_id);
    Ok(things::answer_to_put(
        written.is_new,
        location,
        &PartnerView::from(&written.kept),
    ))
}
