//! Sessions: signing in, refreshing, signing out; and what a token must be.

use quotidien::actions::accounts::create_account;
use quotidien::auth::password::Password;
use quotidien::domain::account::{Account, Email, PersonName, Role};
use quotidien::domain::identifiers::AccountId;
use serde_json::{Value, json};

use crate::support::api::{Answer, Api};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    one_signs_in_with_an_address_in_any_case,
    a_wrong_address_and_a_wrong_password_are_answered_alike,
    a_refresh_token_is_good_once,
    signing_out_ends_the_refresh_token,
    an_access_token_expires_after_a_quarter_of_an_hour,
    a_refresh_token_expires_after_90_days_without_use,
    what_is_no_token_of_ours_is_refused,
    an_address_has_one_account_on_the_instance,
);

const PASSWORD: &str = "une phrase de passe";

/// The service with one advisor who can sign in.
async fn with_account(database: &TestDatabase) -> Api {
    let api = Api::on(database).await;
    create(&api, "Camille.Martin@Example.org").await.unwrap();
    api
}

async fn create(api: &Api, email: &str) -> Result<(), quotidien::actions::accounts::AccountRefusal> {
    let account = Account {
        organisation: api.organisation("Le Mans Métropole").await,
        id: AccountId::new(),
        role: Role::Advisor,
        name: PersonName::parse("Camille Martin").unwrap(),
        email: Email::parse(email).unwrap(),
    };
    let password = Password::parse(PASSWORD.to_owned()).unwrap();
    create_account(&api.store, account, password, api.now()).await.unwrap()
}

async fn sign_in(api: &Api, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    api.post("/v1/sessions").json(&body).send().await
}

async fn refresh(api: &Api, tokens: &Value) -> Answer {
    let body = json!({"refresh_token": tokens["refresh_token"]});
    api.post("/v1/sessions/refresh").json(&body).send().await
}

async fn me(api: &Api, tokens: &Value) -> u16 {
    let token = tokens["access_token"].as_str().unwrap();
    api.get("/v1/me").bearer(token).send().await.status
}

async fn one_signs_in_with_an_address_in_any_case(database: TestDatabase) {
    let api = with_account(&database).await;
    let answer = sign_in(&api, "CAMILLE.martin@example.ORG", PASSWORD).await.expect(201);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let tokens = answer.json();
    assert_eq!(
        (&tokens["token_type"], &tokens["expires_in"]),
        (&json!("Bearer"), &json!(900))
    );
    assert_eq!(me(&api, &tokens).await, 200);
}

async fn a_wrong_address_and_a_wrong_password_are_answered_alike(database: TestDatabase) {
    let api = with_account(&database).await;
    let mut bodies = Vec::new();
    for (email, password) in [
        ("nobody@example.org", PASSWORD),
        ("camille.martin@example.org", "une autre phrase"),
    ] {
        let answer = sign_in(&api, email, password).await.expect(401);
        assert!(answer.header("www-authenticate").is_some());
        let mut body = answer.json();
        body["instance"] = Value::Null;
        bodies.push(body);
    }
    assert_eq!(bodies[0], bodies[1]);
    assert_eq!(bodies[0]["code"], "invalid_credentials");
    let short = sign_in(&api, "camille.martin@example.org", "trop court")
        .await
        .expect(422);
    assert_eq!(short.faults(), [("/password".to_owned(), "too_short".to_owned())]);
}

async fn a_refresh_token_is_good_once(database: TestDatabase) {
    let api = with_account(&database).await;
    let first = sign_in(&api, "camille.martin@example.org", PASSWORD)
        .await
        .expect(201)
        .json();
    let second = refresh(&api, &first).await.expect(201).json();
    assert_eq!(me(&api, &second).await, 200);
    assert_eq!(
        refresh(&api, &first).await.failure(),
        (401, "unauthenticated".to_owned())
    );
    refresh(&api, &second).await.expect(201);
    let nonsense = json!({"refresh_token": "nonsense"});
    let nonsense = refresh(&api, &nonsense).await;
    assert_eq!(nonsense.failure(), (401, "unauthenticated".to_owned()));
}

async fn signing_out_ends_the_refresh_token(database: TestDatabase) {
    let api = with_account(&database).await;
    let tokens = sign_in(&api, "camille.martin@example.org", PASSWORD)
        .await
        .expect(201)
        .json();
    let other_device = sign_in(&api, "camille.martin@example.org", PASSWORD)
        .await
        .expect(201)
        .json();
    let token = tokens["access_token"].as_str().unwrap();
    api.delete("/v1/sessions/current")
        .bearer(token)
        .send()
        .await
        .expect(204);
    assert_eq!(
        refresh(&api, &tokens).await.failure(),
        (401, "unauthenticated".to_owned())
    );
    refresh(&api, &other_device).await.expect(201);
}

async fn an_access_token_expires_after_a_quarter_of_an_hour(database: TestDatabase) {
    let api = with_account(&database).await;
    let tokens = sign_in(&api, "camille.martin@example.org", PASSWORD)
        .await
        .expect(201)
        .json();
    api.set_clock("2022-09-29T10:14:59Z");
    assert_eq!(me(&api, &tokens).await, 200);
    api.set_clock("2022-09-29T10:15:00Z");
    assert_eq!(me(&api, &tokens).await, 401);
    let fresh = refresh(&api, &tokens).await.expect(201).json();
    assert_eq!(me(&api, &fresh).await, 200);
}

async fn a_refresh_token_expires_after_90_days_without_use(database: TestDatabase) {
    let api = with_account(&database).await;
    let tokens = sign_in(&api, "camille.martin@example.org", PASSWORD)
        .await
        .expect(201)
        .json();
    api.set_clock("2022-12-28T09:59:59Z");
    let tokens = refresh(&api, &tokens).await.expect(201).json();
    api.set_clock("2023-03-28T10:00:00Z");
    assert_eq!(refresh(&api, &tokens).await.status, 401);
}

async fn what_is_no_token_of_ours_is_refused(database: TestDatabase) {
    let api = with_account(&database).await;
    let tokens = sign_in(&api, "camille.martin@example.org", PASSWORD)
        .await
        .expect(201)
        .json();
    let token = tokens["access_token"].as_str().unwrap();
    let (rest, signature) = token.rsplit_once('.').unwrap();
    let (header, claims) = rest.split_once('.').unwrap();
    let flipped = if signature.starts_with('A') { 'B' } else { 'A' };
    for authorization in [
        String::new(),
        token.to_owned(),
        format!("Basic {token}"),
        "Bearer".to_owned(),
        "Bearer x.y.z".to_owned(),
        format!("Bearer {header}.{claims}."),
        format!("Bearer {header}.{claims}.{flipped}{}", &signature[1..]),
        format!("Bearer {}", tokens["refresh_token"].as_str().unwrap()),
    ] {
        let answer = api.get("/v1/me").header("Authorization", &authorization).send().await;
        assert_eq!(answer.failure(), (401, "unauthenticated".to_owned()), "{authorization}");
        assert!(answer.header("www-authenticate").is_some());
    }
    let answer = api
        .get("/v1/me")
        .header("Authorization", &format!("bearer {token}"))
        .send()
        .await;
    answer.expect(200);
}

async fn an_address_has_one_account_on_the_instance(database: TestDatabase) {
    let api = with_account(&database).await;
    let again = create(&api, "camille.martin@EXAMPLE.org").await;
    assert_eq!(again, Err(quotidien::actions::accounts::AccountRefusal::EmailTaken));
}
