//! `quotidien doctor`: whether the service can run here, and what to do where it cannot.

use std::fmt;
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;

use super::serve::{Checked, ServerSettings};
use crate::auth::seal::Seal;
use crate::mail::Mailer;
use crate::storage::condition::{self, Condition, Contents, Server};
use crate::storage::migrations::SchemaState;
use crate::storage::outbox::Waiting;
use crate::storage::{AnyConnection, DatabaseUrl};

/// Checks the settings, the database, its schema, the clock, the disk, the rights of files, the proxy, the keys, mail
/// that waits and the mail server. Changes nothing; exits with 1 when something keeps the service from running well.
#[derive(Debug, Args)]
#[command(after_help = "Example: DATABASE_URL=sqlite:///var/lib/quotidien/quotidien.db quotidien doctor")]
pub(super) struct DoctorArguments {
    #[command(flatten)]
    settings: ServerSettings,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// As it should be.
    Good,
    /// The service runs; somebody should look at this.
    Doubtful,
    /// The service cannot run well.
    Bad,
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Good => "good",
            Self::Doubtful => "check",
            Self::Bad => "WRONG",
        })
    }
}

/// What was found at one part of the service, and what to do about it.
struct Finding {
    weight: Weight,
    part: &'static str,
    text: String,
}

impl Finding {
    fn good(part: &'static str, text: impl Into<String>) -> Self {
        Self::new(Weight::Good, part, text)
    }

    fn doubtful(part: &'static str, text: impl Into<String>) -> Self {
        Self::new(Weight::Doubtful, part, text)
    }

    fn bad(part: &'static str, text: impl Into<String>) -> Self {
        Self::new(Weight::Bad, part, text)
    }

    fn new(weight: Weight, part: &'static str, text: impl Into<String>) -> Self {
        Self {
            weight,
            part,
            text: text.into(),
        }
    }
}

/// `false` when something is wrong.
pub(super) fn run(arguments: &DoctorArguments) -> anyhow::Result<bool> {
    let findings = examine(&arguments.settings, Utc::now());
    for Finding { weight, part, text } in &findings {
        super::print(&format!("{weight:5}  {part:8}  {text}"))?;
    }
    Ok(findings.iter().all(|finding| finding.weight != Weight::Bad))
}

fn examine(settings: &ServerSettings, now: DateTime<Utc>) -> Vec<Finding> {
    let Checked { seal, mailer, database } = match settings.checked() {
        Ok(checked) => checked,
        Err(error) => return vec![Finding::bad("settings", error.to_string())],
    };
    let mut findings = vec![Finding::good(
        "settings",
        "all can be used; `quotidien config` lists them",
    )];
    if let DatabaseUrl::Sqlite(path) = &database {
        if path.exists() {
            findings.extend([rights(path), disk(path)]);
            findings.extend(database_findings(&database, &seal, mailer.is_some(), now));
        } else {
            findings.push(Finding::doubtful(
                "database",
                format!("there is no file {} yet; `quotidien serve` makes it", path.display()),
            ));
            findings.push(disk(path));
        }
    } else {
        findings.extend(database_findings(&database, &seal, mailer.is_some(), now));
    }
    findings.extend([proxy(settings), mail(mailer)]);
    findings
}

fn database_findings(database: &DatabaseUrl, seal: &Seal, mails: bool, now: DateTime<Utc>) -> Vec<Finding> {
    let asked = AnyConnection::open(database).and_then(|mut connection| condition::condition(&mut connection, now));
    let Condition {
        schema,
        contents,
        server,
    } = match asked {
        Ok(condition) => condition,
        Err(error) => {
            let text = format!("{error}. Is DATABASE_URL right, and does the server run?");
            return vec![Finding::bad("database", text)];
        }
    };
    let mut findings = vec![reached(server.as_ref()), of_schema(&schema)];
    findings.push(clock(server.as_ref(), contents.as_ref(), now));
    if let Some(contents) = contents {
        let outbox = outbox(contents.mail, mails, now);
        findings.extend([keys(&contents, seal), background(&contents, now), outbox]);
    }
    findings
}

fn reached(server: Option<&Server>) -> Finding {
    let Some(server) = server else {
        return Finding::good("database", "the SQLite file opens");
    };
    let Server {
        version,
        connections,
        connections_max,
        ..
    } = server;
    let text = format!("PostgreSQL {version}, {connections} of {connections_max} connections in use");
    // An instance takes at most nine, and another nine while it is replaced.
    if connections_max - connections < 18 {
        return Finding::doubtful(
            "database",
            format!("{text}: raise max_connections, an instance takes up to nine"),
        );
    }
    Finding::good("database", text)
}

fn of_schema(schema: &SchemaState) -> Finding {
    let part = "schema";
    match schema {
        SchemaState::Current => Finding::good(part, "is that of this program"),
        SchemaState::Absent => Finding::doubtful(part, "there is none yet; `quotidien serve` makes it"),
        SchemaState::Older(1) => Finding::doubtful(part, "is one migration behind; `quotidien migrate` runs it"),
        SchemaState::Older(behind) => Finding::doubtful(
            part,
            format!("is {behind} migrations behind; `quotidien migrate` runs them"),
        ),
        SchemaState::Newer(migration) => Finding::bad(
            part,
            format!("has the migration {migration}, which this program does not know: install the newer program again"),
        ),
    }
}

/// How far the clocks of two machines may be apart, and how far a report may seem to come from the future.
const CLOCKS_APART_MAX: TimeDelta = TimeDelta::seconds(5);

