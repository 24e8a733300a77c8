//! The laws of tallies: they add up in any order, and replacing a report changes them by the difference of the two
//! reports.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::DateTime;
use proptest::prelude::*;
use quotidien::domain::identifiers::{AccountId, AdvisorId};
use quotidien::domain::nomenclature::{ClosedList, FollowUp, Kind};
use quotidien::domain::report::{Entry, RecordedReport, Report, ReportDraft};
use quotidien::statistics::tally::{Counters, Detail, Details, Tally};

use crate::domain::sound_intervention;
use crate::support::arbitrary::{numbered, report};

fn sum<'a>(reports: impl IntoIterator<Item = &'a Report>) -> Tally {
    let mut tally = Tally::default();
    for report in reports {
        tally += Tally::of(report);
    }
    tally
}

fn json(details: &Details) -> String {
    serde_json::to_string(details).expect("JSON")
}

fn empty() -> Tally {
    Tally::default()
}

/// The counters of reports, counted anew from their interventions.
fn recount(reports: &[Report]) -> Counters {
    let entries: Vec<&Entry> = reports.iter().flat_map(Report::entries).collect();
    let of = |kind: Kind, value: fn(&Entry) -> i64| -> i64 {
        let of_kind = entries.iter().filter(|entry| entry.intervention.kind == kind);
        of_kind.map(|entry| value(entry)).sum()
    };
    let each = |entry: &Entry| i64::from(entry.intervention.participants > 0);
    let participants = |entry: &Entry| entry.intervention.participants;
    let minutes = |entry: &Entry| entry.intervention.duration_minutes;
    let count = |counted: usize| i64::try_from(counted).expect("few");
    Counters {
        // Whoever assists a colleague counts minutes, and no intervention.
        workshops_held: of(Kind::Workshop, each),
        workshop_participants: of(Kind::Workshop, participants),
        individual_interventions: of(Kind::Individual, each),
        individual_supports: of(Kind::Individual, participants),
        one_off_interventions: of(Kind::OneOff, each),
        one_off_requests: of(Kind::OneOff, participants),
        recurring_participants: entries
            .iter()
            .map(|entry| entry.intervention.recurring_participants)
            .sum(),
        workshop_minutes: of(Kind::Workshop, minutes),
        individual_minutes: of(Kind::Individual, minutes),
        one_off_minutes: of(Kind::OneOff, minutes),
        reports: count(reports.len()),
        absences: count(reports.iter().filter(|report| report.absence().is_some()).count()),
        late_reports: 0,
        referrals: count(
            entries
                .iter()
                .filter(|entry| entry.intervention.referred_by_social_worker)
                .count(),
        ),
        first_visits_accompanied: count(
            entries
                .iter()
                .filter(|entry| entry.intervention.first_visit_accompanied)
                .count(),
        ),
    }
}

/// A report of one workshop and one one-off request.
fn example() -> Report {
    let workshop = sound_intervention(|draft| {
        draft.recurring_participants = 4;
        draft.principle = Some("complement_offer".to_owned());
        draft.commune_code = Some("72181".to_owned());
        draft.themes = vec!["internet".to_owned(), "email".to_owned()];
        draft.age_groups = BTreeMap::from([("70_plus".to_owned(), 6), ("60_69".to_owned(), 1)]);
        draft.genders = BTreeMap::from([("female".to_owned(), 7)]);
        draft.situations = BTreeMap::from([("retired".to_owned(), 8)]);
        draft.follow_ups = BTreeMap::from([("individual".to_owned(), 2), ("redirected".to_owned(), 1)]);
        draft.redirected_to = vec!["caf".to_owned()];
        draft.referred_by_social_worker = true;
        draft.first_visit_accompanied = true;
    });
    let request = sound_intervention(|draft| {
        "one_off".clone_into(&mut draft.kind);
        draft.participants = 3;
        draft.duration_minutes = 20;
        "home".clone_into(&mut draft.setting);
        draft.themes = vec!["email".to_owned()];
        draft.genders = BTreeMap::from([("female".to_owned(), 1), ("male".to_owned(), 2)]);
    });
    let entries = [workshop, request]
        .into_iter()
        .zip(1..)
        .map(|(intervention, number)| Entry {
            id: numbered(number),
            intervention: Arc::new(intervention),
        });
    Report::stored(None, None, entries.collect())
}

