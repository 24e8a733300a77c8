//! The days on which a report is due, and what came of them.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, NaiveDate};
use proptest::prelude::*;
use quotidien::domain::account::ActivityPeriod;
use quotidien::domain::calendar::Month;
use quotidien::domain::holidays::HolidayCalendar;
use quotidien::domain::organisation::{WorkingDays, weekdays};
use quotidien::statistics::completeness::{
    Completeness, Duty, ReportedDay, completeness, to_remind_of, working_days_since,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn period(from: &str, to: Option<&str>) -> ActivityPeriod {
    ActivityPeriod {
        starts_on: day(from),
        ends_on: to.map(day),
    }
}

fn duty(activity_periods: Vec<ActivityPeriod>) -> Duty {
    Duty {
        working_days: weekdays(),
        holidays: HolidayCalendar::France,
        activity_periods,
        ended_on: None,
    }
}

/// Reports of these days, each of which came so many days after its day.
fn reported(days: &[(&str, u64)]) -> BTreeMap<NaiveDate, ReportedDay> {
    let reported = |(date, delay): &(&str, u64)| {
        let report = ReportedDay {
            received_on: day(date) + Days::new(*delay),
            absence: false,
        };
        (day(date), report)
    };
    days.iter().map(reported).collect()
}

const MAY: (&str, &str) = ("2022-05-01", "2022-05-31");

fn of_may(duty: &Duty, reported: &BTreeMap<NaiveDate, ReportedDay>) -> Completeness {
    completeness(duty, reported, (day(MAY.0), day(MAY.1)))
}

#[test]
fn working_days_within_activity_less_holidays_are_expected() {
    let always = duty(vec![period("2020-01-01", None)]);
    // 22 weekdays, of which Ascension is one; 1 and 8 May are Sundays.
    assert_eq!(of_may(&always, &BTreeMap::new()).expected, 21);
    let twice = duty(vec![
        period("2022-04-01", Some("2022-05-03")),
        period("2022-05-30", None),
    ]);
    let missing: Vec<String> = of_may(&twice, &BTreeMap::new())
        .missing
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(missing, ["2022-05-02", "2022-05-03", "2022-05-30", "2022-05-31"]);
    let left = Duty {
        ended_on: Some(day("2022-05-03")),
        ..duty(vec![period("2020-01-01", None)])
    };
    assert_eq!(of_may(&left, &BTreeMap::new()).expected, 2);
    let mut saturdays = WorkingDays::EMPTY;
    saturdays.insert(quotidien::domain::organisation::Weekday::Saturday);
    let own = Duty {
        working_days: saturdays,
        ..always
    };
    assert_eq!(of_may(&own, &BTreeMap::new()).expected, 4);
}

#[test]
fn absences_are_not_expected_and_other_days_are_extra() {
    let duty = duty(vec![period("2020-01-01", None)]);
    let mut days = reported(&[("2022-05-02", 0), ("2022-05-07", 0), ("2022-05-26", 0)]);
    let absence = ReportedDay {
        received_on: day("2022-04-01"),
        absence: true,
    };
    days.insert(day("2022-05-03"), absence);
    days.insert(day("2022-05-08"), absence);
    let found = of_may(&duty, &days);
    assert_eq!((found.expected, found.reported, found.extra), (20, 1, 2));
    assert_eq!(found.missing.len(), 19);
}

#[test]
fn a_report_is_late_by_the_days_after_its_own() {
    let duty = duty(vec![period("2020-01-01", None)]);
    let found = of_may(
        &duty,
        &reported(&[
            ("2022-05-02", 0),
            ("2022-05-03", 1),
            ("2022-05-04", 40),
            ("2022-05-05", 2),
            ("2022-05-06", 3),
        ]),
    );
    assert_eq!(
        (found.late, found.median_delay, found.worst_delay),
        (4, Some(2), Some(40))
    );
    let none = of_may(&duty, &reported(&[("2022-05-02", 0)]));
    assert_eq!((none.late, none.median_delay, none.worst_delay), (0, None, None));
}

#[test]
fn working_days_pass_between_a_missing_day_and_today() {
    let duty = duty(vec![period("2020-01-01", None)]);
    // After Friday 6 May, Monday and Tuesday have passed; Wednesday 11 May is today.
    assert_eq!(working_days_since(&duty, day("2022-05-06"), day("2022-05-11")), 2);
    // After Wednesday 25 May only Friday has passed as a working day: Thursday is Ascension.
    assert_eq!(working_days_since(&duty, day("2022-05-25"), day("2022-05-28")), 1);
    assert_eq!(working_days_since(&duty, day("2022-05-25"), day("2022-05-25")), 0);
}

#[test]
fn a_leap_day_is_a_day_like_another() {
    let always = duty(vec![period("2020-01-01", None)]);
    let leap = completeness(&always, &BTreeMap::new(), (day("2024-02-29"), day("2024-03-01")));
    assert_eq!(leap.missing, [day("2024-02-29"), day("2024-03-01")]);
    assert_eq!(working_days_since(&always, day("2024-02-28"), day("2024-03-01")), 1);
}

#[test]
fn days_before_the_activity_are_not_expected() {
    let begins = duty(vec![period("2022-05-30", None)]);
    let found = of_may(&begins, &reported(&[("2022-05-27", 0), ("2022-05-30", 0)]));
    assert_eq!((found.expected, found.reported, found.extra), (2, 1, 1));
    assert_eq!(found.missing, [day("2022-05-31")]);
}

#[test]
fn reminders_wait_until_so_many_working_days_have_passed() {
    let always = duty(vec![period("2020-01-01", None)]);
    // From Monday 9 May to Monday 16 May two working days have no report: Monday 9 and Friday 13 May.
    let days = reported(&[
        ("2022-05-10", 0),
        ("2022-05-11", 0),
        ("2022-05-12", 0),
        ("2022-05-16", 0),
    ]);
    let of = |today: &str, after| to_remind_of(&always, &days, &[], (day("2022-05-09"), day(today)), after);
    // On Thursday 12 May two working days have passed since Monday.
    assert_eq!(of("2022-05-11", 2), []);
    assert_eq!(of("2022-05-12", 2), [day("2022-05-09")]);
    assert_eq!(of("2022-05-14", 2), [], "a Saturday");
    // Monday 9 May is old enough for a reminder, which names Friday 13 May too.
    assert_eq!(of("2022-05-16", 4), [day("2022-05-09"), day("2022-05-13")]);
    assert_eq!(of("2022-05-16", 5), []);
}

#[test]
fn nobody_is_reminded_on_leave_nor_of_a_closed_month() {
    let always = duty(vec![period("2020-01-01", None)]);
    let span = (day("2022-04-28"), day("2022-05-05"));
    let of = |reported: &BTreeMap<NaiveDate, ReportedDay>, closed: &[Month]| {
        to_remind_of(&always, reported, closed, span, 1)
    };
    let april: Month = "2022-04".parse().unwrap();
    assert_eq!(of(&BTreeMap::new(), &[]).len(), 5);
    assert_eq!(of(&BTreeMap::new(), &[april]).len(), 3);
    let mut days = reported(&[("2022-05-02", 0), ("2022-05-03", 0), ("2022-05-04", 0)]);
    assert_eq!(of(&days, &[april]), []);
    assert_eq!(of(&days, &[]).len(), 2);
    let leave = ReportedDay {
        received_on: day("2022-04-01"),
        absence: true,
    };
    days.insert(day("2022-05-05"), leave);
    assert_eq!(of(&days, &[]), []);
}

proptest! {
    #[test]
    fn what_is_expected_is_what_was_reported_and_what_is_missing(
        offsets in prop::collection::btree_map(0..120_u64, (0..10_u64, any::<bool>()), 0..60),
        (start, length) in (0..60_u64, 0..60_u64),
        mask in 1..128_i64,
    ) {
        let first = day("2024-02-01");
        let duty = Duty {
            working_days: WorkingDays::from_mask(mask).unwrap(),
            activity_periods: vec![ActivityPeriod {
                starts_on: first + Days::new(start),
                ends_on: Some(first + Days::new(start + length)),
            }],
            ..duty(Vec::new())
        };
        let reports: BTreeMap<NaiveDate, ReportedDay> = offsets
            .iter()
            .map(|(offset, (delay, absence))| {
                let date = first + Days::new(*offset);
                (date, ReportedDay { received_on: date + Days::new(*delay), absence: *absence })
            })
            .collect();
        let last = first + Days::new(119);
        let found = completeness(&duty, &reports, (first, last));
        prop_assert_eq!(found.expected, found.reported + i64::try_from(found.missing.len()).unwrap());
        // The test counts anew, day by day.
        let holidays = ["2024-04-01", "2024-05-01", "2024-05-08", "2024-05-09", "2024-05-20"].map(day);
        let (mut counted, mut missing, mut delays) = ((0, 0, 0), Vec::new(), Vec::new());
        for date in first.iter_days().take(120) {
            let worked = (mask >> date.weekday().num_days_from_monday()) & 1 == 1;
            let active = date >= first + Days::new(start) && date <= first + Days::new(start + length);
            let due = worked && active && !holidays.contains(&date);
            match reports.get(&date) {
                Some(report) if report.absence => {}
                Some(report) if due => {
                    counted.0 += 1;
                    counted.1 += 1;
                    delays.push((report.received_on - date).num_days());
                }
                Some(_) => counted.2 += 1,
                None if due => {
                    counted.0 += 1;
                    missing.push(date);
                }
                None => {}
            }
        }
        delays.retain(|delay| *delay > 0);
        delays.sort_unstable();
        // The median is the shortest delay such that at least half of the delays are no longer.
        let half = |count: usize| count * 2 >= delays.len();
        let median = delays.iter().find(|delay| half(delays.iter().filter(|other| other <= delay).count()));
        prop_assert_eq!((found.expected, found.reported, found.extra), counted);
        prop_assert_eq!(&found.missing, &missing);
        prop_assert_eq!(found.late, i64::try_from(delays.len()).unwrap());
        prop_assert_eq!((found.median_delay, found.worst_delay), (median.copied(), delays.last().copied()));
    }
}
