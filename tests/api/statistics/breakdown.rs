//! Breakdowns as views of a tally.

use proptest::prelude::*;
use quotidien::statistics::breakdown::{Breakdown, UNDISCLOSED};
use quotidien::statistics::dimension::{Dimension, ShareOf};
use quotidien::statistics::tally::Tally;

use crate::support::arbitrary::report;

fn line(breakdown: &Breakdown, code: &str) -> (Option<i64>, Option<i64>, Option<i64>) {
    let line = breakdown.lines.iter().find(|line| line.code == code).unwrap();
    (line.interventions, line.supports, line.share)
}

#[test]
fn a_breakdown_of_nothing_has_its_lines_and_no_shares() {
    for dimension in Dimension::ALL.iter().copied() {
        let breakdown = Breakdown::of(dimension, &Tally::default());
        assert_eq!(breakdown.total, 0);
        assert!(breakdown.lines.iter().all(|line| line.share.is_none()));
    }
    let kinds = Breakdown::of(Dimension::Kind, &Tally::default());
    let codes: Vec<&str> = kinds.lines.iter().map(|line| line.code.as_str()).collect();
    assert_eq!(codes, ["workshop", "individual", "one_off"]);
}

#[test]
fn what_was_not_said_is_the_rest() {
    let mut tally = Tally::default();
    tally.counters.workshops_held = 3;
    tally.counters.workshop_participants = 30;
    tally.details.add("gender/female", 3, 21);
    tally.details.add("principle/reach_out", 1, 10);
    let genders = Breakdown::of(Dimension::Gender, &tally);
    assert_eq!(line(&genders, "female"), (None, Some(21), Some(70)));
    assert_eq!(line(&genders, "male"), (None, Some(0), Some(0)));
    assert_eq!(line(&genders, UNDISCLOSED), (None, Some(9), Some(30)));
    let principles = Breakdown::of(Dimension::Principle, &tally);
    assert_eq!(line(&principles, "reach_out"), (Some(1), Some(10), Some(33)));
    assert_eq!(line(&principles, UNDISCLOSED), (Some(2), Some(20), Some(67)));
}

#[test]
fn referrals_are_told_apart_without_counting_any_twice() {
    let mut tally = Tally::default();
    tally.counters.individual_interventions = 10;
    tally.counters.referrals = 4;
    tally.counters.first_visits_accompanied = 3;
    let breakdown = Breakdown::of(Dimension::Referral, &tally);
    assert_eq!(line(&breakdown, "first_visit_accompanied"), (Some(3), None, Some(30)));
    assert_eq!(line(&breakdown, "social_worker"), (Some(1), None, Some(10)));
    assert_eq!(line(&breakdown, "none"), (Some(6), None, Some(60)));
    assert_eq!(breakdown.total, 10);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_breakdown_adds_up_to_its_whole(reports in prop::collection::vec(report(), 1..5)) {
        let mut tally = Tally::default();
        for report in &reports {
            tally += Tally::of(report);
        }
        // A tally does not name the advisor whose reports it counts; the storage adds the advisor's line.
        let (interventions, supports) = (tally.counters.interventions(), tally.counters.supports_recorded());
        tally.details.add("advisor/one", interventions, supports);
        let absences = tally.counters.absences;
        for dimension in Dimension::ALL.iter().copied() {
            let breakdown = Breakdown::of(dimension, &tally);
            let sum = |count: fn(&_) -> Option<i64>| breakdown.lines.iter().filter_map(count).sum::<i64>();
            match dimension.share_of() {
                ShareOf::Participants => prop_assert_eq!(breakdown.total, supports),
                ShareOf::Supports => {
                    prop_assert_eq!(breakdown.total, supports);
                    prop_assert_eq!(sum(|line| line.interventions), interventions);
                }
                ShareOf::Interventions => prop_assert_eq!(breakdown.total, interventions),
                ShareOf::Mentions => prop_assert_eq!(breakdown.total, sum(|line| line.interventions)),
                ShareOf::Days => {
                    prop_assert_eq!(breakdown.total, absences);
                    prop_assert_eq!(sum(|line| line.days), absences);
                }
            }
            prop_assert_eq!(sum(|line| line.share), if breakdown.total > 0 { 100 } else { 0 });
            prop_assert!(breakdown.lines.iter().all(|line| line.supports >= Some(0) || line.supports.is_none()));
        }
    }
}
