//! Backups: `docs/operations.md` followed word by word, and what a restoration refuses.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use quotidien::storage::DatabaseUrl;
use serde_json::{Value, json};

use super::everything::{self, Reading};
use crate::command_line::quotidien;
use crate::serving::{Serving, ask};
use crate::support::database::{Engine, TestDatabase, on_both_databases};
use crate::support::sql;

on_both_databases!(
    a_restoration_by_the_book_brings_everything_back_and_lets_nobody_in_again,
    what_is_no_sound_backup_of_this_program_is_refused_and_changes_nothing,
);

pub(super) const PASSWORD: &str = "une phrase de passe";

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The blocks of commands of the chapter on backups, in their order.
fn commands_of_the_book() -> Vec<Vec<String>> {
    let book = include_str!("../../../docs/operations.md");
    let (_, chapter) = book.split_once("\n## Backup and restoration\n").unwrap();
    let chapter = chapter.split("\n## ").next().unwrap();
    let blocks = chapter.split("```sh\n").skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap().lines().map(str::to_owned).collect())
        .collect()
}

/// A database, and the folder of its backups.
pub(super) struct Town {
    pub(super) database: TestDatabase,
    pub(super) folder: tempfile::TempDir,
    serving: Option<Serving>,
    /// What `QUOTIDIEN_ERASURES` names, if it is set.
    pub(super) erasures: Option<PathBuf>,
}

impl Town {
    /// A town whose service does not run yet.
    pub(super) fn with(database: TestDatabase) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            database,
            erasures: Some(folder.path().join("erasures")),
            folder,
            serving: None,
        }
    }

    /// Runs a command as somebody types it in the folder of the backups.
    pub(super) fn run(&self, line: &str) -> Output {
        let words: Vec<&str> = line.split(' ').collect();
        assert_eq!(words[0], "quotidien", "{line}");
        Command::new(env!("CARGO_BIN_EXE_quotidien"))
            .args(&words[1..])
            .current_dir(self.folder.path())
            .env("DATABASE_URL", self.database.address())
            .env_remove("QUOTIDIEN_ERASURES")
            .envs(self.erasures.as_ref().map(|list| ("QUOTIDIEN_ERASURES", list)))
            .output()
            .unwrap()
    }

    /// Does what a line of the book says. Stopping the service kills it, as the worst that can happen to it.
    pub(super) fn follow(&mut self, line: &str) {
        match line {
            "systemctl stop quotidien" => self.serving = None,
            "systemctl start quotidien" => self.serving = Some(Serving::on(&self.database, Stdio::null())),
            line => {
                let output = self.run(line);
                let (said, failed) = (text(&output.stdout), text(&output.stderr));
                assert!(output.status.success(), "{line}: {said}{failed}");
            }
        }
    }

    pub(super) fn ask(&self, method: &str, path: &str, token: Option<&str>, body: &Value) -> (u16, Value) {
        ask(self.serving.as_ref().unwrap(), method, path, token, body)
    }

    pub(super) fn sign_in(&self, email: &str) -> (u16, Value) {
        let body = json!({"email": email, "password": PASSWORD});
        self.ask("POST", "/v1/sessions", None, &body)
    }

    pub(super) fn token(&self, email: &str) -> String {
        let (status, tokens) = self.sign_in(email);
        assert_eq!(status, 201, "{tokens}");
        tokens["access_token"].as_str().unwrap().to_owned()
    }

    pub(super) fn organisation(&self, name: &str) -> String {
        made(
            &quotidien(&["organisation", "create", name], Some(&self.database.address()), ""),
            "organisation_id",
        )
    }

    pub(super) fn account(&self, organisation: &str, role: &str, email: &str) -> String {
        let arguments = ["account", "create", "--password-stdin", "--name", "Camille Martin"];
        let who = ["--organisation", organisation, "--role", role, "--email", email];
        let arguments = [&arguments[..], &who].concat();
        made(
            &quotidien(&arguments, Some(&self.database.address()), PASSWORD),
            "account_id",
        )
    }
}

fn made(output: &Output, field: &str) -> String {
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    said[field].as_str().unwrap().to_owned()
}

