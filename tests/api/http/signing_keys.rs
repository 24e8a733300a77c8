//! Signing keys: rotated, shared between instances, sealed.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use quotidien::actions::access::Gate;
use quotidien::actions::keys;
use quotidien::auth::seal::{Seal, SealError};
use quotidien::domain::audit::AuditAction;
use quotidien::domain::identifiers::OrganisationId;
use quotidien::storage::audit::{self, AuditQuery};
use quotidien::storage::signing_keys;
use serde_json::json;

use super::access::status;
use crate::support::api::Api;
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::sql;

on_both_databases!(
    signing_keys_rotate_without_signing_anybody_out,
    a_token_of_a_key_that_another_instance_made_is_good,
    keys_are_read_again_once_a_second_at_most,
    keys_that_could_not_be_read_are_read_at_the_next_look,
    a_rotation_is_written_down,
    signing_keys_are_sealed_with_the_secret,
);

async fn signing_keys_rotate_without_signing_anybody_out(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let key_of = |token: &str| jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    let before = api.token(&cast.advisor);
    let next = keys::rotate(&api.store, &Seal::default(), api.now()).await.unwrap();
    api.poll().await;
    // The old key signs for a while yet, since other instances may not know the new key.
    assert_eq!(key_of(&api.token(&cast.advisor)), key_of(&before));
    let published = api.get("/.well-known/jwks.json").send().await.json();
    assert_eq!(published["keys"].as_array().unwrap().len(), 2);
    api.set_clock("2022-09-29T10:01:00Z");
    let after = api.token(&cast.advisor);
    assert_eq!(key_of(&after), next);
    api.set_clock("2022-09-29T10:14:59Z");
    assert_eq!((status(&api, &before).await, status(&api, &after).await), (200, 200));
    api.set_clock("2022-09-29T10:17:00Z");
    let published = api.get("/.well-known/jwks.json").send().await.json();
    assert_eq!(published["keys"].as_array().unwrap().len(), 1);
    assert_eq!(published["keys"][0]["kid"], next);
    // An instance that starts now knows the new key alone.
    let another = Api::on(&database).await;
    another.set_clock("2022-09-29T10:17:00Z");
    assert_eq!(key_of(&another.token(&cast.advisor)), next);
}

async fn a_token_of_a_key_that_another_instance_made_is_good(database: TestDatabase) {
    let (here, there) = (Api::on(&database).await, Api::on(&database).await);
    let cast = here.cast().await;
    keys::rotate(&here.store, &Seal::default(), here.now()).await.unwrap();
    here.poll().await;
    for api in [&here, &there] {
        api.set_clock("2022-09-29T10:01:00Z");
    }
    let token = here.token(&cast.advisor);
    assert_eq!(status(&there, &token).await, 200);
}

async fn keys_are_read_again_once_a_second_at_most(database: TestDatabase) {
    let (here, there) = (Api::on(&database).await, Api::on(&database).await);
    let cast = here.cast().await;
    there.set_clock("2022-09-29T10:01:00Z");
    let good = here.token(&cast.advisor);
    let (_, rest) = good.split_once('.').unwrap();
    let header = json!({"typ": "at+jwt", "alg": "EdDSA", "kid": "unknown"}).to_string();
    let unknown = format!("{}.{rest}", BASE64_URL_SAFE_NO_PAD.encode(header));
    assert_eq!(status(&there, &unknown).await, 401);
    keys::rotate(&here.store, &Seal::default(), here.now()).await.unwrap();
    here.poll().await;
    here.set_clock("2022-09-29T10:02:00Z");
    let token = here.token(&cast.advisor);
    there.set_clock("2022-09-29T10:01:00.500Z");
    assert_eq!(status(&there, &token).await, 401);
    there.set_clock("2022-09-29T10:01:01Z");
    assert_eq!(status(&there, &token).await, 200);
}

async fn keys_that_could_not_be_read_are_read_at_the_next_look(database: TestDatabase) {
    let (here, there) = (Api::on(&database).await, Api::on(&database).await);
    let cast = here.cast().await;
    let known = here.token(&cast.advisor);
    assert_eq!(status(&there, &known).await, 200);
    let next = keys::rotate(&here.store, &Seal::default(), here.now()).await.unwrap();
    let rename = |from: &str, to: &str| {
        let statement = format!("UPDATE signing_keys SET private_key = {to} || substr(private_key, {from})");
        sql::execute(&mut database.connect(), &statement);
    };
    rename("1", "'not a key '");
    assert!(there.gate.poll(&there.store, there.now()).await.is_err());
    rename("11", "''");
    let published = async || there.get("/.well-known/jwks.json").send().await.json();
    assert!(!published().await.to_string().contains(&next));
    // The counter of changes has not moved since the look that failed: `there` reads the keys all the same.
    there.poll().await;
    assert!(published().await.to_string().contains(&next));
    assert_eq!(status(&there, &known).await, 200);
}

async fn a_rotation_is_written_down(database: TestDatabase) {
    let api = Api::on(&database).await;
    keys::rotate(&api.store, &Seal::default(), api.now()).await.unwrap();
    let query = AuditQuery {
        organisation: OrganisationId::INSTANCE,
        after: None,
        account: None,
        limit: 10,
    };
    let log = api.store.read(move |connection| audit::list(connection, &query)).await;
    let actions: Vec<AuditAction> = log.unwrap().iter().map(|entry| entry.action).collect();
    assert_eq!(actions, [AuditAction::SigningKeysRotated]);
}

async fn signing_keys_are_sealed_with_the_secret(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let now = api.now();
    let token = api.token(&cast.advisor);
    let stored = async || {
        let keys = api
            .store
            .read(move |connection| signing_keys::all(connection, now))
            .await;
        keys.unwrap().remove(0).private_key
    };
    let plain = stored().await;
    let secret = "une phrase que personne ne devine";
    let open = async |secret: Option<&str>| {
        let seal = Seal::new(secret).unwrap();
        Gate::open(&api.store, "quotidien-test".to_owned(), seal, now).await
    };
    // The secret is set after the first key was made: that key gets sealed, and tokens that it signed stay good.
    let gate = open(Some(secret)).await.unwrap();
    assert_ne!(stored().await, plain);
    assert!(!stored().await.contains(&plain));
    assert!(gate.admit(&api.store, &token, now).await.unwrap().is_some());
    let gate = open(Some(secret)).await.unwrap();
    assert!(gate.admit(&api.store, &token, now).await.unwrap().is_some());
    let refused = async |secret| open(secret).await.err().unwrap().to_string();
    assert_eq!(refused(None).await, SealError::NoSecret.to_string());
    let another = Some("une autre phrase, longue elle aussi");
    assert_eq!(refused(another).await, SealError::WrongSecret.to_string());
    assert_eq!(Seal::new(Some("trop court")).err(), Some(SealError::ShortSecret));
}
