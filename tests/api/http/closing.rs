//! Closing a month, the writes that a closed month refuses, reopening it; publications, and what changed since then.

use aws_lc_rs::digest::SHA256;
use quotidien::statistics::publication::digest;
use serde_json::{Value, json};

use super::{report, workshop};
use crate::support::api::{Answer, Api, Cast, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::sql;

on_both_databases!(
    a_closed_month_tells_when_and_by_whom_it_was_closed,
    a_month_is_closed_once_its_last_day_is_over_in_the_organisations_zone,
    closing_keeps_the_digest_of_the_figures,
    refused_writes_are_counted_by_advisor,
    a_closing_is_described_soundly_or_refused,
    only_closed_months_are_published,
    a_publication_is_the_same_to_the_byte_after_changes,
    a_publication_of_before_annexe_two_stays_the_same_bytes_and_has_none,
    what_changed_since_a_publication_is_told_line_by_line,
    closings_and_publications_are_in_the_audit_log,
);

async fn close(api: &Api, by: &Person, month: &str) -> Answer {
    let path = format!("/v1/months/{month}/closing");
    api.put(&path).by(by).json(&json!({"comment": "Vérifié"})).send().await
}

async fn reopen(api: &Api, by: &Person, month: &str) {
    let path = format!("/v1/months/{month}/closing?reason=Un%20atelier%20manquait");
    api.delete(&path).by(by).send().await.expect(204);
}

async fn put(api: &Api, advisor: &Person, date: &str, interventions: &[Value]) -> Answer {
    let call = api.put(&advisor.report(date)).by(advisor);
    call.json(&report(interventions)).send().await
}

async fn month(api: &Api, by: &Person, month: &str) -> Value {
    let path = format!("/v1/months?from={month}&to={month}");
    api.get(&path).by(by).send().await.expect(200).json()["items"][0].clone()
}

/// The usual people; the advisor has one report in May 2022, and the month is closed.
async fn with_a_closed_month(api: &Api) -> Cast {
    let cast = api.cast().await;
    put(api, &cast.advisor, "2022-05-03", &[workshop()]).await.expect(201);
    close(api, &cast.coordinator, "2022-05").await.expect(200);
    cast
}

async fn a_closed_month_tells_when_and_by_whom_it_was_closed(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = with_a_closed_month(&api).await;
    let said = month(&api, &cast.advisor, "2022-05").await;
    assert_eq!(said["status"], "closed");
    assert_eq!(said["changed_at"], "2022-09-29T10:00:00Z");
    assert_eq!(said["changed_by"], cast.coordinator.id.to_string());
    assert_eq!(said["comment"], "Vérifié");
    let refused = put(&api, &cast.advisor, "2022-05-04", &[workshop()]).await.expect(409);
    let problem = refused.json();
    let name = api.get("/v1/me").by(&cast.coordinator).send().await.json()["name"].clone();
    assert_eq!(problem["code"], "month_closed");
    assert_eq!(
        problem["closed"],
        json!({"month": "2022-05", "at": "2022-09-29T10:00:00Z", "by": name})
    );
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains("29/09/2022") && detail.contains(name.as_str().unwrap()),
        "{detail}"
    );
    // A put of the report that is stored already changes nothing, so that a closed month accepts it.
    put(&api, &cast.advisor, "2022-05-03", &[workshop()]).await.expect(200);
    let deleted = api
        .delete(&cast.advisor.report("2022-05-03"))
        .by(&cast.advisor)
        .send()
        .await;
    assert_eq!(deleted.failure(), (409, "month_closed".to_owned()));
    reopen(&api, &cast.coordinator, "2022-05").await;
    let said = month(&api, &cast.coordinator, "2022-05").await;
    assert_eq!(
        (&said["status"], &said["comment"]),
        (&json!("reopened"), &json!("Un atelier manquait"))
    );
    put(&api, &cast.advisor, "2022-05-04", &[workshop()]).await.expect(201);
    let path = "/v1/statistics/monthly?from=2022-05&to=2022-06";
    let table = api.get(path).by(&cast.coordinator).send().await.expect(200).json();
    assert_eq!(table["months"][0]["status"], "reopened");
    assert_eq!(table["provisional"], true);
}

