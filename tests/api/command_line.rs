//! The program as people run it.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use crate::support::annex::SUMMER_2022;
use crate::support::api::Api;
use crate::support::database::{Engine, TestDatabase, on_both_databases};
use crate::support::{random, sql, traffic};

pub(crate) fn quotidien(arguments: &[&str], database: Option<&str>, input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quotidien"));
    command.args(arguments).env_remove("DATABASE_URL");
    if let Some(url) = database {
        command.env("DATABASE_URL", url);
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The lines of a Markdown table, as cells.
fn table(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().filter(|line| line.starts_with('|'));
    let cells = |line: &str| {
        line.trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    lines.map(cells).collect()
}

#[test]
fn the_demo_prints_the_annex_and_reuses_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    let arguments = ["demo", "--exit", "--listen", "127.0.0.1:0", "--data", folder];
    let first = quotidien(&arguments, Some("postgres://nowhere.invalid/x"), "");
    assert!(first.status.success(), "{}", text(&first.stderr));
    let lines = table(&text(&first.stdout));
    assert_eq!(
        lines[0][1..],
        [
            "Total depuis mai 2022",
            "Moyenne par mois",
            "mai-22",
            "juin-22",
            "juil-22"
        ]
    );
    assert_eq!(lines.len(), 2 + SUMMER_2022.len());
    for ((label, figures), line) in SUMMER_2022.iter().zip(&lines[2..]) {
        assert_eq!(line[0], *label);
        assert_eq!(line[1..], figures.map(|figure| figure.to_string()));
    }
    let again = quotidien(&arguments, None, "");
    let accounts = |output: &Output| {
        let text = text(&output.stdout);
        let people = ["  coordinator ", "  advisor "];
        let lines = text
            .lines()
            .filter(|line| people.iter().any(|role| line.starts_with(role)));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(accounts(&first), accounts(&again));
    assert_eq!(accounts(&first).len(), 8);
    let database = format!("sqlite://{folder}/demo.db");
    let check = quotidien(&["check"], Some(&database), "");
    assert!(check.status.success(), "{}", text(&check.stdout));
}

#[test]
fn the_demo_refuses_an_address_that_other_machines_reach() {
    let output = quotidien(&["demo", "--exit", "--listen", "0.0.0.0:0"], None, "");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("--public"));
}

#[test]
fn the_command_line_describes_itself_with_examples() {
    for command in [
        vec!["demo"],
        vec!["serve"],
        vec!["organisation", "create"],
        vec!["organisation", "export"],
        vec!["organisation", "erase"],
        vec!["account", "create"],
        vec!["account", "erase"],
        vec!["administrator", "create"],
        vec!["keys", "rotate"],
        vec!["jobs", "confirm"],
        vec!["backup"],
        vec!["restore"],
        vec!["annex"],
        vec!["migrate"],
        vec!["check"],
        vec!["config"],
        vec!["doctor"],
        vec!["health"],
        vec!["openapi"],
    ] {
        let output = quotidien(&[command.as_slice(), &["--help"]].concat(), None, "");
        assert!(output.status.success());
        assert!(text(&output.stdout).contains("Example: "), "{command:?}");
    }
}

#[test]
fn half_of_the_settings_of_mail_is_refused_at_the_start_without_showing_the_password() {
    let url = "smtps://quotidien:trustno1@mail.example:465";
    let from = "Quotidien <quotidien@example.org>";
    let public = "https://quotidien.example";
    for (settings, missing) in [
        (vec!["--smtp-url", url], "QUOTIDIEN_MAIL_FROM is not set"),
        (vec!["--mail-from", from], "QUOTIDIEN_SMTP_URL is not set"),
        (
            vec!["--mail-from", from, "--smtp-url", ""],
            "QUOTIDIEN_SMTP_URL is not set",
        ),
        (
            vec!["--smtp-url", url, "--mail-from", from],
            "takes QUOTIDIEN_PUBLIC_URL too",
        ),
        (
            vec!["--smtp-url", url, "--mail-from", "nobody", "--public-url", public],
            "QUOTIDIEN_MAIL_FROM is an address",
        ),
        (
            vec!["--smtp-url", "trustno1", "--mail-from", from, "--public-url", public],
            "QUOTIDIEN_SMTP_URL is smtps://",
        ),
    ] {
        let output = quotidien(&[&["serve"], settings.as_slice()].concat(), Some("nonsense"), "");
        let said = text(&output.stderr);
        assert!(
            !output.status.success() && said.contains(missing),
            "{settings:?}: {said}"
        );
        assert!(!said.contains("trustno1"), "{said}");
    }
}

#[test]
fn an_unsound_url_of_a_database_is_refused_without_showing_the_password() {
    for url in [
        "postgres://quotidien:trust no1@127.0.0.1:1/quotidien",
        "postgres://quotidien:trust/no1@127.0.0.1:1/quotidien",
        "postgres://quotidien:trust?no1@127.0.0.1:1/quotidien",
        "postgres://quotidien:no1%@127.0.0.1:1/quotidien",
        "mysql://quotidien:trustno1@127.0.0.1:1/quotidien",
    ] {
        let output = quotidien(&["migrate"], Some(url), "");
        let said = text(&output.stderr);
        assert!(!output.status.success() && said.contains("URL"), "{url}: {said}");
        assert!(!said.contains("trust") && !said.contains("no1"), "{said}");
    }
    for url in [
        "postgres://quotidien:trust%2Fno1@127.0.0.1:1/quotidien?connect_timeout=1",
        "postgres://quotidien@[::1]:1,127.0.0.1:1/quotidien",
        "postgres:///quotidien?host=/nowhere",
    ] {
        let said = text(&quotidien(&["migrate"], Some(url), "").stderr);
        assert!(said.contains("not available"), "{url}: {said}");
    }
}

#[test]
fn origins_of_other_sites_are_read_with_spaces_and_refused_in_words() {
    for (origins, fault) in [
        ("https://app.example.org/", "https://app.example.org/ is no origin"),
        ("https://a.example, *", "* is no origin"),
        // What is sound leads on to the database.
        ("", "a database URL begins"),
        ("https://a.example, http://localhost:3000 ,", "a database URL begins"),
    ] {
        let output = quotidien(&["serve", "--cors-origins", origins], Some("nonsense"), "");
        let said = text(&output.stderr);
        assert!(!output.status.success() && said.contains(fault), "{origins}: {said}");
    }
}

on_both_databases!(
    organisations_and_accounts_are_made_from_the_command_line,
    check_says_what_differs_and_mends_it,
    administrators_and_signing_keys_are_made_from_the_command_line,
    a_person_is_erased_and_their_figures_stay,
    an_organisation_is_exported_and_erased_and_no_other_is_touched,
);

async fn organisations_and_accounts_are_made_from_the_command_line(database: TestDatabase) {
    let url = database.address();
    let made = quotidien(&["organisation", "create", "Le Mans Métropole"], Some(&url), "");
    assert!(made.status.success(), "{}", text(&made.stderr));
    let made: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    let organisation = made["organisation_id"].as_str().unwrap();
    let create = |email: &str, password: &str| {
        let arguments = [
            "account",
            "create",
            "--organisation",
            organisation,
            "--role",
            "advisor",
            "--email",
            email,
            "--name",
            "Camille Martin",
            "--password-stdin",
        ];
        quotidien(&arguments, Some(&url), password)
    };
    let made = create("camille@example.org", "une phrase de passe\n");
    assert!(made.status.success(), "{}", text(&made.stderr));
    let made: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    let api = Api::on(&database).await;
    let body = serde_json::json!({"email": "camille@example.org", "password": "une phrase de passe"});
    let tokens = api.post("/v1/sessions").json(&body).send().await.expect(201).json();
    let token = tokens["access_token"].as_str().unwrap();
    let me = api.get("/v1/me").bearer(token).send().await.expect(200).json();
    assert_eq!(me["account_id"], made["account_id"]);
    let copy = api.get("/v1/me/export").bearer(token).send().await.expect(200).json();
    let entries = copy["audit_log"].as_array().unwrap();
    let made_here = entries
        .iter()
        .find(|entry| entry["action"] == "account_created")
        .unwrap();
    assert_eq!(
        (&made_here["actor"], &made_here["subject"]),
        (&serde_json::Value::Null, &made["account_id"])
    );
    assert_eq!(
        create("camille@example.org", "une phrase de passe").status.code(),
        Some(1)
    );
    let short = create("other@example.org", "trop court");
    assert_eq!(short.status.code(), Some(1));
    assert!(text(&short.stderr).contains("14 to 128"));
}

async fn check_says_what_differs_and_mends_it(database: TestDatabase) {
    let url = database.address();
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let mut rng = random::draws(random::seed());
    for _ in 0..60 {
        traffic::send_one(&mut rng, &api, &cast).await;
    }
    let path = cast.advisor.report("2022-05-03");
    let body = super::http::report(&[super::http::workshop()]);
    api.put(&path).by(&cast.advisor).json(&body).send().await.expect(201);
    assert!(quotidien(&["check"], Some(&url), "").status.success());
    let spoil = "UPDATE tallies SET workshops_held = workshops_held + 1 WHERE month = '2022-05'";
    sql::execute(&mut database.connect(), spoil);
    let found = quotidien(&["check"], Some(&url), "");
    assert_eq!(found.status.code(), Some(1));
    assert!(
        text(&found.stdout).contains("workshops_held is 2, should be 1"),
        "{}",
        text(&found.stdout)
    );
    assert!(quotidien(&["check", "--repair"], Some(&url), "").status.success());
    assert!(quotidien(&["check"], Some(&url), "").status.success());
}

#[test]
fn signing_keys_whose_secret_is_lost_are_forgotten() {
    let database = TestDatabase::migrated(Engine::Sqlite).unwrap();
    let url = database.address();
    let rotate = |secret: &str, forget: &[&str]| {
        let arguments = [&["keys", "rotate", "--secret", secret], forget].concat();
        quotidien(&arguments, Some(&url), "").status.success()
    };
    let (lost, new) = (
        "un secret que tout le monde a perdu",
        "un secret que quelqu'un retiendra mieux",
    );
    assert!(rotate(lost, &[]));
    assert!(!rotate(new, &[]));
    assert!(rotate(new, &["--forget"]));
    assert!(rotate(new, &[]) && !rotate(lost, &[]));
    assert_eq!(sql::count(&mut database.connect(), "signing_keys", "true"), 2);
}

#[test]
fn the_annex_is_printed_without_a_server() {
    let database = TestDatabase::migrated(Engine::Sqlite).unwrap();
    let url = database.address();
    let made = quotidien(&["organisation", "create", "Le Mans Métropole"], Some(&url), "");
    let made: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    let organisation = made["organisation_id"].as_str().unwrap();
    let annex = |extra: &[&str]| {
        let arguments = [
            "annex",
            "--organisation",
            organisation,
            "--from",
            "2022-05",
            "--to",
            "2022-06",
        ];
        quotidien(&[&arguments, extra].concat(), Some(&url), "")
    };
    let printed = table(&text(&annex(&[]).stdout));
    assert_eq!(printed.len(), 8);
    assert_eq!(printed[2], ["Personnes totales accompagnées", "0", "0", "0", "0"]);
    let csv = text(&annex(&["--format", "csv"]).stdout);
    assert!(csv.starts_with("\u{feff};Total depuis mai 2022;Moyenne par mois;mai-22;juin-22\r\n"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("annexe.csv");
    assert!(
        annex(&["--format", "csv", "-o", file.to_str().unwrap()])
            .status
            .success()
    );
    assert_eq!(std::fs::read_to_string(file).unwrap(), csv);
}

async fn administrators_and_signing_keys_are_made_from_the_command_line(database: TestDatabase) {
    let url = database.address();
    let arguments = [
        "administrator",
        "create",
        "--email",
        "exploitation@example.org",
        "--name",
        "Exploitation",
    ];
    let made = quotidien(
        &[&arguments[..], &["--password-stdin"]].concat(),
        Some(&url),
        "une phrase de passe",
    );
    assert!(made.status.success(), "{}", text(&made.stderr));
    let api = Api::on(&database).await;
    let body = serde_json::json!({"email": "exploitation@example.org", "password": "une phrase de passe"});
    let tokens = api.post("/v1/sessions").json(&body).send().await.expect(201).json();
    let token = tokens["access_token"].as_str().unwrap();
    let me = api.get("/v1/me").bearer(token).send().await.expect(200).json();
    assert_eq!(me["role"], "administrator");
    let rotated = quotidien(&["keys", "rotate"], Some(&url), "");
    assert!(rotated.status.success(), "{}", text(&rotated.stderr));
    let rotated: serde_json::Value = serde_json::from_slice(&rotated.stdout).unwrap();
    api.poll().await;
    let published = api.get("/.well-known/jwks.json").send().await.expect(200).json();
    let ids: Vec<&serde_json::Value> = published["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| &key["kid"])
        .collect();
    assert!(ids.contains(&&rotated["key_id"]) && ids.len() == 2);
}

async fn a_person_is_erased_and_their_figures_stay(database: TestDatabase) {
    let url = database.address();
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let body = super::http::report(&[super::http::workshop()]);
    let path = cast.advisor.report("2022-05-03");
    api.put(&path).by(&cast.advisor).json(&body).send().await.expect(201);
    let (organisation, account) = (cast.advisor.organisation.to_string(), cast.advisor.id.to_string());
    let erase = |organisation: &str| {
        quotidien(
            &[
                "account",
                "erase",
                "--organisation",
                organisation,
                "--account",
                &account,
            ],
            Some(&url),
            "",
        )
    };
    assert_eq!(
        erase(&cast.foreign_advisor.organisation.to_string()).status.code(),
        Some(1)
    );
    let erased = erase(&organisation);
    assert!(erased.status.success(), "{}", text(&erased.stderr));
    api.poll().await;
    api.get("/v1/me").by(&cast.advisor).send().await.expect(401);
    let people = api
        .get("/v1/accounts")
        .by(&cast.coordinator)
        .send()
        .await
        .expect(200)
        .json();
    assert!(!people.to_string().contains("Amélie"));
    let statistics = api
        .get("/v1/statistics/monthly?from=2022-05&to=2022-05")
        .by(&cast.coordinator);
    assert_eq!(statistics.send().await.expect(200).json()["rows"][1]["total"], 9);
    // An erased account cannot be invited again.
    let invite = api
        .post(&format!("/v1/accounts/{account}/invitation"))
        .by(&cast.coordinator);
    invite.send().await.expect(404);
}

async fn an_organisation_is_exported_and_erased_and_no_other_is_touched(database: TestDatabase) {
    let url = database.address();
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let body = super::http::report(&[super::http::workshop()]);
    for (person, date) in [
        (&cast.advisor, "2022-05-03"),
        (&cast.advisor, "2022-05-04"),
        (&cast.foreign_advisor, "2022-05-03"),
    ] {
        api.put(&person.report(date))
            .by(person)
            .json(&body)
            .send()
            .await
            .expect(201);
    }
    api.delete(&cast.advisor.report("2022-05-04"))
        .by(&cast.advisor)
        .send()
        .await
        .expect(204);
    let close = api.put("/v1/months/2022-05/closing").by(&cast.coordinator);
    close.json(&serde_json::json!({})).send().await.expect(200);
    let period = serde_json::json!({"from": "2022-05", "to": "2022-05"});
    let publish = api.post("/v1/publications").by(&cast.coordinator).json(&period);
    let published = publish.send().await.expect(201).json();
    let id = cast.advisor.organisation.to_string();
    let exported = quotidien(&["organisation", "export", "--organisation", &id], Some(&url), "");
    assert!(exported.status.success(), "{}", text(&exported.stderr));
    let lines: Vec<serde_json::Value> = text(&exported.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of_type = |name: &str| lines.iter().filter(|line| line["type"] == name).collect::<Vec<_>>();
    assert_eq!(
        (
            of_type("organisation").len(),
            of_type("account").len(),
            of_type("day").len()
        ),
        (1, 3, 2)
    );
    assert_eq!(of_type("month")[0]["month"]["status"], "closed");
    assert_eq!(of_type("publication")[0]["publication"], published);
    let read = api
        .get(&cast.advisor.report("2022-05-03"))
        .by(&cast.advisor)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(of_type("day")[0]["versions"][0]["report"], read);
    assert_eq!(of_type("day")[1]["versions"].as_array().unwrap().len(), 2);
    assert!(!text(&exported.stdout).contains(&cast.foreign_advisor.id.to_string()));
    let erase = |name: &str| {
        quotidien(
            &["organisation", "erase", "--organisation", &id, "--name", name],
            Some(&url),
            "",
        )
    };
    assert_eq!(erase("Angers Loire Métropole").status.code(), Some(1));
    let erased = erase("Le Mans Métropole");
    assert!(erased.status.success(), "{}", text(&erased.stderr));
    let connection = &mut database.connect();
    for (table, rows) in sql::rows_of(connection, &id) {
        assert_eq!(rows, 0, "{table}");
    }
    api.poll().await;
    api.get("/v1/me").by(&cast.coordinator).send().await.expect(401);
    api.get(&cast.foreign_advisor.report("2022-05-03"))
        .by(&cast.foreign_advisor)
        .send()
        .await
        .expect(200);
    assert!(quotidien(&["check"], Some(&url), "").status.success());
}
