//! The times of presence of an agreement in words, as a convention has them.

use chrono::{Datelike as _, NaiveTime, Timelike as _, Weekday};

use super::words;
use crate::domain::field::schedule::{ByDay, Frequency, Schedule};
use crate::domain::language::Language;

/// When a schedule falls: "chaque mardi, de 9 h à 12 h, du 6 septembre 2022 au 31 décembre 2022".
pub fn in_words(schedule: &Schedule, language: Language) -> String {
    let days = match schedule.frequency {
        Frequency::Daily => each(schedule.interval, ("jour", "day"), language),
        Frequency::Weekly => weekly(schedule, language),
        Frequency::Monthly => monthly(schedule, language),
    };
    let (from, to) = (clock(schedule.plan.from, language), clock(schedule.plan.to, language));
    let starts = words::civil_day(schedule.starts_on, language);
    let ends = words::civil_day(schedule.ends_on, language);
    match language {
        Language::French => format!("{days}, de {from} à {to}, du {starts} au {ends}"),
        Language::English => format!("{days}, {from} to {to}, from {starts} to {ends}"),
    }
}

/// "chaque mois", "tous les 2 mois": of a unit that is masculine in French.
fn each(interval: u16, (french, english): (&str, &str), language: Language) -> String {
    // « mois » is the same in the plural.
    let plural = if french.ends_with('s') { "" } else { "s" };
    match (language, interval) {
        (Language::French, 1) => format!("chaque {french}"),
        (Language::French, interval) => format!("tous les {interval} {french}{plural}"),
        (Language::English, 1) => format!("every {english}"),
        (Language::English, interval) => format!("every {interval} {english}s"),
    }
}

fn weekly(schedule: &Schedule, language: Language) -> String {
    let days: Vec<Weekday> = if schedule.by_day.is_empty() {
        vec![schedule.starts_on.weekday()]
    } else {
        schedule.by_day.iter().map(|day| day.weekday).collect()
    };
    let names = listed(days.iter().map(|day| name(*day, language).to_owned()), language);
    match (language, schedule.interval) {
        (Language::French, 1) => format!("chaque {names}"),
        (Language::French, interval) => format!("toutes les {interval} semaines, le {names}"),
        (Language::English, 1) => format!("every {names}"),
        (Language::English, interval) => format!("every {interval} weeks, on {names}"),
    }
}

fn monthly(schedule: &Schedule, language: Language) -> String {
    let each = each(schedule.interval, ("mois", "month"), language);
    if schedule.by_day.is_empty() {
        let day = schedule.starts_on.day();
        return match language {
            Language::French => format!("{each}, le {day}"),
            Language::English => format!("{each}, on day {day}"),
        };
    }
    let days = listed(schedule.by_day.iter().map(|day| of_month(*day, language)), language);
    match language {
        Language::French => format!("{each}, {days}"),
        Language::English => format!("{each}, on {days}"),
    }
}

/// "le 2e mardi", "le dernier mardi", "tous les mardis".
fn of_month(day: ByDay, language: Language) -> String {
    let name = name(day.weekday, language);
    match (language, day.ordinal) {
        (Language::French, None) => format!("tous les {name}s"),
        (Language::French, Some(-1)) => format!("le dernier {name}"),
        (Language::French, Some(1)) => format!("le 1er {name}"),
        (Language::French, Some(ordinal)) => format!("le {ordinal}e {name}"),
        (Language::English, None) => format!("every {name}"),
        (Language::English, Some(-1)) => format!("the last {name}"),
        (Language::English, Some(1)) => format!("the 1st {name}"),
        (Language::English, Some(2)) => format!("the 2nd {name}"),
        (Language::English, Some(3)) => format!("the 3rd {name}"),
        (Language::English, Some(ordinal)) => format!("the {ordinal}th {name}"),
    }
}

/// Some things, the last with "et".
fn listed(mut things: impl Iterator<Item = String>, language: Language) -> String {
    let mut text = things.next().unwrap_or_default();
    let mut rest = things.peekable();
    while let Some(thing) = rest.next() {
        text.push_str(if rest.peek().is_some() {
            ", "
        } else {
            language.choose(" et ", " and ")
        });
        text.push_str(&thing);
    }
    text
}

const fn name(day: Weekday, language: Language) -> &'static str {
    let (french, english) = match day {
        Weekday::Mon => ("lundi", "Monday"),
        Weekday::Tue => ("mardi", "Tuesday"),
        Weekday::Wed => ("mercredi", "Wednesday"),
        Weekday::Thu => ("jeudi", "Thursday"),
        Weekday::Fri => ("vendredi", "Friday"),
        Weekday::Sat => ("samedi", "Saturday"),
        Weekday::Sun => ("dimanche", "Sunday"),
    };
    match language {
        Language::French => french,
        Language::English => english,
    }
}

/// "9 h", "9 h 30"; "09:30".
fn clock(time: NaiveTime, language: Language) -> String {
    match (language, time.minute()) {
        (Language::French, 0) => format!("{} h", time.hour()),
        (Language::French, minute) => format!("{} h {minute:02}", time.hour()),
        (Language::English, _) => time.format("%H:%M").to_string(),
    }
}
