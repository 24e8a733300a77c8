//! Agreements with partners for a period.

use actix_web::http::header::ETAG;
use actix_web::web::Data;
use actix_web::{HttpResponse, get, put};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::things::{self, DayCursor};
use crate::domain::calendar::today_in;
use crate::domain::field::agreement::{
    Agreement, AgreementDraft, AgreementId, AgreementIdKind, CommitmentDraft, CommitmentKind,
};
use crate::domain::field::partner::PartnerId;
use crate::domain::field::thing::Kept;
use crate::domain::nomenclature::Kind;
use crate::http::answer::openapi::Conflict;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::{Conditions, IfMatch, IfNoneMatch, entity_tag};
use crate::http::request::json_body::{JsonBody, given, objects};
use crate::http::request::path::{PathParameters, PathReader};
use crate::http::request::query::{QueryParameters, QueryReader};
use crate::http::request::rights::{FieldReader, FieldWriter};
use crate::http::wire;
use crate::http::wire::code_schema::Code;
use crate::http::wire::page::{PageParameters, PageView};
use crate::storage::field::agreements::{self, AgreementQuery};

// utoipa puts the arguments of a generic type into the name of its schema; behind an alias it does not see them.
/// A code of [`CommitmentKind`].
pub type CommitmentKindCode = Code<CommitmentKind>;
/// A code of [`Kind`].
pub type KindCode = Code<Kind>;

/// The part of a path that names an agreement.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct AgreementPath {
    /// An agreement; a new one has an identifier of its client's making.
    #[param(value_type = wire::Identifier)]
    pub(super) agreement_id: AgreementId,
}

impl PathParameters for AgreementPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let agreement_id = reader.id("agreement_id")?;
        Some(Self { agreement_id })
    }
}

/// Something that the host provides, each once.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CommitmentRequest)]
pub struct CommitmentBody {
    /// What.
    kind: CommitmentKindCode,
    /// In words, of which `other` has some.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        nullable = false,
        max_length = 200,
        example = "Salle informatique du rez-de-chaussée"
    )]
    words: Option<String>,
}

/// An agreement, as a coordinator describes it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AgreementRequest)]
pub struct AgreementBody {
    /// With which partner.
    #[schema(value_type = wire::Identifier)]
    partner_id: String,
    /// At which place advisors are; left out where the partner only asks for workshops.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    place_id: Option<String>,
    /// Its first day.
    #[schema(value_type = wire::Day)]
    starts_on: String,
    /// Its last day.
    #[schema(value_type = wire::Day)]
    ends_on: String,
    /// The day on which both had signed it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Day>, nullable = false)]
    signed_on: Option<String>,
    /// Which interventions it is about.
    #[serde(default)]
    kinds: Vec<KindCode>,
    /// What the host provides.
    #[serde(default, deserialize_with = "objects")]
    #[schema(max_items = 20)]
    commitments: Vec<CommitmentBody>,
    /// Which advisors come.
    #[serde(default)]
    #[schema(value_type = Vec<wire::Identifier>, max_items = 50)]
    advisors: Vec<String>,
    /// The agreement that it renews, of the same partner.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    renews: Option<String>,
    /// What else was agreed.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        nullable = false,
        max_length = 2000,
        example = "Le mardi de 9 h à 12 h, hors vacances scolaires."
    )]
    words: Option<String>,
}

impl From<AgreementBody> for AgreementDraft {
    fn from(body: AgreementBody) -> Self {
        let commitment = |commitment: CommitmentBody| CommitmentDraft {
            kind: commitment.kind.into_text(),
            words: commitment.words,
        };
        Self {
            partner_id: body.partner_id,
            place_id: body.place_id,
            starts_on: body.starts_on,
            ends_on: body.ends_on,
            signed_on: body.signed_on,
            kinds: body.kinds.into_iter().map(Code::into_text).collect(),
            commitments: body.commitments.into_iter().map(commitment).collect(),
            advisors: body.advisors,
            renews: body.renews,
            words: body.words,
        }
    }
}

/// Something that the host provides.
#[derive(Serialize, ToSchema)]
#[schema(as = Commitment)]
pub struct CommitmentView {
    /// What.
    kind: CommitmentKindCode,
    /// In words.
    #[schema(required = true, example = "Salle informatique du rez-de-chaussée")]
    words: Option<String>,
}

/// An agreement with a partner.
#[derive(Serialize, ToSchema)]
#[schema(as = Agreement)]
pub struct AgreementView {
    /// Its identifier.
    agreement_id: wire::Identifier,
    /// Which version this is.
    #[schema(minimum = 1, example = 3)]
    version: i64,
    /// When this version was written.
    updated_at: wire::Instant,
    /// The account that wrote it.
    updated_by: wire::Identifier,
    /// With which partner.
    partner_id: wire::Identifier,
    /// At which place advisors are.
    #[schema(required = true)]
    place_id: Option<wire::Identifier>,
    /// Its first day.
    starts_on: wire::Day,
    /// Its last day.
    ends_on: wire::Day,
    /// The day on which both had signed it.
    #[schema(required = true)]
    signed_on: Option<wire::Day>,
    /// Whether it is in force today: signed, and within its period.
    in_force: bool,
    /// Which interventions it is about.
    kinds: Vec<KindCode>,
    /// What the host provides.
    commitments: Vec<CommitmentView>,
    /// Which advisors come.
    advisors: Vec<wire::Identifier>,
    /// The agreement that it renews.
    #[schema(required = true)]
    renews: Option<wire::Identifier>,
    /// What else was agreed.
    #[schema(required = true, example = "Le mardi de 9 h à 12 h, hors vacances scolaires.")]
    words: Option<String>,
}

