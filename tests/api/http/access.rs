//! When a person's access ends, on every instance; the API keys of programs; what administrators do; the audit log.

use chrono::TimeDelta;
use quotidien::domain::account::Role;
use quotidien::domain::api_key::Scope;
use serde_json::{Value, json};

use crate::http::{report, workshop};
use crate::support::api::{Api, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::sql;

on_both_databases!(
    access_ends_on_every_instance_once_it_has_looked,
    a_session_that_was_ended_opens_nothing_any_more,
    somebody_who_was_let_in_is_remembered_until_the_token_expires_or_something_changes,
    no_more_tokens_are_remembered_than_there_is_room_for,
    a_parameter_that_there_is_not_is_a_fault_behind_any_path,
    a_changed_role_is_had_with_the_next_token,
    a_changed_time_zone_reaches_those_who_are_signed_in,
    a_key_lets_a_program_in_until_it_expires_or_is_revoked,
    a_key_is_described_soundly_or_refused,
    what_a_program_writes_is_recorded_by_whoever_made_its_key,
    administrators_make_organisations_and_invite_their_coordinators,
    the_audit_log_says_who_did_what,
    the_audit_log_is_read_page_by_page,
);

async fn a_parameter_that_there_is_not_is_a_fault_behind_any_path(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let account = format!("/v1/accounts/{}", cast.advisor.id);
    for path in [&account, &cast.advisor.report("2022-09-28")] {
        let answer = api.get(&format!("{path}?unknown=1")).by(&cast.coordinator).send().await;
        assert_eq!(
            answer.faults(),
            [("unknown".to_owned(), "unknown_parameter".to_owned())]
        );
    }
}

/// The status with which the service answers a request that carries this token.
pub(super) async fn status(api: &Api, token: &str) -> u16 {
    api.get("/v1/organisation").bearer(token).send().await.status
}

async fn access_ends_on_every_instance_once_it_has_looked(database: TestDatabase) {
    let (here, there) = (Api::on(&database).await, Api::on(&database).await);
    let cast = here.cast().await;
    let token = here.token(&cast.advisor);
    for api in [&here, &there] {
        assert_eq!(status(api, &token).await, 200);
    }
    let path = format!("/v1/accounts/{}", cast.advisor.id);
    here.delete(&path).by(&cast.coordinator).send().await.expect(204);
    for api in [&here, &there] {
        api.poll().await;
        assert_eq!(status(api, &token).await, 401);
    }
    assert_eq!(status(&there, &here.token(&cast.colleague)).await, 200);
}

async fn a_session_that_was_ended_opens_nothing_any_more(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let (kept, ended) = (api.new_token(&cast.advisor).await, api.new_token(&cast.advisor).await);
    assert_eq!(status(&api, &kept).await, 200);
    api.delete("/v1/sessions/current")
        .bearer(&ended)
        .send()
        .await
        .expect(204);
    api.poll().await;
    assert_eq!((status(&api, &kept).await, status(&api, &ended).await), (200, 401));
}

async fn a_changed_role_is_had_with_the_next_token(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let before = api.token(&cast.advisor);
    assert_eq!(status(&api, &before).await, 200);
    let path = format!("/v1/accounts/{}", cast.advisor.id);
    let body = json!({"role": "coordinator", "name": "Amélie Rousseau", "email": "amelie.rousseau@example.org"});
    api.put(&path)
        .by(&cast.coordinator)
        .json(&body)
        .send()
        .await
        .expect(200);
    api.poll().await;
    assert_eq!(status(&api, &before).await, 401);
    let role = Role::Coordinator;
    let after = api.token(&Person { role, ..cast.advisor });
    api.get("/v1/advisors").bearer(&after).send().await.expect(200);
}

async fn a_changed_time_zone_reaches_those_who_are_signed_in(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    // At 10:00 UTC it is still 29 September in Paris, and already 30 September in Kiritimati.
    api.set_clock("2022-09-29T10:00:00Z");
    let tomorrow = cast.advisor.report("2022-09-30");
    let put = async || {
        api.put(&tomorrow)
            .by(&cast.advisor)
            .json(&report(&[workshop()]))
            .send()
            .await
            .status
    };
    assert_eq!(put().await, 422);
    let body = json!({"name": "Kiritimati", "time_zone": "Pacific/Kiritimati", "working_days": ["monday"]});
    api.put("/v1/organisation")
        .by(&cast.coordinator)
        .json(&body)
        .send()
        .await
        .expect(200);
    api.poll().await;
    assert_eq!(put().await, 201);
}

async fn a_key_lets_a_program_in_until_it_expires_or_is_revoked(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let body = json!({"name": "Tableau de bord", "scopes": ["reports:read", "statistics:read"], "valid_days": 2});
    let call = api.post("/v1/api-keys").by(&cast.coordinator).json(&body);
    let made = call.send().await.expect(201);
    let location = made.header("location").unwrap().to_owned();
    let made = made.json();
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("qk_"));
    let keys = async || {
        api.get("/v1/api-keys")
            .by(&cast.coordinator)
            .send()
            .await
            .expect(200)
            .json()
    };
    assert_eq!(keys().await["items"], json!([made["key"]]));
    assert!(!keys().await.to_string().contains(token), "a token is shown once");
    let reports = async || api.get("/v1/reports").bearer(token).send().await.status;
    assert_eq!(reports().await, 200);
    // The service remembers a key for a quarter of an hour after it has noted a use, and notes no other use in that
    // time.
    for (clock, noted) in [
        ("10:00:00", "10:00:00"),
        ("10:14:59", "10:00:00"),
        ("10:15:00", "10:15:00"),
    ] {
        api.set_clock(&format!("2022-09-29T{clock}Z"));
        assert_eq!(reports().await, 200);
        assert_eq!(keys().await["items"][0]["last_used_at"], format!("2022-09-29T{noted}Z"));
    }
    api.set_clock("2022-10-01T09:59:59Z");
    assert_eq!(reports().await, 200);
    api.set_clock("2022-10-01T10:00:00Z");
    assert_eq!(reports().await, 401);
    api.set_clock("2022-09-30T10:00:00Z");
    assert_eq!(reports().await, 200);
    api.delete(&location).by(&cast.coordinator).send().await.expect(204);
    api.poll().await;
    assert_eq!(reports().await, 401);
    assert_eq!(keys().await["items"], json!([]));
    api.delete(&location).by(&cast.coordinator).send().await.expect(404);
}

