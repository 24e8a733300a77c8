//! One intervention of a report, and every rule that it obeys.

use std::collections::BTreeMap;
use std::ops::{Deref, RangeInclusive};

use serde::{Deserialize, Serialize};

use super::field_error::{FieldCode, FieldErrors};
use super::identifiers::InterventionId;
use super::nomenclature::{
    AgeGroup, ClosedList, CodeSet, FollowUp, Gender, Kind, Masked, Principle, Redirection, Setting, Situation, Theme,
};
use super::text::{NOTE_MAX, PLACE_NAME_MAX, normal_text};

/// The most participants of one intervention.
pub const PARTICIPANTS_MAX: i64 = 1000;
/// The longest intervention, in minutes: a day.
pub const DURATION_MAX: i64 = 1440;
/// The most themes of one intervention.
pub const THEMES_MAX: usize = 20;

/// How many unknown codes of one field are named at the most: a body can hold a hundred thousand.
const UNKNOWN_NAMED: usize = 20;

/// Numbers of people by a closed list; groups of nobody are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts<T>(BTreeMap<T, i64>);

impl<T> Default for Counts<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: ClosedList> Counts<T> {
    /// The number of people of a group; 0 for one that was not named.
    pub fn get(&self, group: T) -> i64 {
        self.0.get(&group).copied().unwrap_or_default()
    }

    /// Sets the number of people of a group.
    pub fn set(&mut self, group: T, people: i64) {
        if people == 0 {
            self.0.remove(&group);
        } else {
            self.0.insert(group, people);
        }
    }

    /// The people of all groups.
    pub fn sum(&self) -> i64 {
        self.0.values().fold(0, |sum, people| sum.saturating_add(*people))
    }

    /// The groups that have people, in the order of their list, with how many.
    pub fn iter(&self) -> impl Iterator<Item = (T, i64)> {
        self.0.iter().map(|(group, people)| (*group, *people))
    }

    /// Notes counts below 0, and a sum over `participants`.
    fn check(&self, participants: i64, at: &str, errors: &mut FieldErrors) {
        for (group, people) in self.iter() {
            if !(0..=PARTICIPANTS_MAX).contains(&people) {
                errors.push(
                    &format!("{at}/{}/{}", T::NAME, group.code()),
                    FieldCode::OutOfRange {
                        min: 0,
                        max: PARTICIPANTS_MAX,
                    },
                );
            }
        }
        if (1..=PARTICIPANTS_MAX).contains(&participants) && self.sum() > participants {
            errors.push_field(at, T::NAME, FieldCode::SumExceedsParticipants);
        }
    }
}

/// What an intervention says; plain data that need not obey the rules yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterventionFields {
    /// Workshop, individual supports or one-off requests.
    pub kind: Kind,
    /// The people helped, 1 to [`PARTICIPANTS_MAX`].
    pub participants: i64,
    /// Those among them who had been helped before.
    pub recurring_participants: i64,
    /// The advisor's time for the whole intervention, 1 to [`DURATION_MAX`] minutes.
    pub duration_minutes: i64,
    /// Where it took place.
    pub setting: Setting,
    /// The principle of the action plan that it serves.
    pub principle: Option<Principle>,
    /// The INSEE code of the commune.
    pub commune_code: Option<CommuneCode>,
    /// The name of the place.
    pub place_name: Option<String>,
    /// What it was about: 1 to [`THEMES_MAX`] themes.
    pub themes: CodeSet<Theme>,
    /// The people by age.
    pub age_groups: Counts<AgeGroup>,
    /// The people by gender.
    pub genders: Counts<Gender>,
    /// The people by occupation.
    pub situations: Counts<Situation>,
    /// The people by what follows.
    pub follow_ups: Counts<FollowUp>,
    /// To whom people were redirected; only when some were.
    pub redirected_to: CodeSet<Redirection>,
    /// Whether a social or outreach worker asked for it.
    pub referred_by_social_worker: bool,
    /// Whether that worker came along to the first appointment.
    pub first_visit_accompanied: bool,
    /// Free text without personal data of residents.
    pub note: Option<String>,
}

impl InterventionFields {
    /// Notes every rule that the fields break, with pointers below `at`.
    fn check(&self, at: &str, errors: &mut FieldErrors) {
        let mut check_range = |value: i64, min: i64, max: i64, field: &str| {
            let inside = (min..=max).contains(&value);
            if !inside {
                errors.push_field(at, field, FieldCode::OutOfRange { min, max });
            }
            inside
        };
        let counted = check_range(self.participants, 1, PARTICIPANTS_MAX, "participants");
        check_range(self.duration_minutes, 1, DURATION_MAX, "duration_minutes");
        let recurring = check_range(
            self.recurring_participants,
            0,
            PARTICIPANTS_MAX,
            "recurring_participants",
        );
        if recurring && counted && self.recurring_participants > self.participants {
            errors.push_field(at, "recurring_participants", FieldCode::ExceedsParticipants);
        }
        self.age_groups.check(self.participants, at, errors);
        self.genders.check(self.participants, at, errors);
        self.situations.check(self.participants, at, errors);
        self.follow_ups.check(self.participants, at, errors);
        if !self.redirected_to.is_empty() && self.follow_ups.get(FollowUp::Redirected) < 1 {
            errors.push_field(at, "redirected_to", FieldCode::NotAllowedHere);
        }
        if self.first_visit_accompanied && !self.referred_by_social_worker {
            errors.push_field(at, "first_visit_accompanied", FieldCode::NotAllowedHere);
        }
    }
}

/// An intervention that obeys every rule, or did when it was written. Equality is that of the normal form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intervention(InterventionFields);

