//! Breakdowns: how the interventions of a period are spread over the values of one dimension.

use chrono::{DateTime, Utc};
use strum::VariantArray;

use super::dimension::{Dimension, ShareOf};
use super::filter::Filters;
use super::share::percentages;
use super::tally::{Counters, Detail, Details, Tally};
use crate::domain::calendar::Months;
use crate::domain::nomenclature::{
    Absence, AgeGroup, Autonomy, ClosedList, Equipment, FollowUp, Gender, Kind, Level, Principle, Redirection, Setting,
    Situation, Theme,
};

/// The code of what was not said.
pub const UNDISCLOSED: &str = "undisclosed";

/// Whether a social or outreach worker asked for an intervention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Referral {
    /// Yes, and accompanied the first visit.
    FirstVisitAccompanied,
    /// Yes, but did not accompany the first visit.
    SocialWorker,
    /// No.
    None,
}

impl Referral {
    /// The code on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::FirstVisitAccompanied => "first_visit_accompanied",
            Self::SocialWorker => "social_worker",
            Self::None => "none",
        }
    }

    /// The value of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|referral| referral.code() == code)
    }

    const fn interventions(self, counters: &Counters) -> i64 {
        match self {
            Self::FirstVisitAccompanied => counters.first_visits_accompanied,
            Self::SocialWorker => counters.referrals - counters.first_visits_accompanied,
            Self::None => counters.interventions() - counters.referrals,
        }
    }
}

/// One value of a dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakdownLine {
    /// A code of the dimension's list, of a commune, of an advisor, or [`UNDISCLOSED`].
    pub code: String,
    /// Interventions; `None` where people or days are told apart.
    pub interventions: Option<i64>,
    /// Participants; `None` where interventions are counted by their answers, and where days are.
    pub supports: Option<i64>,
    /// Days; `None` but for absences.
    pub days: Option<i64>,
    /// The share in whole percent; 100 over all lines. `None` when there is nothing to share.
    pub share: Option<i64>,
}

/// How the interventions of a period are spread over a dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breakdown {
    /// By what.
    pub dimension: Dimension,
    /// How many of what the shares are percentages of, over all lines.
    pub total: i64,
    /// A line for each value: of a closed list every value, in the list's order; of communes, advisors and what is named
    /// of the field those that have interventions, by their codes; last what was not said.
    pub lines: Vec<BreakdownLine>,
}

impl Breakdown {
    /// The breakdown of a tally.
    pub fn of(dimension: Dimension, tally: &Tally) -> Self {
        let counters = &tally.counters;
        match dimension {
            Dimension::Kind => Self::with_shares(dimension, kinds(counters)),
            Dimension::Referral => Self::with_shares(dimension, referrals(counters)),
            _ => {
                let whole = Detail {
                    interventions: counters.interventions(),
                    supports: counters.supports_recorded(),
                };
                Self::of_details(dimension, &tally.details, whole)
            }
        }
    }

    /// The breakdown of interventions that have these details and are `whole` in all. The details do not hold kinds and
    /// referrals: their breakdowns have no lines.
    pub fn of_details(dimension: Dimension, details: &Details, whole: Detail) -> Self {
        let parts = match dimension {
            Dimension::Kind | Dimension::Referral => Vec::new(),
            Dimension::Setting => listed::<Setting>(dimension, details),
            Dimension::Principle => with_undisclosed(listed::<Principle>(dimension, details), whole),
            Dimension::Theme => listed::<Theme>(dimension, details),
            Dimension::AgeGroup => with_undisclosed(listed::<AgeGroup>(dimension, details), whole),
            Dimension::Gender => with_undisclosed(listed::<Gender>(dimension, details), whole),
            Dimension::Situation => with_undisclosed(listed::<Situation>(dimension, details), whole),
            Dimension::FollowUp => with_undisclosed(listed::<FollowUp>(dimension, details), whole),
            Dimension::Redirection => listed::<Redirection>(dimension, details),
            Dimension::Equipment => listed::<Equipment>(dimension, details),
            Dimension::Autonomy => with_undisclosed(listed::<Autonomy>(dimension, details), whole),
            Dimension::Level => with_undisclosed(listed::<Level>(dimension, details), whole),
            Dimension::Commune | Dimension::Place | Dimension::Partner | Dimension::Workshop => {
                with_undisclosed(named(dimension, details), whole)
            }
            Dimension::Advisor | Dimension::Tag => named(dimension, details),
            Dimension::Absence => listed::<Absence>(dimension, details),
        };
        Self::with_shares(dimension, parts)
    }

