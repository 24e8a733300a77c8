//! Every setting: its flag, its environment variable, its default. Secrets never print.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ipnet::IpNet;
use uuid::Uuid;

use crate::auth::seal::{Seal, SealError};
use crate::auth::throttle::Limits;
use crate::domain::retention::NOTES_MONTHS;
use crate::http::{Application, Browsers};
use crate::jobs::Worker;
use crate::mail::{MailSettingsError, Mailer};
use crate::storage::erasures::ErasureList;
use crate::storage::{DatabaseUrl, StorageError, Store};

/// Where the database is.
#[derive(Debug, Clone, Args)]
pub struct DatabaseArguments {
    /// The database: `sqlite://quotidien.db`, `sqlite:///absolute/path` or `postgres://user@host/database`
    #[arg(
        long = "database-url",
        env = "DATABASE_URL",
        default_value = "sqlite://quotidien.db",
        hide_env_values = true
    )]
    url: String,
    /// The list of what was erased, kept apart from the backups: a restoration erases it again; by default beside the file
    /// of SQLite, and none with PostgreSQL
    #[arg(long, env = "QUOTIDIEN_ERASURES", hide_env_values = true)]
    erasures: Option<PathBuf>,
}

impl DatabaseArguments {
    /// The database.
    ///
    /// # Errors
    /// When the URL is none that is understood.
    pub fn url(&self) -> Result<DatabaseUrl, StorageError> {
        self.url.parse()
    }

    /// The list of what was erased; `None`: none is kept.
    ///
    /// # Errors
    /// When the URL is none that is understood.
    pub fn erasures(&self) -> Result<Option<ErasureList>, StorageError> {
        match (&self.erasures, self.url()?) {
            (Some(path), _) if !path.as_os_str().is_empty() => Ok(Some(ErasureList::at(path.clone()))),
            (_, DatabaseUrl::Sqlite(path)) => Ok(Some(ErasureList::beside(&path))),
            (_, DatabaseUrl::Postgres(_)) => Ok(None),
        }
    }
}

/// A text that is not shown.
#[derive(Clone)]
struct Secret(String);

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// The secret that is not in the database.
#[derive(Debug, Clone, Args)]
pub struct SecretArguments {
    /// Seals the signing keys in the database, so that a copy of it signs nobody in; at least 32 characters, better in
    /// the environment, since lists of processes show flags
    #[arg(long, env = "QUOTIDIEN_SECRET", hide_env_values = true)]
    secret: Option<Secret>,
}

impl SecretArguments {
    /// What seals with the secret; an empty one is none.
    ///
    /// # Errors
    /// When it is too short.
    pub fn seal(&self) -> Result<Seal, SealError> {
        let secret = self.secret.as_ref().filter(|secret| !secret.0.is_empty());
        Seal::new(secret.map(|secret| secret.0.as_str()))
    }
}

/// How often may be asked, and who says from where.
#[derive(Debug, Clone, Args)]
pub struct ThrottleArguments {
    /// How many sign-ins a minute one address may try, and one account a sixth of it; 0 for no limit
    #[arg(long, env = "QUOTIDIEN_SIGN_INS_PER_MINUTE", default_value_t = 60)]
    sign_ins_per_minute: u32,
    /// How many requests a minute one person or program may send; 0 for no limit
    #[arg(long, env = "QUOTIDIEN_REQUESTS_PER_MINUTE", default_value_t = 600)]
    requests_per_minute: u32,
    /// The proxies in front, as addresses or networks (`10.0.0.0/8`): their X-Forwarded-For is believed; none by default
    #[arg(long, env = "QUOTIDIEN_TRUSTED_PROXIES", default_value = "", value_parser = networks)]
    trusted_proxies: Networks,
}

impl ThrottleArguments {
    /// Whether the addresses that a proxy forwards are believed.
    pub fn trusts_a_proxy(&self) -> bool {
        !self.trusted_proxies.0.is_empty()
    }

    /// The application within these limits.
    #[must_use]
    pub fn limit(&self, application: Application) -> Application {
        let limits = Limits {
            sign_ins_per_minute: self.sign_ins_per_minute,
            requests_per_minute: self.requests_per_minute,
        };
        application.limited(limits, self.trusted_proxies.0.clone())
    }
}

/// Networks; a single address is a network of one.
#[derive(Debug, Clone)]
struct Networks(Vec<IpNet>);

/// Reads networks between commas; an empty text names none.
fn networks(text: &str) -> Result<Networks, String> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let network = |part: &str| {
        let address = part.parse::<IpAddr>().map(IpNet::from);
        address
            .or_else(|_| part.parse())
            .map_err(|_| format!("{part} is no address and no network such as 10.0.0.0/8"))
    };
    parts.map(network).collect::<Result<_, _>>().map(Networks)
}

/// Origins of other sites.
#[derive(Debug, Clone)]
struct Origins(Vec<String>);

/// Reads origins between commas; an empty text names none.
fn origins(text: &str) -> Result<Origins, String> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let origin = |part: &str| {
        let host = part.strip_prefix("https://").or_else(|| part.strip_prefix("http://"));
        host.filter(|host| !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-.:[]".contains(c)))
            .map(|_| part.to_ascii_lowercase())
            .ok_or_else(|| format!("{part} is no origin such as https://app.example.org, without a path"))
    };
    parts.map(origin).collect::<Result<_, _>>().map(Origins)
}

