//! The catalogue: workshops that partners may ask for, a sheet each.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::things::{self, NameCursor};
use crate::domain::field::thing::Kept;
use crate::domain::field::workshop::{Workshop, WorkshopDraft, WorkshopId, WorkshopIdKind, WorkshopTexts};
use crate::domain::nomenclature::{Level, Theme};
use crate::http::answer::openapi::Conflict;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::{Conditions, IfMatch, IfNoneMatch};
use crate::http::request::json_body::{JsonBody, given};
use crate::http::request::path::{PathParameters, PathReader};
use crate::http::request::rights::{FieldReader, FieldWriter};
use crate::http::wire;
use crate::http::wire::code_schema::Code;
use crate::http::wire::page::{PageParameters, PageView};

// utoipa puts the arguments of a generic type into the name of its schema; behind an alias it does not see them.
/// A code of [`Level`].
pub type LevelCode = Code<Level>;
/// A code of [`Theme`].
pub type ThemeCode = Code<Theme>;

/// The part of a path that names a workshop.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct WorkshopPath {
    /// A workshop; a new one has an identifier of its client's making.
    #[param(value_type = wire::Identifier)]
    pub(super) workshop_id: WorkshopId,
}

impl PathParameters for WorkshopPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let workshop_id = reader.id("workshop_id")?;
        Some(Self { workshop_id })
    }
}

/// A sheet of the catalogue, as a coordinator writes it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WorkshopRequest)]
pub struct WorkshopBody {
    /// Its title.
    #[schema(min_length = 1, max_length = 200, example = "Premiers pas sur internet")]
    title: String,
    /// What it is about.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        nullable = false,
        max_length = 2000,
        example = "Découvrir le navigateur et chercher en confiance."
    )]
    summary: Option<String>,
    /// What participants can do after it.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        nullable = false,
        max_length = 2000,
        example = "Savoir ouvrir un site et reconnaître une adresse sûre."
    )]
    objectives: Option<String>,
    /// What they must know before.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_length = 2000, example = "Savoir tenir une souris.")]
    prerequisites: Option<String>,
    /// What the host must provide.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        nullable = false,
        max_length = 2000,
        example = "Une salle, six ordinateurs, une connexion."
    )]
    required_means: Option<String>,
    /// With fewer people it does not take place.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, minimum = 1, maximum = 1000, example = 4)]
    participants_min: Option<i64>,
    /// There is no room for more people; no less than `participants_min`.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, minimum = 1, maximum = 1000, example = 8)]
    participants_max: Option<i64>,
    /// What it is about, by codes.
    #[serde(default)]
    themes: Vec<ThemeCode>,
    /// For whom it is.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    level: Option<LevelCode>,
    /// How long it lasts.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, minimum = 1, maximum = 1440, example = 120)]
    duration_minutes: Option<i64>,
    /// Whether it is offered no more.
    #[serde(default)]
    #[schema(default = false)]
    retired: bool,
}

impl From<WorkshopBody> for WorkshopDraft {
    fn from(body: WorkshopBody) -> Self {
        Self {
            title: body.title,
            texts: WorkshopTexts {
                summary: body.summary,
                objectives: body.objectives,
                prerequisites: body.prerequisites,
                required_means: body.required_means,
            },
            participants_min: body.participants_min,
            participants_max: body.participants_max,
            themes: body.themes.into_iter().map(Code::into_text).collect(),
            level: body.level.map(Code::into_text),
            duration_minutes: body.duration_minutes,
            retired: body.retired,
        }
    }
}

/// A sheet of the catalogue.
#[derive(Serialize, ToSchema)]
#[schema(as = Workshop)]
pub struct WorkshopView {
    /// Its identifier.
    workshop_id: wire::Identifier,
    /// Which version this is.
    #[schema(minimum = 1, example = 3)]
    version: i64,
    /// When this version was written.
    updated_at: wire::Instant,
    /// The account that wrote it.
    updated_by: wire::Identifier,
    /// Its title.
    #[schema(example = "Premiers pas sur internet")]
    title: String,
    /// What it is about.
    #[schema(required = true, example = "Découvrir le navigateur et chercher en confiance.")]
    summary: Option<String>,
    /// What participants can do after it.
    #[schema(required = true, example = "Savoir ouvrir un site et reconnaître une adresse sûre.")]
    objectives: Option<String>,
    /// What they must know before.
    #[schema(required = true, example = "Savoir tenir une souris.")]
    prerequisites: Option<String>,
    /// What the host must provide.
    #[schema(required = true, example = "Une salle, six ordinateurs, une connexion.")]
    required_means: Option<String>,
    /// With fewer people it does not take place.
    #[schema(required = true, example = 4)]
    participants_min: Option<i64>,
    /// There is no room for more people.
    #[schema(required = true, example = 8)]
    participants_max: Option<i64>,
    /// What it is about, by codes.
    themes: Vec<ThemeCode>,
    /// For whom it is.
    #[schema(required = true)]
    level: Option<LevelCode>,
    /// How long it lasts.
    #[schema(required = true, example = 120)]
    duration_minutes: Option<i64>,
    /// Whether it is offered no more; it stays readable.
    retired: bool,
}

