//! `quotidien serve`: the API, until it is told to stop.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use chrono::Utc;
use clap::Args;

use super::supervision::Parts;
use crate::actions::access::Gate;
use crate::auth::password::PasswordChecker;
use crate::auth::seal::Seal;
use crate::config::{
    DatabaseArguments, MailArguments, RetentionArguments, SecretArguments, ServerArguments, ThrottleArguments,
};
use crate::http::{self, Application, Browsers, Metrics, Terms};
use crate::jobs::Worker;
use crate::mail::Mailer;
use crate::storage::{DatabaseUrl, Store};

/// Serves the API until it is told to stop.
#[derive(Debug, Args)]
#[command(after_help = "Example: DATABASE_URL=sqlite://quotidien.db QUOTIDIEN_LISTEN=127.0.0.1:8080 quotidien serve")]
pub(super) struct ServeArguments {
    #[command(flatten)]
    settings: ServerSettings,
}

/// Every setting of a server.
#[derive(Debug, Args)]
pub(super) struct ServerSettings {
    #[command(flatten)]
    pub(super) server: ServerArguments,
    #[command(flatten)]
    pub(super) throttle: ThrottleArguments,
    #[command(flatten)]
    retention: RetentionArguments,
    #[command(flatten)]
    mail: MailArguments,
    #[command(flatten)]
    secret: SecretArguments,
    #[command(flatten)]
    database: DatabaseArguments,
}

/// What is made of settings that only together can be judged.
pub(super) struct Checked {
    /// Seals the signing keys, and mail that waits.
    pub(super) seal: Seal,
    /// Sends mail, where that is configured.
    pub(super) mailer: Option<Mailer>,
    /// The database.
    pub(super) database: DatabaseUrl,
}

impl ServerSettings {
    /// Checks the settings together, and names all that cannot be used.
    pub(super) fn checked(&self) -> anyhow::Result<Checked> {
        let seal = self.secret.seal();
        let mailer = self.mail.mailer(self.server.public_url.as_deref());
        let database = self.database.url();
        match (seal, mailer, database) {
            (Ok(seal), Ok(mailer), Ok(database)) => Ok(Checked {
                mailer: mailer.map(|mailer| mailer.sealing_by(seal.clone())),
                seal,
                database,
            }),
            (seal, mailer, database) => {
                let faults = [
                    seal.err().map(|error| error.to_string()),
                    mailer.err().map(|error| error.to_string()),
                    database.err().map(|error| error.to_string()),
                ];
                anyhow::bail!("{}", faults.into_iter().flatten().collect::<Vec<_>>().join("\n"))
            }
        }
    }
}

pub(super) fn run(arguments: &ServeArguments) -> anyhow::Result<()> {
    let settings = &arguments.settings;
    let Checked { seal, mailer, database } = settings.checked()?;
    let store = super::open(&database)?;
    let worker = settings.retention.worker(store.clone(), mailer.clone());
    let store = store.answering_within(DEADLINE);
    let address = settings.server.listen;
    let listener = TcpListener::bind(address).with_context(|| format!("listening on {address}"))?;
    super::block_on(async {
        let server = &settings.server;
        let application = application(store, server.issuer(), seal, server.browsers()).await?;
        let sending = mailer.clone();
        let application = settings.throttle.limit(application).mailing_by(mailer);
        let application = application.serving_web(server.serves_web());
        let mut parts = Parts::beginning_with("the writer of the database", application.store.writer_ended());
        if let Some(address) = server.metrics_listen {
            let listener = TcpListener::bind(address).with_context(|| format!("listening on {address}"))?;
            let metrics = http::metrics_server(Arc::clone(&application.metrics), listener);
            parts.spawn("the listener of the metrics", metrics.context("starting the metrics")?);
        }
        let metrics = Arc::clone(&application.metrics);
        parts.spawn("the watch over access", watch(application.clone()));
        parts.spawn("the measuring", measure(worker.clone(), metrics));
        parts.spawn("the sending of mail", send_mail(worker.clone()));
        parts.spawn("the background work", work(worker));
        let server = http::server(application, listener, Terms::of_this_process()).context("starting the server")?;
        tracing::info!(%address, "ready");
        let outcome = parts.while_serving(server).await?;
        std::thread::spawn(end_in_any_case);
        if let Some(mailer) = sending {
            // What is sent and not noted would be sent again.
            drop(tokio::time::timeout(MAIL_FAREWELL, mailer.finish()).await);
        }
        outcome.context("serving")
    })
}

