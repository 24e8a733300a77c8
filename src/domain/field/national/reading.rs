//! A line of a file as a place: what people write otherwise than the schema asks is brought into its form, and what cannot be is a
//! fault of its column. What is right is never cut short.

use chrono::NaiveDate;

use super::file::Record;
use super::{Column, NO_PIVOT, cells};
use crate::domain::field::communes::{Commune, years};
use crate::domain::field::phone::Phone;
use crate::domain::field::place::{Place, PlaceDraft, PlaceId};
use crate::domain::field::place_lists::{
    AccessMode, Fee, Label, Mobility, PLACE_TYPES, PlaceAudience, PlaceService, PlaceStatus, Programme, SpecialCare,
    SupportMode,
};
use crate::domain::field_error::{FieldCode, FieldErrors, Place as At};
use crate::domain::nomenclature::{ClosedList, Masked};
use crate::domain::text::sort_key;

/// What a line of a file says.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The identifiers in it that may be ours, each with the token in which it stands.
    pub own: Vec<(PlaceId, String)>,
    /// As of which day it says what it says.
    pub updated_on: Option<NaiveDate>,
    /// The place.
    pub place: Place,
}

/// What is wrong with a line: the column of the national schema, and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// The column; `None`: the whole line.
    pub column: Option<Column>,
    /// What is wrong.
    pub code: FieldCode,
}

impl Fault {
    const fn at(column: Column, code: FieldCode) -> Self {
        Self {
            column: Some(column),
            code,
        }
    }
}

/// Reads a line of a file.
///
/// # Errors
/// Every fault.
pub fn read(record: &Record) -> Result<Imported, Vec<Fault>> {
    let mut reading = Reading::of(record);
    if record.overflows {
        reading.faults.push(Fault {
            column: None,
            code: FieldCode::InvalidValue,
        });
    }
    let (own, tokens) = reading.identifiers();
    let draft = PlaceDraft {
        national_ids: tokens,
        ..reading.draft()
    };
    let updated_on = reading.day(Column::UpdatedOn);
    let mut faults = reading.faults;
    let place = draft
        .validate(PlaceStatus::Confirmed)
        .map_err(|errors| note(&errors, &mut faults));
    match place {
        Ok(place) if faults.is_empty() => Ok(Imported {
            own,
            updated_on,
            place: Place { updated_on, ..place },
        }),
        _ => Err(faults),
    }
}

/// Notes the faults of a draft at the columns of its fields, one a column.
fn note(errors: &FieldErrors, faults: &mut Vec<Fault>) {
    for error in errors.as_slice() {
        let At::Body(pointer) = &error.place else { continue };
        let field = pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
        let column = match field {
            "national_ids" => Some(Column::Id),
            field => Column::of_field(field),
        };
        if !faults.iter().any(|fault| fault.column == column) {
            faults.push(Fault {
                column,
                code: error.code,
            });
        }
    }
}

struct Reading<'a> {
    record: &'a Record,
    faults: Vec<Fault>,
}

impl<'a> Reading<'a> {
    const fn of(record: &'a Record) -> Self {
        Self {
            record,
            faults: Vec::new(),
        }
    }

