//! Places: where mediation happens, of the organisation or of somebody else.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, post, put};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::national::{self, NationalFormat, NationalFormatCode, NationalPlacesView};
use super::place_body::{PlaceBody, PlaceView};
use super::things::{self, NameCursor};
use crate::actions::field::places::{self as actions, Writer};
use crate::domain::field::partner::PartnerId;
use crate::domain::field::place::{Place, PlaceDraft, PlaceId, PlaceIdKind};
use crate::domain::field::place_lists::PlaceStatus;
use crate::domain::field::thing::{Kept, Thing as _};
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::OrganisationId;
use crate::domain::intervention::CommuneCode;
use crate::domain::nomenclature::ClosedList as _;
use crate::domain::text::{NAME_MAX, sort_key};
use crate::http::answer::openapi::Conflict;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::{Conditions, IfMatch, IfNoneMatch};
use crate::http::request::json_body::JsonBody;
use crate::http::request::path::{PathParameters, PathReader};
use crate::http::request::query::{QueryParameters, QueryReader};
use crate::http::request::rights::{FieldProposer, FieldReader, FieldWriter, Member};
use crate::http::wire;
use crate::http::wire::page::{PageParameters, PageView};
use crate::storage::field::places::{self, PlaceQuery};
use crate::storage::field::thing::Stored as _;

/// The part of a path that names a place.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct PlacePath {
    /// A place; a new one has an identifier of its client's making.
    #[param(value_type = wire::Identifier)]
    pub(super) place_id: PlaceId,
}

impl PathParameters for PlacePath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let place_id = reader.id("place_id")?;
        Some(Self { place_id })
    }
}

/// Which places to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PlaceFilter {
    /// Those whose name holds this, whatever its accents.
    #[param(value_type = Option<String>, nullable = false, min_length = 1, max_length = 200, example = "mediatheque")]
    q: Option<String>,
    /// Those in this commune.
    #[param(value_type = Option<String>, nullable = false, example = "72181")]
    commune: Option<CommuneCode>,
    /// Those of this partner.
    #[param(value_type = Option<wire::Identifier>, nullable = false)]
    partner_id: Option<PartnerId>,
    /// Those of this status.
    #[param(value_type = Option<super::place_body::PlaceStatusCode>, inline, nullable = false, example = "proposed")]
    status: Option<PlaceStatus>,
    /// The whole list, without pages, in the national schema *Lieux de médiation numérique*: confirmed places that have not ended and
    /// have an address.
    #[param(value_type = Option<NationalFormatCode>, inline, nullable = false, example = "national-csv")]
    format: Option<NationalFormat>,
}

impl QueryParameters for PlaceFilter {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let q = reader.optional("q", |text| match text.trim().chars().count() {
            _ if text.chars().any(char::is_control) => Err(FieldCode::ControlCharacter),
            0 => Err(FieldCode::TooShort { min: 1 }),
            1..=NAME_MAX => Ok(sort_key(text.trim())),
            _ => Err(FieldCode::TooLong { max: NAME_MAX }),
        });
        Some(Self {
            q,
            commune: reader.optional("commune", |text| {
                CommuneCode::parse(text).ok_or(FieldCode::InvalidCommune)
            }),
            partner_id: reader.optional("partner_id", |text| text.parse().map_err(|_| FieldCode::InvalidUuid)),
            status: reader.optional("status", |text| {
                PlaceStatus::from_code(text).ok_or(FieldCode::InvalidValue)
            }),
            format: reader.optional("format", NationalFormat::from_code),
        })
    }
}

impl PlaceFilter {
    /// What to look for: a page, or all of a national list.
    fn places_of(self, organisation: OrganisationId, page: &PlacePageParameters) -> PlaceQuery {
        let all = u32::try_from(Place::MOST).unwrap_or(u32::MAX);
        let is_whole = self.format.is_some();
        PlaceQuery {
            organisation,
            words: self.q,
            commune: self.commune,
            partner: self.partner_id,
            status: self.status,
            after: page.after().map(NameCursor::place).filter(|_| !is_whole),
            limit: if is_whole { all } else { page.limit_of_search() },
        }
    }
}

/// A page of places.
type PlacePage = PageView<PlaceView>;

/// Which page of the places.
type PlacePageParameters = PageParameters<NameCursor<PlaceIdKind>>;

