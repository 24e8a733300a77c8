//! Places as the nation lists them: for the organisation itself, and for everybody where it publishes.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use crate::actions::field::national as actions;
use crate::domain::field::national::export::{self, Line, Remark};
use crate::domain::field::national::{COLUMNS, Column};
use crate::domain::field::place::Place;
use crate::domain::field::publicity::Slug;
use crate::domain::field::thing::{Kept, Thing as _};
use crate::domain::field_error::FieldCode;
use crate::domain::identifiers::OrganisationId;
use crate::domain::language::Language;
use crate::domain::nomenclature::ClosedList as _;
use crate::http::answer::envelope::language_of;
use crate::http::answer::openapi::{TooManyRequests, Unavailable};
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::caller::{Caller, Public};
use crate::http::request::conditions::TaggedJson;
use crate::http::request::path::{PathParameters, PathReader};
use crate::http::request::rights::FieldWriter;
use crate::http::wire;
use crate::http::wire::code_schema::{Code, Coded};
use crate::storage::field::places::PlaceQuery;

/// A form of the national list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NationalFormat {
    /// Commas, UTF-8, the 32 columns in their order.
    Csv,
    /// A list of objects, without what is not said.
    Json,
}

/// The code of a form of the national list.
pub type NationalFormatCode = Code<NationalFormat>;

impl Coded for NationalFormat {
    const SCHEMA: &'static str = "NationalFormat";
    const MEANING: &'static str = "A form of the national list.";
    const VALUES: &'static [Self] = &[Self::Csv, Self::Json];

    fn code_on_the_wire(&self) -> &'static str {
        match self {
            Self::Csv => "national-csv",
            Self::Json => "national-json",
        }
    }
}

impl NationalFormat {
    /// The format with this code.
    ///
    /// # Errors
    /// When there is none.
    pub fn from_code(code: &str) -> Result<Self, FieldCode> {
        let named = Self::VALUES.iter().find(|format| format.code_on_the_wire() == code);
        named.copied().ok_or(FieldCode::InvalidValue)
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
        }
    }

    /// The media type beside pages of places, whose is `application/json`: one media type has one schema, since generators of
    /// clients cannot tell two apart.
    const fn media_type_beside_pages(self) -> &'static str {
        match self {
            Self::Csv => self.media_type(),
            Self::Json => "application/vnd.quotidien.national-places+json",
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    /// The file with these lines.
    fn file(self, lines: &[Line]) -> Bytes {
        match self {
            Self::Csv => csv_file(lines).into(),
            // Texts and numbers have nothing that JSON cannot say.
            Self::Json => serde_json::to_vec(&lines.iter().map(object).collect::<Vec<_>>())
                .unwrap_or_default()
                .into(),
        }
    }
}

fn csv_file(lines: &[Line]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // It is written to memory, which does not fail.
    let _ = writer.write_record(COLUMNS.map(Column::name));
    for Line(cells) in lines {
        let _ = writer.write_record(cells);
    }
    writer.into_inner().unwrap_or_default()
}

/// A line as an object; the national map takes a key that is not there, and no empty one.
fn object(line: &Line) -> Map<String, Value> {
    let value = |column, cell: &str| match column {
        Column::Latitude | Column::Longitude => cell.parse::<f64>().map_or(Value::Null, Value::from),
        _ => Value::from(cell),
    };
    line.said()
        .map(|(column, cell)| (column.name().to_owned(), value(column, cell)))
        .collect()
}

/// A place as the nation lists it, for the document of the API.
pub struct NationalPlaceView;

impl PartialSchema for NationalPlaceView {
    fn schema() -> RefOr<Schema> {
        let mut schema = ObjectBuilder::new()
            .description(Some(
                "A place in the national schema *Lieux de médiation numérique* v1.0.2",
            ))
            .additional_properties(Some(utoipa::openapi::schema::AdditionalProperties::FreeForm(false)));
        for column in COLUMNS {
            let kind = match column {
                Column::Latitude | Column::Longitude => Type::Number,
                _ => Type::String,
            };
            schema = schema.property(column.name(), ObjectBuilder::new().schema_type(SchemaType::new(kind)));
            if column.is_required() {
                schema = schema.required(column.name());
            }
        }
        schema.into()
    }
}

