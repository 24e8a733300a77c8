//! Mail: invitations and forgotten passwords, through a mail server on this machine.

use quotidien::mail::Mailer;
use serde_json::{Value, json};

use crate::support::api::{Answer, Api, Cast};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::mail::{Manner, PUBLIC_URL, PostOffice, Received};

on_both_databases!(
    an_invitation_is_mailed_with_a_link_that_sets_the_password,
    invitations_anew_and_of_coordinators_are_mailed_too,
    an_invitation_is_shown_where_no_mail_is_sent,
    an_invitation_to_an_address_that_mail_does_not_know_is_shown,
    a_forgotten_password_is_reset_by_mail_within_a_day,
    nobody_learns_which_addresses_have_accounts,
    whoever_was_invited_and_lost_the_message_gets_another_link,
    a_reset_that_is_asked_for_leaves_an_invitation_good,
    a_reset_that_is_asked_for_again_leaves_the_link_before_good,
    a_reset_asked_for_is_in_the_audit_log,
    without_a_mail_server_a_reset_changes_nothing,
    a_reset_takes_an_address_and_nothing_else,
    a_mail_server_that_fails_fails_no_request,
);

const PASSWORD: &str = "quatre mots sans rapport";
const OTHER_PASSWORD: &str = "un tout autre assemblage";

fn advisor(email: &str) -> Value {
    json!({
        "role": "advisor", "name": "Élodie Garnier", "email": email,
        "activity_periods": [{"starts_on": "2022-01-03"}]
    })
}

async fn invite(api: &Api, cast: &Cast, email: &str) -> Answer {
    let call = api.post("/v1/accounts").by(&cast.coordinator).json(&advisor(email));
    call.send().await.expect(201)
}

async fn choose(api: &Api, token: &str, password: &str) -> u16 {
    let body = json!({"token": token, "password": password});
    api.put("/v1/passwords").json(&body).send().await.status
}

async fn sign_in(api: &Api, email: &str, password: &str) -> u16 {
    let body = json!({"email": email, "password": password});
    api.post("/v1/sessions").json(&body).send().await.status
}

async fn forget(api: &Api, email: &str) -> Answer {
    let call = api.post("/v1/passwords/reset").json(&json!({"email": email}));
    call.send().await
}

/// Invites an advisor by mail, who chooses a password by the link; returns the advisor's account.
async fn joined(api: &Api, cast: &Cast, office: &PostOffice, email: &str) -> Value {
    let before = office.received(0).await.len();
    let invited = invite(api, cast, email).await.json();
    let message = office.received(before + 1).await.pop().unwrap();
    assert_eq!(choose(api, &message.token(), PASSWORD).await, 204);
    invited["account"].clone()
}

async fn an_invitation_is_mailed_with_a_link_that_sets_the_password(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let api = Api::mailing_by(&database, office.mailer()).await;
    let cast = api.cast().await;
    let answer = invite(&api, &cast, "Elodie@example.org").await;
    let invitation = &answer.json()["invitation"];
    let expected = json!({"token": null, "sent_to": "elodie@example.org", "expires_at": "2022-10-06T10:00:00Z"});
    assert_eq!(*invitation, expected);
    let message = office.received(1).await.remove(0);
    assert_eq!(message.recipients, ["elodie@example.org"]);
    assert_eq!(message.header("To"), "elodie@example.org");
    assert_eq!(message.header("From"), "Quotidien été <quotidien@test.example>");
    assert_eq!(message.header("Auto-Submitted"), "auto-generated");
    assert_eq!(message.header("Content-Type"), "text/plain; charset=utf-8");
    assert_eq!(
        message.header("Subject"),
        "Quotidien : choisissez votre mot de passe / choose your password"
    );
    for part in [
        "Le Mans Métropole vous invite à",
        "jusqu’au 6 octobre 2022 à 12:00 (Europe/Paris)",
        "Le Mans Métropole invites you to",
        "until 6 October 2022 at 12:00 (Europe/Paris)",
    ] {
        assert!(message.body.contains(part), "{part}: {}", message.body);
    }
    let links: Vec<&str> = message
        .body
        .lines()
        .filter(|line| line.starts_with(PUBLIC_URL))
        .collect();
    assert_eq!((links.len(), links[0]), (2, links[1]), "one in each language, the same");
    let token = message.token();
    assert!(!String::from_utf8_lossy(&answer.body).contains(&token));
    assert_eq!(choose(&api, &token, PASSWORD).await, 204);
    assert_eq!(sign_in(&api, "elodie@example.org", PASSWORD).await, 201);
}

