//! Sessions: signing in, refreshing, signing out; and what a token must be.

use std::time::Duration;

use chrono::TimeDelta;
use quotidien::actions::accounts::create_account;
use quotidien::auth::opaque_token::RefreshToken;
use quotidien::auth::password::Password;
use quotidien::domain::account::{Account, Email, PersonName, Role};
use quotidien::domain::identifiers::{AccountId, SessionId};
use rand::RngExt as _;
use serde_json::{Value, json};

use crate::support::api::{Answer, Api};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::{queue, random, sql};

on_both_databases!(
    one_signs_in_with_an_address_in_any_case,
    a_wrong_address_and_a_wrong_password_are_answered_alike,
    a_password_is_the_same_however_its_accents_are_typed,
    a_refresh_token_works_until_a_successor_was_used,
    two_holders_of_one_token_end_their_session,
    a_refresh_token_that_was_made_up_waits_for_no_write,
    a_token_with_another_secret_neither_goes_on_with_a_session_nor_ends_it,
    a_stolen_token_ends_its_session_and_no_other,
    a_phone_on_a_flaky_network_is_never_signed_out,
    the_devices_of_an_account_are_listed_and_ended_by_their_owner,
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

async fn create(api: &Api, email: &str) -> Result<(), quotidien::actions::accounts::CreationRefusal> {
    let account = Account {
        organisation: api.organisation("Le Mans Métropole").await,
        id: AccountId::new(),
        role: Role::Advisor,
        name: PersonName::parse("Camille Martin").unwrap(),
        email: Email::parse(email).unwrap(),
    };
    let password = Password::parse(PASSWORD).unwrap();
    create_account(&api.store, account, password, api.now()).await.unwrap()
}

async fn sign_in(api: &Api, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    api.post("/v1/sessions").json(&body).send().await
}

/// The tokens of a new session.
async fn signed_in(api: &Api) -> Value {
    sign_in(api, "camille.martin@example.org", PASSWORD)
        .await
        .expect(201)
        .json()
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

/// Keyboards type an accented letter as one character or as two.
async fn a_password_is_the_same_however_its_accents_are_typed(database: TestDatabase) {
    let api = with_account(&database).await;
    let tokens = signed_in(&api).await;
    let change = async |current: &str, new: &str| {
        let own = api
            .put("/v1/me/password")
            .bearer(tokens["access_token"].as_str().unwrap());
        let body = json!({"current_password": current, "password": new});
        own.json(&body).send().await.expect(204);
    };
    let (composed, decomposed) = (
        "zèbre lacté bûche naïf",
        "ze\u{300}bre lacte\u{301} bu\u{302}che nai\u{308}f",
    );
    change(PASSWORD, decomposed).await;
    for password in [composed, decomposed] {
        sign_in(&api, "camille.martin@example.org", password).await.expect(201);
    }
    change(composed, "une toute autre phrase longue").await;
}

async fn a_refresh_token_works_until_a_successor_was_used(database: TestDatabase) {
    let api = with_account(&database).await;
    let first = signed_in(&api).await;
    let lost = refresh(&api, &first).await.expect(201).json();
    let second = refresh(&api, &first).await.expect(201).json();
    assert_ne!(lost["refresh_token"], second["refresh_token"]);
    assert_eq!(me(&api, &second).await, 200);
    let third = refresh(&api, &second).await.expect(201).json();
    refresh(&api, &second).await.expect(201);
    refresh(&api, &third).await.expect(201);
    let nonsense = json!({"refresh_token": "nonsense"});
    let nonsense = refresh(&api, &nonsense).await;
    assert_eq!(nonsense.failure(), (401, "unauthenticated".to_owned()));
}

/// Two holders of one token each traded it. Whichever of its successors is used second betrays that there are two: nobody
/// can tell which of them is the thief, so the session ends for both.
async fn two_holders_of_one_token_end_their_session(database: TestDatabase) {
    let api = with_account(&database).await;
    let other_device = signed_in(&api).await;
    let first = signed_in(&api).await;
    let owners = refresh(&api, &first).await.expect(201).json();
    let thiefs = refresh(&api, &first).await.expect(201).json();
    let next = refresh(&api, &thiefs).await.expect(201).json();
    assert_eq!(
        refresh(&api, &owners).await.failure(),
        (401, "unauthenticated".to_owned())
    );
    for ended in [&next, &thiefs, &first] {
        assert_eq!(refresh(&api, ended).await.status, 401);
    }
    refresh(&api, &other_device).await.expect(201);
    let mut connection = database.connect();
    assert_eq!(
        sql::count(&mut connection, "audit_entries", "action = 'token_reused'"),
        1
    );
}

/// A token that nobody was given is looked up and refused while the writer is busy: strangers keep no write waiting.
async fn a_refresh_token_that_was_made_up_waits_for_no_write(database: TestDatabase) {
    let api = with_account(&database).await;
    let tokens = signed_in(&api).await;
    let real = RefreshToken::parse(tokens["refresh_token"].as_str().unwrap()).unwrap();
    let pause = queue::pause(&api.store);
    for session in [real.id, SessionId::new()] {
        let forged = json!({"refresh_token": RefreshToken::new(real.organisation, session).reveal()});
        let answer = tokio::time::timeout(Duration::from_secs(5), refresh(&api, &forged)).await;
        assert_eq!(answer.expect("an answer in time").status, 401);
    }
    pause.end().await;
}

/// Whoever knows a session's identifier alone, which every access token tells, can neither go on with the session nor
/// end it.
async fn a_token_with_another_secret_neither_goes_on_with_a_session_nor_ends_it(database: TestDatabase) {
    let api = with_account(&database).await;
    let tokens = signed_in(&api).await;
    let real = RefreshToken::parse(tokens["refresh_token"].as_str().unwrap()).unwrap();
    api.set_clock("2022-09-29T11:00:00Z");
    let forged = json!({"refresh_token": RefreshToken::new(real.organisation, real.id).reveal()});
    assert_eq!(refresh(&api, &forged).await.status, 401);
    let listed = async |tokens: &Value| {
        let token = tokens["access_token"].as_str().unwrap();
        api.get("/v1/sessions").bearer(token).send().await.expect(200).json()["items"][0]["refreshed_at"].clone()
    };
    let fresh = refresh(&api, &tokens).await.expect(201).json();
    assert_eq!(listed(&fresh).await, "2022-09-29T11:00:00Z");
    api.set_clock("2022-09-29T11:10:00Z");
    assert_eq!(refresh(&api, &forged).await.status, 401);
    assert_eq!(listed(&fresh).await, "2022-09-29T11:00:00Z");
}

async fn a_stolen_token_ends_its_session_and_no_other(database: TestDatabase) {
    let api = with_account(&database).await;
    let other_device = signed_in(&api).await;
    let stolen = signed_in(&api).await;
    let second = refresh(&api, &stolen).await.expect(201).json();
    let third = refresh(&api, &second).await.expect(201).json();
    assert_eq!(refresh(&api, &stolen).await.status, 401);
    for ended in [&second, &third] {
        assert_eq!(refresh(&api, ended).await.status, 401);
    }
    refresh(&api, &other_device).await.expect(201);
}

/// A phone that keeps its refresh token in a file, and is switched off and on between two requests.
struct Phone {
    disk: tempfile::NamedTempFile,
}

impl Phone {
    fn new(tokens: &Value) -> Self {
        let disk = tempfile::NamedTempFile::new().unwrap();
        let phone = Self { disk };
        phone.keep(tokens);
        phone
    }

    fn keep(&self, tokens: &Value) {
        std::fs::write(&self.disk, tokens["refresh_token"].as_str().unwrap()).unwrap();
    }

    /// The token in the phone's file: all that the phone knows when it is switched on.
    fn started(&self) -> Value {
        json!({"refresh_token": std::fs::read_to_string(&self.disk).unwrap()})
    }
}

async fn a_phone_on_a_flaky_network_is_never_signed_out(database: TestDatabase) {
    let api = with_account(&database).await;
    let mut rng = random::draws(random::seed());
    let phone = Phone::new(&signed_in(&api).await);
    let (mut stolen, mut now) = (None, api.now());
    let (mut lost, mut unsaved, mut used) = (0, 0, 0);
    for round in 0..1_000 {
        let wait = [TimeDelta::seconds(1), TimeDelta::hours(2), TimeDelta::days(20)];
        now += wait[rng.random_range(0..wait.len())];
        api.set_clock(&now.to_rfc3339());
        let known = phone.started();
        let answer = refresh(&api, &known).await;
        assert_eq!(answer.status, 201, "round {round}: {}", answer.json());
        match rng.random_range(0..4) {
            0 | 1 => lost += 1,
            // The phone's battery is empty before the answer is in its file.
            2 => unsaved += 1,
            _ => {
                if rng.random_bool(0.02) || used == 0 {
                    stolen = Some(known);
                }
                phone.keep(&answer.json());
                assert_eq!(me(&api, &answer.json()).await, 200);
                used += 1;
            }
        }
    }
    assert!(
        lost > 400 && unsaved > 200 && used > 200,
        "{lost} lost, {unsaved} unsaved, {used} used"
    );
    refresh(&api, &phone.started()).await.expect(201);
    assert_eq!(refresh(&api, &stolen.unwrap()).await.status, 401);
    assert_eq!(refresh(&api, &phone.started()).await.status, 401);
}

async fn the_devices_of_an_account_are_listed_and_ended_by_their_owner(database: TestDatabase) {
    let api = with_account(&database).await;
    let here = signed_in(&api).await;
    api.set_clock("2022-09-29T11:00:00Z");
    let body = json!({"email": "camille.martin@example.org", "password": PASSWORD});
    let phone = api.post("/v1/sessions").header("User-Agent", "Téléphone").json(&body);
    let phone = phone.send().await.expect(201).json();
    let tablet = api.post("/v1/sessions").header("User-Agent", " Tablet/2 ").json(&body);
    let tablet = tablet.send().await.expect(201).json();
    let here = refresh(&api, &here).await.expect(201).json();
    let token = here["access_token"].as_str().unwrap();
    let list = async || {
        let list = api.get("/v1/sessions").bearer(token).send().await.expect(200).json();
        list["items"].as_array().unwrap().clone()
    };
    let listed = list().await;
    assert_eq!(listed.len(), 3);
    let current: Vec<_> = listed.iter().filter(|session| session["current"] == true).collect();
    assert_eq!(current.len(), 1);
    assert_eq!(current[0]["created_at"], "2022-09-29T10:00:00Z");
    assert_eq!(current[0]["refreshed_at"], "2022-09-29T11:00:00Z");
    assert_eq!(current[0]["expires_at"], "2022-12-28T11:00:00Z");
    let of_tablet = listed.iter().find(|session| session["device"] == "Tablet/2").unwrap();
    let path = format!("/v1/sessions/{}", of_tablet["session_id"].as_str().unwrap());
    let stranger = api.cast().await.advisor;
    let not_theirs = api.delete(&path).by(&stranger).send().await;
    assert_eq!(not_theirs.failure(), (404, "not_found".to_owned()));
    for _ in 0..2 {
        api.delete(&path).bearer(token).send().await.expect(204);
    }
    assert_eq!(list().await.len(), 2);
    assert_eq!(refresh(&api, &tablet).await.status, 401);
    refresh(&api, &phone).await.expect(201);
    for (path, fault) in [
        ("/v1/sessions/not-an-id", 400),
        ("/v1/sessions/word", 404),
        ("/v1/sessions/refresh", 405),
    ] {
        assert_eq!(api.delete(path).bearer(token).send().await.status, fault, "{path}");
    }
}

async fn signing_out_ends_the_refresh_token(database: TestDatabase) {
    let api = with_account(&database).await;
    let tokens = signed_in(&api).await;
    let other_device = signed_in(&api).await;
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
    let tokens = signed_in(&api).await;
    api.set_clock("2022-09-29T10:14:59Z");
    assert_eq!(me(&api, &tokens).await, 200);
    api.set_clock("2022-09-29T10:15:00Z");
    assert_eq!(me(&api, &tokens).await, 401);
    let fresh = refresh(&api, &tokens).await.expect(201).json();
    assert_eq!(me(&api, &fresh).await, 200);
}

async fn a_refresh_token_expires_after_90_days_without_use(database: TestDatabase) {
    let api = with_account(&database).await;
    let tokens = signed_in(&api).await;
    api.set_clock("2022-12-28T09:59:59Z");
    let tokens = refresh(&api, &tokens).await.expect(201).json();
    api.set_clock("2023-03-28T10:00:00Z");
    assert_eq!(refresh(&api, &tokens).await.status, 401);
}

async fn what_is_no_token_of_ours_is_refused(database: TestDatabase) {
    let api = with_account(&database).await;
    let tokens = signed_in(&api).await;
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
    assert_eq!(again, Err(quotidien::actions::accounts::CreationRefusal::EmailTaken));
}
