//! Figures as they are published: canonical JSON (RFC 8785) and its SHA-256, without the name or the identifier of a person.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use strum::VariantArray;

use super::action_plan::{ActionPlan, PublishedPart};
use super::breakdown::{Breakdown, BreakdownLine};
use super::dimension::Dimension;
use super::monthly::RowFigures;
use crate::domain::calendar::{Month, Months};
use crate::domain::closing::MonthRecord;
use crate::domain::time_text::rfc_3339;

/// The version of the definitions of figures and breakdowns: changes whenever one of them does.
pub const DEFINITIONS_VERSION: &str = "2";

/// The dimensions that are published.
pub fn published_dimensions() -> Vec<Dimension> {
    let all = Dimension::ALL.iter().copied();
    all.filter(|dimension| dimension.is_published()).collect()
}

/// What a publication says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// The version of the definitions of its figures.
    pub definitions_version: String,
    /// The organisation's name.
    pub organisation: String,
    /// The first month.
    pub from: String,
    /// The last month.
    pub to: String,
    /// When it was published: an RFC 3339 instant.
    pub published_at: String,
    /// The number of the deliberation to which it is annexed.
    pub deliberation_number: Option<String>,
    /// Its months, the earliest first.
    pub months: Vec<PublishedMonth>,
    /// The figures by month.
    pub rows: Vec<PublishedRow>,
    /// The breakdowns over the whole period.
    pub breakdowns: Vec<PublishedBreakdown>,
    /// The parts of "Annexe 2" as they were when it was published; publications of before there was one have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action_plan: Option<Vec<PublishedPart>>,
}

/// A month of a publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedMonth {
    /// Which month.
    pub month: String,
    /// When it was closed.
    pub closed_at: Option<String>,
    /// The digest of its figures.
    pub digest: Option<String>,
}

/// A figure over the months.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedRow {
    /// The stable name of the figure.
    pub id: String,
    /// The figure of each month.
    pub by_month: Vec<i64>,
    /// Their sum.
    pub total: i64,
    /// The sum over the number of months.
    pub monthly_average: i64,
}

/// A breakdown over the period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedBreakdown {
    /// The code of the dimension.
    pub by: String,
    /// What the shares are percentages of.
    pub share_of: String,
    /// How many of what the shares are percentages of, over all lines.
    pub total: i64,
    /// The values.
    pub lines: Vec<PublishedLine>,
}

/// A value of a breakdown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedLine {
    /// Its code.
    pub code: String,
    /// Interventions.
    pub interventions: Option<i64>,
    /// Participants.
    pub supports: Option<i64>,
    /// The share in percent.
    pub share: Option<i64>,
}

impl From<&RowFigures> for PublishedRow {
    fn from(row: &RowFigures) -> Self {
        Self {
            id: row.figure.id().to_owned(),
            by_month: row.by_month.clone(),
            total: row.total,
            monthly_average: row.monthly_average,
        }
    }
}

impl From<&Breakdown> for PublishedBreakdown {
    fn from(breakdown: &Breakdown) -> Self {
        Self {
            by: breakdown.dimension.code().to_owned(),
            share_of: breakdown.dimension.share_of().code().to_owned(),
            total: breakdown.total,
            lines: breakdown.lines.iter().map(Into::into).collect(),
        }
    }
}

impl From<&BreakdownLine> for PublishedLine {
    fn from(line: &BreakdownLine) -> Self {
        Self {
            code: line.code.clone(),
            interventions: line.interventions,
            supports: line.supports,
            share: line.share,
        }
    }
}

/// What a publication is made of.
pub struct Ingredients<'a> {
    /// The organisation's name.
    pub organisation: &'a str,
    /// The period.
    pub period: Months,
    /// When it is published.
    pub now: DateTime<Utc>,
    /// The number of the deliberation.
    pub deliberation_number: Option<&'a str>,
    /// What was said of its months.
    pub months: &'a [MonthRecord],
    /// The rows of the monthly table, unfiltered.
    pub rows: &'a [RowFigures],
    /// The breakdowns by [`published_dimensions`].
    pub breakdowns: &'a [Breakdown],
    /// The plan of action, where it is to be kept.
    pub action_plan: Option<&'a ActionPlan>,
}

impl Publication {
    /// The publication of these figures.
    pub fn new(of: &Ingredients<'_>) -> Self {
        Self {
            definitions_version: DEFINITIONS_VERSION.to_owned(),
            organisation: of.organisation.to_owned(),
            from: of.period.from().to_string(),
            to: of.period.to().to_string(),
            published_at: rfc_3339(of.now),
            deliberation_number: of.deliberation_number.map(str::to_owned),
            months: of.months.iter().map(published_month).collect(),
            rows: of.rows.iter().map(Into::into).collect(),
            breakdowns: of.breakdowns.iter().map(Into::into).collect(),
            action_plan: of.action_plan.map(|plan| plan.parts.iter().map(Into::into).collect()),
        }
    }
}