impl From<&Kept<Workshop>> for WorkshopView {
    fn from(kept: &Kept<Workshop>) -> Self {
        let workshop = &kept.content;
        let texts = workshop.texts.clone();
        Self {
            workshop_id: kept.id.into(),
            version: kept.version,
            updated_at: kept.updated_at.into(),
            updated_by: kept.updated_by.into(),
            title: workshop.title.clone(),
            summary: texts.summary,
            objectives: texts.objectives,
            prerequisites: texts.prerequisites,
            required_means: texts.required_means,
            participants_min: workshop.participants_min,
            participants_max: workshop.participants_max,
            themes: things::sorted(workshop.themes),
            level: workshop.level.map(Into::into),
            duration_minutes: workshop.duration_minutes,
            retired: workshop.retired,
        }
    }
}

/// A page of workshops.
type WorkshopPage = PageView<WorkshopView>;

/// Which page of the workshops.
type WorkshopPageParameters = PageParameters<NameCursor<WorkshopIdKind>>;

/// List the sheets of the catalogue, by title.
///
/// Those that are retired too. Page by page: ask again with `next_cursor` until it is `null`.
#[utoipa::path(
    tag = "field",
    params(WorkshopPageParameters),
    responses((status = 200, description = "A page of workshops", body = WorkshopPage)),
    security(("access_token" = [])),
)]
#[get("/v1/workshops")]
pub async fn list_workshops(
    Caller { who, query, .. }: Caller<FieldReader, (), WorkshopPageParameters>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let page: WorkshopPage = things::page_by_name(&application, who, query).await?;
    Ok(HttpResponse::Ok().json(page))
}

/// Read a workshop.
///
/// Its `ETag` is its version, for `If-Match`.
#[utoipa::path(
    tag = "field",
    params(WorkshopPath, IfNoneMatch),
    responses(
        (status = 200, description = "The workshop", body = WorkshopView, headers(("ETag" = String))),
        (status = 304, description = "The copy at hand is good")
    ),
    security(("access_token" = [])),
)]
#[get("/v1/workshops/{workshop_id}")]
pub async fn get_workshop(
    Caller { who, path, .. }: Caller<FieldReader, WorkshopPath>,
    conditions: Conditions,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let kept = things::find::<Workshop>(&application, who, path.workshop_id).await?;
    let view = WorkshopView::from(&kept);
    Ok(things::answer_to_get(kept.version, &conditions.0, &view))
}

/// Create or replace a workshop.
///
/// Idempotent: a retry changes nothing and answers 200. For coordinators. An organisation has 200 at most; one that is offered no
/// more is retired, and stays readable.
#[utoipa::path(
    tag = "field",
    params(WorkshopPath, IfMatch, IfNoneMatch),
    request_body(content = WorkshopBody, description = "All that is to be known of the workshop"),
    responses(
        (status = 200, description = "Replaced, or stored already", body = WorkshopView),
        (status = 201, description = "Created", body = WorkshopView, headers(("Location" = String))), Conflict),
    security(("access_token" = [])),
)]
#[put("/v1/workshops/{workshop_id}")]
pub async fn put_workshop(
    Caller { who, path, .. }: Caller<FieldWriter, WorkshopPath>,
    conditions: Conditions,
    body: JsonBody<WorkshopBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let id = path.workshop_id;
    let asked = WorkshopDraft::from(body.0)
        .validate()
        .map_err(Problem::validation_failed)?;
    let written = things::put(&application, who, id, asked, conditions.0).await?;
    let view = WorkshopView::from(&written.kept);
    Ok(things::answer_to_put(
        written.is_new,
        format!("/v1/workshops/{id}"),
        &view,
    ))
}
