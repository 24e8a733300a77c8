//! A day as the forms of La Coop have it.

use serde_json::{Value, json};

use super::naming::{at, furnished, place_id, put_day};
use crate::support::api::Api;
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(a_day_is_told_as_the_forms_of_la_coop_have_it);

/// A workshop in a place that La Coop has, one-off requests, and a workshop of a colleague.
fn day() -> [Value; 3] {
    let mut atelier = at(1);
    atelier["title"] = "Ma tablette".into();
    atelier["level"] = "beginner".into();
    atelier["equipment"] = json!(["tablet", "phone"]);
    atelier["principle"] = "reach_out".into();
    let others = json!({
        "kind": "one_off", "participants": 3, "duration_minutes": 30, "setting": "public_space",
        "themes": ["other"], "follow_ups": {"redirected": 1}, "redirected_to": ["caf"]
    });
    let beside = json!({
        "kind": "workshop", "assisting": true, "participants": 0, "duration_minutes": 60, "setting": "partner_site",
        "themes": ["email"]
    });
    [atelier, others, beside]
}

/// What a question of an activity has, each time that it stands there.
fn field(card: &Value, name: &str) -> Vec<Value> {
    let fields = card["fields"].as_array().unwrap().iter();
    let named = fields.filter(|field| field["name"] == name);
    named.map(|field| field["values"].clone()).collect()
}

async fn a_day_is_told_as_the_forms_of_la_coop_have_it(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = furnished(&api).await;
    let by = &cast.advisor;
    let body = json!({"name": "Médiathèque", "commune_code": "72003", "national_ids": ["Coop-numérique_abc"]});
    let put = api
        .put(&format!("/v1/places/{}", place_id(1)))
        .by(&cast.coordinator)
        .json(&body);
    put.send().await.expect(200);
    put_day(&api, by, "2022-05-03", &day(), 201).await;
    let path = format!("{}?format=la-coop", by.report("2022-05-03"));
    let answer = api.get(&path).by(by).send().await.expect(200);
    assert_eq!(
        answer.header("content-type"),
        Some("application/vnd.quotidien.la-coop+json")
    );
    let sheet = answer.json();
    assert_eq!((&sheet["date"], &sheet["assisting"]), (&json!("2022-05-03"), &json!(1)));
    let [workshop, request] = &sheet["activities"].as_array().unwrap()[..] else {
        panic!("two activities: {sheet}")
    };
    assert_eq!(
        (&workshop["form"], &workshop["times"]),
        (&json!("collectif"), &json!(1))
    );
    assert_eq!(workshop["refusals"], json!([]));
    assert_eq!(field(workshop, "titreAtelier"), [json!(["Ma tablette"])]);
    assert_eq!(field(workshop, "participantsAnonymes"), [json!(["9"])]);
    assert_eq!(field(workshop, "date"), [json!(["03/05/2022"])]);
    assert_eq!(field(workshop, "duree"), [json!(["1 h 30"])]);
    assert_eq!(field(workshop, "typeLieu"), [json!(["Lieu d’activité"])]);
    assert_eq!(field(workshop, "structure"), [json!(["Médiathèque"])]);
    assert_eq!(field(workshop, "materiel"), [json!(["Téléphone", "Tablette"])]);
    assert_eq!(
        field(workshop, "thematiques"),
        [json!(["Navigation sur internet", "E-mail"])]
    );
    assert_eq!(field(workshop, "niveau"), [json!(["Débutant"])]);
    assert_eq!(
        field(workshop, "trancheAge"),
        [json!(["70 ans et plus : 6", "Non communiqué : 3"])]
    );
    assert_eq!(
        workshop["losses"],
        json!(["Le principe du plan d’action n’y est pas demandé."])
    );
    assert_eq!((&request["form"], &request["times"]), (&json!("individuel"), &json!(3)));
    assert_eq!(
        request["refusals"],
        json!(["Choisir une commune.", "Choisir une thématique."])
    );
    assert_eq!(field(request, "duree"), [json!(["10 min"])]);
    assert_eq!(field(request, "orienteVersStructure"), [json!(["Oui"])]);
    let body = "Opérateur ou organisme en charge de la démarche administrative";
    assert_eq!(field(request, "structureDeRedirection"), [json!([body])]);
    let page = api
        .get(&path)
        .by(by)
        .header("accept", "text/html")
        .send()
        .await
        .expect(200);
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    let text = String::from_utf8_lossy(&page.body);
    assert!(text.contains("Choisir une commune.") && text.contains("× 3"), "{text}");
    let report = api.get(&by.report("2022-05-03")).by(by).send().await.expect(200);
    assert_eq!(report.header("content-type"), Some("application/json"));
    api.get(&format!("{}?format=csv", by.report("2022-05-03")))
        .by(by)
        .send()
        .await
        .expect(400);
    api.get(&format!("{}?format=la-coop", by.report("2022-05-04")))
        .by(by)
        .send()
        .await
        .expect(404);
}
