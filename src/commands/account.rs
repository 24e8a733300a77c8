//! `quotidien account`: making accounts.

use std::io::Read as _;

use anyhow::{Context as _, anyhow, bail};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};

use crate::actions::accounts::create_account;
use crate::actions::privacy::erase_account;
use crate::auth::password::Password;
use crate::config::DatabaseArguments;
use crate::domain::account::{Account, Email, PersonName, Role};
use crate::domain::identifiers::{AccountId, OrganisationId};
use crate::storage::erasures::Erasure;
use crate::storage::traces::Erased;

#[derive(Debug, Subcommand)]
pub(super) enum AccountCommand {
    /// Make an account and print its identifier
    Create(CreateArguments),
    /// Take the name and the address of a person out, and end their access; their reports and the figures stay
    Erase(EraseArguments),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example: quotidien account erase --organisation 0198f3c2-7c1e-7d2a-8f00-0242ac120001 \
    --account 0198f3c2-7c1e-7d2a-8f00-0242ac120003"
)]
pub(super) struct EraseArguments {
    /// The organisation's identifier
    #[arg(long)]
    organisation: OrganisationId,
    /// The account's identifier
    #[arg(long)]
    account: AccountId,
    #[command(flatten)]
    database: DatabaseArguments,
}

/// A person and their password.
#[derive(Debug, Args)]
pub(super) struct NewAccount {
    /// The address with which they sign in
    #[arg(long)]
    email: String,
    /// Their name
    #[arg(long)]
    name: String,
    /// Read the password (14 to 128 characters) from standard input, so that no list of processes shows it
    #[arg(long, required = true)]
    password_stdin: bool,
}

impl NewAccount {
    /// Makes the account and prints its identifier.
    pub(super) fn create(
        &self,
        database: &DatabaseArguments,
        organisation: OrganisationId,
        role: Role,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let account = Account {
            organisation,
            id: AccountId::new(),
            role,
            name: PersonName::parse(&self.name).map_err(|_| anyhow!("--name takes 1 to 200 characters"))?,
            email: Email::parse(&self.email).map_err(|_| anyhow!("--email takes an e-mail address"))?,
        };
        let id = account.id;
        let password = read_password()?;
        let store = super::open(&database.url()?)?;
        if let Err(refusal) = super::block_on(create_account(&store, account, password, now))? {
            bail!(refusal);
        }
        super::print(&serde_json::json!({ "account_id": id.to_string() }).to_string())
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example: quotidien account create --organisation 0198f3c2-7c1e-7d2a-8f00-0242ac120001 \
    --role advisor --email camille@example.org --name \"Camille Martin\" --password-stdin < password.txt"
)]
pub(super) struct CreateArguments {
    /// The organisation's identifier
    #[arg(long)]
    organisation: String,
    /// advisor or coordinator
    #[arg(long)]
    role: String,
    #[command(flatten)]
    account: NewAccount,
    #[command(flatten)]
    database: DatabaseArguments,
}

pub(super) fn run(command: AccountCommand) -> anyhow::Result<()> {
    match command {
        AccountCommand::Create(arguments) => create(&arguments),
        AccountCommand::Erase(arguments) => erase(&arguments),
    }
}

fn erase(arguments: &EraseArguments) -> anyhow::Result<()> {
    let store = super::open(&arguments.database.url()?)?;
    let erasure = Erasure {
        organisation: arguments.organisation,
        account: Some(arguments.account),
    };
    super::note_erasure(&arguments.database, erasure)?;
    let found = super::block_on(erase_account(
        &store,
        arguments.organisation,
        arguments.account,
        Utc::now(),
    ))?;
    if !found {
        bail!("the organisation has no such account");
    }
    super::remove_traces(&store, Erased::Person)?;
    super::print(&serde_json::json!({ "erased": arguments.account.to_string() }).to_string())
}

fn create(arguments: &CreateArguments) -> anyhow::Result<()> {
    let organisation = arguments
        .organisation
        .parse()
        .map_err(|_| anyhow!("--organisation takes the UUID that `quotidien organisation create` printed"))?;
    let role = Role::from_code(&arguments.role)
        .filter(|role| *role != Role::Administrator)
        .ok_or_else(|| anyhow!("--role takes advisor or coordinator"))?;
    arguments
        .account
        .create(&arguments.database, organisation, role, Utc::now())
}

/// The password on standard input, without the end of its line.
fn read_password() -> anyhow::Result<Password> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .context("reading the password from standard input")?;
    let password = text.trim_end_matches(['\r', '\n']);
    Password::parse(password).map_err(|_| anyhow!("a password has 14 to 128 characters"))
}
