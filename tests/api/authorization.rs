//! Who may do what: every operation of the document against every kind of caller. The table is written by hand; an
//! operation that is missing from it fails.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use quotidien::domain::account::Role;
use quotidien::storage::signing_keys::{self, StoredKey};
use serde_json::{Value, json};

use crate::http::{report, workshop};
use crate::support::api::{Api, Cast};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(every_operation_answers_every_caller_as_the_table_says);

/// The statuses for: nobody, the advisor, another advisor, the coordinator, another organisation's advisor and its
/// coordinator. What names an advisor names the first. A token that is expired or forged is nobody's.
const TABLE: &[(&str, [u16; 6])] = &[
    // operation                 nobody  own  other  coord  foreign  foreign coordinator
    ("put_report", [401, 201, 403, 201, 403, 404]),
    ("get_report", [401, 200, 403, 200, 403, 404]),
    ("delete_report", [401, 204, 403, 204, 403, 404]),
    ("put_intervention", [401, 201, 403, 201, 403, 404]),
    ("delete_intervention", [401, 204, 403, 204, 403, 404]),
    ("list_reports", [401, 200, 403, 200, 403, 404]),
    ("get_monthly_statistics", [401, 200, 403, 200, 403, 404]),
    ("list_advisors", [401, 403, 403, 200, 403, 200]),
    ("list_accounts", [401, 403, 403, 200, 403, 200]),
    ("create_account", [401, 403, 403, 201, 403, 201]),
    ("get_account", [401, 403, 403, 200, 403, 404]),
    ("put_account", [401, 403, 403, 200, 403, 404]),
    ("delete_account", [401, 403, 403, 204, 403, 404]),
    ("create_invitation", [401, 403, 403, 201, 403, 404]),
    ("get_organisation", [401, 200, 200, 200, 200, 200]),
    ("put_organisation", [401, 403, 403, 200, 403, 200]),
    ("get_me", [401, 200, 200, 200, 200, 200]),
    ("delete_session", [401, 204, 204, 204, 204, 204]),
    // The password so far is not the one that they give.
    ("put_own_password", [401, 422, 422, 422, 422, 422]),
    ("list_sessions", [401, 200, 200, 200, 200, 200]),
    // A session that is nobody's of these.
    ("end_session", [401, 404, 404, 404, 404, 404]),
    // Public on purpose: an empty object is a malformed body, whoever sends it.
    ("create_session", [400, 400, 400, 400, 400, 400]),
    ("refresh_session", [400, 400, 400, 400, 400, 400]),
    ("put_password", [400, 400, 400, 400, 400, 400]),
    ("get_nomenclature", [200, 200, 200, 200, 200, 200]),
    ("get_health", [200, 200, 200, 200, 200, 200]),
    ("get_readiness", [200, 200, 200, 200, 200, 200]),
    ("get_public_keys", [200, 200, 200, 200, 200, 200]),
    ("get_document", [200, 200, 200, 200, 200, 200]),
    ("get_landing_page", [200, 200, 200, 200, 200, 200]),
    ("get_problem_page", [200, 200, 200, 200, 200, 200]),
];

/// An operation of the document.
struct Operation {
    method: Method,
    path: String,
    secured: bool,
}

async fn every_operation_answers_every_caller_as_the_table_says(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let operations = operations(&api).await;
    let listed: BTreeSet<&str> = TABLE.iter().map(|(name, _)| *name).collect();
    let described: BTreeSet<&str> = operations.keys().map(String::as_str).collect();
    assert_eq!(listed, described, "the table has every operation, and no other");
    let forged = forged_tokens(&api, &cast).await;
    let mut day = 0;
    for (name, expected) in TABLE {
        let operation = &operations[*name];
        assert_eq!(operation.secured, expected[0] == 401, "{name} in the document");
        let callers = [
            None,
            Some(&cast.advisor),
            Some(&cast.colleague),
            Some(&cast.coordinator),
            Some(&cast.foreign_advisor),
            Some(&cast.foreign_coordinator),
        ];
        for (caller, expected) in callers.into_iter().zip(expected) {
            day += 1;
            let token = caller.map(|person| api.token(person));
            let status = call(&api, &cast, name, operation, day, token.as_deref()).await;
            assert_eq!(status, *expected, "{name} by {caller:?}");
        }
        for (kind, token) in &forged {
            day += 1;
            let status = call(&api, &cast, name, operation, day, Some(token)).await;
            assert_eq!(status, expected[0], "{name} with a token {kind}");
        }
    }
}

/// The operations of the document, by their names.
async fn operations(api: &Api) -> BTreeMap<String, Operation> {
    let document = api.get("/openapi.json").send().await.expect(200).json();
    let mut operations = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            let operation = Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                secured: operation["security"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|rule| rule.get("access_token").is_some()),
            };
            assert!(operations.insert(name, operation).is_none(), "names are unique");
        }
    }
    operations
}

