//! Bad input gets the contract's answer in both languages, and changes nothing.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::{report, workshop};
use crate::support::api::{Answer, Api};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    a_body_of_the_wrong_shape_is_refused_with_one_pointer,
    values_that_break_rules_are_all_named,
    who_calls_comes_before_what_is_asked,
    a_path_that_is_not_valid_is_refused_whoever_asks,
    large_bodies_and_other_media_types_are_refused,
    unknown_paths_and_methods_are_problems_too,
    head_answers_like_get_and_options_lists_the_methods,
    problems_speak_both_languages,
    every_answer_carries_the_identifier_of_its_request,
);

const PATH_DAY: &str = "2022-05-03";

/// Asserts that an answer is a well-formed problem of this code, with these faults.
#[track_caller]
fn assert_problem(answer: &Answer, status: u16, code: &str, faults: &[(&str, &str)]) {
    let body = answer.json();
    assert_eq!(answer.failure(), (status, code.to_owned()), "{body}");
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!(body["type"], format!("/problems/{code}"));
    assert_eq!(body["status"], status);
    let request = body["instance"].as_str().unwrap().strip_prefix("urn:uuid:").unwrap();
    assert_eq!(answer.header("x-request-id"), Some(request));
    for field in ["title", "detail"] {
        assert!(!body[field].as_str().unwrap().is_empty());
    }
    let expected: Vec<(String, String)> = faults
        .iter()
        .map(|(place, code)| ((*place).to_owned(), (*code).to_owned()))
        .collect();
    assert_eq!(answer.faults(), expected);
}

/// Bodies of the wrong shape, each with the pointer and the code of its fault.
fn misshapen_bodies() -> Vec<(String, &'static str, &'static str)> {
    let with = |field: &str, value: &str| {
        let mut body = report(&[workshop()]);
        body["interventions"][0][field] = "PLACE".into();
        body.to_string().replace("\"PLACE\"", value)
    };
    let brackets = "[".repeat(100_000);
    let mut bodies = vec![
        (String::new(), "", "syntax"),
        ("{".to_owned(), "", "syntax"),
        ("{} {}".to_owned(), "", "syntax"),
        ("null".to_owned(), "", "wrong_type"),
        ("[]".to_owned(), "", "wrong_type"),
        ("{\"note\": null}".to_owned(), "/note", "wrong_type"),
        ("{\"note\": \"\\ud800\"}".to_owned(), "/note", "syntax"),
        ("{\"note\": 3}".to_owned(), "/note", "wrong_type"),
        ("{\"colour\": 3}".to_owned(), "/colour", "unknown_field"),
        ("{\"a/b~c\": 3}".to_owned(), "/a~1b~0c", "unknown_field"),
        (
            "{\"note\": \"a\", \"note\": \"a\"}".to_owned(),
            "/note",
            "duplicate_field",
        ),
        (
            "{\"interventions\": [[\"workshop\"]]}".to_owned(),
            "/interventions/0",
            "wrong_type",
        ),
        (
            "{\"interventions\": [{}]}".to_owned(),
            "/interventions/0/kind",
            "missing_field",
        ),
        (with("themes", "{}"), "/interventions/0/themes", "wrong_type"),
        (with("themes", "[3]"), "/interventions/0/themes/0", "wrong_type"),
        (with("id", "null"), "/interventions/0/id", "wrong_type"),
        (
            with("genders", "{\"male\": 1, \"male\": 1}"),
            "/interventions/0/genders/male",
            "duplicate_field",
        ),
        (
            with("genders", "{\"male\": null}"),
            "/interventions/0/genders/male",
            "wrong_type",
        ),
        (
            with("undisclosed", "3"),
            "/interventions/0/undisclosed",
            "unknown_field",
        ),
        (brackets.clone(), "", "wrong_type"),
        (
            format!("{{\"interventions\": {brackets}"),
            "/interventions/0",
            "wrong_type",
        ),
    ];
    for value in ["1.5", "\"9\"", "null", &"9".repeat(30), "9223372036854775808"] {
        bodies.push((
            with("participants", value),
            "/interventions/0/participants",
            "wrong_type",
        ));
    }
    bodies
}

async fn a_body_of_the_wrong_shape_is_refused_with_one_pointer(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = cast.advisor.report(PATH_DAY);
    for (body, pointer, code) in misshapen_bodies() {
        let answer = api.put(&path).by(&cast.advisor).text(&body).send().await;
        assert_problem(&answer, 400, "malformed_body", &[(pointer, code)]);
    }
    let answer = api
        .put(&path)
        .by(&cast.advisor)
        .bytes(b"{\"note\": \"\xff\"}")
        .send()
        .await;
    assert_problem(&answer, 400, "malformed_body", &[("/note", "syntax")]);
    assert_eq!(api.get(&path).by(&cast.advisor).send().await.status, 404);
}

