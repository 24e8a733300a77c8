//! `quotidien organisation`: making organisations.

use anyhow::anyhow;
use chrono::Utc;
use chrono_tz::Tz;
use clap::{Args, Subcommand};

use crate::actions::organisations;
use crate::config::DatabaseArguments;
use crate::domain::account::PersonName;
use crate::domain::account_draft::OrganisationSettings;
use crate::domain::organisation::weekdays;

#[derive(Debug, Subcommand)]
pub(super) enum OrganisationCommand {
    /// Make an organisation and print its identifier
    Create(CreateArguments),
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

pub(super) fn run(command: OrganisationCommand) -> anyhow::Result<()> {
    let OrganisationCommand::Create(arguments) = command;
    let zone: Tz = arguments
        .time_zone
        .parse()
        .map_err(|_| anyhow!("{} is no time zone; Europe/Paris is one", arguments.time_zone))?;
    let name = PersonName::parse(&arguments.name).map_err(|_| anyhow!("a name has 1 to 200 characters"))?;
    let store = super::open(&arguments.database.url()?)?;
    let settings = OrganisationSettings {
        name,
        time_zone: zone,
        working_days: weekdays(),
    };
    let made = super::block_on(organisations::create(&store, settings, Utc::now()))?;
    super::print(&serde_json::json!({ "organisation_id": made.id.to_string() }).to_string())
}
