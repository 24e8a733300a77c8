//! People: invited, listed, changed and deactivated by their coordinator; passwords that they choose.

use serde_json::{Value, json};

use super::{report, workshop};
use crate::support::api::{Answer, Api, Cast, Person};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    a_person_is_invited_and_chooses_a_password,
    an_invitation_is_good_once_and_for_seven_days,
    a_new_invitation_ends_the_one_before,
    an_invitation_resets_a_forgotten_password_and_ends_every_session,
    guessable_passwords_are_refused,
    every_fault_of_a_person_is_named,
    an_address_has_one_account_whoever_asks,
    people_are_listed_by_name_with_what_is_known_of_them,
    a_person_is_changed_as_a_whole,
    reports_are_taken_in_the_activity_periods_that_the_coordinator_says,
    somebody_who_is_deactivated_signs_in_and_refreshes_no_more,
    a_coordinator_cannot_end_or_change_their_own_role,
    people_of_other_organisations_are_not_found,
    one_changes_ones_own_password_and_other_sessions_end,
);

const PASSWORD: &str = "quatre mots sans rapport";

fn advisor(email: &str) -> Value {
    json!({
        "role": "advisor", "name": "Élodie Garnier", "email": email,
        "activity_periods": [{"starts_on": "2022-01-03"}]
    })
}

async fn invite(api: &Api, by: &Person, body: &Value) -> Value {
    api.post("/v1/accounts")
        .by(by)
        .json(body)
        .send()
        .await
        .expect(201)
        .json()
}

async fn choose(api: &Api, invited: &Value, password: &str) -> Answer {
    let body = json!({"token": invited["invitation"]["token"], "password": password});
    api.put("/v1/passwords").json(&body).send().await
}

async fn sign_in(api: &Api, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    api.post("/v1/sessions").json(&body).send().await
}

async fn refresh(api: &Api, tokens: &Value) -> u16 {
    let body = json!({"refresh_token": tokens["refresh_token"]});
    api.post("/v1/sessions/refresh").json(&body).send().await.status
}

fn path_of(invited: &Value) -> String {
    format!("/v1/accounts/{}", invited["account"]["account_id"].as_str().unwrap())
}

/// Invites an advisor, who chooses a password and signs in; returns the answer to the invitation, and the tokens.
async fn joined(api: &Api, cast: &Cast) -> (Value, Value) {
    let invited = invite(api, &cast.coordinator, &advisor("elodie@example.org")).await;
    choose(api, &invited, PASSWORD).await.expect(204);
    let tokens = sign_in(api, "elodie@example.org", PASSWORD).await.expect(201).json();
    (invited, tokens)
}

async fn a_person_is_invited_and_chooses_a_password(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let call = api.post("/v1/accounts").by(&cast.coordinator);
    let answer = call.json(&advisor("Elodie@Example.org")).send().await.expect(201);
    let invited = answer.json();
    assert_eq!(answer.header("location"), Some(path_of(&invited).as_str()));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(invited["account"]["status"], "invited");
    assert_eq!(invited["account"]["email"], "elodie@example.org");
    assert_eq!(invited["invitation"]["expires_at"], "2022-10-06T10:00:00Z");
    assert_eq!(sign_in(&api, "elodie@example.org", PASSWORD).await.status, 401);
    choose(&api, &invited, PASSWORD).await.expect(204);
    let tokens = sign_in(&api, "elodie@example.org", PASSWORD).await.expect(201).json();
    let me = api
        .get("/v1/me")
        .bearer(tokens["access_token"].as_str().unwrap())
        .send()
        .await;
    assert_eq!(me.expect(200).json()["account_id"], invited["account"]["account_id"]);
    let known = api
        .get(&path_of(&invited))
        .by(&cast.coordinator)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(known["status"], "active");
    assert_eq!(known["last_seen_at"], "2022-09-29T10:00:00Z");
}

async fn an_invitation_is_good_once_and_for_seven_days(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let unusable = [("/token".to_owned(), "unusable_token".to_owned())];
    let first = invite(&api, &cast.coordinator, &advisor("first@example.org")).await;
    let second = invite(&api, &cast.coordinator, &advisor("second@example.org")).await;
    api.set_clock("2022-10-06T09:59:59Z");
    choose(&api, &first, PASSWORD).await.expect(204);
    let again = choose(&api, &first, "un tout autre assemblage").await.expect(422);
    assert_eq!(again.faults(), unusable);
    sign_in(&api, "first@example.org", PASSWORD).await.expect(201);
    api.set_clock("2022-10-06T10:00:00Z");
    assert_eq!(choose(&api, &second, PASSWORD).await.expect(422).faults(), unusable);
    let nonsense = json!({"invitation": {"token": "nonsense"}});
    assert_eq!(choose(&api, &nonsense, PASSWORD).await.expect(422).faults(), unusable);
}

