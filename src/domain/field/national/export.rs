//! Our places as lines of the national schema, which of them cannot be lines, and what is written otherwise than we keep it.

use chrono::NaiveDate;
use strum::VariantArray;

use super::{COLUMNS, Column, NO_PIVOT, cells};
use crate::domain::field::communes::Commune;
use crate::domain::field::place::{Place, PlaceId};
use crate::domain::field::place_lists::{Label, Mobility, PlaceStatus};
use crate::domain::field::thing::Kept;
use crate::domain::nomenclature::{ClosedList, CodeSet, Entry, Masked};
use crate::domain::organisation::Organisation;
use crate::domain::text::NOTE_MAX;

/// What stands between the values of a cell.
const BETWEEN: &str = "|";

/// Why a place is no line of the national list, or what a line says otherwise than the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Remark {
    /// A coordinator has not confirmed it.
    Proposed,
    /// It has no address.
    NoAddress,
    /// It has no postal code, and its commune several.
    NoPostalCode,
    /// Characters of its address are not taken.
    CharactersRemoved,
    /// Its telephone is not of the form that is taken: its number stands in the long presentation.
    PhoneInDetails,
    /// Its telephone is not of the form that is taken, and there is no room for it in the long presentation.
    PhoneLeftOut,
    /// The label stands among the other labels, since the two validators write it differently.
    LabelAmongOthers,
    /// The address of a page is not of the form that is taken.
    PageLeftOut,
}

impl ClosedList for Remark {
    const NAME: &'static str = "code";
    const TYPE: &'static str = "NationalRemark";
    const DESCRIPTION: &'static str = "Why a place is left out of the national list, or what is written otherwise";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::Proposed => ("proposed", "Confirmez ce lieu.", "Confirm this place."),
            Self::NoAddress => (
                "no_address",
                "Donnez son adresse ; un lieu sans adresse, comme un marché, n’est pas exporté.",
                "Give its address; a place without one, such as a market, is not exported.",
            ),
            Self::NoPostalCode => (
                "no_postal_code",
                "Donnez son code postal : sa commune en a plusieurs.",
                "Give its postal code: its commune has several.",
            ),
            Self::CharactersRemoved => (
                "characters_removed",
                "Des caractères que la cartographie nationale refuse sont retirés de l’adresse.",
                "Characters that the national map refuses are removed from the address.",
            ),
            Self::PhoneInDetails => (
                "phone_in_details",
                "Le numéro est écrit dans la présentation détaillée : la colonne ne prend pas les numéros de cette forme.",
                "The number is written into the long presentation: the column takes no numbers of this form.",
            ),
            Self::PhoneLeftOut => (
                "phone_left_out",
                "Le numéro n’est pas exporté : raccourcissez la présentation détaillée pour lui faire place.",
                "The number is not exported: shorten the long presentation to make room for it.",
            ),
            Self::LabelAmongOthers => (
                "label_among_others",
                "Le label est écrit parmi les autres labels : les deux validateurs nationaux l’écrivent différemment.",
                "The label is written among the other labels: the two national validators write it differently.",
            ),
            Self::PageLeftOut => (
                "page_left_out",
                "L’adresse de page n’est pas exportée : la cartographie nationale ne prend pas cette forme.",
                "The address of the page is not exported: the national map does not take this form.",
            ),
        };
        Entry::of_ours(code, french, english)
    }
}

/// A line of the national list: a cell a column, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line(pub [String; 32]);

impl Line {
    /// Its columns that say something, with their cells.
    pub fn said(&self) -> impl Iterator<Item = (Column, &str)> {
        let cells = COLUMNS.into_iter().zip(&self.0);
        cells
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(column, cell)| (column, cell.as_str()))
    }

    /// What a column says; an empty text: nothing.
    pub fn cell(&self, column: Column) -> &str {
        self.said()
            .find(|(said, _)| *said == column)
            .map_or("", |(_, cell)| cell)
    }
}

