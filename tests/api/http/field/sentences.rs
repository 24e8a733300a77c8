//! The deliberation, sentence by sentence: what answers each of them, and the figure that a council is shown. The table of
//! `docs/field.md` names these tests.

use serde_json::{Value, json};

use super::town::{Town, id, path, with};
use crate::http::workshop;
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::field::{self, AGREEMENT, PARTNER, WORKSHOP};

on_both_databases!(
    advisors_are_deployed_on_the_whole_territory,
    they_went_to_meet_communes_associations_consular_and_state_bodies,
    advisors_are_trained_while_they_work,
    the_coordinator_meets_partners_too,
    a_base_says_contacts_kinds_of_action_and_opening_hours,
    structures_avoid_the_publicity_of_their_actions,
    model_documents_are_at_hand,
    support_what_exists_complete_the_offer_and_reach_out,
    one_or_several_advisors_for_defined_periods,
    a_convention_fixes_times_and_dates_of_presence_and_the_kind_of_intervention,
    the_structure_sees_to_an_optimal_activity,
    support_costs_nothing,
    the_structure_provides_the_means_publicity_included,
    the_structure_may_ask_for_equipment,
    a_wide_catalogue_of_workshops,
    each_workshop_has_a_sheet,
    a_structure_under_a_convention_may_ask_for_a_workshop,
    dates_follow_capacity_priorities_and_the_workload,
    registrations_are_up_to_the_structure,
    as_long_as_what_was_agreed_is_kept,
    actions_outside_the_walls,
    a_mobile_office_at_the_foot_of_buildings_and_on_markets,
    social_and_outreach_workers_call_an_advisor_in,
    the_first_appointment_is_accompanied,
    the_most_urgent_is_answered_and_the_person_is_directed,
    adjustments_need_what_was_planned_beside_what_was_held,
    a_plan_of_action_for_a_period,
);

/// The agreement that stands, which says more.
fn agreement(more: &Value) -> Value {
    with(field::agreement(), more)
}

async fn advisors_are_deployed_on_the_whole_territory(database: TestDatabase) {
    let town = Town::on(&database).await;
    town.settle(&json!({"territory": {"communes": ["72181", "72003"]}}))
        .await;
    town.report("2022-09-06", &with(workshop(), &json!({"commune_code": "72181"})))
        .await;
    let coverage = town.get("/v1/statistics/coverage?from=2022-09&to=2022-09").await;
    let interventions = |code: &str| {
        let mut lines = coverage["communes"].as_array().unwrap().iter();
        lines.find(|line| line["code"] == code).unwrap()["interventions"].clone()
    };
    assert_eq!((interventions("72181"), interventions("72003")), (json!(1), json!(0)));
    assert_eq!(town.figure("communes_not_visited").await, 1);
}

async fn they_went_to_meet_communes_associations_consular_and_state_bodies(database: TestDatabase) {
    let town = Town::on(&database).await;
    for (number, kind) in ["commune", "association", "consular", "state", "own_service"]
        .iter()
        .enumerate()
    {
        town.put("partners", number, &json!({"name": kind, "kind": kind})).await;
        let meeting = json!({"day": "2022-09-06", "partner_id": id(number), "nature": ["needs"]});
        town.put("meetings", number, &meeting).await;
    }
    assert_eq!(town.figure("meetings").await, 5);
    assert_eq!(town.told("meetings_by_partner_kind", "consular").await, 1);
}