async fn a_new_invitation_ends_the_one_before(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let first = invite(&api, &cast.coordinator, &advisor("elodie@example.org")).await;
    let path = format!("{}/invitation", path_of(&first));
    let second = api.post(&path).by(&cast.coordinator).send().await.expect(201).json();
    assert_eq!(second["account"], first["account"]);
    assert_eq!(choose(&api, &first, PASSWORD).await.status, 422);
    choose(&api, &second, PASSWORD).await.expect(204);
}

async fn an_invitation_resets_a_forgotten_password_and_ends_every_session(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let (invited, tokens) = joined(&api, &cast).await;
    let path = format!("{}/invitation", path_of(&invited));
    let again = api.post(&path).by(&cast.coordinator).send().await.expect(201).json();
    // The old password is good until somebody uses the invitation.
    sign_in(&api, "elodie@example.org", PASSWORD).await.expect(201);
    choose(&api, &again, "un tout autre assemblage").await.expect(204);
    assert_eq!(sign_in(&api, "elodie@example.org", PASSWORD).await.status, 401);
    sign_in(&api, "elodie@example.org", "un tout autre assemblage")
        .await
        .expect(201);
    assert_eq!(refresh(&api, &tokens).await, 401);
}

async fn guessable_passwords_are_refused(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let invited = invite(&api, &cast.coordinator, &advisor("egarnier@example.org")).await;
    for (password, fault) in [
        ("trop court", "too_short"),
        ("passwordpassword", "guessable_password"),
        ("12345678901234567", "guessable_password"),
        ("aaaaaaaaaaaaaaaaaaaa", "guessable_password"),
        ("quatre mots et Garnier", "guessable_password"),
        ("ELODIE et quatre mots", "guessable_password"),
        ("quatre egarnier mots", "guessable_password"),
    ] {
        let refused = choose(&api, &invited, password).await.expect(422);
        assert_eq!(
            refused.faults(),
            [("/password".to_owned(), fault.to_owned())],
            "{password}"
        );
    }
    let long = choose(&api, &invited, &"é ".repeat(70)).await.expect(422);
    assert_eq!(long.faults(), [("/password".to_owned(), "too_long".to_owned())]);
    choose(&api, &invited, PASSWORD).await.expect(204);
}

async fn every_fault_of_a_person_is_named(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let period = |starts_on: &str, ends_on: &str| json!({"starts_on": starts_on, "ends_on": ends_on});
    let faults = async |body: Value| {
        let answer = api
            .post("/v1/accounts")
            .by(&cast.coordinator)
            .json(&body)
            .send()
            .await
            .expect(422);
        let faults = answer.faults();
        faults
            .into_iter()
            .map(|(at, code)| format!("{at} {code}"))
            .collect::<Vec<_>>()
    };
    let body = json!({
        "role": "king", "name": " ", "email": "nobody", "working_days": ["monday", "monday", "funday"],
        "activity_periods": [period("2022-02-30", "2022-13-01")]
    });
    assert_eq!(
        faults(body).await,
        [
            "/role unknown_code",
            "/name too_short",
            "/email invalid_email",
            "/working_days/1 duplicate",
            "/working_days/2 unknown_code",
            "/activity_periods/0/starts_on invalid_date",
            "/activity_periods/0/ends_on invalid_date",
        ]
    );
    let with = |periods: Value| {
        let mut body = advisor("elodie@example.org");
        body["activity_periods"] = periods;
        body
    };
    let overlapping = json!([period("2022-01-01", "2022-03-31"), {"starts_on": "2022-03-31"}]);
    assert_eq!(faults(with(overlapping)).await, ["/activity_periods/1 overlaps"]);
    let backwards = json!([period("2022-03-31", "2022-03-30")]);
    assert_eq!(
        faults(with(backwards)).await,
        ["/activity_periods/0/ends_on from_after_to"]
    );
    assert_eq!(faults(with(json!([]))).await, ["/activity_periods too_few"]);
    let mut coordinator = advisor("elodie@example.org");
    coordinator["role"] = "coordinator".into();
    coordinator["working_days"] = json!([]);
    assert_eq!(
        faults(coordinator).await,
        ["/working_days too_few", "/activity_periods not_allowed_here"]
    );
    let side_by_side = json!([{"starts_on": "2022-04-01"}, period("2022-01-01", "2022-03-31")]);
    let made = invite(&api, &cast.coordinator, &with(side_by_side)).await;
    assert_eq!(made["account"]["activity_periods"][0]["ends_on"], "2022-03-31");
    assert_eq!(made["account"]["activity_periods"][1]["ends_on"], Value::Null);
}

