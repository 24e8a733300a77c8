//! Limits on how often somebody may ask.

use std::time::Duration;

use quotidien::auth::opaque_token::RefreshToken;
use quotidien::auth::password::{Password, PasswordChecker};
use quotidien::auth::throttle::Limits;
use quotidien::domain::api_key::Scope;
use quotidien::domain::identifiers::SessionId;
use quotidien::http::Browsers;
use serde_json::json;
use tokio::time::timeout;

use crate::support::api::{Answer, Api, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::mail::{Manner, PostOffice};
use crate::support::queue;
use crate::support::storm::Storm;

on_both_databases!(
    an_address_signs_in_so_often_a_minute_whatever_the_account,
    an_account_is_tried_a_sixth_as_often_from_one_network,
    an_account_is_tried_half_as_often_from_all_networks_together,
    whoever_signed_in_from_a_network_signs_in_from_it_whatever_strangers_try,
    the_networks_of_one_customer_sign_in_four_times_as_often_as_one,
    a_password_is_reset_three_times_an_hour_whoever_asks,
    a_password_is_reset_though_strangers_keep_its_owner_from_signing_in,
    limits_do_not_follow_a_clock_that_is_set_back,
    refresh_tokens_are_tried_so_often_a_minute_from_one_address,
    a_coordinator_finds_so_many_addresses_an_hour_to_have_an_account,
    whoever_would_wait_as_the_33rd_for_a_password_to_be_checked_is_told_to_come_back,
    a_storm_of_passwords_that_are_chosen_keeps_nobody_else_waiting,
    ones_own_password_is_not_guessed_by_whoever_holds_the_token,
    a_caller_asks_so_often_a_minute_and_nobody_else_waits,
    a_link_is_read_so_often_a_minute_by_whomever,
    a_trusted_proxy_says_whom_it_asks_for_and_nobody_else_does,
);

async fn limited(database: &TestDatabase, sign_ins_per_minute: u32, requests_per_minute: u32) -> Api {
    let limits = Limits {
        sign_ins_per_minute,
        requests_per_minute,
    };
    let proxies = vec!["10.0.0.0/8".parse().unwrap()];
    Api::set_up(database, Browsers::default(), |application| {
        application.limited(limits, proxies)
    })
    .await
}

async fn sign_in(api: &Api, email: &str, address: &str, forwarded: Option<&str>) -> Answer {
    let body = json!({"email": email, "password": "une phrase quelconque"});
    let mut call = api.post("/v1/sessions").from(address).json(&body);
    if let Some(forwarded) = forwarded {
        call = call.header("X-Forwarded-For", forwarded);
    }
    call.send().await
}

async fn an_address_signs_in_so_often_a_minute_whatever_the_account(database: TestDatabase) {
    let api = limited(&database, 6, 0).await;
    for account in 0..6 {
        let email = format!("{account}@example.org");
        assert_eq!(sign_in(&api, &email, "192.0.2.1", None).await.status, 401);
    }
    let refused = sign_in(&api, "6@example.org", "192.0.2.1", None).await;
    assert_eq!(refused.failure(), (429, "too_many_requests".to_owned()));
    assert_eq!(refused.header("retry-after"), Some("10"));
    assert_eq!(sign_in(&api, "7@example.org", "192.0.2.2", None).await.status, 401);
    api.pass(10);
    assert_eq!(sign_in(&api, "8@example.org", "192.0.2.1", None).await.status, 401);
    assert_eq!(sign_in(&api, "9@example.org", "192.0.2.1", None).await.status, 429);
}

/// An account is tried a sixth as often as an address may try, from each network by itself: a stranger who tries too often
/// from one does not keep its owner out from another.
async fn an_account_is_tried_a_sixth_as_often_from_one_network(database: TestDatabase) {
    let api = limited(&database, 13, 0).await;
    let from = |network: u8| format!("2001:db8:0:{network}::1");
    for _ in 0..2 {
        let answer = sign_in(&api, "camille@example.org", &from(1), None).await;
        assert_eq!(answer.status, 401);
    }
    assert_eq!(sign_in(&api, "CAMILLE@example.org", &from(1), None).await.status, 429);
    assert_eq!(sign_in(&api, "nadege@example.org", &from(1), None).await.status, 401);
    assert_eq!(sign_in(&api, "camille@example.org", &from(2), None).await.status, 401);
    // All addresses of a /64 network of IPv6 count as one.
    for host in 2..14 {
        let address = format!("2001:db8:0:2::{host}");
        assert_eq!(
            sign_in(&api, &format!("{host}@example.org"), &address, None)
                .await
                .status,
            401
        );
    }
    assert_eq!(
        sign_in(&api, "14@example.org", "2001:db8:0:2::14", None).await.status,
        429
    );
}

/// However many networks a stranger has: half as often in all as one address may try.
async fn an_account_is_tried_half_as_often_from_all_networks_together(database: TestDatabase) {
    let api = limited(&database, 12, 0).await;
    for network in 0..6 {
        let tried = sign_in(&api, "camille@example.org", &format!("192.0.2.{network}"), None).await;
        assert_eq!(tried.status, 401);
    }
    let tried = sign_in(&api, "camille@example.org", "192.0.2.7", None).await;
    assert_eq!(tried.failure(), (429, "too_many_requests".to_owned()));
    assert_eq!(sign_in(&api, "nadege@example.org", "192.0.2.7", None).await.status, 401);
}

/// Strangers who try an account from everywhere do not keep its owner out of where they signed in before.
async fn whoever_signed_in_from_a_network_signs_in_from_it_whatever_strangers_try(database: TestDatabase) {
    let api = limited(&database, 12, 0).await;
    let cast = api.cast().await;
    let email = format!("{}@test.example", cast.advisor.id);
    let again = api.post(&format!("/v1/accounts/{}/invitation", cast.advisor.id));
    let invited = again.by(&cast.coordinator).send().await.expect(201).json();
    let password = "quatre mots sans rapport";
    let body = json!({"token": invited["invitation"]["token"], "password": password});
    api.put("/v1/passwords").json(&body).send().await.expect(204);
    let owner = async |address: &str| {
        let body = json!({"email": email, "password": password});
        api.post("/v1/sessions").from(address).json(&body).send().await.status
    };
    assert_eq!(owner("198.51.100.1").await, 201);
    for network in 0..5 {
        let tried = sign_in(&api, &email, &format!("192.0.2.{network}"), None).await;
        assert_eq!(tried.status, 401);
    }
    assert_eq!(owner("203.0.113.1").await, 429);
    assert_eq!(owner("198.51.100.1").await, 201);
}

/// IPv6 gives a customer many networks of 64 bits: those of one network of 48 bits count together too, four times as many.
async fn the_networks_of_one_customer_sign_in_four_times_as_often_as_one(database: TestDatabase) {
    let api = limited(&database, 2, 0).await;
    let mut account = 0;
    let mut tried = async |network: String| {
        account += 1;
        let answer = sign_in(&api, &format!("{account}@example.org"), &format!("{network}::1"), None).await;
        answer.status
    };
    for network in 0..8 {
        assert_eq!(tried(format!("2001:db8:1:{network}")).await, 401);
    }
    assert_eq!(tried("2001:db8:1:9".to_owned()).await, 429);
    assert_eq!(tried("2001:db8:2:9".to_owned()).await, 401);
}

/// A clock that is set back, as one that was wrong is, refuses nobody.
async fn limits_do_not_follow_a_clock_that_is_set_back(database: TestDatabase) {
    let api = limited(&database, 6, 3).await;
    let cast = api.cast().await;
    let own = async || api.get("/v1/organisation").by(&cast.advisor).send().await.status;
    api.pass(5 * 3600);
    api.set_clock("2022-09-29T15:00:00Z");
    assert_eq!(own().await, 200);
    api.set_clock("2022-09-29T14:00:00Z");
    assert_eq!(own().await, 200);
}

/// A refresh token that was made up is looked up, which costs a read.
async fn refresh_tokens_are_tried_so_often_a_minute_from_one_address(database: TestDatabase) {
    let api = limited(&database, 0, 3).await;
    let organisation = api.organisation("Le Mans Métropole").await;
    let tried = async |address: &str| {
        let token = RefreshToken::new(organisation, SessionId::new()).reveal();
        let call = api.post("/v1/sessions/refresh").from(address);
        call.json(&json!({"refresh_token": token})).send().await.status
    };
    for _ in 0..3 {
        assert_eq!(tried("192.0.2.1").await, 401);
    }
    assert_eq!(tried("192.0.2.1").await, 429);
    assert_eq!(tried("192.0.2.2").await, 401);
}

/// An address has one account on the instance: who has one in another organisation is not to be found out by trying lists.
async fn a_coordinator_finds_so_many_addresses_an_hour_to_have_an_account(database: TestDatabase) {
    let api = limited(&database, 0, 600).await;
    let cast = api.cast().await;
    let invite = async |by: &Person, email: &str| {
        let body = json!({"role": "coordinator", "name": "Élodie Garnier", "email": email});
        api.post("/v1/accounts").by(by).json(&body).send().await.status
    };
    let taken = format!("{}@test.example", cast.foreign_advisor.id);
    for _ in 0..20 {
        assert_eq!(invite(&cast.coordinator, &taken).await, 422);
    }
    assert_eq!(invite(&cast.coordinator, &taken).await, 429);
    assert_eq!(invite(&cast.coordinator, "elodie@example.org").await, 201);
    assert_eq!(invite(&cast.foreign_coordinator, &taken).await, 422);
}

/// The service, and what checks its passwords.
async fn with_checker(database: &TestDatabase) -> (Api, PasswordChecker) {
    let mut checker = None;
    let api = Api::set_up(database, Browsers::default(), |application| {
        checker = Some(application.passwords.clone());
        application
    })
    .await;
    (api, checker.unwrap())
}

/// Of those who wait for a password to be checked there are 32 at most beside the two whose passwords are being checked.
async fn whoever_would_wait_as_the_33rd_for_a_password_to_be_checked_is_told_to_come_back(database: TestDatabase) {
    let (api, checker) = with_checker(&database).await;
    let password = Password::parse("une phrase quelconque").unwrap();
    let mut waiting: Vec<_> = (0..34)
        .map(|_| queue::put(checker.matches(password.clone(), None)))
        .collect();
    let refused = sign_in(&api, "camille@example.org", "192.0.2.1", None);
    let refused = timeout(Duration::from_secs(5), refused)
        .await
        .expect("an answer in time");
    assert_eq!(refused.failure(), (503, "unavailable".to_owned()));
    assert!(refused.header("retry-after").is_some());
    for one in waiting.drain(..) {
        assert!(!one.await.unwrap());
    }
    assert_eq!(
        sign_in(&api, "camille@example.org", "192.0.2.1", None).await.status,
        401
    );
}

/// Whoever chooses a password then is told to come back before it is judged; who does anything else notices nothing.
async fn a_storm_of_passwords_that_are_chosen_keeps_nobody_else_waiting(database: TestDatabase) {
    let (api, checker) = with_checker(&database).await;
    let cast = api.cast().await;
    let body = json!({"role": "coordinator", "name": "Élodie Garnier", "email": "elodie@example.org"});
    let invite = api.post("/v1/accounts").by(&cast.coordinator).json(&body);
    let invited = invite.send().await.expect(201).json();
    let choose = async |password: &str| {
        let body = json!({"token": invited["invitation"]["token"], "password": password});
        api.put("/v1/passwords").json(&body).send().await
    };
    let storm = Storm::of_passwords_chosen(&checker);
    let refused = choose("password1234567").await;
    assert_eq!(refused.failure(), (503, "unavailable".to_owned()));
    assert!(refused.header("retry-after").is_some());
    api.get("/healthz").send().await.expect(200);
    api.get("/readyz").send().await.expect(200);
    api.get("/v1/me").by(&cast.advisor).send().await.expect(200);
    drop(storm);
    let guessable = choose("password1234567").await.expect(422).faults();
    assert_eq!(guessable, [("/password".to_owned(), "guessable_password".to_owned())]);
    choose("quatre mots sans rapport").await.expect(204);
}

async fn ones_own_password_is_not_guessed_by_whoever_holds_the_token(database: TestDatabase) {
    let api = limited(&database, 12, 0).await;
    let cast = api.cast().await;
    let guess = async |by: &Person| {
        let body = json!({"current_password": "une phrase quelconque", "password": "quatre mots sans rapport"});
        api.put("/v1/me/password").by(by).json(&body).send().await.status
    };
    assert_eq!((guess(&cast.advisor).await, guess(&cast.advisor).await), (422, 422));
    assert_eq!((guess(&cast.advisor).await, guess(&cast.colleague).await), (429, 422));
}

async fn a_caller_asks_so_often_a_minute_and_nobody_else_waits(database: TestDatabase) {
    let api = limited(&database, 0, 3).await;
    let cast = api.cast().await;
    let (_, key) = api.key(&cast.coordinator, &[Scope::ReportsRead]).await;
    let ask = async |token: &str| api.get("/v1/reports").bearer(token).send().await;
    let (here, there) = (api.token(&cast.coordinator), api.new_token(&cast.coordinator).await);
    for token in [&here, &there, &here] {
        ask(token).await.expect(200);
    }
    let refused = ask(&there).await;
    assert_eq!(refused.failure(), (429, "too_many_requests".to_owned()));
    assert_eq!(refused.header("retry-after"), Some("20"));
    // Nobody else has to wait: neither a program with the coordinator's key, nor another person, nor whoever reads
    // public data.
    ask(&key).await.expect(200);
    ask(&api.token(&cast.advisor)).await.expect(200);
    api.get("/v1/nomenclature").bearer(&here).send().await.expect(200);
    api.pass(20);
    ask(&here).await.expect(200);
    assert_eq!(ask(&here).await.status, 429);
}

async fn a_trusted_proxy_says_whom_it_asks_for_and_nobody_else_does(database: TestDatabase) {
    let api = limited(&database, 1, 0).await;
    let mut account = 0;
    let mut ask = async |address: &str, forwarded: Option<&str>| {
        account += 1;
        sign_in(&api, &format!("{account}@example.org"), address, forwarded)
            .await
            .status
    };
    assert_eq!(ask("10.0.0.1", Some("192.0.2.1")).await, 401);
    assert_eq!(ask("10.0.0.2", Some("198.51.100.9, 192.0.2.1, 10.9.9.9")).await, 429);
    assert_eq!(ask("10.0.0.1", Some("192.0.2.2")).await, 401);
    // 192.0.2.3 is no trusted proxy: the service does not believe its `X-Forwarded-For`.
    assert_eq!(ask("192.0.2.3", Some("192.0.2.4")).await, 401);
    assert_eq!(ask("192.0.2.3", Some("192.0.2.5")).await, 429);
    assert_eq!(ask("10.0.0.3", Some("198.51.100.1, nonsense")).await, 401);
    assert_eq!(ask("10.0.0.3", None).await, 429);
}

/// Three links an hour are enough for whoever lost a password, and too few to fill somebody's mailbox.
async fn a_password_is_reset_three_times_an_hour_whoever_asks(database: TestDatabase) {
    let api = limited(&database, 6, 0).await;
    let reset = async |email: &str, address: &str| {
        let body = json!({"email": email});
        api.post("/v1/passwords/reset").from(address).json(&body).send().await
    };
    for address in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
        assert_eq!(reset("camille@example.org", address).await.status, 202);
    }
    let refused = reset("CAMILLE@example.org", "192.0.2.4").await;
    assert_eq!(refused.failure(), (429, "too_many_requests".to_owned()));
    assert_eq!(refused.header("retry-after"), Some("1200"));
    // Whoever asks for resets keeps nobody from signing in.
    assert_eq!(
        sign_in(&api, "camille@example.org", "192.0.2.3", None).await.status,
        401
    );
    for account in 0..5 {
        assert_eq!(reset(&format!("{account}@example.org"), "192.0.2.1").await.status, 202);
    }
    assert_eq!(reset("nadege@example.org", "192.0.2.1").await.status, 429);
    assert_eq!(sign_in(&api, "nadege@example.org", "192.0.2.1", None).await.status, 401);
}

