//! Background jobs: which of several instances does them, and how long data are kept before a job deletes them.

use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use quotidien::domain::account::Role;
use quotidien::jobs::{Job, Worker};
use quotidien::storage::{StorageError, check};
use serde_json::{Value, json};

use crate::http::{report, workshop};
use crate::support::api::{Api, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::mail::{Manner, PUBLIC_URL, PostOffice};
use crate::support::sql;

on_both_databases!(
    of_two_instances_one_does_each_job_once_a_day,
    an_instance_that_died_leaves_its_job_to_another,
    notes_go_after_two_years_history_included_and_no_figure_moves,
    an_account_without_contact_for_a_year_loses_its_name_and_keeps_its_figures,
    the_audit_log_is_kept_for_twelve_months,
    sessions_that_have_ended_and_their_tokens_go_after_a_month,
    advisors_are_reminded_of_missing_days_once_a_day_in_working_hours,
    nobody_is_reminded_on_leave_or_of_days_of_a_closed_month,
    of_many_advisors_each_is_reminded_once_though_two_instances_send,
    nobody_is_reminded_after_hours_though_there_was_no_time_for_all,
    a_mail_server_that_refuses_reminders_stops_no_job,
);

fn worker(database: &TestDatabase, instance: &str) -> Worker {
    Worker {
        store: database.store(),
        instance: instance.to_owned(),
        notes_months: 24,
        mailer: None,
    }
}

fn at(text: &str) -> impl Fn() -> DateTime<Utc> + Send + Sync + use<> {
    let instant = text.parse().unwrap();
    move || instant
}

async fn of_two_instances_one_does_each_job_once_a_day(database: TestDatabase) {
    let (one, two) = (worker(&database, "one"), worker(&database, "two"));
    // What forgets is only looked at on the first day.
    assert_eq!(two.run_due(&at("2022-09-28T03:00:00Z")).await.unwrap(), []);
    let now = at("2022-09-29T03:00:00Z");
    let (first, second) = tokio::join!(one.run_due(&now), two.run_due(&now));
    let mut done = [first.unwrap(), second.unwrap()].concat();
    done.sort_by_key(|job| job.name());
    // These instances have no mail server: the jobs that send mail do not run.
    let mut all = Job::ALL.to_vec();
    all.retain(|job| !matches!(job, Job::WarnIdleAccounts | Job::RemindAdvisors));
    let in_order = all.clone();
    all.sort_by_key(|job| job.name());
    assert_eq!(done, all);
    let later = at("2022-09-30T02:59:59Z");
    assert_eq!(two.run_due(&later).await.unwrap(), []);
    let next_day = at("2022-09-30T03:00:00Z");
    assert_eq!(two.run_due(&next_day).await.unwrap(), in_order);
    assert_eq!(one.run_due(&next_day).await.unwrap(), []);
}

async fn an_instance_that_died_leaves_its_job_to_another(database: TestDatabase) {
    let two = worker(&database, "two");
    let connection = &mut database.connect();
    sql::execute(
        connection,
        "INSERT INTO jobs (name, leased_by, leased_until, looked_at)
        VALUES ('purge_notes', 'one', '2022-09-29 03:02:00', '2022-09-28 03:00:00')",
    );
    let now = at("2022-09-29T03:01:59Z");
    assert!(!two.run_due(&now).await.unwrap().contains(&Job::PurgeNotes));
    let later = at("2022-09-29T03:02:00Z");
    assert_eq!(two.run_due(&later).await.unwrap(), [Job::PurgeNotes]);
}

/// Runs every job that is due at this instant, on an instance whose clock told the same day by day until then.
pub(crate) async fn run(api: &Api, at_instant: &str) -> Result<Vec<Job>, StorageError> {
    let worker = Worker {
        store: api.store.clone(),
        instance: "one".to_owned(),
        notes_months: 24,
        mailer: None,
    };
    let now = at(at_instant);
    let day_before = move || now() - TimeDelta::days(1);
    worker.run_due(&day_before).await?;
    worker.run_due(&at(at_instant)).await
}

async fn figures(api: &Api, by: &Person) -> Value {
    let path = "/v1/statistics/monthly?from=2022-05&to=2022-09";
    api.get(path).by(by).send().await.expect(200).json()["rows"].clone()
}

async fn notes_go_after_two_years_history_included_and_no_figure_moves(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let by = &cast.advisor;
    let noted = |note: &str| {
        let mut intervention = workshop();
        intervention["note"] = json!(note);
        let mut day = report(&[intervention]);
        day["note"] = json!(note);
        day
    };
    let put = async |date: &str, note: &str| {
        let call = api.put(&by.report(date)).by(by).json(&noted(note));
        assert!(call.send().await.status < 300);
    };
    put("2022-05-03", "Madame Untel").await;
    put("2022-05-03", "Monsieur Untel").await;
    put("2022-09-28", "Récent").await;
    let before = figures(&api, by).await;
    run(&api, "2024-05-03T23:00:00Z").await.unwrap();
    let history = async |date: &str| {
        let path = format!("{}/history", by.report(date));
        api.get(&path).by(by).send().await.expect(200).json()
    };
    assert!(
        history("2022-05-03").await.to_string().contains("Untel"),
        "not a day too early"
    );
    run(&api, "2024-05-05T00:00:00Z").await.unwrap();
    let purged = history("2022-05-03").await;
    assert!(!purged.to_string().contains("Untel"));
    assert_eq!(purged["items"].as_array().unwrap().len(), 2);
    let intervention = &purged["items"][1]["report"]["interventions"][0];
    assert_eq!(
        (&intervention["participants"], &intervention["note"]),
        (&json!(9), &Value::Null)
    );
    assert!(history("2022-09-28").await.to_string().contains("Récent"));
    assert_eq!(figures(&api, by).await, before);
    let organisation = by.organisation;
    let months = api
        .store
        .read(move |connection| check::months(connection, organisation))
        .await
        .unwrap();
    for month in months {
        let wrong = api
            .store
            .read(move |connection| check::difference(connection, organisation, month))
            .await;
        assert_eq!(wrong.unwrap(), None);
    }
    let kept = sql::count(
        &mut database.connect(),
        "report_versions",
        "interventions LIKE '%Untel%' OR note LIKE '%Untel%'",
    );
    assert_eq!(kept, 0);
}

async fn an_account_without_contact_for_a_year_loses_its_name_and_keeps_its_figures(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let call = api.put(&cast.advisor.report("2022-05-03")).by(&cast.advisor);
    call.json(&report(&[workshop()])).send().await.expect(201);
    let before = figures(&api, &cast.coordinator).await;
    run(&api, "2023-09-29T09:00:00Z").await.unwrap();
    let people = async || {
        api.get("/v1/accounts")
            .by(&cast.coordinator)
            .send()
            .await
            .expect(200)
            .json()
    };
    assert!(
        people().await.to_string().contains("Amélie Rousseau"),
        "not a day too early"
    );
    // The coordinator and the colleague have used the service since: only the advisor has been away long enough.
    let seen = format!(
        "UPDATE accounts SET last_seen_at = '2023-09-01 00:00:00' WHERE account_id <> '{}'",
        cast.advisor.id
    );
    sql::execute(&mut database.connect(), &seen);
    run(&api, "2023-09-30T11:00:00Z").await.unwrap();
    let listed = people().await;
    let names: Vec<&str> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Bastien Leroy", "Compte effacé", "Nadège Lambert"]);
    assert!(
        !listed
            .to_string()
            .contains(&format!("{}@test.example", cast.advisor.id))
    );
    assert_eq!(figures(&api, &cast.coordinator).await, before);
    let connection = &mut database.connect();
    for table in ["sign_ins", "sessions"] {
        let theirs = format!("account_id = '{}'", cast.advisor.id);
        assert_eq!(sql::count(connection, table, &theirs), 0, "{table}");
    }
    let log = api
        .get("/v1/audit-log")
        .by(&cast.coordinator)
        .send()
        .await
        .expect(200)
        .json();
    let entry = &log["items"][0];
    assert_eq!(
        (&entry["action"], &entry["actor"]),
        (&json!("account_erased"), &Value::Null)
    );
    assert_eq!(entry["subject"], cast.advisor.id.to_string());
}

async fn the_audit_log_is_kept_for_twelve_months(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    // More entries than a job deletes in one slice of work.
    for minutes in 0..150 {
        let at = api.now() + TimeDelta::minutes(minutes);
        api.set_clock(&at.to_rfc3339());
        api.key(&cast.coordinator, &[]).await;
    }
    let entries = || sql::count(&mut database.connect(), "audit_entries", "action = 'key_created'");
    run(&api, "2023-09-29T10:00:00Z").await.unwrap();
    assert_eq!(entries(), 150);
    run(&api, "2023-09-30T10:00:00Z").await.unwrap();
    let left = entries();
    assert!(left > 0, "those of later than a year ago stay: {left}");
    run(&api, "2023-10-10T10:00:00Z").await.unwrap();
    assert_eq!(entries(), 0);
}

async fn sessions_that_have_ended_and_their_tokens_go_after_a_month(database: TestDatabase) {
    let api = Api::on(&database).await;
    let organisation = api.organisation("Le Mans Métropole").await;
    let coordinator = api.person(organisation, Role::Coordinator, "Nadège Lambert").await;
    let (kept, ended) = (coordinator.session, api.new_token(&coordinator).await);
    api.delete("/v1/sessions/current")
        .bearer(&ended)
        .send()
        .await
        .expect(204);
    let sessions = Mutex::new(database.connect());
    let count = || sql::count(&mut sessions.lock().unwrap(), "sessions", "true");
    run(&api, "2022-10-29T10:00:00Z").await.unwrap();
    assert_eq!(count(), 2);
    run(&api, "2022-10-30T10:00:01Z").await.unwrap();
    assert_eq!(count(), 1);
    let left = sql::texts(&mut sessions.lock().unwrap(), "SELECT session_id AS text FROM sessions");
    assert_eq!(left, [kept.to_string()]);
}

async fn advisors_are_reminded_of_missing_days_once_a_day_in_working_hours(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let api = Api::mailing_by(&database, office.mailer()).await;
    let cast = api.cast().await;
    // Three advisors began on Monday 19 September: one has chosen a password, one is only invited, one has left since.
    let mut addresses = Vec::new();
    for name in ["active", "invited", "left"] {
        let email = format!("{name}@example.org");
        let body = json!({
            "role": "advisor", "name": "Élodie Garnier", "email": email,
            "activity_periods": [{"starts_on": "2022-09-19"}]
        });
        let invite = api.post("/v1/accounts").by(&cast.coordinator).json(&body);
        let invited = invite.send().await.expect(201).json();
        addresses.push((email, invited["account"]["account_id"].as_str().unwrap().to_owned()));
    }
    let letters = office.received(3).await;
    for (email, _) in [&addresses[0], &addresses[2]] {
        let letter = letters.iter().find(|letter| letter.recipients.contains(email)).unwrap();
        let body = json!({"token": letter.token(), "password": "quatre mots sans rapport"});
        api.put("/v1/passwords").json(&body).send().await.expect(204);
    }
    let leave = api
        .delete(&format!("/v1/accounts/{}", addresses[2].1))
        .by(&cast.coordinator);
    leave.send().await.expect(204);
    let workers = ["one", "two"].map(|instance| Worker {
        mailer: Some(office.mailer()),
        ..worker(&database, instance)
    });
    let run = async |clock: &str| {
        let now = at(clock);
        let (one, two) = tokio::join!(workers[0].run_due(&now), workers[1].run_due(&now));
        let (sent, rest) = tokio::join!(workers[0].send_mail(&now), workers[1].send_mail(&now));
        sent.and(rest).unwrap();
        let done = [one.unwrap(), two.unwrap()].concat();
        done.iter().filter(|job| **job == Job::RemindAdvisors).count()
    };
    // The job runs, but the organisation has not turned reminders on.
    assert_eq!(run("2022-09-23T10:00:00Z").await, 1);
    let settings = json!({
        "name": "Métropole", "time_zone": "Europe/Paris", "reminder_after_days": 2,
        "working_days": ["monday", "tuesday", "wednesday", "thursday", "friday"]
    });
    let turn_on = api.put("/v1/organisation").by(&cast.coordinator).json(&settings);
    turn_on.send().await.expect(200);
    // Nobody is reminded: Wednesday is the second working day after Monday and not over; then it is too early in the
    // morning, a Saturday, and too late in the afternoon.
    for clock in [
        "2022-09-21T10:00:00Z",
        "2022-09-22T06:59:59Z",
        "2022-09-24T10:00:00Z",
        "2022-09-26T15:00:00Z",
    ] {
        sql::execute(&mut database.connect(), "DELETE FROM jobs");
        assert_eq!(run(clock).await, 1, "{clock}");
    }
    assert_eq!(office.received(3).await.len(), 3);
    for clock in ["2022-09-27T07:00:00Z", "2022-09-27T08:00:00Z", "2022-09-27T14:59:59Z"] {
        sql::execute(&mut database.connect(), "DELETE FROM jobs");
        assert_eq!(run(clock).await, 1, "{clock}");
    }
    let letters = office.received(4).await;
    assert_eq!(letters.len(), 4);
    let reminder = &letters[3];
    assert_eq!(reminder.recipients, [addresses[0].0.clone()]);
    assert!(
        reminder
            .header("Subject")
            .starts_with("Quotidien : rapports à compléter")
    );
    for line in ["- 19/09/2022", "- 2022-09-23", "- et 1 autre\n", PUBLIC_URL] {
        assert!(reminder.body.contains(line), "{line} in {}", reminder.body);
    }
    // On the next day the same advisor is reminded again, and nobody else.
    sql::execute(&mut database.connect(), "DELETE FROM jobs");
    assert_eq!(run("2022-09-28T07:00:00Z").await, 1);
    assert_eq!(office.received(5).await.len(), 5);
}

/// Gives every account a password, and has the organisation remind advisors once one working day has passed.
async fn turn_reminders_on(api: &Api, database: &TestDatabase, coordinator: &Person) {
    sql::execute(
        &mut database.connect(),
        "UPDATE accounts SET password_hash = 'one that was chosen'",
    );
    let settings = json!({
        "name": "Métropole", "time_zone": "Europe/Paris", "reminder_after_days": 1,
        "working_days": ["monday", "tuesday", "wednesday", "thursday", "friday"]
    });
    let turn_on = api.put("/v1/organisation").by(coordinator).json(&settings);
    turn_on.send().await.expect(200);
}

async fn nobody_is_reminded_on_leave_or_of_days_of_a_closed_month(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let api = Api::mailing_by(&database, office.mailer()).await;
    let home = api.organisation("Métropole").await;
    let coordinator = api.person(home, Role::Coordinator, "Nadège Lambert").await;
    let begun = ("2022-08-30", None);
    let there = api.person_active(home, Role::Advisor, "Amélie Rousseau", begun).await;
    let on_leave = api.person_active(home, Role::Advisor, "Bastien Leroy", begun).await;
    turn_reminders_on(&api, &database, &coordinator).await;
    let close = api.put("/v1/months/2022-08/closing").by(&coordinator);
    close.json(&json!({})).send().await.expect(200);
    let leave = api.put(&on_leave.report("2022-09-05")).by(&on_leave);
    leave.json(&json!({"absence": "leave"})).send().await.expect(201);
    let worker = Worker {
        mailer: Some(office.mailer()),
        ..worker(&database, "one")
    };
    worker.run_due(&at("2022-09-05T08:00:00Z")).await.unwrap();
    worker.send_mail(&at("2022-09-05T08:00:01Z")).await.unwrap();
    let letters = office.received(1).await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].recipients, [format!("{}@test.example", there.id)]);
    // The letter does not name 30 and 31 August: nobody can write reports of a closed month.
    assert!(letters[0].body.contains("rapport :\n\n- 01/09/2022\n- 02/09/2022\n\n"));
    // On the next day the other advisor is back from leave: both are reminded.
    worker.run_due(&at("2022-09-06T08:00:00Z")).await.unwrap();
    worker.send_mail(&at("2022-09-06T08:00:01Z")).await.unwrap();
    assert_eq!(office.received(3).await.len(), 3);
}

