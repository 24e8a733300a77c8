//! The same figures in every form: workbook, page, picture, PDF, CSV.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use chrono::DateTime;
use quotidien::documents::builders::{self, Style};
use quotidien::documents::document::{Cell, Document, Role};
use quotidien::documents::form::Form;
use quotidien::documents::{chart, csv, html, xlsx};
use quotidien::domain::language::Language;
use quotidien::domain::organisation::MonthStatus;
use quotidien::statistics::breakdown::Breakdown;
use quotidien::statistics::dimension::Dimension;
use quotidien::statistics::publication::{Ingredients, Publication, PublishedBreakdown, PublishedLine, PublishedRow};
use quotidien::statistics::tally::Tally;

use crate::support::annex::{SUMMER_2022, counters, months, table};

pub(super) fn style(names: &BTreeMap<String, String>) -> Style<'_> {
    Style {
        language: Language::French,
        zone: chrono_tz::Europe::Paris,
        names,
    }
}

/// The annex of summer 2022, dated 1 January 1970 at 0:00 UTC.
pub(super) fn annex() -> Document {
    let summer = table(months("2022-05", "2022-07"), MonthStatus::Open, &counters());
    builders::annex(&summer, style(&BTreeMap::new()))
}

/// The annex of any months, in which the figures of summer 2022 come over and over.
pub(super) fn long(from: &str, to: &str) -> Document {
    let period = months(from, to);
    let counters: Vec<_> = counters().into_iter().cycle().take(period.iter().count()).collect();
    builders::annex(&table(period, MonthStatus::Open, &counters), style(&BTreeMap::new()))
}

/// The cells of a sheet from the head of its table on, and the formulas of the lines below the head.
fn sheet(workbook: Vec<u8>, index: usize) -> (Vec<Vec<Data>>, Vec<Vec<String>>) {
    let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(workbook)).unwrap();
    let name = workbook.sheet_names()[index].clone();
    let values = workbook.worksheet_range(&name).unwrap();
    let formulas = workbook.worksheet_formula(&name).unwrap();
    let head = values
        .rows()
        .position(|row| row.len() > 1 && row[1] != Data::Empty)
        .unwrap();
    let first = u32::try_from(head).unwrap();
    let formulas = (first + 1..u32::try_from(values.height()).unwrap()).map(|row| {
        let columns = 0..u32::try_from(values.width()).unwrap();
        columns
            .map(|column| formulas.get_value((row, column)).cloned().unwrap_or_default())
            .collect()
    });
    let formulas = formulas.collect();
    (values.rows().skip(head).map(<[Data]>::to_vec).collect(), formulas)
}

#[test]
fn the_workbook_has_the_annexs_figures_as_numbers_and_its_totals_as_formulas_that_agree() {
    let (rows, formulas) = sheet(xlsx::workbook(&annex()).unwrap(), 0);
    for ((label, figures), (row, formulas)) in SUMMER_2022.iter().zip(rows[1..].iter().zip(&formulas)) {
        assert_eq!(row[0], Data::String((*label).to_owned()));
        let numbers: Vec<i64> = row[1..6]
            .iter()
            .map(|cell| match cell {
                Data::Float(number) => {
                    assert!(number.fract().abs() < 1e-9);
                    format!("{number:.0}").parse().unwrap()
                }
                other => panic!("{other:?} is no number"),
            })
            .collect();
        assert_eq!(numbers, figures);
        assert!(
            formulas[1].starts_with("SUM(D") && formulas[2].starts_with("ROUND(B"),
            "{formulas:?}"
        );
        assert_eq!((formulas[3].as_str(), formulas[5].as_str()), ("", ""));
    }
}

#[test]
fn the_page_says_where_its_figures_come_from_and_needs_nothing_else() {
    let page = html::page(&annex(), &[]);
    assert!(page.contains("<html lang=\"fr\">"));
    assert_eq!(page.matches("<h1>").count(), 1);
    assert!(page.contains("Provisoire – chiffres au 1er janvier 1970 à 1\u{202f}h\u{202f}00"));
    assert!(!page.contains("SHA-256"));
    assert_eq!(page.matches("<th scope=\"row\">").count(), 6);
    assert_eq!(page.matches(" scope=\"col\">").count(), 6);
    for reference in ["src=", "href=", "url(", "<script", "@import"] {
        assert!(!page.contains(reference), "{reference}");
    }
    // The page's only address is the name of SVG's name space, from which nothing is loaded.
    assert_eq!(
        page.matches("http").count(),
        page.matches("http://www.w3.org/2000/svg").count()
    );
}

#[test]
fn the_picture_has_a_title_a_description_and_every_figure() {
    let document = annex();
    let picture = chart::svg(document.chart.as_ref().unwrap(), Language::French);
    for part in ["role=\"img\"", "<title id=", "<desc id=", "Demandes ponctuelles 36"] {
        assert!(picture.contains(part), "{part}");
    }
    assert_eq!(picture.matches("<rect").count(), 18);
}

/// The picture, as SVG, of the annex from one month to another.
fn picture(from: &str, to: &str) -> String {
    chart::svg(long(from, to).chart.as_ref().unwrap(), Language::French)
}