    fn text(&self, column: Column) -> Option<&'a str> {
        self.record.cells.get(&column).map(String::as_str)
    }

    fn owned(&self, column: Column) -> Option<String> {
        self.text(column).map(str::to_owned)
    }

    fn draft(&mut self) -> PlaceDraft {
        let mut draft = PlaceDraft {
            name: self.text(Column::Name).unwrap_or_default().replace('\n', " "),
            commune_code: self.commune(),
            pivot: self.owned(Column::Pivot).filter(|pivot| pivot != NO_PIVOT),
            latitude: self.degrees(Column::Latitude),
            longitude: self.degrees(Column::Longitude),
            types: self.types(),
            phone: self.phone(),
            emails: split(self.text(Column::Emails), &['|', ',', ';', ' ', '\n']),
            mobile: self.mobility(),
            services: self.codes::<PlaceService>(Column::Services),
            audiences: self.codes::<PlaceAudience>(Column::Audiences),
            special_care: self.codes::<SpecialCare>(Column::SpecialCare),
            fees: self.codes::<Fee>(Column::Fees),
            programmes: self.codes::<Programme>(Column::Programmes),
            labels: self.codes::<Label>(Column::Labels),
            access_modes: self.codes::<AccessMode>(Column::AccessModes),
            support_modes: self.codes::<SupportMode>(Column::SupportModes),
            ..PlaceDraft::default()
        };
        self.other_labels(&mut draft);
        // The national map says 0, 0 of what it does not know.
        if draft.latitude == Some(0.0) && draft.longitude == Some(0.0) {
            (draft.latitude, draft.longitude) = (None, None);
        }
        self.texts(&mut draft);
        draft
    }

    fn texts(&self, draft: &mut PlaceDraft) {
        let texts = &mut draft.texts;
        texts.address = self.owned(Column::Address);
        texts.address_complement = self.owned(Column::AddressComplement);
        texts.postal_code = self.text(Column::PostalCode).map(five_digits);
        texts.website = self.text(Column::Website).map(|_| {
            let pages = split(self.text(Column::Website), &['|', ';', ' ', '\n']);
            pages.iter().map(|page| with_scheme(page)).collect::<Vec<_>>().join("|")
        });
        texts.summary = self.owned(Column::Summary);
        texts.details = self.owned(Column::Details);
        texts.source = self.owned(Column::Source);
        texts.parent = self.owned(Column::Parent);
        texts.accessibility_url = self.text(Column::AccessibilityUrl).map(with_scheme);
        texts.booking_url = self.text(Column::BookingUrl).map(with_scheme);
        if let Some(hours) = self.text(Column::OpeningHours) {
            // Hours in words are kept, among the details.
            if opening_hours_syntax::parse(hours).is_ok() {
                texts.opening_hours = Some(hours.to_owned());
            } else {
                let before = texts.details.as_deref().map(|details| format!("{details}\n"));
                let line = format!("Horaires : {}", cells::one_line(hours));
                if !before.as_ref().is_some_and(|before| before.contains(&line)) {
                    texts.details = Some(before.unwrap_or_default() + &line);
                }
            }
        }
    }

    /// The code of the commune, or the one commune of that name and postal code.
    fn commune(&mut self) -> String {
        if let Some(code) = self.text(Column::CommuneCode) {
            return five_digits(code).to_ascii_uppercase();
        }
        let (name, postal) = (
            self.text(Column::Commune),
            self.text(Column::PostalCode).map(five_digits),
        );
        let latest = years().1;
        let named = |commune: &Commune| name.is_some_and(|name| sort_key(name) == sort_key(commune.name));
        let here = |commune: &Commune| {
            postal
                .as_ref()
                .is_none_or(|code| commune.postal_codes().any(|own| own == code))
        };
        let mut found = Commune::search(name.unwrap_or_default(), None, latest);
        found.retain(|commune| named(commune) && here(commune));
        match found.as_slice() {
            [commune] => commune.code.to_owned(),
            _ => String::new(),
        }
    }

    fn degrees(&mut self, column: Column) -> Option<f64> {
        let read = self.text(column)?.replace(',', ".").parse::<f64>();
        match read {
            Ok(degrees) if degrees.is_finite() => Some(degrees),
            _ => {
                self.faults.push(Fault::at(column, FieldCode::InvalidCoordinate));
                None
            }
        }
    }

    fn types(&self) -> Vec<String> {
        let given = split(self.text(Column::Types), &['|', ',', ';']);
        let ours = |code: String| {
            let known = PLACE_TYPES.iter().find(|known| known.eq_ignore_ascii_case(&code));
            known.map_or(code, |known| (*known).to_owned())
        };
        each_once(given.into_iter().map(ours))
    }

    /// The first number of a telephone; the others are let go, as the schema takes one.
    fn phone(&mut self) -> Option<String> {
        let given = self.text(Column::Phone)?;
        let numbers = split(Some(&given.replace(" ou ", "|")), &['|', ',', ';', '\n']);
        let whole = std::iter::once(given.to_owned());
        whole
            .chain(numbers)
            .find(|number| Phone::parse(number).is_ok())
            .or_else(|| {
                self.faults.push(Fault::at(Column::Phone, FieldCode::InvalidPhone));
                None
            })
    }

    fn mobility(&mut self) -> Option<String> {
        let given = split(self.text(Column::Mobility), &['|', ',', ';']);
        let folded: Vec<String> = given.iter().map(|value| sort_key(value)).collect();
        let (fixed, mobile) = (
            folded.iter().any(|value| value == "fixe"),
            folded.iter().any(|value| value == "itinerant"),
        );
        if folded.iter().any(|value| value != "fixe" && value != "itinerant") {
            self.faults.push(Fault::at(Column::Mobility, FieldCode::UnknownCode));
        }
        let mobility = match (fixed, mobile) {
            (true, true) => Mobility::Both,
            (true, false) => Mobility::Fixed,
            (false, true) => Mobility::Mobile,
            (false, false) => return None,
        };
        Some(mobility.code().to_owned())
    }

    /// The codes of a closed list, of which the schema has the French labels.
    fn codes<T: Masked>(&mut self, column: Column) -> Vec<String> {
        let mut codes = Vec::new();
        for value in split(self.text(column), &['|', ';']) {
            match value_of::<T>(&value) {
                Some(value) => codes.push(value.code().to_owned()),
                None => self.faults.push(Fault::at(column, FieldCode::UnknownCode)),
            }
        }
        self.faults.dedup();
        each_once(codes)
    }

    /// Labels that are not of the list, without those that the national map derives from coordinates. The one that the two
    /// validators write differently stands among them in our own export.
    fn other_labels(&self, draft: &mut PlaceDraft) {
        let others = split(self.text(Column::OtherLabels), &['|', ';']);
        let (ours, others): (Vec<String>, Vec<String>) =
            others.into_iter().partition(|label| value_of::<Label>(label).is_some());
        let codes = ours
            .iter()
            .filter_map(|label| value_of::<Label>(label))
            .map(|label| label.code().to_owned());
        draft.labels = each_once(std::mem::take(&mut draft.labels).into_iter().chain(codes));
        draft.other_labels = each_once(others.into_iter().filter(|label| !cells::is_derived(label)));
    }

    /// A day, as the schema or as people write it, or the day of an instant.
    fn day(&mut self, column: Column) -> Option<NaiveDate> {
        let text = self.text(column)?;
        let first = text.split(['T', ' ']).next().unwrap_or_default();
        let day = first.parse().or_else(|_| NaiveDate::parse_from_str(first, "%d/%m/%Y"));
        if day.is_err() {
            self.faults.push(Fault::at(column, FieldCode::InvalidDate));
        }
        day.ok()
    }

    /// Which of its identifiers may be ours, and its tokens in national lists. Composite identifiers are tokens joined by `__`; one
    /// that does not name its source gets it, as the national map writes it, since two files may both have a place `1`.
    fn identifiers(&self) -> (Vec<(PlaceId, String)>, Vec<String>) {
        let Some(id) = self.text(Column::Id) else {
            return (Vec::new(), Vec::new());
        };
        let source = self.text(Column::Source).map(joined);
        let (mut own, mut tokens) = (Vec::new(), Vec::new());
        for token in id.split("__").map(joined).filter(|token| !token.is_empty()) {
            let local = token.rsplit('_').next().unwrap_or_default();
            let ours = local.parse::<PlaceId>().ok();
            let token = match &source {
                Some(source) if !token.contains('_') => format!("{source}_{token}"),
                _ => token,
            };
            own.extend(ours.map(|id| (id, token.clone())));
            if !tokens.contains(&token) {
                tokens.push(token);
            }
        }
        (own, tokens)
    }
}

/// The value of a closed list whose label this is, whatever its accents, apostrophes and blanks.
fn value_of<T: ClosedList>(label: &str) -> Option<T> {
    let asked = letters(label);
    T::ALL
        .iter()
        .copied()
        .find(|value| letters(value.entry().french) == asked)
}

fn letters(text: &str) -> String {
    sort_key(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A text in which single hyphens stand for blanks.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join("-")
}

/// A code from which a spreadsheet took the first nought.
fn five_digits(code: &str) -> String {
    let code = code.trim();
    let lost = code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit());
    if lost { format!("0{code}") } else { code.to_owned() }
}

fn with_scheme(page: &str) -> String {
    if page.contains("://") {
        page.to_owned()
    } else {
        format!("https://{page}")
    }
}

fn split(text: Option<&str>, between: &[char]) -> Vec<String> {
    let parts = text.unwrap_or_default().split(between).map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn each_once(values: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for value in values {
        if !once.contains(&value) {
            once.push(value);
        }
    }
    once
}
