//! `quotidien jobs`: background work.

use chrono::Utc;
use clap::{Args, Subcommand};

use crate::config::DatabaseArguments;
use crate::jobs::Job;
use crate::storage::jobs;

#[derive(Debug, Subcommand)]
pub(super) enum JobsCommand {
    /// Say that the clock is right and that what is due may be forgotten: to be run when the log says that nothing is
    /// forgotten, and why
    Confirm(ConfirmArguments),
}

#[derive(Debug, Args)]
#[command(after_help = "Example: quotidien jobs confirm")]
pub(super) struct ConfirmArguments {
    #[command(flatten)]
    database: DatabaseArguments,
}

pub(super) fn run(command: &JobsCommand) -> anyhow::Result<()> {
    let JobsCommand::Confirm(arguments) = command;
    let store = super::open(&arguments.database.url()?)?;
    let now = Utc::now();
    super::block_on(store.change(move |connection| {
        for job in Job::ALL.iter().copied().filter(|job| job.is_grave()) {
            jobs::confirm(connection, job.name(), now)?;
        }
        Ok(())
    }))?;
    super::print(&serde_json::json!({ "confirmed_at": now }).to_string())
}