/// Resets are counted by themselves: whoever is kept from signing in by strangers gets a link by mail, and with it in.
async fn a_password_is_reset_though_strangers_keep_its_owner_from_signing_in(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let limits = Limits {
        sign_ins_per_minute: 12,
        requests_per_minute: 0,
    };
    let mailer = office.mailer();
    let written_for = Some(mailer.clone());
    let api = Api::set_up(&database, Browsers::default(), |application| {
        application.limited(limits, Vec::new()).mailing_by(written_for)
    });
    let api = api.await.sending_by(mailer);
    let cast = api.cast().await;
    let email = format!("{}@test.example", cast.advisor.id);
    for network in 0..6 {
        let tried = sign_in(&api, &email, &format!("192.0.2.{network}"), None).await;
        assert_eq!(tried.status, 401);
    }
    let owner = "198.51.100.1";
    assert_eq!(sign_in(&api, &email, owner, None).await.status, 429);
    let ask = api.post("/v1/passwords/reset").from(owner);
    ask.json(&json!({"email": email})).send().await.expect(202);
    let message = office.received(1).await.remove(0);
    assert_eq!(message.recipients, [email.as_str()]);
    let password = "quatre mots sans rapport";
    let choice = json!({"token": message.token(), "password": password});
    api.put("/v1/passwords").json(&choice).send().await.expect(204);
    // A try of the account comes back every ten seconds.
    api.pass(10);
    let credentials = json!({"email": email, "password": password});
    let with_the_new_one = api.post("/v1/sessions").from(owner).json(&credentials);
    with_the_new_one.send().await.expect(201);
}

async fn a_link_is_read_so_often_a_minute_by_whomever(database: TestDatabase) {
    let api = limited(&database, 0, 4).await;
    let cast = api.cast().await;
    let by = &cast.coordinator;
    let close = api.put("/v1/months/2022-05/closing").by(by);
    close.json(&json!({})).send().await.expect(200);
    let period = json!({"from": "2022-05", "to": "2022-05"});
    let publish = api.post("/v1/publications").by(by).json(&period);
    let publication = publish.send().await.expect(201).header("location").unwrap().to_owned();
    let share = api.post(&format!("{publication}/links")).by(by);
    let shared = share.json(&json!({"name": "Conseil"})).send().await.expect(201).json();
    let path = shared["path"].as_str().unwrap();
    for reader in 1..=4 {
        let read = api.get(path).from(&format!("192.0.2.{reader}"));
        read.send().await.expect(200);
    }
    let refused = api.get(path).from("192.0.2.5").send().await;
    assert_eq!(refused.failure(), (429, "too_many_requests".to_owned()));
}
