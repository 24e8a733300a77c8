//! A quarter of the field, from the import of places to both annexes: what the figures are, and that a script which shares no
//! code with the service recounts each of them from the raw lists.

mod device;
mod play;
mod recount;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use self::play::{PERIOD, Quarter, asked, play, sheet, workshops};
use crate::support::api::{Answer, Api};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(a_quarter_of_the_field_is_in_both_annexes);

async fn a_quarter_of_the_field_is_in_both_annexes(database: TestDatabase) {
    let api = Api::on(&database).await;
    let quarter = play(&api).await;
    api.set_clock("2023-01-03T08:00:00Z");
    annex_one(&api, &quarter).await;
    let plan = annex_two(&api, &quarter).await;
    coverage(&api, &quarter).await;
    the_partner_sees_its_request(&api, &quarter).await;
    what_was_reported_twice_is_told_at_closing(&api, &quarter).await;
    a_publication_keeps_both(&api, &quarter, &plan).await;
}

async fn read(api: &Api, quarter: &Quarter, path: &str) -> Value {
    api.get(path)
        .by(&quarter.cast.coordinator)
        .send()
        .await
        .expect(200)
        .json()
}

async fn annex_one(api: &Api, quarter: &Quarter) {
    let annex = read(api, quarter, &format!("/v1/statistics/monthly?{PERIOD}")).await;
    let rows = annex["rows"].as_array().unwrap().iter();
    let by_month: BTreeMap<&str, &Value> = rows
        .map(|row| (row["id"].as_str().unwrap(), &row["by_month"]))
        .collect();
    for (id, expected) in [
        ("people_supported", [2, 16, 9]),
        ("supports_recorded", [3, 18, 10]),
        // Of the two who led the first workshop one assisted; of the second each says that they led it.
        ("workshops_held", [0, 1, 2]),
        ("workshop_participants", [0, 7, 10]),
        ("individual_supports", [3, 5, 0]),
        ("one_off_requests", [0, 6, 0]),
        ("workshop_minutes", [0, 240, 180]),
        ("absences", [0, 0, 3]),
    ] {
        assert_eq!(by_month[id], &json!(expected), "{id}");
    }
}

/// The figures of Annexe 2 by part and name.
fn figures(plan: &Value) -> BTreeMap<String, BTreeMap<String, Value>> {
    let of_part = |part: &Value| {
        let figures = part["figures"].as_array().unwrap().iter();
        let named = figures.map(|figure| (short(&figure["id"]), figure["value"].clone()));
        (part["code"].as_str().unwrap().to_owned(), named.collect())
    };
    plan["parts"].as_array().unwrap().iter().map(of_part).collect()
}

/// The breakdowns of Annexe 2 by name: what is not 0, by code.
fn breakdowns(plan: &Value) -> BTreeMap<String, BTreeMap<String, i64>> {
    let parts = plan["parts"].as_array().unwrap().iter();
    let all = parts.flat_map(|part| part["breakdowns"].as_array().unwrap());
    let of_one = |of: &Value| {
        let lines = of["lines"].as_array().unwrap().iter();
        let lines = lines.map(|line| {
            (
                line["code"].as_str().unwrap().to_owned(),
                line["value"].as_i64().unwrap(),
            )
        });
        (short(&of["id"]), lines.filter(|(_, value)| *value > 0).collect())
    };
    all.map(of_one).collect()
}

fn short(id: &Value) -> String {
    id.as_str().unwrap().strip_prefix("action_").unwrap().to_owned()
}

