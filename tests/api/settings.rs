//! Settings come from flags, the environment and a file; `quotidien config` shows them, `quotidien doctor` judges them.

use std::fs::{OpenOptions, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};

use chrono::{TimeDelta, Utc};
use quotidien::commands::LogFilter;
use quotidien::storage::DatabaseUrl;
use tempfile::NamedTempFile;
use tracing_subscriber::filter::{LevelFilter, Targets};

use crate::support::api::Api;
use crate::support::database::{Engine, TestDatabase, on_both_databases, run as run_on};
use crate::support::sql;

on_both_databases!(
    a_doctor_finds_nothing_wrong_where_a_server_can_run,
    a_doctor_sends_back_to_the_newer_program_whoever_runs_an_older_one,
    a_doctor_finds_a_clock_that_is_behind_the_reports,
    a_doctor_finds_keys_that_are_open_or_of_another_secret,
    a_doctor_finds_background_work_that_stands_still,
);

/// Runs the program with these variables, and with no other setting of the environment.
fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quotidien"));
    for (name, _) in std::env::vars_os() {
        if name == "DATABASE_URL" || name.to_string_lossy().starts_with("QUOTIDIEN_") {
            command.env_remove(name);
        }
    }
    command
        .args(arguments)
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8(both).unwrap()
}

fn file(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

#[test]
fn a_flag_goes_before_the_environment_which_goes_before_the_file() {
    let file = file(
        "listen = \"127.0.0.1:1\"\nsign_ins_per_minute = 1\nrequests_per_minute = 1\ntrusted_proxies = [\"10.0.0.1\", \"10.0.0.2\"]\n",
    );
    let path = file.path().to_str().unwrap();
    let environment = [
        ("QUOTIDIEN_CONFIG", path),
        ("QUOTIDIEN_SIGN_INS_PER_MINUTE", "2"),
        ("QUOTIDIEN_REQUESTS_PER_MINUTE", "2"),
    ];
    let output = run(&["config", "--requests-per-minute", "3"], &environment);
    assert!(output.status.success(), "{}", said(&output));
    let lines = said(&output);
    for line in [
        "listen = \"127.0.0.1:1\"  # file",
        "sign_ins_per_minute = \"2\"  # environment",
        "requests_per_minute = \"3\"  # flag",
        "trusted_proxies = \"10.0.0.1,10.0.0.2\"  # file",
        "notes_months = \"24\"  # default",
        "# public_url is not set",
    ] {
        assert!(lines.lines().any(|printed| printed == line), "{line} in\n{lines}");
    }
}

#[test]
fn what_is_in_force_is_a_file_that_says_the_same() {
    let environment = [("QUOTIDIEN_CORS_ORIGINS", "https://a.example,https://b.example")];
    let printed = said(&run(&["config", "--notes-months", "7"], &environment));
    let file = file(&printed);
    let again = said(&run(&["config", "--config", file.path().to_str().unwrap()], &[]));
    let values = |text: &str| -> Vec<String> {
        let lines = text.lines().map(|line| line.split("  #").next().unwrap().to_owned());
        lines.collect()
    };
    assert_eq!(values(&again), values(&printed));
    assert!(printed.contains("notes_months = \"7\""), "{printed}");
}

#[test]
fn every_setting_that_cannot_be_used_is_named_at_once_with_where_it_stands() {
    let file = file("listen = \"nowhere\"\nnotes_months = 0\n");
    let environment = [("QUOTIDIEN_TRUSTED_PROXIES", "the proxy")];
    let path = file.path().to_str().unwrap();
    let output = run(
        &["serve", "--config", path, "--requests-per-minute", "many"],
        &environment,
    );
    assert_eq!(output.status.code(), Some(2));
    let said = said(&output);
    for place in [
        format!("listen in {path}"),
        format!("notes_months in {path}"),
        "QUOTIDIEN_TRUSTED_PROXIES".to_owned(),
        "--requests-per-minute".to_owned(),
    ] {
        assert_eq!(said.matches(&place).count(), 1, "{place} in\n{said}");
    }
}

#[test]
fn settings_that_only_together_can_be_judged_are_named_at_once() {
    let environment = [
        ("QUOTIDIEN_SECRET", "short-secret"),
        ("QUOTIDIEN_MAIL_FROM", "q@example.org"),
        ("DATABASE_URL", "mysql://root:hunter2@localhost/q"),
    ];
    let output = run(&["serve"], &environment);
    assert!(!output.status.success());
    let said = said(&output);
    for word in ["32 characters", "QUOTIDIEN_SMTP_URL", "sqlite://"] {
        assert!(said.contains(word), "{word} in\n{said}");
    }
    assert!(!said.contains("short-secret") && !said.contains("hunter2"), "{said}");
}

#[test]
fn a_file_that_cannot_be_read_is_told_by_its_line_and_quoted_nowhere() {
    let secret = "smtp_url = \"smtps://quotidien:hunter2@mail.example.org";
    let broken = file(&format!("listen = \"127.0.0.1:1\"\n{secret}\n"));
    let output = run(&["serve", "--config", broken.path().to_str().unwrap()], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("line 2") && !said(&output).contains("hunter2"),
        "{}",
        said(&output)
    );
    let unknown = file("lisen = \"127.0.0.1:1\"\nnotes_months = 3.5\n");
    let output = run(&["config", "--config", unknown.path().to_str().unwrap()], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("lisen") && said(&output).contains("notes_months"),
        "{}",
        said(&output)
    );
}

#[test]
fn no_secret_is_shown_among_the_settings_in_force() {
    let environment = [
        ("DATABASE_URL", "postgres://q:hunter2@db.example.org/q?sslkey=hunter3"),
        ("QUOTIDIEN_SECRET", "hunter4-hunter4-hunter4-hunter4-hunter4"),
        ("QUOTIDIEN_SMTP_URL", "smtps://q:hunter5@mail.example.org:465"),
        ("QUOTIDIEN_MAIL_FROM", "q@example.org"),
        ("QUOTIDIEN_PUBLIC_URL", "https://q.example.org"),
    ];
    let output = run(&["config"], &environment);
    assert!(output.status.success(), "{}", said(&output));
    let said = said(&output);
    assert!(!said.contains("hunter"), "{said}");
    for line in [
        "database_url = \"postgres://…@db.example.org/q\"  # environment",
        "secret = \"…\"  # environment",
        "smtp_url = \"smtps://…@mail.example.org:465\"  # environment",
    ] {
        assert!(said.lines().any(|printed| printed == line), "{line} in\n{said}");
    }
}

/// What the doctor says of each part.
fn diagnosis(database: &TestDatabase, environment: &[(&str, &str)]) -> (bool, String) {
    let url = database.address();
    let environment = [&[("DATABASE_URL", url.as_str())], environment].concat();
    let output = run(&["doctor"], &environment);
    (output.status.success(), said(&output))
}

fn line<'a>(said: &'a str, part: &str) -> &'a str {
    let mut lines = said.lines();
    lines
        .find(|line| line.split_whitespace().nth(1) == Some(part))
        .unwrap_or_else(|| panic!("nothing of {part} in\n{said}"))
}

