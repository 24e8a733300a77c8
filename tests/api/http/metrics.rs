//! What the service counts about its own work, and that dashboard and alerts in `deploy/` ask for nothing else.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::Duration;
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use quotidien::auth::password::{Password, PasswordChecker};
use quotidien::http::Metrics;
use quotidien::jobs::{Job, Worker};
use quotidien::storage::jobs::{self, Lease};

use super::{report, workshop};
use crate::support::api::Api;
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    metrics_count_requests_by_route_and_never_name_anybody,
    metrics_tell_what_the_database_takes_for_writes,
    metrics_tell_how_many_passwords_wait,
    metrics_tell_when_jobs_were_last_done,
    metrics_tell_how_many_read_and_what_the_process_takes,
    the_dashboard_and_the_alerts_ask_for_every_metric_and_no_other,
);

async fn metrics_count_requests_by_route_and_never_name_anybody(database: TestDatabase) {
    let api = Api::on(&database).await;
    let advisor = api.cast().await.advisor;
    for _ in 0..3 {
        api.get(&advisor.report("2022-05-03"))
            .by(&advisor)
            .send()
            .await
            .expect(404);
    }
    api.call("BREW".parse().unwrap(), "/coffee").send().await.expect(404);
    let text = api.metrics.text();
    let line =
        "quotidien_requests_total{method=\"GET\",route=\"/v1/advisors/{advisor_id}/reports/{date}\",status=\"404\"} 3";
    assert!(text.lines().any(|found| found == line), "{text}");
    assert!(text.contains("quotidien_request_duration_seconds_bucket{"));
    assert!(
        text.contains("{method=\"other\",route=\"none\",status=\"404\"} 1"),
        "{text}"
    );
    assert!(!text.contains(&advisor.id.to_string()) && !text.contains("BREW"));
}

async fn metrics_tell_what_the_database_takes_for_writes(database: TestDatabase) {
    let api = Api::on(&database).await;
    let advisor = api.cast().await.advisor;
    let before = api.metrics.text();
    for date in ["2022-05-03", "2022-05-04"] {
        api.put(&advisor.report(date))
            .by(&advisor)
            .json(&report(&[workshop()]))
            .send()
            .await
            .expect(201);
    }
    let after = api.metrics.text();
    let more = |name: &str| whole(&after, name) - whole(&before, name);
    let grown = |name: &str| value(&after, name) - value(&before, name);
    assert_eq!(more("quotidien_write_batch_size_sum"), 2);
    assert_eq!(more("quotidien_write_batch_size_count"), 2);
    assert_eq!(more("quotidien_write_transaction_duration_seconds_count"), 2);
    assert_eq!(more("quotidien_commit_duration_seconds_count"), 2);
    assert!(grown("quotidien_commit_duration_seconds_sum") > 0.0);
    assert!(grown("quotidien_write_transaction_duration_seconds_sum") > grown("quotidien_commit_duration_seconds_sum"));
    assert_eq!(whole(&after, "quotidien_write_queue_length"), 0);
    assert_eq!(whole(&after, "quotidien_held_writes"), 0);
    assert_eq!(whole(&after, "quotidien_failed_transactions_total"), 0);

    let failed = api
        .store
        .change(|_| Err::<(), _>(quotidien::storage::StorageError::Unavailable("on purpose".to_owned())))
        .await;
    failed.unwrap_err();
    let text = api.metrics.text();
    assert_eq!(whole(&text, "quotidien_failed_transactions_total"), 1);
    assert_eq!(whole(&text, "quotidien_write_queue_length"), 0);
}

async fn metrics_tell_how_many_read_and_what_the_process_takes(database: TestDatabase) {
    let api = Api::on(&database).await;
    let (began, begins) = std::sync::mpsc::channel();
    let (go_on, goes_on) = std::sync::mpsc::channel::<()>();
    let store = api.store.clone();
    let reading = tokio::spawn(async move {
        let read = store.read(move |_| {
            began.send(()).unwrap();
            goes_on.recv().unwrap();
            Ok(())
        });
        read.await.unwrap();
    });
    tokio::task::spawn_blocking(move || begins.recv().unwrap())
        .await
        .unwrap();
    let text = api.metrics.text();
    assert_eq!(whole(&text, "quotidien_readers_busy"), 1);
    assert_eq!(whole(&text, "quotidien_readers_max"), 8);
    go_on.send(()).unwrap();
    reading.await.unwrap();
    assert_eq!(whole(&api.metrics.text(), "quotidien_readers_busy"), 0);
    if cfg!(target_os = "linux") {
        assert!(value(&text, "process_resident_memory_bytes") > 1e6, "{text}");
        assert!(value(&text, "process_open_fds") > 3.0, "{text}");
        assert!(
            value(&text, "process_max_fds") >= value(&text, "process_open_fds"),
            "{text}"
        );
    }
}