/// What each part of Annexe 2 says of this quarter, in its order.
const EXPECTED: [(&str, &[(&str, i64)]); 5] = [
    (
        "support_existing",
        &[
            ("interventions", 2),
            ("supports", 3),
            ("people", 2),
            ("minutes", 105),
            ("agreements_in_force", 1),
            ("agreements_ending", 1),
            ("equipment_requests", 1),
            ("equipment_granted", 1),
            ("presences_planned", 4),
            ("presences_held", 2),
            ("presences_with_residents", 1),
            ("presences_without_residents", 1),
            ("presences_cancelled", 1),
            ("presences_unsaid", 1),
            ("presence_minutes", 360),
            ("presence_support_minutes", 105),
            ("people_per_presence_hour", 5),
            ("commitments_met", 1),
        ],
    ),
    // The partner asked on the tenth of October; the workshop was on the eighth of November.
    (
        "complement_offer",
        &[
            ("interventions", 3),
            ("supports", 17),
            ("people", 14),
            ("minutes", 420),
            ("workshop_requests", 1),
            ("workshop_requests_planned", 1),
            ("workshop_requests_declined", 0),
            ("workshop_request_days", 29),
            ("workshops_planned", 2),
            ("workshop_sessions_held", 2),
            ("workshop_filling", 94),
            ("sheets_never_asked", 1),
        ],
    ),
    (
        "reach_out",
        &[
            ("interventions", 4),
            ("supports", 8),
            ("people", 8),
            ("minutes", 125),
            ("stops_planned", 4),
            ("stops_held", 3),
            ("stop_people", 7),
            ("referrals_received", 2),
            ("referrals_visited", 1),
            ("referrals_accompanied", 1),
            ("referral_days", 3),
            ("outside_walls", 23),
            ("referrals", 1),
            ("first_visits_accompanied", 1),
        ],
    ),
    (
        "undisclosed",
        &[("interventions", 1), ("supports", 3), ("people", 3), ("minutes", 60)],
    ),
    (
        "field",
        &[
            ("meetings", 2),
            ("partners", 2),
            ("places_confirmed", 4),
            ("places_published", 1),
            ("places_stale", 0),
            ("communes_visited", 4),
            ("communes_not_visited", 1),
        ],
    ),
];

async fn annex_two(api: &Api, quarter: &Quarter) -> Value {
    let path = format!("/v1/statistics/field?{PERIOD}");
    let plan = read(api, quarter, &path).await;
    let found = figures(&plan);
    for (part, expected) in EXPECTED {
        let expected: BTreeMap<String, Value> = expected
            .iter()
            .map(|(id, value)| ((*id).to_owned(), json!(value)))
            .collect();
        assert_eq!(found[part], expected, "{part}");
    }
    let told = breakdowns(&plan);
    let counts = |lines: &[(&str, i64)]| lines.iter().map(|(code, count)| ((*code).to_owned(), *count)).collect();
    let expected: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::from([
        ("requests_by_workshop".to_owned(), counts(&[(&sheet(), 1)])),
        ("referrals_directed_to".to_owned(), counts(&[("ccas", 1), ("dgfip", 1)])),
        (
            "meetings_by_partner_kind".to_owned(),
            counts(&[("association", 1), ("commune", 1)]),
        ),
        ("absences".to_owned(), counts(&[("leave", 2), ("training", 1)])),
    ]);
    assert_eq!(told, expected);
    for format in ["csv", "xlsx", "html", "pdf"] {
        let document = api
            .get(&format!("{path}&format={format}"))
            .by(&quarter.cast.coordinator);
        says_all(format, &document.send().await.expect(200));
    }
    plan
}

/// The forms that can be read as text tell the figures that are youngest in Annexe 2.
fn says_all(format: &str, document: &Answer) {
    if !matches!(format, "csv" | "html") {
        assert!(document.body.len() > 1_000, "{format}");
        return;
    }
    let text = String::from_utf8(document.body.to_vec()).unwrap();
    for said in [
        "Jours entre la demande et l",
        "Personnes aux haltes et stands",
        "Rendez-vous par type de partenaire",
        "Demandes d",
        "Premiers pas sur internet",
        "Orientations après interpellation",
        "Jours de formation et d",
    ] {
        assert!(text.contains(said), "{said} is not in the {format}");
    }
    if format == "csv" {
        assert!(
            text.contains("Personnes aux haltes et stands;7\r\n") && text.contains("Formation;1\r\n"),
            "{text}"
        );
    }
}

