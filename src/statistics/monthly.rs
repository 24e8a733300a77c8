//! The monthly table: figures over a period, from the counters of each month.

use chrono::{DateTime, Utc};

use super::figure::Figure;
use super::filter::Filters;
use super::tally::Counters;
use crate::domain::calendar::{Month, Months};
use crate::domain::organisation::MonthStatus;

/// The figures of one row over a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFigures {
    /// Which figure.
    pub figure: Figure,
    /// The figure of each month, the earliest first.
    pub by_month: Vec<i64>,
    /// Their sum.
    pub total: i64,
    /// The total over the number of months, rounded to the nearest whole, halves up; months without reports count.
    pub monthly_average: i64,
}

/// One month of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthOfTable {
    /// Which month.
    pub month: Month,
    /// Whether it takes writes.
    pub status: MonthStatus,
    /// How many of its reports came after it was over.
    pub late_reports: i64,
}

/// The monthly table of an organisation, or of some of its interventions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthlyStatistics {
    /// The organisation's name.
    pub organisation: String,
    /// What the figures are restricted to.
    pub filters: Filters,
    /// The period.
    pub period: Months,
    /// When the figures were read.
    pub as_of: DateTime<Utc>,
    /// The months of the period, the earliest first.
    pub months: Vec<MonthOfTable>,
    /// The rows, the annex's six first, in its order.
    pub rows: Vec<RowFigures>,
}

impl MonthlyStatistics {
    /// The annex's six rows.
    pub fn annex(&self) -> impl Iterator<Item = &RowFigures> {
        self.rows.iter().filter(|row| Figure::ANNEX.contains(&row.figure))
    }

    /// Whether the figures may still change: they may, unless every month is closed.
    pub fn provisional(&self) -> bool {
        self.months.iter().any(|month| month.status != MonthStatus::Closed)
    }
}

/// The rows of the figures that have a meaning under these filters, from the counters of each month, the earliest month
/// first.
pub fn rows(filters: &Filters, months: &[Counters]) -> Vec<RowFigures> {
    Figure::ALL
        .iter()
        .copied()
        .filter(|figure| !(figure.is_of_reports() && filters.are_of_interventions()))
        .map(|figure| row_figures(figure, months))
        .collect()
}

fn row_figures(figure: Figure, months: &[Counters]) -> RowFigures {
    let by_month: Vec<i64> = months.iter().map(|counters| figure.of(counters)).collect();
    let total = by_month.iter().sum();
    RowFigures {
        figure,
        monthly_average: rounded_half_up(total, by_month.len()),
        by_month,
        total,
    }
}

/// `total` (at least 0) over `count`, rounded to the nearest whole, halves up; 0 over nothing.
fn rounded_half_up(total: i64, count: usize) -> i64 {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    (2 * total + count).checked_div(2 * count).unwrap_or_default()
}