/// How long a request waits for the database at most: one that hangs would keep the request for as long as it does. Clients
/// that wait for half a minute still hear the answer.
const DEADLINE: Duration = Duration::from_secs(25);

/// How long the parts of a server that has stopped may take to end.
const FAREWELL: Duration = Duration::from_secs(9);

/// How long messages that are on their way to the mail server may take to get there.
const MAIL_FAREWELL: Duration = Duration::from_secs(3);

/// Ends the process when its parts do not: a thread that waits for a database that hangs is not to be stopped. Everybody
/// was answered by then.
fn end_in_any_case() {
    std::thread::sleep(FAREWELL);
    tracing::error!("the database does not answer: what waits for it is left behind");
    // Lets the log be written.
    std::thread::sleep(Duration::from_millis(200));
    std::process::exit(0);
}

/// What the server needs, on the system's clock.
pub(super) async fn application(
    store: Store,
    issuer: String,
    seal: Seal,
    browsers: Browsers,
) -> anyhow::Result<Application> {
    let gate = Gate::open(&store, issuer, seal, Utc::now()).await?;
    let passwords = PasswordChecker::new()?;
    Ok(Application::new(
        store,
        gate,
        passwords,
        Arc::new(Utc::now),
        browsers,
        http::document(),
    ))
}

/// How often an instance looks whether somebody's access has changed.
const WATCH_EVERY: Duration = Duration::from_secs(2);

/// Looks every other second whether somebody's access has changed, on this instance or on another, and forgets who has
/// not asked for long.
pub(super) async fn watch(application: Application) {
    loop {
        tokio::time::sleep(WATCH_EVERY).await;
        if let Err(error) = application.gate.poll(&application.store, application.now()).await {
            tracing::warn!(%error, "whether access has changed is not known");
        }
        application.throttle.forget_idle();
    }
}

/// How often an instance looks for jobs that are due.
const WORK_EVERY: Duration = Duration::from_mins(1);

/// Does, every minute, the background jobs that are due and that no other instance is doing.
async fn work(worker: Worker) {
    loop {
        tokio::time::sleep(WORK_EVERY).await;
        match worker.run_due(&Utc::now).await {
            Ok(done) if done.is_empty() => {}
            Ok(done) => tracing::info!(?done, "jobs were done"),
            Err(error) => tracing::warn!(%error, "a job failed; it is tried again"),
        }
    }
}

/// How often an instance looks for mail that is to be sent and of which nobody told it: what is tried again, and what
/// another instance left.
const SEND_EVERY: Duration = Duration::from_secs(5);

/// Sends mail as soon as it waits.
async fn send_mail(worker: Worker) {
    loop {
        if let Err(error) = worker.send_mail(&Utc::now).await {
            tracing::warn!(%error, "mail that waits cannot be looked at; it is tried again");
        }
        // Either way it is time to look again.
        drop(tokio::time::timeout(SEND_EVERY, worker.mail_was_written()).await);
    }
}

/// How often an instance looks what the database tells for the metrics.
const MEASURE_EVERY: Duration = Duration::from_secs(15);

/// Notes among the metrics how much mail waits, and when each job was last done.
async fn measure(worker: Worker, metrics: Arc<Metrics>) {
    loop {
        match worker.measures().await {
            Ok((waiting, runs)) => {
                metrics.mail_waits(waiting, Utc::now());
                metrics.jobs_were_done(&runs);
            }
            Err(error) => tracing::warn!(%error, "how the background work is doing is not known"),
        }
        tokio::time::sleep(MEASURE_EVERY).await;
    }
}