async fn coverage(api: &Api, quarter: &Quarter) {
    let coverage = read(api, quarter, &format!("/v1/statistics/coverage?{PERIOD}")).await;
    let line = |list: &str, code: &str| {
        let mut lines = coverage[list].as_array().unwrap().iter();
        let line = lines.find(|line| line["code"] == code).unwrap();
        ["interventions", "people", "months_without"].map(|figure| line[figure].as_i64().unwrap())
    };
    assert_eq!(line("communes", "72003"), [2, 2, 2]);
    assert_eq!(line("communes", "72095"), [3, 7, 2]);
    assert_eq!(line("communes", "72181"), [4, 15, 1]);
    assert_eq!(line("communes", "72001"), [0, 0, 3], "nobody went to Aigné");
    assert_eq!(line("areas", "sablons"), [3, 14, 1]);
}

async fn the_partner_sees_its_request(api: &Api, quarter: &Quarter) {
    let page = api.get(&quarter.page).send().await.expect(200);
    let page = String::from_utf8(page.body.to_vec()).unwrap();
    assert!(
        page.contains("Premiers pas sur internet") && page.contains("Planifiée"),
        "{page}"
    );
    let request = read(api, quarter, &format!("/v1/requests/{}", asked())).await;
    assert_eq!(
        (&request["status"], &request["received_on"]),
        (&json!("planned"), &json!("2022-10-10"))
    );
    assert_eq!(quarter.places.len(), 3);
}

async fn what_was_reported_twice_is_told_at_closing(api: &Api, quarter: &Quarter) {
    let cast = &quarter.cast;
    let mut told = Vec::new();
    for month in ["2022-10", "2022-11", "2022-12"] {
        let close = api
            .put(&format!("/v1/months/{month}/closing"))
            .by(&cast.coordinator)
            .json(&json!({}));
        told.push(close.send().await.expect(200).json()["reported_twice"].clone());
    }
    let [by_advisor, by_colleague] = [&cast.advisor, &cast.colleague].map(|by| by.id.to_string());
    let workshop = |by: &str| json!({"advisor_id": by, "date": "2022-12-06", "participants": 5});
    let mut both = [workshop(&by_advisor), workshop(&by_colleague)];
    both.sort_by_key(|workshop| workshop["advisor_id"].to_string());
    let twice = json!([{"planned_session_id": workshops()[1], "workshops": both}]);
    // In November one of the two assisted.
    assert_eq!(told, [json!([]), json!([]), twice.clone()]);
    let path = "/v1/months?from=2022-12&to=2022-12";
    assert_eq!(read(api, quarter, path).await["items"][0]["reported_twice"], twice);
    let own = api.get(path).by(&cast.advisor).send().await.expect(200).json();
    assert_eq!(
        own["items"][0]["reported_twice"],
        json!([]),
        "a colleague's figures are not an advisor's to read"
    );
}

async fn a_publication_keeps_both(api: &Api, quarter: &Quarter, plan: &Value) {
    let cast = &quarter.cast;
    let months = json!({"from": "2022-10", "to": "2022-12"});
    let made = api
        .post("/v1/publications")
        .by(&cast.coordinator)
        .json(&months)
        .send()
        .await
        .expect(201);
    let path = made.header("location").unwrap().to_owned();
    let published = api.get(&path).by(&cast.coordinator).send().await.expect(200);
    assert_eq!(kept(&published.json()), figures(plan));
    let annex = api
        .get(&format!("{path}?part=action_plan&format=csv"))
        .by(&cast.coordinator);
    let annex = annex.send().await.expect(200);
    says_all("csv", &annex);
    // What stands around the reports changes; what was published does not.
    let partner = json!({"name": "Chambre de métiers", "kind": "consular"});
    let new = api
        .put("/v1/partners/0198f3c2-7c1e-7d2a-8f60-000000000009")
        .by(&cast.coordinator);
    new.json(&partner).send().await.expect(201);
    let again = api.get(&path).by(&cast.coordinator).send().await.expect(200);
    assert_eq!(again.body, published.body);
    let annex_again = api
        .get(&format!("{path}?part=action_plan&format=csv"))
        .by(&cast.coordinator);
    assert_eq!(annex_again.send().await.expect(200).body, annex.body);
    let changes = read(api, quarter, &format!("{path}/changes")).await;
    assert_eq!(changes["items"], json!([]), "no figure of the reports has changed");
}

/// The figures of Annexe 2 that a publication keeps, by part and name.
fn kept(published: &Value) -> BTreeMap<String, BTreeMap<String, Value>> {
    figures(&json!({"parts": published["action_plan"]}))
}