async fn an_address_has_one_account_whoever_asks(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let taken = [("/email".to_owned(), "email_taken".to_owned())];
    let first = invite(&api, &cast.coordinator, &advisor("elodie@example.org")).await;
    let second = invite(&api, &cast.coordinator, &advisor("other@example.org")).await;
    for coordinator in [&cast.coordinator, &cast.foreign_coordinator] {
        let call = api
            .post("/v1/accounts")
            .by(coordinator)
            .json(&advisor("ELODIE@example.org"));
        assert_eq!(call.send().await.expect(422).faults(), taken);
    }
    let change = async |path: &str, email: &str| {
        let call = api.put(path).by(&cast.coordinator).json(&advisor(email));
        call.send().await
    };
    assert_eq!(
        change(&path_of(&second), "elodie@example.org")
            .await
            .expect(422)
            .faults(),
        taken
    );
    change(&path_of(&first), "garnier@example.org").await.expect(200);
    change(&path_of(&second), "elodie@example.org").await.expect(200);
    let again = api.post(&format!("{}/invitation", path_of(&second)));
    let again = again.by(&cast.coordinator).send().await.expect(201).json();
    choose(&api, &again, PASSWORD).await.expect(204);
    let tokens = sign_in(&api, "elodie@example.org", PASSWORD).await.expect(201).json();
    let me = api
        .get("/v1/me")
        .bearer(tokens["access_token"].as_str().unwrap())
        .send()
        .await;
    assert_eq!(me.json()["account_id"], second["account"]["account_id"]);
}

