//! Whatever method, path, query, headers and body a request has, its answer is well-formed, and a request that fails
//! changes nothing.

use actix_web::http::Method;
use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;

use super::{report, workshop};
use crate::support::api::{Answer, Api, Cast};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::{random, sql};

on_both_databases!(anything_gets_a_well_formed_answer_and_changes_nothing_unless_it_succeeds);

const REQUESTS: usize = 400;

async fn anything_gets_a_well_formed_answer_and_changes_nothing_unless_it_succeeds(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = cast.advisor.report("2022-05-03");
    api.put(&path)
        .by(&cast.advisor)
        .json(&report(&[workshop()]))
        .send()
        .await
        .expect(201);
    let mut rng = random::draws(random::seed());
    let mut before = state(&database);
    let mut statuses = std::collections::BTreeMap::new();
    for _ in 0..REQUESTS {
        let (asked, answer) = send(&mut rng, &api, &cast).await;
        assert_well_formed(&asked, &answer);
        *statuses.entry(answer.status).or_insert(0) += 1;
        let after = state(&database);
        if !(200..300).contains(&answer.status) {
            assert_eq!(before, after, "{asked} → {}", answer.status);
        }
        before = after;
    }
    assert!(statuses.len() > 5, "the requests are of many kinds: {statuses:?}");
}

/// What is stored of reports, interventions, sessions and tallies, in sorted lines.
fn state(database: &TestDatabase) -> Vec<String> {
    let query = "SELECT advisor_id || ' ' || version AS text FROM reports UNION ALL \
        SELECT intervention_id AS text FROM interventions UNION ALL \
        SELECT session_id AS text FROM sessions UNION ALL SELECT details AS text FROM tallies";
    let mut rows = sql::texts(&mut database.connect(), query);
    rows.sort();
    rows
}

fn assert_well_formed(asked: &str, answer: &Answer) {
    assert!(answer.header("x-request-id").is_some(), "{asked}");
    let failed = answer.status >= 400;
    assert!(answer.status < 500, "{asked} → {}", answer.status);
    if failed {
        let problem = answer.json();
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json"),
            "{asked}"
        );
        assert_eq!(problem["status"], answer.status, "{asked}");
        assert!(problem["code"].is_string() && problem["errors"].is_array(), "{asked}");
    }
}

/// Sends a request each part of which is right, nearly right, or drawn by chance.
async fn send(rng: &mut StdRng, api: &Api, cast: &Cast) -> (String, Answer) {
    let methods = [
        "GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW",
    ];
    let method: Method = methods.choose(rng).unwrap().parse().unwrap();
    let path = path(rng, cast);
    let mut call = api.call(method.clone(), &path);
    if rng.random_bool(0.8) {
        let person = [&cast.advisor, &cast.coordinator, &cast.foreign_coordinator]
            .choose(rng)
            .copied();
        call = call.by(person.unwrap());
    } else {
        call = call.header("Authorization", &text(rng, 30));
    }
    for name in [
        "If-Match",
        "If-None-Match",
        "Accept",
        "Accept-Language",
        "X-Request-Id",
        "Content-Encoding",
    ] {
        if rng.random_bool(0.15) {
            let known = ["*", "\"1\"", "W/\"1\"", "text/csv", "en;q=x", "", ",,,"];
            let value = if rng.random_bool(0.5) {
                (*known.choose(rng).unwrap()).to_owned()
            } else {
                text(rng, 20)
            };
            call = call.header(name, &value);
        }
    }
    if rng.random_bool(0.7) {
        call = call.bytes(&body(rng));
    }
    if rng.random_bool(0.1) {
        call = call.header("content-type", &text(rng, 12));
    }
    (format!("{method} {path}"), call.send().await)
}

fn path(rng: &mut StdRng, cast: &Cast) -> String {
    let day = cast.advisor.report("2022-05-03");
    let known = [
        day.clone(),
        format!("{day}/interventions/0198f3c2-7c1e-7d2a-8f00-0242ac120002"),
        "/v1/reports".to_owned(),
        "/v1/statistics/monthly".to_owned(),
        "/v1/sessions".to_owned(),
        "/v1/sessions/refresh".to_owned(),
        "/v1/browser-sessions/current".to_owned(),
        "/v1/me".to_owned(),
        "/docs/index.html".to_owned(),
        "/problems/not_found".to_owned(),
        "/".to_owned(),
    ];
    let mut path = known.choose(rng).unwrap().clone();
    if rng.random_bool(0.4) {
        let mut parts: Vec<String> = path.split('/').map(str::to_owned).collect();
        let index = rng.random_range(1..parts.len());
        parts[index] = encoded(rng, 12);
        path = parts.join("/");
    }
    if rng.random_bool(0.4) {
        let names = ["from", "to", "limit", "cursor", "advisor_id", "lang", "format", "x"];
        let values = [
            "2022-05",
            "2022-05-03",
            "1",
            "fr",
            "csv",
            "",
            "-1",
            "99999999999999999999",
        ];
        let pairs = (0..rng.random_range(1..4)).map(|_| {
            let value = if rng.random_bool(0.5) {
                (*values.choose(rng).unwrap()).to_owned()
            } else {
                encoded(rng, 8)
            };
            format!("{}={value}", names.choose(rng).unwrap())
        });
        let pairs: Vec<String> = pairs.collect();
        path = format!("{path}?{}", pairs.join("&"));
    }
    path
}

/// Any bytes, percent-encoded where an address cannot hold them.
fn encoded(rng: &mut StdRng, most: usize) -> String {
    let length = rng.random_range(0..most);
    let byte = |rng: &mut StdRng| {
        let byte: u8 = rng.random();
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    (0..length).map(|_| byte(rng)).collect()
}

/// Text that a header can hold.
fn text(rng: &mut StdRng, most: usize) -> String {
    let length = rng.random_range(0..most);
    (0..length)
        .map(|_| char::from(rng.random_range(0x20..0x7f_u8)))
        .collect()
}

/// A sound body, one with bytes changed, or any bytes.
fn body(rng: &mut StdRng) -> Vec<u8> {
    let mut bytes = match rng.random_range(0..3) {
        0 => report(&[workshop()]).to_string().into_bytes(),
        1 => workshop().to_string().into_bytes(),
        _ => (0..rng.random_range(0..60)).map(|_| rng.random()).collect(),
    };
    if !bytes.is_empty() && rng.random_bool(0.5) {
        for _ in 0..rng.random_range(1..4) {
            let index = rng.random_range(0..bytes.len());
            bytes[index] = rng.random();
        }
    }
    bytes
}
