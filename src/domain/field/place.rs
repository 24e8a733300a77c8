//! Places: where mediation happens, of the organisation or of somebody else.

use serde::{Deserialize, Serialize};

use super::communes::Commune;
use super::partner::PartnerId;
use super::phone::Phone;
use super::pivot::Pivot;
use super::place_lists::{
    AccessMode, Fee, Label, Mobility, PLACE_TYPES, PlaceAudience, PlaceService, PlaceStatus, Programme, SpecialCare,
    Spot, SupportMode,
};
use super::reading::{day, optional_code, reference, set, values};
use super::thing::Thing;
use crate::domain::account::Email;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::Id;
use crate::domain::intervention::{CommuneCode, given};
use crate::domain::nomenclature::{CodeSet, coded, coded_option, coded_set};
use crate::domain::text::{NAME_MAX, NOTE_MAX, normal_name, normal_text};

/// The longest summary, in characters.
pub const SUMMARY_MAX: usize = 280;
/// The longest address of a page or expression of opening hours, in characters.
pub const LINE_MAX: usize = 500;
/// The most people that a place has room for.
pub const CAPACITY_MAX: i64 = 10_000;

/// Marks identifiers of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceIdKind {}
/// A place.
pub type PlaceId = Id<PlaceIdKind>;

/// Texts of a place that may be left out, which share a shape on the wire, in the draft and as they are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PlaceTexts {
    /// Number and street.
    pub address: Option<String>,
    /// What helps to find it: floor, building, locality.
    pub address_complement: Option<String>,
    /// Five digits.
    pub postal_code: Option<String>,
    /// The address of its pages.
    pub website: Option<String>,
    /// When it is open, as OpenStreetMap writes it.
    pub opening_hours: Option<String>,
    /// What it is, in few words.
    pub summary: Option<String>,
    /// What it is, at length.
    pub details: Option<String>,
    /// Who collected what is known of it.
    pub source: Option<String>,
    /// The structure to which it belongs.
    pub parent: Option<String>,
    /// The address of its sheet on Acceslibre.
    pub accessibility_url: Option<String>,
    /// The address at which appointments are made.
    pub booking_url: Option<String>,
}

/// Where mediation happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub commune_code: CommuneCode,
    /// Its national number.
    #[serde(default)]
    pub pivot: Option<Pivot>,
    /// Its texts.
    #[serde(flatten)]
    pub texts: PlaceTexts,
    /// Latitude and longitude in degrees.
    #[serde(default)]
    pub coordinates: Option<(f64, f64)>,
    /// Codes of [`PLACE_TYPES`], sorted.
    #[serde(default)]
    pub types: Vec<String>,
    /// Its telephone.
    #[serde(default)]
    pub phone: Option<Phone>,
    /// Its addresses, which are no person's.
    #[serde(default)]
    pub emails: Vec<String>,
    /// Whether it stays where it is.
    #[serde(default, with = "coded_option")]
    pub mobile: Option<Mobility>,
    /// On which day what is known of it was last right.
    #[serde(default)]
    pub updated_on: Option<chrono::NaiveDate>,
    /// With what it helps.
    #[serde(with = "coded_set")]
    pub services: CodeSet<PlaceService>,
    /// For whom it is above all.
    #[serde(with = "coded_set")]
    pub audiences: CodeSet<PlaceAudience>,
    /// For which needs it can care.
    #[serde(with = "coded_set")]
    pub special_care: CodeSet<SpecialCare>,
    /// What it asks for.
    #[serde(with = "coded_set")]
    pub fees: CodeSet<Fee>,
    /// To which national programmes it belongs.
    #[serde(with = "coded_set")]
    pub programmes: CodeSet<Programme>,
    /// Which training and labels it has.
    #[serde(with = "coded_set")]
    pub labels: CodeSet<Label>,
    /// Others.
    #[serde(default)]
    pub other_labels: Vec<String>,
    /// How somebody gets help.
    #[serde(with = "coded_set")]
    pub access_modes: CodeSet<AccessMode>,
    /// How it helps.
    #[serde(with = "coded_set")]
    pub support_modes: CodeSet<SupportMode>,
    /// The partner whose place it is.
    #[serde(default)]
    pub partner_id: Option<PartnerId>,
    /// Whether a coordinator has confirmed it.
    #[serde(with = "coded")]
    pub status: PlaceStatus,
    /// The day from which on it is no more.
    #[serde(default)]
    pub closed_on: Option<chrono::NaiveDate>,
    /// The place that took its place.
    #[serde(default)]
    pub merged_into: Option<PlaceId>,
    /// Whether everybody may know of it.
    #[serde(default)]
    pub published: bool,
    /// Its tokens in national lists, sorted.
    #[serde(default)]
    pub national_ids: Vec<String>,
    /// What kind of spot it is.
    #[serde(default, with = "coded_option")]
    pub spot: Option<Spot>,
    /// The code of the area of the territory in which it lies.
    #[serde(default)]
    pub area: Option<String>,
    /// For how many people it has room.
    #[serde(default)]
    pub capacity: Option<i64>,
}

