//! Annexe 2: whether the plan of action is carried out.

use serde_json::{Value, json};

use super::{report, workshop};
use crate::support::api::{Api, Cast};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::field;

on_both_databases!(
    the_plan_of_action_tells_its_three_principles_apart,
    what_stands_around_the_reports_is_as_of_now,
    what_partners_agreed_to_and_asked_for_is_counted,
    what_was_planned_is_counted_by_what_became_of_it,
    annex_two_is_a_document_in_every_form,
);

const PATH: &str = "/v1/statistics/field?from=2022-05&to=2022-07";

fn serving(principle: Option<&str>, setting: &str, participants: i64) -> Value {
    let mut workshop = workshop();
    workshop["age_groups"] = json!({});
    workshop["participants"] = participants.into();
    workshop["recurring_participants"] = 1.into();
    workshop["setting"] = setting.into();
    workshop["duration_minutes"] = 60.into();
    match principle {
        Some(principle) => workshop["principle"] = principle.into(),
        None => drop(workshop.as_object_mut().unwrap().remove("principle")),
    }
    workshop
}

async fn report_all(api: &Api, cast: &Cast) {
    let mut referred = serving(Some("reach_out"), "home", 1);
    referred["recurring_participants"] = 0.into();
    referred["kind"] = "individual".into();
    referred["referred_by_social_worker"] = true.into();
    referred["first_visit_accompanied"] = true.into();
    referred["commune_code"] = "72181".into();
    for (date, interventions) in [
        (
            "2022-05-03",
            vec![
                serving(Some("support_existing"), "partner_site", 10),
                serving(None, "advisor_site", 5),
            ],
        ),
        (
            "2022-06-07",
            vec![serving(Some("reach_out"), "mobile_office", 4), referred],
        ),
        ("2022-08-02", vec![serving(Some("complement_offer"), "partner_site", 9)]),
    ] {
        let call = api.put(&cast.advisor.report(date)).by(&cast.advisor);
        call.json(&report(&interventions)).send().await.expect(201);
    }
}

/// The figures of a part by their names.
fn part(plan: &Value, code: &str) -> Vec<(String, Value)> {
    let mut parts = plan["parts"].as_array().unwrap().iter();
    let part = parts.find(|part| part["code"] == code).unwrap();
    let figures = part["figures"].as_array().unwrap().iter();
    figures
        .map(|figure| {
            (
                figure["id"].as_str().unwrap().replace("action_", ""),
                figure["value"].clone(),
            )
        })
        .collect()
}

fn said(figures: &[(&str, Value)]) -> Vec<(String, Value)> {
    figures
        .iter()
        .map(|(id, value)| ((*id).to_owned(), value.clone()))
        .collect()
}

