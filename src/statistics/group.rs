//! The interventions of a month as columns of all that filters and breakdowns ask for, and what they add up to.

use std::collections::BTreeMap;

use super::columns::Column;
use super::dimension::Dimension;
use super::filter::Filters;
use super::tally::{Counted, Counters, Detail, Details};
use crate::domain::nomenclature::{
    AgeGroup, Autonomy, ClosedList, CodeSet, Equipment, FIRST_VISIT_ACCOMPANIED, FollowUp, Gender, Kind, Level, Masked,
    REFERRED_BY_SOCIAL_WORKER, Redirection, Situation, Theme,
};

/// A group of people that an intervention tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// By age.
    Age(AgeGroup),
    /// By gender.
    Gender(Gender),
    /// By occupation.
    Situation(Situation),
    /// By what follows.
    FollowUp(FollowUp),
}

impl Group {
    fn key(self, dimension: Dimension) -> Option<String> {
        let (of, code) = match self {
            Self::Age(group) => (Dimension::AgeGroup, group.code()),
            Self::Gender(group) => (Dimension::Gender, group.code()),
            Self::Situation(group) => (Dimension::Situation, group.code()),
            Self::FollowUp(group) => (Dimension::FollowUp, group.code()),
        };
        (of == dimension).then(|| of.key(code))
    }
}

/// The interventions of a month. Texts are as they are stored: one that no list has is of none of its values.
#[derive(Debug)]
pub struct MonthColumns {
    /// How many interventions there are.
    pub rows: usize,
    /// By whom.
    pub advisors: Column<String>,
    /// Codes of kinds.
    pub kinds: Column<String>,
    /// Codes of settings.
    pub settings: Column<String>,
    /// Codes of principles.
    pub principles: Column<Option<String>>,
    /// In which communes.
    pub communes: Column<Option<String>>,
    /// In which places.
    pub places: Column<Option<String>>,
    /// With which partners.
    pub partners: Column<Option<String>>,
    /// By which sheets of the catalogue.
    pub workshops: Column<Option<String>>,
    /// With which tags.
    pub tags: Column<Vec<String>>,
    /// Masks of themes.
    pub themes: Column<i64>,
    /// Masks of who sent people, and to whom they were sent.
    pub referrals: Column<i64>,
    /// Masks of equipment, autonomy and level.
    pub means: Column<i64>,
    /// The people that were told apart.
    pub people: Column<Vec<(Group, i32)>>,
    /// How many participants.
    pub participants: Column<i32>,
    /// How many of them had come before.
    pub recurring: Column<i32>,
    /// How many minutes.
    pub minutes: Column<i32>,
}

/// A commune and a place, where an intervention names them.
pub type CommuneAndPlace<'c> = (Option<&'c str>, Option<&'c str>);

/// Which interventions of a month some filters keep.
#[derive(Debug)]
pub struct Selection(Vec<bool>);

impl Selection {
    fn rows(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().filter(|(_, kept)| **kept).map(|(row, _)| row)
    }
}

impl MonthColumns {
    /// The interventions that these filters keep. A place stands for itself alone: places that were merged into others are
    /// named beside them.
    pub fn select(&self, filters: &Filters) -> Selection {
        // Names each filter, so that a new one does not compile until it is obeyed here.
        let Filters {
            advisors,
            communes,
            kinds,
            settings,
            principles,
            themes,
            equipment,
            autonomies,
            levels,
            places,
            partners,
            workshops,
            tags,
        } = filters;
        let mut rows = vec![true; self.rows];
        narrow(&self.advisors, &mut rows, &texts(advisors), |value| Some(value));
        narrow(&self.kinds, &mut rows, &codes(kinds), |value| Some(value));
        narrow(&self.settings, &mut rows, &codes(settings), |value| Some(value));
        let communes: Vec<String> = communes.iter().map(|code| code.as_str().to_owned()).collect();
        narrow(&self.principles, &mut rows, &codes(principles), Option::as_ref);
        narrow(&self.communes, &mut rows, &communes, Option::as_ref);
        narrow(&self.places, &mut rows, &texts(places), Option::as_ref);
        narrow(&self.partners, &mut rows, &texts(partners), Option::as_ref);
        narrow(&self.workshops, &mut rows, &texts(workshops), Option::as_ref);
        for (column, mask) in [
            (&self.themes, themes.mask()),
            (&self.means, equipment.mask()),
            (&self.means, autonomies.mask()),
            (&self.means, levels.mask()),
        ] {
            if mask != 0 {
                column.narrow(&mut rows, |value| value & mask != 0);
            }
        }
        if !tags.is_empty() {
            let tags = texts(tags);
            self.tags
                .narrow(&mut rows, |named| named.iter().any(|tag| tags.contains(tag)));
        }
        Selection(rows)
    }

