//! One intervention of a report, and every rule that it obeys.

use std::collections::BTreeMap;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use super::field::partner::PartnerId;
use super::field::place::PlaceId;
use super::field::planned_session::PlannedSessionId;
use super::field::referral::ReferralId;
use super::field::tag::TagId;
use super::field::workshop::WorkshopId;
use super::field_error::{FieldCode, FieldErrors};
use super::nomenclature::{
    AgeGroup, Autonomy, ClosedList, CodeSet, Equipment, FollowUp, Gender, Kind, Level, Principle, Redirection, Setting,
    Situation, Theme,
};

mod draft;
mod reference;

pub use draft::InterventionDraft;
pub(in crate::domain) use draft::{code_of, commune_of, given};
pub use reference::{Follows, Reference};

/// The most participants of one intervention; there is one at least, unless it assists.
pub const PARTICIPANTS_MAX: i64 = 1000;
/// The longest intervention, in minutes: a day.
pub const DURATION_MAX: i64 = 1440;
/// The most themes of one intervention.
pub const THEMES_MAX: usize = 20;

/// The most tags of one intervention.
pub const TAGS_MAX: usize = 20;
/// The most communes in which the people of one intervention live.
pub const RESIDENCES_MAX: usize = 100;

/// Numbers of people by a closed list, in its order; groups of nobody are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts<T>(Vec<(T, i64)>);

impl<T> Default for Counts<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: ClosedList> Counts<T> {
    /// The number of people of a group; 0 for one that was not named.
    pub fn get(&self, group: T) -> i64 {
        self.iter()
            .find(|(other, _)| *other == group)
            .map_or(0, |(_, people)| people)
    }

    /// Sets the number of people of a group.
    pub fn set(&mut self, group: T, people: i64) {
        self.0.retain(|(other, _)| *other != group);
        if people != 0 {
            let place = self.0.partition_point(|(other, _)| *other < group);
            self.0.insert(place, (group, people));
        }
    }

    /// Whether no group has people.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The people of all groups.
    pub fn sum(&self) -> i64 {
        self.iter().fold(0_i64, |sum, (_, people)| sum.saturating_add(people))
    }

    /// The groups that have people, in the order of their list, with how many.
    pub fn iter(&self) -> impl Iterator<Item = (T, i64)> {
        self.0.iter().copied()
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
    /// The people helped, 1 to [`PARTICIPANTS_MAX`]; nobody where the advisor assisted a colleague, who reports them.
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
    /// With what equipment.
    pub equipment: CodeSet<Equipment>,
    /// How far the people did it themselves.
    pub autonomy: Option<Autonomy>,
    /// The level of the workshop.
    pub level: Option<Level>,
    /// The title of a workshop outside the catalogue.
    pub title: Option<String>,
    /// Which administrative procedure it was about; only with a theme of procedures.
    pub procedure: Option<String>,
    /// The people by the commune where they live; communes of nobody are left out.
    pub residences: BTreeMap<CommuneCode, i64>,
    /// The place of the organisation's base where it took place.
    pub place_id: Option<PlaceId>,
    /// The partner with whom.
    pub partner_id: Option<PartnerId>,
    /// The planned session that it was.
    pub planned_session_id: Option<PlannedSessionId>,
    /// The sheet of the catalogue that it followed.
    pub workshop_id: Option<WorkshopId>,
    /// The referral to which it answers.
    pub referral_id: Option<ReferralId>,
    /// The organisation's own words for it, sorted, each once: [`TAGS_MAX`] at most.
    pub tags: Vec<TagId>,
    /// Free text without personal data of residents.
    pub note: Option<String>,
}

impl InterventionFields {
    /// Whether the advisor assisted a colleague, who reports the participants. Then the minutes count, and nothing else.
    pub const fn assists(&self) -> bool {
        self.participants == 0
    }

    /// Notes every rule that the fields break, with pointers below `at`.
    fn check(&self, assisting: bool, at: &str, errors: &mut FieldErrors) {
        if self.procedure.is_some() && !self.themes.iter().any(Theme::is_procedure) {
            errors.push_field(at, "procedure", FieldCode::NotAllowedHere);
        }
        if assisting {
            self.check_assisting(at, errors);
        } else {
            self.check_people(at, errors);
        }
    }

    fn check_duration(&self, at: &str, errors: &mut FieldErrors) {
        check_range(
            self.duration_minutes,
            (1, DURATION_MAX),
            (at, "duration_minutes"),
            errors,
        );
    }

