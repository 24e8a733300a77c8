//! Organisations: made by administrators, with their first coordinators.

use chrono::{DateTime, Utc};

use super::accounts::{AccountRefusal, Invited, invite, invite_again};
use super::{ActionError, By};
use crate::domain::account::Role;
use crate::domain::account_draft::{AccountSettings, OrganisationSettings};
use crate::domain::audit::{AuditAction, Subject};
use crate::domain::field::publicity::Slug;
use crate::domain::identifiers::{AccountId, OrganisationId};
use crate::domain::organisation::Organisation;
use crate::mail::Mailer;
use crate::storage::accounts::managed::{self, AccountStatus};
use crate::storage::audit::{self, Deed};
use crate::storage::{AnyConnection, StorageError, Store, organisations};

/// Makes an organisation; `by` is the administrator who makes it, `None` for the command line.
pub async fn create(
    store: &Store,
    settings: OrganisationSettings,
    by: Option<AccountId>,
    now: DateTime<Utc>,
) -> Result<Result<Organisation, SettingsRefusal>, ActionError> {
    let organisation = Organisation {
        id: OrganisationId::new(),
        name: settings.name.as_str().to_owned(),
        time_zone: settings.time_zone,
        working_days: settings.working_days,
        holidays: settings.holidays,
        reminder_after_days: settings.reminder_after_days,
        territory: settings.territory,
        publicity: settings.publicity,
    };
    let deed = Deed {
        organisation: organisation.id,
        action: AuditAction::OrganisationCreated,
        actor: by,
        subject: Subject::Organisation,
    };
    let made = store
        .change(move |connection| {
            if is_taken(connection, organisation.publicity.slug.as_ref(), organisation.id)? {
                return Ok(Err(SettingsRefusal::SlugTaken));
            }
            organisations::insert(connection, &organisation, now)?;
            audit::record(connection, deed, now)?;
            Ok(Ok(organisation.clone()))
        })
        .await?;
    Ok(made)
}

/// Whether another organisation has this name in addresses.
fn is_taken(
    connection: &mut AnyConnection,
    slug: Option<&Slug>,
    organisation: OrganisationId,
) -> Result<bool, StorageError> {
    let named = slug.map(|slug| organisations::named(connection, slug)).transpose()?;
    Ok(named.flatten().is_some_and(|named| named.id != organisation))
}

/// Why the settings of an organisation stay as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingsRefusal {
    /// There is no such organisation any more.
    Unknown,
    /// Another organisation has this name in addresses.
    SlugTaken,
}

/// Changes the settings of an organisation.
pub async fn change(
    store: &Store,
    by: By,
    settings: OrganisationSettings,
    now: DateTime<Utc>,
) -> Result<Result<Organisation, SettingsRefusal>, ActionError> {
    let deed = by.did(AuditAction::OrganisationChanged, Subject::Organisation);
    let changed = store
        .locking(by.organisation)
        .change(move |locked| {
            if organisations::find(locked, by.organisation)?.is_none() {
                return Ok(Err(SettingsRefusal::Unknown));
            }
            if is_taken(locked, settings.publicity.slug.as_ref(), by.organisation)? {
                return Ok(Err(SettingsRefusal::SlugTaken));
            }
            audit::record(locked, deed, now)?;
            organisations::change(locked, &settings)?;
            Ok(organisations::find(locked, by.organisation)?.ok_or(SettingsRefusal::Unknown))
        })
        .await?;
    Ok(changed)
}

/// Invites a coordinator of an organisation. When a coordinator with this address was invited before and has chosen no
/// password yet, that account is invited again.
pub async fn invite_coordinator(
    store: &Store,
    mailer: Option<&Mailer>,
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
        Some(managed) => invite_again(store, mailer, by, managed.account.id, now).await,
        None => invite(store, mailer, by, settings, now).await,
    }
}
