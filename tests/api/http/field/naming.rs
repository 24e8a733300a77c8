//! Reports that name places and partners: checked, counted where the place is, and unmoved by what becomes of it.

use serde_json::{Value, json};

use crate::http::{report, workshop};
use crate::support::api::{Api, Cast, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::field::partner;
use crate::support::sql;

on_both_databases!(
    what_an_intervention_names_must_be_the_organisations_own,
    the_commune_and_the_partner_of_a_place_are_counted_and_not_answered,
    what_was_said_wins_over_what_follows,
    an_old_reports_identical_retry_writes_nothing_after_its_place_was_moved_merged_and_closed,
    figures_of_a_place_hold_those_of_the_places_merged_into_it,
    figures_are_broken_down_and_filtered_by_equipment_autonomy_and_level,
    notes_and_procedures_are_forgotten_together,
);

const PARTNER: &str = "0198f3c2-7c1e-7d2a-8f06-000000000001";

pub(super) fn place_id(number: u32) -> String {
    format!("0198f3c2-7c1e-7d2a-8f05-{number:012}")
}

async fn put_place(api: &Api, cast: &Cast, number: u32, name: &str, commune: &str) {
    let body = json!({"name": name, "commune_code": commune, "partner_id": PARTNER});
    let put = api
        .put(&format!("/v1/places/{}", place_id(number)))
        .by(&cast.coordinator)
        .json(&body);
    assert!(matches!(put.send().await.status, 200 | 201));
}

/// A partner, a place of it in Allonnes, and another in Le Mans.
pub(super) async fn furnished(api: &Api) -> Cast {
    let cast = api.cast().await;
    let put = api
        .put(&format!("/v1/partners/{PARTNER}"))
        .by(&cast.coordinator)
        .json(&partner());
    put.send().await.expect(201);
    put_place(api, &cast, 1, "Médiathèque", "72003").await;
    put_place(api, &cast, 2, "Mairie", "72181").await;
    cast
}

/// A workshop that names a place.
pub(super) fn at(number: u32) -> Value {
    let mut workshop = workshop();
    let fields = workshop.as_object_mut().unwrap();
    fields.remove("commune_code");
    fields.insert("place_id".to_owned(), place_id(number).into());
    workshop
}

pub(super) async fn put_day(api: &Api, by: &Person, day: &str, interventions: &[Value], status: u16) -> Value {
    let put = api.put(&by.report(day)).by(by).json(&report(interventions));
    put.send().await.expect(status).json()
}

/// The lines of a breakdown that count something, as code, label and interventions.
pub(super) async fn lines(api: &Api, by: &Person, query: &str) -> Vec<(String, String, i64)> {
    let path = format!("/v1/statistics/breakdown?from=2022-05&to=2022-05&{query}");
    let answer = api.get(&path).by(by).send().await.expect(200).json();
    let text = |line: &Value, field: &str| line[field].as_str().unwrap().to_owned();
    let counted = |line: &Value| line["interventions"].as_i64().filter(|count| *count > 0);
    let lines = answer["lines"].as_array().unwrap().iter();
    lines
        .filter_map(|line| Some((text(line, "code"), text(line, "label"), counted(line)?)))
        .collect()
}

async fn what_an_intervention_names_must_be_the_organisations_own(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = furnished(&api).await;
    let abroad = place_id(9);
    let body = json!({"name": "Ailleurs", "commune_code": "49007"});
    let put = api
        .put(&format!("/v1/places/{abroad}"))
        .by(&cast.foreign_coordinator)
        .json(&body);
    put.send().await.expect(201);
    let mut unknown = at(9);
    unknown["partner_id"] = abroad.as_str().into();
    let by = &cast.advisor;
    let put = api
        .put(&by.report("2022-05-03"))
        .by(by)
        .json(&report(&[at(1), unknown.clone()]));
    let pointers = |answer: Value| {
        let faults = answer["errors"].as_array().unwrap().clone();
        assert!(
            faults.iter().all(|fault| fault["code"] == "unknown_reference"),
            "{faults:?}"
        );
        faults
            .iter()
            .map(|fault| fault["pointer"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let refused = put.send().await.expect(422).json();
    assert_eq!(
        pointers(refused),
        ["/interventions/1/place_id", "/interventions/1/partner_id"]
    );
    let one = format!(
        "{}/interventions/0198f3c2-7c1e-7d2a-8f00-000000000001",
        by.report("2022-05-03")
    );
    let refused = api.put(&one).by(by).json(&unknown).send().await.expect(422).json();
    assert_eq!(pointers(refused), ["/place_id", "/partner_id"]);
    let item = json!({"op": "put", "date": "2022-05-03", "report": report(&[unknown])});
    let batch = api.post("/v1/reports/batch").by(by).json(&json!({"items": [item]}));
    let result = batch.send().await.expect(207).json()["results"][0]["problem"].take();
    let below = "/items/0/report/interventions/0";
    assert_eq!(
        pointers(result),
        [format!("{below}/place_id"), format!("{below}/partner_id")]
    );
    api.get(&by.report("2022-05-03")).by(by).send().await.expect(404);
    put_day(&api, by, "2022-05-03", &[at(1)], 201).await;
}

async fn the_commune_and_the_partner_of_a_place_are_counted_and_not_answered(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = furnished(&api).await;
    let answer = put_day(&api, &cast.advisor, "2022-05-03", &[at(1)], 201).await;
    let said = &answer["interventions"][0];
    assert_eq!(said["place_id"], place_id(1));
    assert_eq!(
        (&said["commune_code"], &said["partner_id"]),
        (&Value::Null, &Value::Null)
    );
    let read = api
        .get(&cast.advisor.report("2022-05-03"))
        .by(&cast.advisor)
        .send()
        .await
        .expect(200);
    assert_eq!(read.json(), answer);
    let by = &cast.coordinator;
    let one = |code: &str, label: &str| vec![(code.to_owned(), label.to_owned(), 1)];
    let in_allonnes = one("72003", "72003");
    // From the tallies, and from the interventions that a filter keeps.
    assert_eq!(lines(&api, by, "by=commune").await, in_allonnes);
    assert_eq!(lines(&api, by, "by=commune&kind=workshop").await, in_allonnes);
    assert_eq!(lines(&api, by, "by=commune&commune=72003").await, in_allonnes);
    assert_eq!(lines(&api, by, "by=partner").await, one(PARTNER, "Commune d’Allonnes"));
    assert_eq!(
        lines(&api, by, &format!("by=place&partner_id={PARTNER}")).await,
        one(&place_id(1), "Médiathèque")
    );
    assert_eq!(lines(&api, by, &format!("by=place&place_id={}", place_id(2))).await, []);
    let unknown = format!(
        "/v1/statistics/breakdown?by=place&from=2022-05&to=2022-05&place_id={}",
        place_id(8)
    );
    api.get(&unknown).by(by).send().await.expect(404);
    // The place moves: what was reported stays where it was.
    put_place(&api, &cast, 1, "Médiathèque", "72181").await;
    assert_eq!(lines(&api, by, "by=commune").await, in_allonnes);
    assert_eq!(lines(&api, by, "by=commune&kind=workshop").await, in_allonnes);
    // Another intervention of the day leaves this one as it is; a new version of it follows the place.
    let day = cast.advisor.report("2022-05-03");
    let other = format!("{day}/interventions/0198f3c2-7c1e-7d2a-8f00-000000000001");
    api.put(&other)
        .by(&cast.advisor)
        .json(&workshop())
        .send()
        .await
        .expect(200);
    let counted = lines(&api, by, "by=commune&kind=workshop").await;
    assert!(counted.contains(&in_allonnes[0]), "{counted:?}");
    api.delete(&other).by(&cast.advisor).send().await.expect(204);
    let mut longer = at(1);
    longer["duration_minutes"] = 95.into();
    put_day(&api, &cast.advisor, "2022-05-03", &[longer], 200).await;
    assert_eq!(lines(&api, by, "by=commune").await, one("72181", "72181"));
    assert_eq!(lines(&api, by, "by=commune&kind=workshop").await, one("72181", "72181"));
}

async fn what_was_said_wins_over_what_follows(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = furnished(&api).await;
    let mut said = at(1);
    said["commune_code"] = "72095".into();
    let answer = put_day(&api, &cast.advisor, "2022-05-03", &[said], 201).await;
    assert_eq!(answer["interventions"][0]["commune_code"], "72095");
    let counted = lines(&api, &cast.coordinator, "by=commune").await;
    assert_eq!(counted, [("72095".to_owned(), "72095".to_owned(), 1)]);
}

async fn an_old_reports_identical_retry_writes_nothing_after_its_place_was_moved_merged_and_closed(
    database: TestDatabase,
) {
    let api = Api::on(&database).await;
    let cast = furnished(&api).await;
    let by = &cast.coordinator;
    let day = cast.advisor.report("2022-05-03");
    let first = put_day(&api, &cast.advisor, "2022-05-03", &[at(1)], 201).await;
    let closing = "/v1/months/2022-05/closing";
    let closed = api.put(closing).by(by).json(&json!({})).send().await.expect(200).json();
    let months = json!({"from": "2022-05", "to": "2022-05"});
    let made = api
        .post("/v1/publications")
        .by(by)
        .json(&months)
        .send()
        .await
        .expect(201);
    let publication = made.header("location").unwrap().to_owned();
    let published = api.get(&publication).by(by).send().await.expect(200).body;
    put_place(&api, &cast, 1, "Médiathèque", "72181").await;
    let merge = api.post(&format!("/v1/places/{}/merge", place_id(1))).by(by);
    merge.json(&json!({"into": place_id(2)})).send().await.expect(200);
    let mut body = json!({"name": "Mairie", "commune_code": "72181"});
    body["closed_on"] = "2022-06-01".into();
    let put = api.put(&format!("/v1/places/{}", place_id(2))).by(by).json(&body);
    put.send().await.expect(200);
    assert_eq!(put_day(&api, &cast.advisor, "2022-05-03", &[at(1)], 200).await, first);
    let connection = &mut database.connect();
    assert_eq!(sql::count(connection, "report_versions", "true"), 0);
    assert_eq!(api.get(&publication).by(by).send().await.expect(200).body, published);
    let changes = api
        .get(&format!("{publication}/changes"))
        .by(by)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(changes["items"], json!([]), "{changes}");
    let again = api.put(closing).by(by).json(&json!({})).send().await.expect(200).json();
    assert_eq!(again, closed);
    // Open again, a closed place and one that was merged are good for a new report too.
    api.delete(&format!("{closing}?reason=oubli"))
        .by(by)
        .send()
        .await
        .expect(204);
    assert_eq!(put_day(&api, &cast.advisor, "2022-05-03", &[at(1)], 200).await, first);
    put_day(&api, &cast.advisor, "2022-05-04", &[at(1), at(2)], 201).await;
    let read = api.get(&day).by(&cast.advisor).send().await.expect(200).json();
    assert_eq!(
        read["interventions"][0]["place_id"],
        place_id(1),
        "it keeps what was sent"
    );
}

async fn figures_of_a_place_hold_those_of_the_places_merged_into_it(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = furnished(&api).await;
    let by = &cast.coordinator;
    put_day(&api, &cast.advisor, "2022-05-03", &[at(1), at(2), workshop()], 201).await;
    let merge = api.post(&format!("/v1/places/{}/merge", place_id(1))).by(by);
    merge.json(&json!({"into": place_id(2)})).send().await.expect(200);
    let both = (place_id(2), "Mairie".to_owned(), 2);
    let undisclosed = ("undisclosed".to_owned(), "Non renseigné".to_owned(), 1);
    assert_eq!(lines(&api, by, "by=place").await, [both.clone(), undisclosed]);
    for number in [1, 2] {
        let of_place = format!("by=place&place_id={}", place_id(number));
        assert_eq!(lines(&api, by, &of_place).await, std::slice::from_ref(&both));
    }
    let path = format!(
        "/v1/statistics/monthly?from=2022-05&to=2022-05&place_id={}",
        place_id(2)
    );
    let table = api.get(&path).by(by).send().await.expect(200).json();
    assert_eq!(table["filters"]["place_ids"], json!([place_id(2)]));
    let held = table["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["id"] == "workshops_held");
    assert_eq!(held.unwrap()["total"], 2);
    let csv = api.get(&format!("{path}&format=csv")).by(by).send().await.expect(200);
    assert!(csv.body.len() > 100);
    let full = api.get("/v1/statistics/full?from=2022-05&to=2022-05&format=csv").by(by);
    let full = full.send().await.expect(200);
    assert!(String::from_utf8_lossy(&full.body).contains("Mairie"));
}

async fn figures_are_broken_down_and_filtered_by_equipment_autonomy_and_level(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let by = &cast.advisor;
    let mut said = workshop();
    said["equipment"] = json!(["phone", "tablet"]);
    said["autonomy"] = "autonomous".into();
    said["level"] = "beginner".into();
    said["title"] = "Ma tablette".into();
    said["residences"] = json!({"72181": 6, "72003": 0});
    said["themes"] = json!(["administrative_procedures"]);
    said["procedure"] = "Passeport".into();
    let mut other = workshop();
    other["equipment"] = json!(["tablet"]);
    let answer = put_day(&api, by, "2022-05-03", &[said, other], 201).await;
    let first = &answer["interventions"][0];
    assert_eq!(first["equipment"], json!(["phone", "tablet"]));
    assert_eq!(first["residences"], json!({"72181": 6}));
    assert_eq!(
        (&first["title"], &first["procedure"]),
        (&json!("Ma tablette"), &json!("Passeport"))
    );
    assert_eq!(
        (&first["autonomy"], &first["level"]),
        (&json!("autonomous"), &json!("beginner"))
    );
    let line = |code: &str, label: &str, count| (code.to_owned(), label.to_owned(), count);
    assert_eq!(
        lines(&api, by, "by=equipment").await,
        [line("phone", "Téléphone", 1), line("tablet", "Tablette", 2)]
    );
    let rest = line("undisclosed", "Non renseigné", 1);
    assert_eq!(
        lines(&api, by, "by=autonomy").await,
        [line("autonomous", "Autonome", 1), rest.clone()]
    );
    assert_eq!(
        lines(&api, by, "by=level").await,
        [line("beginner", "Débutant", 1), rest]
    );
    for filter in ["equipment=phone,computer", "autonomy=autonomous", "level=beginner"] {
        let kept = lines(&api, by, &format!("by=kind&{filter}")).await;
        assert_eq!(kept, [line("workshop", "Atelier collectif", 1)], "{filter}");
    }
    // A version that was replaced tells all of it in the history.
    put_day(&api, by, "2022-05-03", &[], 200).await;
    let history = api
        .get(&format!("{}/history", by.report("2022-05-03")))
        .by(&cast.coordinator);
    let history = history.send().await.expect(200).json();
    assert_eq!(history["items"][1]["report"]["interventions"], answer["interventions"]);
}

async fn notes_and_procedures_are_forgotten_together(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let by = &cast.advisor;
    let mut said = workshop();
    said["themes"] = json!(["procedure_transport"]);
    said["procedure"] = "Permis de Mme Untel".into();
    said["title"] = "Ma tablette".into();
    put_day(&api, by, "2022-05-03", &[said.clone()], 201).await;
    said["duration_minutes"] = 95.into();
    put_day(&api, by, "2022-05-03", &[said], 200).await;
    crate::jobs::run(&api, "2026-11-29T03:00:00Z").await.unwrap();
    let history = api
        .get(&format!("{}/history", by.report("2022-05-03")))
        .by(&cast.coordinator);
    let history = history.send().await.expect(200).json();
    for version in history["items"].as_array().unwrap() {
        let said = &version["report"]["interventions"][0];
        assert_eq!(
            (&said["procedure"], &said["title"]),
            (&Value::Null, &json!("Ma tablette"))
        );
    }
}
