//! Coverage: how much each commune and each area of a territory had of what was done, those included that had nothing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::domain::calendar::{Month, Months};
use crate::domain::field::communes::Commune;
use crate::domain::field::territory::Territory;
use crate::domain::text::sort_key;

/// The code of what lies outside the territory, or outside every area.
pub const OUTSIDE: &str = "outside";
/// The code of interventions whose commune was not said.
pub const UNDISCLOSED: &str = "undisclosed";

/// What was done in one place of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visits {
    /// The month.
    pub month: Month,
    /// The INSEE code of the commune; `None`: not said.
    pub commune: Option<String>,
    /// The code of the area of the place; `None`: no place, or one outside every area.
    pub area: Option<String>,
    /// The number of interventions.
    pub interventions: i64,
    /// Their participants, without those who had come before.
    pub people: i64,
}

/// What a commune or an area had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageLine {
    /// The INSEE code or the code of the area, [`OUTSIDE`] or [`UNDISCLOSED`].
    pub code: String,
    /// The name; empty of what is none.
    pub name: String,
    /// How many people live there; `None` where that is not known.
    pub population: Option<i64>,
    /// The number of interventions.
    pub interventions: i64,
    /// The people supported.
    pub people: i64,
    /// The people supported for each thousand inhabitants, in tenths, rounded half up.
    pub people_per_thousand: Option<i64>,
    /// The months of the period without any intervention.
    pub months_without: i64,
}

/// The coverage of a territory in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The organisation's name.
    pub organisation: String,
    /// The period.
    pub period: Months,
    /// When the figures were read.
    pub as_of: DateTime<Utc>,
    /// Whether the figures may still change.
    pub provisional: bool,
    /// Each commune of the territory, by name; then what lies outside it and what was not said. Where no territory is said,
    /// the communes in which something was done.
    pub communes: Vec<CoverageLine>,
    /// Each area, in the order of the settings; then what lies outside them. Empty where there are none.
    pub areas: Vec<CoverageLine>,
    /// All together.
    pub total: CoverageLine,
}

/// What was done somewhere.
#[derive(Debug, Clone, Default)]
struct Sum {
    interventions: i64,
    people: i64,
    months: BTreeSet<Month>,
}

impl Sum {
    fn add(&mut self, visits: &Visits) {
        self.interventions += visits.interventions;
        self.people += visits.people;
        self.months.insert(visits.month);
    }

    fn line(&self, (code, name): (&str, &str), population: Option<i64>, months: i64) -> CoverageLine {
        let visited = i64::try_from(self.months.len()).unwrap_or(i64::MAX);
        CoverageLine {
            code: code.to_owned(),
            name: name.to_owned(),
            population,
            interventions: self.interventions,
            people: self.people,
            people_per_thousand: population.and_then(|population| per_thousand(self.people, population)),
            months_without: months - visited,
        }
    }
}

/// Tenths of people for each thousand inhabitants, rounded half up.
fn per_thousand(people: i64, population: i64) -> Option<i64> {
    (population > 0).then(|| (people * 20_000 + population) / (2 * population))
}

/// The lines of communes, of areas, and of all together.
pub fn lines(
    territory: &Territory,
    period: Months,
    visits: &[Visits],
) -> (Vec<CoverageLine>, Vec<CoverageLine>, CoverageLine) {
    let months = period.count();
    let mut total = Sum::default();
    for one in visits {
        total.add(one);
    }
    let communes = communes(territory, months, visits);
    // Part of it may be done elsewhere, and so it has no inhabitants.
    (
        communes,
        areas(territory, months, visits),
        total.line(("total", ""), None, months),
    )
}

fn communes(territory: &Territory, months: i64, visits: &[Visits]) -> Vec<CoverageLine> {
    let visited = || visits.iter().filter_map(|visits| visits.commune.clone());
    let codes: BTreeSet<String> = match &territory.perimeter {
        Some(perimeter) => perimeter.communes().into_iter().collect(),
        None => visited().collect(),
    };
    let mut sums: BTreeMap<&str, Sum> = codes.iter().map(|code| (code.as_str(), Sum::default())).collect();
    let (mut outside, mut undisclosed) = (Sum::default(), Sum::default());
    for one in visits {
        let sum = match &one.commune {
            None => &mut undisclosed,
            Some(code) => sums.get_mut(code.as_str()).unwrap_or(&mut outside),
        };
        sum.add(one);
    }
    let mut lines: Vec<CoverageLine> = sums
        .iter()
        .map(|(code, sum)| {
            let commune = Commune::find(code);
            let name = commune.map_or(*code, |commune| commune.name);
            sum.line((code, name), commune.map(|commune| commune.population.into()), months)
        })
        .collect();
    lines.sort_by_cached_key(|line| (sort_key(&line.name), line.code.clone()));
    lines.push(outside.line((OUTSIDE, ""), None, months));
    lines.push(undisclosed.line((UNDISCLOSED, ""), None, months));
    lines
}

fn areas(territory: &Territory, months: i64, visits: &[Visits]) -> Vec<CoverageLine> {
    if territory.areas.is_empty() {
        return Vec::new();
    }
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    let mut outside = Sum::default();
    for one in visits {
        let named = territory
            .areas
            .iter()
            .find(|area| one.area.as_ref() == Some(&area.code));
        match named {
            Some(area) => sums.entry(area.code.as_str()).or_default().add(one),
            None => outside.add(one),
        }
    }
    let none = Sum::default();
    let lines = territory.areas.iter().map(|area| {
        let sum = sums.get(area.code.as_str()).unwrap_or(&none);
        // Nobody publishes how many people live in what a coordinator calls an area.
        sum.line((&area.code, &area.name), None, months)
    });
    lines
        .chain(std::iter::once(outside.line((OUTSIDE, ""), None, months)))
        .collect()
}
