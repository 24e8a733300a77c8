//! Coverage: what each commune of the territory had, those included that had nothing.

use serde_json::{Value, json};

use super::{report, workshop};
use crate::support::api::{Api, Cast};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    a_commune_that_was_never_visited_stands_there_with_nothing,
    what_lies_outside_the_territory_is_the_rest,
    coverage_is_a_document_in_every_form,
);

const PATH: &str = "/v1/statistics/coverage?from=2022-05&to=2022-07";

async fn describe(api: &Api, cast: &Cast, territory: Value) {
    let mut settings = json!({
        "name": "Le Mans Métropole", "time_zone": "Europe/Paris", "working_days": ["monday"],
        "areas": [{"code": "sablons", "name": "Les Sablons", "communes": ["72181"]}]
    });
    if !territory.is_null() {
        settings["territory"] = territory;
    }
    let call = api.put("/v1/organisation").by(&cast.coordinator).json(&settings);
    call.send().await.expect(200);
}

fn at(commune: &str, participants: i64, recurring: i64) -> Value {
    let mut workshop = workshop();
    workshop["age_groups"] = json!({});
    workshop["participants"] = participants.into();
    workshop["recurring_participants"] = recurring.into();
    workshop["commune_code"] = commune.into();
    workshop
}

/// Le Mans twice in May and once in July, Allonnes once in June, Nantes once, and once nobody knows where.
async fn report_all(api: &Api, cast: &Cast) {
    let mut nowhere = at("72181", 3, 0);
    nowhere.as_object_mut().unwrap().remove("commune_code");
    for (date, interventions) in [
        ("2022-05-03", vec![at("72181", 10, 2), at("72181", 5, 0)]),
        ("2022-06-07", vec![at("72003", 12, 0), at("44109", 7, 1)]),
        ("2022-07-05", vec![at("72181", 4, 4), nowhere]),
        ("2022-08-02", vec![at("72008", 9, 0)]),
    ] {
        let call = api.put(&cast.advisor.report(date)).by(&cast.advisor);
        call.json(&report(&interventions)).send().await.expect(201);
    }
}

fn line<'a>(coverage: &'a Value, list: &str, code: &str) -> &'a Value {
    let mut lines = coverage[list].as_array().unwrap().iter();
    lines.find(|line| line["code"] == code).unwrap()
}

/// The interventions, the people, the people for each thousand inhabitants and the months without any.
fn figures(line: &Value) -> (i64, i64, Option<f64>, i64) {
    let number = |name: &str| line[name].as_i64().unwrap();
    (
        number("interventions"),
        number("people"),
        line["people_per_thousand"].as_f64(),
        number("months_without"),
    )
}

async fn a_commune_that_was_never_visited_stands_there_with_nothing(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    describe(&api, &cast, json!({"epci": "247200132", "year": 2022})).await;
    report_all(&api, &cast).await;
    let coverage = api.get(PATH).by(&cast.coordinator).send().await.expect(200).json();
    // The 19 communes of 2022, and what lies outside and was not said.
    assert_eq!(coverage["communes"].as_array().unwrap().len(), 21);
    assert_eq!(coverage["communes"][0]["label"], "Aigné");
    let thousandth = |commune: &Value, people: f64| {
        let inhabitants = commune["population"].as_f64().unwrap();
        (people * 10_000.0 / inhabitants).round() / 10.0
    };
    let le_mans = line(&coverage, "communes", "72181");
    assert_eq!(figures(le_mans), (3, 13, Some(thousandth(le_mans, 13.0)), 1));
    let allonnes = line(&coverage, "communes", "72003");
    assert_eq!(figures(allonnes), (1, 12, Some(thousandth(allonnes, 12.0)), 2));
    // Arnage had a workshop in August, after the period.
    assert_eq!(figures(line(&coverage, "communes", "72008")), (0, 0, Some(0.0), 3));
    assert_eq!(coverage["provisional"], true);
}

async fn what_lies_outside_the_territory_is_the_rest(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    report_all(&api, &cast).await;
    describe(&api, &cast, json!({"epci": "247200132", "year": 2022})).await;
    let coverage = api.get(PATH).by(&cast.coordinator).send().await.expect(200).json();
    let outside = line(&coverage, "communes", "outside");
    assert_eq!(
        (&outside["label"], figures(outside)),
        (&json!("Hors périmètre"), (1, 6, None, 2))
    );
    assert_eq!(figures(line(&coverage, "communes", "undisclosed")), (1, 3, None, 2));
    assert_eq!(figures(&coverage["total"]), (6, 34, None, 0));
    let sum = |name: &str| -> i64 {
        let lines = coverage["communes"].as_array().unwrap().iter();
        lines.map(|line| line[name].as_i64().unwrap()).sum()
    };
    assert_eq!((sum("interventions"), sum("people")), (6, 34));
    assert_eq!(figures(line(&coverage, "areas", "sablons")), (0, 0, None, 3));
    assert_eq!(figures(line(&coverage, "areas", "outside")).0, 6);
    // An organisation that has not said where it works sees where something was done.
    describe(&api, &cast, Value::Null).await;
    let coverage = api.get(PATH).by(&cast.coordinator).send().await.expect(200).json();
    let codes: Vec<&str> = coverage["communes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["72003", "72181", "44109", "outside", "undisclosed"]);
}

async fn coverage_is_a_document_in_every_form(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    describe(&api, &cast, json!({"communes": ["72003", "72181"]})).await;
    report_all(&api, &cast).await;
    for (format, media_type) in [
        ("csv", "text/csv; charset=utf-8"),
        (
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("html", "text/html; charset=utf-8"),
        ("pdf", "application/pdf"),
    ] {
        let answer = api
            .get(&format!("{PATH}&format={format}"))
            .by(&cast.coordinator)
            .send()
            .await
            .expect(200);
        assert_eq!(answer.header("content-type"), Some(media_type));
    }
    let csv = api
        .get(&format!("{PATH}&format=csv"))
        .by(&cast.coordinator)
        .send()
        .await
        .expect(200);
    let text = String::from_utf8(csv.body.to_vec()).unwrap();
    assert!(text.contains("Commune;Habitants;Interventions;Personnes accompagnées;Personnes pour 1 000 habitants;Mois sans intervention\r\n"), "{text}");
    assert!(text.contains("\r\nHors périmètre;;1;6;;2\r\n"), "{text}");
    assert!(text.contains("\r\nTotal;;6;34;;0\r\n"), "{text}");
}
