//! The additive counters of which every figure is a view: `Tally::of` a report, `+` and `−`.

use std::collections::BTreeMap;
use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Deserialize, Serialize};

use crate::domain::intervention::{Counts, Intervention};
use crate::domain::nomenclature::{ClosedList, Kind};
use crate::domain::report::{RecordedReport, Report};

/// The counters that have a column each. All but the counters of reports are sums over interventions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counters {
    /// Interventions of kind workshop.
    pub workshops_held: i64,
    /// Participants of workshops.
    pub workshop_participants: i64,
    /// Interventions of kind individual.
    pub individual_interventions: i64,
    /// Participants of individual supports.
    pub individual_supports: i64,
    /// Interventions of kind one-off.
    pub one_off_interventions: i64,
    /// Participants of one-off requests.
    pub one_off_requests: i64,
    /// Participants who had been helped before, of every kind.
    pub recurring_participants: i64,
    /// The advisors' minutes in workshops.
    pub workshop_minutes: i64,
    /// The advisors' minutes in individual supports.
    pub individual_minutes: i64,
    /// The advisors' minutes in one-off requests.
    pub one_off_minutes: i64,
    /// Reports: empty ones and absences count.
    pub reports: i64,
    /// Reports of an absence.
    pub absences: i64,
    /// Reports that came after their month was over.
    pub late_reports: i64,
    /// Interventions that a social or outreach worker asked for.
    pub referrals: i64,
    /// Interventions that such a worker asked for, and whose first visit that worker accompanied.
    pub first_visits_accompanied: i64,
}

impl Counters {
    /// The counters of two disjoint sets of reports, combined one by one.
    fn zip(self, other: Self, combine: impl Fn(i64, i64) -> i64) -> Self {
        Self {
            workshops_held: combine(self.workshops_held, other.workshops_held),
            workshop_participants: combine(self.workshop_participants, other.workshop_participants),
            individual_interventions: combine(self.individual_interventions, other.individual_interventions),
            individual_supports: combine(self.individual_supports, other.individual_supports),
            one_off_interventions: combine(self.one_off_interventions, other.one_off_interventions),
            one_off_requests: combine(self.one_off_requests, other.one_off_requests),
            recurring_participants: combine(self.recurring_participants, other.recurring_participants),
            workshop_minutes: combine(self.workshop_minutes, other.workshop_minutes),
            individual_minutes: combine(self.individual_minutes, other.individual_minutes),
            one_off_minutes: combine(self.one_off_minutes, other.one_off_minutes),
            reports: combine(self.reports, other.reports),
            absences: combine(self.absences, other.absences),
            late_reports: combine(self.late_reports, other.late_reports),
            referrals: combine(self.referrals, other.referrals),
            first_visits_accompanied: combine(self.first_visits_accompanied, other.first_visits_accompanied),
        }
    }

    fn count(&mut self, intervention: &Intervention) {
        let (interventions, supports, minutes) = match intervention.kind {
            Kind::Workshop => (
                &mut self.workshops_held,
                &mut self.workshop_participants,
                &mut self.workshop_minutes,
            ),
            Kind::Individual => (
                &mut self.individual_interventions,
                &mut self.individual_supports,
                &mut self.individual_minutes,
            ),
            Kind::OneOff => (
                &mut self.one_off_interventions,
                &mut self.one_off_requests,
                &mut self.one_off_minutes,
            ),
        };
        *interventions += 1;
        *supports += intervention.participants;
        *minutes += intervention.duration_minutes;
        self.recurring_participants += intervention.recurring_participants;
        self.referrals += i64::from(intervention.referred_by_social_worker);
        self.first_visits_accompanied += i64::from(intervention.first_visit_accompanied);
    }

    /// Interventions of every kind.
    pub const fn interventions(&self) -> i64 {
        self.workshops_held + self.individual_interventions + self.one_off_interventions
    }

    /// Supports of every kind: participants counted at each intervention.
    pub const fn supports_recorded(&self) -> i64 {
        self.workshop_participants + self.individual_supports + self.one_off_requests
    }

    /// Supports less recurring participants: a difference of sums, not a distinct count.
    pub const fn people_supported(&self) -> i64 {
        self.supports_recorded() - self.recurring_participants
    }
}

impl Add for Counters {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }
}

