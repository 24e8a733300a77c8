//! How documents write numbers, days and periods: French typography, or ISO forms in English.

use chrono::{DateTime, Datelike as _, NaiveDate, Timelike as _, Utc};
use chrono_tz::Tz;

use super::document::{Cell, Document, Standing};
use super::labels::{month_name, month_word};
use crate::domain::calendar::Months;
use crate::domain::language::Language;

/// What stands between thousands and before `%`, `:` and their like in French: a narrow space at which no line breaks.
pub const NARROW_SPACE: char = '\u{202f}';

/// A whole number, its thousands apart.
pub fn number(value: i64, language: Language) -> String {
    let separator = language.choose(NARROW_SPACE, ',');
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        text.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// A label as it is set: in French no line breaks before a colon.
pub fn label(text: &str, language: Language) -> String {
    match language {
        Language::French => text.replace(" :", "\u{202f}:"),
        Language::English => text.to_owned(),
    }
}

/// A time of minutes as hours: `12 h 30`.
pub fn hours(minutes: i64, language: Language) -> String {
    let (hours, rest) = (minutes / 60, minutes % 60);
    format!("{}{NARROW_SPACE}h{NARROW_SPACE}{rest:02}", number(hours, language))
}

/// A number of tenths: `12,5`, or `12.5` in English.
fn tenths_text(tenths: i64, language: Language) -> String {
    let (whole, rest) = (tenths / 10, tenths % 10);
    format!("{}{}{rest}", number(whole, language), language.choose(",", "."))
}

/// A cell as people read it.
pub fn cell(cell: Cell, language: Language) -> String {
    match cell {
        Cell::Count(count) => number(count, language),
        Cell::Minutes(minutes) => hours(minutes, language),
        Cell::Percent(share) => match language {
            Language::French => format!("{share}{NARROW_SPACE}%"),
            Language::English => format!("{share}%"),
        },
        Cell::Tenths(tenths) => tenths_text(tenths, language),
        Cell::BelowFive => format!("<{NARROW_SPACE}5"),
        Cell::Withheld => language.choose("masqué", "withheld").to_owned(),
        Cell::Empty => String::new(),
    }
}

/// The day of an instant in a zone: `29 septembre 2022`, or `2022-09-29` in English.
pub fn day(at: DateTime<Utc>, zone: Tz, language: Language) -> String {
    civil_day(at.with_timezone(&zone).date_naive(), language)
}

/// A civil day: `29 septembre 2022`, or `2022-09-29` in English.
pub fn civil_day(date: NaiveDate, language: Language) -> String {
    match language {
        Language::French => {
            let day = match date.day() {
                1 => "1er".to_owned(),
                day => day.to_string(),
            };
            format!("{day} {} {}", month_word(date.month()), date.year())
        }
        Language::English => date.format("%Y-%m-%d").to_string(),
    }
}

/// An instant in a zone: `29 septembre 2022 à 12 h 00`.
pub fn moment(at: DateTime<Utc>, zone: Tz, language: Language) -> String {
    let local = at.with_timezone(&zone);
    let day = day(at, zone, language);
    match language {
        Language::French => format!(
            "{day} à {}{NARROW_SPACE}h{NARROW_SPACE}{:02}",
            local.hour(),
            local.minute()
        ),
        Language::English => format!("{day} at {}", local.format("%H:%M")),
    }
}

/// A period: `mai 2022`, `mai 2022 – juillet 2022`.
pub fn period(period: Months, language: Language) -> String {
    let (from, to) = (month_name(period.from(), language), month_name(period.to(), language));
    if from == to { from } else { format!("{from} – {to}") }
}

/// The sentence that says how settled the figures are, without the digest.
pub fn standing(document: &Document) -> Vec<String> {
    let language = document.language;
    let version = &document.definitions_version;
    let mut lines = match &document.standing {
        Standing::Provisional { as_of } => vec![match language {
            Language::French => format!("Provisoire – chiffres au {as_of}"),
            Language::English => format!("Provisional – figures as of {as_of}"),
        }],
        Standing::Published {
            on,
            deliberation_number,
            ..
        } => {
            let published = match language {
                Language::French => format!("Chiffres publiés le {on}"),
                Language::English => format!("Figures published on {on}"),
            };
            let seen = deliberation_number.as_ref().map(|number| match language {
                Language::French => format!("Vu pour être annexé à la délibération n°{NARROW_SPACE}{number}"),
                Language::English => format!("Annexed to deliberation no. {number}"),
            });
            seen.into_iter().chain([published]).collect()
        }
    };
    lines.push(match language {
        Language::French => format!("Définitions des chiffres{NARROW_SPACE}: version {version}"),
        Language::English => format!("Definitions of the figures: version {version}"),
    });
    lines
}
