//! Tokens that nobody was given.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use chrono::DateTime;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use quotidien::storage::signing_keys::{self, StoredKey};
use serde_json::{Value, json};

use crate::support::api::{Api, Cast};

/// Tokens that claim to be the coordinator's, each wrong in one way.
pub(super) async fn forged_tokens(api: &Api, cast: &Cast) -> Vec<(&'static str, String)> {
    let now = api.now();
    let key = api
        .store
        .read(move |connection| signing_keys::all(connection, now))
        .await
        .unwrap()
        .remove(0);
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
    let of_type = |typ: Option<&str>| Header {
        typ: typ.map(str::to_owned),
        ..header(&key)
    };
    let of_key = |kid: Option<&str>| Header {
        kid: kid.map(str::to_owned),
        ..header(&key)
    };
    // A token that is made in the same way, with the true claims, is let in: so the faults below alone keep tokens out.
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
        ("of another type", signed(&key, &of_type(Some("JWT")), &claims)),
        ("without a type", signed(&key, &of_type(None), &claims)),
        ("of an unknown key", signed(&key, &of_key(Some("unknown")), &claims)),
        ("without a key's name", signed(&key, &of_key(None), &claims)),
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
    let other = quotidien::auth::token::KeyMaterial::generate(DateTime::UNIX_EPOCH).unwrap();
    let private = BASE64_STANDARD.decode(&other.private_key).unwrap();
    jsonwebtoken::encode(&header(key), claims, &EncodingKey::from_ed_der(&private)).unwrap()
}