/// How often something was named: in how many interventions, and for how many people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "(i64, i64)", into = "(i64, i64)")]
pub struct Detail {
    /// Interventions.
    pub interventions: i64,
    /// Participants of these interventions; for ages, genders, situations and follow-ups the people of the group.
    pub supports: i64,
}

impl From<(i64, i64)> for Detail {
    fn from((interventions, supports): (i64, i64)) -> Self {
        Self {
            interventions,
            supports,
        }
    }
}

impl From<Detail> for (i64, i64) {
    fn from(detail: Detail) -> Self {
        (detail.interventions, detail.supports)
    }
}

/// The counters that are many and mostly zero, by `dimension/code`: canonical, since zeros are left out and keys sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Details(BTreeMap<String, Detail>);

impl Details {
    /// The counter of a key such as `theme/email`.
    pub fn get(&self, key: &str) -> Detail {
        self.0.get(key).copied().unwrap_or_default()
    }

    /// The counters that are not zero, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Detail)> {
        self.0.iter().map(|(key, detail)| (key.as_str(), *detail))
    }

    /// Adds to the counter of a key.
    pub fn add(&mut self, key: String, interventions: i64, supports: i64) {
        if interventions == 0 && supports == 0 {
            return;
        }
        let detail = self.0.entry(key).or_default();
        detail.interventions += interventions;
        detail.supports += supports;
    }

    fn name<T: ClosedList>(&mut self, dimension: &str, value: T, supports: i64) {
        self.add(format!("{dimension}/{}", value.code()), 1, supports);
    }

    fn name_groups<T: ClosedList>(&mut self, dimension: &str, counts: &Counts<T>) {
        for (group, people) in counts.iter() {
            self.name(dimension, group, people);
        }
    }

    fn count(&mut self, intervention: &Intervention) {
        let supports = intervention.participants;
        for theme in intervention.themes.iter() {
            self.name("theme", theme, supports);
        }
        self.name("setting", intervention.setting, supports);
        if let Some(principle) = intervention.principle {
            self.name("principle", principle, supports);
        }
        if let Some(commune) = &intervention.commune_code {
            self.add(format!("commune/{}", commune.as_str()), 1, supports);
        }
        self.name_groups("age_group", &intervention.age_groups);
        self.name_groups("gender", &intervention.genders);
        self.name_groups("situation", &intervention.situations);
        self.name_groups("follow_up", &intervention.follow_ups);
        for redirection in intervention.redirected_to.iter() {
            self.name("redirection", redirection, supports);
        }
    }

    fn merge(&mut self, other: &Self, sign: i64) {
        for (key, detail) in &other.0 {
            self.add(key.clone(), sign * detail.interventions, sign * detail.supports);
        }
        self.0.retain(|_, detail| *detail != Detail::default());
    }
}

/// Additive counters of a set of reports.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// The counters that have a column each.
    pub counters: Counters,
    /// The counters by theme, setting, age and so on.
    pub details: Details,
}

impl Tally {
    /// The counters of one report.
    pub fn of(report: &Report) -> Self {
        let mut tally = Self::default();
        tally.counters.reports = 1;
        if let Some(absence) = report.absence() {
            tally.counters.absences = 1;
            tally.details.name("absence", absence, 0);
        }
        for entry in report.entries() {
            tally.counters.count(&entry.intervention);
            tally.details.count(&entry.intervention);
        }
        tally
    }

    /// The counters of one report, and whether it came late.
    pub fn of_recorded(report: &RecordedReport) -> Self {
        let mut tally = Self::of(&report.content);
        tally.counters.late_reports = i64::from(report.came_after_its_month());
        tally
    }

    /// What replacing one report by another changes; `None` stands for no report.
    #[must_use]
    pub fn change(old: Option<&RecordedReport>, new: Option<&RecordedReport>) -> Self {
        let of = |report: Option<&RecordedReport>| report.map(Self::of_recorded).unwrap_or_default();
        of(new) - of(old)
    }

    fn merged(mut self, other: &Self, sign: i64) -> Self {
        self.counters = self.counters.zip(other.counters, |a, b| a + sign * b);
        self.details.merge(&other.details, sign);
        self
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.merged(&other, 1)
    }
}

impl Sub for Tally {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.merged(&other, -1)
    }
}

impl Neg for Tally {
    type Output = Self;

    fn neg(self) -> Self {
        Self::default() - self
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        *self = std::mem::take(self) + other;
    }
}