/// List the places, by name.
///
/// Those that are closed or were merged too. Page by page: ask again with `next_cursor` until it is `null`.
#[utoipa::path(
    tag = "field",
    params(PlaceFilter, PlacePageParameters),
    responses((
        status = 200, description = "A page of places, or the national list",
        content(
            (PlacePage = "application/json"),
            (NationalPlacesView = "application/vnd.quotidien.national-places+json"),
            (String = "text/csv")
        ),
    )),
    security(("access_token" = [])),
)]
#[get("/v1/places")]
pub async fn list_places(
    Caller { who, query, .. }: Caller<FieldReader, (), (PlaceFilter, PlacePageParameters)>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (filter, page) = query;
    let format = filter.format;
    let query = filter.places_of(who.organisation, &page);
    if let Some(format) = format {
        return national::answer(&application, query, format).await;
    }
    let reading = application
        .store
        .read(move |connection| places::list(connection, &query));
    let page: PlacePage = PageView::new(&page, reading.await?, |last: &Kept<Place>| {
        NameCursor::of(&last.content.name, last.id)
    });
    Ok(HttpResponse::Ok().json(page))
}

/// Read a place.
///
/// Its `ETag` is its version, for `If-Match`. A place that was merged says into which one, the last of a chain.
#[utoipa::path(
    tag = "field",
    params(PlacePath, IfNoneMatch),
    responses(
        (status = 200, description = "The place", body = PlaceView, headers(("ETag" = String))),
        (status = 304, description = "The copy at hand is good")
    ),
    security(("access_token" = [])),
)]
// An identifier has a digit; `import` and `national-check`, which other routes have in this place, have none.
#[get("/v1/places/{place_id:[^/]*[0-9][^/]*}")]
pub async fn get_place(
    Caller { who, path, .. }: Caller<FieldReader, PlacePath>,
    conditions: Conditions,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (organisation, id) = (who.organisation, path.place_id);
    let found = application
        .store
        .read(move |connection| {
            let kept = Place::find(connection, organisation, id)?;
            Ok((kept, places::heirs(connection, organisation)?.get(&id).copied()))
        })
        .await?;
    let (Some(kept), heir) = found else {
        return Err(ProblemCode::NotFound.into());
    };
    let view = PlaceView::merged(&kept, heir);
    Ok(things::answer_to_get(kept.version, &conditions.0, &view))
}

/// Create or replace a place.
///
/// Idempotent: a retry changes nothing and answers 200. What an advisor sends is a proposal; a place that a coordinator has
/// confirmed is changed by a coordinator alone. A place is never deleted: it is closed, or merged. An organisation has 5,000
/// at most.
#[utoipa::path(
    tag = "field",
    params(PlacePath, IfMatch, IfNoneMatch),
    request_body(content = PlaceBody, description = "All that is to be known of the place"),
    responses(
        (status = 200, description = "Replaced, or stored already", body = PlaceView),
        (status = 201, description = "Created", body = PlaceView, headers(("Location" = String))), Conflict),
    security(("access_token" = [])),
)]
#[put("/v1/places/{place_id:[^/]*[0-9][^/]*}")]
pub async fn put_place(
    Caller { who, path, .. }: Caller<FieldProposer, PlacePath>,
    conditions: Conditions,
    body: JsonBody<PlaceBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (id, writer) = (path.place_id, writer(who));
    let asked = PlaceDraft::from(body.0)
        .validate(writer.status())
        .map_err(Problem::validation_failed)?;
    let now = application.now();
    let written = actions::put(&application.store, who.by(), (id, asked), writer, conditions.0, now).await??;
    let view = PlaceView::from(&written.kept);
    Ok(things::answer_to_put(written.is_new, format!("/v1/places/{id}"), &view))
}

/// As whom a member writes: an advisor proposes.
pub(super) const fn writer(who: Member) -> Writer {
    match who.own {
        Some(_) => Writer::Advisor,
        None => Writer::Coordinator,
    }
}

/// Into which place a place is merged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MergeRequest)]
pub struct MergeBody {
    /// The place that takes its place.
    #[schema(value_type = wire::Identifier)]
    into: String,
}

/// Merge a place into another.
///
/// It stays readable and says into which; reports that name it stay as they are. For coordinators.
#[utoipa::path(
    tag = "field",
    params(PlacePath, IfMatch, IfNoneMatch),
    request_body(content = MergeBody, description = "Into which place"),
    responses((status = 200, description = "Merged, or was already", body = PlaceView)),
    security(("access_token" = [])),
)]
#[post("/v1/places/{place_id}/merge")]
pub async fn merge_place(
    Caller { who, path, .. }: Caller<FieldWriter, PlacePath>,
    conditions: Conditions,
    body: JsonBody<MergeBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let into = body.0.into.parse();
    let into = into.map_err(|_| Problem::validation_failed(FieldErrors::of_body("/into", FieldCode::InvalidUuid)))?;
    let (ids, now) = ((path.place_id, into), application.now());
    let written = actions::merge(&application.store, who.by(), ids, conditions.0, now).await??;
    Ok(HttpResponse::Ok().json(PlaceView::from(&written.kept)))
}