#[test]
fn the_picture_of_many_months_names_some_and_tells_the_highest_value() {
    let year = picture("2022-01", "2022-12");
    assert_eq!(year.matches("<rect").count(), 6 * 12);
    // The axis names every other month.
    assert_eq!(
        (year.matches(">janv-22<").count(), year.matches(">mars-22<").count()),
        (6, 6)
    );
    assert!(!year.contains(">févr-22<"));
    assert_eq!(year.matches(">388<").count(), 4, "each bar has its value");
    let three_years = picture("2020-01", "2022-12");
    assert_eq!(three_years.matches("<rect").count(), 6 * 36);
    assert_eq!(three_years.matches(">388<").count(), 1, "the highest value alone");
    // Over ten years the picture has lines instead of bars.
    let ten_years = picture("2020-01", "2029-12");
    assert_eq!(
        (ten_years.matches("<rect").count(), ten_years.matches("<path").count()),
        (0, 6)
    );
    for heading in [">janv-20<", ">janv-22<", ">janv-24<", ">janv-28<"] {
        assert_eq!(ten_years.matches(heading).count(), 6, "{heading}");
    }
    let one = picture("2022-05", "2022-05");
    assert_eq!(one.matches("<rect").count(), 6);
}

#[test]
fn a_table_of_many_months_is_cut_by_the_year() {
    let document = long("2020-01", "2022-03");
    let table = document.sections[0].table.as_ref().unwrap();
    let parts = table.parts();
    let sizes: Vec<usize> = parts.iter().map(Vec::len).collect();
    assert_eq!(sizes, [14, 12, 3]);
    assert_eq!(parts.concat(), (0..table.columns.len()).collect::<Vec<usize>>());
    let firsts: Vec<&str> = parts[1..]
        .iter()
        .map(|part| table.columns[part[0]].heading.as_str())
        .collect();
    assert_eq!(firsts, ["janv-21", "janv-22"]);
    assert!(matches!(table.columns[parts[0][1]].role, Role::Average));
    let page = html::page(&document, &[]);
    assert_eq!(page.matches("<table>").count(), 3);
    assert!(page.contains("<caption>Chiffres par mois, janv-22 – mars-22</caption>"));
}

#[test]
fn a_publication_carries_its_digest_and_the_number_of_the_deliberation() {
    let document = published(false, &Tally::default());
    let page = html::page(&document, &[("PDF".to_owned(), "?format=pdf".to_owned())]);
    assert!(page.contains("Vu pour être annexé à la délibération n°\u{202f}19"));
    assert!(page.contains("abc123") && page.contains("Chiffres publiés le 29 septembre 2022"));
    assert!(!page.contains("Provisoire"));
    assert!(page.contains("href=\"?format=pdf\""));
    let annex = builders::annex_of(document);
    assert_eq!(annex.sections.len(), 1);
    assert_eq!(annex.sections[0].table.as_ref().unwrap().lines.len(), 6);
}

/// The document of a publication of summer 2022 with this tally in its breakdowns.
pub(super) fn published(shared: bool, tally: &Tally) -> Document {
    let at = "2022-09-29T10:00:00Z".parse().unwrap();
    let of = (months("2022-05", "2022-07"), "abc123", at);
    builders::publication(&publication(tally), of, shared, style(&BTreeMap::new()))
}

/// The publication of summer 2022 with this tally in its breakdowns.
fn publication(tally: &Tally) -> Publication {
    let period = months("2022-05", "2022-07");
    let statistics = table(period, MonthStatus::Closed, &counters());
    let breakdowns: Vec<Breakdown> = [Dimension::Kind, Dimension::Gender, Dimension::Theme]
        .map(|dimension| Breakdown::of(dimension, tally))
        .into();
    Publication::new(&Ingredients {
        action_plan: None,
        organisation: "Le Mans Métropole",
        period,
        now: DateTime::UNIX_EPOCH,
        deliberation_number: Some("19"),
        months: &[],
        rows: &statistics.rows,
        breakdowns: &breakdowns,
    })
}

#[test]
fn what_is_shared_masks_small_cells_and_never_the_annex() {
    let mut tally = Tally::default();
    tally.counters.workshops_held = 3;
    tally.counters.workshop_participants = 40;
    tally.details.add("gender/female", 3, 30);
    tally.details.add("gender/male", 3, 2);
    let cells = |document: &Document, id: &str| -> Vec<Cell> {
        let section = document.sections.iter().find(|section| section.id == id).unwrap();
        let lines = &section.table.as_ref().unwrap().lines;
        lines.iter().map(|line| line.cells[0]).collect()
    };
    let whole = published(false, &tally);
    assert_eq!(
        cells(&whole, "gender"),
        [Cell::Count(30), Cell::Count(2), Cell::Count(8)]
    );
    let shared = published(true, &tally);
    assert_eq!(
        cells(&shared, "gender"),
        [Cell::Count(30), Cell::BelowFive, Cell::Withheld]
    );
    assert!(!shared.sections.iter().any(|section| section.id == "kind"));
    assert_eq!(cells(&shared, "monthly"), cells(&whole, "monthly"));
    let page = html::page(&shared, &[]);
    assert!(page.contains("&lt;\u{202f}5") && page.contains("masqué"));
    // The withheld 8 of 40 people would be 20 %: the page does not show that share either.
    assert!(!page.contains("20\u{202f}%"));
}

