//! Places as the nation lists them, for the organisation and for everybody. `just national` has programs of others judge the lines.

use serde_json::{Value, json};

use crate::support::api::{Api, Cast};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    the_national_list_has_32_columns_and_the_places_that_can_be_lines,
    what_the_national_list_leaves_out_or_writes_otherwise_is_told,
    everybody_reads_the_published_places_where_the_organisation_publishes,
    a_name_in_addresses_belongs_to_one_organisation,
);

async fn put(api: &Api, cast: &Cast, number: u32, name: &str, said: Value) {
    let mut body = json!({"name": name, "commune_code": "72181", "postal_code": "72000", "address": "54 rue du Port"});
    for (field, value) in said.as_object().unwrap() {
        if value.is_null() {
            body.as_object_mut().unwrap().remove(field);
        } else {
            body[field] = value.clone();
        }
    }
    let path = format!("/v1/places/0198f3c2-7c1e-7d2a-8f05-{number:012}");
    let call = api.put(&path).by(&cast.coordinator).json(&body);
    call.send().await.expect(201);
}

async fn publish(api: &Api, cast: &Cast, slug: Value, publishes: bool) -> u16 {
    let mut settings = json!({"name": "Le Mans Métropole", "time_zone": "Europe/Paris", "working_days": ["monday"]});
    settings["publishes"] = publishes.into();
    if !slug.is_null() {
        settings["slug"] = slug;
    }
    let call = api.put("/v1/organisation").by(&cast.coordinator).json(&settings);
    call.send().await.status
}

/// Places of which each has a reason of its own to be a line or none.
async fn furnish(api: &Api, cast: &Cast) {
    put(
        api,
        cast,
        1,
        "Médiathèque",
        json!({"published": true, "phone": "02 43 47 47 47", "updated_on": "2022-09-01"}),
    )
    .await;
    put(
        api,
        cast,
        2,
        "Maison de quartier",
        json!({"phone": "3949", "labels": ["la_poste"], "address": "1 rue «A»"}),
    )
    .await;
    put(api, cast, 3, "Marché", json!({"address": null, "published": true})).await;
    put(api, cast, 4, "Mairie", json!({"postal_code": null})).await;
    put(api, cast, 5, "Ancienne poste", json!({"closed_on": "2021-01-01"})).await;
    put(api, cast, 6, "Médiathèque en double", json!({})).await;
    put(api, cast, 7, "Salle", json!({"status": "proposed"})).await;
    let merge = api.post("/v1/places/0198f3c2-7c1e-7d2a-8f05-000000000006/merge");
    let into = json!({"into": "0198f3c2-7c1e-7d2a-8f05-000000000001"});
    merge.by(&cast.coordinator).json(&into).send().await.expect(200);
}

async fn the_national_list_has_32_columns_and_the_places_that_can_be_lines(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    furnish(&api, &cast).await;
    let answer = api
        .get("/v1/places?format=national-csv")
        .by(&cast.advisor)
        .send()
        .await
        .expect(200);
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "id,pivot,nom,commune,code_postal,code_insee,adresse,complement_adresse,latitude,longitude,typologie,telephone,\
         courriels,site_web,horaires,presentation_resume,presentation_detail,source,itinerance,structure_parente,date_maj,\
         services,publics_specifiquement_adresses,prise_en_charge_specifique,frais_a_charge,dispositif_programmes_nationaux,\
         formations_labels,autres_formations_labels,modalites_acces,modalites_accompagnement,fiche_acces_libre,prise_rdv"
    );
    assert_eq!(lines.len(), 3, "{text}");
    assert!(lines[1].starts_with(
        "0198f3c2-7c1e-7d2a-8f05-000000000002,00000000000000,Maison de quartier,Le Mans,72000,72181,1 rue A,"
    ));
    assert_eq!(
        lines[2],
        "0198f3c2-7c1e-7d2a-8f05-000000000001,00000000000000,Médiathèque,Le Mans,72000,72181,54 rue du Port,,,,,+33243474747,\
         ,,,,,Le Mans Métropole,,,2022-09-01,,,,,,,,,,,"
    );
    let listed = api
        .get("/v1/places?format=national-json&q=maison")
        .by(&cast.advisor)
        .send()
        .await
        .expect(200)
        .json();
    let places = listed.as_array().unwrap();
    assert_eq!(places.len(), 1);
    assert_eq!(places[0]["presentation_detail"], "Téléphone : 3949");
    assert_eq!(places[0]["autres_formations_labels"], "Étapes numériques (La Poste)");
    // The national map refuses keys with nothing in them.
    assert_eq!((places[0].get("services"), places[0].get("telephone")), (None, None));
}

