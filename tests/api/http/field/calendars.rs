//! Calendars that other programs subscribe to. What libraries of others read in them `just calendars` checks.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::api::{Api, Cast, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::sql;

on_both_databases!(
    a_secret_address_shows_an_advisors_own_sessions_until_it_is_ended,
    a_schedule_is_one_event_with_its_exceptions,
    a_first_visit_is_only_that_in_a_calendar,
    the_addresses_of_a_calendar_end_with_the_account,
    somebody_has_ten_addresses_at_most,
    everybody_reads_what_is_public_where_the_organisation_publishes,
    a_zone_is_told_with_both_changes_of_the_hour,
);

const SCHEDULE: &str = "0198f3c2-7c1e-7d2a-8f16-000000000001";

/// A round on Tuesday mornings at a place that is published, until spring.
async fn round(api: &Api, cast: &Cast) -> String {
    let place = "0198f3c2-7c1e-7d2a-8f16-000000000002";
    let body = json!({
        "name": "Médiathèque; annexe, sud", "commune_code": "72181", "address": "54 rue du Port", "postal_code": "72000",
        "latitude": 48.0077, "longitude": 0.1984, "published": true
    });
    put(api, &cast.coordinator, &format!("/v1/places/{place}"), &body, 201).await;
    let body = json!({
        "name": "Bureau mobile", "kind": "stop", "starts_on": "2022-10-03", "ends_on": "2023-04-30", "from": "09:00",
        "to": "12:00", "frequency": "weekly", "by_day": ["TU"], "place_id": place, "public": true,
        "exceptions": ["2022-10-11"], "advisors": [cast.advisor.id.to_string()]
    });
    put(api, &cast.coordinator, &format!("/v1/schedules/{SCHEDULE}"), &body, 201).await;
    place.to_owned()
}

async fn put(api: &Api, by: &Person, path: &str, body: &Value, status: u16) {
    api.put(path).by(by).json(body).send().await.expect(status);
}

async fn link(api: &Api, by: &Person) -> (String, String) {
    let call = api
        .post("/v1/me/calendar-links")
        .by(by)
        .json(&json!({"name": "Téléphone"}));
    let made = call.send().await.expect(201);
    let address = made.header("location").unwrap().to_owned();
    (made.json()["path"].as_str().unwrap().to_owned(), address)
}

/// The lines of a calendar, put together again.
async fn lines(api: &Api, path: &str) -> Vec<String> {
    let answer = api.get(path).send().await.expect(200);
    assert!(answer.header("content-type").unwrap().starts_with("text/calendar"));
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(text.split("\r\n").all(|line| line.len() <= 75));
    text.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
}

fn event(lines: &[String], start: &str) -> Vec<String> {
    let events = lines.split(|line| line == "BEGIN:VEVENT").skip(1);
    let of = |event: &&[String]| event.iter().any(|line| line == start);
    events
        .into_iter()
        .find(of)
        .unwrap_or_else(|| panic!("no event has {start}: {lines:#?}"))
        .to_vec()
}

fn computed(day: &str) -> String {
    let schedule: Uuid = SCHEDULE.parse().unwrap();
    format!(
        "/v1/planned-sessions/{}",
        Uuid::new_v5(&schedule, format!("{day}T09:00").as_bytes())
    )
}

async fn a_secret_address_shows_an_advisors_own_sessions_until_it_is_ended(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    round(&api, &cast).await;
    let (path, address) = link(&api, &cast.advisor).await;
    let (of_colleague, _) = link(&api, &cast.colleague).await;
    let (of_coordinator, _) = link(&api, &cast.coordinator).await;
    let uid = format!("UID:{SCHEDULE}@quotidien");
    assert!(lines(&api, &path).await.contains(&uid));
    assert!(!lines(&api, &of_colleague).await.contains(&uid));
    assert!(lines(&api, &of_coordinator).await.contains(&uid));
    let listed = api
        .get("/v1/me/calendar-links")
        .by(&cast.advisor)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(listed["items"][0]["name"], "Téléphone");
    assert_eq!(listed["items"][0]["last_read_at"], "2022-09-29T10:00:00Z");
    assert!(!listed.to_string().contains("/calendar/"));
    let tag = api.get(&path).send().await.header("etag").unwrap().to_owned();
    let known = api.get(&path).header("if-none-match", &tag).send().await.expect(304);
    assert!(known.header("cache-control").unwrap().contains("private"));
    assert_eq!(api.delete(&address).by(&cast.colleague).send().await.status, 404);
    api.delete(&address).by(&cast.advisor).send().await.expect(204);
    assert_eq!(api.get(&path).send().await.status, 404);
    assert_eq!(api.get("/calendar/nobody.ics").send().await.status, 404);
    let connection = &mut database.connect();
    assert_eq!(sql::count(connection, "audit_entries", "action = 'link_created'"), 3);
    assert_eq!(sql::count(connection, "audit_entries", "action = 'link_revoked'"), 1);
}

