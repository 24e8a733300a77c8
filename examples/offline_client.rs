//! A client that works without a network, for those who write theirs: `docs/offline.md` describes what it does.
//!
//! ```sh
//! export QUOTIDIEN_PASSWORD='…'
//! cargo run --example offline_client -- --folder phone --email amelie.rousseau@demo.example write 2022-08-01 day.json
//! cargo run --example offline_client -- --folder phone --email amelie.rousseau@demo.example sync
//! ```

#[path = "offline_client/device.rs"]
mod device;
#[path = "offline_client/disk.rs"]
mod disk;
#[path = "offline_client/link.rs"]
mod link;
#[path = "offline_client/merge.rs"]
mod merge;

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use rand::RngExt as _;
use serde_json::Value;

use device::{Device, Trouble};
use link::HttpLink;

/// The first pause between attempts is at most so long; each is at most twice the one before.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// A device of an advisor, which keeps days without a network and brings them to the service.
#[derive(Parser)]
struct Arguments {
    /// Where it keeps its notebook and its session
    #[arg(long)]
    folder: PathBuf,
    /// Where the service is
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    url: String,
    /// The address that signs in
    #[arg(long)]
    email: String,
    #[arg(long, env = "QUOTIDIEN_PASSWORD", hide_env_values = true)]
    password: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write a day, from a file with its report; needs no network
    Write { date: String, file: PathBuf },
    /// Delete the report of a day; needs no network
    Delete { date: String },
    /// Bring what waits to the service and read what changed, until it is done
    Sync,
    /// Print the days as they are here
    Show,
    /// Where both sides changed a day: keep this device's
    KeepMine { date: String },
    /// Where both sides changed a day: keep the service's
    KeepTheirs { date: String },
    /// Let what was refused go with the next batch again
    Retry,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    std::fs::create_dir_all(&arguments.folder).context("making the folder")?;
    let session = arguments.folder.join("session.json");
    let link = HttpLink::open(&arguments.url, &arguments.email, &arguments.password, session)?;
    let mut device = Device::open(&arguments.folder, link)?;
    match arguments.command {
        Command::Write { date, file } => {
            let text = std::fs::read_to_string(file).context("reading the report")?;
            let report: Value = serde_json::from_str(&text).context("the report is no JSON")?;
            device.write(&date, Some(&report))?;
        }
        Command::Delete { date } => device.write(&date, None)?,
        Command::Sync => synchronise(&mut device)?,
        Command::Show => {}
        Command::KeepMine { date } => device.choose(&date, true)?,
        Command::KeepTheirs { date } => device.choose(&date, false)?,
        Command::Retry => device.retry()?,
    }
    let days = serde_json::to_string_pretty(&device.notebook().days)?;
    writeln!(std::io::stdout(), "{days}").context("printing the days")
}

/// Tries until it is done, with pauses that grow and are drawn by chance: devices that lost one network at once do not all
/// come back at once.
fn synchronise(device: &mut Device<HttpLink>) -> Result<(), Trouble> {
    let mut most = FIRST_PAUSE;
    loop {
        let asked = match device.synchronise() {
            Err(Trouble::Lost(_)) => Duration::ZERO,
            Err(Trouble::Wait(seconds)) => Duration::from_secs(seconds.unwrap_or_default()),
            ended => return ended,
        };
        let drawn = most.mul_f64(rand::rng().random_range(0.0..1.0));
        std::thread::sleep(asked + drawn);
        most = (most * 2).min(LONGEST_PAUSE);
    }
}