async fn of_many_advisors_each_is_reminded_once_though_two_instances_send(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let api = Api::mailing_by(&database, office.mailer()).await;
    let cast = api.cast().await;
    let home = cast.coordinator.organisation;
    for number in 0..43 {
        api.person(home, Role::Advisor, &format!("Conseiller {number}")).await;
    }
    turn_reminders_on(&api, &database, &cast.coordinator).await;
    let workers = ["one", "two"].map(|instance| Worker {
        mailer: Some(office.mailer()),
        ..worker(&database, instance)
    });
    let now = at("2022-09-29T10:00:00Z");
    // The second instance takes the job from the first, as when the lease of the first has run out.
    let taken_over = async || {
        sql::execute(&mut database.connect(), "DELETE FROM jobs");
        workers[1].run_due(&now).await
    };
    let (one, two) = tokio::join!(workers[0].run_due(&now), taken_over());
    one.unwrap();
    two.unwrap();
    sql::execute(&mut database.connect(), "DELETE FROM jobs");
    workers[0].run_due(&now).await.unwrap();
    let (sent, rest) = tokio::join!(workers[0].send_mail(&now), workers[1].send_mail(&now));
    sent.and(rest).unwrap();
    // 43 advisors and the two of the cast; nobody of the other organisation, which has not turned reminders on.
    let letters = office.received(45).await;
    let mut recipients: Vec<&str> = letters.iter().map(|letter| letter.recipients[0].as_str()).collect();
    recipients.sort_unstable();
    recipients.dedup();
    assert_eq!((letters.len(), recipients.len()), (45, 45));
}

