//! Clients that send too slowly, read too slowly or ask for too much at once: what only a real server shows. It is a matter of
//! its listener, whichever the database: SQLite's is the quicker to make.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::command_line::quotidien;
use crate::http::report;
use crate::serving::{Serving, ask_at};
use crate::support::database::{Engine, TestDatabase};

/// How long a body may take to come, and somewhat more.
const BODY_DEADLINE: Duration = Duration::from_secs(40);

/// The beginning of a request: its head and one byte of its body.
fn half_sent(server: &Serving, request_line: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).unwrap();
    let head = format!(
        "{request_line} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

/// All that a connection brings until the server closes it.
fn until_closed(stream: &mut TcpStream, within: Duration) -> String {
    stream.set_read_timeout(Some(within)).unwrap();
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if error.kind() != ErrorKind::ConnectionReset => panic!("{error}"),
        _ => String::from_utf8_lossy(&answer).into_owned(),
    }
}

#[test]
fn a_body_that_does_not_come_is_answered_in_time_and_its_connection_is_closed() {
    let database = TestDatabase::migrated(Engine::Sqlite).unwrap();
    let server = Serving::on(&database, Stdio::null());
    let mut waiting = half_sent(&server, "POST /v1/sessions");
    let mut not_asked_for = half_sent(&server, "GET /healthz");
    let answer = until_closed(&mut waiting, BODY_DEADLINE);
    assert!(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{answer}");
    assert!(answer.contains("\"code\":\"request_timeout\""), "{answer}");
    assert!(answer.to_lowercase().contains("\r\nconnection: close\r\n"), "{answer}");
    let answer = until_closed(&mut not_asked_for, BODY_DEADLINE);
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

/// A server whose process may open 256 files unless it asks for more, which systems such as Debian let it do.
#[test]
fn connections_that_send_half_a_body_keep_nobody_out() {
    let database = TestDatabase::migrated(Engine::Sqlite).unwrap();
    let mut few_files = Command::new("sh");
    few_files.args([
        "-c",
        "ulimit -Sn 256; exec \"$0\" \"$@\"",
        env!("CARGO_BIN_EXE_quotidien"),
    ]);
    let server = Serving::started_by(few_files, &database, Stdio::null());
    let stalled: Vec<TcpStream> = (0..400).map(|_| half_sent(&server, "POST /v1/sessions")).collect();
    let begun = Instant::now();
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200", "after {:?}", begun.elapsed());
    drop(stalled);
}

/// The identifier and an access token of an advisor of a new organisation, who signs in.
fn signed_in(database: &TestDatabase, server: &Serving) -> (String, String) {
    let url = database.address();
    let made = quotidien(&["organisation", "create", "Le Mans Métropole"], Some(&url), "");
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    let organisation = made["organisation_id"].as_str().unwrap();
    let (email, password) = ("amelie@example.org", "première phrase de passe");
    let arguments = [
        "account",
        "create",
        "--organisation",
        organisation,
        "--role",
        "advisor",
        "--name",
        "Amélie",
    ];
    let arguments = [&arguments[..], &["--email", email, "--password-stdin"]].concat();
    let made = quotidien(&arguments, Some(&url), password);
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    let body = json!({"email": email, "password": password});
    let (status, tokens) = ask_at(server, "POST", "/v1/sessions", None, None, &body);
    assert_eq!(status, 201);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&made["account_id"]), text(&tokens["access_token"]))
}

/// An intervention with the longest texts that it may have.
pub(crate) fn wordy() -> Value {
    json!({
        "kind": "individual", "participants": 1, "duration_minutes": 30, "setting": "advisor_site",
        "themes": ["email"], "place_name": "é".repeat(200), "note": "é".repeat(2000)
    })
}