async fn values_that_break_rules_are_all_named(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = cast.advisor.report(PATH_DAY);
    let body = json!({
        "absence": "holiday", "note": "a\u{0}b", "recorded_at": "2022-05-03",
        "interventions": [{
            "id": "1", "kind": "meeting", "participants": -1, "recurring_participants": 1001,
            "duration_minutes": 0, "setting": "moon", "principle": "none", "commune_code": "7218", "themes": [],
            "age_groups": {"undisclosed": 1}, "redirected_to": ["caf"], "first_visit_accompanied": true
        }]
    });
    let answer = api.put(&path).by(&cast.advisor).json(&body).send().await;
    let faults = answer.faults();
    let expected = [
        ("/absence", "unknown_code"),
        ("/note", "control_character"),
        ("/recorded_at", "invalid_instant"),
        ("/interventions", "not_allowed_here"),
        ("/interventions/0/id", "invalid_uuid"),
        ("/interventions/0/kind", "unknown_code"),
        ("/interventions/0/setting", "unknown_code"),
        ("/interventions/0/principle", "unknown_code"),
        ("/interventions/0/commune_code", "invalid_commune"),
        ("/interventions/0/themes", "too_few"),
        ("/interventions/0/age_groups/undisclosed", "unknown_code"),
        ("/interventions/0/participants", "out_of_range"),
        ("/interventions/0/duration_minutes", "out_of_range"),
        ("/interventions/0/recurring_participants", "out_of_range"),
        ("/interventions/0/redirected_to", "not_allowed_here"),
        ("/interventions/0/first_visit_accompanied", "not_allowed_here"),
    ];
    assert_problem(&answer, 422, "validation_failed", &expected);
    assert_eq!(faults.len(), expected.len());
    assert_eq!(api.get(&path).by(&cast.advisor).send().await.status, 404);
}

async fn who_calls_comes_before_what_is_asked(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let colleague = cast.colleague.report(PATH_DAY);
    let nobody = api.put("/v1/advisors/x/reports/y?z").text("{").send().await;
    assert_problem(&nobody, 401, "unauthenticated", &[]);
    let faulty_path = api
        .put("/v1/advisors/x/reports/y?z")
        .by(&cast.advisor)
        .text("{")
        .send()
        .await;
    let faults = [
        ("advisor_id", "invalid_uuid"),
        ("date", "invalid_date"),
        ("z", "unknown_parameter"),
    ];
    assert_problem(&faulty_path, 400, "invalid_parameter", &faults);
    let somebody_else = api.put(&colleague).by(&cast.advisor).text("{").send().await;
    assert_problem(&somebody_else, 403, "forbidden", &[]);
    let media_type = api
        .put(&colleague)
        .by(&cast.coordinator)
        .header("content-type", "text/plain")
        .send()
        .await;
    assert_problem(&media_type, 415, "unsupported_media_type", &[]);
    let unknown = "/v1/advisors/0198f3c2-7c1e-7d2a-8f00-0242ac120002/reports/2022-05-03";
    let body_first = api.put(unknown).by(&cast.coordinator).text("{").send().await;
    assert_problem(&body_first, 400, "malformed_body", &[("", "syntax")]);
    let values_first = api
        .put(unknown)
        .by(&cast.coordinator)
        .json(&json!({"absence": "x"}))
        .send()
        .await;
    assert_problem(&values_first, 422, "validation_failed", &[("/absence", "unknown_code")]);
    let then_unknown = api.put(unknown).by(&cast.coordinator).json(&json!({})).send().await;
    assert_problem(&then_unknown, 404, "not_found", &[]);
}

async fn a_path_that_is_not_valid_is_refused_whoever_asks(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    for date in [
        "2023-02-29",
        "2023-13-01",
        "2023-1-1",
        "0000-01-01",
        "+2023-01-01",
        "20230101",
        "today",
        "%20",
    ] {
        for person in [&cast.advisor, &cast.coordinator] {
            let path = cast.advisor.report(date);
            for method in [Method::GET, Method::PUT, Method::DELETE] {
                let answer = api.call(method, &path).by(person).json(&json!({})).send().await;
                assert_problem(&answer, 400, "invalid_parameter", &[("date", "invalid_date")]);
            }
        }
    }
    for id in [
        "x",
        "0198f3c27c1e7d2a8f000242ac120002",
        "%7B0198f3c2-7c1e-7d2a-8f00-0242ac120002%7D",
    ] {
        let path = format!("/v1/advisors/{id}/reports/2022-05-03");
        let answer = api.get(&path).by(&cast.advisor).send().await;
        assert_problem(&answer, 400, "invalid_parameter", &[("advisor_id", "invalid_uuid")]);
    }
}

