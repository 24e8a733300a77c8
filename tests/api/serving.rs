//! The program as a process that serves: what only a real socket and a real log show.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tracing::Level;
use uuid::Uuid;

use crate::command_line::quotidien;
use crate::support::api::Api;
use crate::support::database::{Engine, TestDatabase, on_both_databases};
use crate::support::log;
use crate::support::sql::{self, execute};

/// The secret that seals the signing keys of the servers in these tests.
const SECRET: &str = "un secret qui ne doit se lire nulle part";

/// A server in another process, which is killed when this is dropped.
pub(crate) struct Serving {
    pub(crate) address: SocketAddr,
    pub(crate) process: Child,
}

impl Serving {
    pub(crate) fn on(database: &TestDatabase, log: Stdio) -> Self {
        Self::started_by(Command::new(env!("CARGO_BIN_EXE_quotidien")), database, log)
    }

    /// A server that a command starts, which takes the arguments of the program.
    pub(crate) fn started_by(mut command: Command, database: &TestDatabase, log: Stdio) -> Self {
        // Nobody listened on this port a moment ago.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let process = command
            .arg("serve")
            .env("DATABASE_URL", database.address())
            .env("QUOTIDIEN_LISTEN", address.to_string())
            .env("QUOTIDIEN_LOG", "trace")
            .env("QUOTIDIEN_SECRET", SECRET)
            // The tests' reports are years old and must keep their notes; their requests come in quick succession.
            .env("QUOTIDIEN_NOTES_MONTHS", "1200")
            .env("QUOTIDIEN_REQUESTS_PER_MINUTE", "0")
            .env("QUOTIDIEN_SIGN_INS_PER_MINUTE", "0")
            .stderr(log)
            .spawn()
            .unwrap();
        let serving = Self { address, process };
        for _ in 0..600 {
            if TcpStream::connect(address).is_ok() {
                return serving;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the server does not listen");
    }

    /// Tells the server to stop, as a system does; how long it took.
    pub(crate) fn stop(mut self) -> Duration {
        let begun = Instant::now();
        self.tell_to_stop();
        self.process.wait().unwrap();
        begun.elapsed()
    }

    pub(crate) fn tell_to_stop(&self) {
        kill_process(Pid::from_child(&self.process), Signal::TERM).unwrap();
    }

    /// The first line of the answer to a request.
    fn status_line(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = [0; 1024];
        let read = stream.read(&mut answer).unwrap();
        String::from_utf8_lossy(&answer[..read])
            .lines()
            .next()
            .unwrap()
            .to_owned()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // A server that was stopped is gone.
        self.process.kill().ok();
        self.process.wait().unwrap();
    }
}

/// What reads the head of a request knows no database: SQLite's is the quicker to make.
#[test]
fn the_head_of_a_request_is_bounded() {
    let database = TestDatabase::migrated(Engine::Sqlite).unwrap();
    let server = Serving::on(&database, Stdio::null());
    let get = |headers: &str| server.status_line(&format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n"));
    let many = |count: usize| "X-Many: a\r\n".repeat(count);
    let long = |bytes: usize| format!("X-Long: {}\r\n", "a".repeat(bytes));
    for (inside, outside) in [(many(90), many(100)), (long(120_000), long(140_000))] {
        assert_eq!(get(&inside), "HTTP/1.1 200 OK");
        assert_eq!(get(&outside), "HTTP/1.1 431 Request Header Fields Too Large");
    }
    assert_eq!(get(""), "HTTP/1.1 200 OK");
}

/// Behind a proxy that nobody names all people share one limit of sign-ins: whoever runs the service learns it from the log.
async fn a_proxy_that_is_not_trusted_is_told_of_once(database: TestDatabase) {
    let log = tempfile::NamedTempFile::new().unwrap();
    let server = Serving::on(&database, log.reopen().unwrap().into());
    let sign_in = |headers: &str| {
        server.status_line(&format!(
            "POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"
        ))
    };
    let told = || {
        let log = std::fs::read_to_string(log.path()).unwrap();
        log.matches("name it in QUOTIDIEN_TRUSTED_PROXIES").count()
    };
    assert_eq!(sign_in(""), "HTTP/1.1 400 Bad Request");
    let valid = r#"{"email":"a@b","password":"une phrase quelconque"}"#;
    let through_a_proxy = |client: u8| {
        server.status_line(&format!(
            "POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 192.0.2.{client}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{valid}",
            valid.len()
        ))
    };
    assert_eq!(told(), 0);
    for client in 1..=3 {
        assert_eq!(through_a_proxy(client), "HTTP/1.1 401 Unauthorized");
    }
    // Lines are written beside the answers.
    let _written_in_time = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        told() > 0
    });
    assert_eq!(told(), 1);
}

on_both_databases!(
    a_proxy_that_is_not_trusted_is_told_of_once,
    each_line_of_the_log_is_json_with_its_time_its_level_and_its_request,
    no_secret_stands_in_any_line_of_the_log,
    a_log_that_nobody_reads_any_more_stops_no_write,
    a_service_whose_secret_was_lost_serves_again_with_a_new_one,
);

/// A request to a server; the status and the answer.
pub(crate) fn ask(serving: &Serving, method: &str, path: &str, token: Option<&str>, body: &Value) -> (u16, Value) {
    ask_at(serving, method, path, token, None, body)
}

/// Like `ask`, with an `If-Match` that names a version.
pub(crate) fn ask_at(
    serving: &Serving,
    method: &str,
    path: &str,
    token: Option<&str>,
    version: Option<i64>,
    body: &Value,
) -> (u16, Value) {
    let (status, text) = text_at(serving, method, path, token, version, body);
    (status, serde_json::from_str(&text).unwrap_or_default())
}

/// Like `ask_at`; the answer as it comes.
pub(crate) fn text_at(
    serving: &Serving,
    method: &str,
    path: &str,
    token: Option<&str>,
    version: Option<i64>,
    body: &Value,
) -> (u16, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut request = ureq::http::Request::builder()
        .method(method)
        .uri(format!("http://{}{path}", serving.address))
        .header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    if let Some(version) = version {
        request = request.header("if-match", format!("\"{version}\""));
    }
    let sent = if matches!(method, "PUT" | "POST") {
        body.to_string()
    } else {
        String::new()
    };
    let mut answer = agent.run(request.body(sent).unwrap()).unwrap();
    let text = answer
        .body_mut()
        .with_config()
        .limit(64 << 20)
        .read_to_string()
        .unwrap();
    (answer.status().as_u16(), text)
}

/// Makes an organisation and somebody in it on the command line; what is said of that person.
fn make_person(url: &str, role: &str, email: &str, password: &str) -> Value {
    let made = quotidien(&["organisation", "create", "Le Mans Métropole"], Some(url), "");
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    let organisation = made["organisation_id"].as_str().unwrap();
    let command = ["account", "create", "--name", "Nadège Lambert", "--password-stdin"];
    let whose = ["--organisation", organisation, "--role", role, "--email", email];
    let made = quotidien(&[&command[..], &whose].concat(), Some(url), password);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    serde_json::from_slice(&made.stdout).unwrap()
}

/// Makes an organisation and its coordinator on the command line.
pub(crate) fn make_coordinator(url: &str, email: &str, password: &str) {
    make_person(url, "coordinator", email, password);
}

/// The identifier and an access token of an advisor of a new organisation, who signs in.
pub(crate) fn signed_in(database: &TestDatabase, server: &Serving) -> (String, String) {
    let (email, password) = ("amelie@example.org", "première phrase de passe");
    let made = make_person(&database.address(), "advisor", email, password);
    let body = json!({"email": email, "password": password});
    let (status, tokens) = ask_at(server, "POST", "/v1/sessions", None, None, &body);
    assert_eq!(status, 201);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&made["account_id"]), text(&tokens["access_token"]))
}