/// Whether a place may stand in the national list at all: it has not ended.
pub fn is_current(place: &Place, today: NaiveDate) -> bool {
    place.merged_into.is_none() && place.closed_on.is_none_or(|closed| closed > today)
}

/// Why a place that has not ended is left out; empty: it is a line.
pub fn left_out(place: &Place) -> Vec<(Column, Remark)> {
    let mut remarks = Vec::new();
    if place.status == PlaceStatus::Proposed {
        remarks.push((Column::Name, Remark::Proposed));
    }
    if address(place).is_empty() {
        remarks.push((Column::Address, Remark::NoAddress));
    }
    if postal_code(place).is_none() {
        remarks.push((Column::PostalCode, Remark::NoPostalCode));
    }
    remarks
}

/// What the line of a place says otherwise than the place.
pub fn otherwise(place: &Place) -> Vec<(Column, Remark)> {
    let texts = &place.texts;
    let mut remarks = Vec::new();
    if texts.address.as_ref().is_some_and(|written| *written != address(place)) {
        remarks.push((Column::Address, Remark::CharactersRemoved));
    }
    if let Some(phone) = place.phone.as_ref().filter(|phone| !cells::takes_phone(phone)) {
        let has_room = details(place).contains(phone.as_str());
        let remark = if has_room {
            Remark::PhoneInDetails
        } else {
            Remark::PhoneLeftOut
        };
        remarks.push((Column::Phone, remark));
    }
    if place.labels.contains(Label::LaPoste) {
        remarks.push((Column::Labels, Remark::LabelAmongOthers));
    }
    for (column, page) in [
        (Column::AccessibilityUrl, &texts.accessibility_url),
        (Column::BookingUrl, &texts.booking_url),
    ] {
        if page.as_deref().is_some_and(|page| !cells::takes_page(page)) {
            remarks.push((column, Remark::PageLeftOut));
        }
    }
    remarks
}

/// The day as of which a line says what it says: the one that the place names, or that of its last version.
pub fn updated_on(kept: &Kept<Place>, organisation: &Organisation) -> NaiveDate {
    let written_on = kept.updated_at.with_timezone(&organisation.time_zone).date_naive();
    kept.content.updated_on.unwrap_or(written_on)
}

/// A place of an organisation as a line, which it can be when nothing says why it is left out.
pub fn line(kept: &Kept<Place>, organisation: &Organisation) -> Line {
    line_of(
        kept.id,
        &kept.content,
        updated_on(kept, organisation),
        &organisation.name,
    )
}

/// A place as a line, with the source that stands where the place names none.
pub fn line_of(id: PlaceId, place: &Place, updated_on: NaiveDate, source: &str) -> Line {
    Line(COLUMNS.map(|column| match column {
        Column::Id => id.to_string(),
        Column::UpdatedOn => updated_on.to_string(),
        Column::Source => cells::harmless(place.texts.source.as_deref().unwrap_or(source)),
        column => cell(place, column),
    }))
}

