//! A day as the forms of La Coop have it.

use std::collections::BTreeSet;

use quotidien::domain::nomenclature::{
    AgeGroup, Autonomy, ClosedList, Equipment, Gender, Level, Redirection, Setting, Situation, Theme,
};
use serde_json::{Map, Value, json};

use super::naming::{at, furnished, place_id, put_day};
use crate::support::api::Api;
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    a_day_is_told_as_the_forms_of_la_coop_have_it,
    every_code_that_la_coop_has_is_a_choice_of_its_forms,
);

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

/// The codes of a list.
fn all_of<T: ClosedList>() -> Vec<Value> {
    T::ALL.iter().map(|value| value.code().into()).collect()
}

/// One person of each group of a list.
fn one_of_each<T: ClosedList>() -> Map<String, Value> {
    T::ALL.iter().map(|group| (group.code().to_owned(), 1.into())).collect()
}

/// How many codes La Coop has for a list.
fn theirs<T: ClosedList>() -> usize {
    let codes = T::ALL.iter().flat_map(|value| value.entry().towards_la_coop().to_vec());
    codes.collect::<BTreeSet<_>>().len()
}

/// The sheet leaves out a code for which it has no label: whoever types the day into La Coop would miss that choice.
async fn every_code_that_la_coop_has_is_a_choice_of_its_forms(database: TestDatabase) {
    let api = Api::on(&database).await;
    let by = &api.cast().await.advisor;
    let (themes, autonomy) = (all_of::<Theme>(), all_of::<Autonomy>());
    // An intervention has twenty themes at most.
    let themes: Vec<&[Value]> = themes.chunks(20).collect();
    let supports = all_of::<Setting>().into_iter().enumerate().map(|(number, setting)| {
        json!({
            "kind": "individual", "participants": 40, "duration_minutes": 60, "setting": setting,
            "commune_code": "72181", "themes": themes[number % themes.len()], "equipment": all_of::<Equipment>(),
            "autonomy": autonomy[number % autonomy.len()], "age_groups": one_of_each::<AgeGroup>(),
            "genders": one_of_each::<Gender>(), "situations": one_of_each::<Situation>(),
            "follow_ups": {"redirected": 1}, "redirected_to": all_of::<Redirection>()
        })
    });
    let workshops = all_of::<Level>().into_iter().map(|level| {
        json!({
            "kind": "workshop", "participants": 1, "duration_minutes": 60, "setting": "remote", "themes": ["email"],
            "level": level
        })
    });
    let day: Vec<Value> = supports.chain(workshops).collect();
    put_day(&api, by, "2022-05-03", &day, 201).await;
    let path = format!("{}?format=la-coop", by.report("2022-05-03"));
    let sheet = api.get(&path).by(by).send().await.expect(200).json();
    let cards = sheet["activities"].as_array().unwrap();
    let choices = |name: &str| {
        let values = cards.iter().flat_map(|card| field(card, name));
        let values: Vec<String> = values
            .flat_map(|values| serde_json::from_value::<Vec<String>>(values).unwrap())
            .collect();
        let told = values.into_iter().filter(|value| !value.starts_with("Non communiqué"));
        told.collect::<BTreeSet<String>>().len()
    };
    for (name, codes) in [
        ("typeLieu", theirs::<Setting>()),
        ("thematiques", theirs::<Theme>()),
        ("materiel", theirs::<Equipment>()),
        ("autonomie", theirs::<Autonomy>()),
        ("niveau", theirs::<Level>()),
        ("structureDeRedirection", theirs::<Redirection>()),
        ("genre", theirs::<Gender>()),
        ("trancheAge", theirs::<AgeGroup>()),
        ("statutSocial", theirs::<Situation>()),
    ] {
        assert_eq!(choices(name), codes, "{name}");
    }
}
