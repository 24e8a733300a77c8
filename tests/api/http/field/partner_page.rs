//! The link of a partner and the page to which it leads.

use serde_json::json;

use crate::support::api::{Answer, Api, Cast};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::field::{AGREEMENT, PARTNER, WORKSHOP, agreement, found};
use crate::support::mail::{Manner, PostOffice};
use crate::support::sql;

on_both_databases!(
    the_page_of_a_partner_shows_what_was_agreed_the_catalogue_and_a_form_without_a_script,
    a_form_that_is_sent_twice_is_one_request_that_leads_back_to_the_page,
    what_is_wrong_with_a_form_is_said_on_the_page_with_what_was_typed,
    a_link_ends_when_it_is_revoked_when_it_expires_and_with_the_last_agreement,
    each_view_by_a_link_is_counted_and_its_coordinator_sees_it,
    a_partner_sees_its_own_requests_alone_and_changes_none,
    no_more_than_twenty_requests_of_a_partner_wait,
    the_coordinators_and_whom_the_form_names_are_told_by_mail_once,
);

const ID: &str = "0198f3c2-7c1e-7d2a-8f0e-000000000001";

async fn linked(api: &Api, cast: &Cast) -> String {
    found(api, &cast.coordinator).await;
    let path = format!("/v1/agreements/{AGREEMENT}/links");
    let made = api
        .post(&path)
        .by(&cast.coordinator)
        .json(&json!({"name": "Mairie", "valid_days": 60}));
    let made = made.send().await.expect(201).json();
    made["path"].as_str().unwrap().to_owned()
}

fn form(id: &str) -> String {
    format!(
        "request_id={id}&subject={WORKSHOP}&from=2022-11-08&to=&expected_people=6&words=Le+matin&contact_name=H%C3%A9l%C3%A8ne+Roy&contact_email=roy%40commune.example"
    )
}

async fn send(api: &Api, path: &str, form: &str) -> Answer {
    let call = api.post(path).text(form);
    call.header("content-type", "application/x-www-form-urlencoded")
        .send()
        .await
}

async fn page(api: &Api, path: &str) -> String {
    text(&api.get(path).send().await.expect(200))
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.to_vec()).unwrap()
}

async fn the_page_of_a_partner_shows_what_was_agreed_the_catalogue_and_a_form_without_a_script(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = linked(&api, &cast).await;
    let rule = json!({"name": "Mairie", "kind": "presence", "agreement_id": AGREEMENT, "from": "09:00", "to": "12:00",
        "starts_on": "2022-09-06", "ends_on": "2022-12-31", "frequency": "weekly"});
    let schedule = "/v1/schedules/0198f3c2-7c1e-7d2a-8f50-000000000001";
    api.put(schedule)
        .by(&cast.coordinator)
        .json(&rule)
        .send()
        .await
        .expect(201);
    let french = api.get(&path).send().await.expect(200);
    let text = text(&french);
    for said in [
        "Commune d’Allonnes",
        "01/09/2022",
        "Premiers pas sur internet",
        "Un café",
        "chaque mardi, de 9 h à 12 h,",
        "04/10/2022 09:00–12:00 · Permanence",
        "<form method=\"post\"",
        "Envoyer la demande",
    ] {
        assert!(text.contains(said), "{said}");
    }
    assert!(!text.contains("<script"), "the page has no script");
    let policy = french.header("content-security-policy").unwrap();
    assert!(
        policy.contains("form-action 'self'") && policy.contains("default-src 'none'"),
        "{policy}"
    );
    assert_eq!(french.header("cache-control"), Some("no-store"));
    assert_eq!(french.header("x-robots-tag"), Some("noindex"));
    let english = page(&api, &format!("{path}?lang=en")).await;
    assert!(english.contains("Send the request") && english.contains("2022-09-01"));
}

