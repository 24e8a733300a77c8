//! Public holidays of France, by where they are kept.

use chrono::{Datelike as _, Days, NaiveDate, Weekday};
use quotidien::domain::holidays::{HolidayCalendar, easter};
use quotidien::domain::nomenclature::ClosedList as _;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn of_year(calendar: HolidayCalendar, year: i32) -> Vec<String> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
    let days = first.iter_days().take_while(|day| day.year() == year);
    days.filter(|day| calendar.holds(*day))
        .map(|day| day.to_string())
        .collect()
}

#[test]
fn easter_falls_where_the_almanacs_say() {
    // Easter Sundays as the almanacs print them.
    for text in [
        "2020-04-12",
        "2021-04-04",
        "2022-04-17",
        "2023-04-09",
        "2024-03-31",
        "2025-04-20",
        "2026-04-05",
        "2027-03-28",
        "2028-04-16",
        "2029-04-01",
        "2030-04-21",
        "2038-04-25",
        "2049-04-18",
        "2076-04-19",
        "2099-04-12",
    ] {
        assert_eq!(easter(day(text).year()), day(text));
    }
}

/// The day of the full moon that Easter follows, for each golden number, in the table that the churches use from 1900
/// to 2199. Days are counted from March on: 32 is 1 April.
const FULL_MOONS: [u64; 19] = [
    45, 34, 23, 42, 31, 49, 39, 28, 47, 36, 25, 44, 33, 22, 41, 30, 48, 38, 27,
];

#[test]
fn easter_is_the_sunday_after_the_full_moon_of_the_table() {
    for year in 2020..=2099 {
        let golden = usize::try_from(year % 19).unwrap();
        let march = NaiveDate::from_ymd_opt(year, 3, 1).unwrap();
        let moon = march + Days::new(FULL_MOONS[golden] - 1);
        let sunday = moon.iter_days().skip(1).find(|day| day.weekday() == Weekday::Sun);
        assert_eq!(Some(easter(year)), sunday, "{year}");
    }
}

#[test]
fn whit_monday_follows_easter_by_seven_weeks_and_a_day() {
    for whit_monday in ["2020-06-01", "2022-06-06", "2024-05-20", "2026-05-25", "2038-06-14"] {
        assert!(HolidayCalendar::France.holds(day(whit_monday)), "{whit_monday}");
        assert_eq!(day(whit_monday).weekday(), Weekday::Mon);
    }
}

#[test]
fn france_keeps_eleven_days() {
    assert_eq!(
        of_year(HolidayCalendar::France, 2022),
        [
            "2022-01-01",
            "2022-04-18",
            "2022-05-01",
            "2022-05-08",
            "2022-05-26",
            "2022-06-06",
            "2022-07-14",
            "2022-08-15",
            "2022-11-01",
            "2022-11-11",
            "2022-12-25"
        ]
    );
}

#[test]
fn two_may_fall_on_one_day() {
    // In 2008 Ascension falls on 1 May, Labour Day.
    assert_eq!(easter(2008) + Days::new(39), day("2008-05-01"));
    assert_eq!(of_year(HolidayCalendar::France, 2008).len(), 10);
}

#[test]
fn each_other_calendar_adds_its_own() {
    let france = of_year(HolidayCalendar::France, 2023);
    for (calendar, added) in [
        (HolidayCalendar::AlsaceMoselle, &["2023-04-07", "2023-12-26"][..]),
        (HolidayCalendar::Guadeloupe, &["2023-05-27"]),
        (HolidayCalendar::Guyane, &["2023-06-10"]),
        (HolidayCalendar::Martinique, &["2023-05-22"]),
        (HolidayCalendar::Mayotte, &["2023-04-27"]),
        (HolidayCalendar::Reunion, &["2023-12-20"]),
        (HolidayCalendar::SaintBarthelemy, &["2023-10-09"]),
        (HolidayCalendar::SaintMartin, &["2023-05-28"]),
    ] {
        let mut days = of_year(calendar, 2023);
        days.retain(|day| !france.contains(day));
        assert_eq!(days, added, "{}", calendar.code());
    }
}