async fn what_the_national_list_leaves_out_or_writes_otherwise_is_told(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    furnish(&api, &cast).await;
    let told = api
        .get("/v1/places/national-check")
        .by(&cast.coordinator)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&told["places"], &told["exported"], &told["published"]),
        (&json!(5), &json!(2), &json!(1))
    );
    let codes = |list: &str| -> Vec<String> {
        let remarks = told[list].as_array().unwrap().iter();
        remarks
            .map(|remark| format!("{}: {} {}", remark["name"], remark["field"], remark["code"]).replace('"', ""))
            .collect()
    };
    assert_eq!(
        codes("left_out"),
        [
            "Mairie: postal_code no_postal_code",
            "Marché: address no_address",
            "Salle: name proposed"
        ]
    );
    assert_eq!(
        codes("otherwise"),
        [
            "Maison de quartier: address characters_removed",
            "Maison de quartier: phone phone_in_details",
            "Maison de quartier: labels label_among_others"
        ]
    );
    assert_eq!(told["left_out"][2]["detail"], "Confirmez ce lieu.");
}

async fn everybody_reads_the_published_places_where_the_organisation_publishes(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    furnish(&api, &cast).await;
    let path = "/open/le-mans-metropole/places.json";
    assert_eq!(api.get(path).send().await.failure().0, 404);
    assert_eq!(publish(&api, &cast, json!("le-mans-metropole"), false).await, 200);
    assert_eq!(api.get(path).send().await.failure().0, 404);
    assert_eq!(publish(&api, &cast, json!("le-mans-metropole"), true).await, 200);
    let answer = api.get(path).send().await.expect(200);
    let tag = answer.header("etag").unwrap().to_owned();
    let places = answer.json();
    assert_eq!(places.as_array().unwrap().len(), 1);
    assert_eq!(places[0]["nom"], "Médiathèque");
    api.get(path).header("if-none-match", &tag).send().await.expect(304);
    let csv = api.get("/open/le-mans-metropole/places.csv").send().await.expect(200);
    assert_eq!(String::from_utf8_lossy(&csv.body).lines().count(), 2);
    put(&api, &cast, 8, "Bibliothèque", json!({"published": true})).await;
    let changed = api
        .get(path)
        .header("if-none-match", &tag)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(changed.as_array().unwrap().len(), 2);
    assert_eq!(api.get("/open/Le%20Mans/places.csv").send().await.failure().0, 404);
}

async fn a_name_in_addresses_belongs_to_one_organisation(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    assert_eq!(publish(&api, &cast, json!("le-mans-metropole"), true).await, 200);
    // Saying it again is no fault.
    assert_eq!(publish(&api, &cast, json!("le-mans-metropole"), true).await, 200);
    let settings =
        json!({"name": "Angers", "time_zone": "Europe/Paris", "working_days": ["monday"], "slug": "le-mans-metropole"});
    let abroad = api
        .put("/v1/organisation")
        .by(&cast.foreign_coordinator)
        .json(&settings);
    let taken = abroad.send().await.expect(422).json();
    assert_eq!(
        (&taken["errors"][0]["pointer"], &taken["errors"][0]["code"]),
        (&json!("/slug"), &json!("slug_taken"))
    );
    // An administrator makes none with this name either.
    let made = api.post("/v1/organisations").by(&cast.administrator).json(&settings);
    let taken = made.send().await.expect(422).json();
    assert_eq!(taken["errors"][0]["code"], "slug_taken");
    for slug in ["Le Mans", "le--mans", "-mans", "le", "mans-", "été-ici"] {
        assert_eq!(publish(&api, &cast, json!(slug), false).await, 422, "{slug}");
    }
    // Who publishes needs a name.
    assert_eq!(publish(&api, &cast, Value::Null, true).await, 422);
}
