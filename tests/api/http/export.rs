//! The copy that a person takes of everything that the service holds about them.

use serde_json::{Value, json};

use crate::command_line::quotidien;
use crate::http::{report, workshop};
use crate::support::api::{Api, Cast};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    one_takes_a_copy_of_what_is_held_about_oneself_and_of_nothing_else,
    the_copy_holds_what_was_said_before_and_what_one_made,
    the_copy_of_an_organisation_holds_who_is_let_in_and_who_did_what,
    copies_hold_the_keys_links_and_sessions_that_were_ended_of_late,
);

async fn one_takes_a_copy_of_what_is_held_about_oneself_and_of_nothing_else(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let put = async |person, date: &str| {
        let path = crate::support::api::Person::report(person, date);
        let call = api.put(&path).by(person).json(&report(&[workshop()]));
        call.send().await.expect(201).json()
    };
    let (first, second) = (
        put(&cast.advisor, "2022-05-03").await,
        put(&cast.advisor, "2022-05-04").await,
    );
    put(&cast.colleague, "2022-05-03").await;
    let copy = api.get("/v1/me/export").by(&cast.advisor).send().await.expect(200);
    assert!(copy.header("content-disposition").unwrap().starts_with("attachment"));
    let copy = copy.json();
    let listed = api
        .get(&format!("/v1/accounts/{}", cast.advisor.id))
        .by(&cast.coordinator);
    assert_eq!(copy["account"], listed.send().await.expect(200).json());
    assert_eq!(copy["reports"], json!([second, first]));
    assert_eq!(copy["sessions"][0]["current"], true);
    let actions: Vec<&Value> = copy["audit_log"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["action"])
        .collect();
    assert_eq!(actions, [&json!("exported")]);
    assert!(!copy.to_string().contains(&cast.colleague.id.to_string()));
}

async fn the_copy_holds_what_was_said_before_and_what_one_made(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    for (date, count) in [("2022-05-03", 1), ("2022-05-03", 2), ("2022-05-04", 1)] {
        let body = report(&vec![workshop(); count]);
        let put = api.put(&cast.advisor.report(date)).by(&cast.advisor).json(&body);
        assert!(put.send().await.status < 300);
    }
    let delete = api.delete(&cast.advisor.report("2022-05-04")).by(&cast.advisor);
    delete.send().await.expect(204);
    let copy = async |by| api.get("/v1/me/export").by(by).send().await.expect(200).json();
    let earlier = copy(&cast.advisor).await["earlier_versions"].clone();
    let told: Vec<(&Value, Vec<&Value>)> = earlier
        .as_array()
        .unwrap()
        .iter()
        .map(|day| {
            let versions = day["versions"].as_array().unwrap().iter();
            (&day["date"], versions.map(|version| &version["version"]).collect())
        })
        .collect();
    assert_eq!(
        told,
        [
            (&json!("2022-05-03"), vec![&json!(1)]),
            (&json!("2022-05-04"), vec![&json!(2), &json!(1)])
        ]
    );
    make_things(&api, &cast).await;
    let theirs = copy(&cast.coordinator).await;
    assert_eq!(theirs["api_keys"][0]["name"], "Tableau de bord");
    assert_eq!(theirs["shared_links"][0]["name"], "Préfecture");
    assert_eq!(theirs["months"][0]["comment"], "Tout y est");
    let others = copy(&cast.advisor).await;
    for made in ["api_keys", "shared_links", "months"] {
        assert_eq!(others[made], json!([]), "{made}");
    }
}

/// Has the coordinator make a key, close a month with a comment, publish it, and share it by a link.
async fn make_things(api: &Api, cast: &Cast) {
    api.key(&cast.coordinator, &[]).await;
    let close = api.put("/v1/months/2022-05/closing").by(&cast.coordinator);
    close.json(&json!({"comment": "Tout y est"})).send().await.expect(200);
    let period = json!({"from": "2022-05", "to": "2022-05"});
    let publish = api.post("/v1/publications").by(&cast.coordinator).json(&period);
    let published = publish.send().await.expect(201).json();
    let link = format!(
        "/v1/publications/{}/links",
        published["publication_id"].as_str().unwrap()
    );
    let link = api
        .post(&link)
        .by(&cast.coordinator)
        .json(&json!({"name": "Préfecture"}));
    link.send().await.expect(201);
}

async fn the_copy_of_an_organisation_holds_who_is_let_in_and_who_did_what(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    make_things(&api, &cast).await;
    let id = cast.coordinator.organisation.to_string();
    let arguments = ["organisation", "export", "--organisation", &id];
    let exported = quotidien(&arguments, Some(&database.address()), "");
    assert!(exported.status.success());
    let exported = String::from_utf8(exported.stdout).unwrap();
    let lines = lines(&exported);
    let of_type = |name: &str| lines.iter().filter(|line| line["type"] == name).collect::<Vec<_>>();
    assert_eq!(of_type("session").len(), 3);
    assert_eq!(of_type("api_key")[0]["api_key"]["name"], "Tableau de bord");
    assert_eq!(of_type("shared_link")[0]["shared_link"]["name"], "Préfecture");
    let made = |line: &&Value| line["audit_entry"]["action"] == "key_created";
    assert_eq!(of_type("audit_entry").into_iter().filter(made).count(), 1);
    assert!(!exported.contains("token") && !exported.contains("hash"));
}

fn lines(exported: &str) -> Vec<Value> {
    let lines = exported.lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn copies_hold_the_keys_links_and_sessions_that_were_ended_of_late(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    make_things(&api, &cast).await;
    let listed = async |path: &str, id: &str| {
        let list = api.get(path).by(&cast.coordinator).send().await.expect(200).json();
        format!("{path}/{}", list["items"][0][id].as_str().unwrap())
    };
    let links = listed("/v1/publications", "publication_id").await + "/links";
    let other_device = api.session(cast.coordinator.organisation, cast.coordinator.id).await;
    let ended = [
        listed("/v1/api-keys", "key_id").await,
        listed(&links, "link_id").await,
        format!("/v1/sessions/{other_device}"),
    ];
    let copy = async || {
        let copy = api.get("/v1/me/export").by(&cast.coordinator).send().await.expect(200);
        copy.json()
    };
    let before = copy().await;
    assert_eq!(before["sessions"].as_array().unwrap().len(), 2);
    assert!(!before.to_string().contains("revoked_at") && !before.to_string().contains("ended_at"));
    for path in ended {
        api.delete(&path).by(&cast.coordinator).send().await.expect(204);
    }
    let after = copy().await;
    assert!(after["api_keys"][0]["revoked_at"].is_string());
    assert!(after["shared_links"][0]["revoked_at"].is_string());
    assert_eq!(after["sessions"].to_string().matches("ended_at").count(), 1);
    let id = cast.coordinator.organisation.to_string();
    let arguments = ["organisation", "export", "--organisation", &id];
    let exported = quotidien(&arguments, Some(&database.address()), "");
    let exported = lines(&String::from_utf8(exported.stdout).unwrap());
    let told = |kind: &str, when: &str| {
        let told = exported.iter().filter(|line| line["type"] == kind);
        told.filter(|line| line[kind][when].is_string() || line[when].is_string())
            .count()
    };
    assert_eq!(told("api_key", "revoked_at"), 1);
    assert_eq!(told("shared_link", "revoked_at"), 1);
    assert_eq!(told("session", "ended_at"), 1);
}
