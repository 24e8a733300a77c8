//! What an import does with each line of a file. A line is about a place that we have when it names it: by our identifier, or by a
//! token that both have in national lists. All else is likeness, which is proposed to a coordinator and never taken. Nothing that
//! is newer here is overwritten, and an empty cell says nothing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use strum::VariantArray;

use super::export::{self, Line};
use super::file::Record;
use super::likeness::Face;
use super::reading::{self, Fault, Imported};
use super::{COLUMNS, Column};
use crate::domain::field::place::{Place, PlaceId};
use crate::domain::field::place_lists::Label;
use crate::domain::field::thing::{Kept, Thing as _};
use crate::domain::field_error::FieldCode;
use crate::domain::nomenclature::{ClosedList, Entry};
use crate::domain::organisation::Organisation;

/// How many places are named that are like a line.
const CANDIDATES_MAX: usize = 5;

/// What becomes of a line.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// A place that we do not have.
    Created(PlaceId, Box<Place>),
    /// A place that we have, at this version, gains what the file says.
    Changed {
        /// The place.
        id: PlaceId,
        /// Its version.
        version: i64,
        /// What it says then.
        place: Box<Place>,
        /// The columns that change.
        columns: Vec<Column>,
    },
    /// We have it already as the file has it.
    Same(PlaceId),
    /// A coordinator decides.
    Proposed {
        /// Why.
        why: Doubt,
        /// The places that are like it.
        candidates: Vec<Candidate>,
        /// The columns that differ from the one place that it names.
        columns: Vec<Column>,
    },
    /// The line has faults.
    Refused(Vec<Fault>),
}

/// Why a coordinator decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Doubt {
    /// It names no place that we have, and is like some.
    Alike,
    /// It names several places that we have.
    SeveralPlaces,
    /// It is about a place that we have, and what we know of that is as new or newer.
    NotNewer,
    /// An earlier line of the file is about the same place.
    SaidBefore,
    /// The place was changed while the file was read.
    ChangedMeanwhile,
}

impl ClosedList for Doubt {
    const NAME: &'static str = "why";
    const TYPE: &'static str = "ImportDoubt";
    const DESCRIPTION: &'static str = "Why a line of a file is left to a coordinator";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::Alike => ("alike", "Ressemble à un lieu connu", "Like a known place"),
            Self::SeveralPlaces => ("several_places", "Désigne plusieurs lieux", "Names several places"),
            Self::NotNewer => ("not_newer", "Pas plus récent", "Not newer"),
            Self::SaidBefore => ("said_before", "Déjà dit par une autre ligne", "Said by an earlier line"),
            Self::ChangedMeanwhile => ("changed_meanwhile", "Modifié entre-temps", "Changed meanwhile"),
        };
        Entry::of_ours(code, french, english)
    }
}

/// A place that a line may be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The place; of one that the same file brings, what it will be.
    pub id: PlaceId,
    /// Its name.
    pub name: String,
    /// The line of the same file that brings it.
    pub line: Option<usize>,
    /// How alike they are, in points of a hundred.
    pub score: u8,
}

/// A place that an import knows of.
#[derive(Debug, Clone)]
struct Known {
    id: PlaceId,
    /// Its version; 0: the file brings it.
    version: i64,
    place: Place,
    face: Face,
    updated_on: NaiveDate,
    /// The line of the file that wrote it.
    line: Option<usize>,
}

/// An import as it goes through a file.
#[derive(Debug)]
pub struct Plan<'a> {
    organisation: &'a Organisation,
    known: Vec<Known>,
    by_id: BTreeMap<PlaceId, usize>,
    by_token: BTreeMap<String, usize>,
    by_commune: BTreeMap<String, Vec<usize>>,
    /// Into which place each place was merged.
    heirs: &'a BTreeMap<PlaceId, PlaceId>,
    room: i64,
}

impl<'a> Plan<'a> {
    /// An import into an organisation that has these places.
    pub fn new(organisation: &'a Organisation, places: &[Kept<Place>], heirs: &'a BTreeMap<PlaceId, PlaceId>) -> Self {
        let count = i64::try_from(places.len()).unwrap_or(i64::MAX);
        let mut plan = Self {
            organisation,
            known: Vec::new(),
            by_id: BTreeMap::new(),
            by_token: BTreeMap::new(),
            by_commune: BTreeMap::new(),
            heirs,
            room: Place::MOST.saturating_sub(count),
        };
        for kept in places {
            let written_on = kept.updated_at.with_timezone(&organisation.time_zone).date_naive();
            plan.know(Known {
                id: kept.id,
                version: kept.version,
                face: Face::of(&kept.content),
                place: kept.content.clone(),
                // Whatever was written here last is not older than the day of its writing.
                updated_on: kept.content.updated_on.map_or(written_on, |day| day.max(written_on)),
                line: None,
            });
        }
        plan
    }

