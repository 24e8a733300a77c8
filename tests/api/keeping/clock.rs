//! A clock that is wrong makes nobody forgotten.

use chrono::{DateTime, TimeDelta, Utc};
use quotidien::domain::account::Role;
use quotidien::jobs::{Job, Worker};
use serde_json::json;

use crate::command_line::quotidien;
use crate::http::{report, workshop};
use crate::support::api::{Api, Cast, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::mail::{Manner, PostOffice};
use crate::support::sql;

on_both_databases!(
    a_clock_that_leaps_once_makes_nothing_forgotten_and_jobs_go_on_after_it,
    a_clock_that_stays_wrong_makes_nothing_forgotten_until_somebody_says_that_it_is_right,
    when_most_accounts_are_without_contact_none_is_erased_until_somebody_says_so,
    who_reports_through_a_key_and_the_last_coordinator_keep_their_names,
    where_mail_is_sent_nobody_is_erased_who_was_not_told_a_month_before,
    places_at_home_go_with_the_notes,
);

fn worker(api: &Api) -> Worker {
    Worker {
        store: api.store.clone(),
        instance: "one".to_owned(),
        notes_months: 24,
        mailer: None,
    }
}

async fn run_at(worker: &Worker, instant: DateTime<Utc>) -> Vec<Job> {
    let done = worker.run_due(&move || instant).await.unwrap();
    worker.send_mail(&move || instant).await.unwrap();
    done
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// People, and a report of one of them with a note.
async fn noted(api: &Api) -> Cast {
    let cast = api.cast().await;
    let mut day = report(&[workshop()]);
    day["note"] = json!("Madame Untel");
    let call = api.put(&cast.advisor.report("2022-09-28")).by(&cast.advisor);
    call.json(&day).send().await.expect(201);
    cast
}

/// How many names, notes and entries of the audit log are there.
fn kept(database: &TestDatabase) -> [i64; 3] {
    let connection = &mut database.connect();
    [
        sql::count(connection, "accounts", "anonymised_at IS NULL"),
        sql::count(connection, "reports", "note IS NOT NULL"),
        sql::count(connection, "audit_entries", "true"),
    ]
}

async fn a_clock_that_leaps_once_makes_nothing_forgotten_and_jobs_go_on_after_it(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = noted(&api).await;
    api.key(&cast.coordinator, &[]).await;
    let before = kept(&database);
    let worker = worker(&api);
    for day in ["2022-09-29T10:00:00Z", "2022-09-30T10:00:00Z"] {
        run_at(&worker, instant(day)).await;
    }
    for minute in 0..75 {
        let leapt = instant("2024-12-08T10:00:00Z") + TimeDelta::minutes(minute);
        assert_eq!(run_at(&worker, leapt).await, []);
    }
    assert_eq!(kept(&database), before);
    run_at(&worker, instant("2022-10-01T10:00:00Z")).await;
    let done = run_at(&worker, instant("2022-10-02T10:00:00Z")).await;
    assert!(done.contains(&Job::PurgeNotes), "{done:?}");
    assert_eq!(kept(&database), before);
}

async fn a_clock_that_stays_wrong_makes_nothing_forgotten_until_somebody_says_that_it_is_right(database: TestDatabase) {
    let api = Api::on(&database).await;
    noted(&api).await;
    let before = kept(&database);
    let worker = worker(&api);
    // The clock of whoever says below that it is right is that of this machine.
    let today = Utc::now();
    let right = today - TimeDelta::days(1000);
    for day in 0..3 {
        run_at(&worker, right + TimeDelta::days(day)).await;
    }
    for day in 0..5 {
        assert_eq!(run_at(&worker, today - TimeDelta::days(5 - day)).await, []);
    }
    assert_eq!(kept(&database), before);
    let said = quotidien(&["jobs", "confirm"], Some(&database.address()), "");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let done = run_at(&worker, today + TimeDelta::minutes(1)).await;
    assert!(done.contains(&Job::PurgeNotes) && done.contains(&Job::EraseIdleAccounts));
    // The coordinators and the administrator stay, each the last of their kind.
    assert_eq!(kept(&database)[..2], [3, 0]);
}

async fn when_most_accounts_are_without_contact_none_is_erased_until_somebody_says_so(database: TestDatabase) {
    let api = Api::on(&database).await;
    let home = api.organisation("Métropole").await;
    for number in 0..8 {
        api.person(home, Role::Advisor, &format!("Conseiller {number}")).await;
    }
    let seen = |count: i64, on: &str| {
        let some = format!("SELECT account_id FROM accounts ORDER BY account_id LIMIT {count}");
        let seen = format!("UPDATE accounts SET last_seen_at = '{on}' WHERE account_id IN ({some})");
        sql::execute(&mut database.connect(), &seen);
    };
    let worker = worker(&api);
    let today = Utc::now();
    seen(8, &today.format("%Y-%m-%d %H:%M:%S").to_string());
    seen(3, "2022-01-01 00:00:00");
    run_at(&worker, today - TimeDelta::days(2)).await;
    let done = run_at(&worker, today - TimeDelta::days(1)).await;
    assert!(!done.contains(&Job::EraseIdleAccounts), "three of eight are too many");
    assert_eq!(kept(&database)[0], 8);
    let said = quotidien(&["jobs", "confirm"], Some(&database.address()), "");
    assert!(said.status.success());
    run_at(&worker, today + TimeDelta::minutes(1)).await;
    assert_eq!(kept(&database)[0], 5);
}

/// Has every account a password, and nobody but this person seen since.
fn away(database: &TestDatabase, but: &[&Person]) {
    let connection = &mut database.connect();
    sql::execute(connection, "UPDATE accounts SET password_hash = 'one that was chosen'");
    for person in but {
        let seen = format!(
            "UPDATE accounts SET last_seen_at = '2023-10-01 00:00:00' WHERE account_id = '{}'",
            person.id
        );
        sql::execute(connection, &seen);
    }
}

fn names(database: &TestDatabase) -> Vec<String> {
    let query = "SELECT name AS text FROM accounts WHERE anonymised_at IS NULL";
    let mut names = sql::texts(&mut database.connect(), query);
    names.sort();
    names
}

async fn who_reports_through_a_key_and_the_last_coordinator_keep_their_names(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let maker = api
        .person(cast.advisor.organisation, Role::Coordinator, "Zoé Masson")
        .await;
    let there = api.person(cast.advisor.organisation, Role::Advisor, "Théo Roux").await;
    away(&database, &[&cast.foreign_advisor, &there]);
    api.set_clock("2023-09-28T10:00:00Z");
    // The key was made long ago, and a program writes with it still.
    let (_, key) = api
        .key(&maker, &[quotidien::domain::api_key::Scope::ReportsWrite])
        .await;
    let call = api.put(&cast.advisor.report("2023-09-27")).bearer(&key);
    call.json(&report(&[workshop()])).send().await.expect(201);
    let worker = worker(&api);
    for day in 0..4 {
        run_at(&worker, instant("2023-10-02T10:00:00Z") + TimeDelta::days(day)).await;
    }
    // Bastien Leroy is away; Nadège Lambert too, and another coordinator is there. Driss Benali and Inès Garnier are the
    // last who can do what they do.
    let there = [
        "Amélie Rousseau",
        "Chloé Fournier",
        "Driss Benali",
        "Inès Garnier",
        "Théo Roux",
        "Zoé Masson",
    ];
    assert_eq!(names(&database), there);
}

async fn where_mail_is_sent_nobody_is_erased_who_was_not_told_a_month_before(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let api = Api::mailing_by(&database, office.mailer()).await;
    let cast = api.cast().await;
    away(&database, &[&cast.foreign_advisor, &cast.colleague]);
    let worker = Worker {
        mailer: Some(office.mailer()),
        ..worker(&api)
    };
    let day = |days: i64| instant("2023-10-02T10:00:00Z") + TimeDelta::days(days);
    for number in 0..30 {
        run_at(&worker, day(number)).await;
    }
    let letters = office.received(1).await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].recipients, [format!("{}@test.example", cast.advisor.id)]);
    assert!(letters[0].body.contains("le 02/11/2023") && letters[0].body.contains("on 2023-11-02"));
    assert!(names(&database).contains(&"Amélie Rousseau".to_owned()));
    for number in 30..33 {
        run_at(&worker, day(number)).await;
    }
    assert!(!names(&database).contains(&"Amélie Rousseau".to_owned()));
    assert_eq!(office.received(1).await.len(), 1);
}

async fn places_at_home_go_with_the_notes(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let by = &cast.advisor;
    let at_place = |setting: &str, place: &str| {
        let mut intervention = workshop();
        intervention["setting"] = json!(setting);
        intervention["place_name"] = json!(place);
        report(&[intervention])
    };
    for body in [
        at_place("home", "Chez Madame Untel"),
        at_place("partner_site", "Médiathèque"),
        at_place("home", "Chez Monsieur Untel"),
    ] {
        let put = api.put(&by.report("2022-05-03")).by(by).json(&body);
        assert!(put.send().await.status < 300);
    }
    crate::jobs::run(&api, "2024-05-05T10:00:00Z").await.unwrap();
    let path = format!("{}/history", by.report("2022-05-03"));
    let history = api.get(&path).by(by).send().await.expect(200).json();
    let places: Vec<&serde_json::Value> = (0..3)
        .map(|version| &history["items"][version]["report"]["interventions"][0]["place_name"])
        .collect();
    assert_eq!(places, [&json!(null), &json!("Médiathèque"), &json!(null)]);
}
