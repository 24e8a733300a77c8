//! Publications: settled figures, kept byte for byte.

use std::collections::BTreeMap;

use actix_web::http::header::{CACHE_CONTROL, ETAG, HeaderName, LOCATION, VARY};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::PublicationContentView;
use crate::actions::publications as actions;
use crate::documents::action_plan;
use crate::documents::builders::{self, Style};
use crate::documents::document::Document;
use crate::domain::calendar::{Month, Months};
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::PublicationId;
use crate::domain::language::Language;
use crate::domain::text::normal_text;
use crate::http::answer::envelope::language_of;
use crate::http::answer::formats::{Format, document_answer};
use crate::http::answer::openapi::Conflict;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::figures::query::period_of;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::{TaggedJson, is_known};
use crate::http::request::json_body::JsonBody;
use crate::http::request::path::{PathParameters, PathReader};
use crate::http::request::query::{FormatParameter, QueryParameters, QueryReader};
use crate::http::request::rights::{AllFiguresReader, Coordinator};
use crate::http::wire;
use crate::http::wire::codes::{MeasureCode, value_of_code};
use crate::statistics::publication::{Change, Publication, changes, digest_bytes};
use crate::storage::publications::{self, PublicationRecord};

/// The header with the SHA-256 of the body (RFC 9530).
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("content-digest");
/// The longest number of a deliberation, in characters.
const NUMBER_MAX: usize = 50;

/// The part of a path that names a publication.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct PublicationPath {
    /// Which publication.
    #[param(value_type = wire::Identifier)]
    pub(in crate::http) publication_id: PublicationId,
}

impl PathParameters for PublicationPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let publication_id = reader.id("publication_id")?;
        Some(Self { publication_id })
    }
}

/// What to publish.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PublicationRequest)]
pub struct PublicationBody {
    /// The first month, from 2020-01 on.
    #[schema(value_type = wire::Month)]
    from: String,
    /// The last month, included; 120 months in all at most.
    #[schema(value_type = wire::Month)]
    to: String,
    /// The number of the deliberation to which the figures are annexed.
    #[serde(default, deserialize_with = "crate::http::request::json_body::given")]
    #[schema(nullable = false, max_length = 50, example = "19")]
    deliberation_number: Option<String>,
}

impl PublicationBody {
    /// The period and the number of the deliberation, or every fault of the body.
    fn validate(&self, current: Month) -> Result<(Months, Option<String>), FieldErrors> {
        let mut errors = FieldErrors::new();
        let mut month = |name: &str, text: &str| {
            let month: Result<Month, FieldCode> = text.parse();
            month.map_err(|code| errors.push(&format!("/{name}"), code)).ok()
        };
        let months = month("from", &self.from).zip(month("to", &self.to));
        let period = months.and_then(|(from, to)| {
            let period = period_of(from, to, current);
            period
                .map_err(|(name, code)| errors.push(&format!("/{name}"), code))
                .ok()
        });
        let number = self.deliberation_number.as_deref();
        let number = number.and_then(|text| normal_text(text, NUMBER_MAX, "", "deliberation_number", &mut errors));
        match period {
            Some(period) if errors.is_empty() => Ok((period, number)),
            _ => Err(errors),
        }
    }
}

/// The parameter that says how much of a publication a document shows.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PartParameter {
    /// `annex` for a document of the annex's six rows alone, `action_plan` for "Annexe 2", which publications of before it have
    /// not (404); JSON is always the whole publication.
    #[param(inline, nullable = false, example = "annex")]
    part: Option<Part>,
}

/// What a document of a publication shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(default = "full")]
enum Part {
    /// Every row and every breakdown.
    Full,
    /// The annex's six rows.
    Annex,
    /// The plan of action, "Annexe 2".
    ActionPlan,
}

impl QueryParameters for PartParameter {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let part = reader.optional("part", |code| value_of_code(code).ok_or(FieldCode::InvalidValue));
        Some(Self { part })
    }
}