impl AgreementView {
    /// What a client reads of an agreement on a day.
    pub fn on(kept: &Kept<Agreement>, today: NaiveDate) -> Self {
        let agreement = &kept.content;
        let commitments = agreement.commitments.iter();
        Self {
            agreement_id: kept.id.into(),
            version: kept.version,
            updated_at: kept.updated_at.into(),
            updated_by: kept.updated_by.into(),
            partner_id: agreement.partner_id.into(),
            place_id: agreement.place_id.map(Into::into),
            starts_on: agreement.starts_on.into(),
            ends_on: agreement.ends_on.into(),
            signed_on: agreement.signed_on.map(Into::into),
            in_force: agreement.is_in_force(today),
            kinds: things::sorted(agreement.kinds),
            commitments: commitments
                .map(|commitment| CommitmentView {
                    kind: commitment.kind.into(),
                    words: commitment.words.clone(),
                })
                .collect(),
            advisors: agreement.advisors.iter().map(|advisor| (*advisor).into()).collect(),
            renews: agreement.renews.map(Into::into),
            words: agreement.words.clone(),
        }
    }
}

impl From<&(Kept<Agreement>, NaiveDate)> for AgreementView {
    fn from((kept, today): &(Kept<Agreement>, NaiveDate)) -> Self {
        Self::on(kept, *today)
    }
}

/// Which agreements to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AgreementFilter {
    /// Those of this partner.
    #[param(value_type = Option<wire::Identifier>, nullable = false)]
    partner_id: Option<PartnerId>,
    /// Those that are in force on this day: signed by then, and within their period.
    #[param(value_type = Option<wire::Day>, nullable = false)]
    in_force_on: Option<NaiveDate>,
    /// Those whose last day is this one or an earlier one.
    #[param(value_type = Option<wire::Day>, nullable = false)]
    ends_by: Option<NaiveDate>,
}

impl QueryParameters for AgreementFilter {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        Some(Self {
            partner_id: things::named(reader, "partner_id"),
            in_force_on: things::day(reader, "in_force_on"),
            ends_by: things::day(reader, "ends_by"),
        })
    }
}

/// A page of agreements.
type AgreementPage = PageView<AgreementView>;

/// Which page of the agreements.
type AgreementPageParameters = PageParameters<DayCursor<AgreementIdKind>>;

/// List the agreements, those first that begin latest.
///
/// Those that end within sixty days are those with `in_force_on` today and `ends_by` sixty days later. Page by page: ask again
/// with `next_cursor` until it is `null`.
#[utoipa::path(
    tag = "field",
    params(AgreementFilter, AgreementPageParameters),
    responses((status = 200, description = "A page of agreements", body = AgreementPage)),
    security(("access_token" = [])),
)]
#[get("/v1/agreements")]
pub async fn list_agreements(
    Caller { who, query, .. }: Caller<FieldReader, (), (AgreementFilter, AgreementPageParameters)>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (filter, page) = query;
    let query = AgreementQuery {
        organisation: who.organisation,
        partner: filter.partner_id,
        in_force_on: filter.in_force_on,
        ends_by: filter.ends_by,
        after: page.after().map(DayCursor::place),
        limit: page.limit_of_search(),
    };
    let reading = application
        .store
        .read(move |connection| agreements::list(connection, &query));
    let today = today_in(who.time_zone, application.now());
    let found = reading.await?.into_iter().map(|kept| (kept, today)).collect();
    let page: AgreementPage = PageView::new(&page, found, |(last, _): &(Kept<Agreement>, NaiveDate)| {
        DayCursor::of(last.content.starts_on, last.id)
    });
    Ok(HttpResponse::Ok().json(page))
}

/// Read an agreement.
///
/// Its `ETag` is its version, for `If-Match`. Whether it is in force follows the day, so it is never 304.
#[utoipa::path(
    tag = "field",
    params(AgreementPath),
    responses((status = 200, description = "The agreement", body = AgreementView, headers(("ETag" = String)))),
    security(("access_token" = [])),
)]
#[get("/v1/agreements/{agreement_id}")]
pub async fn get_agreement(
    Caller { who, path, .. }: Caller<FieldReader, AgreementPath>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let kept = things::find::<Agreement>(&application, who, path.agreement_id).await?;
    let view = AgreementView::on(&kept, today_in(who.time_zone, application.now()));
    Ok(HttpResponse::Ok()
        .insert_header((ETAG, entity_tag(kept.version)))
        .json(view))
}

/// Create or replace an agreement.
///
/// Idempotent: a retry changes nothing and answers 200. For coordinators. It is in force once it is signed, within its period. An
/// organisation has 5,000 at most.
#[utoipa::path(
    tag = "field",
    params(AgreementPath, IfMatch, IfNoneMatch),
    request_body(content = AgreementBody, description = "All that is to be known of the agreement"),
    responses(
        (status = 200, description = "Replaced, or stored already", body = AgreementView),
        (status = 201, description = "Created", body = AgreementView, headers(("Location" = String))), Conflict),
    security(("access_token" = [])),
)]
#[put("/v1/agreements/{agreement_id}")]
pub async fn put_agreement(
    Caller { who, path, .. }: Caller<FieldWriter, AgreementPath>,
    conditions: Conditions,
    body: JsonBody<AgreementBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let id = path.agreement_id;
    let asked = AgreementDraft::from(body.0)
        .validate()
        .map_err(Problem::validation_failed)?;
    let written = things::put(&application, who, id, asked, conditions.0).await?;
    let view = AgreementView::on(&written.kept, today_in(who.time_zone, application.now()));
    Ok(things::answer_to_put(
        written.is_new,
        format!("/v1/agreements/{id}"),
        &view,
    ))
}