async fn a_schedule_is_one_event_with_its_exceptions(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let place = round(&api, &cast).await;
    let advisor = cast.advisor.id.to_string();
    let moved = json!({
        "kind": "stop", "day": "2022-10-19", "from": "14:00", "to": "17:00", "place_id": place, "advisors": [advisor]
    });
    put(&api, &cast.coordinator, &computed("2022-10-18"), &moved, 201).await;
    let cancelled = json!({
        "kind": "stop", "day": "2022-10-25", "from": "09:00", "to": "12:00", "advisors": [advisor],
        "cancelled": "Grève"
    });
    put(&api, &cast.coordinator, &computed("2022-10-25"), &cancelled, 201).await;
    let given = json!({"kind": "stop", "day": "2022-11-08", "from": "09:00", "to": "12:00", "advisors": []});
    put(&api, &cast.coordinator, &computed("2022-11-08"), &given, 201).await;
    let (path, _) = link(&api, &cast.advisor).await;
    let lines = lines(&api, &path).await;
    let round = event(&lines, "DTSTART;TZID=Europe/Paris:20221004T090000");
    for line in [
        "DTEND;TZID=Europe/Paris:20221004T120000",
        "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20230430T215959Z;WKST=MO",
        // The exception, All Saints' Day, and a stop that is somebody else's.
        "EXDATE;TZID=Europe/Paris:20221011T090000",
        "EXDATE;TZID=Europe/Paris:20221101T090000",
        "EXDATE;TZID=Europe/Paris:20221108T090000",
        "SUMMARY:Halte du bureau mobile · Bureau mobile",
        "LOCATION:Médiathèque\\; annexe\\, sud\\, 54 rue du Port 72000",
        "GEO:48.0077;0.1984",
        "SEQUENCE:0",
    ] {
        assert!(round.iter().any(|found| found == line), "{line}: {round:#?}");
    }
    assert_eq!(round.iter().filter(|line| line.starts_with("EXDATE")).count(), 3);
    let moved = event(&lines, "DTSTART;TZID=Europe/Paris:20221019T140000");
    for line in [
        &format!("UID:{SCHEDULE}@quotidien"),
        "RECURRENCE-ID;TZID=Europe/Paris:20221018T090000",
        "STATUS:CONFIRMED",
    ] {
        assert!(moved.iter().any(|found| found == line), "{line}: {moved:#?}");
    }
    let cancelled = event(&lines, "RECURRENCE-ID;TZID=Europe/Paris:20221025T090000");
    assert!(cancelled.contains(&"STATUS:CANCELLED".to_owned()));
    assert_eq!(lines.iter().filter(|line| *line == "BEGIN:VEVENT").count(), 3);
}

async fn a_first_visit_is_only_that_in_a_calendar(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let visit = json!({
        "kind": "first_visit", "day": "2022-10-04", "from": "09:00", "to": "10:00", "place_name": "Chez elle",
        "note": "Sonner deux fois", "cancelled": "Hospitalisée", "advisors": [cast.advisor.id.to_string()]
    });
    put(&api, &cast.coordinator, &computed("2022-10-04"), &visit, 201).await;
    let (path, _) = link(&api, &cast.advisor).await;
    let lines = lines(&api, &path).await;
    let visit = event(&lines, "DTSTART;TZID=Europe/Paris:20221004T090000");
    assert!(visit.contains(&"SUMMARY:Premier rendez-vous".to_owned()));
    let text = lines.join("\n");
    for word in ["Chez elle", "Sonner", "Hospitalisée", "LOCATION", "DESCRIPTION"] {
        assert!(!text.contains(word), "{word}");
    }
}

