//! The people of an intervention by age, gender, situation and follow-up, as one JSON text: groups that the nomenclature
//! gains need no column. A row of `interventions` names each group by a letter, since figures read a million of them, and
//! whoever reads less is faster; an archive names list and group.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer as _, Serialize, Serializer as _};
use serde_json::Value;

use crate::domain::intervention::Counts;
use crate::domain::nomenclature::{AgeGroup, ClosedList, FollowUp, Gender, Situation};
use crate::storage::storage_error::StorageError;

type Name = Cow<'static, str>;

/// Numbers of people by the letter of their group.
type Letters = BTreeMap<char, i64>;

/// How many letters there are.
const LETTERS: usize = 16;
/// As many bytes as few texts have more of.
const TEXT_LENGTH: usize = 64;

/// The name of the list under which an archive keeps people whose letter no list has.
const UNKNOWN_LETTERS: &str = "letters";

/// A closed list of groups that have letters. A letter names its group in the rows of every database, for ever: one that
/// was used is not given to another group of any list.
trait Lettered: ClosedList {
    /// The letter of this group.
    fn letter(self) -> char;
}

impl Lettered for AgeGroup {
    fn letter(self) -> char {
        match self {
            Self::From12To17 => 'a',
            Self::From18To24 => 'b',
            Self::From25To39 => 'c',
            Self::From40To59 => 'd',
            Self::From60To69 => 'e',
            Self::From70 => 'f',
            Self::Under12 => 'g',
        }
    }
}

impl Lettered for FollowUp {
    fn letter(self) -> char {
        match self {
            Self::Individual => 'h',
            Self::Redirected => 'i',
            Self::Workshop => 'j',
        }
    }
}

impl Lettered for Gender {
    fn letter(self) -> char {
        match self {
            Self::Female => 'k',
            Self::Male => 'l',
        }
    }
}

impl Lettered for Situation {
    fn letter(self) -> char {
        match self {
            Self::Employed => 'm',
            Self::InSchool => 'n',
            Self::Retired => 'o',
            Self::Unemployed => 'p',
        }
    }
}

/// The people whom an intervention tells apart: by age, gender, occupation and what follows.
type ToldApart<'a> = (
    &'a Counts<AgeGroup>,
    &'a Counts<Gender>,
    &'a Counts<Situation>,
    &'a Counts<FollowUp>,
);

/// The text by which a row keeps the people whom an intervention tells apart, such as `{"f":6}`. Canonical: groups of
/// nobody are left out, letters are sorted.
pub(super) fn text_of(people: ToldApart<'_>) -> Result<String, StorageError> {
    let (ages, genders, situations, follow_ups) = people;
    let mut letters = Vec::with_capacity(LETTERS);
    add_letters(&mut letters, ages);
    add_letters(&mut letters, genders);
    add_letters(&mut letters, situations);
    add_letters(&mut letters, follow_ups);
    letters.sort_unstable();
    let mut text = Vec::with_capacity(TEXT_LENGTH);
    serde_json::Serializer::new(&mut text)
        .collect_map(letters)
        .map_err(|error| corrupt(&error))?;
    String::from_utf8(text).map_err(|error| StorageError::Corrupt(error.to_string()))
}

fn add_letters<T: Lettered>(letters: &mut Vec<(char, i64)>, counts: &Counts<T>) {
    letters.extend(counts.iter().map(|(group, people)| (group.letter(), people)));
}

/// Numbers of people by the names of lists and groups, such as `{"age_groups":{"70_plus":6}}`. Canonical: groups of nobody and lists
/// without groups are left out, names are sorted.
type Named = BTreeMap<Name, BTreeMap<Name, i64>>;

/// The people of an intervention by group. An archive names list and group.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Named", into = "Named")]
pub(in crate::storage) struct People {
    /// By age.
    pub(in crate::storage) age_groups: Counts<AgeGroup>,
    /// By gender.
    pub(in crate::storage) genders: Counts<Gender>,
    /// By occupation.
    pub(in crate::storage) situations: Counts<Situation>,
    /// By what follows.
    pub(in crate::storage) follow_ups: Counts<FollowUp>,
    /// Those whose letter no list has.
    unknown: Letters,
}

