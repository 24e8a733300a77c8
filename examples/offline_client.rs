//! A client that works without a network, as a reference for those who write another; `docs/offline.md` describes what
//! it does.
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
#[path = "offline_client/errands.rs"]
mod errands;
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
use serde_json::{Value, json};

use device::{Device, Trouble};
use link::HttpLink;

/// The longest that the first pause between attempts can be; the limit of each next pause is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The limit of a pause grows no further than this.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// A device of an advisor, which keeps days without a network and brings them to the service
#[derive(Parser)]
struct Arguments {
    /// The folder in which the device keeps its notebook and its session
    #[arg(long)]
    folder: PathBuf,
    /// The URL of the service
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    url: String,
    /// The e-mail address with which the advisor signs in
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
    /// Send the drafts that wait to the service and read what changed there; tries again until it is done
    Sync,
    /// Print the days as this device has them
    Show,
    /// Where this device and the service both changed a day: keep this device's report
    KeepMine { date: String },
    /// Where this device and the service both changed a day: keep the service's report
    KeepTheirs { date: String },
    /// Have the drafts that the service refused sent again with the next batch
    Retry,
    /// Propose a place, by its name and the INSEE code of its commune; needs no network
    Propose { name: String, commune: String },
    /// Say that one of your sessions was held, or `not_held`; needs no network
    Fulfil { session: String, outcome: String },
    /// Drop what the service refused of places and sessions, or what clashes with it
    GiveWay,
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
        Command::Propose { name, commune } => {
            let place = json!({"name": name, "commune_code": commune});
            device.propose(&place)?;
        }
        Command::Fulfil { session, outcome } => {
            let known = device.fulfil(&session, &outcome)?;
            anyhow::ensure!(known, "this device knows no such session: synchronise first");
        }
        Command::GiveWay => device.give_way()?,
    }
    let days = serde_json::to_string_pretty(&device.notebook().days)?;
    writeln!(std::io::stdout(), "{days}").context("printing the days")
}

/// Tries to synchronise until it is done. The pauses between attempts grow and are drawn by chance, so that devices
/// that lost the same network at once do not all come back at once.
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