async fn a_month_is_closed_once_its_last_day_is_over_in_the_organisations_zone(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let zone = json!({"name": "Guadeloupe", "time_zone": "America/Guadeloupe", "working_days": ["monday"]});
    let settings = api.put("/v1/organisation").by(&cast.coordinator).json(&zone);
    settings.send().await.expect(200);
    api.poll().await;
    // Midnight in Guadeloupe is 4:00 UTC.
    for (clock, status) in [
        ("2022-09-30T22:00:00Z", 409),
        ("2022-10-01T03:59:59Z", 409),
        ("2022-10-01T04:00:00Z", 200),
    ] {
        api.set_clock(clock);
        let answer = close(&api, &cast.coordinator, "2022-09").await;
        assert_eq!(answer.status, status, "{clock}");
        if status == 409 {
            assert_eq!(answer.failure().1, "month_not_over");
        }
    }
}

async fn closing_keeps_the_digest_of_the_figures(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = with_a_closed_month(&api).await;
    let first = month(&api, &cast.coordinator, "2022-05").await["digest"].clone();
    assert_eq!(first.as_str().unwrap().len(), 64);
    // Closing a month that is closed already changes nothing.
    api.set_clock("2022-09-30T10:00:00Z");
    let again = close(&api, &cast.coordinator, "2022-05").await.expect(200).json();
    assert_eq!(
        (&again["digest"], &again["changed_at"]),
        (&first, &json!("2022-09-29T10:00:00Z"))
    );
    reopen(&api, &cast.coordinator, "2022-05").await;
    assert_eq!(month(&api, &cast.coordinator, "2022-05").await["digest"], first);
    let same = close(&api, &cast.coordinator, "2022-05").await.expect(200).json();
    assert_eq!(same["digest"], first);
    reopen(&api, &cast.coordinator, "2022-05").await;
    put(&api, &cast.advisor, "2022-05-04", &[workshop()]).await.expect(201);
    let other = close(&api, &cast.coordinator, "2022-05").await.expect(200).json();
    assert_ne!(other["digest"], first);
}

async fn refused_writes_are_counted_by_advisor(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = with_a_closed_month(&api).await;
    for (person, date) in [
        (&cast.advisor, "2022-05-04"),
        (&cast.colleague, "2022-05-04"),
        (&cast.advisor, "2022-05-05"),
    ] {
        put(&api, person, date, &[workshop()]).await.expect(409);
    }
    let said = month(&api, &cast.coordinator, "2022-05").await;
    let mut refused: Vec<(String, i64)> = said["refused_writes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|refused| {
            let advisor = refused["advisor_id"].as_str().unwrap().to_owned();
            (advisor, refused["writes"].as_i64().unwrap())
        })
        .collect();
    refused.sort_by_key(|(_, writes)| *writes);
    let expected = [(cast.colleague.id.to_string(), 1), (cast.advisor.id.to_string(), 2)];
    assert_eq!(refused, expected);
    let own = month(&api, &cast.colleague, "2022-05").await;
    assert_eq!(own["refused_writes"].as_array().unwrap().len(), 1);
    reopen(&api, &cast.coordinator, "2022-05").await;
    close(&api, &cast.coordinator, "2022-05").await.expect(200);
    let said = month(&api, &cast.coordinator, "2022-05").await;
    assert_eq!(said["refused_writes"], json!([]));
}

async fn a_closing_is_described_soundly_or_refused(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = "/v1/months/2022-05/closing";
    let long = json!({"comment": "a".repeat(501)});
    let refused = api.put(path).by(&cast.coordinator).json(&long).send().await.expect(422);
    assert_eq!(refused.faults(), [("/comment".to_owned(), "too_long".to_owned())]);
    for (path, fault) in [
        (path.to_owned(), ("reason", "missing_parameter")),
        (format!("{path}?reason=%20"), ("reason", "too_short")),
        (format!("{path}?reason={}", "a".repeat(501)), ("reason", "too_long")),
        (
            "/v1/months/2022-13/closing?reason=a".to_owned(),
            ("month", "invalid_month"),
        ),
    ] {
        let refused = api.delete(&path).by(&cast.coordinator).send().await.expect(400);
        assert_eq!(refused.faults(), [(fault.0.to_owned(), fault.1.to_owned())], "{path}");
    }
    // Reopening a month that is open is no fault and changes nothing.
    reopen(&api, &cast.coordinator, "2022-05").await;
    assert_eq!(month(&api, &cast.coordinator, "2022-05").await["status"], "open");
}