impl People {
    /// The people that the text of a row tells apart. Letters that no list has any more are kept as a list of their own.
    pub(in crate::storage) fn parse(text: &str) -> Result<Self, StorageError> {
        serde_json::Deserializer::from_str(text)
            .deserialize_map(LettersVisitor)
            .map_err(|error| corrupt(&error))
    }

    /// Sets the number of people of a letter.
    fn set(&mut self, letter: char, people: i64) {
        let known = set_if_listed(&mut self.age_groups, letter, people)
            || set_if_listed(&mut self.genders, letter, people)
            || set_if_listed(&mut self.situations, letter, people)
            || set_if_listed(&mut self.follow_ups, letter, people);
        if !known {
            self.unknown.insert(letter, people);
        }
    }

    /// The people of a row of `interventions` as archives kept it while each group was a column, such as `age_70_plus`.
    pub(super) fn of_columns(row: &Value) -> Self {
        Self {
            age_groups: counts_of_columns(row, "age"),
            genders: counts_of_columns(row, "gender"),
            situations: counts_of_columns(row, "situation"),
            follow_ups: counts_of_columns(row, "follow_up"),
            unknown: Letters::new(),
        }
    }
}

/// Sets the number of people of a letter, if it is one of this list; whether it is.
fn set_if_listed<T: Lettered>(counts: &mut Counts<T>, letter: char, people: i64) -> bool {
    let group = T::ALL.iter().find(|group| group.letter() == letter);
    if let Some(group) = group {
        counts.set(*group, people);
    }
    group.is_some()
}

/// Reads the people of a row.
struct LettersVisitor;

impl<'de> Visitor<'de> for LettersVisitor {
    type Value = People;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("numbers of people by letter")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut letters: A) -> Result<People, A::Error> {
        let mut people = People::default();
        while let Some((letter, number)) = letters.next_entry()? {
            people.set(letter, number);
        }
        Ok(people)
    }
}

impl From<People> for Named {
    fn from(people: People) -> Self {
        let mut named = Self::new();
        name(&mut named, &people.age_groups);
        name(&mut named, &people.genders);
        name(&mut named, &people.situations);
        name(&mut named, &people.follow_ups);
        if !people.unknown.is_empty() {
            let unknown = people.unknown.into_iter();
            let unknown = unknown.map(|(letter, people)| (Cow::Owned(letter.to_string()), people));
            named.insert(Cow::Borrowed(UNKNOWN_LETTERS), unknown.collect());
        }
        named
    }
}

/// Adds a list that has people.
fn name<T: ClosedList>(named: &mut Named, counts: &Counts<T>) {
    if !counts.is_empty() {
        let groups = counts
            .iter()
            .map(|(group, people)| (Cow::Borrowed(group.code()), people));
        named.insert(Cow::Borrowed(T::NAME), groups.collect());
    }
}

impl From<Named> for People {
    /// Those of a group that its list does not have are not told apart.
    fn from(named: Named) -> Self {
        Self {
            age_groups: counts(&named),
            genders: counts(&named),
            situations: counts(&named),
            follow_ups: counts(&named),
            unknown: Letters::new(),
        }
    }
}

/// The people by the groups of a list.
fn counts<T: ClosedList>(named: &Named) -> Counts<T> {
    let mut counts = Counts::default();
    for (code, people) in named.get(T::NAME).into_iter().flatten() {
        if let Some(group) = T::from_code(code) {
            counts.set(group, *people);
        }
    }
    counts
}

fn corrupt(error: &serde_json::Error) -> StorageError {
    StorageError::Corrupt(format!("people of an intervention: {error}"))
}

fn counts_of_columns<T: ClosedList>(row: &Value, prefix: &str) -> Counts<T> {
    let mut counts = Counts::default();
    for group in T::ALL {
        let people = row.get(format!("{prefix}_{}", group.code()));
        counts.set(*group, people.and_then(Value::as_i64).unwrap_or_default());
    }
    counts
}
