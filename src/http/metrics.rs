//! What the service counts about its own work, in the format of Prometheus, on a listener of its own.

use std::fs;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::http::Method;
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer};
use chrono::{DateTime, Utc};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::auth::password::PasswordChecker;
use crate::jobs::Job;
use crate::storage::outbox::Waiting;
use crate::storage::{Readers, Store, WriterMeasures};

/// The upper ends of the buckets of durations, in seconds.
const BUCKETS: [f64; 10] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0];

/// The labels by which answered requests are counted. `route` is the pattern of the path, never the path itself, which
/// names people.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    method: String,
    route: String,
}

/// The label by which jobs are told apart. It is not called `job`, which in Prometheus names whom it asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct JobLabels {
    name: String,
}

/// The counters of an instance.
pub struct Metrics {
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram, fn() -> Histogram>,
    job_runs: Family<JobLabels, Gauge>,
    mail_waiting: Gauge,
    mail_age: Gauge,
    readers: Readers,
    readers_busy: Gauge,
    passwords: PasswordChecker,
    passwords_running: Gauge,
    passwords_waiting: Gauge,
    process: Process,
    registry: Mutex<Registry>,
}

impl Metrics {
    /// Counters of an instance on a store, which checks passwords by this checker; with what the store itself counts.
    #[must_use]
    pub fn of(store: &Store, passwords: PasswordChecker) -> Self {
        let metrics = Self {
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            job_runs: Family::default(),
            mail_waiting: Gauge::default(),
            mail_age: Gauge::default(),
            readers: store.readers(),
            readers_busy: Gauge::default(),
            passwords,
            passwords_running: Gauge::default(),
            passwords_waiting: Gauge::default(),
            process: Process::default(),
            registry: Mutex::default(),
        };
        let mut registry = Registry::default();
        metrics.process.register(&mut registry);
        let ours = registry.sub_registry_with_prefix("quotidien");
        metrics.register_requests(ours);
        metrics.register_readers(ours);
        metrics.register_passwords(ours);
        register_writer(ours, store.writer_measures());
        let help = "Messages that wait to be sent, by whichever instance";
        ours.register("mail_waiting", help, metrics.mail_waiting.clone());
        let help = "For how long the oldest message has waited to be sent";
        ours.register_with_unit("mail_oldest_age", help, Unit::Seconds, metrics.mail_age.clone());
        ours.register_with_unit(
            "job_last_run_timestamp",
            "When each job was last done, on whichever instance",
            Unit::Seconds,
            metrics.job_runs.clone(),
        );
        Self {
            registry: Mutex::new(registry),
            ..metrics
        }
    }

    fn register_requests(&self, ours: &mut Registry) {
        ours.register("requests", "Requests answered", self.requests.clone());
        let help = "Time from a request to its answer";
        ours.register_with_unit("request_duration", help, Unit::Seconds, self.durations.clone());
    }

    fn register_readers(&self, ours: &mut Registry) {
        let help = "Connections to the database that read at this moment";
        ours.register("readers_busy", help, self.readers_busy.clone());
        let most = ConstGauge::new(i64::from(self.readers.most()));
        ours.register("readers_max", "How many connections may read at once", most);
    }

    fn register_passwords(&self, ours: &mut Registry) {
        let help = "Passwords that are being checked or hashed at this moment";
        ours.register("passwords_running", help, self.passwords_running.clone());
        let help = "Passwords that wait to be checked or hashed";
        ours.register("passwords_waiting", help, self.passwords_waiting.clone());
    }

    /// Counts an answer.
    pub(super) fn count(&self, method: &Method, route: Option<String>, status: u16, duration: Duration) {
        let labels = RouteLabels {
            method: label(method).to_owned(),
            route: route.unwrap_or_else(|| "none".to_owned()),
        };
        self.durations.get_or_create(&labels).observe(duration.as_secs_f64());
        let RouteLabels { method, route } = labels;
        let labels = RequestLabels { method, route, status };
        self.requests.get_or_create(&labels).inc();
    }

    /// Notes when each job was last done.
    pub fn jobs_were_done(&self, runs: &[(Job, DateTime<Utc>)]) {
        for (job, done_at) in runs {
            let name = job.name().to_owned();
            self.job_runs
                .get_or_create(&JobLabels { name })
                .set(done_at.timestamp());
        }
    }

