//! Clients that send too slowly, read too slowly or ask for too much at once: what only a real server shows. Where a test is of
//! the listener alone, and asks nothing of the database, it runs on SQLite's, which is the quicker to make.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use quotidien::http::{Browsers, HeavyReads, Terms, server};
use serde_json::{Value, json};

use crate::http::report;
use crate::serving::{Serving, ask_at};
use crate::support::api::Api;
use crate::support::database::{Engine, TestDatabase, on_both_databases};

on_both_databases!(
    clients_that_do_not_read_take_two_places_of_their_caller_for_a_while,
    a_server_that_is_told_to_stop_waits_for_no_slow_body,
    as_many_connections_are_taken_as_leave_files_for_the_database,
);

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

/// Of the listener alone: nobody's request is read to its end.
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

/// The program, in a process that may open so many files, as `ulimit` takes it.
fn with_files(limit: &str) -> Command {
    let mut program = Command::new("sh");
    let limited = format!("ulimit {limit}; exec \"$0\" \"$@\"");
    program.args(["-c", &limited, env!("CARGO_BIN_EXE_quotidien")]);
    program
}

/// A server whose process may open 256 files unless it asks for more, which systems such as Debian let it do. Of the listener
/// alone: nobody's request is read to its end.
#[test]
fn connections_that_send_half_a_body_keep_nobody_out() {
    let database = TestDatabase::migrated(Engine::Sqlite).unwrap();
    let server = Serving::started_by(with_files("-Sn 256"), &database, Stdio::null());
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

#[test]
fn connections_are_bounded_by_the_files_that_the_process_may_open() {
    let connections = |files| Terms::with_files(files).connections;
    let few = [1, 2, 100, 256, 257].map(connections);
    assert_eq!(few, [1, 1, 50, 128, 129], "of few files half are for something else");
    let many = [1024, 16_384 + 127, 16_384 + 128, 65_536, u64::MAX].map(connections);
    assert_eq!(many, [896, 16_383, 16_384, 16_384, 16_384]);
}

/// A connection that has sent a request.
fn asking(server: &Serving, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).unwrap();
    ask_on(&mut stream, path);
    stream
}

fn ask_on(stream: &mut TcpStream, path: &str) {
    let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
}

/// The first line of what a connection brings within a time, if anything.
fn status_on(stream: &mut TcpStream, within: Duration) -> Option<String> {
    stream.set_read_timeout(Some(within)).unwrap();
    let mut answer = [0; 4096];
    match stream.read(&mut answer) {
        Ok(read) => String::from_utf8_lossy(&answer[..read])
            .lines()
            .next()
            .map(str::to_owned),
        Err(error) if error.kind() == ErrorKind::WouldBlock => None,
        Err(error) => panic!("{error}"),
    }
}

/// A server whose process may open 128 files, whatever it asks for: half of them are connections. Who comes then waits for one of
/// them to be closed, and is not turned away.
async fn as_many_connections_are_taken_as_leave_files_for_the_database(database: TestDatabase) {
    let server = Serving::started_by(with_files("-n 128"), &database, Stdio::null());
    let (soon, moment) = (Duration::from_secs(20), Duration::from_millis(300));
    let ok = Some("HTTP/1.1 200 OK".to_owned());
    // They are taken in the order in which they come, by threads that have an equal share of them.
    let mut connections: Vec<TcpStream> = (0..80).map(|_| asking(&server, "/healthz")).collect();
    for taken in &mut connections[..32] {
        assert_eq!(status_on(taken, soon), ok);
    }
    let mut last = connections.pop().unwrap();
    assert_eq!(status_on(&mut last, moment), None, "there are 64 connections");
    // As many readers as there are find files of the database to open.
    for reading in &mut connections[..16] {
        ask_on(reading, "/readyz");
    }
    for reading in &mut connections[..16] {
        assert_eq!(status_on(reading, soon), ok);
    }
    drop(connections);
    assert_eq!(status_on(&mut last, soon), ok);
}

/// An intervention with the longest texts that it may have.
pub(crate) fn wordy() -> Value {
    json!({
        "kind": "individual", "participants": 1, "duration_minutes": 30, "setting": "advisor_site",
        "themes": ["email"], "place_name": "é".repeat(200), "note": "é".repeat(2000)
    })
}

/// Two readers who do not read hold the places of their caller, whom nobody else waits for; and not for ever.
async fn clients_that_do_not_read_take_two_places_of_their_caller_for_a_while(database: TestDatabase) {
    let mut application = None;
    let api = Api::set_up(&database, Browsers::default(), |mut set_up| {
        set_up.heavy_reads = Arc::new(HeavyReads::waiting(Duration::from_millis(200)));
        application = Some(set_up.clone());
        set_up
    })
    .await;
    let cast = api.cast().await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let terms = Terms {
        unread: Duration::from_secs(2),
        heeds_signals: false,
        ..Terms::with_files(1024)
    };
    let server = server(application.unwrap(), listener, terms).unwrap();
    let handle = server.handle();
    let ended = actix_web::rt::spawn(server);
    let large = report(&vec![wordy(); 100]);
    let put = async |day: u32| {
        let put = api
            .put(&cast.advisor.report(&format!("2022-05-{day:02}")))
            .by(&cast.advisor);
        put.json(&large).send().await.status
    };
    // More than what systems keep of an answer between who sends it and who does not read.
    for day in 1..=12 {
        assert_eq!(put(day).await, 201);
    }
    let token = api.token(&cast.advisor);
    let unread: Vec<TcpStream> = (0..2)
        .map(|_| {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            let head =
                format!("GET /v1/me/export HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n");
            stream.write_all(head.as_bytes()).unwrap();
            // The head of the answer has come once its first byte has.
            stream.read_exact(&mut [0]).unwrap();
            stream
        })
        .collect();
    let read = async |path: &str| api.get(path).by(&cast.advisor).send().await;
    // However the path is written.
    for path in ["/v1/me/export", "/v1/me/%65xport"] {
        let refused = read(path).await;
        assert_eq!(refused.failure(), (429, "too_many_requests".to_owned()), "{path}");
    }
    assert_eq!((put(31).await, read("/v1/me").await.status), (201, 200));
    let begun = Instant::now();
    while read("/v1/reports?limit=1").await.status != 200 {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "the places are not given back"
        );
    }
    let whole = read("/v1/me/export").await.expect(200).json();
    assert_eq!(whole["reports"].as_array().unwrap().len(), 13);
    for mut stream in unread {
        let mut sent = Vec::new();
        drop(stream.read_to_end(&mut sent));
        assert!(
            sent.len() < 12 * large.to_string().len(),
            "the rest of the answer is not kept for its reader"
        );
    }
    handle.stop(false).await;
    ended.await.unwrap().unwrap();
}

/// Container runtimes kill after ten seconds what was told to stop.
async fn a_server_that_is_told_to_stop_waits_for_no_slow_body(database: TestDatabase) {
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
/// looks as if the request had failed. Of the listener alone: what is asked for asks nothing of the database.
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

/// What nobody uses is closed: an idle connection, and one that began a request and went no further. Of the listener alone: what
/// is asked for asks nothing of the database.
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
