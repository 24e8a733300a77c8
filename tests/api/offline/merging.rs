//! What merging two changes of one day keeps.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::merge::{Content, merge, normal};

/// A day's report with a few interventions, whose identifiers are from 1 to 4, and at times a note; at times no report.
fn content() -> impl Strategy<Value = Content> {
    let interventions = prop::collection::btree_map(1..=4_i64, 1..=2_i64, 0..4);
    prop::option::weighted(0.9, (interventions, prop::option::of("[ab]"))).prop_map(|day| {
        day.map(|(interventions, note)| {
            let one = |(id, participants)| json!({"id": format!("{id}"), "participants": participants});
            let interventions: Vec<Value> = interventions.into_iter().map(one).collect();
            normal(&json!({"interventions": interventions, "note": note}))
        })
    })
}

fn intervention<'a>(content: &'a Content, id: &str) -> Option<&'a Value> {
    let interventions = content.as_ref()?.get("interventions")?.as_array()?;
    interventions.iter().find(|intervention| intervention["id"] == id)
}

proptest! {
    #[test]
    fn a_change_of_one_side_alone_is_what_becomes_of_the_day(base in content(), change in content()) {
        prop_assert_eq!(merge(&base, &change, &base), Some(change.clone()));
        prop_assert_eq!(merge(&base, &base, &change), Some(change.clone()));
        prop_assert_eq!(merge(&base, &change, &change), Some(change));
    }

    #[test]
    fn no_change_of_either_side_is_undone(base in content(), mine in content(), theirs in content()) {
        let Some(merged) = merge(&base, &mine, &theirs) else {
            return Ok(());
        };
        for id in ["1", "2", "3", "4"] {
            let [base, mine, theirs, merged] = [&base, &mine, &theirs, &merged].map(|content| intervention(content, id));
            let expected = if mine == base { theirs } else { mine };
            prop_assert_eq!(merged, expected, "{}", id);
            prop_assert!(mine == base || theirs == base || mine == theirs);
        }
    }

    #[test]
    fn who_is_called_mine_makes_no_difference(base in content(), mine in content(), theirs in content()) {
        let sorted = |merged: Option<Content>| merged.map(|content| content.map(|mut report| {
            if let Some(interventions) = report.get_mut("interventions").and_then(Value::as_array_mut) {
                interventions.sort_by_key(ToString::to_string);
            }
            report
        }));
        prop_assert_eq!(sorted(merge(&base, &mine, &theirs)), sorted(merge(&base, &theirs, &mine)));
    }

    #[test]
    fn the_normal_form_of_a_normal_form_is_itself(day in content()) {
        prop_assert_eq!(day.as_ref().map(normal), day);
    }
}
