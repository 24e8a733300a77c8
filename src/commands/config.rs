//! `quotidien config`: the settings that are in force.

use clap::Args;

use super::serve::ServerSettings;
use super::settings::Setting;

/// Prints the settings that `quotidien serve` would run with, as a file of settings, and where each comes from. Shows no
/// secret.
#[derive(Debug, Args)]
#[command(after_help = "Example: quotidien config --config /etc/quotidien/quotidien.toml")]
pub(super) struct ConfigArguments {
    #[command(flatten)]
    settings: ServerSettings,
}

/// Fails when the settings cannot be used together.
pub(super) fn run(arguments: &ConfigArguments, in_force: &[Setting]) -> anyhow::Result<()> {
    for Setting { name, value, source } in in_force {
        super::print(&match value {
            Some(value) => format!("{name} = {}  # {source}", toml::Value::from(value.as_str())),
            None => format!("# {name} is not set"),
        })?;
    }
    arguments.settings.checked().map(drop)
}
