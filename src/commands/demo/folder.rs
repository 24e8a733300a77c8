//! The folder of a demonstration: its database, and a file with its accounts, so that a folder that is filled is reused.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use chrono::{DateTime, Utc};
use rand::RngExt as _;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use super::people::{ADVISORS, COORDINATOR, DemoPerson};
use crate::actions::accounts::create_account;
use crate::actions::organisations;
use crate::auth::password::Password;
use crate::domain::account::{Account, Email, PersonName, Role};
use crate::domain::account_draft::OrganisationSettings;
use crate::domain::field::publicity::Publicity;
use crate::domain::field::territory::Territory;
use crate::domain::holidays::HolidayCalendar;
use crate::domain::identifiers::{AccountId, OrganisationId};
use crate::domain::organisation::{OrganisationName, weekdays};
use crate::storage::{DatabaseUrl, Store};

/// The organisation of the demonstration.
pub(super) const ORGANISATION: &str = "Le Mans Métropole";

/// Where a demonstration keeps its files. A temporary folder is deleted when this is dropped.
pub(super) struct DemoFolder {
    path: PathBuf,
    _temporary: Option<TempDir>,
}

/// What the demonstration must remember to be reused.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct DemoState {
    /// The organisation.
    pub(super) organisation_id: String,
    /// The coordinator, then the advisors in the order of the seed.
    pub(super) people: Vec<DemoAccount>,
    /// Whether the reports have been posted.
    pub(super) filled: bool,
}

/// An account of the demonstration, with its password.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct DemoAccount {
    pub(super) account_id: String,
    pub(super) role: String,
    pub(super) email: String,
    pub(super) password: String,
}

impl DemoState {
    pub(super) fn organisation_id(&self) -> anyhow::Result<OrganisationId> {
        self.organisation_id
            .parse()
            .map_err(|_| anyhow!("the demo's file names no organisation"))
    }

    /// The coordinator.
    pub(super) fn coordinator(&self) -> Option<&DemoAccount> {
        self.people
            .iter()
            .find(|person| person.role == Role::Coordinator.code())
    }

    /// The advisors, in the order of the seed.
    pub(super) fn advisors(&self) -> impl Iterator<Item = &DemoAccount> {
        self.people.iter().filter(|person| person.role == Role::Advisor.code())
    }
}

impl DemoFolder {
    /// The folder given, made if need be, or a temporary one.
    pub(super) fn open(given: Option<&Path>) -> anyhow::Result<Self> {
        let folder = if let Some(path) = given {
            std::fs::create_dir_all(path).with_context(|| format!("making the folder {}", path.display()))?;
            Self {
                path: path.to_owned(),
                _temporary: None,
            }
        } else {
            let temporary = TempDir::with_prefix("quotidien-demo-").context("making a temporary folder")?;
            Self {
                path: temporary.path().to_owned(),
                _temporary: Some(temporary),
            }
        };
        if folder.path.join("demo.db").exists() && !folder.state_file().exists() {
            bail!(
                "{} holds a demo that was not finished; give another folder or remove demo.db from it",
                folder.path.display()
            );
        }
        Ok(folder)
    }

    /// The database: always SQLite.
    pub(super) fn database(&self) -> DatabaseUrl {
        DatabaseUrl::Sqlite(self.path.join("demo.db"))
    }

    fn state_file(&self) -> PathBuf {
        self.path.join("demo.json")
    }

    /// What an earlier run of the demonstration left here.
    pub(super) fn read_state(&self) -> anyhow::Result<Option<DemoState>> {
        let path = self.state_file();
        if !path.exists() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        serde_json::from_str(&text)
            .map(Some)
            .with_context(|| format!("reading {}", path.display()))
    }

    /// Writes what a later run must know; only its owner may read it, for the passwords.
    fn write_state(&self, state: &DemoState) -> anyhow::Result<()> {
        let path = self.state_file();
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)
            .with_context(|| format!("writing {}", path.display()))?;
        file.write_all(serde_json::to_string_pretty(state)?.as_bytes())
            .with_context(|| format!("writing {}", path.display()))
    }

    /// Notes that the reports have been posted.
    pub(super) fn mark_filled(&self, state: &DemoState) -> anyhow::Result<()> {
        self.write_state(&DemoState {
            filled: true,
            ..state.clone()
        })
    }

    /// Makes the organisation and its people, with new passwords.
    pub(super) async fn populate(&self, store: &Store, now: DateTime<Utc>) -> anyhow::Result<DemoState> {
        let settings = OrganisationSettings {
            name: OrganisationName::parse(ORGANISATION).map_err(|_| anyhow!("the organisation's name"))?,
            time_zone: chrono_tz::Europe::Paris,
            working_days: weekdays(),
            holidays: HolidayCalendar::default(),
            reminder_after_days: None,
            territory: Territory::default(),
            publicity: Publicity::default(),
        };
        let made = organisations::create(store, settings, None, now).await?;
        let organisation = made
            .map_err(|_| anyhow!("another organisation has this name in addresses"))?
            .id;
        let mut people = vec![create(store, organisation, Role::Coordinator, &COORDINATOR, now).await?];
        for advisor in &ADVISORS {
            people.push(create(store, organisation, Role::Advisor, advisor, now).await?);
        }
        let state = DemoState {
            organisation_id: organisation.to_string(),
            people,
            filled: false,
        };
        self.write_state(&state)?;
        Ok(state)
    }
}

async fn create(
    store: &Store,
    organisation: OrganisationId,
    role: Role,
    person: &DemoPerson,
    now: DateTime<Utc>,
) -> anyhow::Result<DemoAccount> {
    let password = new_password();
    let account = Account {
        organisation,
        id: AccountId::new(),
        role,
        name: PersonName::parse(person.name).map_err(|_| anyhow!("the name of {}", person.email))?,
        email: Email::parse(person.email).map_err(|_| anyhow!("the address {}", person.email))?,
    };
    let made = DemoAccount {
        account_id: account.id.to_string(),
        role: role.code().to_owned(),
        email: person.email.to_owned(),
        password: password.clone(),
    };
    let password = Password::parse(&password).map_err(|_| anyhow!("the password of {}", person.email))?;
    create_account(store, account, password, now).await??;
    Ok(made)
}

/// A password that can be typed: four groups of five lower-case letters and digits, 100 bits.
fn new_password() -> String {
    const SIGNS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut random = rand::rng();
    let mut group = || -> String {
        (0..5)
            .filter_map(|_| SIGNS.get(random.random_range(0..SIGNS.len())))
            .map(|sign| char::from(*sign))
            .collect()
    };
    [group(), group(), group(), group()].join("-")
}