async fn a_doctor_finds_nothing_wrong_where_a_server_can_run(database: TestDatabase) {
    Api::on(&database).await;
    let secret = ("QUOTIDIEN_SECRET", "a secret that is as long as it has to be");
    let (well, said) = diagnosis(&database, &[secret]);
    assert!(well, "{said}");
    for part in ["settings", "database", "schema", "clock", "jobs", "outbox", "proxy"] {
        assert!(line(&said, part).starts_with("good"), "{part} in\n{said}");
    }
    assert!(line(&said, "mail").starts_with("check"), "{said}");
    let (well, said) = diagnosis(&database, &[("QUOTIDIEN_SECRET", "short")]);
    assert!(!well && line(&said, "settings").starts_with("WRONG"), "{said}");
    // A mail server that is not there.
    let mail = [
        ("QUOTIDIEN_SMTP_URL", "smtp://127.0.0.1:9"),
        ("QUOTIDIEN_MAIL_FROM", "q@example.org"),
        ("QUOTIDIEN_PUBLIC_URL", "https://q.example.org"),
    ];
    let (well, said) = diagnosis(&database, &mail);
    assert!(!well && line(&said, "mail").starts_with("WRONG"), "{said}");
    assert!(line(&said, "proxy").starts_with("check"), "{said}");
}

async fn a_doctor_sends_back_to_the_newer_program_whoever_runs_an_older_one(database: TestDatabase) {
    Api::on(&database).await;
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101000000')";
    sql::execute(&mut database.connect(), newer);
    let (well, said) = diagnosis(&database, &[]);
    assert!(!well && line(&said, "schema").contains("20990101000000"), "{said}");
}

async fn a_doctor_finds_a_clock_that_is_behind_the_reports(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let day = api.put(&cast.advisor.report("2022-05-03")).by(&cast.advisor);
    day.json(&serde_json::json!({"interventions": []}))
        .send()
        .await
        .expect(201);
    let later = "UPDATE reports SET received_at = '2099-01-01 00:00:00'";
    sql::execute(&mut database.connect(), later);
    let (well, said) = diagnosis(&database, &[]);
    assert!(!well && line(&said, "clock").contains("2099"), "{said}");
}

#[test]
fn a_doctor_finds_a_clock_that_is_apart_from_that_of_postgresql() {
    run_on(Engine::Postgres, async |database: TestDatabase| {
        Api::on(&database).await;
        // The server's own function is found behind one of the same name.
        let behind = "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() \
            || ' SET search_path = public, pg_catalog'; END $$";
        sql::execute(&mut database.connect(), behind);
        for (seconds, found) in [(0, "good"), (60, "WRONG"), (-60, "WRONG")] {
            let shown = format!(
                "CREATE OR REPLACE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS \
                $$ SELECT pg_catalog.clock_timestamp() + interval '{seconds} s' $$"
            );
            sql::execute(&mut database.connect(), &shown);
            let (well, said) = diagnosis(&database, &[]);
            let clock = line(&said, "clock");
            assert_eq!(well, seconds == 0, "{said}");
            assert!(clock.starts_with(found), "{seconds}: {clock}");
            assert_eq!(clock.contains("away from that of PostgreSQL"), seconds != 0, "{clock}");
        }
    });
}

