//! The people of an intervention by age, gender, situation and follow-up, as one JSON text: groups that the nomenclature
//! gains need no column. A row of `interventions` names each group by a letter, since figures read a million of them, and
//! whoever reads less is faster; an archive names list and group.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::intervention::Counts;
use crate::domain::nomenclature::{AgeGroup, ClosedList, FollowUp, Gender, Situation};
use crate::storage::storage_error::StorageError;

type Name = Cow<'static, str>;

/// Numbers of people by the letter of their group.
type Letters = BTreeMap<char, i64>;

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
    let mut letters = Letters::new();
    add_letters(&mut letters, ages);
    add_letters(&mut letters, genders);
    add_letters(&mut letters, situations);
    add_letters(&mut letters, follow_ups);
    serde_json::to_string(&letters).map_err(|error| corrupt(&error))
}

fn add_letters<T: Lettered>(letters: &mut Letters, counts: &Counts<T>) {
    letters.extend(counts.iter().map(|(group, people)| (group.letter(), people)));
}

/// Numbers of people by list and group, such as `{"age_groups":{"70_plus":6}}`. Canonical: groups of nobody and lists
/// without groups are left out, names are sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::storage) struct People(BTreeMap<Name, BTreeMap<Name, i64>>);

impl People {
    /// The people that the text of a row tells apart. Letters that no list has any more are kept as a list of their own.
    pub(in crate::storage) fn parse(text: &str) -> Result<Self, StorageError> {
        let mut letters: Letters = serde_json::from_str(text).map_err(|error| corrupt(&error))?;
        let mut people = Self::default();
        people.take::<AgeGroup>(&mut letters);
        people.take::<Gender>(&mut letters);
        people.take::<Situation>(&mut letters);
        people.take::<FollowUp>(&mut letters);
        if !letters.is_empty() {
            let unknown = letters.into_iter();
            let unknown = unknown.map(|(letter, people)| (Cow::Owned(letter.to_string()), people));
            people.0.insert(Cow::Borrowed(UNKNOWN_LETTERS), unknown.collect());
        }
        Ok(people)
    }

    /// Moves the groups of a list from their letters to their names.
    fn take<T: Lettered>(&mut self, letters: &mut Letters) {
        let mut counts = Counts::<T>::default();
        for group in T::ALL {
            counts.set(*group, letters.remove(&group.letter()).unwrap_or_default());
        }
        self.add(&counts);
    }

    /// The people of a row of `interventions` as archives kept it while each group was a column, such as `age_70_plus`.
    pub(super) fn of_columns(row: &Value) -> Self {
        let mut people = Self::default();
        people.add(&counts_of_columns::<AgeGroup>(row, "age"));
        people.add(&counts_of_columns::<Gender>(row, "gender"));
        people.add(&counts_of_columns::<Situation>(row, "situation"));
        people.add(&counts_of_columns::<FollowUp>(row, "follow_up"));
        people
    }

    fn add<T: ClosedList>(&mut self, counts: &Counts<T>) {
        let groups: BTreeMap<Name, i64> = counts
            .iter()
            .map(|(group, people)| (Cow::Borrowed(group.code()), people))
            .collect();
        if !groups.is_empty() {
            self.0.insert(Cow::Borrowed(T::NAME), groups);
        }
    }

    /// The people by the groups of a list; those of a group that the list does not have are not told apart.
    pub(in crate::storage) fn counts<T: ClosedList>(&self) -> Counts<T> {
        let mut counts = Counts::default();
        for (code, people) in self.0.get(T::NAME).into_iter().flatten() {
            if let Some(group) = T::from_code(code) {
                counts.set(group, *people);
            }
        }
        counts
    }
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
