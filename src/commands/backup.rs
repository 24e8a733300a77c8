//! `quotidien backup` and `quotidien restore`: a copy of the whole database, and back.

use std::path::PathBuf;

use anyhow::Context as _;
use chrono::Utc;
use clap::Args;
use serde_json::json;

use super::changes::new_epoch;
use crate::actions::restoring::{self, ToReview};
use crate::config::DatabaseArguments;
use crate::storage::Store;
use crate::storage::accounts::managed::ManagedAccount;
use crate::storage::api_keys::ApiKey;
use crate::storage::backup::{Restoration, back_up};
use crate::storage::erasures::ErasureList;
use crate::storage::traces::Erased;

/// Writes a copy of the whole database to a new file, while the service runs
#[derive(Debug, Args)]
#[command(after_help = "Example: quotidien backup quotidien-2026-11-28.backup")]
pub(super) struct BackupArguments {
    /// The file to write; there must be none
    file: PathBuf,
    #[command(flatten)]
    database: DatabaseArguments,
}

/// Puts a backup in the place of the database; the service must be stopped
#[derive(Debug, Args)]
#[command(after_help = "Example: quotidien restore quotidien-2026-11-28.backup")]
pub(super) struct RestoreArguments {
    /// A file that `quotidien backup` wrote
    file: PathBuf,
    #[command(flatten)]
    database: DatabaseArguments,
}

pub(super) fn back_up_database(arguments: &BackupArguments) -> anyhow::Result<()> {
    back_up(&arguments.database.url()?, &arguments.file).context("nothing was backed up")?;
    super::print(&json!({ "backup": arguments.file, "taken_at": Utc::now() }).to_string())
}

pub(super) fn restore(arguments: &RestoreArguments) -> anyhow::Result<()> {
    let nothing = "nothing was restored, and the database is as it was";
    let list = arguments.database.erasures()?;
    let erasures = list
        .as_ref()
        .map_or_else(|| Ok(Vec::new()), ErasureList::read)
        .context(nothing)?;
    let restoration = Restoration::begin(&arguments.database.url()?, &arguments.file).context(nothing)?;
    let (epoch, now) = (new_epoch(), Utc::now());
    let settled = {
        let store = Store::open(&restoration.url()).context(nothing)?;
        super::block_on(async {
            let erased = restoring::erase_again(&store, erasures, now).await?;
            let ended = restoring::begin_anew(&store, &epoch, now).await?;
            if !erased.is_empty()
                && let Err(error) = store.remove_traces(Erased::Organisation).await
            {
                tracing::warn!(%error, "traces of what was erased again are left on the disk");
            }
            let review = restoring::to_review(&store, now).await?;
            anyhow::Ok((erased, ended, review))
        })
        .context(nothing)?
    };
    let (erased, ended, review) = settled;
    let replaced = restoration.finish()?;
    super::print(
        &json!({
            "restored": arguments.file,
            "epoch": epoch,
            "sessions_ended": ended.sessions,
            "invitations_ended": ended.invitations,
            "erased_again": erased.len(),
            "erasures_known": list.is_some(),
            "replaced": replaced,
            "review": review.iter().map(line).collect::<Vec<_>>(),
        })
        .to_string(),
    )
}

/// What of an organisation is to be looked through.
fn line(review: &ToReview) -> serde_json::Value {
    let account = |managed: &ManagedAccount| {
        json!({
            "account_id": managed.account.id.to_string(),
            "role": managed.account.role.code(),
            "name": managed.account.name.as_str(),
        })
    };
    let key = |key: &ApiKey| json!({ "key_id": key.id.to_string(), "name": key.name });
    json!({
        "organisation_id": review.organisation.to_string(),
        "accounts": review.accounts.iter().map(account).collect::<Vec<_>>(),
        "keys": review.keys.iter().map(key).collect::<Vec<_>>(),
    })
}