impl Thing for Place {
    type Kind = PlaceIdKind;
    const MOST: i64 = 5000;
}

/// A place as a client sends it: its shape is right, its values are not checked. Codes and identifiers are texts.
#[derive(Debug, Clone, Default)]
pub struct PlaceDraft {
    /// See [`Place::name`].
    pub name: String,
    /// An INSEE code.
    pub commune_code: String,
    /// A SIRET or an RNA.
    pub pivot: Option<String>,
    /// See [`Place::texts`].
    pub texts: PlaceTexts,
    /// In degrees; with `longitude`.
    pub latitude: Option<f64>,
    /// In degrees; with `latitude`.
    pub longitude: Option<f64>,
    /// See [`Place::types`].
    pub types: Vec<String>,
    /// See [`Place::phone`].
    pub phone: Option<String>,
    /// See [`Place::emails`].
    pub emails: Vec<String>,
    /// A code of [`Mobility`].
    pub mobile: Option<String>,
    /// A day.
    pub updated_on: Option<String>,
    /// Codes of [`PlaceService`].
    pub services: Vec<String>,
    /// Codes of [`PlaceAudience`].
    pub audiences: Vec<String>,
    /// Codes of [`SpecialCare`].
    pub special_care: Vec<String>,
    /// Codes of [`Fee`].
    pub fees: Vec<String>,
    /// Codes of [`Programme`].
    pub programmes: Vec<String>,
    /// Codes of [`Label`].
    pub labels: Vec<String>,
    /// See [`Place::other_labels`].
    pub other_labels: Vec<String>,
    /// Codes of [`AccessMode`].
    pub access_modes: Vec<String>,
    /// Codes of [`SupportMode`].
    pub support_modes: Vec<String>,
    /// An identifier.
    pub partner_id: Option<String>,
    /// A code of [`PlaceStatus`]; `None`: what becomes the caller.
    pub status: Option<String>,
    /// A day.
    pub closed_on: Option<String>,
    /// See [`Place::published`].
    pub published: bool,
    /// See [`Place::national_ids`].
    pub national_ids: Vec<String>,
    /// A code of [`Spot`].
    pub spot: Option<String>,
    /// See [`Place::area`].
    pub area: Option<String>,
    /// See [`Place::capacity`].
    pub capacity: Option<i64>,
}

impl PlaceDraft {
    /// The place, when it keeps every rule; of this status when it says none.
    ///
    /// # Errors
    /// Every fault, at its pointer.
    pub fn validate(self, status: PlaceStatus) -> Result<Place, FieldErrors> {
        let mut faults = FieldErrors::new();
        let errors = &mut faults;
        if self
            .capacity
            .is_some_and(|capacity| !(1..=CAPACITY_MAX).contains(&capacity))
        {
            let (min, max) = (1, CAPACITY_MAX);
            errors.push("/capacity", FieldCode::OutOfRange { min, max });
        }
        let place = Place {
            name: normal_name(&self.name, errors),
            commune_code: commune(&self.commune_code, errors),
            pivot: given(self.pivot.as_deref()).and_then(|text| errors.read("/pivot", Pivot::parse(text))),
            coordinates: coordinates(self.latitude, self.longitude, errors),
            types: types(&self.types, errors),
            phone: given(self.phone.as_deref()).and_then(|text| errors.read("/phone", Phone::parse(text))),
            emails: values(&self.emails, "emails", errors, |text| {
                Email::parse(text).map(|email| email.as_str().to_owned())
            }),
            mobile: optional_code(self.mobile.as_deref(), errors),
            updated_on: day(self.updated_on.as_deref(), "/updated_on", errors),
            services: set(&self.services, errors),
            audiences: set(&self.audiences, errors),
            special_care: set(&self.special_care, errors),
            fees: set(&self.fees, errors),
            programmes: set(&self.programmes, errors),
            labels: set(&self.labels, errors),
            other_labels: values(&self.other_labels, "other_labels", errors, |text| Ok(text.to_owned())),
            access_modes: set(&self.access_modes, errors),
            support_modes: set(&self.support_modes, errors),
            partner_id: reference(self.partner_id.as_deref(), "partner_id", errors),
            status: optional_code(self.status.as_deref(), errors).unwrap_or(status),
            closed_on: day(self.closed_on.as_deref(), "/closed_on", errors),
            merged_into: None,
            published: self.published,
            national_ids: tokens(&self.national_ids, errors),
            spot: optional_code(self.spot.as_deref(), errors),
            area: given(self.area.as_deref()).map(str::to_owned),
            capacity: self.capacity,
            texts: self.texts.validate(errors),
        };
        faults.into_result(place)
    }
}