async fn metrics_tell_how_many_passwords_wait(database: TestDatabase) {
    let api = Api::on(&database).await;
    let checker = PasswordChecker::new().unwrap();
    let metrics = Metrics::of(&api.store, checker.clone());
    let hashes = (0..5).map(|number| {
        let password = Password::parse(&format!("cadran-ombre-rails-{number}")).unwrap();
        let checker = checker.clone();
        async move { checker.hash(password).await }
    });
    let mut hashes = join_all(hashes);
    assert!((&mut hashes).now_or_never().is_none());
    let text = metrics.text();
    assert_eq!(whole(&text, "quotidien_passwords_running"), 2);
    assert_eq!(whole(&text, "quotidien_passwords_waiting"), 3);
    hashes.await;
    let text = metrics.text();
    assert_eq!(whole(&text, "quotidien_passwords_running"), 0);
    assert_eq!(whole(&text, "quotidien_passwords_waiting"), 0);
}

async fn metrics_tell_when_jobs_were_last_done(database: TestDatabase) {
    let api = Api::on(&database).await;
    let worker = Worker {
        store: api.store.clone(),
        instance: "this one".to_owned(),
        notes_months: 24,
        mailer: None,
    };
    let now = api.now();
    let lease = |job| Lease {
        job,
        instance: "this one".to_owned(),
        now,
        lasts: Duration::seconds(60),
    };
    let (done, begun) = (lease(Job::PurgeNotes.name()), lease(Job::PurgeSessions.name()));
    // This instance sends no mail: that nobody does this job any more is no reason to alert anybody.
    let elsewhere = lease(Job::WarnIdleAccounts.name());
    api.store
        .change(move |connection| {
            let every = Duration::days(1);
            for lease in [&done, &begun, &elsewhere] {
                assert!(jobs::take(connection, lease, every)?.is_some());
            }
            jobs::done(connection, &elsewhere)?;
            jobs::done(connection, &done)
        })
        .await
        .unwrap();
    let (_, runs) = worker.measures().await.unwrap();
    api.metrics.jobs_were_done(&runs);
    let text = api.metrics.text();
    let last = "quotidien_job_last_run_timestamp_seconds{name=\"purge_notes\"}";
    assert_eq!(whole(&text, last), now.timestamp());
    assert!(!text.contains("purge_sessions"), "begun and not done: {text}");
    assert!(!text.contains("warn_idle_accounts"), "{text}");
}

async fn the_dashboard_and_the_alerts_ask_for_every_metric_and_no_other(database: TestDatabase) {
    let api = Api::on(&database).await;
    // Metrics with labels are told once there is something to tell.
    api.get("/healthz").send().await.expect(200);
    api.metrics.jobs_were_done(&[(Job::PurgeNotes, api.now())]);
    // The name of each metric with the endings of its samples.
    let mut exist = BTreeSet::new();
    let mut metrics = BTreeSet::new();
    for line in api
        .metrics
        .text()
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
    {
        let (name, kind) = line.split_once(' ').unwrap();
        metrics.insert(name.to_owned());
        let endings: &[&str] = match kind {
            "counter" => &["_total"],
            "histogram" => &["_bucket", "_sum", "_count"],
            "gauge" => &[""],
            _ => panic!("{line}"),
        };
        exist.extend(endings.iter().map(|ending| format!("{name}{ending}")));
    }
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let mut asked = BTreeSet::new();
    for file in ["grafana/quotidien.json", "prometheus/quotidien.rules.yml"] {
        let text = std::fs::read_to_string(deploy.join(file)).unwrap();
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        asked.extend(
            words
                .filter(|word| word.starts_with("quotidien_") || word.starts_with("process_"))
                .map(str::to_owned),
        );
    }
    let missing: Vec<_> = asked.difference(&exist).collect();
    assert!(missing.is_empty(), "not in /metrics: {missing:?}");
    let unseen = metrics
        .iter()
        .filter(|name| !asked.iter().any(|asked| asked.starts_with(*name)));
    let unseen: Vec<_> = unseen.collect();
    assert!(
        unseen.is_empty(),
        "neither in the dashboard nor in an alert: {unseen:?}"
    );
}

/// The text of the sample of this name.
fn sample<'t>(text: &'t str, name: &str) -> &'t str {
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
        .unwrap_or_else(|| panic!("no {name} in {text}"))
}

/// The value of the sample of this name.
fn value(text: &str, name: &str) -> f64 {
    sample(text, name).parse().unwrap()
}

/// The value of the sample of this name, which is a whole number.
fn whole(text: &str, name: &str) -> i64 {
    sample(text, name).trim_end_matches(".0").parse().unwrap()
}
