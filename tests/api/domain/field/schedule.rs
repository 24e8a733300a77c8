//! Schedules: the days of a rule, counted another way; and identifiers that are the same wherever they are made.

use chrono::{Datelike as _, Days, NaiveDate, NaiveTime, Weekday};
use proptest::prelude::*;
use quotidien::domain::field::plan::PlanDraft;
use quotidien::domain::field::schedule::{Frequency, Schedule, ScheduleDraft, ScheduleId};
use quotidien::domain::field_error::{FieldCode, FieldErrors};
use quotidien::domain::holidays::HolidayCalendar;
use quotidien::domain::nomenclature::ClosedList as _;

const NAMES: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

fn draft(frequency: &str, interval: i64, by_day: &[&str], (starts_on, ends_on): (&str, &str)) -> ScheduleDraft {
    ScheduleDraft {
        name: "Bureau mobile".to_owned(),
        plan: PlanDraft {
            kind: "stop".to_owned(),
            from: "09:00".to_owned(),
            to: "12:00".to_owned(),
            ..PlanDraft::default()
        },
        starts_on: starts_on.to_owned(),
        ends_on: ends_on.to_owned(),
        frequency: frequency.to_owned(),
        interval,
        by_day: by_day.iter().map(ToString::to_string).collect(),
        on_holidays: true,
        ..ScheduleDraft::default()
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn schedule(draft: ScheduleDraft) -> Schedule {
    draft.validate(day("2022-09-29")).unwrap()
}

fn all_days(schedule: &Schedule, holidays: HolidayCalendar) -> Vec<String> {
    let days = schedule.days(holidays, schedule.starts_on, schedule.ends_on);
    days.iter().map(ToString::to_string).collect()
}

#[test]
fn a_fortnightly_round_falls_on_each_second_tuesday() {
    let round = schedule(draft("weekly", 2, &["TU"], ("2022-10-03", "2022-11-20")));
    let days = all_days(&round, HolidayCalendar::France);
    assert_eq!(days, ["2022-10-04", "2022-10-18", "2022-11-01", "2022-11-15"]);
}

#[test]
fn public_holidays_are_skipped_unless_said_otherwise_and_exceptions_are_left_out() {
    let mut asked = draft("weekly", 2, &["TU"], ("2022-10-03", "2022-11-20"));
    asked.on_holidays = false;
    asked.exceptions = vec!["2022-10-18".to_owned()];
    let round = schedule(asked);
    assert_eq!(all_days(&round, HolidayCalendar::France), ["2022-10-04", "2022-11-15"]);
}

#[test]
fn a_monthly_rule_takes_the_first_and_the_last_of_a_weekday_or_the_date_of_its_first_day() {
    let first = schedule(draft("monthly", 1, &["1TU", "-1FR"], ("2022-10-01", "2022-11-30")));
    let days = all_days(&first, HolidayCalendar::France);
    assert_eq!(days, ["2022-10-04", "2022-10-28", "2022-11-01", "2022-11-25"]);
    let date = schedule(draft("monthly", 1, &[], ("2022-10-31", "2023-02-28")));
    // Months without a 31st have none.
    let days = all_days(&date, HolidayCalendar::France);
    assert_eq!(days, ["2022-10-31", "2022-12-31", "2023-01-31"]);
}

#[test]
fn a_schedule_of_more_than_five_years_or_with_an_ordinal_in_a_weekly_rule_is_refused() {
    let mut asked = draft("weekly", 0, &["1TU", "XX", "MO", "MO"], ("2022-10-01", "2027-10-03"));
    asked.exceptions = vec!["hier".to_owned()];
    let errors = asked.validate(day("2022-09-29")).unwrap_err();
    let faults: Vec<(String, FieldCode)> = errors
        .as_slice()
        .iter()
        .map(|error| match &error.place {
            quotidien::domain::field_error::Place::Body(pointer) => (pointer.clone(), error.code),
            place @ quotidien::domain::field_error::Place::Parameter(_) => panic!("{place:?}"),
        })
        .collect();
    let fault = |pointer: &str, code| (pointer.to_owned(), code);
    assert_eq!(
        faults,
        [
            fault("/ends_on", FieldCode::InTheFuture),
            fault("/interval", FieldCode::OutOfRange { min: 1, max: 52 }),
            fault("/by_day/0", FieldCode::NotAllowedHere),
            fault("/by_day/1", FieldCode::InvalidValue),
            fault("/by_day/3", FieldCode::Duplicate),
            fault("/exceptions/0", FieldCode::InvalidDate),
        ]
    );
}

#[test]
fn each_tuesday_and_the_first_monday_are_two_rules() {
    let asked = draft("monthly", 1, &["TU", "1MO"], ("2022-10-01", "2022-12-31"));
    let errors = asked.validate(day("2022-09-29")).unwrap_err();
    assert_eq!(errors, FieldErrors::of_body("/by_day/1", FieldCode::NotAllowedHere));
}

#[test]
fn the_identifier_of_a_computed_session_is_the_one_that_any_device_makes() {
    let round = schedule(draft("weekly", 1, &["TU"], ("2022-10-03", "2022-12-31")));
    let id: ScheduleId = "0198f3c2-7c1e-7d2a-8f12-000000000001".parse().unwrap();
    // Python: uuid.uuid5(uuid.UUID("0198f3c2-7c1e-7d2a-8f12-000000000001"), "2022-10-04T09:00")
    let session = round.session_id(id, day("2022-10-04"));
    assert_eq!(session.to_string(), "661172da-b783-5a06-9a3d-f4c34f82508b");
    assert_eq!(round.day_of(id, session), Some(day("2022-10-04")));
    let other: ScheduleId = "0198f3c2-7c1e-7d2a-8f12-000000000002".parse().unwrap();
    assert_eq!(round.day_of(other, session), None);
}

/// Which of its weekday in its month a day is, from the beginning and from the end.
fn ordinals(day: NaiveDate) -> (i16, bool) {
    let nth = i16::try_from(day.day0() / 7).unwrap() + 1;
    let is_last = (day + Days::new(7)).month() != day.month();
    (nth, is_last)
}

/// Whether a day is one of a rule, told from the day alone, as RFC 5545 words it.
fn is_of_the_rule(schedule: &Schedule, day: NaiveDate) -> bool {
    let start = schedule.starts_on;
    if day < start || day > schedule.ends_on {
        return false;
    }
    let interval = i64::from(schedule.interval);
    let monday = |day: NaiveDate| day - Days::new(day.weekday().num_days_from_monday().into());
    let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month());
    let (phase, usual) = match schedule.frequency {
        Frequency::Daily => ((day - start).num_days(), true),
        Frequency::Weekly => (
            (monday(day) - monday(start)).num_days() / 7,
            day.weekday() == start.weekday(),
        ),
        Frequency::Monthly => (months(day) - months(start), day.day() == start.day()),
    };
    let (nth, is_last) = ordinals(day);
    let named = schedule.by_day.iter().any(|named| {
        let which = named
            .ordinal
            .is_none_or(|ordinal| ordinal == nth || (ordinal == -1 && is_last));
        named.weekday == day.weekday() && which
    });
    phase % interval == 0 && (named || (schedule.by_day.is_empty() && usual))
}

fn any_schedule() -> impl Strategy<Value = Schedule> {
    let by_day = proptest::collection::vec((0..7_usize, 0..6_usize), 0..5);
    let rule = (0..3_usize, 1..8_i64, by_day, any::<bool>());
    (rule, 0..1500_u64, 0..1800_u64).prop_map(|((frequency, interval, by_day, counts), start, length)| {
        let frequency = Frequency::ALL[frequency];
        let mut named: Vec<String> = Vec::new();
        for (weekday, ordinal) in by_day {
            let ordinal = ["1", "2", "3", "4", "5", "-1"][ordinal];
            let ordinal = if counts && frequency == Frequency::Monthly {
                ordinal
            } else {
                ""
            };
            let text = format!("{ordinal}{}", NAMES[weekday]);
            if !named.contains(&text) {
                named.push(text);
            }
        }
        let starts_on = day("2021-01-01") + Days::new(start);
        let ends_on = starts_on + Days::new(length);
        let named: Vec<&str> = named.iter().map(String::as_str).collect();
        let period = (starts_on.to_string(), ends_on.to_string());
        schedule(draft(frequency.code(), interval, &named, (&period.0, &period.1)))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_days_of_any_rule_are_those_that_each_day_says_of_itself(schedule in any_schedule()) {
        let days = schedule.days(HolidayCalendar::France, schedule.starts_on, schedule.ends_on);
        let all = schedule.starts_on.iter_days().take_while(|day| *day <= schedule.ends_on);
        let counted: Vec<NaiveDate> = all.filter(|day| is_of_the_rule(&schedule, *day)).collect();
        prop_assert_eq!(days, counted);
    }

    #[test]
    fn any_part_of_a_period_has_the_days_of_the_whole_that_fall_in_it(schedule in any_schedule(), from in 0..1800_u64, length in 0..400_u64) {
        let from = schedule.starts_on + Days::new(from);
        let to = from + Days::new(length);
        let whole = schedule.days(HolidayCalendar::France, schedule.starts_on, schedule.ends_on);
        let part: Vec<NaiveDate> = whole.into_iter().filter(|day| (from..=to).contains(day)).collect();
        prop_assert_eq!(schedule.days(HolidayCalendar::France, from, to), part);
    }

    #[test]
    fn ending_a_rule_or_leaving_days_out_changes_no_identifier_and_no_other_day(schedule in any_schedule(), cut in 0..1800_u64) {
        let id = ScheduleId::new();
        let whole = schedule.days(HolidayCalendar::France, schedule.starts_on, schedule.ends_on);
        let mut ended = schedule.clone();
        ended.ends_on = schedule.ends_on.min(schedule.starts_on + Days::new(cut));
        ended.exceptions = whole.first().copied().into_iter().collect();
        for day in ended.days(HolidayCalendar::France, ended.starts_on, ended.ends_on) {
            prop_assert!(whole.contains(&day));
            prop_assert_eq!(ended.session_id(id, day), schedule.session_id(id, day));
            prop_assert_eq!(schedule.session(id, day).session.begins().time(), NaiveTime::from_hms_opt(9, 0, 0).unwrap());
        }
    }
}

#[test]
fn weeks_begin_on_mondays() {
    // Sunday and Monday are of two weeks: with an interval of two they lie thirteen days apart.
    let rule = schedule(draft("weekly", 2, &["SU", "MO"], ("2022-10-09", "2022-10-30")));
    assert_eq!(rule.starts_on.weekday(), Weekday::Sun);
    let days = all_days(&rule, HolidayCalendar::France);
    assert_eq!(days, ["2022-10-09", "2022-10-17", "2022-10-23"]);
}
