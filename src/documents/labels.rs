//! The words of documents in both languages: labels of rows, names of months, headings.

use crate::domain::calendar::{Month, Months};
use crate::domain::language::Language;
use crate::statistics::monthly::{AnnexRow, MonthlyStatistics};

/// The label of a row, in French as the annex of 2022 prints it.
#[must_use]
pub const fn row_label(row: AnnexRow, language: Language) -> &'static str {
    let (french, english) = match row {
        AnnexRow::PeopleSupported => ("Personnes totales accompagnées", "People supported in total"),
        AnnexRow::SupportsRecorded => (
            "Accompagnements total enregistrés (dont récurrent)",
            "Supports recorded in total (recurring included)",
        ),
        AnnexRow::WorkshopsHeld => ("Ateliers réalisés", "Workshops held"),
        AnnexRow::WorkshopParticipants => ("Total des participants aux ateliers", "Workshop participants in total"),
        AnnexRow::IndividualSupports => ("Accompagnements individuels", "Individual supports"),
        AnnexRow::OneOffRequests => ("Demandes ponctuelles", "One-off requests"),
    };
    language.choose(french, english)
}

/// The short and the long French name of a month from 1 to 12.
const fn french_names(month: u32) -> (&'static str, &'static str) {
    match month {
        1 => ("janv", "janvier"),
        2 => ("févr", "février"),
        3 => ("mars", "mars"),
        4 => ("avr", "avril"),
        5 => ("mai", "mai"),
        6 => ("juin", "juin"),
        7 => ("juil", "juillet"),
        8 => ("août", "août"),
        9 => ("sept", "septembre"),
        10 => ("oct", "octobre"),
        11 => ("nov", "novembre"),
        _ => ("déc", "décembre"),
    }
}

/// A month as the head of a column: `mai-22`, or `2022-05` in English.
#[must_use]
pub fn month_heading(month: Month, language: Language) -> String {
    match language {
        Language::French => format!("{}-{:02}", french_names(month.number()).0, month.year() % 100),
        Language::English => month.to_string(),
    }
}

/// A month in a sentence: `mai 2022`, or `2022-05` in English.
fn month_name(month: Month, language: Language) -> String {
    match language {
        Language::French => format!("{} {}", french_names(month.number()).1, month.year()),
        Language::English => month.to_string(),
    }
}

/// The heads of the annex's columns: an empty one over the labels, the total, the average, then each month.
#[must_use]
pub fn annex_headings(period: Months, language: Language) -> Vec<String> {
    let since = month_name(period.from(), language);
    let mut headings = vec![
        String::new(),
        match language {
            Language::French => format!("Total depuis {since}"),
            Language::English => format!("Total since {since}"),
        },
        language.choose("Moyenne par mois", "Monthly average").to_owned(),
    ];
    headings.extend(period.iter().map(|month| month_heading(month, language)));
    headings
}

/// The cells of the annex's lines: the label, the total, the average, then each month.
#[must_use]
pub fn annex_lines(statistics: &MonthlyStatistics, language: Language) -> Vec<Vec<String>> {
    let line = |row: &crate::statistics::monthly::RowFigures| {
        let figures = [row.total, row.monthly_average]
            .into_iter()
            .chain(row.by_month.iter().copied());
        std::iter::once(row_label(row.row, language).to_owned())
            .chain(figures.map(|figure| figure.to_string()))
            .collect()
    };
    statistics.rows.iter().map(line).collect()
}

/// The title over the annex.
#[must_use]
pub fn annex_title(organisation: &str, language: Language) -> String {
    match language {
        Language::French => format!("Statistiques · Conseillers numériques {organisation}"),
        Language::English => format!("Statistics · Digital-inclusion advisors of {organisation}"),
    }
}
