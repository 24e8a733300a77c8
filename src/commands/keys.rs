//! `quotidien keys`: the keys that sign access tokens.

use chrono::Utc;
use clap::{Args, Subcommand};

use crate::actions::keys;
use crate::config::{DatabaseArguments, SecretArguments};

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Make a new signing key and print its identifier; it signs from a minute on, and the others retire when their last
    /// token has expired
    Rotate(RotateArguments),
}

#[derive(Debug, Args)]
#[command(after_help = "Example: DATABASE_URL=sqlite://quotidien.db quotidien keys rotate")]
pub(super) struct RotateArguments {
    /// Forget the keys that are there, such as when the secret that seals them is lost or has changed, and have the new one
    /// sign at once: stop the service first, and start it with the new secret; devices get new tokens by themselves
    #[arg(long)]
    forget: bool,
    #[command(flatten)]
    secret: SecretArguments,
    #[command(flatten)]
    database: DatabaseArguments,
}

pub(super) fn run(command: &KeysCommand) -> anyhow::Result<()> {
    let KeysCommand::Rotate(arguments) = command;
    let seal = arguments.secret.seal()?;
    let store = super::open(&arguments.database.url()?)?;
    let key_id = super::block_on(async {
        let now = Utc::now();
        if arguments.forget {
            return keys::replace_all(&store, &seal, now).await;
        }
        // Fails when the stored keys are sealed with another secret: the instances could not read a new key sealed with
        // this one.
        keys::read_keys(&store, &seal, now).await?;
        keys::rotate(&store, &seal, now).await
    })?;
    super::print(&serde_json::json!({ "key_id": key_id }).to_string())
}