#[test]
fn a_report_is_counted_by_kind() {
    let expected = Counters {
        workshops_held: 1,
        workshop_participants: 9,
        one_off_interventions: 1,
        one_off_requests: 3,
        recurring_participants: 4,
        workshop_minutes: 90,
        one_off_minutes: 20,
        reports: 1,
        referrals: 1,
        first_visits_accompanied: 1,
        ..Counters::default()
    };
    let counters = Tally::of(&example()).counters;
    assert_eq!(counters, expected);
    assert_eq!((counters.supports_recorded(), counters.people_supported()), (12, 8));
}

#[test]
fn whoever_assists_counts_minutes_and_nothing_else() {
    let assisting = sound_intervention(|draft| {
        draft.assisting = true;
        draft.participants = 0;
        draft.principle = Some("complement_offer".to_owned());
        draft.commune_code = Some("72181".to_owned());
    });
    let entry = Entry {
        id: numbered(1),
        intervention: Arc::new(assisting),
    };
    let Tally { counters, details } = Tally::of(&Report::stored(None, None, vec![entry]));
    let expected = Counters {
        workshop_minutes: 90,
        reports: 1,
        ..Counters::default()
    };
    assert_eq!(counters, expected);
    assert_eq!(details, Details::default());
}

#[test]
fn a_report_is_counted_by_theme_place_and_people() {
    let details = Tally::of(&example()).details;
    let counted: Vec<(&str, (i64, i64))> = details.iter().map(|(key, detail)| (key, detail.into())).collect();
    let expected = [
        ("age_group/60_69", (1, 1)),
        ("age_group/70_plus", (1, 6)),
        ("commune/72181", (1, 9)),
        ("follow_up/individual", (1, 2)),
        ("follow_up/redirected", (1, 1)),
        ("gender/female", (2, 8)),
        ("gender/male", (1, 2)),
        ("principle/complement_offer", (1, 9)),
        ("redirection/caf", (1, 9)),
        ("setting/home", (1, 3)),
        ("setting/partner_site", (1, 9)),
        ("situation/retired", (1, 8)),
        ("theme/email", (2, 12)),
        ("theme/internet", (1, 9)),
    ];
    assert_eq!(counted, expected);
    assert_eq!(details.get("theme/email"), Detail::from((2, 12)));
    assert_eq!(details.get("theme/budget"), Detail::default());
}

/// The report of 31 May 2022 with this content, received on a day.
fn recorded(content: Report, received_on: &str) -> RecordedReport {
    let instant = DateTime::UNIX_EPOCH;
    RecordedReport {
        advisor: AdvisorId::new(),
        date: "2022-05-31".parse().unwrap(),
        version: 1,
        received_at: instant,
        received_on: received_on.parse().unwrap(),
        updated_at: instant,
        recorded_at: None,
        recorded_by: AccountId::new(),
        content,
    }
}

#[test]
fn a_report_is_late_when_its_month_was_over_when_it_came() {
    for (day, late) in [
        ("2022-05-01", 0),
        ("2022-05-31", 0),
        ("2022-06-01", 1),
        ("2023-01-01", 1),
    ] {
        let tally = Tally::of_recorded(&recorded(Report::EMPTY, day));
        let expected = Counters {
            reports: 1,
            late_reports: late,
            ..Counters::default()
        };
        assert_eq!(tally.counters, expected, "{day}");
    }
}

#[test]
fn an_empty_report_counts_as_a_report() {
    let tally = Tally::of(&Report::EMPTY);
    let expected = Counters {
        reports: 1,
        ..Counters::default()
    };
    assert_eq!((tally.counters, json(&tally.details).as_str()), (expected, "{}"));
}

