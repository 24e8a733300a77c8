//! Accounts of an organisation: invited, changed and ended by its coordinator, or made on the command line.

use chrono::{DateTime, NaiveDate, Utc};

use super::invitations::Invitation;
use super::{ActionError, By};
use crate::auth::opaque_token::InvitationToken;
use crate::auth::password::{self, Password};
use crate::domain::account::{Account, ActivityPeriod, Email, Role};
use crate::domain::account_draft::AccountSettings;
use crate::domain::audit::AuditAction;
use crate::domain::calendar::FIRST_YEAR;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::{AccountId, OrganisationId};
use crate::mail::Mailer;
use crate::storage::accounts::managed::{self, ManagedAccount};
use crate::storage::audit::Deed;
use crate::storage::{
    AnyConnection, StorageError, Store, accounts, api_keys, audit, invitations, organisations, sessions,
};

/// Why nothing became of a change of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountRefusal {
    /// The organisation has no such account.
    Unknown,
    /// The caller's own account was ended.
    Ended,
    /// A coordinator asked to deactivate their own account or to change their own role: somebody must be left who can
    /// do that.
    Oneself,
    /// The values break rules that only the database can check.
    Invalid(FieldErrors),
}

impl AccountRefusal {
    /// Whether it tells that an address has an account already.
    pub fn is_of_a_taken_address(&self) -> bool {
        match self {
            Self::Invalid(faults) => faults
                .as_slice()
                .iter()
                .any(|fault| fault.code == FieldCode::EmailTaken),
            Self::Unknown | Self::Ended | Self::Oneself => false,
        }
    }
}

/// Why no account was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CreationRefusal {
    /// There is no such organisation.
    #[error("there is no such organisation; `quotidien organisation create` makes one")]
    UnknownOrganisation,
    /// The address signs in to an account already.
    #[error("this e-mail address has an account already; choose another")]
    EmailTaken,
}

