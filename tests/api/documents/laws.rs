//! What holds of any document: it can be made in every form, and no form takes its texts for markup or code.

use std::collections::BTreeMap;

use chrono::DateTime;
use proptest::prelude::*;
use quotidien::documents::builders;
use quotidien::documents::document::{Cell, Chart, Column, Document, Line, Role, Section, Standing, Table};
use quotidien::documents::form::Form;
use quotidien::documents::{html, text};
use quotidien::domain::language::Language;
use quotidien::domain::organisation::MonthStatus;
use quotidien::statistics::breakdown::Breakdown;
use quotidien::statistics::dimension::Dimension;
use quotidien::statistics::figure::Figure;
use quotidien::statistics::tally::Tally;

use super::forms::style;
use crate::support::annex::{counters, months, table};
use crate::support::arbitrary::report;

/// Texts that a careless renderer would take for markup or code. None is blank, since no title of a document is.
fn odd_text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("=1+1".to_owned()),
        Just("<b>&amp;\"'</b>".to_owned()),
        Just("#let x = [ *_$@ ]".to_owned()),
        Just("\\ ` ~ // /* [] {} Œuvre 👩🏽‍🦳".to_owned()),
        "[!-~éàœ][ -~éàœ]{0,40}",
    ]
}

/// Any document: its standing and its lines, with columns of every role.
fn odd_document() -> impl Strategy<Value = Document> {
    let cell = prop_oneof![
        (0..10_000_000_i64).prop_map(Cell::Count),
        (0..100_000_i64).prop_map(Cell::Minutes),
        (0..=100_i64).prop_map(Cell::Percent),
        Just(Cell::BelowFive),
        Just(Cell::Withheld),
        Just(Cell::Empty),
    ];
    let id = prop_oneof![Just(String::new()), odd_text()];
    let line =
        (id, odd_text(), prop::collection::vec(cell, 3)).prop_map(|(id, label, cells)| Line { id, label, cells });
    let lines = prop::collection::vec(line, 0..=40);
    let series = prop::collection::vec((odd_text(), prop::collection::vec(0..10_000_000_i64, 3)), 0..=7);
    (odd_text(), odd_text(), lines, series, any::<[bool; 3]>()).prop_map(
        |(title, text, lines, series, [french, published, bare])| Document {
            language: if french { Language::French } else { Language::English },
            title,
            scope: vec![text.clone()],
            period: "2022-05".to_owned(),
            standing: if published {
                Standing::Published {
                    digest: "0123456789abcdef".repeat(4),
                    on: text.clone(),
                    deliberation_number: Some(text.clone()),
                }
            } else {
                Standing::Provisional { as_of: text.clone() }
            },
            at: DateTime::UNIX_EPOCH,
            bare,
            definitions_version: "1".to_owned(),
            chart: (!series.is_empty()).then(|| Chart {
                title: text.clone(),
                description: text.clone(),
                months: vec![text.clone(); 3],
                series,
            }),
            sections: odd_sections(&text, &lines),
        },
    )
}

fn odd_sections(text: &str, lines: &[Line]) -> Vec<Section> {
    let column = |role| Column {
        heading: text.to_owned(),
        role,
    };
    let table = |roles: &[Role]| Table {
        label: text.to_owned(),
        columns: roles.iter().copied().map(column).collect(),
        totals: lines.first().cloned(),
        lines: lines.to_vec(),
    };
    let section = |table| Section {
        id: "odd".to_owned(),
        heading: text.to_owned(),
        note: Some(text.to_owned()),
        table,
    };
    vec![
        section(Some(table(&[Role::Count, Role::Count, Role::Share]))),
        section(Some(table(&[Role::Total, Role::Average, Role::Month]))),
        section(None),
    ]
}

/// Whether every element of a page is closed, after the elements within it.
fn is_well_formed(page: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    for tag in page.split('<').skip(1) {
        let Some((tag, _)) = tag.split_once('>') else {
            return false;
        };
        let name = tag.split_whitespace().next().unwrap_or_default();
        if let Some(closed) = name.strip_prefix('/') {
            if open.pop() != Some(closed) {
                return false;
            }
        } else if !matches!(name, "!DOCTYPE" | "meta") {
            open.push(name);
        }
    }
    open.is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_document_is_made_in_every_form(document in odd_document()) {
        for form in Form::ALL {
            let made = form.render(&document);
            prop_assert!(made.is_ok(), "{}: {:?}", form.code, made.err());
        }
        prop_assert!(text::document(&document).starts_with(&document.title));
        let page = html::page(&document, &[]);
        prop_assert!(!page.contains("<b>") && is_well_formed(&page), "{page}");
    }

    #[test]
    fn the_full_statistics_have_every_row_and_breakdown(reports in prop::collection::vec(report(), 1..3)) {
        let mut tally = Tally::default();
        for report in &reports {
            tally += Tally::of(report);
        }
        let breakdowns: Vec<Breakdown> = Dimension::ALL.iter().map(|dimension| Breakdown::of(*dimension, &tally)).collect();
        let summer = table(months("2022-05", "2022-07"), MonthStatus::Open, &counters());
        let document = builders::full(&summer, &breakdowns, style(&BTreeMap::new()));
        prop_assert_eq!(document.sections.len(), 1 + Dimension::ALL.len());
        prop_assert_eq!(document.sections[0].table.as_ref().unwrap().lines.len(), Figure::ALL.len());
        for form in Form::ALL {
            prop_assert!(form.render(&document).is_ok(), "{}", form.code);
        }
    }
}
