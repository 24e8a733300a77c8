//! The annex as documents, to the byte.

mod forms;
mod laws;
#[cfg(feature = "pdf")]
mod paper;
mod seen;

use std::collections::BTreeMap;

use quotidien::documents::builders::{self, Style};
use quotidien::documents::labels::{annex_title, month_heading};
use quotidien::documents::{csv, text};
use quotidien::domain::calendar::{Month, Months};
use quotidien::domain::language::Language;
use quotidien::domain::organisation::MonthStatus;
use quotidien::statistics::monthly::MonthlyStatistics;
use quotidien::statistics::tally::Counters;

use self::forms::{annex, style};
use crate::support::annex::{SUMMER_2022, counters, month, months, table};

fn summer() -> MonthlyStatistics {
    table(months("2022-05", "2022-07"), MonthStatus::Open, &counters())
}

fn csv_text(statistics: &MonthlyStatistics, language: Language) -> String {
    let names = BTreeMap::new();
    let style = Style {
        language,
        ..style(&names)
    };
    let document = builders::annex(statistics, style);
    String::from_utf8(csv::document(&document).expect("a document")).expect("UTF-8")
}

/// The first line of the CSV of a period, without the byte order mark.
fn headings(period: Months, language: Language) -> String {
    let nothing = vec![Counters::default(); period.iter().count()];
    let document = csv_text(&table(period, MonthStatus::Open, &nothing), language);
    let line = document.split("\r\n").next().expect("a line");
    line.trim_start_matches('\u{feff}').to_owned()
}

#[test]
fn the_annex_as_csv_is_the_councils_to_the_byte() {
    let expected = "\u{feff};Total depuis mai 2022;Moyenne par mois;mai-22;juin-22;juil-22\r\n\
        Personnes totales accompagnées;650;217;57;205;388\r\n\
        Accompagnements total enregistrés (dont récurrent);859;286;68;313;478\r\n\
        Ateliers réalisés;62;21;6;22;34\r\n\
        Total des participants aux ateliers;628;209;52;197;379\r\n\
        Accompagnements individuels;195;65;8;104;83\r\n\
        Demandes ponctuelles;36;12;8;12;16\r\n";
    assert_eq!(csv_text(&summer(), Language::French), expected);
}

#[test]
fn the_annex_as_csv_in_english_has_english_labels_and_iso_months() {
    let expected = "\u{feff};Total since 2022-05;Monthly average;2022-05;2022-06;2022-07\r\n\
        People supported in total;650;217;57;205;388\r\n\
        Supports recorded in total (recurring included);859;286;68;313;478\r\n\
        Workshops held;62;21;6;22;34\r\n\
        Workshop participants in total;628;209;52;197;379\r\n\
        Individual supports;195;65;8;104;83\r\n\
        One-off requests;36;12;8;12;16\r\n";
    assert_eq!(csv_text(&summer(), Language::English), expected);
}

#[test]
fn the_csv_of_a_year_names_all_twelve_months() {
    assert_eq!(
        headings(months("2023-01", "2023-12"), Language::French),
        ";Total depuis janvier 2023;Moyenne par mois;janv-23;févr-23;mars-23;avr-23;mai-23;juin-23;juil-23;août-23;\
         sept-23;oct-23;nov-23;déc-23"
    );
}

#[test]
fn the_first_month_stands_in_full_in_the_heading_of_the_total() {
    let since = |number| {
        let first = Month::new(2021, number).expect("a month");
        let headings = headings(Months::new(first, first).expect("a period"), Language::French);
        headings.split(';').nth(1).expect("a total").to_owned()
    };
    let expected = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    let headings: Vec<String> = (1..=12).map(since).collect();
    assert_eq!(headings, expected.map(|name| format!("Total depuis {name} 2021")));
}

#[test]
fn a_year_is_shown_by_its_last_two_digits() {
    let heading = |text| month_heading(month(text), Language::French);
    assert_eq!(heading("2109-05"), "mai-09");
    assert_eq!(heading("2100-01"), "janv-00");
    assert_eq!(heading("2030-12"), "déc-30");
    assert_eq!(month_heading(month("2109-05"), Language::English), "2109-05");
    assert_eq!(
        headings(months("2108-12", "2109-01"), Language::French),
        ";Total depuis décembre 2108;Moyenne par mois;déc-08;janv-09"
    );
}

#[test]
fn a_cell_that_a_spreadsheet_would_run_is_made_harmless() {
    for cell in ["=1+1", "+33", "-2", "@SUM(A1)", "\tx", "\rx", "="] {
        assert_eq!(csv::harmless(cell), format!("'{cell}"));
    }
    for cell in ["", "650", "Ateliers", "a=b", " =1", "'=1", "é"] {
        assert_eq!(csv::harmless(cell), cell);
    }
}

#[test]
fn the_annex_as_text_has_the_councils_title_and_cells() {
    let document = text::document(&annex());
    let mut lines = document.lines();
    assert_eq!(
        lines.next(),
        Some("Statistiques · Conseillers numériques Le Mans Métropole")
    );
    assert_eq!(lines.next(), Some(""));
    let cells: Vec<Vec<&str>> = lines
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert_eq!(
        cells[0],
        [
            "",
            "Total depuis mai 2022",
            "Moyenne par mois",
            "mai-22",
            "juin-22",
            "juil-22"
        ]
    );
    assert_eq!(cells.len(), 8, "headings, rule and six rows: {document}");
    for ((label, figures), row) in SUMMER_2022.iter().zip(&cells[2..]) {
        assert_eq!(row[0], *label);
        assert_eq!(row[1..], figures.map(|figure| figure.to_string()));
    }
}

#[test]
fn a_document_is_titled_in_its_language() {
    assert_eq!(
        annex_title("Le Mans Métropole", Language::English),
        "Statistics · Digital-inclusion advisors of Le Mans Métropole"
    );
}
