//! Two tests for people to run by hand: one writes documents to look at, the other measures how long a PDF takes.

use std::collections::BTreeMap;
use std::path::PathBuf;
#[cfg(feature = "pdf")]
use std::time::{Duration, Instant};

use quotidien::documents::builders;
use quotidien::documents::document::Document;
use quotidien::documents::form::Form;
use quotidien::domain::language::Language;
use quotidien::domain::organisation::MonthStatus;
use quotidien::statistics::breakdown::Breakdown;
use quotidien::statistics::dimension::Dimension;
use quotidien::statistics::tally::Tally;

use super::forms::{annex, long, published, style};
use crate::support::annex::{counters, months, table};

/// A tally that has something of most dimensions.
fn varied() -> Tally {
    let mut tally = Tally::default();
    tally.counters.workshops_held = 62;
    tally.counters.workshop_participants = 628;
    tally.counters.individual_interventions = 195;
    tally.counters.individual_supports = 195;
    tally.counters.one_off_interventions = 36;
    tally.counters.one_off_requests = 36;
    tally.counters.referrals = 12;
    tally.counters.first_visits_accompanied = 5;
    for (key, interventions, supports) in [
        ("gender/female", 200, 501),
        ("gender/male", 90, 355),
        ("theme/email", 61, 300),
        ("theme/equipment", 40, 200),
        ("age_group/over_70", 99, 3),
        ("commune/72181", 200, 700),
        ("commune/72003", 20, 80),
    ] {
        tally.details.add(key, interventions, supports);
    }
    tally
}

fn all() -> Vec<(&'static str, Document)> {
    let breakdowns: Vec<Breakdown> = Dimension::ALL
        .iter()
        .map(|dimension| Breakdown::of(*dimension, &varied()))
        .collect();
    let names = BTreeMap::new();
    let mut rich = counters();
    for (month, at) in rich.iter_mut().zip(1..) {
        month.workshop_minutes = 750 * at;
        month.individual_minutes = 1_905 * at;
        month.reports = 21;
    }
    let summer = table(months("2022-05", "2022-07"), MonthStatus::Open, &rich);
    let english = style(&names);
    let english = builders::Style {
        language: Language::English,
        ..english
    };
    vec![
        ("annex", annex()),
        ("annex-en", builders::annex(&summer, english)),
        ("one", long("2022-05", "2022-05")),
        ("year", long("2022-01", "2022-12")),
        ("three-years", long("2020-01", "2022-12")),
        ("ten-years", long("2020-01", "2029-12")),
        ("full", builders::full(&summer, &breakdowns, style(&names))),
        ("published", published(false, &varied())),
        ("shared", published(true, &varied())),
    ]
}

#[test]
#[ignore = "writes every form to the folder DOCUMENTS, to be looked at"]
fn documents_are_written_to_be_looked_at() {
    let folder = PathBuf::from(std::env::var_os("DOCUMENTS").expect("the folder DOCUMENTS"));
    for (name, document) in all() {
        for form in Form::ALL {
            let path = folder.join(format!("{name}.{}", form.code));
            std::fs::write(path, form.render(&document).unwrap()).unwrap();
        }
    }
}

#[cfg(feature = "pdf")]
#[test]
#[ignore = "measures; of use with --release"]
fn a_pdf_takes_less_than_three_tenths_of_a_second() {
    for (name, from, to) in [
        ("3 months", "2022-05", "2022-07"),
        ("12 months", "2022-01", "2022-12"),
        ("120 months", "2020-01", "2029-12"),
    ] {
        let mut times: Vec<Duration> = Vec::new();
        for count in 0..21 {
            // Another title each time, so that the renderer remembers nothing of the document before.
            let mut document = long(from, to);
            document.title = format!("{} {count}", document.title);
            let began = Instant::now();
            quotidien::documents::pdf::pdf(&document).unwrap();
            times.push(began.elapsed());
        }
        let first = times.remove(0);
        times.sort();
        eprintln!(
            "{name}: first {first:?}, half within {:?}, all within {:?}",
            times[10], times[19]
        );
        assert!(times[10] < Duration::from_millis(300), "{name}");
    }
}