impl Intervention {
    /// An intervention that was stored: it obeyed the rules of the day on which it was written; today's may be
    /// stricter.
    pub const fn stored(fields: InterventionFields) -> Self {
        Self(fields)
    }
}

impl Deref for Intervention {
    type Target = InterventionFields;

    fn deref(&self) -> &InterventionFields {
        &self.0
    }
}

/// The INSEE code of a commune: five characters, two digits or `2A`/`2B`, then three digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommuneCode(String);

impl CommuneCode {
    /// Reads a code. Whether such a commune exists is not asked: communes merge, and old reports stay.
    pub fn parse(text: &str) -> Option<Self> {
        let department = text.get(..2)?;
        let number = text.get(2..)?;
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let plain = number.len() == 3 && digits(number) && (digits(department) || matches!(department, "2A" | "2B"));
        plain.then(|| Self(text.to_owned()))
    }

    /// A code that was stored: it obeyed the rules of the day on which it was written.
    pub const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An intervention as a client sends it: its shape is right, its values are not checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InterventionDraft {
    /// The client's UUID.
    pub id: Option<String>,
    /// A code of [`Kind`].
    pub kind: String,
    /// See [`InterventionFields::participants`].
    pub participants: i64,
    /// See [`InterventionFields::recurring_participants`].
    pub recurring_participants: i64,
    /// See [`InterventionFields::duration_minutes`].
    pub duration_minutes: i64,
    /// A code of [`Setting`].
    pub setting: String,
    /// A code of [`Principle`].
    pub principle: Option<String>,
    /// An INSEE code.
    pub commune_code: Option<String>,
    /// The name of the place.
    pub place_name: Option<String>,
    /// Codes of [`Theme`].
    pub themes: Vec<String>,
    /// Numbers by codes of [`AgeGroup`].
    pub age_groups: BTreeMap<String, i64>,
    /// Numbers by codes of [`Gender`].
    pub genders: BTreeMap<String, i64>,
    /// Numbers by codes of [`Situation`].
    pub situations: BTreeMap<String, i64>,
    /// Numbers by codes of [`FollowUp`].
    pub follow_ups: BTreeMap<String, i64>,
    /// Codes of [`Redirection`].
    pub redirected_to: Vec<String>,
    /// See [`InterventionFields::referred_by_social_worker`].
    pub referred_by_social_worker: bool,
    /// See [`InterventionFields::first_visit_accompanied`].
    pub first_visit_accompanied: bool,
    /// Free text.
    pub note: Option<String>,
}

impl InterventionDraft {
    /// The intervention and the client's identifier for it, when nothing is wrong; every fault is noted below `at`.
    pub fn validate(self, at: &str, errors: &mut FieldErrors) -> Option<(Option<InterventionId>, Intervention)> {
        let mut faults = FieldErrors::new();
        let id = self.id.and_then(|id| {
            let id = id.parse().ok();
            if id.is_none() {
                faults.push_field(at, "id", FieldCode::InvalidUuid);
            }
            id
        });
        // A code that is unknown is noted and stands for the first of its list, so that the other rules are checked too.
        let fields = InterventionFields {
            kind: code_of(&self.kind, at, "kind", &mut faults).unwrap_or(Kind::Workshop),
            participants: self.participants,
            recurring_participants: self.recurring_participants,
            duration_minutes: self.duration_minutes,
            setting: code_of(&self.setting, at, "setting", &mut faults).unwrap_or(Setting::AdvisorSite),
            principle: given(self.principle.as_deref()).and_then(|code| code_of(code, at, "principle", &mut faults)),
            commune_code: given(self.commune_code.as_deref()).and_then(|code| commune_of(code, at, &mut faults)),
            place_name: self
                .place_name
                .and_then(|text| normal_text(&text, PLACE_NAME_MAX, at, "place_name", &mut faults)),
            themes: set_of(&self.themes, 1..=THEMES_MAX, at, &mut faults),
            age_groups: counts_of(&self.age_groups, at, &mut faults),
            genders: counts_of(&self.genders, at, &mut faults),
            situations: counts_of(&self.situations, at, &mut faults),
            follow_ups: counts_of(&self.follow_ups, at, &mut faults),
            redirected_to: set_of(&self.redirected_to, 0..=Redirection::ALL.len(), at, &mut faults),
            referred_by_social_worker: self.referred_by_social_worker,
            first_visit_accompanied: self.first_visit_accompanied,
            note: self
                .note
                .and_then(|text| normal_text(&text, NOTE_MAX, at, "note", &mut faults)),
        };
        fields.check(at, &mut faults);
        let sound = faults.is_empty();
        errors.append(faults);
        sound.then_some((id, Intervention(fields)))
    }
}

/// A text that says something after trimming.
pub(super) fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// The value of a code; one that is not in its list is a fault of the field.
pub(super) fn code_of<T: ClosedList>(code: &str, at: &str, field: &str, errors: &mut FieldErrors) -> Option<T> {
    let value = T::from_code(code);
    if value.is_none() {
        errors.push_field(at, field, FieldCode::UnknownCode);
    }
    value
}

/// The commune of a code; what is none is a fault of `commune_code`.
pub(super) fn commune_of(code: &str, at: &str, errors: &mut FieldErrors) -> Option<CommuneCode> {
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
        for (index, code) in codes.iter().enumerate() {
            if let Some(value) = code_of(code, at, &format!("{}/{index}", T::NAME), errors)
                && !set.insert(value)
            {
                errors.push_field(at, &format!("{}/{index}", T::NAME), FieldCode::Duplicate);
            }
        }
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

/// A name as a reference token of a JSON pointer (RFC 6901, section 3).
pub fn pointer_token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