/// A publication, without its figures.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Publication)]
pub struct PublicationView {
    /// Its identifier.
    publication_id: wire::Identifier,
    /// The first month.
    from: wire::Month,
    /// The last month.
    to: wire::Month,
    /// The number of the deliberation to which the figures are annexed.
    #[schema(required = true, example = "19")]
    deliberation_number: Option<String>,
    /// When it was published.
    published_at: wire::Instant,
    /// The account that published it.
    published_by: wire::Identifier,
    /// SHA-256 of its content.
    #[schema(value_type = wire::Digest)]
    digest: String,
}

impl From<&PublicationRecord> for PublicationView {
    fn from(record: &PublicationRecord) -> Self {
        Self {
            publication_id: record.id.into(),
            from: record.period.from().into(),
            to: record.period.to().into(),
            deliberation_number: record.deliberation_number.clone(),
            published_at: record.published_at.into(),
            published_by: record.published_by.into(),
            digest: record.digest.clone(),
        }
    }
}

/// The publications of the organisation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicationList)]
pub struct PublicationListView {
    /// The publications, the newest first.
    items: Vec<PublicationView>,
}

/// Publish the figures of a period.
///
/// All months of the period must be closed. What is published is kept for ever, byte for byte: canonical JSON
/// (RFC 8785) with its SHA-256, without the name or the identifier of a person. For coordinators.
#[utoipa::path(
    tag = "publications",
    request_body(content = PublicationBody, description = "The period, and the number of the deliberation if there is one"),
    responses(
        (status = 201, description = "Published", body = PublicationView, headers(("Location" = String))), Conflict),
    security(("access_token" = [])),
)]
#[post("/v1/publications")]
pub async fn create_publication(
    caller: Caller<Coordinator>,
    body: JsonBody<PublicationBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let current = Month::of(application.today(caller.who.time_zone));
    let (period, number) = body.0.validate(current).map_err(Problem::validation_failed)?;
    let (by, now) = (caller.who.by(), application.now());
    let record = actions::publish(&application.store, by, period, number, now).await??;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, format!("/v1/publications/{}", record.id)))
        .json(PublicationView::from(&record)))
}

/// List the publications of the organisation.
///
/// The newest first. For coordinators, and programs that read figures.
#[utoipa::path(
    tag = "publications",
    responses((status = 200, description = "The publications", body = PublicationListView)),
    security(("access_token" = [])),
)]
#[get("/v1/publications")]
pub async fn list_publications(
    caller: Caller<AllFiguresReader>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let organisation = caller.who.organisation;
    let found = application
        .store
        .read(move |connection| publications::all(connection, organisation))
        .await?;
    let items = found.iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(PublicationListView { items }))
}

/// Read a publication.
///
/// As JSON, the same bytes for ever, whose SHA-256 is the digest (`ETag`, `Content-Digest`); or a document made of
/// these bytes. For coordinators, and programs that read figures.
#[utoipa::path(
    tag = "publications",
    params(PublicationPath, FormatParameter, PartParameter, TaggedJson),
    responses(
        (status = 200, description = "What was published", body = PublicationContentView),
        (status = 304, description = "The copy at hand is good")
    ),
    security(("access_token" = [])),
)]
#[get("/v1/publications/{publication_id}")]
pub async fn get_publication(
    caller: Caller<AllFiguresReader, PublicationPath, (FormatParameter, PartParameter)>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (organisation, id) = (caller.who.organisation, caller.path.publication_id);
    let (format, part) = caller.query;
    let (record, content) = application
        .store
        .read(move |connection| publications::find(connection, organisation, id))
        .await?
        .ok_or(ProblemCode::NotFound)?;
    let Format::Document(form) = format.or_accepted(&request) else {
        return Ok(published(&record, content, is_known(&request, &record.digest)));
    };
    let written = (language_of(&request), caller.who.time_zone);
    let (document, name) = part_of(part.part.unwrap_or(Part::Full), &record, &content, written)?;
    document_answer(&application.documents, document, form, name, record.period).await
}