fn published_month(record: &MonthRecord) -> PublishedMonth {
    PublishedMonth {
        month: record.month.to_string(),
        closed_at: record.closed().map(|closed| rfc_3339(closed.at)),
        digest: record.digest.clone(),
    }
}

/// The figures of one month; when the month is closed, their digest is stored.
#[derive(Debug, Serialize)]
pub struct MonthFigures {
    definitions_version: &'static str,
    month: String,
    rows: Vec<PublishedRow>,
    breakdowns: Vec<PublishedBreakdown>,
}

impl MonthFigures {
    /// The figures of a month from its rows and its breakdowns by [`published_dimensions`].
    pub fn new(month: Month, rows: &[RowFigures], breakdowns: &[Breakdown]) -> Self {
        Self {
            definitions_version: DEFINITIONS_VERSION,
            month: month.to_string(),
            rows: rows.iter().map(Into::into).collect(),
            breakdowns: breakdowns.iter().map(Into::into).collect(),
        }
    }
}

/// A value as canonical JSON (RFC 8785).
///
/// # Errors
/// When the value cannot be written as JSON, which does not happen to the values of this program.
pub fn canonical(value: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json_canonicalizer::to_string(value)
}

/// The SHA-256 of a text.
pub fn digest_bytes(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// The SHA-256 of a text, in hexadecimal.
pub fn digest(text: &str) -> String {
    let hex = digest_bytes(text).map(|byte| format!("{byte:02x}"));
    hex.concat()
}

/// A figure that differs now from what was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The row or the breakdown in which it stands.
    pub figure: String,
    /// The month, or the value of the breakdown; `None`: the total.
    pub of: Option<String>,
    /// Which of its numbers changed.
    pub measure: Measure,
    /// What was published; `None`: nothing.
    pub published: Option<i64>,
    /// What it is now; `None`: nothing.
    pub now: Option<i64>,
}

/// Which number of a figure changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum Measure {
    /// The figure itself.
    Figure,
    /// The interventions of a line.
    Interventions,
    /// The participants of a line.
    Supports,
}

impl Measure {
    /// The code on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Figure => "figure",
            Self::Interventions => "interventions",
            Self::Supports => "supports",
        }
    }
}

/// What changed since a publication, line by line: each month and the total of a row, each value of a breakdown.
pub fn changes(published: &Publication, now: &Publication) -> Vec<Change> {
    let months = published.months.iter().map(|month| Some(month.month.clone()));
    let columns: Vec<Option<String>> = months.chain([None]).collect();
    let mut changes = Vec::new();
    for (id, before, after) in paired(&published.rows, &now.rows, |row| row.id.as_str()) {
        let figures = |row: Option<&PublishedRow>, index: usize| {
            row.map(|row| row.by_month.get(index).copied().unwrap_or(row.total))
        };
        for (index, column) in columns.iter().enumerate() {
            let (published, now) = (figures(before, index), figures(after, index));
            note(&mut changes, id, column.clone(), Measure::Figure, published, now);
        }
    }
    for (by, before, after) in paired(&published.breakdowns, &now.breakdowns, |breakdown| {
        breakdown.by.as_str()
    }) {
        // A dimension that is younger than the publication was not published: nothing of it has changed since.
        let Some(before) = before else {
            continue;
        };
        let (before, after) = (before.lines.clone(), after.map_or_else(Vec::new, |of| of.lines.clone()));
        for (code, before, after) in paired(&before, &after, |line| line.code.as_str()) {
            for (measure, count) in [
                (
                    Measure::Interventions,
                    interventions as fn(&PublishedLine) -> Option<i64>,
                ),
                (Measure::Supports, supports),
            ] {
                let of = Some(code.to_owned());
                note(
                    &mut changes,
                    by,
                    of,
                    measure,
                    before.and_then(count),
                    after.and_then(count),
                );
            }
        }
    }
    changes
}

fn interventions(line: &PublishedLine) -> Option<i64> {
    line.interventions
}

fn supports(line: &PublishedLine) -> Option<i64> {
    line.supports
}

fn note(
    changes: &mut Vec<Change>,
    figure: &str,
    of: Option<String>,
    measure: Measure,
    published: Option<i64>,
    now: Option<i64>,
) {
    // A code that is younger than the publication is not published, and counts nobody there.
    if published.unwrap_or_default() != now.unwrap_or_default() {
        changes.push(Change {
            figure: figure.to_owned(),
            of,
            measure,
            published,
            now,
        });
    }
}

/// The values of each name before and after: first the names of before in their order, then the new names.
fn paired<'a, T>(
    before: &'a [T],
    after: &'a [T],
    name: impl Fn(&'a T) -> &'a str,
) -> Vec<(&'a str, Option<&'a T>, Option<&'a T>)> {
    let find = |list: &'a [T], wanted: &str| list.iter().find(|item| name(item) == wanted);
    let known = before
        .iter()
        .map(|item| (name(item), Some(item), find(after, name(item))));
    let new = after
        .iter()
        .filter(|item| find(before, name(item)).is_none())
        .map(|item| (name(item), None, Some(item)));
    known.chain(new).collect()
}
