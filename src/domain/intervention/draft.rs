//! An intervention as clients send it, and how it is checked.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::{
    CommuneCode, Counts, Follows, Intervention, InterventionFields, RESIDENCES_MAX, TAGS_MAX, THEMES_MAX, pointer_token,
};
use crate::domain::field::tag::TagId;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::{Id, InterventionId};
use crate::domain::nomenclature::{ClosedList, CodeSet, Equipment, Kind, Masked, Redirection, Setting};
use crate::domain::text::{NAME_MAX, NOTE_MAX, PLACE_NAME_MAX, normal_text};

/// How many unknown codes of one field are named at the most: a body can hold a hundred thousand.
const UNKNOWN_NAMED: usize = 20;

/// An intervention as a client sends it: its shape is right, its values are not checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InterventionDraft {
    /// The client's UUID.
    pub id: Option<String>,
    /// A code of [`Kind`].
    pub kind: String,
    /// Whether the advisor assisted a colleague, who reports the participants.
    pub assisting: bool,
    /// See [`InterventionFields::participants`].
    pub participants: i64,
    /// See [`InterventionFields::recurring_participants`].
    pub recurring_participants: i64,
    /// See [`InterventionFields::duration_minutes`].
    pub duration_minutes: i64,
    /// A code of [`Setting`].
    pub setting: String,
    /// A code of [`Principle`](crate::domain::nomenclature::Principle).
    pub principle: Option<String>,
    /// An INSEE code.
    pub commune_code: Option<String>,
    /// The name of the place.
    pub place_name: Option<String>,
    /// Codes of [`Theme`](crate::domain::nomenclature::Theme).
    pub themes: Vec<String>,
    /// Numbers by codes of [`AgeGroup`](crate::domain::nomenclature::AgeGroup).
    pub age_groups: BTreeMap<String, i64>,
    /// Numbers by codes of [`Gender`](crate::domain::nomenclature::Gender).
    pub genders: BTreeMap<String, i64>,
    /// Numbers by codes of [`Situation`](crate::domain::nomenclature::Situation).
    pub situations: BTreeMap<String, i64>,
    /// Numbers by codes of [`FollowUp`](crate::domain::nomenclature::FollowUp).
    pub follow_ups: BTreeMap<String, i64>,
    /// Codes of [`Redirection`].
    pub redirected_to: Vec<String>,
    /// See [`InterventionFields::referred_by_social_worker`].
    pub referred_by_social_worker: bool,
    /// See [`InterventionFields::first_visit_accompanied`].
    pub first_visit_accompanied: bool,
    /// Codes of [`Equipment`].
    pub equipment: Vec<String>,
    /// A code of [`Autonomy`](crate::domain::nomenclature::Autonomy).
    pub autonomy: Option<String>,
    /// A code of [`Level`](crate::domain::nomenclature::Level).
    pub level: Option<String>,
    /// The title of a workshop outside the catalogue.
    pub title: Option<String>,
    /// Which administrative procedure it was about.
    pub procedure: Option<String>,
    /// Numbers of people by the INSEE code of the commune where they live.
    pub residences: BTreeMap<String, i64>,
    /// The UUID of a place.
    pub place_id: Option<String>,
    /// The UUID of a partner.
    pub partner_id: Option<String>,
    /// The UUID of a planned session.
    pub planned_session_id: Option<String>,
    /// The UUID of a sheet of the catalogue.
    pub workshop_id: Option<String>,
    /// The UUID of a referral.
    pub referral_id: Option<String>,
    /// UUIDs of tags.
    pub tags: Vec<String>,
    /// Free text.
    pub note: Option<String>,
}

impl InterventionDraft {
    /// The intervention and the client's identifier for it, when nothing is wrong; every fault is noted below `at`.
    pub fn validate(self, at: &str, errors: &mut FieldErrors) -> Option<(Option<InterventionId>, Intervention)> {
        let mut faults = FieldErrors::new();
        let id = id_of(self.id.as_deref(), at, "id", &mut faults);
        let text = |text: Option<String>, max, field, faults: &mut FieldErrors| {
            text.and_then(|text| normal_text(&text, max, at, field, faults))
        };
        // A code that is unknown is noted and stands for the first of its list, so that the other rules are checked too.
        let fields = InterventionFields {
            kind: code_of(&self.kind, at, "kind", &mut faults).unwrap_or(Kind::Workshop),
            participants: self.participants,
            recurring_participants: self.recurring_participants,
            duration_minutes: self.duration_minutes,
            setting: code_of(&self.setting, at, "setting", &mut faults).unwrap_or(Setting::AdvisorSite),
            principle: given(self.principle.as_deref()).and_then(|code| code_of(code, at, "principle", &mut faults)),
            commune_code: given(self.commune_code.as_deref()).and_then(|code| commune_of(code, at, &mut faults)),
            place_name: text(self.place_name, PLACE_NAME_MAX, "place_name", &mut faults),
            themes: set_of(&self.themes, 1..=THEMES_MAX, at, &mut faults),
            age_groups: counts_of(&self.age_groups, at, &mut faults),
            genders: counts_of(&self.genders, at, &mut faults),
            situations: counts_of(&self.situations, at, &mut faults),
            follow_ups: counts_of(&self.follow_ups, at, &mut faults),
            redirected_to: set_of(&self.redirected_to, 0..=Redirection::ALL.len(), at, &mut faults),
            referred_by_social_worker: self.referred_by_social_worker,
            first_visit_accompanied: self.first_visit_accompanied,
            equipment: set_of(&self.equipment, 0..=Equipment::ALL.len(), at, &mut faults),
            autonomy: option_of(self.autonomy.as_deref(), at, &mut faults),
            level: option_of(self.level.as_deref(), at, &mut faults),
            title: text(self.title, NAME_MAX, "title", &mut faults),
            procedure: text(self.procedure, NAME_MAX, "procedure", &mut faults),
            residences: residences_of(&self.residences, at, &mut faults),
            place_id: id_of(self.place_id.as_deref(), at, "place_id", &mut faults),
            partner_id: id_of(self.partner_id.as_deref(), at, "partner_id", &mut faults),
            planned_session_id: id_of(
                self.planned_session_id.as_deref(),
                at,
                "planned_session_id",
                &mut faults,
            ),
            workshop_id: id_of(self.workshop_id.as_deref(), at, "workshop_id", &mut faults),
            referral_id: id_of(self.referral_id.as_deref(), at, "referral_id", &mut faults),
            tags: tags_of(&self.tags, at, &mut faults),
            note: text(self.note, NOTE_MAX, "note", &mut faults),
        };
        fields.check(self.assisting, at, &mut faults);
        let sound = faults.is_empty();
        errors.append(faults);
        sound.then(|| (id, Intervention::stored(fields, Follows::default())))
    }
}

