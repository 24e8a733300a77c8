//! Making organisations and accounts.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::ActionError;
use crate::auth::password::{self, Password};
use crate::domain::account::{Account, ActivityPeriod, PersonName, Role};
use crate::domain::calendar::FIRST_YEAR;
use crate::domain::identifiers::OrganisationId;
use crate::domain::organisation::{Organisation, weekdays};
use crate::storage::{Store, accounts, organisations};

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

/// Makes an organisation.
///
/// # Errors
/// As any action.
pub async fn create_organisation(
    store: &Store,
    name: PersonName,
    time_zone: Tz,
    now: DateTime<Utc>,
) -> Result<OrganisationId, ActionError> {
    let organisation = Organisation {
        id: OrganisationId::new(),
        name: name.as_str().to_owned(),
        time_zone,
        working_days: weekdays(),
    };
    let id = organisation.id;
    let Ok(()) = store
        .write(Vec::new(), move |connection| {
            organisations::insert(connection, &organisation, now).map(Ok::<_, std::convert::Infallible>)
        })
        .await?;
    Ok(id)
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
            Ok(Ok(()))
        })
        .await?;
    Ok(outcome)
}