    /// The counters of the interventions that are selected; those of reports are 0.
    pub fn counters(&self, selection: &Selection) -> Counters {
        let kinds: Vec<Option<Kind>> = self.kinds.values().iter().map(|code| Kind::from_code(code)).collect();
        let mut counters = Counters::default();
        for row in selection.rows() {
            let referral = self.referrals.value(row).copied().unwrap_or_default();
            counters.count(Counted {
                kind: kinds.get(self.kinds.code(row)).copied().flatten(),
                participants: number(&self.participants, row),
                recurring_participants: number(&self.recurring, row),
                duration_minutes: number(&self.minutes, row),
                referred_by_social_worker: referral & REFERRED_BY_SOCIAL_WORKER != 0,
                first_visit_accompanied: referral & FIRST_VISIT_ACCOMPANIED != 0,
            });
        }
        counters
    }

    /// Adds the details of one dimension over the interventions that are selected to `details`, and their sums to `all`, which is left
    /// alone where answers are counted, since nothing needs it there. Those that assisted a colleague, which have no
    /// participants, are left out. Counters hold kinds and referrals.
    pub fn add_details(&self, selection: &Selection, by: Dimension, details: &mut Details, all: &mut Detail) {
        match by {
            // Absences are days of reports, of which filters of interventions keep none.
            Dimension::Kind | Dimension::Referral | Dimension::Absence => {}
            Dimension::Setting => self.by_value(selection, by, &self.settings, |value| Some(value), details, all),
            Dimension::Advisor => self.by_value(selection, by, &self.advisors, |value| Some(value), details, all),
            Dimension::Principle => self.by_value(selection, by, &self.principles, Option::as_ref, details, all),
            Dimension::Commune => self.by_value(selection, by, &self.communes, Option::as_ref, details, all),
            Dimension::Place => self.by_value(selection, by, &self.places, Option::as_ref, details, all),
            Dimension::Partner => self.by_value(selection, by, &self.partners, Option::as_ref, details, all),
            Dimension::Workshop => self.by_value(selection, by, &self.workshops, Option::as_ref, details, all),
            Dimension::Theme => self.by_mask::<Theme>(selection, by, &self.themes, details),
            Dimension::Redirection => self.by_mask::<Redirection>(selection, by, &self.referrals, details),
            Dimension::Equipment => self.by_mask::<Equipment>(selection, by, &self.means, details),
            Dimension::Autonomy => self.by_choice::<Autonomy>(selection, by, details, all),
            Dimension::Level => self.by_choice::<Level>(selection, by, details, all),
            Dimension::Tag => {
                for (tags, detail) in self.grouped(selection, &self.tags) {
                    for tag in tags {
                        details.add(&by.key(tag), detail.interventions, 0);
                    }
                }
            }
            Dimension::AgeGroup | Dimension::Gender | Dimension::Situation | Dimension::FollowUp => {
                self.by_group(selection, by, details, all);
            }
        }
    }

    /// Interventions without a value are left out of the details: what was not said is derived from the sums.
    fn by_value<T>(
        &self,
        selection: &Selection,
        by: Dimension,
        column: &Column<T>,
        text: fn(&T) -> Option<&String>,
        details: &mut Details,
        all: &mut Detail,
    ) {
        for (value, detail) in self.grouped(selection, column) {
            add(all, detail);
            if let Some(text) = text(value) {
                details.add(&by.key(text), detail.interventions, detail.supports);
            }
        }
    }

    fn by_mask<T: Masked>(&self, selection: &Selection, by: Dimension, column: &Column<i64>, details: &mut Details) {
        for (mask, detail) in self.grouped(selection, column) {
            for value in T::ALL.iter().filter(|value| mask & 1 << value.bit() != 0) {
                details.add(&by.key(value.code()), detail.interventions, 0);
            }
        }
    }