async fn large_bodies_and_other_media_types_are_refused(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = cast.advisor.report(PATH_DAY);
    let body = json!({"note": "a".repeat(3_000_000)});
    let large = api.put(&path).by(&cast.advisor).json(&body).send().await;
    assert_problem(&large, 413, "body_too_large", &[]);
    let limit = 1 << 20;
    let filled = |length: usize| format!("{{{}}}", " ".repeat(length - 2));
    api.put(&path)
        .by(&cast.advisor)
        .text(&filled(limit))
        .send()
        .await
        .expect(201);
    let over = api.put(&path).by(&cast.advisor).text(&filled(limit + 1)).send().await;
    assert_problem(&over, 413, "body_too_large", &[]);
    for media_type in ["text/plain", "application/xml", "application/jsonx", ""] {
        let call = api
            .put(&path)
            .by(&cast.advisor)
            .text("{}")
            .header("content-type", media_type);
        assert_problem(&call.send().await, 415, "unsupported_media_type", &[]);
    }
    let charset = "Application/JSON; charset=utf-8";
    let call = api
        .put(&path)
        .by(&cast.advisor)
        .text("{}")
        .header("content-type", charset);
    call.send().await.expect(200);
}

async fn unknown_paths_and_methods_are_problems_too(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    for path in [
        "/nothing",
        "/v1",
        "/v1/reports/",
        "/healthz/",
        "//healthz",
        "/V1/reports",
    ] {
        for method in [Method::GET, Method::POST, Method::OPTIONS] {
            let answer = api.call(method, path).by(&cast.advisor).send().await;
            assert_problem(&answer, 404, "not_found", &[]);
        }
    }
    let day = cast.advisor.report(PATH_DAY);
    for (method, path, allow) in [
        (Method::POST, day.as_str(), "GET, HEAD, PUT, DELETE, OPTIONS"),
        (Method::PATCH, day.as_str(), "GET, HEAD, PUT, DELETE, OPTIONS"),
        (Method::GET, "/v1/sessions/refresh", "POST, OPTIONS"),
        (Method::HEAD, "/v1/sessions/refresh", "POST, OPTIONS"),
        (Method::DELETE, "/v1/reports", "GET, HEAD, OPTIONS"),
        (Method::TRACE, "/healthz", "GET, HEAD, OPTIONS"),
    ] {
        let answer = api.call(method, path).send().await;
        assert_problem(&answer, 405, "method_not_allowed", &[]);
        assert_eq!(answer.header("allow"), Some(allow));
    }
}

async fn head_answers_like_get_and_options_lists_the_methods(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = cast.advisor.report(PATH_DAY);
    api.put(&path)
        .by(&cast.advisor)
        .json(&json!({}))
        .send()
        .await
        .expect(201);
    let head = api.call(Method::HEAD, &path).by(&cast.advisor).send().await.expect(200);
    assert_eq!(head.header("etag"), Some("\"1\""));
    let absent = cast.advisor.report("2022-05-04");
    api.call(Method::HEAD, &absent)
        .by(&cast.advisor)
        .send()
        .await
        .expect(404);
    let options = api.call(Method::OPTIONS, &path).send().await.expect(204);
    assert_eq!(options.header("allow"), Some("GET, HEAD, PUT, DELETE, OPTIONS"));
}

async fn problems_speak_both_languages(database: TestDatabase) {
    let api = Api::on(&database).await;
    let french = api.get("/v1/me").send().await;
    assert_eq!(french.header("content-language"), Some("fr"));
    assert_eq!(french.json()["title"], "Connexion requise");
    let english = api.get("/v1/me?lang=en").send().await;
    assert_eq!(english.header("content-language"), Some("en"));
    assert_eq!(english.json()["title"], "Sign-in required");
    let accepted = api.get("/v1/me").header("Accept-Language", "en-GB").send().await;
    assert_eq!(accepted.json()["title"], "Sign-in required");
    let cast = api.cast().await;
    let fault = |answer: Answer| -> Value { answer.json()["errors"][0]["detail"].clone() };
    let path = "/v1/reports?limit=0";
    assert_eq!(
        fault(api.get(path).by(&cast.advisor).send().await),
        "Donnez un nombre entier de 1 à 200."
    );
    let path = "/v1/reports?limit=0&lang=en";
    assert_eq!(
        fault(api.get(path).by(&cast.advisor).send().await),
        "Give a whole number from 1 to 200."
    );
    let unknown = api.get("/v1/me?lang=de").by(&cast.advisor).send().await;
    assert_problem(&unknown, 400, "invalid_parameter", &[("lang", "invalid_value")]);
}

async fn every_answer_carries_the_identifier_of_its_request(database: TestDatabase) {
    let api = Api::on(&database).await;
    let id = "0198f3c2-7c1e-7d2a-8f00-0242ac120002";
    let answer = api.get("/healthz").header("X-Request-Id", id).send().await.expect(200);
    assert_eq!(answer.header("x-request-id"), Some(id));
    let forged = api
        .get("/healthz")
        .header("X-Request-Id", "x\" level=error")
        .send()
        .await;
    let given = forged.header("x-request-id").unwrap();
    assert!(uuid::Uuid::try_parse(given).is_ok(), "{given}");
}
