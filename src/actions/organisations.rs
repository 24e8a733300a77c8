//! Organisations: made by administrators, with their first coordinators.

use chrono::{DateTime, Utc};

use super::accounts::{AccountRefusal, Invited, invite, invite_again};
use super::{ActionError, By};
use crate::domain::account::Role;
use crate::domain::account_draft::{AccountSettings, OrganisationSettings};
use crate::domain::audit::{AuditAction, Subject};
use crate::domain::identifiers::{AccountId, OrganisationId};
use crate::domain::organisation::Organisation;
use crate::storage::accounts::managed::{self, AccountStatus};
use crate::storage::audit::{self, Deed};
use crate::storage::{Store, organisations};

/// Makes an organisation; `by` is the administrator who makes it, `None` for the command line.
///
/// # Errors
/// As any action.
pub async fn create(
    store: &Store,
    settings: OrganisationSettings,
    by: Option<AccountId>,
    now: DateTime<Utc>,
) -> Result<Organisation, ActionError> {
    let organisation = Organisation {
        id: OrganisationId::new(),
        name: settings.name.as_str().to_owned(),
        time_zone: settings.time_zone,
        working_days: settings.working_days,
        holidays: settings.holidays,
        reminder_after_days: settings.reminder_after_days,
    };
    let row = organisation.clone();
    let deed = Deed {
        organisation: organisation.id,
        action: AuditAction::OrganisationCreated,
        actor: by,
        subject: Subject::Organisation,
    };
    store
        .change(Vec::new(), move |connection| {
            organisations::insert(connection, &row, now)?;
            audit::record(connection, deed, now)
        })
        .await?;
    Ok(organisation)
}

/// Invites a coordinator of an organisation. When a coordinator with this address was invited before and has chosen no
/// password yet, that account is invited again.
///
/// # Errors
/// As any action.
pub async fn invite_coordinator(
    store: &Store,
    by: By,
    settings: AccountSettings,
    now: DateTime<Utc>,
) -> Result<Result<Invited, AccountRefusal>, ActionError> {
    let organisation = by.organisation;
    let email = settings.email.clone();
    let known = store
        .read(move |connection| {
            let found = organisations::find(connection, organisation)?;
            let theirs = found.filter(|found| found.id != OrganisationId::INSTANCE);
            theirs.map(|_| managed::all(connection, organisation)).transpose()
        })
        .await?;
    let Some(known) = known else {
        return Ok(Err(AccountRefusal::Unknown));
    };
    let waiting = known.iter().find(|managed| {
        let account = &managed.account;
        account.email == email && account.role == Role::Coordinator && managed.status == AccountStatus::Invited
    });
    match waiting {
        Some(managed) => invite_again(store, by, managed.account.id, now).await,
        None => invite(store, by, settings, now).await,
    }
}
