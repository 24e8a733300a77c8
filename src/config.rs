//! Every setting: its flag, its environment variable, its default. Secrets never print.

use std::net::SocketAddr;

use clap::Args;

use crate::storage::{DatabaseUrl, StorageError};

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
}

impl DatabaseArguments {
    /// The database.
    ///
    /// # Errors
    /// When the URL is none that is understood.
    pub fn url(&self) -> Result<DatabaseUrl, StorageError> {
        self.url.parse()
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
}

impl ServerArguments {
    /// Who issues tokens.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| "quotidien".to_owned())
    }
}