fn cell(place: &Place, column: Column) -> String {
    let texts = &place.texts;
    let text = |text: &Option<String>| text.as_deref().map(cells::harmless).unwrap_or_default();
    let page = |page: &Option<String>| {
        let taken = page.as_deref().filter(|page| cells::takes_page(page));
        taken.unwrap_or_default().to_owned()
    };
    match column {
        // What the identifier, the day and the source are does not depend on the place alone.
        Column::Id | Column::UpdatedOn | Column::Source => String::new(),
        Column::Pivot => place.pivot.as_ref().map_or(NO_PIVOT, |pivot| pivot.as_str()).to_owned(),
        Column::Name => {
            let name = cells::one_line(&cells::harmless(&place.name));
            if name.is_empty() { place.name.clone() } else { name }
        }
        Column::Commune => commune(place).map_or("", |commune| commune.name).to_owned(),
        Column::PostalCode => postal_code(place).unwrap_or_default(),
        Column::CommuneCode => place.commune_code.as_str().to_owned(),
        Column::Address => address(place),
        Column::AddressComplement => text(&texts.address_complement),
        Column::Latitude => degrees(place.coordinates.map(|(latitude, _)| latitude)),
        Column::Longitude => degrees(place.coordinates.map(|(_, longitude)| longitude)),
        Column::Types => place.types.join(BETWEEN),
        Column::Phone => {
            let phone = place.phone.as_ref().filter(|phone| cells::takes_phone(phone));
            phone.map_or("", |phone| phone.as_str()).to_owned()
        }
        Column::Emails => place.emails.join(BETWEEN),
        Column::Website => texts.website.clone().unwrap_or_default(),
        Column::OpeningHours => text(&texts.opening_hours),
        Column::Summary => text(&texts.summary),
        Column::Details => details(place),
        Column::Mobility => mobility(place.mobile).to_owned(),
        Column::Parent => text(&texts.parent),
        Column::Services => labels(place.services, |_| true),
        Column::Audiences => labels(place.audiences, |_| true),
        Column::SpecialCare => labels(place.special_care, |_| true),
        Column::Fees => labels(place.fees, |_| true),
        Column::Programmes => labels(place.programmes, |_| true),
        Column::Labels => labels(place.labels, |label| label != Label::LaPoste),
        Column::OtherLabels => other_labels(place),
        Column::AccessModes => labels(place.access_modes, |_| true),
        Column::SupportModes => labels(place.support_modes, |_| true),
        Column::AccessibilityUrl => page(&texts.accessibility_url),
        Column::BookingUrl => page(&texts.booking_url),
    }
}

fn address(place: &Place) -> String {
    let written = place.texts.address.as_deref().unwrap_or_default();
    cells::harmless(&cells::street(written))
}

fn commune(place: &Place) -> Option<Commune> {
    Commune::find(place.commune_code.as_str())
}

/// Its postal code, or the one of its commune when that has but one.
fn postal_code(place: &Place) -> Option<String> {
    let derived = || {
        let commune = commune(place)?;
        let mut codes = commune.postal_codes();
        let first = codes.next()?;
        codes.next().is_none().then(|| first.to_owned())
    };
    place.texts.postal_code.clone().or_else(derived)
}

/// The long presentation, with the telephone where its column does not take it.
fn details(place: &Place) -> String {
    let written = cells::harmless(place.texts.details.as_deref().unwrap_or_default());
    let Some(phone) = place.phone.as_ref().filter(|phone| !cells::takes_phone(phone)) else {
        return written;
    };
    let between = if written.is_empty() { "" } else { "\n" };
    let whole = format!("{written}{between}Téléphone : {}", phone.as_str());
    if whole.chars().count() > NOTE_MAX {
        written
    } else {
        whole
    }
}

fn degrees(degrees: Option<f64>) -> String {
    degrees.map(|degrees| degrees.to_string()).unwrap_or_default()
}

const fn mobility(mobile: Option<Mobility>) -> &'static str {
    match mobile {
        None => "",
        Some(Mobility::Fixed) => "Fixe",
        Some(Mobility::Mobile) => "Itinérant",
        Some(Mobility::Both) => "Itinérant|Fixe",
    }
}

/// The values of a closed list by their French labels, which are those of the schema.
fn labels<T: Masked>(set: CodeSet<T>, keep: impl Fn(T) -> bool) -> String {
    let kept: Vec<&str> = set
        .iter()
        .filter(|value| keep(*value))
        .map(|value| value.entry().french)
        .collect();
    kept.join(BETWEEN)
}

fn other_labels(place: &Place) -> String {
    let la_poste = place
        .labels
        .contains(Label::LaPoste)
        .then_some(Label::LaPoste.entry().french);
    let others = place.other_labels.iter().filter(|label| !cells::is_derived(label));
    let others = others.map(|label| cells::harmless(label).replace(BETWEEN, "/"));
    let all: Vec<String> = la_poste.map(str::to_owned).into_iter().chain(others).collect();
    all.join(BETWEEN)
}
