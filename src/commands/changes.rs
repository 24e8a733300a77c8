//! `quotidien changes`: what devices follow.

use anyhow::bail;
use chrono::Utc;
use clap::{Args, Subcommand};
use uuid::Uuid;

use crate::actions::restoring::begin_anew;
use crate::config::DatabaseArguments;
use crate::storage::check;

#[derive(Debug, Subcommand)]
pub(super) enum ChangesCommand {
    /// Have every device read all reports afresh, and everybody sign in anew: to be run after a backup was restored by other
    /// means than `quotidien restore`
    NewEpoch(NewEpochArguments),
}

#[derive(Debug, Args)]
#[command(after_help = "Example: quotidien changes new-epoch")]
pub(super) struct NewEpochArguments {
    #[command(flatten)]
    database: DatabaseArguments,
}

pub(super) fn run(command: &ChangesCommand) -> anyhow::Result<()> {
    let ChangesCommand::NewEpoch(arguments) = command;
    let store = super::open(&arguments.database.url()?)?;
    let faults = super::block_on(store.read(check::faults_of_files))?;
    if let Some(fault) = faults.first() {
        bail!(
            "the file of the database is damaged: {fault}; copy the backup again, with no -wal and no -shm left beside it"
        );
    }
    let epoch = new_epoch();
    let ended = super::block_on(begin_anew(&store, &epoch, Utc::now()))?;
    let said = serde_json::json!({
        "epoch": epoch, "sessions_ended": ended.sessions, "invitations_ended": ended.invitations
    });
    super::print(&said.to_string())
}

/// The name of a history. Random, not the next number: two restorations of one backup would begin the same.
pub(super) fn new_epoch() -> String {
    Uuid::new_v4().simple().to_string()
}
