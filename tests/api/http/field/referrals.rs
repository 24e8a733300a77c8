//! Referrals: from the call of a social worker to the visit and its end, without naming anybody.

use quotidien::domain::api_key::Scope;
use quotidien::domain::nomenclature::ClosedList as _;
use quotidien::storage::AnyConnection;
use serde_json::{Value, json};

use crate::jobs::run;
use crate::support::api::{Answer, Api, Cast, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::field::{of, referral};
use crate::support::sql;

on_both_databases!(
    a_referral_has_a_code_of_our_making_that_stays,
    only_the_advisor_and_the_coordinator_read_a_referral,
    an_advisor_takes_down_calls_for_themselves_alone,
    words_that_tell_who_somebody_is_are_refused_with_every_other_fault,
    how_far_a_referral_has_come_follows_from_what_is_planned,
    referrals_are_listed_the_last_first_page_by_page,
    what_is_personal_is_forgotten_some_months_after_the_closing_and_the_counts_stay,
    a_referral_that_nobody_closes_is_forgotten_too,
);

fn path(number: u32) -> String {
    format!("/v1/referrals/{}", id(number))
}

fn id(number: u32) -> String {
    format!("0198f3c2-7c1e-7d2a-8f14-{number:012}")
}

fn call(cast: &Cast) -> Value {
    of(referral(), &cast.advisor.id.to_string())
}

async fn put(api: &Api, by: &Person, number: u32, body: &Value) -> Answer {
    api.put(&path(number)).by(by).json(body).send().await
}

async fn get(api: &Api, by: &Person, number: u32) -> Answer {
    api.get(&path(number)).by(by).send().await
}

async fn a_referral_has_a_code_of_our_making_that_stays(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let created = put(&api, &cast.coordinator, 1, &call(&cast)).await.expect(201);
    assert_eq!(created.header("location"), Some(path(1).as_str()));
    let created = created.json();
    let code = created["code"].as_str().unwrap().to_owned();
    assert_eq!(code.len(), 6);
    let expected = json!({
        "referral_id": id(1), "version": 1, "updated_at": "2022-09-29T10:00:00Z",
        "updated_by": cast.coordinator.id.to_string(), "code": code, "state": "received", "visits": [],
        "first_visit_on": null, "first_visit_accompanied": null,
        "advisor_id": cast.advisor.id.to_string(), "received_on": "2022-09-28", "service": "social_worker",
        "partner_id": null,
        "contact": {"name": "Hélène Roy", "function": null, "email": null, "phone": "+33243474747"},
        "urgency": "week", "commune_code": "72181", "themes": ["health"], "note": "Préfère les matins",
        "directed_to": [], "closed": null
    });
    assert_eq!(created, expected);
    assert_eq!(
        put(&api, &cast.advisor, 1, &call(&cast)).await.expect(200).json(),
        expected
    );
    let mut urgent = call(&cast);
    urgent["urgency"] = json!("today");
    let changed = put(&api, &cast.advisor, 1, &urgent).await.expect(200).json();
    assert_eq!((&changed["version"], &changed["code"]), (&json!(2), &json!(code)));
    let read = get(&api, &cast.advisor, 1).await.expect(200);
    assert_eq!((read.header("etag"), read.json()), (Some("\"2\""), changed));
    assert_eq!(
        sql::count(&mut database.connect(), "audit_entries", "action = 'referral_written'"),
        2
    );
}

async fn only_the_advisor_and_the_coordinator_read_a_referral(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    put(&api, &cast.coordinator, 1, &call(&cast)).await.expect(201);
    for (person, status) in [
        (&cast.advisor, 200),
        (&cast.coordinator, 200),
        (&cast.colleague, 404),
        (&cast.foreign_coordinator, 404),
        (&cast.administrator, 403),
    ] {
        assert_eq!(get(&api, person, 1).await.status, status, "{person:?}");
    }
    let listed = api.get("/v1/referrals").by(&cast.colleague).send().await.expect(200);
    assert_eq!(listed.json()["items"], json!([]));
    let others = format!("/v1/referrals?advisor_id={}", cast.advisor.id);
    assert_eq!(api.get(&others).by(&cast.colleague).send().await.status, 403);
    // No program, whatever its key may do; and the changes that devices and programs follow tell of none.
    let (_, key) = api.key(&cast.coordinator, Scope::ALL).await;
    for asked in [path(1), "/v1/referrals".to_owned()] {
        assert_eq!(api.get(&asked).bearer(&key).send().await.status, 403);
    }
    let changes = api.get("/v1/changes").bearer(&key).send().await.expect(200);
    assert!(!String::from_utf8_lossy(&changes.body).contains(&id(1)));
}

async fn an_advisor_takes_down_calls_for_themselves_alone(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    put(&api, &cast.advisor, 1, &call(&cast)).await.expect(201);
    let mut of_colleague = call(&cast);
    of_colleague["advisor_id"] = json!(cast.colleague.id.to_string());
    assert_eq!(put(&api, &cast.advisor, 2, &of_colleague).await.failure().0, 403);
    assert_eq!(
        put(&api, &cast.advisor, 1, &of_colleague).await.failure().0,
        403,
        "nobody hands theirs over"
    );
    assert_eq!(
        put(&api, &cast.colleague, 1, &of_colleague).await.failure().0,
        404,
        "nor takes one"
    );
    put(&api, &cast.coordinator, 1, &of_colleague).await.expect(200);
    get(&api, &cast.colleague, 1).await.expect(200);
    assert_eq!(get(&api, &cast.advisor, 1).await.status, 404);
}

async fn words_that_tell_who_somebody_is_are_refused_with_every_other_fault(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let body = json!({
        "advisor_id": cast.advisor.id.to_string(), "received_on": "2022-09-30", "service": "police",
        "urgency": "soon", "commune_code": "x", "themes": ["magic"], "note": "12 rue des Acacias, 06 12 34 56 78",
        "directed_to": ["nobody"], "contact": {"name": " ", "email": "x"},
        "closed": {"on": "2022-09-29", "reason": "lost"}
    });
    let mut faults = put(&api, &cast.coordinator, 1, &body).await.expect(422).faults();
    faults.sort();
    let mut expected = [
        ("/received_on", "in_the_future"),
        ("/service", "unknown_code"),
        ("/urgency", "unknown_code"),
        ("/commune_code", "invalid_commune"),
        ("/themes/0", "unknown_code"),
        ("/note", "names_somebody"),
        ("/directed_to/0", "unknown_code"),
        ("/contact/name", "too_short"),
        ("/contact/email", "invalid_email"),
        ("/closed/on", "from_after_to"),
        ("/closed/reason", "unknown_code"),
    ]
    .map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    expected.sort();
    assert_eq!(faults, expected);
    let mut unknown = call(&cast);
    unknown["advisor_id"] = json!(cast.coordinator.id.to_string());
    unknown["partner_id"] = json!(id(9));
    let refused = put(&api, &cast.coordinator, 1, &unknown).await.expect(422);
    let fault = |pointer: &str| (pointer.to_owned(), "unknown_reference".to_owned());
    assert_eq!(refused.faults(), [fault("/advisor_id"), fault("/partner_id")]);
}

async fn how_far_a_referral_has_come_follows_from_what_is_planned(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    put(&api, &cast.coordinator, 1, &call(&cast)).await.expect(201);
    let visit = |day: &str| {
        json!({
            "kind": "first_visit", "day": day, "from": "09:00", "to": "10:00", "referral_id": id(1),
            "advisors": [cast.advisor.id.to_string()]
        })
    };
    let session = format!("/v1/planned-sessions/{}", id(7));
    let plan = async |body: &Value, status: u16| {
        let call = api.put(&session).by(&cast.advisor).json(body);
        call.send().await.expect(status);
        let read = get(&api, &cast.advisor, 1).await.expect(200).json();
        (read["state"].as_str().unwrap().to_owned(), read["visits"].clone())
    };
    let mut body = visit("2022-09-29");
    let named = json!([id(7)]);
    assert_eq!(plan(&body, 201).await, ("planned".to_owned(), named.clone()));
    body["cancelled"] = json!("Absente");
    assert_eq!(plan(&body, 200).await.0, "received");
    body = visit("2022-09-29");
    body["outcome"] = json!("held");
    assert_eq!(plan(&body, 200).await, ("held".to_owned(), named));
    let mut closed = call(&cast);
    closed["closed"] = json!({"on": "2022-09-29", "reason": "directed"});
    closed["directed_to"] = json!(["france_services"]);
    let closed = put(&api, &cast.advisor, 1, &closed).await.expect(200).json();
    assert_eq!(
        (&closed["state"], &closed["closed"]["reason"]),
        (&json!("closed"), &json!("directed"))
    );
    // A session names no referral that there is not, and a program names none.
    let mut unknown = visit("2022-10-04");
    unknown["referral_id"] = json!(id(9));
    let refused = api
        .put(&session)
        .by(&cast.advisor)
        .json(&unknown)
        .send()
        .await
        .expect(422);
    assert_eq!(
        refused.faults(),
        [("/referral_id".to_owned(), "unknown_reference".to_owned())]
    );
    let (_, key) = api.key(&cast.coordinator, &[Scope::FieldWrite]).await;
    assert_eq!(
        api.put(&session)
            .bearer(&key)
            .json(&visit("2022-10-04"))
            .send()
            .await
            .status,
        403
    );
    let other = format!("/v1/planned-sessions/{}", id(8));
    let by_program = api
        .put(&other)
        .bearer(&key)
        .json(&visit("2022-10-04"))
        .send()
        .await
        .expect(422);
    assert_eq!(
        by_program.faults(),
        [("/referral_id".to_owned(), "not_allowed_here".to_owned())]
    );
}

async fn referrals_are_listed_the_last_first_page_by_page(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    for (number, day) in [
        (1, "2022-09-27"),
        (2, "2022-09-29"),
        (3, "2022-09-27"),
        (4, "2022-09-28"),
    ] {
        let mut body = call(&cast);
        body["received_on"] = json!(day);
        if number == 4 {
            body["closed"] = json!({"on": "2022-09-29", "reason": "declined"});
        }
        put(&api, &cast.coordinator, number, &body).await.expect(201);
    }
    let list = async |query: &str| {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/v1/referrals?limit=2{query}{cursor}");
            let page = api.get(&path).by(&cast.advisor).send().await.expect(200).json();
            for item in page["items"].as_array().unwrap() {
                found.push(item["referral_id"].as_str().unwrap().to_owned());
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return found,
            }
        }
    };
    assert_eq!(list("").await, [2, 4, 3, 1].map(id));
    assert_eq!(list("&closed=true").await, [id(4)]);
    assert_eq!(list("&closed=false").await, [2, 3, 1].map(id));
}

