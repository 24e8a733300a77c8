//! The people of an intervention by group, the services to which they are redirected, and first visits that are
//! accompanied.

use std::collections::BTreeMap;

use quotidien::domain::intervention::{Counts, InterventionDraft, pointer_token};
use quotidien::domain::nomenclature::{AgeGroup, ClosedList as _, FollowUp, Redirection};

use super::{accepted, people, refused, texts};

/// Sets one of the maps of a draft that have numbers of people by group.
type SetGroups = fn(&mut InterventionDraft, BTreeMap<String, i64>);

/// Each map of a draft: the name, two of the groups, and the function that sets it.
const GROUPS: [(&str, [&str; 2], SetGroups); 4] = [
    ("age_groups", ["70_plus", "under_12"], |draft, groups| {
        draft.age_groups = groups;
    }),
    ("genders", ["female", "male"], |draft, groups| draft.genders = groups),
    ("situations", ["retired", "in_school"], |draft, groups| {
        draft.situations = groups;
    }),
    ("follow_ups", ["workshop", "individual"], |draft, groups| {
        draft.follow_ups = groups;
    }),
];

#[test]
fn groups_add_up_to_no_more_than_the_participants() {
    for (name, [first, second], set) in GROUPS {
        assert_eq!(refused(|draft| set(draft, people([(first, 8), (second, 1)]))), [""; 0]);
        let found = refused(|draft| set(draft, people([(first, 8), (second, 2)])));
        assert_eq!(found, [format!("/{name} sum_exceeds_participants")]);
        let found = refused(|draft| set(draft, people([(first, 10)])));
        assert_eq!(found, [format!("/{name} sum_exceeds_participants")]);
    }
}

#[test]
fn a_group_has_0_to_1000_people() {
    for (name, [first, second], set) in GROUPS {
        let found = refused(|draft| set(draft, people([(first, -1), (second, 9)])));
        assert_eq!(found, [format!("/{name}/{first} out_of_range")]);
        let found = refused(|draft| {
            draft.participants = 1000;
            set(draft, people([(first, 1001)]));
        });
        let expected = [
            format!("/{name}/{first} out_of_range"),
            format!("/{name} sum_exceeds_participants"),
        ];
        assert_eq!(found, expected);
        let found = refused(|draft| set(draft, people([(first, i64::MAX), (second, i64::MAX)])));
        assert_eq!(found.len(), 3, "{found:?}");
    }
}

#[test]
fn a_group_of_nobody_is_left_out() {
    for (_, [first, second], set) in GROUPS {
        let with = accepted(|draft| set(draft, people([(first, 3), (second, 0)])));
        let without = accepted(|draft| set(draft, people([(first, 3)])));
        assert_eq!(with, without);
    }
}

#[test]
fn a_group_of_no_list_is_refused() {
    for (name, [first, _], set) in GROUPS {
        for unknown in ["undisclosed", "", "Female"] {
            let found = refused(|draft| set(draft, people([(first, 1), (unknown, 1)])));
            assert_eq!(found, [format!("/{name}/{unknown} unknown_code")]);
        }
    }
}

#[test]
fn the_pointer_to_a_group_is_escaped() {
    let found = refused(|draft| draft.genders = people([("a/b~c", 1)]));
    assert_eq!(found, ["/genders/a~1b~0c unknown_code"]);
    assert_eq!(pointer_token("~1/"), "~01~1");
}

#[test]
fn only_twenty_unknown_groups_are_named() {
    let names: Vec<String> = (0..30).map(|number| format!("group {number:02}")).collect();
    let groups: Vec<(&str, i64)> = names.iter().map(|name| (name.as_str(), 1)).collect();
    let found = refused(|draft| {
        draft.genders = groups
            .iter()
            .map(|(name, people)| ((*name).to_owned(), *people))
            .collect();
    });
    let expected: Vec<String> = names
        .iter()
        .take(20)
        .map(|name| format!("/genders/{name} unknown_code"))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn an_unknown_group_hides_no_other_rule_and_break_none() {
    let found = refused(|draft| {
        draft.follow_ups = people([("a", 1), ("individual", 1), ("redirected", 1), ("workshop", 8)]);
        draft.redirected_to = texts(&["caf"]);
    });
    assert_eq!(
        found,
        ["/follow_ups/a unknown_code", "/follow_ups sum_exceeds_participants"]
    );
}

#[test]
fn people_are_redirected_to_someone_only_when_some_are_redirected() {
    let all: Vec<String> = Redirection::ALL.iter().map(|to| to.code().to_owned()).collect();
    let intervention = accepted(|draft| {
        draft.follow_ups = people([("redirected", 1)]);
        draft.redirected_to = all;
    });
    assert_eq!(intervention.redirected_to.len(), 25);
    for follow_ups in [people([]), people([("redirected", 0)]), people([("workshop", 1)])] {
        let found = refused(|draft| {
            draft.follow_ups = follow_ups;
            draft.redirected_to = texts(&["caf"]);
        });
        assert_eq!(found, ["/redirected_to not_allowed_here"]);
    }
    assert_eq!(refused(|draft| draft.follow_ups = people([("redirected", 1)])), [""; 0]);
}

#[test]
fn each_wrong_redirection_is_pointed_at() {
    let found = refused(|draft| {
        draft.follow_ups = people([("redirected", 1)]);
        draft.redirected_to = texts(&["caf", "caf", "CAF"]);
    });
    assert_eq!(found, ["/redirected_to/1 duplicate", "/redirected_to/2 unknown_code"]);
}

#[test]
fn an_unknown_redirection_does_not_hide_that_nobody_was_redirected() {
    let found = refused(|draft| draft.redirected_to = texts(&["tax_office"]));
    assert_eq!(
        found,
        ["/redirected_to/0 unknown_code", "/redirected_to not_allowed_here"]
    );
}

#[test]
fn a_first_visit_is_accompanied_only_on_referral() {
    let visit = |referred, accompanied| {
        refused(|draft| {
            draft.referred_by_social_worker = referred;
            draft.first_visit_accompanied = accompanied;
        })
    };
    assert_eq!(visit(true, true), [""; 0]);
    assert_eq!(visit(true, false), [""; 0]);
    assert_eq!(visit(false, true), ["/first_visit_accompanied not_allowed_here"]);
}

#[test]
fn counts_leave_out_what_is_set_back_to_0() {
    let mut counts = Counts::default();
    counts.set(FollowUp::Workshop, 2);
    counts.set(FollowUp::Individual, 3);
    assert_eq!(counts.sum(), 5);
    counts.set(FollowUp::Workshop, 0);
    assert_eq!(counts.get(FollowUp::Workshop), 0);
    assert_eq!(counts.iter().collect::<Vec<_>>(), [(FollowUp::Individual, 3)]);
}

#[test]
fn groups_stand_in_the_order_of_their_list_however_they_were_set() {
    let mut counts = Counts::default();
    for (group, people) in [
        (AgeGroup::From70, 3),
        (AgeGroup::From25To39, 2),
        (AgeGroup::Under12, 1),
        (AgeGroup::From70, 6),
        (AgeGroup::From25To39, 0),
        (AgeGroup::From12To17, 0),
    ] {
        counts.set(group, people);
    }
    let expected = [(AgeGroup::Under12, 1), (AgeGroup::From70, 6)];
    assert_eq!(counts.iter().collect::<Vec<_>>(), expected);
    assert_eq!(
        [AgeGroup::From70, AgeGroup::From25To39].map(|group| counts.get(group)),
        [6, 0]
    );
    assert_eq!(counts.sum(), 7);
}
