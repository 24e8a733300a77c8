//! What the national form asks, and interventions in which the advisor assisted a colleague.

use quotidien::domain::intervention::InterventionDraft;
use quotidien::domain::nomenclature::{Autonomy, Level};

use super::{accepted, people, refused, texts};
use crate::support::arbitrary::numbered;
use crate::support::codes::sorted_codes;

#[test]
fn an_intervention_says_what_the_national_form_asks() {
    let said = accepted(|draft| {
        draft.themes = texts(&["procedure_transport"]);
        draft.equipment = texts(&["tablet", "phone"]);
        draft.autonomy = Some("partly_autonomous".to_owned());
        draft.level = Some("beginner".to_owned());
        draft.title = Some(" Ma tablette ".to_owned());
        draft.procedure = Some("Permis".to_owned());
        draft.residences = people([("72181", 6), ("2A004", 3), ("72003", 0)]);
    });
    assert_eq!(sorted_codes(said.equipment), ["phone", "tablet"]);
    assert_eq!(said.autonomy, Some(Autonomy::PartlyAutonomous));
    assert_eq!(said.level, Some(Level::Beginner));
    assert_eq!(said.title.as_deref(), Some("Ma tablette"));
    assert_eq!(said.procedure.as_deref(), Some("Permis"));
    let living: Vec<_> = said
        .residences
        .iter()
        .map(|(commune, people)| (commune.as_str(), *people))
        .collect();
    assert_eq!(living, [("2A004", 3), ("72181", 6)], "a commune of nobody is left out");
}

#[test]
fn what_the_national_form_asks_is_checked() {
    let found = refused(|draft| {
        draft.equipment = texts(&["computer", "computer", "abacus"]);
        draft.autonomy = Some("alone".to_owned());
        draft.level = Some("expert".to_owned());
        draft.title = Some("t".repeat(201));
        draft.procedure = Some("Permis".to_owned());
        draft.residences = people([("72181", 6), ("2A004", 4), ("Paris", 1)]);
        draft.place_id = Some("ici".to_owned());
        draft.partner_id = Some(String::new());
        draft.planned_session_id = Some("demain".to_owned());
        draft.workshop_id = Some("courriel".to_owned());
        draft.referral_id = Some("K7M4QX".to_owned());
        let tag = "0198f3c2-7c1e-7d2a-8f05-00000000000a";
        draft.tags = texts(&[tag, "jeunes", &tag.to_uppercase()]);
    });
    let expected = [
        "/equipment/1 duplicate",
        "/equipment/2 unknown_code",
        "/autonomy unknown_code",
        "/level unknown_code",
        "/title too_long",
        "/residences/Paris invalid_commune",
        "/place_id invalid_uuid",
        "/partner_id invalid_uuid",
        "/planned_session_id invalid_uuid",
        "/workshop_id invalid_uuid",
        "/referral_id invalid_uuid",
        "/tags/1 invalid_uuid",
        "/tags/2 duplicate",
        "/procedure not_allowed_here",
        "/residences sum_exceeds_participants",
    ];
    assert_eq!(found, expected);
    let found = refused(|draft| draft.tags = (0..21).map(|number| numbered(number).to_string()).collect());
    assert_eq!(found, ["/tags too_many"]);
    let found = refused(|draft| draft.residences = people([("72181", -1)]));
    assert_eq!(found, ["/residences/72181 out_of_range"]);
    let found = refused(|draft| {
        assist(draft);
        draft.residences = people([("72181", 1)]);
    });
    assert_eq!(found, ["/residences not_allowed_here"]);
}

/// A draft by somebody who assisted a colleague.
fn assist(draft: &mut InterventionDraft) {
    draft.assisting = true;
    draft.participants = 0;
}

#[test]
fn whoever_assists_a_colleague_reports_no_participants() {
    assert!(accepted(assist).assists());
    assert!(!accepted(|_| ()).assists());
    for outside in [-1, 1, 9] {
        let found = refused(|draft| {
            assist(draft);
            draft.participants = outside;
        });
        assert_eq!(found, ["/participants out_of_range"], "{outside}");
    }
    assert_eq!(refused(|draft| draft.participants = 0), ["/participants out_of_range"]);
}

#[test]
fn whoever_assists_a_colleague_says_nothing_of_people_redirections_and_referrals() {
    let found = refused(|draft| {
        assist(draft);
        draft.recurring_participants = 1;
        draft.age_groups = people([("70_plus", 1)]);
        draft.genders = people([("female", 1)]);
        draft.situations = people([("retired", 1)]);
        draft.follow_ups = people([("redirected", 1)]);
        draft.redirected_to = texts(&["caf"]);
        draft.referred_by_social_worker = true;
        draft.first_visit_accompanied = true;
    });
    let fields = [
        "recurring_participants",
        "age_groups",
        "genders",
        "situations",
        "follow_ups",
        "redirected_to",
        "referred_by_social_worker",
        "first_visit_accompanied",
    ];
    assert_eq!(found, fields.map(|field| format!("/{field} not_allowed_here")));
    let nobody = refused(|draft| {
        assist(draft);
        draft.genders = people([("female", 0)]);
        draft.note = Some("en appui de Camille".to_owned());
    });
    assert_eq!(nobody, [""; 0]);
}