async fn no_secret_stands_in_any_line_of_the_log(database: TestDatabase) {
    let (email, password) = ("nadege@example.org", "première phrase de passe");
    make_coordinator(&database.address(), email, password);
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut secrets = vec![SECRET.to_owned(), password.to_owned(), email.to_owned()];
    {
        let serving = Serving::on(&database, log.reopen().unwrap().into());
        let mut keep = |value: &Value| {
            secrets.push(value.as_str().unwrap().to_owned());
            value.as_str().unwrap().to_owned()
        };
        let sign_in = |password: &str| {
            ask(
                &serving,
                "POST",
                "/v1/sessions",
                None,
                &json!({"email": email, "password": password}),
            )
        };
        let wrong = keep(&json!("une phrase qui se trompe"));
        assert_eq!(sign_in(&wrong).0, 401);
        let (status, tokens) = sign_in(password);
        assert_eq!(status, 201);
        let (access, refresh) = (keep(&tokens["access_token"]), keep(&tokens["refresh_token"]));
        let renew = |token: &str| {
            ask(
                &serving,
                "POST",
                "/v1/sessions/refresh",
                None,
                &json!({"refresh_token": token}),
            )
        };
        let (status, renewed) = renew(&refresh);
        assert_eq!(status, 201);
        let (access_2, refresh_2) = (keep(&renewed["access_token"]), keep(&renewed["refresh_token"]));
        let person = json!({
            "role": "advisor", "name": "Élodie Garnier", "email": keep(&json!("elodie@example.org")),
            "activity_periods": [{"starts_on": "2020-01-01"}]
        });
        let (status, invited) = ask(&serving, "POST", "/v1/accounts", Some(&access), &person);
        assert_eq!(status, 201);
        let chosen = keep(&json!("quatre mots sans rapport"));
        let choice = json!({"token": keep(&invited["invitation"]["token"]), "password": chosen});
        assert_eq!(ask(&serving, "PUT", "/v1/passwords", None, &choice).0, 204);
        assert_eq!(ask(&serving, "PUT", "/v1/passwords", None, &choice).0, 422);
        let scopes = json!({"name": "Tableau de bord", "scopes": ["reports:read"]});
        let (status, key) = ask(&serving, "POST", "/v1/api-keys", Some(&access_2), &scopes);
        assert_eq!(status, 201);
        let key = keep(&key["token"]);
        assert_eq!(ask(&serving, "POST", "/v1/reports", Some(&key), &json!({})).0, 405);
        let forged = keep(&json!(format!("{access}forged")));
        assert_eq!(
            ask(&serving, "PUT", "/v1/organisation", Some(&forged), &json!({})).0,
            401
        );
        let note = keep(&json!("Madame Untel est malade"));
        let report = json!({"note": note, "interventions": []});
        let path = format!(
            "/v1/advisors/{}/reports/2022-05-03",
            invited["account"]["account_id"].as_str().unwrap()
        );
        assert_eq!(ask(&serving, "PUT", &path, Some(&access_2), &report).0, 201);
        // The first refresh token comes back after its successor was used, which the service logs.
        assert_eq!((renew(&refresh_2).0, renew(&refresh).0), (201, 401));
        // Lines are written beside the answers.
        let is_written = || std::fs::read_to_string(log.path()).unwrap().contains("came back");
        let _written_in_time = (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(20));
            is_written()
        });
    }
    let log = std::fs::read_to_string(log.path()).unwrap();
    assert!(
        log.contains("answered") && log.contains("came back"),
        "the log tells of all that: {log}"
    );
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret} stands in the log");
    }
}

