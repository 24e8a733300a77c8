//! Civil days and months, and what "today" is in an organisation's time zone.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike as _, Days, NaiveDate, Utc};
use chrono_tz::Tz;

use super::field_error::FieldCode;

/// The first year of which the service takes reports.
pub const FIRST_YEAR: i32 = 2020;
/// How far ahead an absence may be reported, in days.
pub const ABSENCE_DAYS_AHEAD: u64 = 366;

/// A civil month, shown as `2022-05`; years 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The first month of which there are figures: January 2020.
    pub const FIRST: Self = Self {
        year: FIRST_YEAR,
        month: 1,
    };

    /// The month of a year (1 to 9999) with a number from 1 to 12; `None` otherwise.
    pub fn new(year: i32, month: u32) -> Option<Self> {
        ((1..=9999).contains(&year) && (1..=12).contains(&month)).then_some(Self { year, month })
    }

    /// The month in which a day falls.
    pub fn of(date: NaiveDate) -> Self {
        Self {
            year: date.year(),
            month: date.month(),
        }
    }

    /// The year.
    pub const fn year(self) -> i32 {
        self.year
    }

    /// The number of the month in its year, from 1 to 12.
    pub const fn number(self) -> u32 {
        self.month
    }

    /// The month after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        if self.month == 12 {
            Self {
                year: self.year + 1,
                month: 1,
            }
        } else {
            Self {
                year: self.year,
                month: self.month + 1,
            }
        }
    }

    /// Its first day.
    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or(NaiveDate::MAX)
    }

    /// Its last day.
    pub fn last_day(self) -> NaiveDate {
        self.next().first_day().pred_opt().unwrap_or(NaiveDate::MAX)
    }

    /// How many months lie between January of year 0 and this one.
    fn ordinal(self) -> i64 {
        i64::from(self.year) * 12 + i64::from(self.month)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = FieldCode;

    fn from_str(text: &str) -> Result<Self, FieldCode> {
        let numbers = digits(text, [4, 2]);
        numbers
            .and_then(|[year, month]| Self::new(i32::try_from(year).ok()?, month))
            .ok_or(FieldCode::InvalidMonth)
    }
}

/// A period of whole months, both ends included, never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Months {
    from: Month,
    to: Month,
}

impl Months {
    /// The most months that one request for figures may span.
    pub const MOST: i64 = 120;

    /// The period of one month.
    pub const fn one(month: Month) -> Self {
        Self { from: month, to: month }
    }

    /// The months from `from` to `to`; `None` when `from` comes after `to`.
    pub fn new(from: Month, to: Month) -> Option<Self> {
        (from <= to).then_some(Self { from, to })
    }

    /// The first month.
    pub const fn from(self) -> Month {
        self.from
    }

    /// The last month.
    pub const fn to(self) -> Month {
        self.to
    }

    /// How many months: at least 1.
    pub fn count(self) -> i64 {
        self.to.ordinal() - self.from.ordinal() + 1
    }

    /// Each month, the earliest first.
    pub fn iter(self) -> impl Iterator<Item = Month> {
        std::iter::successors(Some(self.from), |month| Some(month.next())).take_while(move |month| *month <= self.to)
    }
}

/// The civil day of a report, shown as `2022-05-03`; any day of the years 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReportDate(NaiveDate);

impl ReportDate {
    /// The report day of a civil day.
    pub const fn new(date: NaiveDate) -> Self {
        Self(date)
    }

    /// The civil day.
    pub const fn date(self) -> NaiveDate {
        self.0
    }

    /// The month in which it falls.
    pub fn month(self) -> Month {
        Month::of(self.0)
    }

    /// What keeps a report from being written for this day, if anything: days before 2020, days after `today`, and for an
    /// absence days more than [`ABSENCE_DAYS_AHEAD`] after it.
    pub fn fault(self, today: NaiveDate, absence: bool) -> Option<FieldCode> {
        let last = if absence {
            today
                .checked_add_days(Days::new(ABSENCE_DAYS_AHEAD))
                .unwrap_or(NaiveDate::MAX)
        } else {
            today
        };
        if self.0.year() < FIRST_YEAR {
            Some(FieldCode::TooEarly)
        } else if self.0 > last {
            Some(FieldCode::InTheFuture)
        } else {
            None
        }
    }
}

impl fmt::Display for ReportDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ReportDate {
    type Err = FieldCode;

    fn from_str(text: &str) -> Result<Self, FieldCode> {
        let numbers = digits(text, [4, 2, 2]).filter(|[year, ..]| *year > 0);
        numbers
            .and_then(|[year, month, day]| NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day))
            .map(Self)
            .ok_or(FieldCode::InvalidDate)
    }
}

/// The numbers of a text of digit groups of given widths joined by hyphens; chrono's own parser takes signs, spaces and
/// single digits too.
fn digits<const N: usize>(text: &str, widths: [usize; N]) -> Option<[u32; N]> {
    let mut groups = text.split('-');
    let mut numbers = [0; N];
    for (number, width) in numbers.iter_mut().zip(widths) {
        let group = groups.next()?;
        let plain = group.len() == width && group.bytes().all(|b| b.is_ascii_digit());
        *number = plain.then(|| group.parse().ok()).flatten()?;
    }
    groups.next().is_none().then_some(numbers)
}

/// The civil day that it is at an instant in a time zone.
pub fn today_in(zone: Tz, now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&zone).date_naive()
}

/// An instant cut to the microsecond, the finest that both databases keep.
pub fn to_microsecond(instant: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(instant.timestamp_micros()).unwrap_or(instant)
}
