//! What the command line can do: one file a command.

mod account;
mod administrator;
mod annex;
mod backup;
mod changes;
mod check;
mod config;
mod demo;
mod doctor;
mod health;
mod jobs;
mod keys;
mod migrate;
mod openapi;
mod organisation;
mod serve;
mod settings;
pub mod supervision;

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Context as _;
use chrono::Utc;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use tracing_subscriber::filter::{LevelFilter, ParseError, Targets};

use self::settings::Setting;
use crate::config::DatabaseArguments;
use crate::http::block_on;
use crate::storage::erasures::Erasure;
use crate::storage::traces::Erased;
use crate::storage::{DatabaseUrl, Store};

/// Daily reports of digital-inclusion advisors, and the monthly statistics a council votes on.
#[derive(Debug, Parser)]
#[command(name = "quotidien", version, about, after_help = "Example: quotidien demo")]
pub struct CommandLine {
    /// A file of settings in TOML, such as `listen = "127.0.0.1:8080"`; a flag and the environment go before it
    #[arg(long, env = "QUOTIDIEN_CONFIG", global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Which events are logged, such as `info` or `warn,quotidien=debug`
    #[arg(long, env = "QUOTIDIEN_LOG", global = true, default_value = "info")]
    pub log: LogFilter,
    #[command(subcommand)]
    command: Command,
    /// The settings of the command.
    #[arg(skip)]
    in_force: Vec<Setting>,
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
    /// Print the settings that are in force
    Config(config::ConfigArguments),
    /// Say whether the service can run here, and what to do where it cannot
    Doctor(doctor::DoctorArguments),
    /// Ask a running server whether it can answer
    Health(health::HealthArguments),
    /// Print the document that describes the API
    #[command(after_help = "Example: quotidien openapi > openapi.json")]
    Openapi,
}

impl CommandLine {
    /// Reads a command line, and the environment and the file of settings for what it does not say.
    ///
    /// # Errors
    /// Clap's, when help or a version is asked for or an argument is unknown; else all settings that cannot be used.
    pub fn read(arguments: &[OsString]) -> anyhow::Result<Self> {
        let (matches, in_force) = settings::read(&Self::command(), arguments)?;
        let command_line = Self::from_arg_matches(&matches)?;
        Ok(Self {
            in_force,
            ..command_line
        })
    }

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
            Command::Config(arguments) => config::run(&arguments, &self.in_force).map(|()| true),
            Command::Doctor(arguments) => doctor::run(&arguments),
            Command::Health(arguments) => health::run(&arguments).map(|()| true),
            Command::Openapi => openapi::run().map(|()| true),
        }
    }
}

/// A filter of the log: from which level on events are logged, of all parts of the program or of some; errors alone where it says nothing.
#[derive(Debug, Clone)]
pub struct LogFilter(Targets);

impl FromStr for LogFilter {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
        if parts.is_empty() {
            return Ok(Self(Targets::new().with_default(LevelFilter::ERROR)));
        }
        parts.join(",").parse().map(Self)
    }
}

impl LogFilter {
    /// The parts, and their levels.
    pub fn targets(&self) -> Targets {
        self.0.clone()
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
