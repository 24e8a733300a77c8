//! How `report_versions` keeps the interventions of a report that was replaced or deleted: JSON in a shape that does
//! not follow the columns of the table, so that a new column of `interventions` leaves old versions readable.
//!
//! Reading is tolerant for ever: a field that is missing has its default, one that is unknown is skipped. Text without a
//! shape number is an array of rows of `interventions`, with a field for each group of people.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::people::People;
use super::rows::InterventionRow;
use crate::domain::intervention::{CommuneCode, Follows, Intervention, InterventionFields};
use crate::domain::nomenclature::{
    ClosedList, CodeSet, FIRST_VISIT_ACCOMPANIED, Kind, Principle, REFERRED_BY_SOCIAL_WORKER, Setting,
};
use crate::domain::report::Entry;
use crate::storage::columns::parse_id;
use crate::storage::storage_error::StorageError;

/// The number of the shape that is written.
const SHAPE: u32 = 1;

/// The interventions of a version.
#[derive(Serialize, Deserialize)]
struct Archive {
    shape: u32,
    interventions: Vec<ArchivedIntervention>,
}

/// An intervention in stored codes and masks, without the key of its day.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct ArchivedIntervention {
    #[serde(alias = "intervention_id")]
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) participants: i64,
    pub(super) recurring_participants: i64,
    pub(super) duration_minutes: i64,
    pub(super) setting: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) principle: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) commune_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) place_name: Option<String>,
    pub(super) themes: i64,
    pub(super) people: People,
    pub(super) referrals: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<String>,
    #[serde(skip_serializing_if = "is_nothing")]
    pub(super) means: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) place_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) partner_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) procedure: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) planned_session_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) workshop_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) referral_id: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<String>,
    #[serde(flatten)]
    pub(super) extra: Extra,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) followed_commune: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) followed_partner: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) followed_principle: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_nothing(mask: &i64) -> bool {
    *mask == 0
}

/// What no figure asks for: one JSON text in a row, and fields of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Extra {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    residences: BTreeMap<CommuneCode, i64>,
}

impl Extra {
    pub(super) const fn new(title: Option<String>, residences: BTreeMap<CommuneCode, i64>) -> Self {
        Self { title, residences }
    }

    /// The text of the column; none where nothing is said.
    pub(super) fn text(&self) -> Result<Option<String>, StorageError> {
        if *self == Self::default() {
            return Ok(None);
        }
        serde_json::to_string(self).map(Some).map_err(|error| corrupt(&error))
    }

    pub(super) fn parse(text: Option<&str>) -> Result<Self, StorageError> {
        let extra = text.map(serde_json::from_str).transpose();
        Ok(extra.map_err(|error| corrupt(&error))?.unwrap_or_default())
    }
}

impl ArchivedIntervention {
    /// What a row of the shape without a number says.
    fn of_columns(row: Value) -> serde_json::Result<Self> {
        let people = People::of_columns(&row);
        let said: Self = serde_json::from_value(row)?;
        Ok(Self { people, ..said })
    }

