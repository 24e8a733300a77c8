//! A day as the forms of La Coop have it, for people to type from.

use std::collections::BTreeMap;

use actix_web::http::header::{Accept, CONTENT_LANGUAGE, CONTENT_TYPE, Header as _, VARY};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::documents::la_coop::{Card, Field, KnownPlace, Sheet, page};
use crate::domain::calendar::ReportDate;
use crate::domain::field::place::{Place, PlaceId};
use crate::domain::field_error::FieldCode;
use crate::domain::identifiers::OrganisationId;
use crate::domain::language::Language;
use crate::domain::report::Report;
use crate::http::answer::envelope::language_of;
use crate::http::request::query::{QueryParameters, QueryReader};
use crate::http::wire;
use crate::storage::field::thing::Stored as _;
use crate::storage::{AnyConnection, StorageError};

/// The type of the sheet as JSON: another than that of the report.
pub const SHEET_JSON: &str = "application/vnd.quotidien.la-coop+json";
/// With what national identifiers of places begin that La Coop gave.
const THEIRS: &str = "Coop-numérique_";

/// How a report is to be answered.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SheetParameter {
    /// `la-coop`: the day as the forms of the national platform La Coop have it, as a page where `Accept` asks for one.
    #[param(value_type = Option<String>, nullable = false, pattern = "^la-coop$", example = "la-coop")]
    format: Option<()>,
}

impl QueryParameters for SheetParameter {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let format = reader.optional("format", |text| match text {
            "la-coop" => Ok(()),
            _ => Err(FieldCode::InvalidValue),
        });
        Some(Self { format })
    }
}

impl SheetParameter {
    /// Whether the sheet is asked for, instead of the report.
    pub const fn asks(self) -> bool {
        self.format.is_some()
    }
}

/// What the sheet of a report needs to know of the places that it names.
pub fn places(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    report: &Report,
) -> Result<BTreeMap<PlaceId, KnownPlace>, StorageError> {
    let mut known = BTreeMap::new();
    for id in report.entries().iter().filter_map(|entry| entry.intervention.place_id) {
        if !known.contains_key(&id)
            && let Some(kept) = Place::find(connection, organisation, id)?
        {
            let Place {
                name,
                commune_code: commune,
                national_ids,
                ..
            } = kept.content;
            let is_theirs = national_ids.iter().any(|token| token.starts_with(THEIRS));
            known.insert(
                id,
                KnownPlace {
                    name,
                    commune,
                    is_theirs,
                },
            );
        }
    }
    Ok(known)
}

/// The answer with the sheet of a day: a page where the caller prefers one, JSON otherwise.
pub fn answer(
    request: &HttpRequest,
    date: ReportDate,
    report: &Report,
    places: &BTreeMap<PlaceId, KnownPlace>,
) -> HttpResponse {
    let language = language_of(request);
    let sheet = Sheet::of(date, report, places);
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_LANGUAGE, language.code()))
        .insert_header((VARY, "Accept"));
    let accepted = Accept::parse(request).map(|accept| accept.ranked()).unwrap_or_default();
    if accepted.first().is_some_and(|media| media.essence_str() == "text/html") {
        answer
            .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
            .body(page(&sheet, language))
    } else {
        answer
            .insert_header((CONTENT_TYPE, SHEET_JSON))
            .json(SheetView::new(&sheet, language))
    }
}

/// A day to type into La Coop, which no program can send an activity.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LaCoopSheet)]
pub struct SheetView {
    /// Which day.
    date: wire::Day,
    /// The activities, in the order of the day.
    activities: Vec<CardView>,
    /// How many interventions are left out, in which the advisor assisted a colleague, who types them.
    assisting: usize,
}

/// An activity to type into La Coop.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LaCoopActivity)]
pub struct CardView {
    /// The intervention that it is of.
    intervention_id: wire::Identifier,
    /// The form: `collectif` or `individuel`.
    #[schema(example = "collectif")]
    form: &'static str,
    /// How often to type it: an activity a person where several were helped one by one.
    #[schema(minimum = 1, maximum = 1000, example = 1)]
    times: i64,
    /// What La Coop would refuse: what to do first.
    refusals: Vec<&'static str>,
    /// What to type, in the order of the form.
    fields: Vec<FieldView>,
    /// What La Coop has no room for.
    losses: Vec<&'static str>,
}

/// A question of a form of La Coop, which is in French alone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LaCoopField)]
pub struct FieldView {
    /// Its name there.
    #[schema(example = "typeLieu")]
    name: &'static str,
    /// Its label there.
    #[schema(example = "Lieu de l’accompagnement")]
    label: &'static str,
    /// What to type or choose.
    values: Vec<String>,
}

impl SheetView {
    fn new(sheet: &Sheet, language: Language) -> Self {
        Self {
            date: sheet.date.into(),
            activities: sheet.cards.iter().map(|card| CardView::new(card, language)).collect(),
            assisting: sheet.assisting,
        }
    }
}

impl CardView {
    fn new(card: &Card, language: Language) -> Self {
        let words = |texts: &[(&'static str, &'static str)]| {
            let words = texts.iter().map(|(french, english)| language.choose(*french, *english));
            words.collect()
        };
        let field = |field: &Field| FieldView {
            name: field.name,
            label: field.label,
            values: field.values.clone(),
        };
        Self {
            intervention_id: card.id.into(),
            form: card.form,
            times: card.times,
            refusals: words(&card.refusals),
            fields: card.fields.iter().map(field).collect(),
            losses: words(&card.losses),
        }
    }
}