async fn a_form_that_is_sent_twice_is_one_request_that_leads_back_to_the_page(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = linked(&api, &cast).await;
    for _ in 0..2 {
        let sent = send(&api, &path, &form(ID)).await.expect(303);
        let back = format!("{path}?sent=true&lang=fr");
        assert_eq!(sent.header("location"), Some(back.as_str()));
        assert!(page(&api, &back).await.contains("Votre demande est enregistrée"));
    }
    let listed = api
        .get("/v1/requests")
        .by(&cast.coordinator)
        .send()
        .await
        .expect(200)
        .json();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 1);
    let request = &items[0];
    assert_eq!((&request["request_id"], &request["version"]), (&json!(ID), &json!(1)));
    assert_eq!(
        (&request["partner_id"], &request["status"]),
        (&json!(PARTNER), &json!("received"))
    );
    assert_eq!(request["contact"]["email"], "roy@commune.example");
    assert_eq!(request["wished"], json!([{"from": "2022-11-08", "to": "2022-11-08"}]));
    assert_eq!(
        request["updated_by"],
        json!(cast.coordinator.id.to_string()),
        "in the name of who made the link"
    );
    let written = sql::count(&mut database.connect(), "audit_entries", "action = 'request_written'");
    assert_eq!(written, 1);
}

async fn what_is_wrong_with_a_form_is_said_on_the_page_with_what_was_typed(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = linked(&api, &cast).await;
    let wrong = format!(
        "request_id={ID}&subject={WORKSHOP}&from=2022-11-08&expected_people=beaucoup&words=%3Cb%3E&contact_email=x"
    );
    let page = text(&send(&api, &path, &wrong).await.expect(200));
    for said in [
        "Votre demande n’est pas envoyée",
        "Nombre de personnes attendues : Donnez un nombre",
        "Nom : Donnez au moins",
        "&lt;b&gt;",
        "beaucoup",
        ID,
    ] {
        assert!(page.contains(said), "{said}");
    }
    let late = form(ID).replace("2022-11-08", "2023-01-01");
    let page = text(&send(&api, &format!("{path}?lang=en"), &late).await.expect(200));
    assert!(page.contains("No signed agreement is in force on one of the days wished for"));
    let page = text(&send(&api, &path, &form("nobody")).await.expect(200));
    assert!(page.contains("Donnez un UUID"));
    assert_eq!(sql::count(&mut database.connect(), "requests", "true"), 0);
    // What no browser sends is answered as everywhere.
    send(&api, &path, "request_id=a&request_id=b").await.expect(400);
    send(&api, &path, "unknown=a").await.expect(400);
    let json = api.post(&path).json(&json!({})).send().await;
    assert_eq!(json.status, 415);
}

async fn a_link_ends_when_it_is_revoked_when_it_expires_and_with_the_last_agreement(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = linked(&api, &cast).await;
    api.get("/partner/nobody-s").send().await.expect(404);
    // The second link is good for sixty days.
    api.set_clock("2022-11-28T09:59:59Z");
    api.get(&path).send().await.expect(200);
    api.set_clock("2022-11-28T10:00:00Z");
    api.get(&path).send().await.expect(404);
    send(&api, &path, &form(ID)).await.expect(404);
    api.set_clock("2022-11-01T10:00:00Z");
    let mut ended = agreement();
    ended["ends_on"] = json!("2022-10-31");
    let put = api
        .put(&format!("/v1/agreements/{AGREEMENT}"))
        .by(&cast.coordinator)
        .json(&ended);
    put.send().await.expect(200);
    api.get(&path).send().await.expect(404);
    ended["ends_on"] = json!("2022-11-01");
    let put = api
        .put(&format!("/v1/agreements/{AGREEMENT}"))
        .by(&cast.coordinator)
        .json(&ended);
    put.send().await.expect(200);
    api.get(&path).send().await.expect(200);
    let links = format!("/v1/agreements/{AGREEMENT}/links");
    let listed = api.get(&links).by(&cast.coordinator).send().await.expect(200).json();
    let link = format!("{links}/{}", listed["items"][0]["link_id"].as_str().unwrap());
    api.delete(&link).by(&cast.coordinator).send().await.expect(204);
    api.delete(&link).by(&cast.coordinator).send().await.expect(404);
    api.get(&path).send().await.expect(404);
}

