//! Public holidays of France, by where they are kept.
//!
//! The eleven of article L3133-1 of the labour code; two more in Alsace and Moselle (article L3134-13); overseas the day on
//! which the abolition of slavery is commemorated (article L3422-2, decree 83-1003; Saint-Martin keeps 28 May by a circular of
//! 2018, as article and decree name another day by mistake). Customary days off are not among them: Good Friday, mid-Lent and
//! 21 July in the Antilles, the feasts of Mayotte.

use strum::VariantArray;

use chrono::{Days, NaiveDate};

use super::nomenclature::{ClosedList, Entry};

/// Which public holidays are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, VariantArray)]
pub enum HolidayCalendar {
    /// Those of all of France, and no others.
    #[default]
    France,
    /// Of the Bas-Rhin, the Haut-Rhin and the Moselle.
    AlsaceMoselle,
    /// Of Guadeloupe.
    Guadeloupe,
    /// Of French Guiana.
    Guyane,
    /// Of Martinique.
    Martinique,
    /// Of Mayotte.
    Mayotte,
    /// Of Réunion.
    Reunion,
    /// Of Saint-Barthélemy.
    SaintBarthelemy,
    /// Of Saint-Martin.
    SaintMartin,
}

impl ClosedList for HolidayCalendar {
    const NAME: &'static str = "holidays";
    const TYPE: &'static str = "HolidayCalendar";
    const DESCRIPTION: &'static str = "Which public holidays are kept";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::France => ("france", "France", "France"),
            Self::AlsaceMoselle => ("alsace_moselle", "Alsace-Moselle", "Alsace and Moselle"),
            Self::Guadeloupe => ("guadeloupe", "Guadeloupe", "Guadeloupe"),
            Self::Guyane => ("guyane", "Guyane", "French Guiana"),
            Self::Martinique => ("martinique", "Martinique", "Martinique"),
            Self::Mayotte => ("mayotte", "Mayotte", "Mayotte"),
            Self::Reunion => ("reunion", "La Réunion", "Réunion"),
            Self::SaintBarthelemy => ("saint_barthelemy", "Saint-Barthélemy", "Saint-Barthélemy"),
            Self::SaintMartin => ("saint_martin", "Saint-Martin", "Saint-Martin"),
        };
        Entry::of_ours(code, french, english)
    }
}

/// Those that fall on the same day each year: month and day.
const FIXED: [(u32, u32); 8] = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];
/// Those that follow Easter Sunday, in days after it: Easter Monday, Ascension, Whit Monday.
const AFTER_EASTER: [u64; 3] = [1, 39, 50];
/// How many days before Easter Good Friday is.
const GOOD_FRIDAY_BEFORE: u64 = 2;

impl HolidayCalendar {
    /// Whether a day is a public holiday.
    pub fn holds(self, day: NaiveDate) -> bool {
        use chrono::Datelike as _;
        let easter = easter(day.year());
        let after = |days| easter.checked_add_days(Days::new(days));
        FIXED.contains(&(day.month(), day.day()))
            || AFTER_EASTER.into_iter().any(|days| after(days) == Some(day))
            || self
                .own()
                .is_some_and(|(month, date)| (day.month(), day.day()) == (month, date))
            || (self == Self::AlsaceMoselle && easter.checked_sub_days(Days::new(GOOD_FRIDAY_BEFORE)) == Some(day))
    }

    /// The public holiday on a fixed day that is kept here and not in all of France: month and day.
    const fn own(self) -> Option<(u32, u32)> {
        match self {
            Self::France => None,
            Self::AlsaceMoselle => Some((12, 26)),
            Self::Mayotte => Some((4, 27)),
            Self::Martinique => Some((5, 22)),
            Self::Guadeloupe => Some((5, 27)),
            Self::SaintMartin => Some((5, 28)),
            Self::Guyane => Some((6, 10)),
            Self::SaintBarthelemy => Some((10, 9)),
            Self::Reunion => Some((12, 20)),
        }
    }
}

/// Easter Sunday of a year of the Gregorian calendar (the anonymous algorithm, as Meeus gives it).
pub fn easter(year: i32) -> NaiveDate {
    let golden = year.rem_euclid(19);
    let (century, of_century) = (year.div_euclid(100), year.rem_euclid(100));
    let correction = (century - (century + 8).div_euclid(25) + 1).div_euclid(3);
    let epact = (19 * golden + century - century.div_euclid(4) - correction + 15).rem_euclid(30);
    let weekday = (32 + 2 * century.rem_euclid(4) + 2 * of_century.div_euclid(4) - epact - of_century.rem_euclid(4))
        .rem_euclid(7);
    let late = (golden + 11 * epact + 22 * weekday).div_euclid(451);
    let days = epact + weekday - 7 * late + 114;
    let part = |value: i32| u32::try_from(value).unwrap_or_default();
    NaiveDate::from_ymd_opt(year, part(days.div_euclid(31)), part(days.rem_euclid(31) + 1)).unwrap_or(NaiveDate::MAX)
}
