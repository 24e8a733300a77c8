//! Whatever somebody asks, no row of another organisation is read or changed. The requests are operations of the
//! document, drawn by chance, that name rows of the caller's organisation and of another.

use std::collections::BTreeSet;

use actix_web::http::Method;
use chrono::{DateTime, TimeDelta, Utc};
use quotidien::actions::privacy::erase_organisation;
use quotidien::domain::api_key::Scope;
use quotidien::domain::identifiers::MessageId;
use quotidien::domain::nomenclature::ClosedList as _;
use quotidien::jobs::{Job, Worker};
use quotidien::storage::outbox::{self, NewMail};
use quotidien::storage::sessions::{self, NewRefreshToken};
use quotidien::storage::{AnyConnection, jobs};
use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use serde_json::{Value, json};

use crate::command_line::quotidien;
use crate::http::{report, workshop};
use crate::support::api::{Api, Cast, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::{field, random, sql};

on_both_databases!(
    no_request_reads_or_changes_a_row_of_another_organisation,
    an_organisation_that_is_erased_leaves_no_row_in_any_table_and_no_other_is_touched,
    what_expires_is_forgotten_in_every_table,
    the_copy_of_an_organisation_leaves_out_no_table_but_for_a_reason,
);

const REQUESTS: usize = 400;
/// Texts of the second organisation, which nobody of the first may ever read.
const SECRETS: [&str; 4] = ["Chloé Fournier", "Driss Benali", "Angers Loire", "secret-d-angers"];

/// The tables with rows of an organisation, each with the columns that must stay as they are.
const TABLES: [(&str, &str); 31] = [
    (
        "organisations",
        "name || time_zone || territory || CAST(change_seq AS TEXT)",
    ),
    (
        "accounts",
        "account_id || role || name || email || coalesce(password_hash, '') || coalesce(CAST(deactivated_at AS TEXT), '')",
    ),
    ("slugs", "slug"),
    ("activity_periods", "advisor_id || CAST(starts_on AS TEXT)"),
    ("sign_ins", "email || account_id"),
    ("invitations", "account_id || token_hash"),
    ("outbox", "account_id || message_id || content"),
    ("sessions", "session_id || coalesce(CAST(ended_at AS TEXT), '')"),
    ("refresh_tokens", "session_id || token_hash"),
    ("api_keys", "key_id || name || coalesce(CAST(revoked_at AS TEXT), '')"),
    (
        "reports",
        "advisor_id || CAST(report_date AS TEXT) || CAST(version AS TEXT)",
    ),
    ("interventions", "intervention_id || CAST(participants AS TEXT)"),
    ("report_versions", "advisor_id || CAST(version AS TEXT)"),
    ("tallies", "month || CAST(reports AS TEXT) || details"),
    ("audit_entries", "entry_id || action"),
    ("months", "month || status || coalesce(comment, '')"),
    ("refused_writes", "month || advisor_id || CAST(writes AS TEXT)"),
    ("publications", "publication_id || content"),
    ("places", "place_id || CAST(version AS TEXT) || content"),
    ("partners", "partner_id || CAST(version AS TEXT) || content"),
    ("tags", "tag_id || CAST(version AS TEXT) || content"),
    ("workshops", "workshop_id || CAST(version AS TEXT) || content"),
    ("agreements", "agreement_id || CAST(version AS TEXT) || content"),
    (
        "partner_links",
        "link_id || token_hash || name || coalesce(CAST(revoked_at AS TEXT), '')",
    ),
    ("meetings", "meeting_id || CAST(version AS TEXT) || content"),
    ("requests", "request_id || CAST(version AS TEXT) || content"),
    ("calendar_links", "account_id || token_hash"),
    ("referrals", "referral_id || CAST(version AS TEXT) || content"),
    ("schedules", "schedule_id || CAST(version AS TEXT) || content"),
    (
        "planned_sessions",
        "planned_session_id || CAST(version AS TEXT) || content",
    ),
    (
        "shared_links",
        "link_id || token_hash || name || coalesce(CAST(revoked_at AS TEXT), '')",
    ),
];

fn rows_of(database: &TestDatabase, organisation: &str) -> Vec<String> {
    let connection = &mut database.connect();
    let select = |(table, columns): (&str, &str)| {
        format!("SELECT '{table} ' || {columns} AS text FROM {table} WHERE organisation_id = '{organisation}'")
    };
    let mut rows = sql::texts(connection, &TABLES.map(select).join(" UNION ALL "));
    // Anybody may try to sign in with a wrong password: the organisation of the account notes the attempt in its audit
    // log.
    rows.retain(|row| !row.ends_with("sign_in_failed"));
    rows.sort();
    rows
}

/// Makes sure that an organisation has rows in every table of the schema that has organisations, and that each is watched.
fn assert_furnished(database: &TestDatabase, organisation: &str) {
    for (table, rows) in sql::rows_of(&mut database.connect(), organisation) {
        assert!(rows > 0, "`furnish` gives the organisation nothing of {table}");
        assert!(TABLES.iter().any(|(name, _)| *name == table), "`TABLES` lacks {table}");
    }
}

/// What a request may name, from both organisations.
pub(crate) struct Names {
    accounts: Vec<String>,
    sessions: Vec<String>,
    keys: Vec<String>,
    publications: Vec<String>,
    links: Vec<String>,
    interventions: Vec<String>,
    emails: Vec<String>,
}

impl Names {
    fn draw(rng: &mut StdRng, names: &[String]) -> String {
        names.choose(rng).unwrap().clone()
    }
}

async fn no_request_reads_or_changes_a_row_of_another_organisation(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let mut rng = random::draws(random::seed());
    let names = furnish(&api, &cast).await;
    let operations = operations(&api).await;
    let theirs = cast.foreign_advisor.organisation.to_string();
    assert_furnished(&database, &theirs);
    let before = rows_of(&database, &theirs);
    let mut succeeded = 0;
    for _ in 0..REQUESTS {
        let callers = [
            &cast.advisor,
            &cast.colleague,
            &cast.coordinator,
            &cast.coordinator,
            &cast.administrator,
        ];
        // An earlier request may have ended the caller's session or key: this one gets a new session or key.
        let caller = callers.choose(&mut rng).unwrap();
        let token = if rng.random_bool(0.2) {
            api.key(&cast.coordinator, Scope::ALL).await.1
        } else {
            api.new_token(caller).await
        };
        let (method, path) = operations.choose(&mut rng).unwrap();
        let path = filled(&mut rng, path, &names);
        let mut call = api.call(method.clone(), &path).bearer(&token);
        let body = body(&mut rng, method, &path, &names);
        if let Some(body) = &body {
            call = call.json(body);
        }
        let answer = call.send().await;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let asked = format!("{method} {path} {body:?} by {caller:?}");
        for secret in SECRETS {
            assert!(!text.contains(secret), "{asked} reads {secret}: {text}");
        }
        assert_eq!(rows_of(&database, &theirs), before, "{asked} → {}", answer.status);
        succeeded += usize::from(answer.status < 300);
    }
    assert!(succeeded > REQUESTS / 20, "some requests succeed: {succeeded}");
}

async fn an_organisation_that_is_erased_leaves_no_row_in_any_table_and_no_other_is_touched(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    furnish(&api, &cast).await;
    let (home, erased) = (cast.advisor.organisation, cast.foreign_advisor.organisation);
    assert_furnished(&database, &erased.to_string());
    let before = rows_of(&database, &home.to_string());
    let walked = tables_that_erasing_walks();
    for table in sql::tenant_tables(&mut database.connect()) {
        // Said first: a table that refers to others stops the erasing with an error that may name none.
        assert!(walked.contains(&table), "`storage/erasure.rs` does not empty {table}");
    }
    erase_organisation(&api.store, erased).await.unwrap();
    for (table, rows) in sql::rows_of(&mut database.connect(), &erased.to_string()) {
        assert_eq!(rows, 0, "erasing leaves rows in {table}");
    }
    assert_eq!(rows_of(&database, &home.to_string()), before);
}

async fn what_expires_is_forgotten_in_every_table(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    furnish(&api, &cast).await;
    let connection = &mut database.connect();
    let tables = sql::tables_that_expire(connection);
    for table in &tables {
        assert!(
            sql::count(connection, table, "true") > 0,
            "`furnish` adds no row to {table}"
        );
    }
    // Sessions of tests last for decades.
    let later: DateTime<Utc> = "2060-01-01T03:00:00Z".parse().unwrap();
    let confirm = move |connection: &mut AnyConnection| {
        Job::ALL
            .iter()
            .try_for_each(|job| jobs::confirm(connection, job.name(), later))
    };
    api.store.change(confirm).await.unwrap();
    let worker = Worker {
        store: api.store.clone(),
        instance: "one".to_owned(),
        notes_months: 24,
        mailer: None,
    };
    worker.run_due(&move || later).await.unwrap();
    worker.send_mail(&move || later).await.unwrap();
    for table in &tables {
        assert_eq!(sql::count(connection, table, "true"), 0, "no job forgets {table}");
    }
}

/// The tables that the copy of an organisation holds, each with the type of the lines that tell of its rows.
const COPIED: [(&str, &str); 23] = [
    ("organisations", "organisation"),
    ("accounts", "account"),
    ("activity_periods", "account"),
    ("sessions", "session"),
    ("reports", "day"),
    ("interventions", "day"),
    ("report_versions", "day"),
    ("months", "month"),
    ("publications", "publication"),
    ("shared_links", "shared_link"),
    ("api_keys", "api_key"),
    ("places", "place"),
    ("partners", "partner"),
    ("tags", "tag"),
    ("workshops", "workshop"),
    ("agreements", "agreement"),
    ("partner_links", "partner_link"),
    ("meetings", "meeting"),
    ("requests", "request"),
    ("referrals", "referral"),
    ("schedules", "schedule"),
    ("planned_sessions", "planned_session"),
    ("audit_entries", "audit_entry"),
];

/// The tables that the copy leaves out, each with the reason.
const LEFT_OUT: [(&str, &str); 8] = [
    ("slugs", "the name stands with the organisation"),
    ("sign_ins", "their addresses are those of the accounts"),
    ("invitations", "secrets, as digests"),
    ("outbox", "messages that wait for a moment, with secrets"),
    ("refresh_tokens", "secrets, as digests"),
    ("calendar_links", "secrets, as digests"),
    ("tallies", "sums of the days"),
    ("refused_writes", "what a closed month did not take is no report"),
];

async fn the_copy_of_an_organisation_leaves_out_no_table_but_for_a_reason(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    furnish(&api, &cast).await;
    let known: BTreeSet<&str> = COPIED.iter().chain(&LEFT_OUT).map(|(table, _)| *table).collect();
    let tables = sql::tenant_tables(&mut database.connect());
    assert_eq!(known, tables.iter().map(String::as_str).collect());
    let organisation = cast.foreign_advisor.organisation.to_string();
    let url = database.address();
    let copy = quotidien(
        &["organisation", "export", "--organisation", &organisation],
        Some(&url),
        "",
    );
    assert!(copy.status.success(), "{copy:?}");
    let lines = String::from_utf8(copy.stdout).unwrap();
    let types: BTreeSet<String> = lines
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["type"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let told: BTreeSet<String> = COPIED.iter().map(|(_, line)| (*line).to_owned()).collect();
    assert_eq!(types, told, "each type of line, of which `furnish` adds a row at least");
}

fn tables_that_erasing_walks() -> Vec<String> {
    let lists = include_str!("../../src/storage/erasure.rs")
        .split("= emptying![")
        .skip(1);
    lists
        .flat_map(|rest| rest.split(']').next().unwrap().split(','))
        .map(|name| name.trim().to_owned())
        .collect()
}

/// A message that waits for somebody.
fn message_to(person: &Person, now: DateTime<Utc>) -> NewMail {
    NewMail {
        organisation: person.organisation,
        account: person.id,
        id: MessageId::new(),
        invitation: None,
        content: "secret-d-angers".to_owned(),
        now,
        expires_at: now + TimeDelta::hours(24),
    }
}

/// Stores rows of every kind for the second organisation and some for the first; what requests may name.
pub(crate) async fn furnish(api: &Api, cast: &Cast) -> Names {
    let mut intervention = workshop();
    intervention["id"] = json!("0198f3c2-7c1e-7d2a-8f00-00000000000a");
    intervention["note"] = json!("secret-d-angers");
    for _ in 0..2 {
        let call = api
            .put(&cast.foreign_advisor.report("2022-05-03"))
            .by(&cast.foreign_advisor);
        assert!(call.json(&report(&[intervention.clone()])).send().await.status < 300);
        intervention["participants"] = json!(10);
    }
    let home = api.put(&cast.advisor.report("2022-05-03")).by(&cast.advisor);
    home.json(&report(&[workshop()])).send().await.expect(201);
    let invitation = format!("/v1/accounts/{}/invitation", cast.foreign_advisor.id);
    let invite = api.post(&invitation).by(&cast.foreign_coordinator);
    invite.send().await.expect(201);
    let (key, _) = api.key(&cast.coordinator, Scope::ALL).await;
    let (foreign_key, _) = api.key(&cast.foreign_coordinator, Scope::ALL).await;
    let (mut publications, mut links) = (Vec::new(), Vec::new());
    for (by, comment) in [
        (&cast.coordinator, "vu"),
        (&cast.foreign_coordinator, "secret-d-angers"),
    ] {
        let closing = api.put("/v1/months/2022-07/closing").by(by);
        closing.json(&json!({"comment": comment})).send().await.expect(200);
        let body = json!({"from": "2022-07", "to": "2022-07"});
        let published = api.post("/v1/publications").by(by).json(&body).send().await.expect(201);
        let id = published.json()["publication_id"].as_str().unwrap().to_owned();
        let share = api.post(&format!("/v1/publications/{id}/links")).by(by);
        let shared = share.json(&json!({"name": comment})).send().await.expect(201).json();
        links.push(shared["link"]["link_id"].as_str().unwrap().to_owned());
        publications.push(id);
    }
    let late = cast.foreign_advisor.report("2022-07-01");
    let late = api.put(&late).by(&cast.foreign_advisor);
    late.json(&report(&[workshop()])).send().await.expect(409);
    let token = NewRefreshToken {
        organisation: cast.foreign_advisor.organisation,
        session: cast.foreign_advisor.session,
        hash: "secret-d-angers".to_owned(),
        generation: 1,
        now: api.now(),
        expires_at: api.now() + TimeDelta::days(90),
    };
    let message = message_to(&cast.foreign_advisor, api.now());
    let organisation = cast.foreign_advisor.organisation;
    let keep = api.store.change(move |connection| {
        sql::execute(
            connection,
            &format!("INSERT INTO slugs VALUES ('secret-d-angers', '{organisation}')"),
        );
        sessions::insert_token(connection, &token)?;
        outbox::insert(connection, &message)
    });
    keep.await.unwrap();
    field::furnish(api, cast).await;
    for (by, name) in [(&cast.advisor, "Téléphone"), (&cast.foreign_advisor, "secret-d-angers")] {
        let address = api.post("/v1/me/calendar-links").by(by).json(&json!({"name": name}));
        address.send().await.expect(201);
    }
    let people = [
        &cast.advisor,
        &cast.colleague,
        &cast.foreign_advisor,
        &cast.foreign_coordinator,
    ];
    let each = |show: fn(&Person) -> String| people.map(show).to_vec();
    Names {
        accounts: each(|person| person.id.to_string()),
        sessions: each(|person| person.session.to_string()),
        keys: vec![key.to_string(), foreign_key.to_string()],
        publications,
        links,
        interventions: vec![
            "0198f3c2-7c1e-7d2a-8f00-00000000000a".to_owned(),
            "0198f3c2-7c1e-7d2a-8f00-00000000000b".to_owned(),
        ],
        emails: each(|person| format!("{}@test.example", person.id)),
    }
}

/// The operations of the document, except those with which administrators make and read organisations.
pub(crate) async fn operations(api: &Api) -> Vec<(Method, String)> {
    let document = api.get("/openapi.json").send().await.expect(200).json();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation["tags"] != json!(["instance"]) {
                operations.push((method.to_uppercase().parse().unwrap(), path.clone()));
            }
        }
    }
    operations
}