impl PlaceTexts {
    fn validate(self, errors: &mut FieldErrors) -> Self {
        let mut text = |given: Option<&str>, max, field: &str| normal_text(given?, max, "", field, errors);
        let texts = Self {
            address: text(self.address.as_deref(), NAME_MAX, "address"),
            address_complement: text(self.address_complement.as_deref(), NAME_MAX, "address_complement"),
            postal_code: text(self.postal_code.as_deref(), LINE_MAX, "postal_code"),
            website: text(self.website.as_deref(), LINE_MAX, "website"),
            opening_hours: text(self.opening_hours.as_deref(), LINE_MAX, "opening_hours"),
            summary: text(self.summary.as_deref(), SUMMARY_MAX, "summary"),
            details: text(self.details.as_deref(), NOTE_MAX, "details"),
            source: text(self.source.as_deref(), NAME_MAX, "source"),
            parent: text(self.parent.as_deref(), NAME_MAX, "parent"),
            accessibility_url: text(self.accessibility_url.as_deref(), LINE_MAX, "accessibility_url"),
            booking_url: text(self.booking_url.as_deref(), LINE_MAX, "booking_url"),
        };
        let five_digits = |code: &String| code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_digit());
        if texts.postal_code.as_ref().is_some_and(|code| !five_digits(code)) {
            errors.push("/postal_code", FieldCode::InvalidPostalCode);
        }
        let hours = texts.opening_hours.as_deref();
        if hours.is_some_and(|hours| opening_hours_syntax::parse(hours).is_err()) {
            errors.push("/opening_hours", FieldCode::InvalidOpeningHours);
        }
        for (field, page) in [
            ("website", &texts.website),
            ("accessibility_url", &texts.accessibility_url),
            ("booking_url", &texts.booking_url),
        ] {
            if page.as_deref().is_some_and(|page| !page.split('|').all(is_page)) {
                errors.push_field("", field, FieldCode::InvalidPage);
            }
        }
        texts
    }
}

/// Whether a text is the address of a page.
fn is_page(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| rest.contains('.') && !rest.contains(char::is_whitespace))
}

/// The commune of a code, which the official geographic code knows.
fn commune(code: &str, errors: &mut FieldErrors) -> CommuneCode {
    let commune = CommuneCode::parse(code.trim()).filter(|code| Commune::find(code.as_str()).is_some());
    if commune.is_none() {
        errors.push("/commune_code", FieldCode::InvalidCommune);
    }
    commune.unwrap_or_else(|| CommuneCode::stored(String::new()))
}

fn coordinates(latitude: Option<f64>, longitude: Option<f64>, errors: &mut FieldErrors) -> Option<(f64, f64)> {
    let fault = match (latitude, longitude) {
        (None, None) => return None,
        (Some(latitude), Some(longitude)) if latitude.abs() <= 90.0 && longitude.abs() <= 180.0 => {
            return Some((latitude, longitude));
        }
        (Some(latitude), _) if latitude.abs() > 90.0 => "/latitude",
        (None, _) => "/latitude",
        _ => "/longitude",
    };
    errors.push(fault, FieldCode::InvalidCoordinate);
    None
}

fn types(codes: &[String], errors: &mut FieldErrors) -> Vec<String> {
    let mut types = values(codes, "types", errors, |code| match PLACE_TYPES.binary_search(&code) {
        Ok(_) => Ok(code.to_owned()),
        Err(_) => Err(FieldCode::UnknownCode),
    });
    types.sort();
    types
}

/// Tokens of national identifiers, sorted: composite ones are joined by `__` and are sent apart.
fn tokens(given: &[String], errors: &mut FieldErrors) -> Vec<String> {
    let mut tokens = values(given, "national_ids", errors, |token| {
        let is_token = !token.contains("__") && !token.contains(char::is_whitespace);
        is_token.then(|| token.to_owned()).ok_or(FieldCode::InvalidValue)
    });
    tokens.sort();
    tokens
}
