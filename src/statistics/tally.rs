//! The additive counters of which every figure is a view: `Tally::of` a report, `+` and `−`.

use std::collections::BTreeMap;
use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

use super::dimension::Dimension;
use crate::domain::intervention::{Counts, Intervention};
use crate::domain::nomenclature::{Absence, ClosedList, Kind};
use crate::domain::report::{RecordedReport, Report};

/// Calls a macro with the list of the counters. This is the only such list: the struct, its sums and the rows of the
/// database are made of it, so that no place can forget a counter.
macro_rules! with_counters {
    ($make:ident) => {
        $make! {
            /// Interventions of kind workshop.
            workshops_held,
            /// Participants of workshops.
            workshop_participants,
            /// Interventions of kind individual.
            individual_interventions,
            /// Participants of individual supports.
            individual_supports,
            /// Interventions of kind one-off.
            one_off_interventions,
            /// Participants of one-off requests.
            one_off_requests,
            /// Participants who had been helped before, of every kind.
            recurring_participants,
            /// The advisors' minutes in workshops.
            workshop_minutes,
            /// The advisors' minutes in individual supports.
            individual_minutes,
            /// The advisors' minutes in one-off requests.
            one_off_minutes,
            /// Reports: empty ones and absences count.
            reports,
            /// Reports of an absence.
            absences,
            /// Reports that came after their month was over.
            late_reports,
            /// Interventions that a social or outreach worker asked for.
            referrals,
            /// Interventions that such a worker asked for, and whose first visit that worker accompanied.
            first_visits_accompanied,
        }
    };
}
pub(crate) use with_counters;