/// It is a matter of settings, whichever the database.
#[test]
fn a_doctor_finds_people_who_come_without_encryption_and_a_proxy_that_is_not_trusted() {
    run_on(Engine::Sqlite, async |database: TestDatabase| {
        Api::on(&database).await;
        let at = |url| ("QUOTIDIEN_PUBLIC_URL", url);
        let everywhere = ("QUOTIDIEN_LISTEN", "0.0.0.0:8080");
        let trusted = ("QUOTIDIEN_TRUSTED_PROXIES", "127.0.0.1");
        for (environment, found, why) in [
            (&[][..], "good", "only this machine"),
            (&[at("http://localhost:8080")], "good", "only this machine"),
            (&[at("http://127.0.0.1:8080"), trusted], "good", "only this machine"),
            (&[everywhere], "check", "without encryption"),
            (
                &[everywhere, at("http://localhost:8080")],
                "check",
                "without encryption",
            ),
            (&[at("http://q.example.org"), trusted], "check", "without encryption"),
            (&[at("http://localhost.example.org")], "check", "without encryption"),
            (&[at("https://q.example.org")], "check", "QUOTIDIEN_TRUSTED_PROXIES"),
            (&[everywhere, at("https://q.example.org"), trusted], "good", "by HTTPS"),
        ] {
            let (well, said) = diagnosis(&database, environment);
            let proxy = line(&said, "proxy");
            assert!(
                well && proxy.starts_with(found) && proxy.contains(why),
                "{environment:?}: {proxy}"
            );
        }
    });
}

async fn a_doctor_finds_keys_that_are_open_or_of_another_secret(database: TestDatabase) {
    // A service that has no secret.
    Api::on(&database).await;
    let (well, said) = diagnosis(&database, &[]);
    assert!(well && line(&said, "keys").starts_with("check"), "{said}");
    let secret = ("QUOTIDIEN_SECRET", "a secret that is as long as it has to be");
    let another = ("QUOTIDIEN_SECRET", "another secret that is as long as it has to be");
    let rotated = run(&["keys", "rotate"], &[("DATABASE_URL", &database.address()), secret]);
    assert!(rotated.status.success(), "{}", self::said(&rotated));
    let (well, said) = diagnosis(&database, &[secret]);
    assert!(well && line(&said, "keys").starts_with("good"), "{said}");
    for other in [&[another][..], &[]] {
        let (well, said) = diagnosis(&database, other);
        assert!(!well && line(&said, "keys").starts_with("WRONG"), "{said}");
    }
}

async fn a_doctor_finds_background_work_that_stands_still(database: TestDatabase) {
    Api::on(&database).await;
    for (at, found) in [(Utc::now(), "good"), (Utc::now() - TimeDelta::days(3), "check")] {
        let done = format!(
            "DELETE FROM jobs; INSERT INTO jobs (name, last_run_at) VALUES ('forget', '{}')",
            at.format("%Y-%m-%d %H:%M:%S")
        );
        sql::execute(&mut database.connect(), &done);
        let (well, said) = diagnosis(&database, &[]);
        assert!(well && line(&said, "jobs").starts_with(found), "{found} in\n{said}");
    }
}

#[test]
fn a_doctor_finds_a_file_that_others_may_open_and_a_disk_without_room_for_another_copy() {
    run_on(Engine::Sqlite, async |database: TestDatabase| {
        Api::on(&database).await;
        let DatabaseUrl::Sqlite(path) = database.url() else {
            panic!("it is of SQLite")
        };
        let (well, said) = diagnosis(&database, &[]);
        assert!(well && line(&said, "disk").contains("MiB are free"), "{said}");
        for (mode, found) in [(0o600, "good"), (0o640, "check"), (0o604, "check")] {
            std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
            let (well, said) = diagnosis(&database, &[]);
            assert!(well && line(&said, "rights").starts_with(found), "{mode:o} in\n{said}");
        }
        // A file that seems to be larger than any disk has room for: none of it is written.
        let file = OpenOptions::new().write(true).open(path).unwrap();
        file.set_len(1 << 43).unwrap();
        let (well, said) = diagnosis(&database, &[]);
        assert!(!well && line(&said, "disk").starts_with("WRONG"), "{said}");
    });
}

#[test]
fn a_filter_of_the_log_names_levels_and_parts_and_where_it_is_empty_errors_alone() {
    let targets = |text: &str| text.parse::<LogFilter>().map(|filter| filter.targets());
    let warnings = Targets::new().with_default(LevelFilter::WARN);
    let and_more = warnings.with_target("quotidien", LevelFilter::DEBUG);
    assert_eq!(targets(" warn, quotidien=debug,").unwrap(), and_more);
    assert_eq!(targets("").unwrap(), Targets::new().with_default(LevelFilter::ERROR));
    assert!(targets("quotidien=loud").is_err());
}
