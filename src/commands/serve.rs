//! `quotidien serve`: the API, until it is told to stop.

use std::net::TcpListener;
use std::sync::Arc;

use anyhow::Context as _;
use chrono::Utc;
use clap::Args;

use crate::actions::sessions::load_keys;
use crate::auth::password::PasswordChecker;
use crate::config::{DatabaseArguments, ServerArguments};
use crate::http::{self, Application, Browsers};
use crate::storage::Store;

/// Serves the API until it is told to stop.
#[derive(Debug, Args)]
#[command(after_help = "Example: DATABASE_URL=sqlite://quotidien.db QUOTIDIEN_LISTEN=127.0.0.1:8080 quotidien serve")]
pub(super) struct ServeArguments {
    #[command(flatten)]
    server: ServerArguments,
    #[command(flatten)]
    database: DatabaseArguments,
}

pub(super) fn run(arguments: &ServeArguments) -> anyhow::Result<()> {
    let store = super::open(&arguments.database.url()?)?;
    let address = arguments.server.listen;
    let listener = TcpListener::bind(address).with_context(|| format!("listening on {address}"))?;
    super::block_on(async {
        let application = application(store, arguments.server.issuer(), arguments.server.browsers()).await?;
        if let Some(address) = arguments.server.metrics_listen {
            let listener = TcpListener::bind(address).with_context(|| format!("listening on {address}"))?;
            let metrics = Arc::clone(&application.metrics);
            http::spawn(http::metrics_server(metrics, listener).context("starting the metrics")?);
        }
        let server = http::server(application, listener).context("starting the server")?;
        tracing::info!(%address, "ready");
        server.await.context("serving")
    })
}

/// What the server needs, on the system's clock.
pub(super) async fn application(store: Store, issuer: String, browsers: Browsers) -> anyhow::Result<Application> {
    let tokens = load_keys(&store, issuer, Utc::now()).await?;
    let passwords = PasswordChecker::new()?;
    Ok(Application::new(store, tokens, passwords, Arc::new(Utc::now), browsers))
}
