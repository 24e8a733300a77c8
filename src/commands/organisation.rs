//! `quotidien organisation`: making organisations; at the end of a contract, a copy of everything, and its erasure.

use std::fs::File;
use std::io::{LineWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use chrono::Utc;
use chrono_tz::Tz;
use clap::{Args, Subcommand};

use crate::actions::{organisations, privacy};
use crate::config::DatabaseArguments;
use crate::domain::account_draft::OrganisationSettings;
use crate::domain::field::publicity::Publicity;
use crate::domain::field::territory::Territory;
use crate::domain::holidays::HolidayCalendar;
use crate::domain::identifiers::OrganisationId;
use crate::domain::organisation::{OrganisationName, weekdays};
use crate::http::export_line;
use crate::storage;
use crate::storage::erasures::Erasure;
use crate::storage::private_file;
use crate::storage::traces::Erased;

const UNKNOWN: &str = "there is no such organisation";

#[derive(Debug, Subcommand)]
pub(super) enum OrganisationCommand {
    /// Make an organisation and print its identifier
    Create(CreateArguments),
    /// Write everything that is held about an organisation: JSON, a line each for its settings, people and days
    Export(ExportArguments),
    /// Erase an organisation and everything that is held about it; backups keep it until they are gone
    Erase(EraseArguments),
}

#[derive(Debug, Args)]
#[command(after_help = "Example: quotidien organisation create \"Le Mans Métropole\"")]
pub(super) struct CreateArguments {
    /// Its name, as documents print it
    name: String,
    /// The zone in which its days begin and end
    #[arg(long, default_value = "Europe/Paris")]
    time_zone: String,
    #[command(flatten)]
    database: DatabaseArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example: quotidien organisation export --organisation 0198f3c2-7c1e-7d2a-8f00-0242ac120001 \
    -o metropole.jsonl"
)]
pub(super) struct ExportArguments {
    /// The organisation's identifier
    #[arg(long)]
    organisation: OrganisationId,
    /// The file to write; by default standard output
    #[arg(short, long)]
    output: Option<PathBuf>,
    #[command(flatten)]
    database: DatabaseArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example: quotidien organisation erase --organisation 0198f3c2-7c1e-7d2a-8f00-0242ac120001 \
    --name \"Le Mans Métropole\""
)]
pub(super) struct EraseArguments {
    /// The organisation's identifier
    #[arg(long)]
    organisation: OrganisationId,
    /// Its name, so that no other is erased by mistake
    #[arg(long)]
    name: String,
    #[command(flatten)]
    database: DatabaseArguments,
}

pub(super) fn run(command: OrganisationCommand) -> anyhow::Result<()> {
    match command {
        OrganisationCommand::Create(arguments) => create(&arguments),
        OrganisationCommand::Export(arguments) => export(&arguments),
        OrganisationCommand::Erase(arguments) => erase(&arguments),
    }
}

fn create(arguments: &CreateArguments) -> anyhow::Result<()> {
    let zone: Tz = arguments
        .time_zone
        .parse()
        .map_err(|_| anyhow!("{} is no time zone; Europe/Paris is one", arguments.time_zone))?;
    let settings = OrganisationSettings {
        name: OrganisationName::parse(&arguments.name)
            .map_err(|_| anyhow!("a name has 1 to 200 characters on one line, and holds no ://"))?,
        time_zone: zone,
        working_days: weekdays(),
        holidays: HolidayCalendar::default(),
        reminder_after_days: None,
        territory: Territory::default(),
        publicity: Publicity::default(),
    };
    let store = super::open(&arguments.database.url()?)?;
    let made = super::block_on(organisations::create(&store, settings, None, Utc::now()))?
        .map_err(|_| anyhow!("another organisation has this name in addresses"))?;
    super::print(&serde_json::json!({ "organisation_id": made.id.to_string() }).to_string())
}

fn export(arguments: &ExportArguments) -> anyhow::Result<()> {
    let store = super::open(&arguments.database.url()?)?;
    let output: Box<dyn Write + Send> = match &arguments.output {
        Some(path) => Box::new(private_copy(path).with_context(|| format!("writing {}", path.display()))?),
        None => Box::new(std::io::stdout()),
    };
    // Written out line by line, so that a failure to write is noticed at that line and not lost at the end.
    let mut output = LineWriter::new(output);
    let exported = privacy::export_organisation(&store, arguments.organisation, Utc::now(), move |part| {
        writeln!(output, "{}", export_line(part))
    });
    if !super::block_on(exported)? {
        bail!(UNKNOWN);
    }
    Ok(())
}

/// A file for a copy of what is held about people, for its owner alone to read.
fn private_copy(path: &Path) -> std::io::Result<File> {
    private_file().create(true).truncate(true).open(path)
}

fn erase(arguments: &EraseArguments) -> anyhow::Result<()> {
    let store = super::open(&arguments.database.url()?)?;
    let id = arguments.organisation;
    super::block_on(async {
        let found = store
            .read(move |connection| storage::organisations::find(connection, id))
            .await?;
        match found {
            Some(found) if found.id == OrganisationId::INSTANCE => bail!(UNKNOWN),
            Some(found) if found.name != arguments.name => {
                bail!(
                    "the organisation is called {}; give --name that name to erase it",
                    found.name
                )
            }
            Some(_) => {
                super::note_erasure(
                    &arguments.database,
                    Erasure {
                        organisation: id,
                        account: None,
                    },
                )?;
                Ok(privacy::erase_organisation(&store, id).await?)
            }
            None => bail!(UNKNOWN),
        }
    })?;
    super::remove_traces(&store, Erased::Organisation)?;
    super::print(&serde_json::json!({ "erased": id.to_string() }).to_string())
}
