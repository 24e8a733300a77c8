//! `quotidien migrate`: the schema, up to date.

use clap::Args;

use crate::config::DatabaseArguments;

/// Brings the schema of a database up to date; every command that opens a database does it too.
#[derive(Debug, Args)]
#[command(after_help = "Example: DATABASE_URL=postgres://quotidien@db/quotidien quotidien migrate")]
pub(super) struct MigrateArguments {
    #[command(flatten)]
    database: DatabaseArguments,
}

pub(super) fn run(arguments: &MigrateArguments) -> anyhow::Result<()> {
    super::open(&arguments.database.url()?)?;
    super::print("the schema is up to date")
}