async fn a_key_is_described_soundly_or_refused(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let refused = async |body: Value| {
        let call = api.post("/v1/api-keys").by(&cast.coordinator).json(&body);
        call.send().await.expect(422).faults()
    };
    let fault = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    assert_eq!(
        refused(json!({"name": " ", "scopes": [], "valid_days": 0})).await,
        [
            fault("/name", "too_short"),
            fault("/scopes", "too_few"),
            fault("/valid_days", "out_of_range")
        ]
    );
    let scopes = json!(["reports:read", "reports:read", "everything"]);
    assert_eq!(
        refused(json!({"name": "x", "scopes": scopes, "valid_days": 367})).await,
        [
            fault("/scopes/1", "duplicate"),
            fault("/scopes/2", "unknown_code"),
            fault("/valid_days", "out_of_range")
        ]
    );
    // A list as long as a body may be has no fault for each of its items.
    let endless = json!({"name": "x", "scopes": vec![""; 300_000]});
    let unknown = |item: usize| fault(&format!("/scopes/{item}"), "unknown_code");
    let told = [fault("/scopes", "too_many")].into_iter().chain((0..5).map(unknown));
    assert_eq!(refused(endless).await, told.collect::<Vec<_>>());
}

async fn what_a_program_writes_is_recorded_by_whoever_made_its_key(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let (_, token) = api.key(&cast.coordinator, &[Scope::ReportsWrite]).await;
    let path = cast.advisor.report("2022-05-03");
    let call = api.put(&path).bearer(&token).json(&report(&[workshop()]));
    assert_eq!(
        call.send().await.expect(201).json()["recorded_by"],
        cast.coordinator.id.to_string()
    );
}