/// A text that says something after trimming.
pub(in crate::domain) fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// The value of a code that may be left out, in the field of its list.
fn option_of<T: ClosedList>(code: Option<&str>, at: &str, errors: &mut FieldErrors) -> Option<T> {
    given(code).and_then(|code| code_of(code, at, T::NAME, errors))
}

/// The identifier of a text that may be left out.
fn id_of<K>(text: Option<&str>, at: &str, field: &str, errors: &mut FieldErrors) -> Option<Id<K>> {
    let id = text?.parse().ok();
    if id.is_none() {
        errors.push_field(at, field, FieldCode::InvalidUuid);
    }
    id
}

/// The tags of a list of identifiers; too many, what is no identifier and tags named twice are faults.
fn tags_of(texts: &[String], at: &str, errors: &mut FieldErrors) -> Vec<TagId> {
    let mut tags = Vec::new();
    if texts.len() > TAGS_MAX {
        errors.push_field(at, "tags", FieldCode::TooMany { max: TAGS_MAX });
        return tags;
    }
    for (index, text) in texts.iter().enumerate() {
        let fault = match text.parse() {
            Err(_) => FieldCode::InvalidUuid,
            Ok(tag) if tags.contains(&tag) => FieldCode::Duplicate,
            Ok(tag) => {
                tags.push(tag);
                continue;
            }
        };
        errors.push_field(at, &format!("tags/{index}"), fault);
    }
    tags.sort_unstable();
    tags
}

/// The value of a code; one that is not in its list is a fault of the field.
pub(in crate::domain) fn code_of<T: ClosedList>(
    code: &str,
    at: &str,
    field: &str,
    errors: &mut FieldErrors,
) -> Option<T> {
    let value = T::from_code(code);
    if value.is_none() {
        errors.push_field(at, field, FieldCode::UnknownCode);
    }
    value
}

/// The commune of a code; what is none is a fault of `commune_code`.
pub(in crate::domain) fn commune_of(code: &str, at: &str, errors: &mut FieldErrors) -> Option<CommuneCode> {
    let commune = CommuneCode::parse(code);
    if commune.is_none() {
        errors.push_field(at, "commune_code", FieldCode::InvalidCommune);
    }
    commune
}

/// The set of a list of codes; too few, too many, unknown codes and codes named twice are faults.
fn set_of<T: Masked>(
    codes: &[String],
    lengths: RangeInclusive<usize>,
    at: &str,
    errors: &mut FieldErrors,
) -> CodeSet<T> {
    let mut set = CodeSet::EMPTY;
    if codes.len() < *lengths.start() {
        errors.push_field(at, T::NAME, FieldCode::TooFew { min: *lengths.start() });
    } else if codes.len() > *lengths.end() {
        errors.push_field(at, T::NAME, FieldCode::TooMany { max: *lengths.end() });
    } else {
        set.insert_each(codes, format_args!("{at}/{}", T::NAME), errors);
        // When every code is unknown, the first of the list stands for them, so that the other rules are checked too.
        if let Some(first) = T::ALL.first()
            && set.is_empty()
            && !codes.is_empty()
        {
            set.insert(*first);
        }
    }
    set
}

/// The people by the commune where they live; what is no commune is a fault.
fn residences_of(people: &BTreeMap<String, i64>, at: &str, errors: &mut FieldErrors) -> BTreeMap<CommuneCode, i64> {
    let mut known = BTreeMap::new();
    if people.len() > RESIDENCES_MAX {
        errors.push_field(at, "residences", FieldCode::TooMany { max: RESIDENCES_MAX });
        return known;
    }
    for (code, people) in people {
        match CommuneCode::parse(code) {
            Some(commune) if *people != 0 => {
                known.insert(commune, *people);
            }
            Some(_) => {}
            None => {
                let field = format!("residences/{}", pointer_token(code));
                errors.push_field(at, &field, FieldCode::InvalidCommune);
            }
        }
    }
    known
}

fn counts_of<T: ClosedList>(counts: &BTreeMap<String, i64>, at: &str, errors: &mut FieldErrors) -> Counts<T> {
    let mut known = Counts::default();
    let mut unknown = Vec::new();
    for (code, people) in counts {
        match T::from_code(code) {
            Some(group) => known.set(group, *people),
            None => unknown.push(code),
        }
    }
    for code in unknown.into_iter().take(UNKNOWN_NAMED) {
        let field = format!("{}/{}", T::NAME, pointer_token(code));
        errors.push_field(at, &field, FieldCode::UnknownCode);
    }
    known
}
