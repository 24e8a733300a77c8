//! The list of what was erased on demand, kept beside the database and outside of its backups: a backup brings back who was
//! erased since, and this list erases them again. It names identifiers alone.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::in_use::beside;
use super::storage_error::StorageError;
use crate::domain::identifiers::{AccountId, OrganisationId};

/// What was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erasure {
    /// The tenant.
    pub organisation: OrganisationId,
    /// One of its accounts; `None`: all of it.
    pub account: Option<AccountId>,
}

/// The file of the list: a line of JSON for each erasure.
#[derive(Debug, Clone)]
pub struct ErasureList(PathBuf);

impl ErasureList {
    /// The list at a path.
    pub const fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// The list beside a database of SQLite.
    pub fn beside(database: &Path) -> Self {
        Self(beside(database, ".erasures"))
    }

    /// Notes an erasure, on the disk. To be done before it: what is noted in vain is erased again, and what is not noted
    /// comes back.
    ///
    /// # Errors
    /// When it could not be written.
    pub fn note(&self, erasure: Erasure, now: DateTime<Utc>) -> Result<(), StorageError> {
        let line = json!({
            "at": now.to_rfc3339_opts(SecondsFormat::Secs, true),
            "organisation": erasure.organisation.to_string(),
            "account": erasure.account.map(|account| account.to_string()),
        });
        let mut options = OpenOptions::new();
        let file = options.append(true).create(true).mode(0o600).open(&self.0);
        let written = file.and_then(|mut file| {
            file.write_all(format!("{line}\n").as_bytes())?;
            file.sync_all()
        });
        written.map_err(|error| self.refused(&error.to_string()))
    }

    /// All that was noted.
    ///
    /// # Errors
    /// When there is a list and it cannot be read or understood.
    pub fn read(&self) -> Result<Vec<Erasure>, StorageError> {
        let text = match std::fs::read_to_string(&self.0) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            read => read.map_err(|error| self.refused(&error.to_string()))?,
        };
        let lines = text.lines().filter(|line| !line.is_empty());
        lines
            .map(|line| erasure(line).ok_or_else(|| self.refused(&format!("this is no erasure: {line}"))))
            .collect()
    }

    fn refused(&self, why: &str) -> StorageError {
        StorageError::Refused(format!("the list of erasures {}: {why}", self.0.display()))
    }
}

fn erasure(line: &str) -> Option<Erasure> {
    let said: Value = serde_json::from_str(line).ok()?;
    let account = match said.get("account")? {
        Value::Null => None,
        account => Some(account.as_str()?.parse().ok()?),
    };
    Some(Erasure {
        organisation: said.get("organisation")?.as_str()?.parse().ok()?,
        account,
    })
}