    fn know(&mut self, known: Known) {
        let index = self.known.len();
        self.by_id.insert(known.id, index);
        for token in &known.place.national_ids {
            self.by_token.insert(token.clone(), index);
        }
        // What was merged is found by its names, and like nothing.
        if known.place.merged_into.is_none() {
            let commune = known.place.commune_code.as_str().to_owned();
            self.by_commune.entry(commune).or_default().push(index);
        }
        self.known.push(known);
    }

    /// What becomes of a line.
    pub fn line(&mut self, record: &Record) -> Verdict {
        let imported = match reading::read(record) {
            Ok(imported) => imported,
            Err(faults) => return Verdict::Refused(faults),
        };
        let named = self.named(&imported);
        match named.as_slice() {
            [] => self.unnamed(imported, record.line),
            [one] => self.about(*one, &imported, record.line),
            several => {
                let candidates = several.iter().filter_map(|index| self.known.get(*index));
                Verdict::Proposed {
                    why: Doubt::SeveralPlaces,
                    candidates: candidates.map(|known| known.candidate(100)).collect(),
                    columns: Vec::new(),
                }
            }
        }
    }

    /// The places that a line names, those that were merged as the ones that took their place.
    fn named(&self, imported: &Imported) -> Vec<usize> {
        let own = imported.own.iter().filter_map(|(id, _)| self.by_id.get(id));
        let tokens = imported
            .place
            .national_ids
            .iter()
            .filter_map(|token| self.by_token.get(token));
        let heir = |index: &usize| {
            let id = self.known.get(*index)?.id;
            let last = self.heirs.get(&id).copied().unwrap_or(id);
            self.by_id.get(&last).copied()
        };
        let found: BTreeSet<usize> = own.chain(tokens).filter_map(heir).collect();
        found.into_iter().collect()
    }

    /// A line that names none of our places.
    fn unnamed(&mut self, imported: Imported, line: usize) -> Verdict {
        let face = Face::of(&imported.place);
        let neighbours = self.by_commune.get(imported.place.commune_code.as_str());
        let known = neighbours
            .into_iter()
            .flatten()
            .filter_map(|index| self.known.get(*index));
        let mut candidates: Vec<Candidate> = known
            .filter_map(|known| Some(known.candidate(face.likeness(&known.face)?)))
            .collect();
        if !candidates.is_empty() {
            candidates.sort_by_key(|candidate| (std::cmp::Reverse(candidate.score), candidate.id));
            candidates.truncate(CANDIDATES_MAX);
            return Verdict::Proposed {
                why: Doubt::Alike,
                candidates,
                columns: Vec::new(),
            };
        }
        if self.room == 0 {
            let max = usize::try_from(Place::MOST).unwrap_or(usize::MAX);
            let code = FieldCode::TooMany { max };
            return Verdict::Refused(vec![Fault { column: None, code }]);
        }
        self.room -= 1;
        let (id, place) = self.new_place(imported);
        self.know(Known {
            id,
            version: 0,
            face,
            place: place.clone(),
            updated_on: place.updated_on.unwrap_or_default(),
            line: Some(line),
        });
        Verdict::Created(id, Box::new(place))
    }

    /// A place that we do not have. Where the file is our own it keeps its identifier.
    fn new_place(&self, imported: Imported) -> (PlaceId, Place) {
        let Imported { own, mut place, .. } = imported;
        let ours = place
            .texts
            .source
            .as_ref()
            .is_none_or(|source| *source == self.organisation.name);
        match own.as_slice() {
            [(id, token)] if ours && place.national_ids.len() == 1 => {
                place.national_ids.retain(|known| known != token);
                (*id, place)
            }
            _ => (PlaceId::new(), place),
        }
    }