async fn administrators_make_organisations_and_invite_their_coordinators(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let by = &cast.administrator;
    let settings =
        json!({"name": "Grand Poitiers", "time_zone": "Europe/Paris", "working_days": ["monday", "tuesday"]});
    let made = api
        .post("/v1/organisations")
        .by(by)
        .json(&settings)
        .send()
        .await
        .expect(201);
    let coordinators = made.header("location").unwrap().to_owned();
    let organisation = made.json();
    let listed = api.get("/v1/organisations").by(by).send().await.expect(200).json();
    let names: Vec<&str> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Angers Loire Métropole", "Grand Poitiers", "Le Mans Métropole"]);
    let invite = async || {
        let body = json!({"name": "Yann Morel", "email": "yann.morel@example.org"});
        api.post(&coordinators).by(by).json(&body).send().await
    };
    let first = invite().await.expect(201).json();
    // As if the first invitation had been lost: the administrator invites the same coordinator again.
    let second = invite().await.expect(201).json();
    assert_eq!(first["account"]["account_id"], second["account"]["account_id"]);
    let choose = async |invited: &Value| {
        let body = json!({"token": invited["invitation"]["token"], "password": "quatre mots sans rapport"});
        api.put("/v1/passwords").json(&body).send().await.status
    };
    assert_eq!((choose(&first).await, choose(&second).await), (422, 204));
    assert_eq!(invite().await.expect(422).faults()[0].1, "email_taken");
    let body = json!({"email": "yann.morel@example.org", "password": "quatre mots sans rapport"});
    let tokens = api.post("/v1/sessions").json(&body).send().await.expect(201).json();
    let token = tokens["access_token"].as_str().unwrap();
    let theirs = api
        .get("/v1/organisation")
        .bearer(token)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(theirs, organisation);
    let log = api.get("/v1/audit-log").bearer(token).send().await.expect(200).json();
    let made = log["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["action"] == "organisation_created");
    assert_eq!(made.unwrap()["actor"], by.id.to_string());
    // The nil identifier is that of the instance, which takes no coordinator; the other organisation does not exist.
    for id in [
        "00000000-0000-0000-0000-000000000000",
        "0198f3c2-7c1e-7d2a-8f00-0242ac120001",
    ] {
        let body = json!({"name": "Zoé", "email": "zoe@example.org"});
        let path = format!("/v1/organisations/{id}/coordinators");
        api.post(&path).by(by).json(&body).send().await.expect(404);
    }
}

async fn the_audit_log_says_who_did_what(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let by = &cast.coordinator;
    let email = format!("{}@test.example", cast.advisor.id);
    let sign_in = async |password: &str| {
        let body = json!({"email": email, "password": password});
        api.post("/v1/sessions").json(&body).send().await
    };
    let mut seconds = 0;
    let mut tick = || {
        seconds += 1;
        api.set_clock(
            &("2022-09-29T10:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap() + TimeDelta::seconds(seconds))
                .to_rfc3339(),
        );
    };
    let invitation = api.post(&format!("/v1/accounts/{}/invitation", cast.advisor.id)).by(by);
    let invitation = invitation.send().await.expect(201).json();
    tick();
    let body = json!({"token": invitation["invitation"]["token"], "password": "quatre mots sans rapport"});
    api.put("/v1/passwords").json(&body).send().await.expect(204);
    tick();
    sign_in("une autre phrase longue").await.expect(401);
    tick();
    let tokens = sign_in("quatre mots sans rapport").await.expect(201).json();
    tick();
    api.delete("/v1/sessions/current")
        .bearer(tokens["access_token"].as_str().unwrap())
        .send()
        .await
        .expect(204);
    tick();
    let key = json!({"name": "Tableau", "scopes": ["reports:read"]});
    let key = api
        .post("/v1/api-keys")
        .by(by)
        .json(&key)
        .send()
        .await
        .expect(201)
        .json();
    let log = api.get("/v1/audit-log").by(by).send().await.expect(200).json();
    let entries: Vec<(String, Value, Value)> = log["items"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|entry| {
            (
                entry["action"].as_str().unwrap().to_owned(),
                entry["actor"].clone(),
                entry["subject"].clone(),
            )
        })
        .collect();
    let (advisor, coordinator) = (json!(cast.advisor.id.to_string()), json!(by.id.to_string()));
    let session = &entries[3].2;
    let entry = |action: &str, actor: &Value, subject: &Value| (action.to_owned(), actor.clone(), subject.clone());
    assert_eq!(
        entries,
        [
            entry("account_invited", &coordinator, &advisor),
            entry("password_changed", &advisor, &advisor),
            entry("sign_in_failed", &Value::Null, &advisor),
            entry("signed_in", &advisor, session),
            entry("session_ended", &advisor, session),
            entry("key_created", &coordinator, &key["key"]["key_id"]),
        ]
    );
    let foreign = api
        .get("/v1/audit-log")
        .by(&cast.foreign_coordinator)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(foreign["items"], json!([]));
}

async fn the_audit_log_is_read_page_by_page(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    // The clock stands still: all five entries of the log have the same instant.
    for _ in 0..5 {
        api.key(&cast.coordinator, &[Scope::ReportsRead]).await;
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    let mut pages = 0;
    loop {
        pages += 1;
        let path = format!("/v1/audit-log?limit=2{cursor}");
        let page = api.get(&path).by(&cast.coordinator).send().await.expect(200).json();
        seen.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| entry["entry_id"].to_string()),
        );
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let whole = api
        .get("/v1/audit-log")
        .by(&cast.coordinator)
        .send()
        .await
        .expect(200)
        .json();
    let whole: Vec<String> = whole["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["entry_id"].to_string())
        .collect();
    assert_eq!((pages, seen), (3, whole));
    let call = api.get("/v1/audit-log?cursor=bm90aGluZw").by(&cast.coordinator);
    assert_eq!(
        call.send().await.expect(400).faults(),
        [("cursor".to_owned(), "invalid_cursor".to_owned())]
    );
}

async fn somebody_who_was_let_in_is_remembered_until_the_token_expires_or_something_changes(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let (token, unseen) = (api.token(&cast.advisor), api.new_token(&cast.advisor).await);
    assert_eq!(status(&api, &token).await, 200);
    // The sessions end in the database, without the service's knowledge: it looks up only tokens that it does not
    // remember.
    let ended = "UPDATE sessions SET ended_at = '2022-09-29 10:00:00'";
    sql::execute(&mut database.connect(), ended);
    assert_eq!((status(&api, &token).await, status(&api, &unseen).await), (200, 401));
    api.set_clock("2022-09-29T10:15:00Z");
    assert_eq!(status(&api, &token).await, 401);
}

async fn no_more_tokens_are_remembered_than_there_is_room_for(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let now = api.now();
    let tokens = &api.gate.tokens;
    let known = api
        .gate
        .admit(&api.store, &api.token(&cast.advisor), now)
        .await
        .unwrap()
        .unwrap();
    let remember = |name: &str, seconds: i64, now| {
        tokens.remember(name, known, now + TimeDelta::seconds(seconds), tokens.epoch(), now);
    };
    // The token that was admitted above is remembered already: with these there are 10,000.
    for number in 1..10_000 {
        remember(&number.to_string(), if number == 1 { 1 } else { 900 }, now);
    }
    remember("too early", 900, now);
    assert!(tokens.remembered("9999", now).is_some() && tokens.remembered("too early", now).is_none());
    // Token 1 has expired: there is room for one more token, and then for none.
    let now = now + TimeDelta::seconds(1);
    remember("one more", 900, now);
    remember("one too many", 900, now);
    assert!(tokens.remembered("one more", now).is_some());
    assert!(tokens.remembered("one too many", now).is_none());
    // A token is not remembered when it was looked up before the service forgot all tokens: the answer may be out of
    // date.
    let before = tokens.epoch();
    tokens.forget_all();
    tokens.remember("late", known, now + TimeDelta::seconds(900), before, now);
    assert!(tokens.remembered("late", now).is_none() && tokens.remembered("9999", now).is_none());
}