/// What of a line of the log says when it was written, how grave it is, and of which request it is.
fn head_of_line(line: &Value) -> (Option<DateTime<Utc>>, Option<Level>, Option<&str>) {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    (
        text(&line["timestamp"]).and_then(|time| time.parse().ok()),
        text(&line["level"]).and_then(|level| level.parse().ok()),
        line["spans"][0]["id"].as_str(),
    )
}

async fn each_line_of_the_log_is_json_with_its_time_its_level_and_its_request(database: TestDatabase) {
    let begun = Utc::now();
    let log = tempfile::NamedTempFile::new().unwrap();
    let requests: [String; 3] = std::array::from_fn(|_| Uuid::now_v7().to_string());
    let mut server = Serving::on(&database, log.reopen().unwrap().into());
    let readiness = |id: &str| {
        server.status_line(&format!(
            "GET /readyz HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: {id}\r\n\r\n"
        ))
    };
    let schema = |statement: &str| sql::execute(&mut database.connect(), statement);
    assert_eq!(readiness(&requests[0]), "HTTP/1.1 200 OK");
    schema("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')");
    assert_eq!(readiness(&requests[1]), "HTTP/1.1 503 Service Unavailable");
    schema("DELETE FROM __diesel_schema_migrations WHERE version = '99991231000000'");
    assert_eq!(readiness(&requests[2]), "HTTP/1.1 200 OK");
    // Told to stop, it writes its last lines.
    server.tell_to_stop();
    assert!(server.process.wait().unwrap().success());
    let text = std::fs::read_to_string(log.path()).unwrap();
    let lines = log::lines(&text);
    let of_request = |id: &str| -> Vec<Value> {
        let are_of = |line: &&Value| head_of_line(line).2 == Some(id);
        lines.iter().filter(are_of).cloned().collect()
    };
    for line in &lines {
        let (time, level, _) = head_of_line(line);
        assert!(time.is_some_and(|time| time >= begun && time <= Utc::now()), "{line}");
        assert!(level.is_some(), "{line}");
    }
    let parts = requests.each_ref().map(|id| log::parts_not_ready(&of_request(id)));
    assert_eq!(parts, [vec![], vec!["schema".to_owned()], vec![]]);
    let statuses = requests.each_ref().map(|id| {
        let answered = of_request(id)
            .into_iter()
            .filter_map(|line| line["fields"]["status"].as_u64());
        answered.collect::<Vec<_>>()
    });
    assert_eq!(statuses, [[200], [503], [200]]);
}