impl ToSchema for NationalPlaceView {
    fn name() -> std::borrow::Cow<'static, str> {
        "NationalPlace".into()
    }
}

/// The places in a national form, for the document of the API.
pub struct NationalPlacesView;

impl PartialSchema for NationalPlacesView {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new()
            .items(utoipa::openapi::Ref::from_schema_name(NationalPlaceView::name()))
            .into()
    }
}

impl ToSchema for NationalPlacesView {
    fn name() -> std::borrow::Cow<'static, str> {
        "NationalPlaceList".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((NationalPlaceView::name().into_owned(), NationalPlaceView::schema()));
    }
}

/// Answers with the places that a query finds, those that can be lines.
pub(super) async fn answer(
    application: &Application,
    query: PlaceQuery,
    format: NationalFormat,
) -> Result<HttpResponse, Problem> {
    let found = actions::current(&application.store, query, application.now()).await?;
    let (organisation, places) = found.ok_or(ProblemCode::Unauthenticated)?;
    let disposition = format!(
        "attachment; filename=\"lieux-de-mediation-numerique.{}\"",
        format.ending()
    );
    Ok(HttpResponse::Ok()
        .content_type(format.media_type_beside_pages())
        .insert_header((CONTENT_DISPOSITION, disposition))
        .body(format.file(&actions::lines(&organisation, &places, false))))
}

/// Which places: all of an organisation.
pub(super) fn all_places(organisation: OrganisationId) -> PlaceQuery {
    PlaceQuery {
        organisation,
        words: None,
        commune: None,
        partner: None,
        status: None,
        after: None,
        limit: u32::try_from(Place::MOST).unwrap_or(u32::MAX),
    }
}

/// The part of a path that names an organisation that publishes.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OpenPath {
    /// The name of an organisation in addresses.
    #[param(example = "le-mans-metropole")]
    slug: String,
}

impl PathParameters for OpenPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        // No text is a fault here: where no organisation has this name, the answer is 404.
        let slug = reader.value("slug", |text| Ok(text.to_owned()))?;
        Some(Self { slug })
    }
}

impl OpenPath {
    /// The organisation that publishes under this name; counts the request.
    ///
    /// # Errors
    /// 404 when none does, 429 when its limit is reached.
    pub async fn publishing(&self, application: &Application) -> Result<OrganisationId, Problem> {
        let slug = Slug::parse(&self.slug).map_err(|_| ProblemCode::NotFound)?;
        let found = actions::publishing(&application.store, slug).await?;
        let organisation = found.ok_or(ProblemCode::NotFound)?;
        application.throttle.check_open(organisation)?;
        Ok(organisation)
    }
}

async fn open_file(
    path: &OpenPath,
    request: &HttpRequest,
    application: &Application,
    format: NationalFormat,
) -> Result<HttpResponse, Problem> {
    let id = path.publishing(application).await?;
    let found = actions::current(&application.store, all_places(id), application.now()).await?;
    let (organisation, places) = found.ok_or(ProblemCode::NotFound)?;
    let file = format.file(&actions::lines(&organisation, &places, true));
    Ok(TaggedJson::of_text(format.media_type(), file).answer(request))
}

/// Read the published places as CSV.
///
/// In the national schema *Lieux de médiation numérique* v1.0.2. Public, where the organisation publishes; only places that are
/// published. Keep the copy, and ask again with its `ETag`.
#[utoipa::path(
    tag = "field",
    params(OpenPath, TaggedJson),
    responses(
        (status = 200, description = "The places", body = String, content_type = "text/csv", headers(("ETag" = String))),
        (status = 304, description = "The copy at hand is good"),
        TooManyRequests,
        Unavailable,
    ),
    security(()),
)]
#[get("/open/{slug}/places.csv")]
pub async fn get_open_places_csv(
    Public { path, .. }: Public<OpenPath>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    open_file(&path, &request, &application, NationalFormat::Csv).await
}