/// The document of a part of a publication, and its name as a file.
fn part_of(
    part: Part,
    record: &PublicationRecord,
    content: &str,
    (language, zone): (Language, Tz),
) -> Result<(Document, &'static str), Problem> {
    let whole = || document_of(record, content, false, (language, zone));
    Ok(match part {
        Part::Full => (whole()?, language.choose("statistiques", "statistics")),
        Part::Annex => (builders::annex_of(whole()?), language.choose("annexe", "annex")),
        Part::ActionPlan => {
            let names = &BTreeMap::new();
            let of = (record.period, record.digest.as_str(), record.published_at);
            let plan = action_plan::publication(&publications::parse(content)?, of, Style { language, zone, names });
            (
                plan.ok_or(ProblemCode::NotFound)?,
                language.choose("annexe-2", "annex-2"),
            )
        }
    })
}

/// The document of a publication; `masked` when the document is public. A publication names no advisor, so that the
/// document needs no names.
pub(in crate::http) fn document_of(
    record: &PublicationRecord,
    content: &str,
    masked: bool,
    (language, zone): (Language, Tz),
) -> Result<Document, Problem> {
    let names = &BTreeMap::new();
    let of = (record.period, record.digest.as_str(), record.published_at);
    let published = publications::parse(content)?;
    Ok(builders::publication(
        &published,
        of,
        masked,
        Style { language, zone, names },
    ))
}

/// Answers with the content of a publication and its digest; with 304 when the caller has it.
fn published(record: &PublicationRecord, content: String, is_known: bool) -> HttpResponse {
    let digest = BASE64_STANDARD.encode(digest_bytes(&content));
    let mut response = if is_known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((VARY, "Accept"))
        .insert_header((ETAG, format!("\"{}\"", record.digest)))
        .insert_header((CONTENT_DIGEST, format!("sha-256=:{digest}:")))
        .insert_header((CACHE_CONTROL, "private, max-age=31536000, immutable"));
    if is_known {
        response.finish()
    } else {
        response.content_type("application/json").body(content)
    }
}

/// Read what changed since a publication.
///
/// Figure by figure: what was published and what the figure is now. The list is empty while no figure differs. For
/// coordinators, and programs that read figures.
#[utoipa::path(
    tag = "publications",
    params(PublicationPath),
    responses((status = 200, description = "The changes", body = ChangeListView)),
    security(("access_token" = [])),
)]
#[get("/v1/publications/{publication_id}/changes")]
pub async fn get_publication_changes(
    caller: Caller<AllFiguresReader, PublicationPath>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (organisation, id, now) = (caller.who.organisation, caller.path.publication_id, application.now());
    let (published, drafted) = application
        .store
        .read(move |connection| {
            let Some((record, content)) = publications::find(connection, organisation, id)? else {
                return Ok(None);
            };
            let published = publications::parse(&content)?;
            let drafted = publications::draft(connection, organisation, record.period, None, now)?;
            Ok(drafted.map(|drafted| (published, drafted)))
        })
        .await?
        .ok_or(ProblemCode::NotFound)?;
    Ok(HttpResponse::Ok().json(ChangeListView::new(&published, &drafted, now.into())))
}

/// What changed since a publication.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicationChanges)]
pub struct ChangeListView {
    /// When the current figures were read.
    as_of: wire::Instant,
    /// The figures that differ from what was published.
    items: Vec<ChangeView>,
}

/// A figure that differs from what was published.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicationChange)]
pub struct ChangeView {
    /// The id of the row, or the code of the breakdown.
    #[schema(example = "workshops_held")]
    figure: String,
    /// The month of a row or the value of a breakdown; `null`: the total.
    #[schema(required = true, example = "2022-05")]
    of: Option<String>,
    /// Which number of the figure differs: `figure`, `interventions` or `supports`.
    measure: MeasureCode,
    /// The number that was published; `null`: none was.
    #[schema(required = true, example = 6)]
    published: Option<i64>,
    /// The number now; `null`: there is none.
    #[schema(required = true, example = 7)]
    now: Option<i64>,
}

impl ChangeListView {
    fn new(published: &Publication, drafted: &Publication, as_of: wire::Instant) -> Self {
        let view = |change: Change| ChangeView {
            figure: change.figure,
            of: change.of,
            measure: change.measure.into(),
            published: change.published,
            now: change.now,
        };
        Self {
            as_of,
            items: changes(published, drafted).into_iter().map(view).collect(),
        }
    }
}