    fn with_shares(dimension: Dimension, parts: Vec<Part>) -> Self {
        let share_of = dimension.share_of();
        let weights: Vec<i64> = parts
            .iter()
            .map(|(_, detail)| match share_of {
                ShareOf::Participants | ShareOf::Supports => detail.supports,
                ShareOf::Mentions | ShareOf::Interventions | ShareOf::Days => detail.interventions,
            })
            .collect();
        let shares = percentages(&weights);
        let share = |index: usize| shares.as_ref().and_then(|shares| shares.get(index).copied());
        let lines = parts
            .into_iter()
            .enumerate()
            .map(|(index, (code, detail))| BreakdownLine {
                code,
                interventions: (!matches!(share_of, ShareOf::Participants | ShareOf::Days))
                    .then_some(detail.interventions),
                supports: matches!(share_of, ShareOf::Participants | ShareOf::Supports).then_some(detail.supports),
                // The details count a day where they count an absence.
                days: (share_of == ShareOf::Days).then_some(detail.interventions),
                share: share(index),
            });
        Self {
            dimension,
            total: weights.iter().sum(),
            lines: lines.collect(),
        }
    }
}

/// Breakdowns of an organisation's period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakdownStatistics {
    /// The organisation's name.
    pub organisation: String,
    /// What the figures are restricted to.
    pub filters: Filters,
    /// The period.
    pub period: Months,
    /// When the figures were read.
    pub as_of: DateTime<Utc>,
    /// Whether the figures may still change: they may, unless every month is closed.
    pub provisional: bool,
    /// The breakdowns, in the order asked for.
    pub breakdowns: Vec<Breakdown>,
}

type Part = (String, Detail);

fn kinds(counters: &Counters) -> Vec<Part> {
    let of_kind = |kind: &Kind| {
        let (interventions, supports) = match kind {
            Kind::Workshop => (counters.workshops_held, counters.workshop_participants),
            Kind::Individual => (counters.individual_interventions, counters.individual_supports),
            Kind::OneOff => (counters.one_off_interventions, counters.one_off_requests),
        };
        (
            kind.code().to_owned(),
            Detail {
                interventions,
                supports,
            },
        )
    };
    Kind::ALL.iter().map(of_kind).collect()
}

fn referrals(counters: &Counters) -> Vec<Part> {
    let part = |referral: Referral| {
        let detail = Detail {
            interventions: referral.interventions(counters),
            supports: 0,
        };
        (referral.code().to_owned(), detail)
    };
    Referral::VARIANTS.iter().copied().map(part).collect()
}

/// Every value of a closed list.
fn listed<T: ClosedList>(dimension: Dimension, details: &Details) -> Vec<Part> {
    let detail = |value: &T| details.get(&dimension.key(value.code()));
    T::ALL
        .iter()
        .map(|value| (value.code().to_owned(), detail(value)))
        .collect()
}

/// The values that stand in the details.
fn named(dimension: Dimension, details: &Details) -> Vec<Part> {
    details
        .iter()
        .filter_map(|(key, detail)| {
            let (of, code) = key.split_once('/')?;
            (of == dimension.code()).then(|| (code.to_owned(), detail))
        })
        .collect()
}

/// The parts, and what they leave of the whole as the part that was not said.
fn with_undisclosed(mut parts: Vec<Part>, whole: Detail) -> Vec<Part> {
    let said = |count: fn(&Detail) -> i64| parts.iter().map(|(_, detail)| count(detail)).sum::<i64>();
    let rest = Detail {
        interventions: whole.interventions - said(|detail| detail.interventions),
        supports: whole.supports - said(|detail| detail.supports),
    };
    parts.push((UNDISCLOSED.to_owned(), rest));
    parts
}