async fn publish(api: &Api, by: &Person, body: &Value) -> Answer {
    api.post("/v1/publications").by(by).json(body).send().await
}

async fn only_closed_months_are_published(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = with_a_closed_month(&api).await;
    let summer = json!({"from": "2022-05", "to": "2022-07", "deliberation_number": "19"});
    let refused = publish(&api, &cast.coordinator, &summer).await.expect(409).json();
    assert_eq!(refused["code"], "months_open");
    assert_eq!(refused["months"], json!(["2022-06", "2022-07"]));
    close(&api, &cast.coordinator, "2022-06").await.expect(200);
    close(&api, &cast.coordinator, "2022-07").await.expect(200);
    let made = publish(&api, &cast.coordinator, &summer).await.expect(201);
    let location = made.header("location").unwrap().to_owned();
    let listed = api
        .get("/v1/publications")
        .by(&cast.coordinator)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(listed["items"], json!([made.json()]));
    let read = api.get(&location).by(&cast.coordinator).send().await.expect(200);
    assert_eq!(read.json()["deliberation_number"], "19");
    let table = "/v1/statistics/monthly?from=2022-05&to=2022-07";
    let table = api.get(table).by(&cast.coordinator).send().await.expect(200).json();
    assert_eq!(table["provisional"], false);
    assert_eq!(
        read.json()["rows"].as_array().unwrap().len(),
        table["rows"].as_array().unwrap().len()
    );
    let faulty = json!({"from": "2022-13", "to": "2019-01", "deliberation_number": "9".repeat(51)});
    let faulty = publish(&api, &cast.coordinator, &faulty).await.expect(422).faults();
    let codes: Vec<&str> = faulty.iter().map(|(_, code)| code.as_str()).collect();
    assert_eq!(codes, ["invalid_month", "too_long"]);
    let later = json!({"from": "2022-05", "to": "2022-10"});
    let later = publish(&api, &cast.coordinator, &later).await.expect(422);
    assert_eq!(later.faults(), [("/to".to_owned(), "in_the_future".to_owned())]);
}

/// The digest of a publication's content, computed with other libraries than the service uses. A test of `recount.rs`
/// has `docs/digest.py` compute it in another language.
fn recomputed(content: &str) -> String {
    let said: Value = serde_json::from_str(content).unwrap();
    // `to_string` sorts keys and writes no blanks: RFC 8785 asks no more where keys are ASCII and numbers whole.
    let hash = aws_lc_rs::digest::digest(&SHA256, said.to_string().as_bytes());
    let hex = |hex: String, byte: &u8| hex + &format!("{byte:02x}");
    hash.as_ref().iter().fold(String::new(), hex)
}

async fn a_publication_is_the_same_to_the_byte_after_changes(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = with_a_closed_month(&api).await;
    let body = json!({"from": "2022-05", "to": "2022-05"});
    let made = publish(&api, &cast.coordinator, &body).await.expect(201);
    let path = made.header("location").unwrap().to_owned();
    let read = async || api.get(&path).by(&cast.coordinator).send().await.expect(200);
    let first = read().await;
    let text = std::str::from_utf8(&first.body).unwrap().to_owned();
    let said = made.json()["digest"].as_str().unwrap().to_owned();
    assert_eq!(digest(&text), said);
    assert_eq!(recomputed(&text), said);
    assert_eq!(first.header("etag").unwrap(), format!("\"{said}\""));
    assert!(first.header("content-digest").unwrap().starts_with("sha-256=:"));
    // Caches keep it apart from the documents of the same path, and ask by its entity tag.
    let vary: Vec<&str> = first.headers("vary").collect();
    assert!(vary.contains(&"Accept"), "{vary:?}");
    let tag = first.header("etag").unwrap();
    let known = api.get(&path).by(&cast.coordinator).header("If-None-Match", tag);
    let known = known.send().await.expect(304);
    assert_eq!((known.body.len(), known.header("etag")), (0, Some(tag)));
    // A publication names no person, not even by identifier.
    for person in [&cast.advisor, &cast.coordinator] {
        assert!(!text.contains(&person.id.to_string()));
    }
    // A year later the month is reopened, its report replaced and the organisation renamed.
    api.set_clock("2023-09-29T10:00:00Z");
    reopen(&api, &cast.coordinator, "2022-05").await;
    put(&api, &cast.advisor, "2022-05-03", &[workshop(), workshop()])
        .await
        .expect(200);
    let settings = json!({"name": "Le Mans", "time_zone": "Europe/Paris", "working_days": ["monday"]});
    api.put("/v1/organisation")
        .by(&cast.coordinator)
        .json(&settings)
        .send()
        .await
        .expect(200);
    assert_eq!(read().await.body, first.body);
}

