//! `quotidien check`: every tally against the sum of its reports.

use clap::Args;

use crate::config::DatabaseArguments;
use crate::domain::calendar::Month;
use crate::domain::identifiers::OrganisationId;
use crate::storage::check::{self, Difference};
use crate::storage::{StorageError, Store, organisations};

/// Looks at the file of the database, recounts the reports and compares; exits with 1 and says what is wrong when the file is
/// damaged, or a tally is not the sum of its reports.
#[derive(Debug, Args)]
#[command(after_help = "Example: quotidien check --repair")]
pub(super) struct CheckArguments {
    /// Rebuild the tallies that differ
    #[arg(long)]
    repair: bool,
    #[command(flatten)]
    database: DatabaseArguments,
}

/// `false` when something differs and was not mended.
pub(super) fn run(arguments: &CheckArguments) -> anyhow::Result<bool> {
    let store = super::open(&arguments.database.url()?)?;
    let faults = super::block_on(store.read(check::faults_of_files))?;
    for fault in &faults {
        super::print(&format!("the file of the database is damaged: {fault}"))?;
    }
    let (months, differences) = super::block_on(check_all(&store, arguments.repair))?;
    for difference in &differences {
        super::print(&difference.to_string())?;
    }
    let found = differences.len();
    let mended = if arguments.repair { ", all rebuilt" } else { "" };
    super::print(&format!(
        "{months} months checked, {found} tallies differ from the sum of their reports{mended}"
    ))?;
    Ok(faults.is_empty() && (differences.is_empty() || arguments.repair))
}

/// How many months were checked, and what differs in them. A month at a time, so that no writer waits long.
async fn check_all(store: &Store, repair: bool) -> Result<(usize, Vec<Difference>), StorageError> {
    let mut checked = 0;
    let mut differences = Vec::new();
    for organisation in store.read(organisations::all_ids).await? {
        let months = store
            .read(move |connection| check::months(connection, organisation))
            .await?;
        for month in months {
            checked += 1;
            differences.extend(check_month(store, organisation, month, repair).await?);
        }
    }
    Ok((checked, differences))
}

async fn check_month(
    store: &Store,
    organisation: OrganisationId,
    month: Month,
    repair: bool,
) -> Result<Option<Difference>, StorageError> {
    if !repair {
        return store
            .read(move |connection| check::difference(connection, organisation, month))
            .await;
    }
    let mended = store
        .locking(organisation)
        .change(move |locked| check::repair(locked, month))
        .await?;
    Ok(mended)
}