async fn invitations_anew_and_of_coordinators_are_mailed_too(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let api = Api::mailing_by(&database, office.mailer()).await;
    let cast = api.cast().await;
    let account = joined(&api, &cast, &office, "elodie@example.org").await;
    let path = format!("/v1/accounts/{}/invitation", account["account_id"].as_str().unwrap());
    let again = api.post(&path).by(&cast.coordinator).send().await.expect(201).json();
    assert_eq!(again["invitation"]["token"], Value::Null);
    let message = office.received(2).await.remove(1);
    assert_eq!(choose(&api, &message.token(), OTHER_PASSWORD).await, 204);
    let path = format!("/v1/organisations/{}/coordinators", cast.foreign_advisor.organisation);
    let body = json!({"name": "Yann Morel", "email": "yann@example.org"});
    let call = api.post(&path).by(&cast.administrator).json(&body);
    let made = call.send().await.expect(201).json();
    assert_eq!(made["invitation"]["token"], Value::Null);
    assert_eq!(made["invitation"]["sent_to"], "yann@example.org");
    let message = office.received(3).await.remove(2);
    assert!(message.body.contains("Angers Loire Métropole invites you"));
    assert_eq!(choose(&api, &message.token(), PASSWORD).await, 204);
}

async fn an_invitation_is_shown_where_no_mail_is_sent(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let invitation = &invite(&api, &cast, "elodie@example.org").await.json()["invitation"];
    assert_eq!(invitation["sent_to"], Value::Null);
    assert_eq!(choose(&api, invitation["token"].as_str().unwrap(), PASSWORD).await, 204);
}

async fn an_invitation_to_an_address_that_mail_does_not_know_is_shown(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let api = Api::mailing_by(&database, office.mailer()).await;
    let cast = api.cast().await;
    let invitation = &invite(&api, &cast, "elodie(garnier@example.org").await.json()["invitation"];
    assert_eq!(invitation["sent_to"], Value::Null);
    assert_eq!(choose(&api, invitation["token"].as_str().unwrap(), PASSWORD).await, 204);
}

async fn a_forgotten_password_is_reset_by_mail_within_a_day(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let api = Api::mailing_by(&database, office.mailer()).await;
    let cast = api.cast().await;
    joined(&api, &cast, &office, "elodie@example.org").await;
    let answer = forget(&api, "ELODIE@example.org").await.expect(202);
    assert_eq!(answer.body.len(), 0);
    let message = office.received(2).await.remove(1);
    assert_eq!(message.recipients, ["elodie@example.org"]);
    assert_eq!(
        message.header("Subject"),
        "Quotidien : mot de passe oublié / password forgotten"
    );
    assert!(
        message
            .body
            .contains("jusqu’au 30 septembre 2022 à 12:00 (Europe/Paris)")
    );
    // The old password is good until somebody uses the link, and no longer.
    assert_eq!(sign_in(&api, "elodie@example.org", PASSWORD).await, 201);
    api.set_clock("2022-09-30T09:59:59Z");
    assert_eq!(choose(&api, &message.token(), OTHER_PASSWORD).await, 204);
    assert_eq!(sign_in(&api, "elodie@example.org", PASSWORD).await, 401);
    assert_eq!(sign_in(&api, "elodie@example.org", OTHER_PASSWORD).await, 201);
    forget(&api, "elodie@example.org").await.expect(202);
    let late = office.received(3).await.remove(2);
    api.set_clock("2022-10-01T09:59:59Z");
    assert_eq!(choose(&api, &late.token(), PASSWORD).await, 422);
}