async fn a_publication_of_before_annexe_two_stays_the_same_bytes_and_has_none(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = with_a_closed_month(&api).await;
    let body = json!({"from": "2022-05", "to": "2022-05"});
    let made = publish(&api, &cast.coordinator, &body).await.expect(201);
    let path = made.header("location").unwrap().to_owned();
    let read = async |query: &str| {
        let call = api.get(&format!("{path}{query}")).by(&cast.coordinator);
        call.send().await
    };
    read("?part=action_plan&format=pdf").await.expect(200);
    // As the program wrote it before there was an Annexe 2.
    let mut content = read("").await.expect(200).json();
    content.as_object_mut().unwrap().remove("action_plan").unwrap();
    let (content, digest) = (content.to_string(), digest(&content.to_string()));
    let quoted = content.replace('\'', "''");
    let before = format!("UPDATE publications SET content = '{quoted}', digest = '{digest}'");
    sql::execute(&mut database.connect(), &before);
    assert_eq!(read("").await.expect(200).body, content.as_bytes());
    assert_eq!(
        read("?part=action_plan&format=pdf").await.failure(),
        (404, "not_found".to_owned())
    );
    for part in ["annex", "full"] {
        read(&format!("?part={part}&format=csv")).await.expect(200);
    }
    let changes = api.get(&format!("{path}/changes")).by(&cast.coordinator);
    assert_eq!(changes.send().await.expect(200).json()["items"], json!([]));
}

async fn what_changed_since_a_publication_is_told_line_by_line(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = with_a_closed_month(&api).await;
    let body = json!({"from": "2022-05", "to": "2022-05"});
    let made = publish(&api, &cast.coordinator, &body).await.expect(201);
    let path = format!("{}/changes", made.header("location").unwrap());
    let told = async || {
        let changes = api.get(&path).by(&cast.coordinator).send().await.expect(200).json();
        changes["items"].as_array().unwrap().clone()
    };
    assert_eq!(told().await, Vec::<Value>::new());
    reopen(&api, &cast.coordinator, "2022-05").await;
    put(&api, &cast.advisor, "2022-05-03", &[workshop(), workshop()])
        .await
        .expect(200);
    let changed = told().await;
    for of in [json!("2022-05"), Value::Null] {
        let change = json!({"figure": "workshops_held", "of": of, "measure": "figure", "published": 1, "now": 2});
        assert!(changed.contains(&change), "{changed:?}");
    }
    let kind = json!({
        "figure": "kind", "of": "workshop", "measure": "interventions", "published": 1, "now": 2
    });
    assert!(changed.contains(&kind), "{changed:?}");
    assert!(!changed.iter().any(|change| change["figure"] == "one_off_requests"));
    put(&api, &cast.advisor, "2022-05-03", &[workshop()]).await.expect(200);
    assert_eq!(told().await, Vec::<Value>::new());
}

async fn closings_and_publications_are_in_the_audit_log(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = with_a_closed_month(&api).await;
    let body = json!({"from": "2022-05", "to": "2022-05"});
    let made = publish(&api, &cast.coordinator, &body).await.expect(201).json();
    reopen(&api, &cast.coordinator, "2022-05").await;
    let log = api
        .get("/v1/audit-log")
        .by(&cast.coordinator)
        .send()
        .await
        .expect(200)
        .json();
    let mut entries: Vec<(String, Value)> = log["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["action"].as_str().unwrap().to_owned(), entry["subject"].clone()))
        .collect();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [
        ("month_closed".to_owned(), json!("2022-05")),
        ("month_reopened".to_owned(), json!("2022-05")),
        ("published".to_owned(), made["publication_id"].clone()),
    ];
    assert_eq!(entries, expected);
}
