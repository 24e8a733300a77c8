//! `quotidien changes`: what devices follow.

use clap::{Args, Subcommand};
use uuid::Uuid;

use crate::config::DatabaseArguments;
use crate::storage::{StorageError, organisations};

#[derive(Debug, Subcommand)]
pub(super) enum ChangesCommand {
    /// Have every device read all reports afresh: to be run after a backup was restored
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
    // Random, not the next number: two restorations of one backup would begin the same epoch.
    let epoch = Uuid::new_v4().simple().to_string();
    super::block_on(async {
        for organisation in store.read(organisations::all_ids).await? {
            let begun = epoch.clone();
            store
                .locking(organisation)
                .change(move |locked| organisations::begin_history(locked, &begun))
                .await?;
        }
        Ok::<_, StorageError>(())
    })?;
    super::print(&serde_json::json!({ "epoch": epoch }).to_string())
}