/// Declares [`Counters`] from the list.
macro_rules! counters {
    ($($(#[$doc:meta])+ $counter:ident,)+) => {
        /// The counters that have a column each. All but the counters of reports are sums over interventions.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
        pub struct Counters {
            $($(#[$doc])+ pub $counter: i64,)+
        }

        impl Counters {
            /// The counters of two disjoint sets of reports, combined one by one.
            fn zip(self, other: Self, combine: impl Fn(i64, i64) -> i64) -> Self {
                Self {
                    $($counter: combine(self.$counter, other.$counter),)+
                }
            }
        }
    };
}
with_counters!(counters);

/// What of an intervention counters count.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted {
    /// Its kind; `None` of one that this program does not know.
    pub(super) kind: Option<Kind>,
    /// How many participants; none where somebody assisted a colleague, who counts the intervention.
    pub(super) participants: i64,
    /// How many of them had come before.
    pub(super) recurring_participants: i64,
    /// How many minutes.
    pub(super) duration_minutes: i64,
    /// Whether a social or outreach worker asked for it.
    pub(super) referred_by_social_worker: bool,
    /// Whether such a worker accompanied the first visit.
    pub(super) first_visit_accompanied: bool,
}

impl From<&Intervention> for Counted {
    fn from(intervention: &Intervention) -> Self {
        Self {
            kind: Some(intervention.kind),
            participants: intervention.participants,
            recurring_participants: intervention.recurring_participants,
            duration_minutes: intervention.duration_minutes,
            referred_by_social_worker: intervention.referred_by_social_worker,
            first_visit_accompanied: intervention.first_visit_accompanied,
        }
    }
}

impl Counters {
    /// Counts an intervention.
    pub(super) fn count(&mut self, of: Counted) {
        // Names each counter, so that a new one does not compile until it is counted here or left to whole reports.
        let Self {
            workshops_held,
            workshop_participants,
            individual_interventions,
            individual_supports,
            one_off_interventions,
            one_off_requests,
            recurring_participants,
            workshop_minutes,
            individual_minutes,
            one_off_minutes,
            reports: _,
            absences: _,
            late_reports: _,
            referrals,
            first_visits_accompanied,
        } = self;
        let of_kind = match of.kind {
            Some(Kind::Workshop) => Some((workshops_held, workshop_participants, workshop_minutes)),
            Some(Kind::Individual) => Some((individual_interventions, individual_supports, individual_minutes)),
            Some(Kind::OneOff) => Some((one_off_interventions, one_off_requests, one_off_minutes)),
            None => None,
        };
        if let Some((interventions, supports, minutes)) = of_kind {
            *interventions += i64::from(of.participants > 0);
            *supports += of.participants;
            *minutes += of.duration_minutes;
        }
        *recurring_participants += of.recurring_participants;
        *referrals += i64::from(of.referred_by_social_worker);
        *first_visits_accompanied += i64::from(of.first_visit_accompanied);
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

    /// Adds to the counter of a key. Most keys are there already, and take no memory.
    pub fn add(&mut self, key: &str, interventions: i64, supports: i64) {
        if interventions == 0 && supports == 0 {
            return;
        }
        let Some(counter) = self.0.get_mut(key) else {
            self.0.insert(key.to_owned(), (interventions, supports).into());
            return;
        };
        counter.interventions += interventions;
        counter.supports += supports;
        if *counter == Detail::default() {
            self.0.remove(key);
        }
    }

    /// Counts an intervention so many times: 1, or −1 to take it away.
    fn count(&mut self, intervention: &Intervention, times: i64) {
        if intervention.assists() {
            return;
        }
        let mut key = String::new();
        for &dimension in Dimension::ALL {
            self.count_by(dimension, intervention, times, &mut key);
        }
    }

    /// Counts an intervention by one dimension; `key` is room for the keys.
    fn count_by(&mut self, dimension: Dimension, intervention: &Intervention, times: i64, key: &mut String) {
        let supports = times * intervention.participants;
        let mut name = |code: &str| self.add(dimension.write_key(code, key), times, supports);
        match dimension {
            // Counters hold kinds and referrals, and absences are of reports. Who did it, what the national form asks and what is named of
            // the field are read from the interventions where they are asked for: every tally would be longer for them.
            Dimension::Kind
            | Dimension::Referral
            | Dimension::Advisor
            | Dimension::Equipment
            | Dimension::Autonomy
            | Dimension::Level
            | Dimension::Place
            | Dimension::Partner
            | Dimension::Workshop
            | Dimension::Tag
            | Dimension::Absence => {}
            Dimension::Setting => name(intervention.setting.code()),
            Dimension::Principle => {
                if let Some(principle) = intervention.principle_served() {
                    name(principle.code());
                }
            }
            Dimension::Theme => {
                for theme in intervention.themes.iter() {
                    name(theme.code());
                }
            }
            Dimension::AgeGroup => self.count_groups(dimension, &intervention.age_groups, times, key),
            Dimension::Gender => self.count_groups(dimension, &intervention.genders, times, key),
            Dimension::Situation => self.count_groups(dimension, &intervention.situations, times, key),
            Dimension::FollowUp => self.count_groups(dimension, &intervention.follow_ups, times, key),
            Dimension::Redirection => {
                for redirection in intervention.redirected_to.iter() {
                    name(redirection.code());
                }
            }
            Dimension::Commune => {
                if let Some(commune) = intervention.commune() {
                    name(commune.as_str());
                }
            }
        }
    }

    fn count_groups<T: ClosedList>(&mut self, dimension: Dimension, counts: &Counts<T>, times: i64, key: &mut String) {
        for (group, people) in counts.iter() {
            self.add(dimension.write_key(group.code(), key), times, times * people);
        }
    }

    /// Adds other counters, or takes them away. What they do not name, which is most of a month's, is not gone through.
    fn merge(&mut self, other: Self, sign: i64) {
        for (key, change) in other.0 {
            self.add(&key, sign * change.interventions, sign * change.supports);
        }
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
        tally.count_report(report, false, 1);
        tally
    }

    /// The counters of one report, and whether it came late.
    pub fn of_recorded(report: &RecordedReport) -> Self {
        Self::change(None, Some(report))
    }

    /// What replacing one report by another changes; `None` stands for no report.
    #[must_use]
    pub fn change(old: Option<&RecordedReport>, new: Option<&RecordedReport>) -> Self {
        let mut change = Self::default();
        change.replace(old, new);
        change
    }

    /// Counts that one report replaces another; `None` stands for no report.
    pub fn replace(&mut self, old: Option<&RecordedReport>, new: Option<&RecordedReport>) {
        for (report, times) in [(old, -1), (new, 1)] {
            if let Some(report) = report {
                self.count_report(&report.content, report.came_after_its_month(), times);
            }
        }
    }

    /// Counts a report without its interventions so many times: 1, or −1 to take it away.
    pub fn count_day(&mut self, absence: Option<Absence>, came_late: bool, times: i64) {
        self.counters.reports += times;
        self.counters.late_reports += times * i64::from(came_late);
        if let Some(absence) = absence {
            self.counters.absences += times;
            self.details.add(&Dimension::Absence.key(absence.code()), times, 0);
        }
    }

    fn count_report(&mut self, report: &Report, came_late: bool, times: i64) {
        self.count_day(report.absence(), came_late, times);
        let mut of_interventions = Counters::default();
        for entry in report.entries() {
            of_interventions.count(Counted::from(&*entry.intervention));
            self.details.count(&entry.intervention, times);
        }
        self.counters = self.counters.zip(of_interventions, |a, b| a + times * b);
    }

    fn merged(mut self, other: Self, sign: i64) -> Self {
        self.counters = self.counters.zip(other.counters, |a, b| a + sign * b);
        self.details.merge(other.details, sign);
        self
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.merged(other, 1)
    }
}

impl Sub for Tally {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.merged(other, -1)
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        *self = std::mem::take(self) + other;
    }
}
