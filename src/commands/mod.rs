//! What the command line can do: one file a command.

mod account;
mod administrator;
mod annex;
mod backup;
mod changes;
mod check;
mod demo;
mod health;
mod jobs;
mod keys;
mod migrate;
mod openapi;
mod organisation;
mod serve;

use anyhow::Context as _;
use chrono::Utc;
use clap::{Parser, Subcommand};

use crate::config::DatabaseArguments;
use crate::http::block_on;
use crate::storage::erasures::Erasure;
use crate::storage::traces::Erased;
use crate::storage::{DatabaseUrl, Store};

/// Daily reports of digital-inclusion advisors, and the monthly statistics a council votes on.
#[derive(Debug, Parser)]
#[command(name = "quotidien", version, about, after_help = "Example: quotidien demo")]
pub struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try it: an organisation with the reports of summer 2022, its annex, and the server
    Demo(demo::DemoArguments),
    /// Serve the API
    Serve(serve::ServeArguments),
    /// Organisations
    #[command(subcommand)]
    Organisation(organisation::OrganisationCommand),
    /// Accounts of people
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// Administrators of the instance
    #[command(subcommand)]
    Administrator(administrator::AdministratorCommand),
    /// The keys that sign access tokens
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Background work
    #[command(subcommand)]
    Jobs(jobs::JobsCommand),
    /// What devices follow
    #[command(subcommand)]
    Changes(changes::ChangesCommand),
    /// Print the annex of a period
    Annex(annex::AnnexArguments),
    /// Bring the schema of a database up to date
    Migrate(migrate::MigrateArguments),
    /// Write a copy of the whole database to a file, while the service runs
    Backup(backup::BackupArguments),
    /// Put a backup in the place of the database; the service must be stopped
    Restore(backup::RestoreArguments),
    /// Prove that every figure is the sum of its reports
    Check(check::CheckArguments),
    /// Ask a running server whether it can answer
    Health(health::HealthArguments),
    /// Print the document that describes the API
    #[command(after_help = "Example: quotidien openapi > openapi.json")]
    Openapi,
}

impl CommandLine {
    /// Runs the command; `false` when it found something wrong and said so.
    ///
    /// # Errors
    /// What went wrong, in words for whoever typed the command.
    pub fn run(self) -> anyhow::Result<bool> {
        match self.command {
            Command::Demo(arguments) => demo::run(&arguments).map(|()| true),
            Command::Serve(arguments) => serve::run(&arguments).map(|()| true),
            Command::Organisation(command) => organisation::run(command).map(|()| true),
            Command::Account(command) => account::run(command).map(|()| true),
            Command::Administrator(command) => administrator::run(&command).map(|()| true),
            Command::Keys(command) => keys::run(&command).map(|()| true),
            Command::Jobs(command) => jobs::run(&command).map(|()| true),
            Command::Changes(command) => changes::run(&command).map(|()| true),
            Command::Annex(arguments) => annex::run(&arguments).map(|()| true),
            Command::Migrate(arguments) => migrate::run(&arguments).map(|()| true),
            Command::Backup(arguments) => backup::back_up_database(&arguments).map(|()| true),
            Command::Restore(arguments) => backup::restore(&arguments).map(|()| true),
            Command::Check(arguments) => check::run(&arguments),
            Command::Health(arguments) => health::run(&arguments).map(|()| true),
            Command::Openapi => openapi::run().map(|()| true),
        }
    }
}

/// Opens the database, migrating it when it is empty or older.
fn open(url: &DatabaseUrl) -> anyhow::Result<Store> {
    Store::open(url).with_context(|| format!("opening the database {url:?}"))
}

/// Removes from the disk what is left of what was erased.
fn remove_traces(store: &Store, erased: Erased) -> anyhow::Result<()> {
    block_on(store.remove_traces(erased)).context(
        "it is erased; but what the database keeps of it on the disk could not be removed, as others use the database: \
         VACUUM on SQLite, VACUUM FULL on PostgreSQL removes it",
    )
}

/// Notes what is about to be erased in the list beside the database.
fn note_erasure(database: &DatabaseArguments, erasure: Erasure) -> anyhow::Result<()> {
    let Some(list) = database.erasures()? else {
        tracing::warn!(
            "a backup that is restored later brings back what is erased now: set QUOTIDIEN_ERASURES to a file that is kept \
             apart from the backups"
        );
        return Ok(());
    };
    list.note(erasure, Utc::now()).context("nothing was erased")
}

/// Prints a line to standard output, where programs read it.
fn print(text: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.write_all(b"\n"))
        .and_then(|()| out.flush())
        .context("writing to standard output")
}