    /// Notes what somebody says who assisted a colleague, and what only that colleague may say.
    fn check_assisting(&self, at: &str, errors: &mut FieldErrors) {
        // Names each field, so that a new one does not compile until somebody decides who may say it.
        let Self {
            participants,
            recurring_participants,
            age_groups,
            genders,
            situations,
            follow_ups,
            redirected_to,
            residences,
            referred_by_social_worker,
            first_visit_accompanied,
            referral_id,
            // What both may say.
            kind: _,
            duration_minutes: _,
            setting: _,
            principle: _,
            commune_code: _,
            place_name: _,
            themes: _,
            equipment: _,
            autonomy: _,
            level: _,
            title: _,
            procedure: _,
            place_id: _,
            partner_id: _,
            planned_session_id: _,
            workshop_id: _,
            tags: _,
            note: _,
        } = self;
        check_range(*participants, (0, 0), (at, "participants"), errors);
        self.check_duration(at, errors);
        let said = [
            (*recurring_participants != 0, "recurring_participants"),
            (!age_groups.is_empty(), AgeGroup::NAME),
            (!genders.is_empty(), Gender::NAME),
            (!situations.is_empty(), Situation::NAME),
            (!follow_ups.is_empty(), FollowUp::NAME),
            (!redirected_to.is_empty(), Redirection::NAME),
            (!residences.is_empty(), "residences"),
            (*referred_by_social_worker, "referred_by_social_worker"),
            (*first_visit_accompanied, "first_visit_accompanied"),
            (referral_id.is_some(), "referral_id"),
        ];
        for (_, field) in said.into_iter().filter(|(said, _)| *said) {
            errors.push_field(at, field, FieldCode::NotAllowedHere);
        }
    }

    /// Notes communes of less than nobody, and more people than participants.
    fn check_residences(&self, at: &str, errors: &mut FieldErrors) {
        for (commune, people) in &self.residences {
            let field = format!("residences/{}", commune.as_str());
            check_range(*people, (0, PARTICIPANTS_MAX), (at, &field), errors);
        }
        let sum = self
            .residences
            .values()
            .fold(0_i64, |sum, people| sum.saturating_add(*people));
        if (1..=PARTICIPANTS_MAX).contains(&self.participants) && sum > self.participants {
            errors.push_field(at, "residences", FieldCode::SumExceedsParticipants);
        }
    }

    fn check_people(&self, at: &str, errors: &mut FieldErrors) {
        let counted = check_range(self.participants, (1, PARTICIPANTS_MAX), (at, "participants"), errors);
        self.check_duration(at, errors);
        let recurring = check_range(
            self.recurring_participants,
            (0, PARTICIPANTS_MAX),
            (at, "recurring_participants"),
            errors,
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
        self.check_residences(at, errors);
        if self.first_visit_accompanied && !self.referred_by_social_worker {
            errors.push_field(at, "first_visit_accompanied", FieldCode::NotAllowedHere);
        }
    }
}

/// Whether a number lies in its range; notes the fault of its field when it does not.
fn check_range(value: i64, (min, max): (i64, i64), (at, field): (&str, &str), errors: &mut FieldErrors) -> bool {
    let inside = (min..=max).contains(&value);
    if !inside {
        errors.push_field(at, field, FieldCode::OutOfRange { min, max });
    }
    inside
}

/// An intervention that obeys every rule, or did when it was written. Equality is that of the normal form: what follows from
/// the field is no part of it, so that a retry asks for what is stored wherever its place has moved since.
#[derive(Debug, Clone)]
pub struct Intervention {
    said: InterventionFields,
    follows: Follows,
}

impl Intervention {
    /// An intervention that was stored: it obeyed the rules of the day on which it was written; today's may be
    /// stricter.
    pub const fn stored(said: InterventionFields, follows: Follows) -> Self {
        Self { said, follows }
    }

    /// What followed from the field on the day on which it was written.
    pub const fn follows(&self) -> &Follows {
        &self.follows
    }

    /// Has it name a place of the base.
    pub(super) const fn name_place(&mut self, place: PlaceId) {
        self.said.place_id = Some(place);
    }

    /// Notes what follows from the field.
    pub(super) fn follow(&mut self, follows: Follows) {
        self.follows = follows;
    }

    /// The commune in which figures count it: the one that was said, or the one of its place.
    pub fn commune(&self) -> Option<&CommuneCode> {
        self.said.commune_code.as_ref().or(self.follows.commune.as_ref())
    }

    /// The principle by which figures count it: the one that was said, or the one of what was planned.
    pub fn principle_served(&self) -> Option<Principle> {
        self.said.principle.or(self.follows.principle)
    }

    /// The partner with whom figures count it: the one that was said, or the one of its place.
    pub fn partner(&self) -> Option<PartnerId> {
        self.said.partner_id.or(self.follows.partner)
    }
}

impl PartialEq for Intervention {
    fn eq(&self, other: &Self) -> bool {
        self.said == other.said
    }
}

impl Eq for Intervention {}

impl Deref for Intervention {
    type Target = InterventionFields;

    fn deref(&self) -> &InterventionFields {
        &self.said
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

/// A name as a reference token of a JSON pointer (RFC 6901, section 3).
pub fn pointer_token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