/// Read the published places as JSON.
///
/// In the national schema *Lieux de médiation numérique* v1.0.2. Public, where the organisation publishes; only places that are
/// published. Keep the copy, and ask again with its `ETag`.
#[utoipa::path(
    tag = "field",
    params(OpenPath, TaggedJson),
    responses(
        (status = 200, description = "The places", body = NationalPlacesView, headers(("ETag" = String))),
        (status = 304, description = "The copy at hand is good"),
        TooManyRequests,
        Unavailable,
    ),
    security(()),
)]
#[get("/open/{slug}/places.json")]
pub async fn get_open_places_json(
    Public { path, .. }: Public<OpenPath>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    open_file(&path, &request, &application, NationalFormat::Json).await
}

/// A code of [`Remark`].
pub type RemarkCode = Code<Remark>;

/// What a line of the national list says of a place otherwise than we keep it, or why there is no line.
#[derive(Serialize, ToSchema)]
#[schema(as = NationalRemarkOfPlace)]
pub struct RemarkView {
    /// The place.
    place_id: wire::Identifier,
    /// Its name.
    #[schema(example = "Marché des Sablons")]
    name: String,
    /// The field of the place.
    #[schema(example = "address")]
    field: &'static str,
    /// What it is.
    code: RemarkCode,
    /// What it is, in words.
    #[schema(example = "Donnez son adresse.")]
    detail: &'static str,
}

/// What the national list has of the places of an organisation.
#[derive(Serialize, ToSchema)]
#[schema(as = NationalCheck)]
pub struct CheckView {
    /// How many places have not ended.
    #[schema(minimum = 0, example = 40)]
    places: usize,
    /// How many of them are lines.
    #[schema(minimum = 0, example = 31)]
    exported: usize,
    /// How many of these everybody reads, where the organisation publishes.
    #[schema(minimum = 0, example = 12)]
    published: usize,
    /// Why the others are left out.
    left_out: Vec<RemarkView>,
    /// What is written otherwise than we keep it.
    otherwise: Vec<RemarkView>,
}

fn views(kept: &Kept<Place>, remarks: Vec<(Column, Remark)>, language: Language) -> impl Iterator<Item = RemarkView> {
    remarks.into_iter().map(move |(column, remark)| RemarkView {
        place_id: kept.id.into(),
        name: kept.content.name.clone(),
        field: column.field(),
        code: remark.into(),
        detail: remark.label(language),
    })
}

/// Check what the national list has of the places.
///
/// Which places are left out and why, and what is written otherwise than it is kept. For coordinators.
#[utoipa::path(
    tag = "field",
    responses((status = 200, description = "What is left out and what is written otherwise", body = CheckView)),
    security(("access_token" = [])),
)]
#[get("/v1/places/national-check")]
pub async fn check_national_places(
    Caller { who, .. }: Caller<FieldWriter>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let language = language_of(&request);
    let found = actions::current(&application.store, all_places(who.organisation), application.now()).await?;
    let (organisation, places) = found.ok_or(ProblemCode::Unauthenticated)?;
    let (mut left_out, mut otherwise) = (Vec::new(), Vec::new());
    for kept in &places {
        match export::left_out(&kept.content) {
            why if why.is_empty() => otherwise.extend(views(kept, export::otherwise(&kept.content), language)),
            why => left_out.extend(views(kept, why, language)),
        }
    }
    Ok(HttpResponse::Ok().json(CheckView {
        places: places.len(),
        exported: actions::lines(&organisation, &places, false).len(),
        published: actions::lines(&organisation, &places, true).len(),
        left_out,
        otherwise,
    }))
}
