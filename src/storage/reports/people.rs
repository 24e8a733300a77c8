//! The people of an intervention by age, gender, situation and follow-up, as one JSON text: groups that the nomenclature
//! gains need no column.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::intervention::{Counts, InterventionFields};
use crate::domain::nomenclature::{AgeGroup, ClosedList, FollowUp, Gender, Situation};
use crate::storage::storage_error::StorageError;

type Name = Cow<'static, str>;

/// Numbers of people by list and group, such as `{"age_groups":{"70_plus":6}}`. Canonical: groups of nobody and lists
/// without groups are left out, names are sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::storage) struct People(BTreeMap<Name, BTreeMap<Name, i64>>);

impl People {
    /// The people whom an intervention tells apart.
    pub(super) fn of(said: &InterventionFields) -> Self {
        let mut people = Self::default();
        people.add(&said.age_groups);
        people.add(&said.genders);
        people.add(&said.situations);
        people.add(&said.follow_ups);
        people
    }

    /// The people that a text tells apart.
    pub(in crate::storage) fn parse(text: &str) -> Result<Self, StorageError> {
        serde_json::from_str(text).map_err(|error| corrupt(&error))
    }

    /// The text that a column holds.
    pub(super) fn text(&self) -> Result<String, StorageError> {
        serde_json::to_string(self).map_err(|error| corrupt(&error))
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
