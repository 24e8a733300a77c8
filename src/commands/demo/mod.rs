//! `quotidien demo`: an organisation with the reports of summer 2022, posted through the API as a client posts them, its
//! annex, and the server to look at it.

mod client;
mod draw;
mod field;
mod folder;
mod intervention;
mod people;
mod places;
mod seed;

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use chrono::Utc;
use clap::Args;

use self::folder::{DemoFolder, DemoState};
use crate::auth::seal::Seal;
use crate::config::ThrottleArguments;
use crate::documents::builders::{self, Style};
use crate::documents::text;
use crate::domain::calendar::{Month, Months};
use crate::domain::language::Language;
use crate::http::{self, Browsers, Terms};
use crate::storage::Store;

#[derive(Debug, Args)]
#[command(after_help = "Example: quotidien demo --data demo-folder")]
pub(super) struct DemoArguments {
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Listen on an address that other machines reach, with accounts whose passwords were printed
    #[arg(long)]
    public: bool,
    /// Keep the database in this folder, filled once; by default a temporary one that goes when the demo ends
    #[arg(long)]
    data: Option<PathBuf>,
    /// Stop after printing the annex and the accounts
    #[arg(long)]
    exit: bool,
    #[command(flatten)]
    throttle: ThrottleArguments,
}

pub(super) fn run(arguments: &DemoArguments) -> anyhow::Result<()> {
    if !arguments.public && !arguments.listen.ip().is_loopback() {
        bail!(
            "{} can be reached from other machines; use 127.0.0.1, or say --public if that is what you want",
            arguments.listen.ip()
        );
    }
    let folder = DemoFolder::open(arguments.data.as_deref())?;
    let store = super::open(&folder.database())?;
    let listener = TcpListener::bind(arguments.listen)
        .with_context(|| format!("listening on {}; --listen takes another address", arguments.listen))?;
    super::block_on(demonstrate(&folder, store, listener, arguments))
}

async fn demonstrate(
    folder: &DemoFolder,
    store: Store,
    listener: TcpListener,
    arguments: &DemoArguments,
) -> anyhow::Result<()> {
    let url = format!("http://{}", listener.local_addr()?);
    let application = super::serve::application(
        store.clone(),
        "quotidien-demo".to_owned(),
        Seal::default(),
        Browsers::default(),
    )
    .await?;
    let application = arguments.throttle.limit(application);
    http::spawn(super::serve::watch(application.clone()));
    let server = http::server(application, listener, Terms::of_this_process()).context("starting the server")?;
    let handle = server.handle();
    let server = http::spawn(server);
    let state = match folder.read_state()? {
        Some(state) => state,
        None => folder.populate(&store, Utc::now()).await?,
    };
    if !state.filled {
        let (base, people, today) = (url.clone(), state.clone(), Utc::now().date_naive());
        tokio::task::spawn_blocking(move || client::post_all(&base, &people, today)).await??;
        folder.mark_filled(&state)?;
    }
    print_annex(&store, &state).await?;
    print_accounts(&state, &url)?;
    if arguments.exit {
        handle.stop(true).await;
        return Ok(());
    }
    super::print("\nServing; stop with Ctrl-C.")?;
    server.await?.context("serving")
}

/// Prints the annex of the seed's three months.
async fn print_annex(store: &Store, state: &DemoState) -> anyhow::Result<()> {
    let summer = Month::new(2022, 5).zip(Month::new(2022, 7));
    let period = summer.and_then(|(from, to)| Months::new(from, to));
    let period = period.context("the summer of 2022 is a period")?;
    let statistics = super::annex::statistics(store, state.organisation_id()?, period).await?;
    let style = Style {
        language: Language::French,
        zone: chrono_tz::UTC,
        names: &BTreeMap::new(),
    };
    super::print(&format!("\n{}", text::document(&builders::annex(&statistics, style))))
}

fn print_accounts(state: &DemoState, url: &str) -> anyhow::Result<()> {
    super::print("Accounts (all invented):")?;
    for person in &state.people {
        super::print(&format!(
            "  {:<12} {:<36} {}",
            person.role, person.email, person.password
        ))?;
    }
    let of_role = |role: &str| {
        let person = state.people.iter().find(|person| person.role == role);
        person.map_or("", |person| person.email.as_str())
    };
    super::print(&format!(
        "\nOpen:\n  {url}/app/    a day, even offline: sign in as {}\n                                 a month: sign in as {}\n  \
         {url}/docs/   try the API\n  {url}/        what this is\n\nOrganisation: {}",
        of_role("advisor"),
        of_role("coordinator"),
        state.organisation_id
    ))
}