/// Two readers who do not read hold the places of their caller, whom nobody else waits for; and not for ever.
#[test]
fn clients_that_do_not_read_take_two_places_of_their_caller_for_a_while() {
    let database = TestDatabase::migrated(Engine::Sqlite).unwrap();
    let server = Serving::on(&database, Stdio::null());
    let (id, token) = signed_in(&database, &server);
    let large = report(&vec![wordy(); 100]);
    let put = |day: u32| {
        let path = format!("/v1/advisors/{id}/reports/2022-05-{day:02}");
        ask_at(&server, "PUT", &path, Some(&token), None, &large).0
    };
    for day in 1..=30 {
        assert_eq!(put(day), 201);
    }
    let read = |path: &str| ask_at(&server, "GET", path, Some(&token), None, &Value::Null);
    let unread: Vec<TcpStream> = (0..2)
        .map(|_| {
            let mut stream = TcpStream::connect(server.address).unwrap();
            let head =
                format!("GET /v1/me/export HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n");
            stream.write_all(head.as_bytes()).unwrap();
            // The head of the answer has come once its first byte has.
            stream.read_exact(&mut [0]).unwrap();
            stream
        })
        .collect();
    let (status, refused) = read("/v1/me/export");
    assert_eq!((status, &refused["code"]), (429, &json!("too_many_requests")));
    assert_eq!((put(31), read("/v1/me").0), (201, 200));
    let begun = Instant::now();
    while read("/v1/reports?limit=1").0 != 200 {
        assert!(
            begun.elapsed() < Duration::from_secs(90),
            "the places are not given back"
        );
    }
    drop(unread);
    let (status, whole) = read("/v1/me/export");
    assert_eq!((status, whole["reports"].as_array().unwrap().len()), (200, 31));
}

/// Container runtimes kill after ten seconds what was told to stop.
#[test]
fn a_server_that_is_told_to_stop_waits_for_no_slow_body() {
    let database = TestDatabase::migrated(Engine::Sqlite).unwrap();
    let server = Serving::on(&database, Stdio::null());
    // The server listens before it is ready to be told anything.
    assert_eq!(ask_at(&server, "GET", "/healthz", None, None, &Value::Null).0, 200);
    let slow = half_sent(&server, "POST /v1/sessions");
    std::thread::sleep(Duration::from_millis(500));
    let took = server.stop();
    assert!(took < Duration::from_secs(9), "{took:?}");
    drop(slow);
}

/// Proxies and other clients keep connections for their next request; one that a server closes while that request is on its way
/// looks as if the request had failed.
#[test]
fn a_connection_that_is_idle_stays_open_for_a_while_and_keeps_no_server_from_stopping() {
    let database = TestDatabase::migrated(Engine::Sqlite).unwrap();
    let server = Serving::on(&database, Stdio::null());
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    for idle in [Duration::ZERO, Duration::from_secs(8)] {
        std::thread::sleep(idle);
        stream
            .write_all(b"HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .unwrap();
        let mut answer = [0; 2048];
        let read = stream.read(&mut answer).unwrap();
        assert!(
            answer[..read].starts_with(b"HTTP/1.1 200"),
            "after {idle:?}: {read} bytes"
        );
    }
    let took = server.stop();
    assert!(took < Duration::from_secs(5), "{took:?}");
}

/// What nobody uses is closed: an idle connection, and one that began a request and went no further.
#[test]
fn a_connection_that_nobody_uses_any_more_is_closed() {
    let database = TestDatabase::migrated(Engine::Sqlite).unwrap();
    let server = Serving::on(&database, Stdio::null());
    for (sent, least, most) in [
        // As `docs/operations.md` says of connections between two requests.
        ("HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 25, 40),
        ("HEAD /healthz HTTP/1.1\r\nHost: loc", 1, 40),
    ] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        let begun = Instant::now();
        stream.write_all(sent.as_bytes()).unwrap();
        until_closed(&mut stream, Duration::from_secs(50));
        let took = begun.elapsed();
        let expected = Duration::from_secs(least)..Duration::from_secs(most);
        assert!(expected.contains(&took), "{sent:?}: {took:?}");
    }
}
