//! How a report is settled against the stored one: a retry is identical to it, with or without identifiers.

use proptest::prelude::*;
use quotidien::domain::intervention::InterventionDraft;
use quotidien::domain::report::{INTERVENTIONS_MAX, Report, ReportDraft};

use super::sound;
use crate::support::arbitrary::{ids_from, numbered, report_draft};

/// Settles a draft against the stored report; the server's new identifiers begin at `first_new`.
fn settle(draft: &ReportDraft, stored: Option<&Report>, first_new: u128) -> Report {
    let submission = draft.clone().validate(ids_from(first_new)).expect("a sound draft");
    submission.report.settle(stored)
}

/// A draft of interventions that have these identifiers or none.
fn draft(numbers: &[Option<u128>]) -> ReportDraft {
    let interventions = numbers.iter().map(|number| InterventionDraft {
        id: number.map(|number| numbered(number).to_string()),
        ..sound()
    });
    ReportDraft {
        interventions: interventions.collect(),
        ..ReportDraft::default()
    }
}

fn ids(report: &Report) -> Vec<u128> {
    report.entries().iter().map(|entry| entry.id.uuid().as_u128()).collect()
}

#[test]
fn a_retry_without_identifiers_is_identical() {
    let sent = draft(&[None, None, None]);
    let first = settle(&sent, None, 100);
    assert_eq!(ids(&first), [100, 101, 102]);
    assert_eq!(settle(&sent, Some(&first), 200), first);
}

#[test]
fn an_intervention_without_identifier_takes_the_one_at_its_position() {
    let stored = settle(&draft(&[Some(1), Some(2), Some(3)]), None, 100);
    assert_eq!(ids(&settle(&draft(&[Some(5), None]), Some(&stored), 200)), [5, 2]);
    assert_eq!(
        ids(&settle(&draft(&[None, None, None, None]), Some(&stored), 200)),
        [1, 2, 3, 203]
    );
}

#[test]
fn an_identifier_that_the_body_names_elsewhere_is_not_taken() {
    let stored = settle(&draft(&[Some(1), Some(2)]), None, 100);
    // A new intervention comes before the two stored ones: they keep their identifiers, and the new one gets another.
    assert_eq!(
        ids(&settle(&draft(&[None, Some(1), Some(2)]), Some(&stored), 200)),
        [200, 1, 2]
    );
    assert_eq!(ids(&settle(&draft(&[Some(2), None]), Some(&stored), 200)), [2, 200]);
}

#[test]
fn a_retry_after_a_new_identifier_was_given_is_identical() {
    let stored = settle(&draft(&[Some(1), Some(2)]), None, 100);
    let sent = draft(&[None, Some(1), None]);
    let written = settle(&sent, Some(&stored), 200);
    assert_eq!(ids(&written), [200, 1, 201]);
    assert_eq!(settle(&sent, Some(&written), 300), written);
}

#[test]
fn the_order_of_interventions_is_part_of_a_report() {
    let one = settle(&draft(&[Some(1), Some(2)]), None, 100);
    let other = settle(&draft(&[Some(2), Some(1)]), Some(&one), 200);
    assert_ne!(one, other);
}

#[test]
fn a_body_that_says_the_same_in_other_words_is_the_same() {
    let mut one = draft(&[Some(1)]);
    let mut other = one.clone();
    one.note = Some("Marché".to_owned());
    other.note = Some("  Marche\u{301}\n".to_owned());
    other.recorded_at = Some("2022-05-03T17:12:00+02:00".to_owned());
    let changed = &mut other.interventions[0];
    changed.themes.reverse();
    changed.genders.insert("male".to_owned(), 0);
    changed.place_name = Some(" ".to_owned());
    changed.commune_code = Some(String::new());
    assert_eq!(settle(&one, None, 100), settle(&other, None, 100));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn settling_what_was_settled_changes_nothing(stored in report_draft(), sent in report_draft()) {
        let stored = settle(&stored, None, 100);
        let written = settle(&sent, Some(&stored), 200);
        prop_assert_eq!(&settle(&sent, Some(&written), 300), &written);
        prop_assert_eq!(&settle(&sent, Some(&written), 400), &written);
    }

    #[test]
    fn settled_identifiers_are_distinct_and_keep_those_that_were_sent(stored in report_draft(), sent in report_draft()) {
        let stored = settle(&stored, None, 100);
        let written = settle(&sent, Some(&stored), 200);
        let mut distinct = ids(&written);
        distinct.sort_unstable();
        distinct.dedup();
        prop_assert_eq!(distinct.len(), sent.interventions.len());
        for (entry, draft) in written.entries().iter().zip(&sent.interventions) {
            if let Some(id) = &draft.id {
                prop_assert_eq!(&entry.id.to_string(), id);
            }
        }
        prop_assert!(written.entries().len() <= INTERVENTIONS_MAX);
        prop_assert!(written.absence().is_none() || written.entries().is_empty());
    }
}