async fn what_is_personal_is_forgotten_some_months_after_the_closing_and_the_counts_stay(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    put(&api, &cast.coordinator, 1, &call(&cast)).await.expect(201);
    let mut closed = call(&cast);
    closed["closed"] = json!({"on": "2022-09-29", "reason": "answered"});
    put(&api, &cast.coordinator, 1, &closed).await.expect(200);
    let visit = json!({
        "kind": "first_visit", "day": "2022-09-29", "from": "09:00", "to": "10:00", "referral_id": id(1),
        "place_name": "Chez elle, porte de gauche", "note": "Sonner deux fois", "advisors": [cast.advisor.id.to_string()]
    });
    let session = format!("/v1/planned-sessions/{}", id(7));
    api.put(&session)
        .by(&cast.advisor)
        .json(&visit)
        .send()
        .await
        .expect(201);
    let personal = ["Hélène Roy", "Préfère", "72181", "week", "Chez elle", "Sonner"];
    let connection = &mut database.connect();
    let kept = |connection: &mut AnyConnection| {
        let texts = sql::texts(
            connection,
            "SELECT content AS text FROM referrals UNION ALL SELECT content AS text FROM planned_sessions",
        );
        personal
            .iter()
            .filter(|word| texts.iter().any(|text| text.contains(**word)))
            .count()
    };
    run(&api, "2024-09-28T03:00:00Z").await.unwrap();
    assert_eq!(kept(connection), personal.len());
    run(&api, "2024-10-01T03:00:00Z").await.unwrap();
    assert_eq!(kept(connection), 0, "earlier versions included");
    let left = get(&api, &cast.coordinator, 1).await.expect(200).json();
    for field in ["code", "contact", "urgency", "commune_code", "note"] {
        assert_eq!(left[field], Value::Null, "{field}");
    }
    assert_eq!(
        (&left["service"], &left["themes"][0]),
        (&json!("social_worker"), &json!("health"))
    );
    // A device that sends it again brings nothing back.
    put(&api, &cast.coordinator, 1, &closed).await.expect(200);
    assert_eq!(kept(connection), 0);
}

async fn a_referral_that_nobody_closes_is_forgotten_too(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    put(&api, &cast.coordinator, 1, &call(&cast)).await.expect(201);
    run(&api, "2024-10-01T03:00:00Z").await.unwrap();
    let left = get(&api, &cast.coordinator, 1).await.expect(200).json();
    assert_eq!((&left["code"], &left["contact"]), (&Value::Null, &Value::Null));
}