/// Calls an operation on a report of the first advisor of a day of its own, which exists where the operation needs one.
async fn call(api: &Api, cast: &Cast, name: &str, operation: &Operation, day: i64, token: Option<&str>) -> u16 {
    let date = (chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + chrono::TimeDelta::days(day)).to_string();
    let report_path = cast.advisor.report(&date);
    if matches!(name, "get_report" | "delete_report" | "delete_intervention") {
        api.put(&report_path)
            .by(&cast.advisor)
            .json(&report(&[workshop()]))
            .send()
            .await
            .expect(201);
    }
    // Somebody of the first organisation, whom the operation may end.
    let account = api
        .person(cast.advisor.organisation, Role::Advisor, "Farida Caron")
        .await
        .id;
    let path = operation
        .path
        .replace("{advisor_id}", &cast.advisor.id.to_string())
        .replace("{account_id}", &account.to_string())
        .replace("{date}", &date)
        .replace("{id}", &format!("0198f3c2-7c1e-7d2a-8f00-{day:012}"))
        .replace("{session_id}", "0198f3c2-7c1e-7d2a-8f00-0242ac120004")
        .replace("{code}", "month_closed");
    let query = match name {
        "get_monthly_statistics" => format!("?from=2022-05&to=2022-07&advisor_id={}", cast.advisor.id),
        "list_reports" => format!("?advisor_id={}", cast.advisor.id),
        _ => String::new(),
    };
    let body = match name {
        "put_report" => report(&[workshop()]),
        "put_intervention" => workshop(),
        "create_account" | "put_account" => json!({
            "role": "advisor", "name": "Élodie Garnier", "email": format!("{day}@example.org"),
            "activity_periods": [{"starts_on": "2020-01-01"}]
        }),
        "put_own_password" => json!({"current_password": "une autre phrase", "password": "quatre mots sans rapport"}),
        "put_organisation" => json!({"name": "Métropole", "time_zone": "Europe/Paris", "working_days": ["monday"]}),
        _ => json!({}),
    };
    let mut call = api.call(operation.method.clone(), &format!("{path}{query}"));
    if matches!(operation.method, Method::PUT | Method::POST) {
        call = call.json(&body);
    }
    if let Some(token) = token {
        call = call.bearer(token);
    }
    call.send().await.status
}

/// Tokens that claim to be the coordinator's, each wrong in one way.
async fn forged_tokens(api: &Api, cast: &Cast) -> Vec<(&'static str, String)> {
    let key = api.store.read(signing_keys::all).await.unwrap().remove(0);
    let good = api.token(&cast.coordinator);
    let claims: Value = part(&good, 1);
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        claims
    };
    let without = |name: &str| {
        let mut claims = claims.clone();
        claims.as_object_mut().unwrap().remove(name);
        claims
    };
    // The way of making tokens below is the right one: the same claims are let in.
    let unchanged = signed(&key, &header(&key), &claims);
    assert_eq!(api.get("/v1/me").bearer(&unchanged).send().await.status, 200);
    let mut tokens = vec![
        (
            "that has expired",
            signed(&key, &header(&key), &with("exp", (api.now().timestamp()).into())),
        ),
        (
            "of another issuer",
            signed(&key, &header(&key), &with("iss", "elsewhere".into())),
        ),
        (
            "for another audience",
            signed(&key, &header(&key), &with("aud", "elsewhere".into())),
        ),
        (
            "of another role",
            signed(&key, &header(&key), &with("role", "king".into())),
        ),
        (
            "of another type",
            signed(
                &key,
                &Header {
                    typ: Some("JWT".to_owned()),
                    ..header(&key)
                },
                &claims,
            ),
        ),
        (
            "without a type",
            signed(
                &key,
                &Header {
                    typ: None,
                    ..header(&key)
                },
                &claims,
            ),
        ),
        (
            "of an unknown key",
            signed(
                &key,
                &Header {
                    kid: Some("unknown".to_owned()),
                    ..header(&key)
                },
                &claims,
            ),
        ),
        (
            "without a key's name",
            signed(
                &key,
                &Header {
                    kid: None,
                    ..header(&key)
                },
                &claims,
            ),
        ),
        ("that is not signed", unsigned(&key, &claims)),
        ("signed with the public key as a secret", with_public_key(&key, &claims)),
        ("signed with another key", with_other_key(&key, &claims)),
    ];
    for name in ["iss", "aud", "sub", "sid", "org", "role", "exp"] {
        tokens.push((name, signed(&key, &header(&key), &without(name))));
    }
    tokens
}

fn part(token: &str, index: usize) -> Value {
    let bytes = BASE64_URL_SAFE_NO_PAD
        .decode(token.split('.').nth(index).unwrap())
        .unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn header(key: &StoredKey) -> Header {
    Header {
        typ: Some("at+jwt".to_owned()),
        kid: Some(key.key_id.clone()),
        ..Header::new(Algorithm::EdDSA)
    }
}

fn signed(key: &StoredKey, header: &Header, claims: &Value) -> String {
    let private = BASE64_STANDARD.decode(&key.private_key).unwrap();
    jsonwebtoken::encode(header, claims, &EncodingKey::from_ed_der(&private)).unwrap()
}

fn unsigned(key: &StoredKey, claims: &Value) -> String {
    let header = json!({"typ": "at+jwt", "alg": "none", "kid": key.key_id});
    let encode = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", encode(&header), encode(claims))
}

fn with_public_key(key: &StoredKey, claims: &Value) -> String {
    let public = BASE64_URL_SAFE_NO_PAD.decode(&key.public_key).unwrap();
    let header = Header {
        alg: Algorithm::HS256,
        ..header(key)
    };
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(&public)).unwrap()
}

fn with_other_key(key: &StoredKey, claims: &Value) -> String {
    let other = quotidien::auth::token::KeyMaterial::generate().unwrap();
    let private = BASE64_STANDARD.decode(&other.private_key).unwrap();
    jsonwebtoken::encode(&header(key), claims, &EncodingKey::from_ed_der(&private)).unwrap()
}
