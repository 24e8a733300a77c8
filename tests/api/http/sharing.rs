//! A publication as documents, and shared by a link.

use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use quotidien::http::{Browsers, KeptDocuments};
use serde_json::{Value, json};

use super::{report, workshop};
use crate::support::api::{Answer, Api, Cast};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::queue;

on_both_databases!(
    a_link_shows_the_publication_until_it_expires_or_is_revoked,
    a_link_is_described_soundly_or_refused,
    figures_are_had_in_every_form,
    a_publication_is_had_in_every_form_and_its_annex_alone,
    the_pdf_of_a_link_is_made_once,
    two_documents_are_made_at_once_and_who_asks_for_a_third_is_told_to_come_back,
);

const PERIOD: &str = "from=2022-05&to=2022-05";

/// Closes and publishes May 2022, in which there is one workshop; returns the people, and the publication's path.
async fn published(api: &Api) -> (Cast, String) {
    let cast = api.cast().await;
    let mut of_nine = workshop();
    of_nine["genders"] = json!({"female": 2});
    let put = api.put(&cast.advisor.report("2022-05-03")).by(&cast.advisor);
    put.json(&report(&[of_nine])).send().await.expect(201);
    let close = api.put("/v1/months/2022-05/closing").by(&cast.coordinator);
    close.json(&json!({})).send().await.expect(200);
    let body = json!({"from": "2022-05", "to": "2022-05", "deliberation_number": "19"});
    let publish = api.post("/v1/publications").by(&cast.coordinator).json(&body);
    let location = publish.send().await.expect(201).header("location").unwrap().to_owned();
    (cast, location)
}

/// Whoever has the link may ask for the PDF again and again: it is made once.
async fn the_pdf_of_a_link_is_made_once(database: TestDatabase) {
    let api = Api::on(&database).await;
    let (cast, publication) = published(&api).await;
    let share = api.post(&format!("{publication}/links")).by(&cast.coordinator);
    let made = share.json(&json!({"name": "Conseil"})).send().await.expect(201).json();
    let path = format!("{}?format=pdf", made["path"].as_str().unwrap());
    let read = async || {
        let begun = Instant::now();
        let pdf = api.get(&path).send().await.expect(200);
        (pdf.body, begun.elapsed())
    };
    let (first, made_in) = read().await;
    for _ in 0..3 {
        let (again, kept_in) = read().await;
        assert_eq!(again, first);
        assert!(kept_in * 4 < made_in, "{kept_in:?} instead of {made_in:?}");
    }
    let english = api.get(&format!("{path}&lang=en")).send().await.expect(200);
    assert_ne!(english.body, first);
}

async fn two_documents_are_made_at_once_and_who_asks_for_a_third_is_told_to_come_back(database: TestDatabase) {
    let documents = Arc::new(KeptDocuments::waiting(Duration::from_millis(200)));
    let api = Api::set_up(&database, Browsers::default(), |mut application| {
        application.documents = Arc::clone(&documents);
        application
    })
    .await;
    let (cast, publication) = published(&api).await;
    let share = api.post(&format!("{publication}/links")).by(&cast.coordinator);
    let made = share.json(&json!({"name": "Conseil"})).send().await.expect(201).json();
    let path = made["path"].as_str().unwrap();
    let read = async |query: &str| api.get(&format!("{path}?{query}")).send().await;
    let (free, is_free) = mpsc::channel::<()>();
    let is_free = Arc::new(Mutex::new(is_free));
    let long = || {
        let is_free = Arc::clone(&is_free);
        queue::put(documents.make(move || {
            is_free.lock().unwrap().recv().ok();
            Ok(b"made".to_vec())
        }))
    };
    let first = long();
    let kept = read("format=pdf").await.expect(200).body;
    let second = long();
    let refused = read("format=pdf&lang=en").await;
    assert_eq!(refused.failure(), (503, "unavailable".to_owned()));
    assert!(refused.header("retry-after").is_some());
    // What is kept is not made, and what is no document has nothing to do with it.
    assert_eq!(read("format=pdf").await.expect(200).body, kept);
    read("format=html").await.expect(200);
    let put = api.put(&cast.advisor.report("2022-06-01")).by(&cast.advisor);
    put.json(&report(&[workshop()])).send().await.expect(201);
    drop(free);
    for long in [first, second] {
        assert_eq!(long.await.unwrap(), "made");
    }
    assert_ne!(read("format=pdf&lang=en").await.expect(200).body, kept);
}

fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