async fn a_restoration_by_the_book_brings_everything_back_and_lets_nobody_in_again(database: TestDatabase) {
    let people = everything::furnished(&database).await;
    let mut town = Town::with(database);
    let (home, neighbours) = (people.organisation.as_str(), town.organisation("Voisine"));
    let abroad = town.organisation("Ailleurs");
    let erased = town.account(&neighbours, "advisor", "zenobie@example.org");
    town.account(&abroad, "coordinator", "driss@example.org");
    town.account(home, "coordinator", "nadege@example.org");
    people.take_the_password_of(&mut town.database.connect(), "nadege@example.org");
    town.follow("systemctl start quotidien");
    let tokens = |town: &Town| people.emails.each_ref().map(|email| town.token(email));
    let at_first = tokens(&town);
    let coordinator = at_first[0].as_str();
    let names = people.names(&town, coordinator);
    let ended = town.sign_in(&people.emails[1]).1;
    let everything = |town: &Town, tokens: &[String; 3]| {
        let serving = town.serving.as_ref().unwrap();
        let names = &names;
        Reading { serving, tokens, names }.everything()
    };
    let before = everything(&town, &at_first);
    let [backup, restore]: [Vec<String>; 2] = commands_of_the_book().try_into().unwrap();
    for line in &backup {
        town.follow(line);
    }
    // What happens after the backup.
    let day = format!("/v1/advisors/{}/reports/2022-05-31", people.advisor);
    let report = json!({"interventions": [crate::http::workshop()], "note": "Après la sauvegarde"});
    let (status, answer) = town.ask("PUT", &day, Some(coordinator), &report);
    assert_eq!(status, 201, "{answer}");
    let token = ended["access_token"].as_str();
    assert_eq!(town.ask("DELETE", "/v1/sessions/current", token, &Value::Null).0, 204);
    for erasure in [
        format!("quotidien account erase --organisation {neighbours} --account {erased}"),
        format!("quotidien organisation erase --organisation {abroad} --name Ailleurs"),
    ] {
        assert!(town.run(&erasure).status.success());
    }
    let over_a_running_server = town.run("quotidien restore quotidien.backup");
    assert!(!over_a_running_server.status.success());
    let said = text(&over_a_running_server.stderr);
    assert!(said.contains("stop the service first"), "{said}");
    for line in &restore {
        town.follow(line);
    }
    // Everything is as it was at the backup.
    let refresh = json!({"refresh_token": ended["refresh_token"]});
    assert_eq!(town.ask("POST", "/v1/sessions/refresh", None, &refresh).0, 401);
    assert_eq!(town.ask("GET", "/v1/me", Some(coordinator), &Value::Null).0, 401);
    for gone in ["zenobie@example.org", "driss@example.org"] {
        assert_eq!(town.sign_in(gone).0, 401, "{gone}");
    }
    everything::assert_same(&before, &everything(&town, &tokens(&town)));
    let connection = &mut town.database.connect();
    for (table, rows) in sql::rows_of(connection, &abroad) {
        assert_eq!(rows, 0, "{table}");
    }
    // A new history for each organisation that is left.
    assert_eq!(sql::count(connection, "organisations", "change_epoch <> ''"), 3);
}

/// Runs `quotidien restore` and gives what it says when it refuses.
fn refusal(database: &TestDatabase, file: &Path) -> String {
    let output = quotidien(&["restore", file.to_str().unwrap()], Some(&database.address()), "");
    assert!(!output.status.success(), "{}", text(&output.stdout));
    text(&output.stderr)
}

async fn what_is_no_sound_backup_of_this_program_is_refused_and_changes_nothing(database: TestDatabase) {
    let url = database.address();
    let made = quotidien(&["organisation", "create", "Métropole"], Some(&url), "");
    assert!(made.status.success());
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let back_up = |name: &str| quotidien(&["backup", path(name).to_str().unwrap()], Some(&url), "");
    let sound = back_up("sound");
    assert!(sound.status.success(), "{}", text(&sound.stderr));
    assert!(!back_up("sound").status.success(), "no backup is overwritten");
    let bytes = std::fs::read(path("sound")).unwrap();
    std::fs::write(path("cut"), &bytes[..bytes.len() / 2]).unwrap();
    std::fs::write(path("other"), "no backup at all").unwrap();
    let mut damaged = bytes.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 3000].fill(0x5a);
    std::fs::write(path("damaged"), damaged).unwrap();
    sql::execute(
        &mut database.connect(),
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')",
    );
    assert!(back_up("newer").status.success());
    sql::execute(
        &mut database.connect(),
        "DELETE FROM __diesel_schema_migrations WHERE version = '99991231000000'",
    );
    for (name, said) in [
        ("nowhere", "reading"),
        ("cut", ""),
        ("damaged", ""),
        ("other", "no backup of"),
        ("newer", "older than the backup"),
    ] {
        let refused = refusal(&database, &path(name));
        assert!(
            refused.contains("nothing was restored") && refused.contains(said),
            "{name}: {refused}"
        );
    }
    let names = "SELECT name AS text FROM organisations WHERE name <> 'Quotidien'";
    assert_eq!(sql::texts(&mut database.connect(), names), ["Métropole"]);
    // The sound one is restored, in the place of a database that knows more.
    assert!(
        quotidien(&["organisation", "create", "Ailleurs"], Some(&url), "")
            .status
            .success()
    );
    let restored = quotidien(&["restore", path("sound").to_str().unwrap()], Some(&url), "");
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    assert_eq!(sql::texts(&mut database.connect(), names), ["Métropole"]);
    if let DatabaseUrl::Sqlite(path) = database.url() {
        assert!(path.with_extension("db.replaced").exists());
    }
}

#[test]
fn a_damaged_file_of_sqlite_is_found_and_begins_no_new_history() {
    let database = TestDatabase::migrated(Engine::Sqlite).unwrap();
    let DatabaseUrl::Sqlite(path) = database.url() else {
        panic!("it is of SQLite")
    };
    assert!(quotidien(&["check"], Some(&database.address()), "").status.success());
    let root = "SELECT CAST(rootpage AS TEXT) AS text FROM sqlite_master WHERE name = 'tallies'";
    let page: usize = sql::texts(&mut database.connect(), root)[0].parse().unwrap();
    let mut bytes = std::fs::read(path).unwrap();
    bytes[(page - 1) * 4096..page * 4096].fill(0x5a);
    std::fs::write(path, bytes).unwrap();
    for arguments in [&["check"][..], &["changes", "new-epoch"]] {
        let found = quotidien(arguments, Some(&database.address()), "");
        assert!(!found.status.success(), "{arguments:?}: {}", text(&found.stdout));
    }
    let begun = sql::count(&mut database.connect(), "organisations", "change_epoch <> ''");
    assert_eq!(begun, 0);
}
