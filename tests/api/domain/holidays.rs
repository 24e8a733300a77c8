//! Public holidays of France, by where they are kept.

use chrono::{Datelike as _, NaiveDate};
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
    // Ascension on the day of the victory.
    assert_eq!(of_year(HolidayCalendar::France, 2024).len(), 11);
    assert_eq!(easter(2008) + chrono::Days::new(39), day("2008-05-01"));
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