    /// A line about a place that we have.
    fn about(&mut self, index: usize, imported: &Imported, line: usize) -> Verdict {
        let source = &self.organisation.name;
        let by_id = &self.by_id;
        let Some(known) = self.known.get_mut(index) else {
            return Verdict::Refused(Vec::new());
        };
        let ours: Vec<&String> = imported
            .own
            .iter()
            .filter(|(id, _)| by_id.contains_key(id))
            .map(|(_, token)| token)
            .collect();
        let mut merged = known.place.clone();
        let tokens = imported.place.national_ids.iter().filter(|token| !ours.contains(token));
        merged.national_ids.extend(tokens.cloned());
        merged.national_ids.sort();
        merged.national_ids.dedup();
        let gains_tokens = merged.national_ids != known.place.national_ids;
        let differing = differing(&known.place, &imported.place, source);
        if differing.is_empty() && !gains_tokens {
            return Verdict::Same(known.id);
        }
        let is_newer = imported.updated_on.is_some_and(|day| day > known.updated_on);
        let why = match known.line {
            Some(_) => Some(Doubt::SaidBefore),
            None => (!differing.is_empty() && !is_newer).then_some(Doubt::NotNewer),
        };
        if let Some(why) = why {
            return Verdict::Proposed {
                why,
                candidates: vec![known.candidate(100)],
                columns: differing,
            };
        }
        for column in &differing {
            take(*column, &mut merged, &imported.place);
        }
        if !differing.is_empty() {
            merged.updated_on = imported.updated_on;
        }
        for token in &merged.national_ids {
            self.by_token.insert(token.clone(), index);
        }
        known.place = merged.clone();
        known.face = Face::of(&merged);
        known.line = Some(line);
        let tokens = gains_tokens.then_some(Column::Id);
        Verdict::Changed {
            id: known.id,
            version: known.version,
            place: Box::new(merged),
            columns: tokens.into_iter().chain(differing).collect(),
        }
    }
}

impl Known {
    fn candidate(&self, score: u8) -> Candidate {
        Candidate {
            id: self.id,
            name: self.place.name.clone(),
            line: self.line.filter(|_| self.version == 0),
            score,
        }
    }
}

/// The columns in which a file says of a place something else than our own export: what that writes otherwise than we keep it is
/// no difference.
fn differing(ours: &Place, theirs: &Place, source: &str) -> Vec<Column> {
    let id = PlaceId::from_uuid(uuid::Uuid::nil());
    let line = |place: &Place, source: &str| -> Line { export::line_of(id, place, NaiveDate::default(), source) };
    let (mine, other) = (line(ours, source), line(theirs, ""));
    let compared = COLUMNS
        .into_iter()
        .filter(|column| !matches!(column, Column::Id | Column::UpdatedOn | Column::Commune));
    let says = |column: &Column| match column {
        Column::Pivot => theirs.pivot.is_some(),
        column => !other.cell(*column).is_empty(),
    };
    compared
        .filter(says)
        .filter(|column| mine.cell(*column) != other.cell(*column))
        .collect()
}

/// Has a place say what another says in a column.
fn take(column: Column, place: &mut Place, other: &Place) {
    let (texts, others) = (&mut place.texts, &other.texts);
    match column {
        Column::Id | Column::UpdatedOn | Column::Commune => {}
        Column::Pivot => place.pivot.clone_from(&other.pivot),
        Column::Name => place.name.clone_from(&other.name),
        Column::PostalCode => texts.postal_code.clone_from(&others.postal_code),
        Column::CommuneCode => place.commune_code = other.commune_code.clone(),
        Column::Address => texts.address.clone_from(&others.address),
        Column::AddressComplement => texts.address_complement.clone_from(&others.address_complement),
        Column::Latitude | Column::Longitude => place.coordinates = other.coordinates,
        Column::Types => place.types.clone_from(&other.types),
        Column::Phone => place.phone.clone_from(&other.phone),
        Column::Emails => place.emails.clone_from(&other.emails),
        Column::Website => texts.website.clone_from(&others.website),
        Column::OpeningHours => texts.opening_hours.clone_from(&others.opening_hours),
        Column::Summary => texts.summary.clone_from(&others.summary),
        Column::Details => texts.details.clone_from(&others.details),
        Column::Source => texts.source.clone_from(&others.source),
        Column::Mobility => place.mobile = other.mobile,
        Column::Parent => texts.parent.clone_from(&others.parent),
        Column::Services => place.services = other.services,
        Column::Audiences => place.audiences = other.audiences,
        Column::SpecialCare => place.special_care = other.special_care,
        Column::Fees => place.fees = other.fees,
        Column::Programmes => place.programmes = other.programmes,
        Column::Labels => {
            // The label that stands among the others in an export stays.
            let kept = place.labels.contains(Label::LaPoste);
            place.labels = other.labels;
            if kept {
                place.labels.insert(Label::LaPoste);
            }
        }
        Column::OtherLabels => {
            place.other_labels.clone_from(&other.other_labels);
            if other.labels.contains(Label::LaPoste) {
                place.labels.insert(Label::LaPoste);
            }
        }
        Column::AccessModes => place.access_modes = other.access_modes,
        Column::SupportModes => place.support_modes = other.support_modes,
        Column::AccessibilityUrl => texts.accessibility_url.clone_from(&others.accessibility_url),
        Column::BookingUrl => texts.booking_url.clone_from(&others.booking_url),
    }
}
