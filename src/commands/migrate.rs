//! `quotidien migrate`: the schema, up to date.

use clap::Args;

use crate::config::DatabaseArguments;
use crate::storage::migrations;

/// Brings the schema of a database up to date; every command that opens a database does it too.
#[derive(Debug, Args)]
#[command(after_help = "Example: DATABASE_URL=postgres://quotidien@db/quotidien quotidien migrate")]
pub(super) struct MigrateArguments {
    #[command(flatten)]
    database: DatabaseArguments,
}

pub(super) fn run(arguments: &MigrateArguments) -> anyhow::Result<()> {
    let store = super::open(&arguments.database.url()?)?;
    let distributed = super::block_on(store.read(migrations::is_distributed))?;
    super::print(if distributed {
        "the schema is up to date, and distributed by organisation: Citus is installed"
    } else {
        "the schema is up to date"
    })
}