    /// Notes how much mail waits at `now`.
    pub fn mail_waits(&self, mail: Waiting, now: DateTime<Utc>) {
        self.mail_waiting.set(mail.messages);
        let age = mail.oldest.map_or(0, |oldest| (now - oldest).num_seconds());
        self.mail_age.set(age.max(0));
    }

    /// All counters, as Prometheus reads them.
    pub fn text(&self) -> String {
        self.readers_busy.set(self.readers.busy().into());
        let passwords = self.passwords.load();
        self.passwords_running.set(gauged(passwords.running));
        self.passwords_waiting.set(gauged(passwords.waiting));
        self.process.look();
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        match encode(&mut text, &registry) {
            Ok(()) => text,
            Err(error) => {
                tracing::error!(%error, "writing the metrics failed");
                "# EOF\n".to_owned()
            }
        }
    }
}

/// Publishes what the writer of the database counts.
fn register_writer(ours: &mut Registry, writer: &WriterMeasures) {
    ours.register("write_queue_length", "Writes that wait", writer.waiting.clone());
    let help = "Writes that wait because somebody else holds the lock of their organisation";
    ours.register("held_writes", help, writer.held.clone());
    ours.register("write_batch_size", "Writes of each transaction", writer.batch.clone());
    let help = "Time of each transaction of writes, its commit included";
    let seconds = writer.transaction_seconds.clone();
    ours.register_with_unit("write_transaction_duration", help, Unit::Seconds, seconds);
    let help = "Time that the database took for each commit of writes";
    ours.register_with_unit("commit_duration", help, Unit::Seconds, writer.commit_seconds.clone());
    let help = "Transactions of writes that failed and were rolled back, or whose commit was not answered";
    ours.register("failed_transactions", help, writer.failed.clone());
}

/// What the system says of the process, under the names that Prometheus gives it. Only Linux says it; elsewhere all is 0.
#[derive(Default)]
struct Process {
    resident_memory: Gauge,
    open_files: Gauge,
    open_files_max: Gauge,
}

impl Process {
    fn register(&self, registry: &mut Registry) {
        let help = "Memory of the process that is in use";
        registry.register_with_unit(
            "process_resident_memory",
            help,
            Unit::Bytes,
            self.resident_memory.clone(),
        );
        registry.register(
            "process_open_fds",
            "Files and connections that are open",
            self.open_files.clone(),
        );
        let help = "How many files and connections may be open";
        registry.register("process_max_fds", help, self.open_files_max.clone());
    }

    /// Reads all anew.
    fn look(&self) {
        if let Some(kibibytes) = number_after("/proc/self/status", "VmRSS:") {
            self.resident_memory.set(kibibytes.saturating_mul(1024));
        }
        if let Ok(files) = fs::read_dir("/proc/self/fd") {
            self.open_files.set(gauged(files.count()));
        }
        if let Some(most) = number_after("/proc/self/limits", "Max open files") {
            self.open_files_max.set(most);
        }
    }
}

/// A number of things as the value of a gauge.
fn gauged(number: usize) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// The number that follows a word at the beginning of a line of a file of the system.
fn number_after(path: &str, word: &str) -> Option<i64> {
    let text = fs::read_to_string(path).ok()?;
    let rest = text.lines().find_map(|line| line.strip_prefix(word))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// A method as a label. Callers can invent methods: these all count as `other`, so that nobody makes labels without
/// end.
fn label(method: &Method) -> &str {
    match *method {
        Method::GET | Method::HEAD | Method::PUT | Method::POST | Method::DELETE | Method::OPTIONS => method.as_str(),
        _ => "other",
    }
}

/// A server that answers `/metrics` and nothing else.
///
/// # Errors
/// When the listener cannot be used.
pub fn metrics_server(metrics: Arc<Metrics>, listener: TcpListener) -> std::io::Result<Server> {
    let metrics = Data::from(metrics);
    let server = HttpServer::new(move || {
        App::new().app_data(metrics.clone()).route(
            "/metrics",
            web::get().to(|metrics: Data<Metrics>| async move {
                HttpResponse::Ok()
                    .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
                    .body(metrics.text())
            }),
        )
    });
    Ok(server.workers(1).disable_signals().listen(listener)?.run())
}