pub(crate) fn filled(rng: &mut StdRng, path: &str, names: &Names) -> String {
    let filled = path
        .replace("{advisor_id}", &Names::draw(rng, &names.accounts))
        .replace("{account_id}", &Names::draw(rng, &names.accounts))
        .replace("{session_id}", &Names::draw(rng, &names.sessions))
        .replace("{key_id}", &Names::draw(rng, &names.keys))
        .replace("{publication_id}", &Names::draw(rng, &names.publications))
        .replace("{link_id}", &Names::draw(rng, &names.links))
        .replace("{month}", ["2022-05", "2022-07"][rng.random_range(0..2)])
        .replace("{id}", &Names::draw(rng, &names.interventions))
        .replace("{token}", "nobody-s-link")
        .replace("{slug}", "nowhere")
        .replace("{code}", "not_found")
        .replace("{date}", "2022-05-03");
    let filled = field::named(&filled, || rng.random_bool(0.5));
    assert!(!filled.contains('{'), "name what fills {path}");
    let whose = if rng.random_bool(0.5) {
        format!("advisor_id={}", Names::draw(rng, &names.accounts))
    } else {
        String::new()
    };
    match path {
        "/v1/reports" => format!("{filled}?{whose}"),
        "/v1/communes" => format!("{filled}?q=mans"),
        "/v1/statistics/workload" => format!("{filled}?from=2022-09-01&to=2022-12-31"),
        "/v1/planned-sessions" => format!("{filled}?from=2022-09-01&to=2022-12-31&{whose}"),
        "/v1/statistics/completeness" => format!("{filled}?from=2022-05&to=2022-09"),
        "/v1/statistics/monthly" | "/v1/statistics/full" | "/v1/months" => {
            format!("{filled}?from=2022-05&to=2022-09&{whose}")
        }
        "/v1/statistics/breakdown" => format!("{filled}?by=commune&from=2022-05&to=2022-09&{whose}"),
        "/v1/months/{month}/closing" => format!("{filled}?reason=oubli"),
        _ => filled,
    }
}

