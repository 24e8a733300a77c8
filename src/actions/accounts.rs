//! Making accounts with their passwords, on the command line.

use chrono::{DateTime, NaiveDate, Utc};

use super::ActionError;
use crate::auth::password::{self, Password};
use crate::domain::account::{Account, ActivityPeriod, Role};
use crate::domain::audit::AuditAction;
use crate::domain::calendar::FIRST_YEAR;
use crate::storage::audit::Deed;
use crate::storage::{Store, accounts, audit, organisations};

/// Why no account was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccountRefusal {
    /// There is no such organisation.
    #[error("there is no such organisation; `quotidien organisation create` makes one")]
    UnknownOrganisation,
    /// The address signs in to an account already.
    #[error("this e-mail address has an account already; choose another")]
    EmailTaken,
}

/// Makes an account with its password; an advisor is active from 2020 on.
///
/// # Errors
/// As any action.
pub async fn create_account(
    store: &Store,
    account: Account,
    password: Password,
    now: DateTime<Utc>,
) -> Result<Result<(), AccountRefusal>, ActionError> {
    let hash = password::hash(&password)?;
    let active = (account.role == Role::Advisor).then(|| ActivityPeriod {
        starts_on: NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1).unwrap_or_default(),
        ends_on: None,
    });
    let outcome = store
        .write(vec![account.organisation], move |connection| {
            if organisations::find(connection, account.organisation)?.is_none() {
                return Ok(Err(AccountRefusal::UnknownOrganisation));
            }
            if accounts::email_is_taken(connection, &account.email)? {
                return Ok(Err(AccountRefusal::EmailTaken));
            }
            accounts::insert(connection, &account, Some(&hash), active.as_slice(), now)?;
            let made = Deed {
                organisation: account.organisation,
                action: AuditAction::AccountCreated,
                actor: None,
                subject: account.id.uuid().into(),
            };
            audit::record(connection, made, now)?;
            Ok(Ok(()))
        })
        .await?;
    Ok(outcome)
}