    fn by_choice<T: Masked>(&self, selection: &Selection, by: Dimension, details: &mut Details, all: &mut Detail) {
        for (mask, detail) in self.grouped(selection, &self.means) {
            add(all, detail);
            if let Some(value) = CodeSet::<T>::stored(*mask).first() {
                details.add(&by.key(value.code()), detail.interventions, detail.supports);
            }
        }
    }

    fn by_group(&self, selection: &Selection, by: Dimension, details: &mut Details, all: &mut Detail) {
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        for (people, detail) in self.grouped(selection, &self.people) {
            add(all, detail);
            for (group, people) in people {
                if let Some(key) = group.key(by) {
                    *sums.entry(key).or_default() += detail.interventions * i64::from(*people);
                }
            }
        }
        for (key, people) in sums {
            details.add(&key, 0, people);
        }
    }

    /// How many interventions that are selected have each value of a column, with how many participants, where there are any.
    fn grouped<'c, T>(
        &self,
        selection: &Selection,
        column: &'c Column<T>,
    ) -> impl Iterator<Item = (&'c T, Detail)> + use<'c, T> {
        let mut sums = vec![Detail::default(); column.values().len()];
        for row in selection.rows() {
            let participants = number(&self.participants, row);
            if participants > 0
                && let Some(sum) = sums.get_mut(column.code(row))
            {
                sum.interventions += 1;
                sum.supports += participants;
            }
        }
        let with_sums = column.values().iter().zip(sums);
        with_sums.filter(|(_, sum)| sum.interventions > 0)
    }

    /// How many interventions there were in each commune and place, and how many people, without what assisted a colleague.
    pub fn visits(&self) -> BTreeMap<CommuneAndPlace<'_>, (i64, i64)> {
        let mut by_code: BTreeMap<(usize, usize), (i64, i64)> = BTreeMap::new();
        for row in 0..self.rows {
            let participants = number(&self.participants, row);
            if participants > 0 {
                let codes = (self.communes.code(row), self.places.code(row));
                let sums = by_code.entry(codes).or_default();
                sums.0 += 1;
                sums.1 += participants - number(&self.recurring, row);
            }
        }
        let named = by_code.into_iter().map(|((commune, place), sums)| {
            let commune = self.communes.values().get(commune).and_then(Option::as_deref);
            let place = self.places.values().get(place).and_then(Option::as_deref);
            ((commune, place), sums)
        });
        named.collect()
    }

    /// About how many bytes the columns take.
    pub fn bytes(&self) -> usize {
        let text = |text: &String| text.len();
        let said = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let texts = [&self.advisors, &self.kinds, &self.settings].map(|column| column.bytes(text));
        let options = [
            &self.principles,
            &self.communes,
            &self.places,
            &self.partners,
            &self.workshops,
        ]
        .map(|column| column.bytes(said));
        let masks = [&self.themes, &self.referrals, &self.means].map(|column| column.bytes(|_| 0));
        let numbers = [&self.participants, &self.recurring, &self.minutes].map(|column| column.bytes(|_| 0));
        let tags = self
            .tags
            .bytes(|tags| tags.iter().map(|tag| size_of::<String>() + tag.len()).sum());
        let people = self.people.bytes(|people| size_of_val(people.as_slice()));
        let sums = [texts.iter().sum::<usize>(), options.iter().sum(), masks.iter().sum()];
        size_of::<Self>() + sums.iter().sum::<usize>() + numbers.iter().sum::<usize>() + tags + people
    }
}

/// Leaves out the rows whose text is none of some; none is named: all are kept.
fn narrow<T>(column: &Column<T>, rows: &mut [bool], named: &[String], text: fn(&T) -> Option<&String>) {
    if !named.is_empty() {
        column.narrow(rows, |value| text(value).is_some_and(|text| named.contains(text)));
    }
}

fn texts(values: &[impl ToString]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

fn codes<T: ClosedList>(values: &[T]) -> Vec<String> {
    values.iter().map(|value| value.code().to_owned()).collect()
}

fn number(column: &Column<i32>, row: usize) -> i64 {
    column.value(row).copied().unwrap_or_default().into()
}

const fn add(sum: &mut Detail, detail: Detail) {
    sum.interventions += detail.interventions;
    sum.supports += detail.supports;
}
