//! Tags: words of the organisation's own.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::things::{self, NameCursor};
use crate::domain::field::tag::{Tag, TagId, TagIdKind};
use crate::domain::field::thing::Kept;
use crate::http::answer::openapi::Conflict;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::{Conditions, IfMatch, IfNoneMatch};
use crate::http::request::json_body::JsonBody;
use crate::http::request::path::{PathParameters, PathReader};
use crate::http::request::rights::{FieldReader, FieldWriter};
use crate::http::wire;
use crate::http::wire::page::{PageParameters, PageView};

/// The part of a path that names a tag.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct TagPath {
    /// A tag; a new one has an identifier of its client's making.
    #[param(value_type = wire::Identifier)]
    pub(super) tag_id: TagId,
}

impl PathParameters for TagPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let tag_id = reader.id("tag_id")?;
        Some(Self { tag_id })
    }
}

/// A tag, as a coordinator names it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TagRequest)]
pub struct TagBody {
    /// The word.
    #[schema(min_length = 1, max_length = 200, example = "Semaine du numérique")]
    name: String,
    /// Whether it is offered no more.
    #[serde(default)]
    #[schema(default = false)]
    retired: bool,
}

/// A word of the organisation's own, by which it finds interventions again.
#[derive(Serialize, ToSchema)]
#[schema(as = Tag)]
pub struct TagView {
    /// Its identifier.
    tag_id: wire::Identifier,
    /// Which version this is.
    #[schema(minimum = 1, example = 3)]
    version: i64,
    /// When this version was written.
    updated_at: wire::Instant,
    /// The account that wrote it.
    updated_by: wire::Identifier,
    /// The word.
    #[schema(example = "Semaine du numérique")]
    name: String,
    /// Whether it is offered no more; what bears it keeps it.
    retired: bool,
}

impl From<&Kept<Tag>> for TagView {
    fn from(kept: &Kept<Tag>) -> Self {
        Self {
            tag_id: kept.id.into(),
            version: kept.version,
            updated_at: kept.updated_at.into(),
            updated_by: kept.updated_by.into(),
            name: kept.content.name.clone(),
            retired: kept.content.retired,
        }
    }
}

/// A page of tags.
type TagPage = PageView<TagView>;

/// Which page of the tags.
type TagPageParameters = PageParameters<NameCursor<TagIdKind>>;

/// List the tags, by name.
///
/// Those that are retired too. Page by page: ask again with `next_cursor` until it is `null`.
#[utoipa::path(
    tag = "field",
    params(TagPageParameters),
    responses((status = 200, description = "A page of tags", body = TagPage)),
    security(("access_token" = [])),
)]
#[get("/v1/tags")]
pub async fn list_tags(
    Caller { who, query, .. }: Caller<FieldReader, (), TagPageParameters>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let page: TagPage = things::page_by_name(&application, who, query).await?;
    Ok(HttpResponse::Ok().json(page))
}

/// Read a tag.
///
/// Its `ETag` is its version, for `If-Match`.
#[utoipa::path(
    tag = "field",
    params(TagPath, IfNoneMatch),
    responses(
        (status = 200, description = "The tag", body = TagView, headers(("ETag" = String))),
        (status = 304, description = "The copy at hand is good")
    ),
    security(("access_token" = [])),
)]
#[get("/v1/tags/{tag_id}")]
pub async fn get_tag(
    Caller { who, path, .. }: Caller<FieldReader, TagPath>,
    conditions: Conditions,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let kept = things::find::<Tag>(&application, who, path.tag_id).await?;
    let view = TagView::from(&kept);
    Ok(things::answer_to_get(kept.version, &conditions.0, &view))
}

/// Create or replace a tag.
///
/// Idempotent: a retry changes nothing and answers 200. For coordinators. An organisation has 200 tags at most.
#[utoipa::path(
    tag = "field",
    params(TagPath, IfMatch, IfNoneMatch),
    request_body(content = TagBody, description = "All that is to be known of the tag"),
    responses(
        (status = 200, description = "Replaced, or stored already", body = TagView),
        (status = 201, description = "Created", body = TagView, headers(("Location" = String))), Conflict),
    security(("access_token" = [])),
)]
#[put("/v1/tags/{tag_id}")]
pub async fn put_tag(
    Caller { who, path, .. }: Caller<FieldWriter, TagPath>,
    conditions: Conditions,
    body: JsonBody<TagBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let id = path.tag_id;
    let asked = Tag::new(&body.0.name, body.0.retired).map_err(Problem::validation_failed)?;
    let written = things::put(&application, who, id, asked, conditions.0).await?;
    let view = TagView::from(&written.kept);
    Ok(things::answer_to_put(written.is_new, format!("/v1/tags/{id}"), &view))
}