async fn the_plan_of_action_tells_its_three_principles_apart(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    report_all(&api, &cast).await;
    let plan = api.get(PATH).by(&cast.coordinator).send().await.expect(200).json();
    let done = |interventions: i64, supports: i64, people: i64, minutes: i64| {
        vec![
            ("interventions", json!(interventions)),
            ("supports", json!(supports)),
            ("people", json!(people)),
            ("minutes", json!(minutes)),
        ]
    };
    let nothing = |names: &[&'static str]| names.iter().map(|name| (*name, json!(0))).collect::<Vec<_>>();
    let agreed = [
        "agreements_in_force",
        "agreements_ending",
        "equipment_requests",
        "equipment_granted",
        "presences_planned",
        "presences_held",
        "presences_with_residents",
        "presences_without_residents",
        "presences_cancelled",
        "presences_unsaid",
        "presence_minutes",
        "presence_support_minutes",
    ];
    let existing = [done(1, 10, 9, 60), nothing(&agreed)].concat();
    let rest = vec![("people_per_presence_hour", Value::Null), ("commitments_met", json!(0))];
    let existing = [existing, rest].concat();
    assert_eq!(part(&plan, "support_existing"), said(&existing));
    let asked = [
        "workshop_requests",
        "workshop_requests_planned",
        "workshop_requests_declined",
    ];
    let planned = ["workshops_planned", "workshop_sessions_held"];
    let days = vec![("workshop_request_days", Value::Null)];
    let rest = vec![("workshop_filling", Value::Null), ("sheets_never_asked", json!(0))];
    let offer = [done(0, 0, 0, 0), nothing(&asked), days, nothing(&planned), rest].concat();
    assert_eq!(part(&plan, "complement_offer"), said(&offer));
    let mut reach_out = done(2, 5, 4, 120);
    reach_out.extend(nothing(&[
        "stops_planned",
        "stops_held",
        "stop_people",
        "referrals_received",
        "referrals_visited",
        "referrals_accompanied",
    ]));
    reach_out.push(("referral_days", Value::Null));
    // 4 of 20 supports were given in the van.
    reach_out.extend([
        ("outside_walls", json!(20)),
        ("referrals", json!(1)),
        ("first_visits_accompanied", json!(1)),
    ]);
    assert_eq!(part(&plan, "reach_out"), said(&reach_out));
    assert_eq!(part(&plan, "undisclosed"), said(&done(1, 5, 4, 60)));
}

async fn what_stands_around_the_reports_is_as_of_now(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    report_all(&api, &cast).await;
    let settings = json!({"name": "Métropole", "time_zone": "Europe/Paris", "working_days": ["monday"],
                          "territory": {"communes": ["72181", "72003", "72008"]}});
    api.put("/v1/organisation")
        .by(&cast.coordinator)
        .json(&settings)
        .send()
        .await
        .expect(200);
    for (number, said) in [
        json!({"published": true}),
        json!({}),
        json!({"closed_on": "2021-01-01"}),
        json!({"status": "proposed"}),
    ]
    .iter()
    .enumerate()
    {
        let mut body = json!({"name": format!("Lieu {number}"), "commune_code": "72181"});
        body.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
        let path = format!("/v1/places/0198f3c2-7c1e-7d2a-8f05-{number:012}");
        api.put(&path)
            .by(&cast.coordinator)
            .json(&body)
            .send()
            .await
            .expect(201);
    }
    let around = |stale: i64| {
        said(&[
            ("meetings", json!(0)),
            ("partners", json!(0)),
            ("places_confirmed", json!(2)),
            ("places_published", json!(1)),
            ("places_stale", json!(stale)),
            ("communes_visited", json!(1)),
            ("communes_not_visited", json!(2)),
        ])
    };
    let plan = api.get(PATH).by(&cast.coordinator).send().await.expect(200).json();
    assert_eq!(part(&plan, "field"), around(0));
    api.get(PATH).by(&cast.advisor).send().await.expect(403);
    api.set_clock("2023-10-01T10:00:00Z");
    let token = api.new_token(&cast.coordinator).await;
    let plan = api.get(PATH).bearer(&token).send().await.expect(200).json();
    assert_eq!(part(&plan, "field"), around(2));
}

async fn what_partners_agreed_to_and_asked_for_is_counted(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    field::found(&api, &cast.coordinator).await;
    let path = |list: &str| format!("/v1/{list}/0198f3c2-7c1e-7d2a-8f07-000000000001");
    let body = field::body("put_meeting").unwrap();
    field::put_thing(&api, &cast.coordinator, &body, &path("meetings")).await;
    let body = field::body("put_request").unwrap();
    field::put_thing(&api, &cast.coordinator, &body, &path("requests")).await;
    let figure = async |name: &str| {
        let path = "/v1/statistics/field?from=2022-09&to=2022-09";
        // The clock moves by months: a session would have expired.
        let token = api.new_token(&cast.coordinator).await;
        let plan = api.get(path).bearer(&token).send().await.expect(200).json();
        let parts = plan["parts"].as_array().unwrap().iter();
        let mut figures = parts.flat_map(|part| part["figures"].as_array().unwrap());
        figures.find(|figure| figure["id"] == format!("action_{name}")).unwrap()["value"].clone()
    };
    for (name, value) in [
        ("agreements_in_force", 1),
        // It ends in three months.
        ("agreements_ending", 0),
        ("workshop_requests", 1),
        ("workshop_requests_planned", 0),
        ("equipment_requests", 0),
        ("meetings", 1),
        ("partners", 1),
    ] {
        assert_eq!(figure(name).await, json!(value), "{name}");
    }
    api.set_clock("2022-11-15T10:00:00Z");
    assert_eq!(
        (figure("agreements_in_force").await, figure("agreements_ending").await),
        (json!(1), json!(1))
    );
    api.set_clock("2023-01-01T10:00:00Z");
    assert_eq!(figure("agreements_in_force").await, json!(0));
    // What came in September came in September.
    assert_eq!(figure("workshop_requests").await, json!(1));
}

async fn what_was_planned_is_counted_by_what_became_of_it(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    field::found(&api, &cast.coordinator).await;
    let advisors = [cast.advisor.id.to_string(), cast.colleague.id.to_string()];
    for (number, more) in [
        json!({"kind": "presence", "outcome": "held", "agreement_id": field::AGREEMENT, "commitments_met": "yes",
               "advisors": advisors}),
        json!({"kind": "presence", "outcome": "held", "agreement_id": field::AGREEMENT, "commitments_met": "no"}),
        json!({"kind": "presence", "cancelled": "neige"}),
        json!({"kind": "presence"}),
        json!({"kind": "workshop", "outcome": "held"}),
        json!({"kind": "stop", "outcome": "not_held"}),
        json!({"kind": "stand", "outcome": "held"}),
    ]
    .iter()
    .enumerate()
    {
        let mut session = json!({"day": format!("2022-09-{:02}", number + 1), "from": "09:00", "to": "11:30",
                                 "place_name": "Mairie", "advisors": [advisors[0]]});
        session
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let path = format!("/v1/planned-sessions/0198f3c2-7c1e-7d2a-8f08-{number:012}");
        let call = api.put(&path).by(&cast.coordinator).json(&session);
        call.send().await.expect(201);
    }
    let path = "/v1/statistics/field?from=2022-09&to=2022-09";
    let plan = api.get(path).by(&cast.coordinator).send().await.expect(200).json();
    let all: Vec<(String, Value)> = ["support_existing", "complement_offer", "reach_out"]
        .into_iter()
        .flat_map(|code| part(&plan, code))
        .collect();
    for (name, value) in [
        ("presences_planned", 4),
        ("presences_held", 2),
        ("presences_cancelled", 1),
        ("presences_unsaid", 1),
        // Two hours and a half by two advisors, and by one.
        ("presence_minutes", 450),
        ("commitments_met", 1),
        ("workshops_planned", 1),
        ("workshop_sessions_held", 1),
        ("stops_planned", 2),
        ("stops_held", 1),
    ] {
        let found = all.iter().find(|(id, _)| id == name).unwrap();
        assert_eq!(found.1, json!(value), "{name}");
    }
}

async fn annex_two_is_a_document_in_every_form(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    report_all(&api, &cast).await;
    for format in ["csv", "xlsx", "html", "pdf"] {
        api.get(&format!("{PATH}&format={format}"))
            .by(&cast.coordinator)
            .send()
            .await
            .expect(200);
    }
    let csv = api
        .get(&format!("{PATH}&format=csv"))
        .by(&cast.coordinator)
        .send()
        .await
        .expect(200);
    let text = String::from_utf8(csv.body.to_vec()).unwrap();
    for line in [
        "Aller vers\r\n",
        "Part hors les murs;20\r\n",
        "Temps du principe;120\r\n",
        "Annexe 2 · Plan d'action · ",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
}
