//! The people of an intervention by age, gender, situation and follow-up, as one JSON text: groups that the nomenclature
//! gains need no column.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::intervention::Counts;
use crate::domain::nomenclature::{AgeGroup, ClosedList, FollowUp, Gender, Situation};

type Name = Cow<'static, str>;

/// Numbers of people by list and group, such as `{"age_groups":{"70_plus":6}}`. Canonical: groups of nobody and lists
/// without groups are left out, names are sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct People(BTreeMap<Name, BTreeMap<Name, i64>>);

impl People {
    /// The people by the four lists that tell them apart.
    pub(super) fn new(
        age_groups: &Counts<AgeGroup>,
        genders: &Counts<Gender>,
        situations: &Counts<Situation>,
        follow_ups: &Counts<FollowUp>,
    ) -> Self {
        let mut people = Self::default();
        people.add(age_groups);
        people.add(genders);
        people.add(situations);
        people.add(follow_ups);
        people
    }

    /// The people of a row of `interventions` as archives kept it while each group was a column, such as `age_70_plus`.
    pub(super) fn of_columns(row: &Value) -> Self {
        Self::new(
            &counts_of_columns(row, "age"),
            &counts_of_columns(row, "gender"),
            &counts_of_columns(row, "situation"),
            &counts_of_columns(row, "follow_up"),
        )
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
    pub(super) fn counts<T: ClosedList>(&self) -> Counts<T> {
        let mut counts = Counts::default();
        for (code, people) in self.0.get(T::NAME).into_iter().flatten() {
            if let Some(group) = T::from_code(code) {
                counts.set(group, *people);
            }
        }
        counts
    }
}

fn counts_of_columns<T: ClosedList>(row: &Value, prefix: &str) -> Counts<T> {
    let mut counts = Counts::default();
    for group in T::ALL {
        let people = row.get(format!("{prefix}_{}", group.code()));
        counts.set(*group, people.and_then(Value::as_i64).unwrap_or_default());
    }
    counts
}