    /// The intervention, whether or not it obeys the rules of today. A code that is not in its list reads as not said,
    /// so that the figures count it as undisclosed. But kind and setting are always said: an unknown code of either
    /// means that the stored data is corrupt.
    pub(super) fn entry(self) -> Result<Entry, StorageError> {
        let id = parse_id(&self.id)?;
        let unknown = |name: &str, code: &str| StorageError::Corrupt(format!("intervention {id}: {name} {code}"));
        let fields = InterventionFields {
            kind: Kind::from_code(&self.kind).ok_or_else(|| unknown(Kind::NAME, &self.kind))?,
            participants: self.participants,
            recurring_participants: self.recurring_participants,
            duration_minutes: self.duration_minutes,
            setting: Setting::from_code(&self.setting).ok_or_else(|| unknown(Setting::NAME, &self.setting))?,
            principle: self.principle.as_deref().and_then(Principle::from_code),
            commune_code: self.commune_code.map(CommuneCode::stored),
            place_name: self.place_name,
            themes: CodeSet::stored(self.themes),
            age_groups: self.people.age_groups,
            genders: self.people.genders,
            situations: self.people.situations,
            follow_ups: self.people.follow_ups,
            redirected_to: CodeSet::stored(self.referrals & !(REFERRED_BY_SOCIAL_WORKER | FIRST_VISIT_ACCOMPANIED)),
            referred_by_social_worker: self.referrals & REFERRED_BY_SOCIAL_WORKER != 0,
            first_visit_accompanied: self.referrals & FIRST_VISIT_ACCOMPANIED != 0,
            equipment: CodeSet::stored(self.means),
            autonomy: CodeSet::stored(self.means).first(),
            level: CodeSet::stored(self.means).first(),
            title: self.extra.title,
            procedure: self.procedure,
            residences: self.extra.residences,
            place_id: self.place_id.as_deref().map(parse_id).transpose()?,
            partner_id: self.partner_id.as_deref().map(parse_id).transpose()?,
            planned_session_id: self.planned_session_id.as_deref().map(parse_id).transpose()?,
            workshop_id: self.workshop_id.as_deref().map(parse_id).transpose()?,
            referral_id: self.referral_id.as_deref().map(parse_id).transpose()?,
            tags: self.tags.iter().map(|id| parse_id(id)).collect::<Result<_, _>>()?,
            note: self.note,
        };
        let follows = Follows {
            commune: self.followed_commune.map(CommuneCode::stored),
            partner: self.followed_partner.as_deref().map(parse_id).transpose()?,
            principle: self.followed_principle.as_deref().and_then(Principle::from_code),
        };
        let intervention = Arc::new(Intervention::stored(fields, follows));
        Ok(Entry { id, intervention })
    }
}

fn corrupt(error: &serde_json::Error) -> StorageError {
    StorageError::Corrupt(format!("archived interventions: {error}"))
}

/// The text that keeps the interventions of a report.
pub(super) fn text_of(rows: Vec<InterventionRow>) -> Result<String, StorageError> {
    let interventions: Result<_, StorageError> = rows.into_iter().map(InterventionRow::archived).collect();
    let archive = Archive {
        shape: SHAPE,
        interventions: interventions?,
    };
    serde_json::to_string(&archive).map_err(|error| corrupt(&error))
}

/// The interventions that a text keeps, in the order of the day.
pub(super) fn entries_of(text: &str) -> Result<Vec<Entry>, StorageError> {
    let read = if has_shape(text) {
        serde_json::from_str(text).map(|archive: Archive| archive.interventions)
    } else {
        serde_json::from_str(text)
            .and_then(|rows: Vec<Value>| rows.into_iter().map(ArchivedIntervention::of_columns).collect())
    };
    let interventions = read.map_err(|error| corrupt(&error))?;
    interventions.into_iter().map(ArchivedIntervention::entry).collect()
}

/// Whether a text says which shape it has.
fn has_shape(text: &str) -> bool {
    !text.trim_start().starts_with('[')
}

/// The text without the notes and procedures of its interventions and the names of places where somebody lives; everything else stays,
/// what this program does not know included.
pub(in crate::storage) fn without_notes(text: &str) -> Result<String, StorageError> {
    let mut archive: Value = serde_json::from_str(text).map_err(|error| corrupt(&error))?;
    let interventions = if has_shape(text) {
        archive.get_mut("interventions")
    } else {
        Some(&mut archive)
    };
    let Some(interventions) = interventions.and_then(Value::as_array_mut) else {
        return Err(StorageError::Corrupt(
            "archived interventions: there is no list".to_owned(),
        ));
    };
    for said in interventions {
        if let Some(fields) = said.as_object_mut() {
            fields.remove("note");
            fields.remove("procedure");
            if fields
                .get("setting")
                .is_some_and(|setting| setting == Setting::Home.code())
            {
                fields.remove("place_name");
            }
        }
    }
    Ok(archive.to_string())
}
