//! `quotidien administrator`: who runs the instance.

use chrono::Utc;
use clap::{Args, Subcommand};

use super::account::NewAccount;
use crate::config::DatabaseArguments;
use crate::domain::account::Role;
use crate::domain::identifiers::OrganisationId;

#[derive(Debug, Subcommand)]
pub(super) enum AdministratorCommand {
    /// Make an administrator of the instance, who makes organisations and reads no report, and print the identifier
    Create(CreateArguments),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example: quotidien administrator create --email exploitation@example.org \
    --name \"Exploitation\" --password-stdin < password.txt"
)]
pub(super) struct CreateArguments {
    #[command(flatten)]
    account: NewAccount,
    #[command(flatten)]
    database: DatabaseArguments,
}

pub(super) fn run(command: &AdministratorCommand) -> anyhow::Result<()> {
    let AdministratorCommand::Create(arguments) = command;
    let account = &arguments.account;
    account.create(
        &arguments.database,
        OrganisationId::INSTANCE,
        Role::Administrator,
        Utc::now(),
    )
}