fn clock(server: Option<&Server>, contents: Option<&Contents>, now: DateTime<Utc>) -> Finding {
    let part = "clock";
    let shown = now.format("%Y-%m-%d %H:%M:%S UTC");
    let apart = server.map(|server| (server.now - now).abs());
    if let Some(apart) = apart.filter(|apart| *apart > CLOCKS_APART_MAX) {
        let text = format!(
            "shows {shown}, {} s away from that of PostgreSQL: set both by NTP",
            apart.num_seconds()
        );
        return Finding::bad(part, text);
    }
    let newest = contents.and_then(|contents| contents.newest_report);
    if let Some(newest) = newest.filter(|newest| *newest - now > CLOCKS_APART_MAX) {
        let text = format!("shows {shown}, but a report came at {newest}: set the clock by NTP before serving");
        return Finding::bad(part, text);
    }
    Finding::good(part, format!("shows {shown}"))
}

fn keys(contents: &Contents, seal: &Seal) -> Finding {
    let part = "keys";
    if contents.keys.is_empty() {
        return Finding::good(part, "the first is made when the service starts");
    }
    for key in &contents.keys {
        if let Err(error) = seal.open(&key.key_id, &key.private_key) {
            return Finding::bad(part, format!("a key that signs access tokens cannot be read: {error}"));
        }
    }
    if seal.is_open() {
        let text = "stand unsealed in the database: whoever has a copy of it signs in as anybody; set QUOTIDIEN_SECRET";
        return Finding::doubtful(part, text);
    }
    Finding::good(part, "can be read with QUOTIDIEN_SECRET")
}

fn background(contents: &Contents, now: DateTime<Utc>) -> Finding {
    let part = "jobs";
    match contents.last_job {
        None => Finding::good(part, "none was done yet; they begin a minute after the service starts"),
        Some(last) if now - last > TimeDelta::days(2) => {
            Finding::doubtful(part, format!("none was done since {last}: is the service running?"))
        }
        Some(last) => Finding::good(part, format!("one was done at {last}")),
    }
}

/// For how long mail may wait before somebody is to look.
const MAIL_WAITS_MAX: TimeDelta = TimeDelta::minutes(30);

fn outbox(mail: Waiting, mails: bool, now: DateTime<Utc>) -> Finding {
    let part = "outbox";
    let Some(oldest) = mail.oldest else {
        return Finding::good(part, "no mail waits");
    };
    let text = format!("{} messages wait, the oldest since {oldest}", mail.messages);
    if !mails {
        return Finding::doubtful(part, format!("{text}, and none is sent: set QUOTIDIEN_SMTP_URL"));
    }
    if now - oldest > MAIL_WAITS_MAX {
        let text = format!("{text}: the log says what the mail server answers; what has waited for a day is given up");
        return Finding::doubtful(part, text);
    }
    Finding::good(part, text)
}

fn rights(path: &Path) -> Finding {
    let part = "rights";
    let Ok(metadata) = path.metadata() else {
        return Finding::bad(part, format!("{} cannot be looked at", path.display()));
    };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let text = format!("others may open {}: chmod 600 {0} {0}-wal {0}-shm", path.display());
        return Finding::doubtful(part, text);
    }
    Finding::good(part, "nobody else may open the database")
}

/// The share of a disk that must be free, in percent.
const FREE_MIN: u64 = 10;

fn disk(path: &Path) -> Finding {
    let part = "disk";
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let Ok(space) = rustix::fs::statvfs(folder) else {
        return Finding::bad(part, format!("there is no folder {}", folder.display()));
    };
    let free = space.f_bavail.saturating_mul(space.f_frsize);
    let size = path.metadata().map_or(0, |metadata| metadata.len());
    let share = space
        .f_bavail
        .saturating_mul(100)
        .checked_div(space.f_blocks)
        .unwrap_or_default();
    let text = format!(
        "{} MiB are free ({share} %), the database has {}",
        free >> 20,
        size >> 20
    );
    if free < size {
        return Finding::bad(part, format!("{text}: a backup or a migration does not fit, make room"));
    }
    if share < FREE_MIN {
        return Finding::doubtful(part, format!("{text}: make room"));
    }
    Finding::good(part, text)
}

fn proxy(settings: &ServerSettings) -> Finding {
    let part = "proxy";
    let browsers = settings.server.browsers();
    let https = browsers.https;
    let local = settings.server.listen.ip().is_loopback() && browsers.own_origin.is_none_or(|origin| is_here(&origin));
    match (https, settings.throttle.trusts_a_proxy()) {
        (true, false) => Finding::doubtful(
            part,
            "none is trusted, so that all who come through it share one limit: name it in QUOTIDIEN_TRUSTED_PROXIES",
        ),
        (false, _) if !local => Finding::doubtful(
            part,
            "other machines reach this address without encryption: put a proxy with TLS before it and set \
             QUOTIDIEN_PUBLIC_URL to its https:// address",
        ),
        (true, true) => Finding::good(part, "is trusted, and people come by HTTPS"),
        (false, _) => Finding::good(part, "only this machine reaches the service"),
    }
}

/// Whether an origin such as `http://localhost:8080` is of this machine alone.
fn is_here(origin: &str) -> bool {
    let (_, authority) = origin.split_once("://").unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn mail(mailer: Option<Mailer>) -> Finding {
    let part = "mail";
    let Some(mailer) = mailer else {
        let text = "none is sent, so that people get invitations by hand and reset no password: set QUOTIDIEN_SMTP_URL";
        return Finding::doubtful(part, text);
    };
    match mailer.greet() {
        Ok(()) => Finding::good(part, "the mail server takes our sign-in"),
        Err(error) => Finding::bad(part, error.to_string()),
    }
}