async fn a_mail_server_that_refuses_reminders_stops_no_job(database: TestDatabase) {
    let office = PostOffice::open(Manner::Refuses);
    let api = Api::mailing_by(&database, office.mailer()).await;
    let cast = api.cast().await;
    turn_reminders_on(&api, &database, &cast.coordinator).await;
    let worker = Worker {
        mailer: Some(office.mailer()),
        ..worker(&database, "one")
    };
    assert_eq!(
        worker.run_due(&at("2022-09-29T10:00:00Z")).await.unwrap(),
        [Job::RemindAdvisors]
    );
    let outbox = || sql::count(&mut database.connect(), "outbox", "true");
    assert_eq!(outbox(), 2);
    worker.send_mail(&at("2022-09-29T10:00:00Z")).await.unwrap();
    office.is_called().await;
    assert_eq!(outbox(), 0, "what is refused for good is not tried again");
}

async fn nobody_is_reminded_after_hours_though_there_was_no_time_for_all(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let api = Api::mailing_by(&database, office.mailer()).await;
    let cast = api.cast().await;
    let home = cast.coordinator.organisation;
    for number in 0..30 {
        api.person(home, Role::Advisor, &format!("Conseiller {number}")).await;
    }
    turn_reminders_on(&api, &database, &cast.coordinator).await;
    let worker = Worker {
        mailer: Some(office.mailer()),
        ..worker(&database, "one")
    };
    let (last_second, evening) = (at("2022-09-29T14:59:59Z")(), at("2022-09-29T15:00:00Z")());
    let accounts = Mutex::new(database.connect());
    let reminded = || sql::count(&mut accounts.lock().unwrap(), "accounts", "reminded_on IS NOT NULL");
    // It is 17:00 in Paris once the first advisors are reminded.
    let clock = || if reminded() == 0 { last_second } else { evening };
    assert_eq!(worker.run_due(&clock).await.unwrap(), [Job::RemindAdvisors]);
    let outbox = || sql::count(&mut database.connect(), "outbox", "true");
    assert_eq!((reminded(), outbox()), (20, 20));
    // A mail server that was slow takes no message any more: it is evening.
    worker.send_mail(&at("2022-09-29T15:00:00Z")).await.unwrap();
    assert_eq!((outbox(), office.received(0).await.len()), (0, 0));
    // On the next day all 32 advisors are reminded, each once.
    sql::execute(&mut database.connect(), "DELETE FROM jobs");
    worker.run_due(&at("2022-09-30T08:00:00Z")).await.unwrap();
    worker.send_mail(&at("2022-09-30T14:59:59Z")).await.unwrap();
    assert_eq!(office.received(32).await.len(), 32);
}
