//! The same figures in every form: workbook, page, picture, PDF, CSV.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use chrono::DateTime;
use proptest::prelude::*;
use quotidien::documents::builders::{self, Style};
use quotidien::documents::document::{Cell, Column, Document, Line, Role, Section, Standing, Table};
use quotidien::documents::{chart, csv, html, xlsx};
use quotidien::domain::language::Language;
use quotidien::domain::organisation::MonthStatus;
use quotidien::statistics::breakdown::{Breakdown, Dimension};
use quotidien::statistics::figure::Figure;
use quotidien::statistics::publication::{Ingredients, Publication};
use quotidien::statistics::tally::Tally;

use crate::support::annex::{SUMMER_2022, counters, months, table};
use crate::support::arbitrary::report;

fn style(names: &BTreeMap<String, String>) -> Style<'_> {
    Style {
        language: Language::French,
        zone: chrono_tz::Europe::Paris,
        names,
    }
}

/// The annex of summer 2022, as it was read at the epoch.
fn annex() -> Document {
    let summer = table(months("2022-05", "2022-07"), MonthStatus::Open, &counters());
    builders::annex(&summer, style(&BTreeMap::new()))
}

/// The annex of many months, the same figures over and over.
fn long(from: &str, to: &str) -> Document {
    let period = months(from, to);
    let counters: Vec<_> = counters().into_iter().cycle().take(period.iter().count()).collect();
    builders::annex(&table(period, MonthStatus::Open, &counters), style(&BTreeMap::new()))
}

/// The cells of a sheet from the head of its table on, and the formulas of the same place.
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
        let numbers: Vec<i64> = row[1..]
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
    assert_eq!(page.matches("<th scope=\"col\">").count(), 6);
    for reference in ["src=", "href=", "url(", "<script", "@import"] {
        assert!(!page.contains(reference), "{reference}");
    }
    // The only address is the name of the picture's language.
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
    let many = long("2020-01", "2022-12");
    let picture = chart::svg(many.chart.as_ref().unwrap(), Language::French);
    assert_eq!(picture.matches("<rect").count(), 6 * 36);
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
fn published(shared: bool, tally: &Tally) -> Document {
    let period = months("2022-05", "2022-07");
    let statistics = table(period, MonthStatus::Closed, &counters());
    let breakdowns: Vec<Breakdown> = [Dimension::Kind, Dimension::Gender, Dimension::Theme]
        .map(|dimension| Breakdown::of(dimension, tally))
        .into();
    let publication = Publication::new(&Ingredients {
        organisation: "Le Mans Métropole",
        period,
        now: DateTime::UNIX_EPOCH,
        deliberation_number: Some("19"),
        months: &[],
        rows: &statistics.rows,
        breakdowns: &breakdowns,
    });
    let at = "2022-09-29T10:00:00Z".parse().unwrap();
    builders::publication(&publication, (period, "abc123", at), shared, style(&BTreeMap::new()))
}

#[test]
fn what_is_shared_masks_small_cells_and_never_the_annex() {
    let mut tally = Tally::default();
    tally.counters.workshops_held = 3;
    tally.counters.workshop_participants = 40;
    tally.details.add("gender/female".to_owned(), 3, 30);
    tally.details.add("gender/male".to_owned(), 3, 2);
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
    // Neither do shares tell what is masked.
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
}

#[cfg(feature = "pdf")]
mod paper {
    use lopdf::{Dictionary, Object};
    use quotidien::documents::pdf::pdf;

    use super::*;

    /// What a PDF says of its structure: the types of its elements in reading order, with the scope of headers.
    fn structure(pdf: &lopdf::Document) -> Vec<String> {
        fn walk(pdf: &lopdf::Document, object: &Object, found: &mut Vec<String>) {
            let object = match object {
                Object::Reference(id) => pdf.get_object(*id).unwrap(),
                other => other,
            };
            match object {
                Object::Array(items) => items.iter().for_each(|item| walk(pdf, item, found)),
                Object::Dictionary(element) => {
                    if let Ok(kind) = element.get(b"S").and_then(Object::as_name) {
                        found.push(format!("{}{}", String::from_utf8_lossy(kind), scope(pdf, element)));
                    }
                    if let Ok(children) = element.get(b"K") {
                        walk(pdf, children, found);
                    }
                }
                _ => {}
            }
        }
        let root = pdf.catalog().unwrap().get_deref(b"StructTreeRoot", pdf).unwrap();
        let mut found = Vec::new();
        walk(pdf, root, &mut found);
        found
    }

    fn scope(pdf: &lopdf::Document, element: &Dictionary) -> String {
        let attributes = element.get_deref(b"A", pdf);
        let lists = match attributes {
            Ok(Object::Array(items)) => items.clone(),
            Ok(one) => vec![one.clone()],
            Err(_) => Vec::new(),
        };
        let scope = lists.iter().find_map(|list| {
            let list = list.as_dict().ok()?;
            list.get(b"Scope").and_then(Object::as_name).ok()
        });
        scope.map_or_else(String::new, |scope| format!(":{}", String::from_utf8_lossy(scope)))
    }

