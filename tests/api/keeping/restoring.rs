//! What a restoration undoes, and what is left when it fails half-way.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use super::backup::{Town, text};
use crate::support::database::{Engine, TestDatabase, on_both_databases};
use crate::support::sql;

on_both_databases!(
    whom_a_restoration_lets_in_again_it_lists_for_review,
    a_new_history_ends_sessions_and_invitations,
    who_was_erased_is_erased_again_by_the_list_beside_the_file_of_sqlite_and_by_none_on_postgresql,
    a_restoration_that_fails_half_way_leaves_everything_as_it_was,
);

/// What a command says when it does what it should.
fn said_by(town: &Town, line: &str) -> Value {
    let output = town.run(line);
    assert!(output.status.success(), "{line}: {}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

/// A town whose service runs, with the organisation and its coordinator's token.
fn serving(database: TestDatabase) -> (Town, String, String) {
    let mut town = Town::with(database);
    let home = town.organisation("Métropole");
    town.account(&home, "coordinator", "nadege@example.org");
    town.follow("systemctl start quotidien");
    let token = town.token("nadege@example.org");
    (town, home, token)
}

/// Invites an advisor; the token that sets their password.
fn invitation(town: &Town, token: &str) -> String {
    let person = json!({
        "role": "advisor", "name": "Élodie Garnier", "email": "elodie@example.org",
        "activity_periods": [{"starts_on": "2022-01-03"}]
    });
    let (status, invited) = town.ask("POST", "/v1/accounts", Some(token), &person);
    assert_eq!(status, 201, "{invited}");
    invited["invitation"]["token"].as_str().unwrap().to_owned()
}

fn chosen_by(town: &Town, invitation: &str) -> u16 {
    let body = json!({"token": invitation, "password": "quatre mots sans rapport"});
    town.ask("PUT", "/v1/passwords", None, &body).0
}

async fn whom_a_restoration_lets_in_again_it_lists_for_review(database: TestDatabase) {
    let (mut town, home, token) = serving(database);
    let sent_away = town.account(&home, "advisor", "amelie@example.org");
    let before = town.account(&home, "advisor", "bastien@example.org");
    let deactivated = |town: &Town, token: &str, account: &str| {
        town.ask("DELETE", &format!("/v1/accounts/{account}"), Some(token), &Value::Null)
            .0
    };
    assert_eq!(deactivated(&town, &token, &before), 204);
    let invited = invitation(&town, &token);
    let settings = json!({"name": "Cartographie", "scopes": ["reports:read"], "valid_days": 30});
    let (status, key) = town.ask("POST", "/v1/api-keys", Some(&token), &settings);
    assert_eq!(status, 201, "{key}");
    let (key_id, secret) = (key["key"]["key_id"].as_str().unwrap(), key["token"].as_str().unwrap());
    let reads = |town: &Town| town.ask("GET", "/v1/reports", Some(secret), &Value::Null).0;
    assert_eq!(reads(&town), 200);
    said_by(&town, "quotidien backup quotidien.backup");
    let mode = town
        .folder
        .path()
        .join("quotidien.backup")
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600, "the owner alone reads it");
    // What happens after the backup.
    assert_eq!(deactivated(&town, &token, &sent_away), 204);
    let revoked = town.ask("DELETE", &format!("/v1/api-keys/{key_id}"), Some(&token), &Value::Null);
    assert_eq!(revoked.0, 204);
    town.follow("systemctl stop quotidien");
    let restored = said_by(&town, "quotidien restore quotidien.backup");
    assert_eq!(
        (&restored["sessions_ended"], &restored["invitations_ended"]),
        (&json!(1), &json!(1))
    );
    let review = restored["review"].as_array().unwrap();
    let of_home = review.iter().find(|of| of["organisation_id"] == home.as_str()).unwrap();
    let ids = |list: &str, field: &str| {
        let items = of_home[list].as_array().unwrap().iter();
        items
            .map(|item| item[field].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let accounts = ids("accounts", "account_id");
    assert!(
        accounts.contains(&sent_away) && accounts.len() == 2,
        "with the coordinator: {accounts:?}"
    );
    assert!(!accounts.contains(&before), "who was deactivated before is not let in");
    assert_eq!(ids("keys", "key_id"), [key_id]);
    // They are let in, as the list says; the invitation is not.
    town.follow("systemctl start quotidien");
    assert_eq!(reads(&town), 200);
    assert_eq!(town.sign_in("amelie@example.org").0, 201);
    assert_eq!(town.sign_in("bastien@example.org").0, 401);
    assert_eq!(chosen_by(&town, &invited), 422);
    // Until they are sent away again.
    let token = town.token("nadege@example.org");
    assert_eq!(deactivated(&town, &token, &sent_away), 204);
    assert_eq!(town.sign_in("amelie@example.org").0, 401);
}

async fn a_new_history_ends_sessions_and_invitations(database: TestDatabase) {
    let (mut town, _, _) = serving(database);
    let tokens = town.sign_in("nadege@example.org").1;
    let token = tokens["access_token"].as_str().unwrap();
    let invited = invitation(&town, token);
    town.follow("systemctl stop quotidien");
    let said = said_by(&town, "quotidien changes new-epoch");
    assert_eq!(
        (&said["sessions_ended"], &said["invitations_ended"]),
        (&json!(2), &json!(1))
    );
    town.follow("systemctl start quotidien");
    assert_eq!(town.ask("GET", "/v1/me", Some(token), &Value::Null).0, 401);
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    assert_eq!(town.ask("POST", "/v1/sessions/refresh", None, &refresh).0, 401);
    assert_eq!(chosen_by(&town, &invited), 422);
    assert_eq!(town.sign_in("nadege@example.org").0, 201);
}

async fn who_was_erased_is_erased_again_by_the_list_beside_the_file_of_sqlite_and_by_none_on_postgresql(
    database: TestDatabase,
) {
    let on_sqlite = database.engine() == Engine::Sqlite;
    let mut town = Town::with(database);
    town.erasures = None;
    let home = town.organisation("Métropole");
    let erased = town.account(&home, "advisor", "zenobie@example.org");
    said_by(&town, "quotidien backup quotidien.backup");
    let output = town.run(&format!(
        "quotidien account erase --organisation {home} --account {erased}"
    ));
    assert!(output.status.success(), "{}", text(&output.stderr));
    let warned = text(&output.stderr).contains("set QUOTIDIEN_ERASURES");
    assert_eq!(warned, !on_sqlite, "{}", text(&output.stderr));
    if let Some(path) = town.database.address().strip_prefix("sqlite://") {
        let list = std::fs::read_to_string(format!("{path}.erasures")).unwrap();
        assert!(list.contains(&erased), "{list}");
    }
    let restored = said_by(&town, "quotidien restore quotidien.backup");
    assert_eq!(
        (&restored["erasures_known"], &restored["erased_again"]),
        (&json!(on_sqlite), &json!(i32::from(on_sqlite)))
    );
    let left = sql::count(
        &mut town.database.connect(),
        "sign_ins",
        "email = 'zenobie@example.org'",
    );
    assert_eq!(left, i64::from(!on_sqlite));
}

/// Makes a backup that is sound to read, and in the way of which something stands once it is half restored.
type Trap = fn(&Town);

async fn a_restoration_that_fails_half_way_leaves_everything_as_it_was(database: TestDatabase) {
    let mut town = Town::with(database);
    let home = town.organisation("Métropole");
    town.account(&home, "coordinator", "nadege@example.org");
    said_by(&town, "quotidien backup sound.backup");
    // Once it is settled: nothing may be written of an organisation.
    let settling: Trap = |town| {
        sql::execute(
            &mut town.database.connect(),
            match town.database.engine() {
                Engine::Sqlite => {
                    "CREATE TRIGGER trap BEFORE UPDATE ON organisations BEGIN SELECT RAISE(ABORT, 'trap'); END"
                }
                Engine::Postgres => {
                    "CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS \
                $$ BEGIN RAISE 'trap' USING ERRCODE = '23514'; END $$; \
                CREATE TRIGGER trap BEFORE UPDATE ON organisations EXECUTE FUNCTION trap()"
                }
            },
        );
    };
    // While `pg_restore` runs: a row that its own table refuses when it is read back, after the tables were made.
    let reading: Trap = |town| {
        let trap = "CREATE TABLE zz_trap (a text CHECK (a = current_database() OR a = 'here'));
            INSERT INTO zz_trap VALUES (current_database())";
        sql::execute(&mut town.database.connect(), trap);
    };
    let traps: &[(&str, Trap)] = match town.database.engine() {
        Engine::Sqlite => &[("settling", settling)],
        Engine::Postgres => &[("settling", settling), ("reading", reading)],
    };
    for (name, trap) in traps {
        let other = Town::with(TestDatabase::migrated(town.database.engine()).unwrap());
        other.organisation("Ailleurs");
        trap(&other);
        let file = town.folder.path().join(format!("{name}.backup"));
        said_by(&other, &format!("quotidien backup {}", file.display()));
        let output = town.run(&format!("quotidien restore {name}.backup"));
        let said = text(&output.stderr);
        assert!(
            !output.status.success() && said.contains("nothing was restored"),
            "{name}: {said}"
        );
        let connection = &mut town.database.connect();
        let names = "SELECT name AS text FROM organisations WHERE name <> 'Quotidien'";
        assert_eq!(sql::texts(connection, names), ["Métropole"], "{name}");
        let left = match town.database.engine() {
            Engine::Sqlite => {
                let path = town.database.address().replace("sqlite://", "");
                i64::from(std::fs::exists(format!("{path}.restoring")).unwrap())
            }
            Engine::Postgres => sql::count(
                connection,
                "pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace",
                "n.nspname = 'quotidien_replaced' OR c.relname LIKE '%trap%'",
            ),
        };
        assert_eq!(left, 0, "{name}");
    }
    // Everything works on: the check, the service, another restoration.
    assert!(town.run("quotidien check").status.success());
    town.follow("systemctl start quotidien");
    town.token("nadege@example.org");
    town.follow("systemctl stop quotidien");
    let restored = said_by(&town, "quotidien restore sound.backup");
    assert_eq!(restored["sessions_ended"], 0);
}