/// How long is kept what is not kept for ever.
#[derive(Debug, Clone, Args)]
pub struct RetentionArguments {
    /// After how many months the notes of reports are forgotten, history included; figures do not move
    #[arg(long, env = "QUOTIDIEN_NOTES_MONTHS", default_value_t = NOTES_MONTHS, value_parser = clap::value_parser!(u32).range(1..=1200))]
    notes_months: u32,
}

impl RetentionArguments {
    /// What does the forgetting and the reminding on this instance.
    pub fn worker(&self, store: Store, mailer: Option<Mailer>) -> Worker {
        Worker {
            store,
            instance: Uuid::new_v4().to_string(),
            notes_months: self.notes_months,
            mailer,
        }
    }
}

/// How the server is reached.
#[derive(Debug, Clone, Args)]
pub struct ServerArguments {
    /// The address to listen on
    #[arg(long, env = "QUOTIDIEN_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// The URL under which people reach the service; names it in tokens, so all instances share it
    #[arg(long, env = "QUOTIDIEN_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// The address to serve Prometheus metrics on; none by default
    #[arg(long, env = "QUOTIDIEN_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
    /// The origins of other sites whose pages may call the API, such as `https://app.example.org`; none by default
    #[arg(long, env = "QUOTIDIEN_CORS_ORIGINS", default_value = "", value_parser = origins)]
    cors_origins: Origins,
    /// Whether the application for people is served at `/app/`; `off` has devices that opened it forget its files
    #[arg(long, env = "QUOTIDIEN_WEB", default_value = "on")]
    web: Switch,
}

/// Whether something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    /// It is.
    On,
    /// It is not.
    Off,
}

impl ServerArguments {
    /// How browsers reach the service.
    pub fn browsers(&self) -> Browsers {
        let url = self.public_url.as_deref().and_then(|url| url.split_once("://"));
        let origin =
            |(scheme, rest): (&str, &str)| format!("{scheme}://{}", rest.split('/').next().unwrap_or_default());
        Browsers {
            allowed_origins: self.cors_origins.0.clone(),
            https: url.is_some_and(|(scheme, _)| scheme == "https"),
            own_origin: url.map(origin).map(|origin| origin.to_ascii_lowercase()),
        }
    }

    /// Whether the application for people is served.
    pub fn serves_web(&self) -> bool {
        self.web == Switch::On
    }

    /// Who issues tokens: the public URL, or the service's own name while there is none or it is empty.
    pub fn issuer(&self) -> String {
        let url = self.public_url.as_ref().filter(|url| !url.is_empty());
        url.map_or("quotidien", String::as_str).to_owned()
    }
}

/// How mail is sent; none is without these.
#[derive(Debug, Clone, Args)]
pub struct MailArguments {
    /// The mail server: `smtps://user:password@host:465`, `smtp://user:password@host:587?tls=required` or, without
    /// encryption, `smtp://host`; better in the environment, since lists of processes show flags
    #[arg(long, env = "QUOTIDIEN_SMTP_URL", hide_env_values = true)]
    smtp_url: Option<Secret>,
    /// The sender of mail, such as `Quotidien <quotidien@example.org>`
    #[arg(long, env = "QUOTIDIEN_MAIL_FROM")]
    mail_from: Option<String>,
}

/// Why the settings of mail do not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailArgumentsError {
    /// One is missing.
    #[error("sending mail takes both QUOTIDIEN_SMTP_URL and QUOTIDIEN_MAIL_FROM; {0} is not set")]
    Half(&'static str),
    /// The links in mail would lead nowhere.
    #[error("sending mail takes QUOTIDIEN_PUBLIC_URL too, an http:// or https:// URL: links lead there")]
    NoLinks,
    /// One is not understood.
    #[error(transparent)]
    Settings(#[from] MailSettingsError),
}

impl MailArguments {
    /// What sends mail whose links lead to the service at `public_url`; `None` when no mail is asked for. An empty
    /// setting counts as none, since files that start containers pass on a variable that is not set as an empty text.
    ///
    /// # Errors
    /// [`MailArgumentsError`].
    pub fn mailer(&self, public_url: Option<&str>) -> Result<Option<Mailer>, MailArgumentsError> {
        let url = self.smtp_url.as_ref().filter(|url| !url.0.is_empty());
        let from = self.mail_from.as_ref().filter(|from| !from.is_empty());
        let (url, from) = match (url, from) {
            (None, None) => return Ok(None),
            (Some(url), Some(from)) => (url, from),
            (None, Some(_)) => return Err(MailArgumentsError::Half("QUOTIDIEN_SMTP_URL")),
            (Some(_), None) => return Err(MailArgumentsError::Half("QUOTIDIEN_MAIL_FROM")),
        };
        let is_link = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
        let public_url = public_url.filter(is_link).ok_or(MailArgumentsError::NoLinks)?;
        Ok(Some(Mailer::new(&url.0, from, public_url)?))
    }
}