    #[test]
    fn the_pdf_is_tagged_and_says_its_language_and_title() {
        let bytes = pdf(&annex()).unwrap();
        assert!(bytes.starts_with(b"%PDF-1."));
        let read = lopdf::Document::load_mem(&bytes).unwrap();
        let catalog = read.catalog().unwrap();
        let marked = catalog.get_deref(b"MarkInfo", &read).unwrap().as_dict().unwrap();
        assert!(marked.get(b"Marked").unwrap().as_bool().unwrap());
        assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"fr");
        let shown = catalog
            .get_deref(b"ViewerPreferences", &read)
            .unwrap()
            .as_dict()
            .unwrap();
        assert!(shown.get(b"DisplayDocTitle").unwrap().as_bool().unwrap());
        let metadata = catalog.get_deref(b"Metadata", &read).unwrap().as_stream().unwrap();
        let metadata = String::from_utf8(metadata.content.clone()).unwrap();
        assert!(metadata.contains("pdfuaid:part") && metadata.contains("Le Mans Métropole"));
        let structure = structure(&read);
        let count = |kind: &str| structure.iter().filter(|element| *element == kind).count();
        assert_eq!(
            (count("H1"), count("H2"), count("Table"), count("Figure")),
            (1, 1, 1, 1)
        );
        assert_eq!(
            (count("TH:Both"), count("TH:Column"), count("TH:Row"), count("TD")),
            (1, 5, 6, 30)
        );
        let place = |kind: &str| structure.iter().position(|element| element == kind).unwrap();
        assert!(place("H1") < place("H2") && place("H2") < place("Table") && place("Table") < place("Figure"));
        assert_eq!(read.get_pages().len(), 1, "the annex of a summer is one page");
    }

    #[test]
    fn ten_years_are_cut_into_tables_that_are_as_wide_as_the_page() {
        let bytes = pdf(&long("2020-01", "2029-12")).unwrap();
        let read = lopdf::Document::load_mem(&bytes).unwrap();
        let tables = structure(&read).iter().filter(|element| *element == "Table").count();
        // 122 columns, 14 side by side.
        assert_eq!(tables, 9);
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    for document in [annex(), published(false, &Tally::default())] {
        assert_eq!(xlsx::workbook(&document).unwrap(), xlsx::workbook(&document).unwrap());
        #[cfg(feature = "pdf")]
        {
            use quotidien::documents::pdf::pdf;
            assert_eq!(pdf(&document).unwrap(), pdf(&document).unwrap());
        }
    }
}

/// Texts that a careless renderer would break.
fn odd_text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("=1+1".to_owned()),
        Just("<b>&amp;\"'</b>".to_owned()),
        Just("#let x = [ *_$@ ]".to_owned()),
        Just("\\ ` ~ // /* [] {} Œuvre 👩🏽‍🦳".to_owned()),
        "[ -~éàœ]{0,40}",
    ]
}

fn odd_document() -> impl Strategy<Value = Document> {
    let cell = prop_oneof![
        (0..10_000_000_i64).prop_map(Cell::Count),
        (0..100_000_i64).prop_map(Cell::Minutes),
        (0..=100_i64).prop_map(Cell::Percent),
        Just(Cell::BelowFive),
        Just(Cell::Withheld),
        Just(Cell::Empty),
    ];
    let line = (odd_text(), odd_text(), prop::collection::vec(cell, 3)).prop_map(|(id, label, cells)| Line {
        id,
        label,
        cells,
    });
    let lines = prop::collection::vec(line, 0..12);
    (odd_text(), odd_text(), lines).prop_map(|(title, heading, lines)| {
        let column = |role| Column {
            heading: heading.clone(),
            role,
        };
        Document {
            language: Language::English,
            title,
            scope: vec![heading.clone()],
            period: "2022-05".to_owned(),
            standing: Standing::Provisional { as_of: heading.clone() },
            definitions_version: "1".to_owned(),
            chart: None,
            sections: vec![
                Section {
                    id: "odd".to_owned(),
                    heading: heading.clone(),
                    note: Some(heading.clone()),
                    table: Some(Table {
                        label: heading.clone(),
                        columns: vec![column(Role::Count), column(Role::Count), column(Role::Share)],
                        totals: lines.first().cloned(),
                        lines,
                    }),
                },
                Section {
                    id: "none".to_owned(),
                    heading: heading.clone(),
                    note: None,
                    table: None,
                },
            ],
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_document_is_made_in_every_form(document in odd_document()) {
        prop_assert!(csv::document(&document).is_ok());
        prop_assert!(xlsx::workbook(&document).is_ok());
        prop_assert!(!html::page(&document, &[]).contains("<b>"));
        #[cfg(feature = "pdf")]
        {
            let made = quotidien::documents::pdf::pdf(&document);
            prop_assert!(made.is_ok(), "{:?}", made.err());
        }
    }

    #[test]
    fn the_full_statistics_have_every_row_and_breakdown(reports in prop::collection::vec(report(), 1..3)) {
        let mut tally = Tally::default();
        for report in &reports {
            tally += Tally::of(report);
        }
        let breakdowns: Vec<Breakdown> = Dimension::ALL.map(|dimension| Breakdown::of(dimension, &tally)).into();
        let summer = table(months("2022-05", "2022-07"), MonthStatus::Open, &counters());
        let document = builders::full(&summer, &breakdowns, style(&BTreeMap::new()));
        prop_assert_eq!(document.sections.len(), 13);
        prop_assert_eq!(document.sections[0].table.as_ref().unwrap().lines.len(), Figure::ALL.len());
        prop_assert!(xlsx::workbook(&document).is_ok());
        #[cfg(feature = "pdf")]
        prop_assert!(quotidien::documents::pdf::pdf(&document).is_ok());
    }
}