async fn the_addresses_of_a_calendar_end_with_the_account(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let (path, _) = link(&api, &cast.advisor).await;
    api.get(&path).send().await.expect(200);
    let account = format!("/v1/accounts/{}", cast.advisor.id);
    api.delete(&account).by(&cast.coordinator).send().await.expect(204);
    assert_eq!(api.get(&path).send().await.status, 404);
    let connection = &mut database.connect();
    assert_eq!(
        sql::count(connection, "calendar_links", "true"),
        0,
        "coming back brings none back"
    );
}

async fn somebody_has_ten_addresses_at_most(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    for _ in 0..10 {
        link(&api, &cast.advisor).await;
    }
    let body = json!({"name": "Tablette"});
    let one_more = api.post("/v1/me/calendar-links").by(&cast.advisor).json(&body);
    assert_eq!(one_more.send().await.failure(), (409, "too_many".to_owned()));
    link(&api, &cast.colleague).await;
}

async fn everybody_reads_what_is_public_where_the_organisation_publishes(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let place = round(&api, &cast).await;
    let hidden = json!({"name": "Dépôt", "commune_code": "72181"});
    put(
        &api,
        &cast.coordinator,
        "/v1/places/0198f3c2-7c1e-7d2a-8f16-000000000003",
        &hidden,
        201,
    )
    .await;
    for (number, place, public) in [
        (11, place.as_str(), false),
        (12, "0198f3c2-7c1e-7d2a-8f16-000000000003", true),
        (13, place.as_str(), true),
    ] {
        let body = json!({
            "kind": "workshop", "day": "2022-10-06", "from": "14:00", "to": "16:00", "place_id": place, "public": public,
            "note": "Interne"
        });
        let path = format!("/v1/planned-sessions/0198f3c2-7c1e-7d2a-8f16-0000000000{number}");
        put(&api, &cast.coordinator, &path, &body, 201).await;
    }
    let (calendar, json_form) = ("/open/le-mans/calendar.ics", "/open/le-mans/calendar.json");
    assert_eq!(api.get(calendar).send().await.status, 404);
    let settings = json!({
        "name": "Le Mans Métropole", "time_zone": "Europe/Paris", "working_days": ["monday"], "slug": "le-mans",
        "publishes": true
    });
    put(&api, &cast.coordinator, "/v1/organisation", &settings, 200).await;
    let lines = lines(&api, calendar).await;
    let uids: Vec<&String> = lines.iter().filter(|line| line.starts_with("UID:")).collect();
    let expected = [
        format!("UID:{SCHEDULE}@quotidien"),
        "UID:0198f3c2-7c1e-7d2a-8f16-000000000013@quotidien".to_owned(),
    ];
    assert_eq!(uids, expected.iter().collect::<Vec<_>>());
    assert!(!lines.join("\n").contains("Interne"));
    let listed = api.get(json_form).send().await.expect(200).json();
    assert_eq!(
        (&listed["name"], &listed["time_zone"]),
        (&json!("Le Mans Métropole"), &json!("Europe/Paris"))
    );
    let first = json!({
        "planned_session_id": computed("2022-10-04").rsplit('/').next().unwrap(), "kind": "stop", "day": "2022-10-04",
        "from": "09:00", "to": "12:00", "place": "Médiathèque; annexe, sud", "address": "54 rue du Port",
        "commune_code": "72181", "capacity": null, "cancelled": false
    });
    assert_eq!(listed["items"][0], first);
    let days: Vec<&str> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["day"].as_str().unwrap())
        .collect();
    assert_eq!(&days[..3], ["2022-10-04", "2022-10-06", "2022-10-18"]);
}

async fn a_zone_is_told_with_both_changes_of_the_hour(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    round(&api, &cast).await;
    let (path, _) = link(&api, &cast.advisor).await;
    let lines = lines(&api, &path).await;
    let zone: Vec<&str> = lines
        .iter()
        .map(String::as_str)
        .skip_while(|line| *line != "BEGIN:VTIMEZONE")
        .take_while(|line| *line != "END:VTIMEZONE")
        .collect();
    for observance in [
        [
            "BEGIN:STANDARD",
            "DTSTART:20221030T030000",
            "TZOFFSETFROM:+0200",
            "TZOFFSETTO:+0100",
            "TZNAME:CET",
        ],
        [
            "BEGIN:DAYLIGHT",
            "DTSTART:20230326T020000",
            "TZOFFSETFROM:+0100",
            "TZOFFSETTO:+0200",
            "TZNAME:CEST",
        ],
    ] {
        assert!(
            zone.windows(5).any(|found| found == observance),
            "{observance:?}: {zone:#?}"
        );
    }
}