async fn a_link_shows_the_publication_until_it_expires_or_is_revoked(database: TestDatabase) {
    let api = Api::on(&database).await;
    let (cast, publication) = published(&api).await;
    let links = format!("{publication}/links");
    let share = async |name: &str| {
        let body = json!({"name": name, "valid_days": 2});
        api.post(&links)
            .by(&cast.coordinator)
            .json(&body)
            .send()
            .await
            .expect(201)
    };
    let made = share("Conseil communautaire").await;
    let location = made.header("location").unwrap().to_owned();
    let path = made.json()["path"].as_str().unwrap().to_owned();
    let page = api.get(&path).send().await.expect(200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("x-robots-tag"), Some("noindex"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let shown = text(&page);
    assert!(shown.contains("Vu pour être annexé à la délibération n°\u{202f}19"));
    assert!(shown.contains("?format=pdf") && shown.contains("&lt;\u{202f}5"));
    for id in [cast.advisor.id, cast.coordinator.id] {
        assert!(!shown.contains(&id.to_string()));
    }
    for (format, kind) in [
        ("csv", "text/csv; charset=utf-8"),
        (
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        #[cfg(feature = "pdf")]
        ("pdf", "application/pdf"),
    ] {
        let document = api.get(&format!("{path}?format={format}")).send().await.expect(200);
        assert_eq!(document.header("content-type"), Some(kind));
    }
    // A link gives no JSON: the publication's JSON has the figures that the link's documents mask.
    api.get(&format!("{path}?format=json")).send().await.expect(400);
    let listed = async || api.get(&links).by(&cast.coordinator).send().await.expect(200).json()["items"].clone();
    let views = listed().await[0]["views"].as_i64().unwrap();
    assert_eq!(views, if cfg!(feature = "pdf") { 4 } else { 3 });
    assert_eq!(listed().await[0]["last_viewed_at"], "2022-09-29T10:00:00Z");
    assert!(!listed().await.to_string().contains(path.trim_start_matches("/shared/")));
    api.delete(&location).by(&cast.coordinator).send().await.expect(204);
    api.get(&path).send().await.expect(404);
    assert_eq!(listed().await, json!([]));
    api.delete(&location).by(&cast.coordinator).send().await.expect(404);
    let other = share("Commune").await.json()["path"].as_str().unwrap().to_owned();
    api.set_clock("2022-10-01T09:59:59Z");
    api.get(&other).send().await.expect(200);
    api.set_clock("2022-10-01T10:00:00Z");
    api.get(&other).send().await.expect(404);
    // A link with another secret opens nothing.
    let mut forged = other.clone();
    let last = if forged.ends_with('A') { 'E' } else { 'A' };
    forged.pop();
    forged.push(last);
    api.set_clock("2022-09-30T10:00:00Z");
    api.get(&forged).send().await.expect(404);
    api.get(&other).send().await.expect(200);
}

async fn a_link_is_described_soundly_or_refused(database: TestDatabase) {
    let api = Api::on(&database).await;
    let (cast, publication) = published(&api).await;
    let body = json!({"name": " ", "valid_days": 0});
    let share = api
        .post(&format!("{publication}/links"))
        .by(&cast.coordinator)
        .json(&body);
    let faults = share.send().await.expect(422).faults();
    let expected = [("/name", "too_short"), ("/valid_days", "out_of_range")];
    assert_eq!(faults, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
}

async fn figures_are_had_in_every_form(database: TestDatabase) {
    let api = Api::on(&database).await;
    let (cast, _) = published(&api).await;
    for path in ["/v1/statistics/monthly", "/v1/statistics/full"] {
        for (format, begins, kind) in [
            ("json", &b"{"[..], "application/json"),
            ("csv", "\u{feff}".as_bytes(), "text/csv; charset=utf-8"),
            ("html", b"<!DOCTYPE html>", "text/html; charset=utf-8"),
            (
                "xlsx",
                b"PK",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
            #[cfg(feature = "pdf")]
            ("pdf", b"%PDF-1", "application/pdf"),
        ] {
            let asked = api
                .get(&format!("{path}?{PERIOD}&format={format}"))
                .by(&cast.coordinator);
            let answer = asked.send().await.expect(200);
            assert!(answer.body.starts_with(begins), "{path} {format}");
            assert_eq!(answer.header("content-type"), Some(kind));
            let media = kind.split(';').next().unwrap();
            let accepted = api.get(&format!("{path}?{PERIOD}")).by(&cast.coordinator).accept(media);
            assert_eq!(accepted.send().await.expect(200).header("content-type"), Some(kind));
        }
        let unknown = api.get(&format!("{path}?{PERIOD}&format=odt")).by(&cast.coordinator);
        assert_eq!(
            unknown.send().await.faults(),
            [("format".to_owned(), "invalid_value".to_owned())]
        );
    }
    let full = api.get(&format!("/v1/statistics/full?{PERIOD}")).by(&cast.coordinator);
    let full = full.send().await.expect(200).json();
    assert_eq!(full["breakdowns"].as_array().unwrap().len(), 20);
    // An advisor gets figures of their own reports alone, and the document names the advisor.
    let own = api
        .get(&format!("/v1/statistics/full?{PERIOD}&format=html&kind=workshop"))
        .by(&cast.advisor);
    let own = text(&own.send().await.expect(200));
    let name = api.get("/v1/me").by(&cast.advisor).send().await.json()["name"].clone();
    assert!(own.contains(name.as_str().unwrap()) && own.contains("Provisoire – chiffres au 29 septembre 2022"));
}

async fn a_publication_is_had_in_every_form_and_its_annex_alone(database: TestDatabase) {
    let api = Api::on(&database).await;
    let (cast, publication) = published(&api).await;
    let get = async |query: &str| {
        let call = api.get(&format!("{publication}{query}")).by(&cast.coordinator);
        call.send().await.expect(200)
    };
    let digest: Value =
        api.get("/v1/publications").by(&cast.coordinator).send().await.json()["items"][0]["digest"].clone();
    let page = text(&get("?format=html").await);
    assert!(page.contains(digest.as_str().unwrap()) && page.contains("<h2 id=\"gender\">"));
    // To the organisation that published it the document shows figures below five; only links mask them.
    assert!(!page.contains("&lt;\u{202f}5"));
    let annex = text(&get("?format=html&part=annex").await);
    assert!(!annex.contains("<h2 id=\"gender\">") && !annex.contains("workshop_minutes"));
    let csv = text(&get("?format=csv&part=annex").await);
    assert!(csv.contains("Ateliers réalisés;1;1;1\r\n"), "{csv}");
    let faulty = api.get(&format!("{publication}?part=half")).by(&cast.coordinator);
    assert_eq!(
        faulty.send().await.faults(),
        [("part".to_owned(), "invalid_value".to_owned())]
    );
}