/// Somebody who was just invited.
#[derive(Debug)]
pub struct Invited {
    /// Their account.
    pub managed: ManagedAccount,
    /// The address to which the invitation is mailed; `None`: it is to be shown.
    pub sent_to: Option<Email>,
    /// What sets their password.
    pub token: InvitationToken,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

/// Invites a new person; by mail, where a mailer is given and their address is one for mail.
pub async fn invite(
    store: &Store,
    mailer: Option<&Mailer>,
    by: By,
    settings: AccountSettings,
    now: DateTime<Utc>,
) -> Result<Result<Invited, AccountRefusal>, ActionError> {
    let organisation = by.organisation;
    let account = Account {
        organisation,
        id: AccountId::new(),
        role: settings.role,
        name: settings.name.clone(),
        email: settings.email.clone(),
    };
    let invitation = Invitation::by_mail(mailer, (organisation, account.id), now)?;
    let kept = invitation.clone();
    let outcome = store
        .locking(organisation)
        .write(move |locked| {
            if let Some(refusal) = taken(locked, &settings.email, None)? {
                return Ok(Err(refusal));
            }
            accounts::insert(locked, &account, None, &[], now)?;
            managed::change(locked, account.id, &settings)?;
            audit::record(locked, by.did(AuditAction::AccountInvited, account.id.uuid()), now)?;
            let managed = existing_account(locked, organisation, account.id)?;
            if let Ok(managed) = &managed {
                kept.replace_others(locked, managed)?;
            }
            Ok(managed)
        })
        .await?;
    Ok(outcome.map(|managed| invitation.given(managed, mailer)))
}

/// Invites a person again: to choose a first password or another one, or to come back after they were deactivated.
/// Earlier invitations are good no more.
pub async fn invite_again(
    store: &Store,
    mailer: Option<&Mailer>,
    by: By,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Result<Invited, AccountRefusal>, ActionError> {
    let organisation = by.organisation;
    let invitation = Invitation::by_mail(mailer, (organisation, account), now)?;
    let kept = invitation.clone();
    let outcome = store
        .write(move |connection| {
            let managed = existing_account(connection, organisation, account)?;
            if let Ok(managed) = &managed {
                kept.replace_others(connection, managed)?;
                audit::record(connection, by.did(AuditAction::AccountInvited, account.uuid()), now)?;
            }
            Ok(managed)
        })
        .await?;
    Ok(outcome.map(|managed| invitation.given(managed, mailer)))
}

/// Changes what is known of an account. Its invitations were sent to the address that it had, so another address ends
/// them; and the keys that its owner made for programs end with the role that let them be made.
pub async fn change(
    store: &Store,
    by: By,
    account: AccountId,
    settings: AccountSettings,
    now: DateTime<Utc>,
) -> Result<Result<ManagedAccount, AccountRefusal>, ActionError> {
    let organisation = by.organisation;
    let outcome = store
        .locking(organisation)
        .write(move |locked| {
            let before = match existing_account(locked, organisation, account)? {
                Ok(managed) => managed,
                Err(refusal) => return Ok(Err(refusal)),
            };
            if account == by.account && settings.role != before.account.role {
                return Ok(Err(AccountRefusal::Oneself));
            }
            if let Some(refusal) = taken(locked, &settings.email, Some(&before.account.email))? {
                return Ok(Err(refusal));
            }
            audit::record(locked, by.did(AuditAction::AccountChanged, account.uuid()), now)?;
            if settings.email != before.account.email {
                invitations::forget(locked, organisation, account)?;
            }
            if settings.role != before.account.role {
                api_keys::revoke_all_of(locked, organisation, account, Some(by.account), now)?;
            }
            managed::change(locked, account, &settings)?;
            existing_account(locked, organisation, account)
        })
        .await?;
    Ok(outcome)
}

/// Deactivates an account: its sessions end, nobody signs in to it any more, its invitations are good no more, and the
/// keys that its owner made for programs are revoked. Its reports stay.
pub async fn deactivate(
    store: &Store,
    by: By,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Result<(), AccountRefusal>, ActionError> {
    if account == by.account {
        return Ok(Err(AccountRefusal::Oneself));
    }
    let organisation = by.organisation;
    let outcome = store
        .locking(organisation)
        .write(move |locked| {
            if let Err(refusal) = existing_account(locked, organisation, account)? {
                return Ok(Err(refusal));
            }
            audit::record(locked, by.did(AuditAction::AccountDeactivated, account.uuid()), now)?;
            invitations::forget(locked, organisation, account)?;
            managed::deactivate(locked, account, Some(by.account), now)?;
            sessions::end_all(locked, organisation, account, None, now)?;
            Ok(Ok(()))
        })
        .await?;
    Ok(outcome)
}

/// Makes an account with its password; an advisor is active from 2020 on.
pub async fn create_account(
    store: &Store,
    account: Account,
    password: Password,
    now: DateTime<Utc>,
) -> Result<Result<(), CreationRefusal>, ActionError> {
    let hash = password::hash(&password)?;
    let active = (account.role == Role::Advisor).then(|| ActivityPeriod {
        starts_on: NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1).unwrap_or_default(),
        ends_on: None,
    });
    let outcome = store
        .locking(account.organisation)
        .write(move |locked| {
            if organisations::find(locked, account.organisation)?.is_none() {
                return Ok(Err(CreationRefusal::UnknownOrganisation));
            }
            if accounts::email_is_taken(locked, &account.email)? {
                return Ok(Err(CreationRefusal::EmailTaken));
            }
            accounts::insert(locked, &account, Some(&hash), active.as_slice(), now)?;
            let made = Deed {
                organisation: account.organisation,
                action: AuditAction::AccountCreated,
                actor: None,
                subject: account.id.uuid().into(),
            };
            audit::record(locked, made, now)?;
            Ok(Ok(()))
        })
        .await?;
    Ok(outcome)
}

pub(super) fn existing_account(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<Result<ManagedAccount, AccountRefusal>, StorageError> {
    let managed = managed::find(connection, organisation, account)?;
    Ok(managed.ok_or(AccountRefusal::Unknown))
}

/// The refusal of an address that another account has.
fn taken(
    connection: &mut AnyConnection,
    email: &Email,
    own: Option<&Email>,
) -> Result<Option<AccountRefusal>, StorageError> {
    let taken = own != Some(email) && accounts::email_is_taken(connection, email)?;
    Ok(taken.then(|| fault("/email", FieldCode::EmailTaken)))
}

/// The refusal of a value that stands at `pointer` of a body.
pub(super) fn fault(pointer: &str, code: FieldCode) -> AccountRefusal {
    AccountRefusal::Invalid(FieldErrors::of_body(pointer, code))
}
