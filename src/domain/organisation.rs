//! The tenant: an organisation and the state of its months.

use chrono_tz::Tz;
use strum::VariantArray;

use super::field::publicity::Publicity;
use super::field::territory::Territory;
use super::field_error::{FieldCode, FieldErrors};
use super::holidays::HolidayCalendar;
use super::identifiers::OrganisationId;
use super::nomenclature::{ClosedList, CodeSet, Entry, Masked};
use super::text::normal_name;

/// An organisation that employs advisors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its identifier.
    pub id: OrganisationId,
    /// Its name, as documents print it.
    pub name: String,
    /// The zone in which its days begin and end.
    pub time_zone: Tz,
    /// The days on which its advisors work, unless they have days of their own.
    pub working_days: WorkingDays,
    /// The public holidays that they keep.
    pub holidays: HolidayCalendar,
    /// After how many working days without a report an advisor is reminded by mail; `None`: never.
    pub reminder_after_days: Option<i64>,
    /// Where it works.
    pub territory: Territory,
    /// What it shows to everybody.
    pub publicity: Publicity,
}

/// The name of an organisation: 1 to [`NAME_MAX`](super::text::NAME_MAX) characters on one line, without the address of a
/// page, since our mail says it to people whom the organisation merely names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationName(String);

impl OrganisationName {
    /// Reads a name in its normal form.
    ///
    /// # Errors
    /// What is wrong with it, at `/name`.
    pub fn parse(text: &str) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let name = normal_name(text, &mut errors);
        if name.contains(['\n', '\u{2028}', '\u{2029}']) {
            errors.push("/name", FieldCode::SeveralLines);
        }
        if name.contains("://") {
            errors.push("/name", FieldCode::HoldsLink);
        }
        errors.into_result(Self(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The least and the most of [`Organisation::reminder_after_days`].
pub const REMINDER_DAYS: (i64, i64) = (1, 30);

/// The days of the week on which somebody works.
pub type WorkingDays = CodeSet<Weekday>;

/// Monday to Friday.
pub fn weekdays() -> WorkingDays {
    let mut days = WorkingDays::EMPTY;
    for day in [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
    ] {
        days.insert(day);
    }
    days
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Weekday {
    /// The first of the week (ISO 8601).
    Monday,
    /// The second.
    Tuesday,
    /// The third.
    Wednesday,
    /// The fourth.
    Thursday,
    /// The fifth.
    Friday,
    /// The sixth.
    Saturday,
    /// The seventh.
    Sunday,
}

impl ClosedList for Weekday {
    const NAME: &'static str = "working_days";
    const TYPE: &'static str = "Weekday";
    const DESCRIPTION: &'static str = "A day of the week";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::Monday => ("monday", "Lundi", "Monday"),
            Self::Tuesday => ("tuesday", "Mardi", "Tuesday"),
            Self::Wednesday => ("wednesday", "Mercredi", "Wednesday"),
            Self::Thursday => ("thursday", "Jeudi", "Thursday"),
            Self::Friday => ("friday", "Vendredi", "Friday"),
            Self::Saturday => ("saturday", "Samedi", "Saturday"),
            Self::Sunday => ("sunday", "Dimanche", "Sunday"),
        };
        Entry::of_ours(code, french, english)
    }
}

impl Masked for Weekday {
    fn bit(self) -> u32 {
        self as u32
    }
}

/// Whether a month takes writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, VariantArray)]
pub enum MonthStatus {
    /// Takes writes; the status of a month that was never closed.
    #[default]
    Open,
    /// Takes no writes: its figures may have been voted on.
    Closed,
    /// Was closed and takes writes again.
    Reopened,
}

impl MonthStatus {
    /// The code on the wire and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
        }
    }

    /// The status of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|status| status.code() == code)
    }
}