/// A body that the operation takes; some name an intervention or an address of another organisation.
pub(crate) fn body(rng: &mut StdRng, method: &Method, path: &str, names: &Names) -> Option<Value> {
    if !matches!(*method, Method::PUT | Method::POST) {
        return None;
    }
    let mut intervention = workshop();
    if path.contains("/interventions/") {
        return Some(intervention);
    }
    if path.contains("/reports/") {
        intervention["id"] = json!(Names::draw(rng, &names.interventions));
        return Some(report(&[intervention]));
    }
    if let Some(thing) = field::body_for(path, || rng.random_bool(0.3)) {
        return Some(field::of(thing, &Names::draw(rng, &names.accounts)));
    }
    Some(match path {
        "/v1/passwords/reset" => {
            json!({"email": Names::draw(rng, &names.emails)})
        }
        "/v1/api-keys" => json!({"name": "Tableau de bord", "scopes": ["reports:read"]}),
        "/v1/me/calendar-links" => json!({"name": "Téléphone"}),
        _ if path.ends_with("/links") => json!({"name": "Conseil"}),
        "/v1/publications" => json!({"from": "2022-07", "to": "2022-07"}),
        "/v1/organisation" => json!({"name": "Métropole", "time_zone": "Europe/Paris", "working_days": ["monday"]}),
        "/v1/sessions" => json!({"email": Names::draw(rng, &names.emails), "password": "une phrase quelconque"}),
        "/v1/me/password" => {
            json!({"current_password": "une phrase quelconque", "password": "quatre mots sans rapport"})
        }
        _ if path.starts_with("/v1/accounts") => {
            let email = if rng.random_bool(0.3) {
                Names::draw(rng, &names.emails)
            } else {
                format!("{}@example.org", rng.random::<u32>())
            };
            json!({
                "role": "advisor", "name": "Élodie Garnier", "email": email,
                "activity_periods": [{"starts_on": "2020-01-01"}]
            })
        }
        _ => json!({}),
    })
}