async fn nobody_learns_which_addresses_have_accounts(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let api = Api::mailing_by(&database, office.mailer()).await;
    let cast = api.cast().await;
    joined(&api, &cast, &office, "elodie@example.org").await;
    let gone = joined(&api, &cast, &office, "gone@example.org").await;
    let path = format!("/v1/accounts/{}", gone["account_id"].as_str().unwrap());
    api.delete(&path).by(&cast.coordinator).send().await.expect(204);
    let mut answers = Vec::new();
    for email in ["nobody@example.org", "gone@example.org", "elodie@example.org"] {
        let call = api.post("/v1/passwords/reset").json(&json!({"email": email}));
        let call = call.header("X-Request-Id", "0198f3c2-7c1e-7d2a-8f00-0242ac120004");
        let answer = call.send().await;
        answers.push(format!("{answer:?}"));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    office.received(3).await;
    // A message to one of the other two addresses would have arrived by the end of this pause.
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let reset = office.received(3).await.split_off(2);
    let recipients: Vec<&Vec<String>> = reset.iter().map(|message| &message.recipients).collect();
    assert_eq!(recipients, [&["elodie@example.org"]]);
}

async fn whoever_was_invited_and_lost_the_message_gets_another_link(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let api = Api::mailing_by(&database, office.mailer()).await;
    let cast = api.cast().await;
    invite(&api, &cast, "elodie@example.org").await;
    let lost = office.received(1).await.remove(0);
    forget(&api, "elodie@example.org").await.expect(202);
    let found = office.received(2).await.remove(1);
    assert_eq!(choose(&api, &found.token(), PASSWORD).await, 204);
    assert_eq!(choose(&api, &lost.token(), PASSWORD).await, 422);
}

/// Whoever asks for resets of somebody's password does not make their invitation useless.
async fn a_reset_that_is_asked_for_leaves_an_invitation_good(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let api = Api::mailing_by(&database, office.mailer()).await;
    let cast = api.cast().await;
    invite(&api, &cast, "elodie@example.org").await;
    let invitation = office.received(1).await.remove(0);
    forget(&api, "elodie@example.org").await.expect(202);
    let reset = office.received(2).await.remove(1);
    assert_eq!(choose(&api, &invitation.token(), PASSWORD).await, 204);
    assert_eq!(choose(&api, &reset.token(), OTHER_PASSWORD).await, 422);
}

/// Nor does whoever asks again and again make useless the link that its owner has just been sent.
async fn a_reset_that_is_asked_for_again_leaves_the_link_before_good(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let api = Api::mailing_by(&database, office.mailer()).await;
    let cast = api.cast().await;
    joined(&api, &cast, &office, "elodie@example.org").await;
    let mut links = Vec::new();
    for received in 2..=3 {
        forget(&api, "elodie@example.org").await.expect(202);
        links.push(office.received(received).await.remove(received - 1).token());
    }
    assert_ne!(links[0], links[1]);
    assert_eq!(choose(&api, &links[0], OTHER_PASSWORD).await, 204);
    assert_eq!(
        choose(&api, &links[1], PASSWORD).await,
        422,
        "the first that is used ends the others"
    );
}

async fn a_reset_asked_for_is_in_the_audit_log(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let api = Api::mailing_by(&database, office.mailer()).await;
    let cast = api.cast().await;
    let account = joined(&api, &cast, &office, "elodie@example.org").await;
    forget(&api, "nobody@example.org").await.expect(202);
    forget(&api, "elodie@example.org").await.expect(202);
    office.received(2).await;
    let log = api.get("/v1/audit-log").by(&cast.coordinator).send().await;
    let log = log.expect(200).json();
    let asked: Vec<&Value> = log["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["action"] == "reset_asked")
        .collect();
    assert_eq!(asked.len(), 1);
    assert_eq!(
        (&asked[0]["actor"], &asked[0]["subject"]),
        (&Value::Null, &account["account_id"])
    );
}

async fn without_a_mail_server_a_reset_changes_nothing(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let invited = invite(&api, &cast, "elodie@example.org").await.json();
    forget(&api, "elodie@example.org").await.expect(202);
    let token = invited["invitation"]["token"].as_str().unwrap();
    assert_eq!(choose(&api, token, PASSWORD).await, 204);
}

async fn a_reset_takes_an_address_and_nothing_else(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let api = Api::mailing_by(&database, office.mailer()).await;
    for mailing in [&api, &Api::on(&database).await] {
        let faults = forget(mailing, "nobody").await.expect(422).faults();
        assert_eq!(faults, [("/email".to_owned(), "invalid_email".to_owned())]);
        let call = mailing.post("/v1/passwords/reset?email=a@example.org");
        call.json(&json!({"email": "a@example.org"})).send().await.expect(400);
    }
}

async fn a_mail_server_that_fails_fails_no_request(database: TestDatabase) {
    let refusing = PostOffice::open(Manner::Refuses);
    let silent = PostOffice::open(Manner::Silent);
    let mailers = [
        (refusing.mailer(), Some(&refusing)),
        (silent.mailer(), Some(&silent)),
        // No mail server listens on port 9 of this machine.
        (
            Mailer::new("smtp://127.0.0.1:9", "q@test.example", PUBLIC_URL).unwrap(),
            None,
        ),
    ];
    for (round, (mailer, office)) in mailers.into_iter().enumerate() {
        // Each on a database of its own: one would send what another wrote.
        let database = TestDatabase::migrated(database.engine()).unwrap();
        let api = Api::mailing_by(&database, mailer).await;
        let cast = api.cast().await;
        let email = format!("elodie-{round}@example.org");
        let invited = invite(&api, &cast, &email).await.json();
        assert_eq!(invited["invitation"]["sent_to"], Value::from(email.as_str()));
        assert_eq!(invited["invitation"]["token"], Value::Null);
        if let Some(office) = office {
            office.is_called().await;
        }
        forget(&api, &email).await.expect(202);
        // The service goes on answering, and the invited account stays stored.
        let list = api.get("/v1/accounts").by(&cast.coordinator).send().await.expect(200);
        let known = list.json()["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|item| item["email"] == email.as_str());
        assert!(known);
        let messages: Vec<Received> = match office {
            Some(office) => office.received(0).await,
            None => Vec::new(),
        };
        assert_eq!(messages, []);
    }
}