/// Ends every other session of the database.
const END_THE_OTHERS: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
    WHERE datname = current_database() AND pid <> pg_backend_pid()";

async fn a_log_that_nobody_reads_any_more_stops_no_write(database: TestDatabase) {
    let mut serving = Serving::on(&database, Stdio::piped());
    drop(serving.process.stderr.take());
    let readiness = || ask(&serving, "GET", "/readyz", None, &Value::Null).0;
    assert_eq!(readiness(), 200);
    // The writer fails, and says so in the log.
    let mut other = database.connect();
    match database.engine() {
        Engine::Sqlite => {
            execute(&mut other, "BEGIN IMMEDIATE");
            assert_eq!(readiness(), 503);
            execute(&mut other, "ROLLBACK");
        }
        Engine::Postgres => execute(&mut other, END_THE_OTHERS),
    }
    let answers: Vec<u16> = (0..20).map(|_| readiness()).collect();
    assert_eq!(answers, [200; 20], "no request is told of a connection that was lost");
}

/// The keys that sign access tokens are forgotten with the secret that sealed them. Who had signed in is signed in still.
async fn a_service_whose_secret_was_lost_serves_again_with_a_new_one(database: TestDatabase) {
    let url = database.address();
    let (email, password) = ("nadege@example.org", "première phrase de passe");
    make_coordinator(&url, email, password);
    let credentials = json!({"email": email, "password": password});
    let api = Api::on(&database).await;
    api.set_clock(&Utc::now().to_rfc3339());
    let sign_in = api.post("/v1/sessions").json(&credentials);
    let before = sign_in.send().await.expect(201).json();
    let rotate = |secret: &str, forget: &[&str]| {
        let arguments = [&["keys", "rotate", "--secret", secret], forget].concat();
        quotidien(&arguments, Some(&url), "").status.success()
    };
    assert!(rotate("un secret que tout le monde a perdu", &[]));
    assert!(!rotate(SECRET, &[]), "the keys are of another secret");
    assert!(rotate(SECRET, &["--forget"]));
    let serving = Serving::on(&database, Stdio::null());
    let (status, signed_in) = ask(&serving, "POST", "/v1/sessions", None, &credentials);
    assert_eq!(status, 201, "{signed_in}");
    let refresh = json!({"refresh_token": before["refresh_token"]});
    let (status, refreshed) = ask(&serving, "POST", "/v1/sessions/refresh", None, &refresh);
    assert_eq!(status, 201, "{refreshed}");
    for tokens in [signed_in, refreshed] {
        let (status, me) = ask(&serving, "GET", "/v1/me", tokens["access_token"].as_str(), &Value::Null);
        assert_eq!((status, &me["email"]), (200, &json!(email)));
    }
}