async fn each_view_by_a_link_is_counted_and_its_coordinator_sees_it(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = linked(&api, &cast).await;
    for _ in 0..3 {
        api.get(&path).send().await.expect(200);
    }
    let links = format!("/v1/agreements/{AGREEMENT}/links");
    let listed = api.get(&links).by(&cast.coordinator).send().await.expect(200).json();
    let link = &listed["items"][0];
    assert_eq!((&link["views"], &link["name"]), (&json!(3), &json!("Mairie")));
    assert_eq!(link["expires_at"], "2022-11-28T10:00:00Z");
    let token = path.rsplit('/').next().unwrap();
    let stored = sql::count(
        &mut database.connect(),
        "partner_links",
        &format!("token_hash = '{token}'"),
    );
    assert_eq!(stored, 0, "the token itself is not kept");
}

async fn a_partner_sees_its_own_requests_alone_and_changes_none(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = linked(&api, &cast).await;
    let other = "0198f3c2-7c1e-7d2a-8f0e-0000000000a0";
    let put = async |path: String, body: serde_json::Value| {
        let put = api.put(&path).by(&cast.coordinator).json(&body);
        put.send().await.expect(201);
    };
    put(
        format!("/v1/partners/{other}"),
        json!({"name": "Autre", "kind": "other"}),
    )
    .await;
    let mut of_other = agreement();
    of_other["partner_id"] = json!(other);
    put(format!("/v1/agreements/{other}"), of_other).await;
    let asked = json!({"partner_id": other, "kind": "equipment", "words": "Un secret"});
    put(format!("/v1/requests/{ID}"), asked).await;
    let page = page(&api, &path).await;
    assert!(page.contains("Aucune demande pour le moment"));
    // An identifier of another partner's request changes nothing of it.
    send(&api, &path, &form(ID)).await.expect(303);
    let read = api
        .get(&format!("/v1/requests/{ID}"))
        .by(&cast.coordinator)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!((&read["partner_id"], &read["version"]), (&json!(other), &json!(1)));
}

async fn no_more_than_twenty_requests_of_a_partner_wait(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = linked(&api, &cast).await;
    for number in 0..20 {
        let id = format!("0198f3c2-7c1e-7d2a-8f0f-{number:012}");
        let body = json!({"partner_id": PARTNER, "kind": "equipment", "words": "Un écran"});
        let put = api.put(&format!("/v1/requests/{id}")).by(&cast.coordinator).json(&body);
        put.send().await.expect(201);
    }
    let page = text(&send(&api, &path, &form(ID)).await.expect(200));
    assert!(page.contains("Trop de demandes attendent une réponse"));
}

async fn the_coordinators_and_whom_the_form_names_are_told_by_mail_once(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let api = Api::mailing_by(&database, office.mailer()).await;
    let cast = api.cast().await;
    let path = linked(&api, &cast).await;
    send(&api, &path, &form(ID)).await.expect(303);
    send(&api, &path, &form(ID)).await.expect(303);
    let messages = office.received(2).await;
    let mut told: Vec<String> = messages.iter().flat_map(|message| message.recipients.clone()).collect();
    told.sort();
    let mut expected = vec![
        format!("{}@test.example", cast.coordinator.id),
        "roy@commune.example".to_owned(),
    ];
    expected.sort();
    assert_eq!(told, expected);
    for message in &messages {
        assert!(message.body.contains("Premiers pas sur internet"), "{}", message.body);
        assert!(
            !message.body.contains("Le matin"),
            "no message holds what the sender typed"
        );
    }
}