async fn advisors_are_trained_while_they_work(database: TestDatabase) {
    let town = Town::on(&database).await;
    for (day, absence) in [
        ("2022-09-05", "training"),
        ("2022-09-06", "training"),
        ("2022-09-07", "leave"),
    ] {
        let put = town.api.put(&town.cast.advisor.report(day)).by(&town.cast.advisor);
        put.json(&json!({"absence": absence})).send().await.expect(201);
    }
    assert_eq!(
        (
            town.told("absences", "training").await,
            town.told("absences", "leave").await
        ),
        (2, 1)
    );
    let by_kind = town
        .get("/v1/statistics/breakdown?by=absence&from=2022-09&to=2022-09")
        .await;
    let training = &by_kind["lines"][1];
    assert_eq!(
        (&training["code"], &training["days"], &training["share"]),
        (&json!("training"), &json!(2), &json!(67))
    );
    assert_eq!((&by_kind["share_of"], &by_kind["total"]), (&json!("days"), &json!(3)));
}

async fn the_coordinator_meets_partners_too(database: TestDatabase) {
    let town = Town::on(&database).await;
    let meeting = json!({"day": "2022-09-06", "partner_id": PARTNER, "nature": ["funding"], "met": "Directeur"});
    let kept = town.put("meetings", 1, &meeting).await;
    assert_eq!(town.get(&kept).await["held_by"], town.cast.coordinator.id.to_string());
    assert_eq!(town.figure("meetings").await, 1);
}

async fn a_base_says_contacts_kinds_of_action_and_opening_hours(database: TestDatabase) {
    let town = Town::on(&database).await;
    let place = json!({
        "name": "Médiathèque", "commune_code": "72181", "phone": "02 43 47 47 47", "services": ["everyday_tools"],
        "opening_hours": "Mo-Fr 09:00-12:00"
    });
    let kept = town.put("places", 1, &place).await;
    let kept = town.get(&kept).await;
    assert_eq!(kept["phone"], "+33243474747");
    assert_eq!(kept["services"], json!(["everyday_tools"]));
    assert_eq!(kept["opening_hours"], "Mo-Fr 09:00-12:00");
    assert_eq!(town.figure("places_confirmed").await, 1);
}

async fn structures_avoid_the_publicity_of_their_actions(database: TestDatabase) {
    let town = Town::on(&database).await;
    town.settle(&json!({"slug": "metropole", "publishes": true})).await;
    let place = json!({"commune_code": "72181", "address": "54 rue du Port", "postal_code": "72000"});
    town.put("places", 1, &with(place.clone(), &json!({"name": "Discret"})))
        .await;
    let open = with(place, &json!({"name": "Ouvert", "published": true}));
    town.put("places", 2, &open).await;
    let published = town.page("/open/metropole/places.json").await;
    assert!(published.contains("Ouvert") && !published.contains("Discret"));
    assert_eq!(town.figure("places_published").await, 1);
}

async fn model_documents_are_at_hand(database: TestDatabase) {
    let town = Town::on(&database).await;
    let annex = town.page(&format!("/v1/agreements/{AGREEMENT}/annex")).await;
    assert!(annex.contains("Annexe à la convention") && annex.contains("Commune d’Allonnes"));
}

