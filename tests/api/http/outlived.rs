//! What must not outlive whom it was for: invitations an address or a password, keys whoever made them.

use quotidien::actions::passwords::ask_reset;
use quotidien::actions::privacy::erase_account;
use quotidien::domain::account::Email;
use quotidien::domain::api_key::Scope;
use quotidien::jobs::Worker;
use serde_json::{Value, json};

use super::access::status;
use crate::support::api::{Api, Cast, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::mail::{Manner, PostOffice};

on_both_databases!(
    an_invitation_to_an_address_that_was_corrected_is_good_no_more,
    an_invitation_stays_good_when_something_else_than_the_address_is_corrected,
    a_link_to_reset_a_password_is_good_no_more_once_the_password_was_changed,
    the_keys_of_a_coordinator_who_is_deactivated_are_revoked_by_whoever_deactivates_them,
    the_keys_of_a_coordinator_whose_role_is_changed_are_revoked,
    the_keys_of_a_coordinator_who_is_erased_are_revoked,
);

const PASSWORD: &str = "quatre mots sans rapport";

fn coordinator(name: &str, email: &str) -> Value {
    json!({"role": "coordinator", "name": name, "email": email})
}

/// Invites a coordinator: the path of the account, and the token that sets its password.
async fn invite(api: &Api, cast: &Cast, email: &str) -> (String, String) {
    let call = api.post("/v1/accounts").by(&cast.coordinator);
    let call = call.json(&coordinator("Élodie Garnier", email));
    let made = call.send().await.expect(201);
    let token = made.json()["invitation"]["token"].as_str().unwrap().to_owned();
    (made.header("location").unwrap().to_owned(), token)
}

async fn choose(api: &Api, token: &str, password: &str) -> u16 {
    let body = json!({"token": token, "password": password});
    api.put("/v1/passwords").json(&body).send().await.status
}

async fn change(api: &Api, cast: &Cast, path: &str, body: &Value) {
    let call = api.put(path).by(&cast.coordinator).json(body);
    call.send().await.expect(200);
}

async fn an_invitation_to_an_address_that_was_corrected_is_good_no_more(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let (path, sent_astray) = invite(&api, &cast, "wrong@example.org").await;
    change(&api, &cast, &path, &coordinator("Élodie Garnier", "right@example.org")).await;
    assert_eq!(choose(&api, &sent_astray, PASSWORD).await, 422);
    let again = api.post(&format!("{path}/invitation")).by(&cast.coordinator);
    let again = again.send().await.expect(201).json();
    let token = again["invitation"]["token"].as_str().unwrap();
    assert_eq!(choose(&api, token, PASSWORD).await, 204);
}

async fn an_invitation_stays_good_when_something_else_than_the_address_is_corrected(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let (path, token) = invite(&api, &cast, "elodie@example.org").await;
    change(&api, &cast, &path, &coordinator("Élodie Roy", "Elodie@Example.org")).await;
    assert_eq!(choose(&api, &token, PASSWORD).await, 204);
}

async fn a_link_to_reset_a_password_is_good_no_more_once_the_password_was_changed(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let (_, token) = invite(&api, &cast, "elodie@example.org").await;
    assert_eq!(choose(&api, &token, PASSWORD).await, 204);
    let body = json!({"email": "elodie@example.org", "password": PASSWORD});
    let tokens = api.post("/v1/sessions").json(&body).send().await.expect(201).json();
    let email = Email::parse("elodie@example.org").unwrap();
    let office = PostOffice::open(Manner::Takes);
    let (mailer, now) = (office.mailer(), api.now());
    ask_reset(&api.store, &mailer, email, now).await.unwrap().unwrap();
    let worker = Worker {
        store: api.store.clone(),
        instance: "one".to_owned(),
        notes_months: 24,
        mailer: Some(mailer),
    };
    worker.send_mail(&move || now).await.unwrap();
    let link = office.received(1).await.remove(0).token();
    let body = json!({"current_password": PASSWORD, "password": "un tout autre assemblage"});
    let own = api
        .put("/v1/me/password")
        .bearer(tokens["access_token"].as_str().unwrap());
    own.json(&body).send().await.expect(204);
    assert_eq!(choose(&api, &link, "encore un autre assemblage").await, 422);
}

/// A coordinator beside the first, and the token of a key that they made.
async fn with_key(api: &Api, cast: &Cast) -> (Person, String) {
    let maker = api
        .person(cast.coordinator.organisation, cast.coordinator.role, "Élodie Garnier")
        .await;
    let (_, token) = api.key(&maker, &[Scope::ReportsRead]).await;
    assert_eq!(reads(api, &token).await, 200);
    (maker, token)
}

async fn reads(api: &Api, token: &str) -> u16 {
    api.get("/v1/reports").bearer(token).send().await.status
}

/// Asserts that a key lets nobody in, is listed no more, and that the audit log says who revoked it.
async fn assert_revoked(api: &Api, cast: &Cast, token: &str, by: Value) {
    api.poll().await;
    assert_eq!(reads(api, token).await, 401);
    let read = async |path: &str| api.get(path).by(&cast.coordinator).send().await.expect(200).json();
    assert_eq!(read("/v1/api-keys").await["items"], json!([]));
    let log = read("/v1/audit-log").await;
    let entries = log["items"].as_array().unwrap();
    let revoked = entries.iter().find(|entry| entry["action"] == "key_revoked").unwrap();
    let created = entries.iter().find(|entry| entry["action"] == "key_created").unwrap();
    assert_eq!((&revoked["subject"], &revoked["actor"]), (&created["subject"], &by));
    assert_eq!(status(api, &api.token(&cast.coordinator)).await, 200);
}

async fn the_keys_of_a_coordinator_who_is_deactivated_are_revoked_by_whoever_deactivates_them(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let (maker, token) = with_key(&api, &cast).await;
    let call = api.delete(&format!("/v1/accounts/{}", maker.id)).by(&cast.coordinator);
    call.send().await.expect(204);
    assert_revoked(&api, &cast, &token, json!(cast.coordinator.id.to_string())).await;
}

async fn the_keys_of_a_coordinator_whose_role_is_changed_are_revoked(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let (maker, token) = with_key(&api, &cast).await;
    let body = json!({
        "role": "advisor", "name": "Élodie Garnier", "email": "elodie@example.org",
        "activity_periods": [{"starts_on": "2022-01-03"}]
    });
    change(&api, &cast, &format!("/v1/accounts/{}", maker.id), &body).await;
    assert_revoked(&api, &cast, &token, json!(cast.coordinator.id.to_string())).await;
}

async fn the_keys_of_a_coordinator_who_is_erased_are_revoked(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let (maker, token) = with_key(&api, &cast).await;
    let erased = erase_account(&api.store, maker.organisation, maker.id, api.now()).await;
    assert!(erased.unwrap());
    assert_revoked(&api, &cast, &token, Value::Null).await;
}