#[test]
fn csv_of_several_tables_has_their_headings_and_plain_numbers() {
    let mut tally = Tally::default();
    tally.counters.one_off_interventions = 1;
    tally.counters.one_off_requests = 7;
    let bytes = csv::document(&published(false, &tally)).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with("\u{feff}Chiffres par mois\r\n"));
    assert!(text.contains("Indicateur;Total depuis mai 2022;Moyenne par mois;mai-22;juin-22;juil-22\r\n"));
    assert!(text.contains("\r\nDemande ponctuelle;1;7;100\r\n"), "{text}");
    assert!(text.contains("Ateliers réalisés;62;21;6;22;34\r\n"));
    let end = "\"\"\r\nStatistiques · Conseillers numériques Le Mans Métropole\r\nmai 2022 – juillet 2022\r\n\
        Vu pour être annexé à la délibération n°\u{202f}19\r\nChiffres publiés le 29 septembre 2022\r\n\
        Définitions des chiffres\u{202f}: version 2\r\nSHA-256;abc123\r\n";
    assert!(text.ends_with(end), "{text}");
}

#[test]
fn a_workbook_speaks_the_documents_language_and_names_its_sheets_in_whole_words() {
    let mut tally = Tally::default();
    tally.counters.workshop_participants = 40;
    tally.details.add("gender/female", 3, 30);
    tally.details.add("gender/male", 3, 2);
    let (rows, formulas) = sheet(xlsx::workbook(&published(true, &tally)).unwrap(), 1);
    let text = |cell: &str| Data::String(cell.to_owned());
    assert_eq!((&rows[2][1], &rows[3][1]), (&text("<\u{202f}5"), &text("masqué")));
    // The total of a table with masked cells is a plain number: a formula would give a wrong sum, or tell what is
    // masked.
    assert_eq!((&rows[4][1], formulas[3][1].as_str()), (&Data::Float(40.0), ""));
    let breakdowns: Vec<Breakdown> = Dimension::ALL
        .iter()
        .map(|dimension| Breakdown::of(*dimension, &tally))
        .collect();
    let summer = table(months("2022-05", "2022-07"), MonthStatus::Open, &counters());
    let full = builders::full(&summer, &breakdowns, style(&BTreeMap::new()));
    let workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(xlsx::workbook(&full).unwrap())).unwrap();
    let names = workbook.sheet_names();
    assert_eq!(
        (names.len(), names[1].as_str(), names[19].as_str()),
        (21, "2 Types d’intervention", "20 Demandes des travailleurs")
    );
}

#[test]
fn a_workbook_prints_a_year_a_page_and_leads_to_the_definitions() {
    let (rows, _) = sheet(xlsx::workbook(&annex()).unwrap(), 0);
    let ids: Vec<&Data> = rows.iter().map(|row| row.last().unwrap()).collect();
    assert_eq!(ids[0], &Data::String("Identifiant".to_owned()));
    assert_eq!(ids[1], &Data::String("people_supported".to_owned()));
}

#[test]
fn what_only_a_later_program_knows_stands_under_its_identifier() {
    let period = months("2022-05", "2022-07");
    let row = PublishedRow {
        id: "smiles".to_owned(),
        by_month: vec![1, 2, 3],
        total: 6,
        monthly_average: 2,
    };
    let line = PublishedLine {
        code: "fine".to_owned(),
        interventions: Some(3),
        supports: None,
        share: Some(100),
    };
    let mut publication = publication(&Tally::default());
    publication.rows.push(row);
    publication.breakdowns.push(PublishedBreakdown {
        by: "weather".to_owned(),
        share_of: "interventions".to_owned(),
        total: 3,
        lines: vec![line],
    });
    let of = (period, "abc123", DateTime::UNIX_EPOCH);
    let document = |shared| builders::publication(&publication, of, shared, style(&BTreeMap::new()));
    let whole = document(false);
    let lines = &whole.sections[0].table.as_ref().unwrap().lines;
    assert_eq!(lines.last().unwrap().label, "smiles");
    let weather = whole.sections.last().unwrap();
    assert_eq!((weather.id.as_str(), weather.heading.as_str()), ("weather", "weather"));
    let line = &weather.table.as_ref().unwrap().lines[0];
    assert_eq!(
        (line.label.as_str(), line.cells.as_slice()),
        ("fine", &[Cell::Count(3), Cell::Percent(100)][..])
    );
    // The program does not know how to mask an unknown breakdown, so that it leaves it out of what is shared.
    assert!(!document(true).sections.iter().any(|section| section.id == "weather"));
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    for document in [annex(), published(false, &Tally::default())] {
        for form in Form::ALL {
            assert_eq!(
                form.render(&document).unwrap(),
                form.render(&document).unwrap(),
                "{}",
                form.code
            );
        }
    }
}