async fn people_are_listed_by_name_with_what_is_known_of_them(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let invited = invite(&api, &cast.coordinator, &advisor("elodie@example.org")).await;
    let list = api
        .get("/v1/accounts")
        .by(&cast.coordinator)
        .send()
        .await
        .expect(200)
        .json();
    let items = list["items"].as_array().unwrap();
    let names: Vec<&str> = items.iter().map(|item| item["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["Amélie Rousseau", "Bastien Leroy", "Élodie Garnier", "Nadège Lambert"]
    );
    assert_eq!(items[2], invited["account"]);
    assert_eq!(
        items[0]["activity_periods"],
        json!([{"starts_on": "2020-01-01", "ends_on": null}])
    );
    assert_eq!(items[3]["activity_periods"], json!([]));
    assert_eq!(items[3]["working_days"], Value::Null);
}

async fn a_person_is_changed_as_a_whole(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let invited = invite(&api, &cast.coordinator, &advisor("elodie@example.org")).await;
    let mut body = advisor("elodie@example.org");
    body["name"] = "Élodie Garnier-Roy".into();
    body["working_days"] = json!(["thursday", "monday"]);
    let changed = api
        .put(&path_of(&invited))
        .by(&cast.coordinator)
        .json(&body)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(changed["name"], "Élodie Garnier-Roy");
    assert_eq!(changed["working_days"], json!(["monday", "thursday"]));
    let read = api
        .get(&path_of(&invited))
        .by(&cast.coordinator)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(read, changed);
    let body = advisor("elodie@example.org");
    let changed = api
        .put(&path_of(&invited))
        .by(&cast.coordinator)
        .json(&body)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(changed, invited["account"]);
    let body = json!({"role": "coordinator", "name": "Élodie Garnier", "email": "elodie@example.org"});
    api.put(&path_of(&invited))
        .by(&cast.coordinator)
        .json(&body)
        .send()
        .await
        .expect(200);
    choose(&api, &invited, PASSWORD).await.expect(204);
    let tokens = sign_in(&api, "elodie@example.org", PASSWORD).await.expect(201).json();
    api.get("/v1/accounts")
        .bearer(tokens["access_token"].as_str().unwrap())
        .send()
        .await
        .expect(200);
}

async fn reports_are_taken_in_the_activity_periods_that_the_coordinator_says(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let (invited, tokens) = joined(&api, &cast).await;
    let id = invited["account"]["account_id"].as_str().unwrap();
    let put = async |date: &str| {
        let call = api.put(&format!("/v1/advisors/{id}/reports/{date}"));
        let call = call
            .bearer(tokens["access_token"].as_str().unwrap())
            .json(&report(&[workshop()]));
        call.send().await.status
    };
    assert_eq!(put("2022-01-02").await, 422);
    assert_eq!(put("2022-01-03").await, 201);
    let mut body = advisor("elodie@example.org");
    body["activity_periods"] = json!([{"starts_on": "2022-06-01", "ends_on": "2022-06-30"}]);
    api.put(&path_of(&invited))
        .by(&cast.coordinator)
        .json(&body)
        .send()
        .await
        .expect(200);
    assert_eq!(put("2022-01-04").await, 422);
    assert_eq!(put("2022-06-30").await, 201);
    assert_eq!(put("2022-07-01").await, 422);
    // The report of a day outside the new periods stays; the same report sent again is accepted.
    assert_eq!(put("2022-01-03").await, 200);
}

async fn somebody_who_is_deactivated_signs_in_and_refreshes_no_more(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let (invited, tokens) = joined(&api, &cast).await;
    let invitation = api
        .post(&format!("{}/invitation", path_of(&invited)))
        .by(&cast.coordinator);
    let invitation = invitation.send().await.expect(201).json();
    for _ in 0..2 {
        api.delete(&path_of(&invited))
            .by(&cast.coordinator)
            .send()
            .await
            .expect(204);
    }
    assert_eq!(sign_in(&api, "elodie@example.org", PASSWORD).await.status, 401);
    assert_eq!(refresh(&api, &tokens).await, 401);
    assert_eq!(choose(&api, &invitation, PASSWORD).await.status, 422);
    let body = json!({"current_password": PASSWORD, "password": "un tout autre assemblage"});
    let own = api
        .put("/v1/me/password")
        .bearer(tokens["access_token"].as_str().unwrap())
        .json(&body);
    assert_eq!(own.send().await.status, 401);
    let known = api
        .get(&path_of(&invited))
        .by(&cast.coordinator)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(known["status"], "deactivated");
    let back = api
        .post(&format!("{}/invitation", path_of(&invited)))
        .by(&cast.coordinator);
    choose(&api, &back.send().await.expect(201).json(), PASSWORD)
        .await
        .expect(204);
    sign_in(&api, "elodie@example.org", PASSWORD).await.expect(201);
    assert_eq!(refresh(&api, &tokens).await, 401);
}

async fn a_coordinator_cannot_end_or_change_their_own_role(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = format!("/v1/accounts/{}", cast.coordinator.id);
    let own = api.delete(&path).by(&cast.coordinator).send().await;
    assert_eq!(own.failure(), (403, "forbidden".to_owned()));
    let demoted = api
        .put(&path)
        .by(&cast.coordinator)
        .json(&advisor("nadege@example.org"))
        .send()
        .await;
    assert_eq!(demoted.failure(), (403, "forbidden".to_owned()));
    let renamed = json!({"role": "coordinator", "name": "Nadège Roy", "email": "nadege@example.org"});
    api.put(&path)
        .by(&cast.coordinator)
        .json(&renamed)
        .send()
        .await
        .expect(200);
}

async fn people_of_other_organisations_are_not_found(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let invited = invite(&api, &cast.coordinator, &advisor("elodie@example.org")).await;
    let path = path_of(&invited);
    let unknown = format!("/v1/accounts/{}", uuid::Uuid::now_v7());
    for path in [path.as_str(), &unknown] {
        let by = &cast.foreign_coordinator;
        let answers = [
            api.get(path).by(by).send().await,
            api.put(path).by(by).json(&advisor("new@example.org")).send().await,
            api.delete(path).by(by).send().await,
            api.post(&format!("{path}/invitation")).by(by).send().await,
        ];
        for answer in answers {
            assert_eq!(answer.failure(), (404, "not_found".to_owned()));
        }
    }
    let known = api.get(&path).by(&cast.coordinator).send().await.expect(200).json();
    assert_eq!(known, invited["account"]);
    choose(&api, &invited, PASSWORD).await.expect(204);
}

async fn one_changes_ones_own_password_and_other_sessions_end(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let (_, here) = joined(&api, &cast).await;
    let elsewhere = sign_in(&api, "elodie@example.org", PASSWORD).await.expect(201).json();
    let change = async |current: &str, new: &str| {
        let body = json!({"current_password": current, "password": new});
        let call = api
            .put("/v1/me/password")
            .bearer(here["access_token"].as_str().unwrap());
        call.json(&body).send().await
    };
    let new = "un tout autre assemblage";
    for wrong in ["une autre phrase de passe", "court"] {
        let refused = change(wrong, new).await.expect(422);
        assert_eq!(
            refused.faults(),
            [("/current_password".to_owned(), "wrong_password".to_owned())]
        );
    }
    let weak = change(PASSWORD, "elodie elodie elodie").await.expect(422);
    assert_eq!(
        weak.faults(),
        [("/password".to_owned(), "guessable_password".to_owned())]
    );
    change(PASSWORD, new).await.expect(204);
    assert_eq!(refresh(&api, &elsewhere).await, 401);
    assert_eq!(refresh(&api, &here).await, 201);
    assert_eq!(sign_in(&api, "elodie@example.org", PASSWORD).await.status, 401);
    sign_in(&api, "elodie@example.org", new).await.expect(201);
}