#[test]
fn an_absence_counts_as_a_report_and_as_an_absence() {
    for code in ["leave", "training", "other"] {
        let draft = ReportDraft {
            absence: Some(code.to_owned()),
            ..ReportDraft::default()
        };
        let absence = draft.validate(|| numbered(1)).expect("sound").report.settle(None);
        let tally = Tally::of(&absence);
        let expected = Counters {
            reports: 1,
            absences: 1,
            ..Counters::default()
        };
        assert_eq!(tally.counters, expected);
        assert_eq!(json(&tally.details), format!(r#"{{"absence/{code}":[1,0]}}"#));
    }
}

#[test]
fn details_are_kept_as_sorted_pairs() {
    let kept = r#"{"setting/home":[1,3],"theme/email":[2,12]}"#;
    let read: Details = serde_json::from_str(r#"{"theme/email":[2,12],"setting/home":[1,3]}"#).expect("details");
    assert_eq!(json(&read), kept);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn counters_are_what_a_recount_finds(reports in prop::collection::vec(report(), 0..6)) {
        prop_assert_eq!(sum(&reports).counters, recount(&reports));
    }

    #[test]
    fn reports_add_up_in_any_order_and_grouping(
        (reports, shuffled) in prop::collection::vec(report(), 0..6)
            .prop_flat_map(|reports| (Just(reports.clone()), Just(reports).prop_shuffle())),
        cut in 0..6_usize,
    ) {
        let all = sum(&reports);
        prop_assert_eq!(&sum(&shuffled), &all);
        let (left, right) = reports.split_at(cut.min(reports.len()));
        prop_assert_eq!(&(sum(left) + sum(right)), &all);
        prop_assert_eq!(&(sum(right) + sum(left)), &all);
    }

    #[test]
    fn two_days_in_one_count_like_the_two(a in report(), b in report()) {
        prop_assume!(a.absence().is_none() && b.absence().is_none());
        let entries = [a.entries(), b.entries()].concat();
        let both = Tally::of(&Report::stored(None, None, entries));
        // The one report with both days' interventions lacks a report in the count: an empty one makes up for it.
        prop_assert_eq!(both + Tally::of(&Report::EMPTY), Tally::of(&a) + Tally::of(&b));
    }

    #[test]
    fn replacing_a_report_takes_the_old_and_adds_the_new(
        others in prop::collection::vec(report(), 0..3),
        old in prop::option::of(report()),
        new in prop::option::of(report()),
    ) {
        let before = sum(others.iter().chain(&old));
        let after = sum(others.iter().chain(&new));
        let recorded = |report: Option<Report>| report.map(|report| recorded(report, "2022-05-31"));
        let change = Tally::change(recorded(old).as_ref(), recorded(new).as_ref());
        prop_assert_eq!(&(before.clone() + change.clone()), &after);
        prop_assert_eq!(after - change, before);
    }

    #[test]
    fn what_is_taken_away_again_leaves_nothing(a in report(), b in report()) {
        let (a, b) = (Tally::of(&a), Tally::of(&b));
        prop_assert_eq!(a.clone() + b.clone() - b.clone(), a.clone());
        prop_assert_eq!(a.clone() - b.clone() + b, a.clone());
        prop_assert_eq!(a.clone() - a.clone(), empty());
        prop_assert_eq!(a.clone() + empty(), a);
    }

    #[test]
    fn equal_tallies_have_equal_json(reports in prop::collection::vec(report(), 1..5), passing in report()) {
        let straight = sum(&reports).details;
        let mut roundabout = Tally::of(&passing) + sum(reports.iter().rev());
        roundabout = roundabout - Tally::of(&passing);
        prop_assert_eq!(json(&straight), json(&roundabout.details));
        let read: Details = serde_json::from_str(&json(&straight)).unwrap();
        prop_assert_eq!(read, straight);
    }

    #[test]
    fn details_agree_with_the_counters(reports in prop::collection::vec(report(), 0..4)) {
        let Tally { counters, details } = sum(&reports);
        let of = |dimension: &str| {
            let named = details.iter().filter(|(key, _)| key.split('/').next() == Some(dimension));
            named.fold((0, 0), |(interventions, supports), (_, detail)| {
                (interventions + detail.interventions, supports + detail.supports)
            })
        };
        // (None of those who assist is counted in either.)
        let interventions = counters.workshops_held + counters.individual_interventions + counters.one_off_interventions;
        // Every intervention has one setting, and each of its people is in at most one group of each list.
        prop_assert_eq!(of("setting"), (interventions, counters.supports_recorded()));
        prop_assert_eq!(of("absence"), (counters.absences, 0));
        for people in ["age_group", "gender", "situation", "follow_up"] {
            prop_assert!(of(people).1 <= counters.supports_recorded());
        }
        let redirected = format!("follow_up/{}", FollowUp::Redirected.code());
        let redirections = details.iter().filter(|(key, _)| key.starts_with("redirection/"));
        prop_assert!(redirections.count() == 0 || details.get(&redirected).supports > 0);
        prop_assert!(details.iter().all(|(_, detail)| detail.interventions > 0));
    }
}