async fn support_what_exists_complete_the_offer_and_reach_out(database: TestDatabase) {
    let town = Town::on(&database).await;
    let plan = town.get("/v1/statistics/field?from=2022-09&to=2022-09").await;
    let parts: Vec<&Value> = plan["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| &part["label"])
        .collect();
    assert_eq!(parts[..3], ["Soutenir l’existant", "Compléter l’offre", "Aller vers"]);
}

async fn one_or_several_advisors_for_defined_periods(database: TestDatabase) {
    let town = Town::on(&database).await;
    let both = [town.advisor(), town.colleague()];
    let path = format!("/v1/agreements/{AGREEMENT}");
    town.try_put(&path, &agreement(&json!({"advisors": both})))
        .await
        .expect(200);
    let kept = town.get(&path).await;
    assert_eq!(
        (&kept["starts_on"], &kept["ends_on"]),
        (&json!("2022-09-01"), &json!("2022-12-31"))
    );
    assert_eq!(kept["advisors"].as_array().unwrap().len(), 2);
    town.session(
        1,
        &json!({"advisors": both, "agreement_id": AGREEMENT, "outcome": "held"}),
    )
    .await;
    assert_eq!(town.figure("presence_minutes").await, 360);
    assert_eq!(town.figure("agreements_in_force").await, 1);
}

async fn a_convention_fixes_times_and_dates_of_presence_and_the_kind_of_intervention(database: TestDatabase) {
    let town = Town::on(&database).await;
    let presence = json!({
        "name": "Permanence", "kind": "presence", "starts_on": "2022-09-01", "ends_on": "2022-09-30",
        "agreement_id": AGREEMENT, "advisors": [town.advisor()]
    });
    town.put("schedules", 1, &with(field::schedule(), &presence)).await;
    let planned = town.get("/v1/planned-sessions?from=2022-09-01&to=2022-09-30").await;
    let days: Vec<&Value> = planned["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["day"])
        .collect();
    assert_eq!(days, ["2022-09-06", "2022-09-13", "2022-09-20", "2022-09-27"]);
    let kept = town.get(&format!("/v1/agreements/{AGREEMENT}")).await;
    assert_eq!(kept["kinds"], json!(["individual", "workshop"]));
    assert_eq!(town.figure("presences_planned").await, 4);
}

async fn the_structure_sees_to_an_optimal_activity(database: TestDatabase) {
    let town = Town::on(&database).await;
    // Nobody came: it was held all the same, and stands beside the people of the others.
    town.session(1, &json!({"outcome": "held", "agreement_id": AGREEMENT}))
        .await;
    assert_eq!(town.figure("presences_held").await, 1);
    assert_eq!(town.figure("people").await, 0);
}

async fn support_costs_nothing(database: TestDatabase) {
    let town = Town::on(&database).await;
    assert!(town.page("/v1/catalogue").await.contains("gratuit"));
    let place = json!({"name": "Espace", "commune_code": "72181", "fees": ["free"]});
    let kept = town.put("places", 1, &place).await;
    assert_eq!(town.get(&kept).await["fees"], json!(["free"]));
}

async fn the_structure_provides_the_means_publicity_included(database: TestDatabase) {
    let town = Town::on(&database).await;
    let path = format!("/v1/agreements/{AGREEMENT}");
    let commitments = json!({"commitments": [{"kind": "computers"}, {"kind": "publicity"}]});
    town.try_put(&path, &agreement(&commitments)).await.expect(200);
    let annex = town.page(&format!("{path}/annex")).await;
    assert!(annex.contains("Des ordinateurs") && annex.contains("La publicité des actions"));
}

async fn the_structure_may_ask_for_equipment(database: TestDatabase) {
    let town = Town::on(&database).await;
    let request = json!({
        "partner_id": PARTNER, "kind": "equipment", "words": "Deux tablettes", "received_on": "2022-09-20"
    });
    let asked = town.put("requests", 1, &request).await;
    let granted = json!({"status": "granted", "reason": "Deux tablettes pour une semaine"});
    town.try_put(&format!("{asked}/status"), &granted).await.expect(200);
    assert_eq!(town.figure("equipment_requests").await, 1);
    assert_eq!(town.figure("equipment_granted").await, 1);
}

async fn a_wide_catalogue_of_workshops(database: TestDatabase) {
    let town = Town::on(&database).await;
    town.put(
        "workshops",
        1,
        &json!({"title": "Mots de passe", "themes": ["security"]}),
    )
    .await;
    let catalogue = town.page("/v1/catalogue").await;
    assert!(catalogue.contains("Mots de passe") && catalogue.contains("Premiers pas sur internet"));
    town.session(
        1,
        &json!({"kind": "workshop", "workshop_id": WORKSHOP, "outcome": "held"}),
    )
    .await;
    assert_eq!(town.figure("workshop_sessions_held").await, 1);
}

async fn each_workshop_has_a_sheet(database: TestDatabase) {
    let town = Town::on(&database).await;
    let sheet = town.get(&format!("/v1/workshops/{WORKSHOP}")).await;
    let six = [
        "objectives",
        "prerequisites",
        "required_means",
        "participants_min",
        "participants_max",
        "summary",
    ];
    for field in six {
        assert_eq!(sheet[field], field::workshop()[field], "{field}");
        assert!(!sheet[field].is_null(), "{field}");
    }
}

async fn a_structure_under_a_convention_may_ask_for_a_workshop(database: TestDatabase) {
    let town = Town::on(&database).await;
    let request = json!({
        "partner_id": PARTNER, "kind": "workshop", "workshop_id": WORKSHOP, "wished": [{"from": "2022-11-08"}]
    });
    town.put("requests", 1, &request).await;
    town.put("partners", 2, &json!({"name": "Amicale", "kind": "association"}))
        .await;
    let without = with(request, &json!({"partner_id": id(2)}));
    let refused = town.try_put(&path("requests", 2), &without).await;
    assert_eq!(refused.failure(), (409, "partner_without_agreement".to_owned()));
    assert_eq!(town.figure("workshop_requests").await, 1);
}

async fn dates_follow_capacity_priorities_and_the_workload(database: TestDatabase) {
    let town = Town::on(&database).await;
    let request = json!({
        "partner_id": PARTNER, "kind": "workshop", "workshop_id": WORKSHOP, "wished": [{"from": "2022-11-08"}],
        "priority": "high"
    });
    let asked = town.put("requests", 1, &request).await;
    assert_eq!(town.get(&asked).await["priority"], "high");
    town.put(
        "places",
        1,
        &json!({"name": "Salle", "commune_code": "72181", "capacity": 8}),
    )
    .await;
    town.session(1, &json!({"place_id": id(1), "capacity": 8})).await;
    let workload = town.get("/v1/statistics/workload?from=2022-09-05&to=2022-09-11").await;
    let mut advisors = workload["items"].as_array().unwrap().iter();
    let own = advisors.find(|item| item["advisor_id"] == town.advisor()).unwrap();
    assert_eq!(
        (&own["weeks"][0]["sessions"], &own["weeks"][0]["minutes"]),
        (&json!(1), &json!(180))
    );
}

async fn registrations_are_up_to_the_structure(database: TestDatabase) {
    let town = Town::on(&database).await;
    let path = format!("/v1/agreements/{AGREEMENT}");
    let commitments = json!({"commitments": [{"kind": "registrations"}]});
    town.try_put(&path, &agreement(&commitments)).await.expect(200);
    assert!(town.page(&format!("{path}/annex")).await.contains("Les inscriptions"));
    let session = town.session(1, &json!({"kind": "workshop", "registered": 9})).await;
    assert_eq!(town.get(&session).await["registered"], 9);
}

async fn as_long_as_what_was_agreed_is_kept(database: TestDatabase) {
    let town = Town::on(&database).await;
    for (number, met) in ["yes", "partly", "no"].iter().enumerate() {
        let day = format!("2022-09-{:02}", 6 + number);
        let said = json!({"day": day, "agreement_id": AGREEMENT, "outcome": "held", "commitments_met": met});
        town.session(number, &said).await;
    }
    assert_eq!(town.figure("commitments_met").await, 1);
}

async fn actions_outside_the_walls(database: TestDatabase) {
    let town = Town::on(&database).await;
    let outside = with(
        workshop(),
        &json!({"setting": "public_space", "principle": "reach_out"}),
    );
    town.report("2022-09-06", &outside).await;
    town.report("2022-09-07", &workshop()).await;
    assert_eq!(town.figure("outside_walls").await, 50);
}

async fn a_mobile_office_at_the_foot_of_buildings_and_on_markets(database: TestDatabase) {
    let town = Town::on(&database).await;
    for (number, spot) in ["building_foot", "living_place", "rural", "market", "event"]
        .iter()
        .enumerate()
    {
        let kept = town
            .put(
                "places",
                number,
                &json!({"name": spot, "commune_code": "72181", "spot": spot}),
            )
            .await;
        assert_eq!(town.get(&kept).await["spot"], *spot);
    }
    town.put(
        "places",
        9,
        &json!({"name": "Bureau mobile", "commune_code": "72181", "mobile": "mobile"}),
    )
    .await;
    let round = json!({"starts_on": "2022-09-01", "ends_on": "2022-09-30", "place_id": id(0), "vehicle_id": id(9)});
    town.put("schedules", 1, &with(field::schedule(), &round)).await;
    town.session(1, &json!({"kind": "stand", "outcome": "held"})).await;
    assert_eq!(town.figure("stops_planned").await, 5);
    assert_eq!(town.figure("stops_held").await, 1);
}

async fn social_and_outreach_workers_call_an_advisor_in(database: TestDatabase) {
    let town = Town::on(&database).await;
    for (number, service) in ["social_worker", "outreach_worker"].iter().enumerate() {
        let call = json!({"advisor_id": town.advisor(), "service": service});
        let kept = town.put("referrals", number, &with(field::referral(), &call)).await;
        assert_eq!(town.get(&kept).await["service"], *service);
    }
    assert_eq!(town.figure("referrals_received").await, 2);
}

async fn the_first_appointment_is_accompanied(database: TestDatabase) {
    let town = Town::on(&database).await;
    let call = json!({"advisor_id": town.advisor(), "received_on": "2022-09-01"});
    let referral = town.put("referrals", 1, &with(field::referral(), &call)).await;
    let visit = json!({"kind": "first_visit", "referral_id": id(1), "outcome": "held"});
    town.session(2, &visit).await;
    assert_eq!(town.get(&referral).await["state"], "held");
    let accompanied = json!({
        "kind": "individual", "participants": 1, "recurring_participants": 0, "age_groups": {},
        "principle": "reach_out", "referred_by_social_worker": true, "first_visit_accompanied": true
    });
    town.report("2022-09-06", &with(workshop(), &accompanied)).await;
    assert_eq!(town.figure("first_visits_accompanied").await, 1);
}

async fn the_most_urgent_is_answered_and_the_person_is_directed(database: TestDatabase) {
    let town = Town::on(&database).await;
    let call = json!({
        "advisor_id": town.advisor(), "received_on": "2022-09-01", "urgency": "today", "directed_to": ["caf"],
        "closed": {"on": "2022-09-08", "reason": "directed"}
    });
    let kept = town.put("referrals", 1, &with(field::referral(), &call)).await;
    let kept = town.get(&kept).await;
    assert_eq!((&kept["urgency"], &kept["state"]), (&json!("today"), &json!("closed")));
    assert_eq!(kept["directed_to"], json!(["caf"]));
    assert_eq!(town.told("referrals_directed_to", "caf").await, 1);
}

async fn adjustments_need_what_was_planned_beside_what_was_held(database: TestDatabase) {
    let town = Town::on(&database).await;
    town.session(1, &json!({"outcome": "held"})).await;
    town.session(2, &json!({"day": "2022-09-13", "cancelled": "Panne"}))
        .await;
    town.session(3, &json!({"day": "2022-09-20"})).await;
    for (name, value) in [("planned", 3), ("held", 1), ("cancelled", 1), ("unsaid", 1)] {
        assert_eq!(town.figure(&format!("presences_{name}")).await, value, "{name}");
    }
}

async fn a_plan_of_action_for_a_period(database: TestDatabase) {
    let town = Town::on(&database).await;
    let path = "/v1/statistics/field?from=2022-01&to=2022-09";
    let plan = town.get(path).await;
    assert_eq!((&plan["from"], &plan["to"]), (&json!("2022-01"), &json!("2022-09")));
    assert!(town.page(&format!("{path}&format=html")).await.contains("Annexe 2"));
}
