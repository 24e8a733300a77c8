//! Inviting people, changing what is known of them, ending their accounts; and choosing passwords.

use chrono::{DateTime, Duration, Utc};

use super::{ActionError, By};
use crate::auth::opaque_token::InvitationToken;
use crate::auth::password::{Password, PasswordChecker};
use crate::domain::account::{Account, Email};
use crate::domain::account_draft::AccountSettings;
use crate::domain::audit::AuditAction;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::{AccountId, OrganisationId, SessionId};
use crate::domain::organisation::Organisation;
use crate::storage::accounts::Credentials;
use crate::storage::audit::Deed;
use crate::storage::invitations::NewInvitation;
use crate::storage::people::Person;
use crate::storage::{
    AnyConnection, StorageError, Store, accounts, audit, invitations, organisations, people, sessions,
};

/// For how long an invitation is good.
const INVITATION_LASTS: Duration = Duration::days(7);
/// For how long the invitation is good that whoever forgot their password gets: they wait for it.
const RESET_LASTS: Duration = Duration::days(1);

/// Why nothing became of a change of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonRefusal {
    /// The organisation has no such person.
    Unknown,
    /// The caller's own account was ended.
    Ended,
    /// Coordinators do not end or change their own role: somebody must be left who can.
    Oneself,
    /// Values that break rules which only storage can tell.
    Invalid(FieldErrors),
}

/// An invitation that was just made: mailed or shown, once.
#[derive(Debug)]
pub struct Invitation {
    /// Sets the password.
    pub token: InvitationToken,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

/// Somebody who was just invited.
#[derive(Debug)]
pub struct Invited {
    /// Who.
    pub person: Person,
    /// Their organisation.
    pub organisation: Organisation,
    /// What they are to get.
    pub invitation: Invitation,
}

impl Invited {
    fn to((person, organisation): (Person, Organisation), invitation: Invitation) -> Self {
        Self {
            person,
            organisation,
            invitation,
        }
    }
}

/// Invites a new person.
///
/// # Errors
/// As any action.
pub async fn invite(
    store: &Store,
    by: By,
    settings: AccountSettings,
    now: DateTime<Utc>,
) -> Result<Result<Invited, PersonRefusal>, ActionError> {
    let organisation = by.organisation;
    let account = Account {
        organisation,
        id: AccountId::new(),
        role: settings.role,
        name: settings.name.clone(),
        email: settings.email.clone(),
    };
    let (invitation, row) = invitation_to(organisation, account.id, now, INVITATION_LASTS);
    let outcome = store
        .write(vec![organisation], move |connection| {
            if let Some(refusal) = taken(connection, &settings.email, None)? {
                return Ok(Err(refusal));
            }
            accounts::insert(connection, &account, None, &[], now)?;
            people::change(connection, organisation, account.id, &settings)?;
            invitations::replace(connection, &row)?;
            audit::record(connection, by.did(AuditAction::AccountInvited, account.id.uuid()), now)?;
            found_at_home(connection, organisation, account.id)
        })
        .await?;
    Ok(outcome.map(|found| Invited::to(found, invitation)))
}

/// Invites a person anew: to choose a password, another one, or to come back. Earlier invitations are good no more.
///
/// # Errors
/// As any action.
pub async fn invite_again(
    store: &Store,
    by: By,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Result<Invited, PersonRefusal>, ActionError> {
    let organisation = by.organisation;
    let (invitation, row) = invitation_to(organisation, account, now, INVITATION_LASTS);
    let outcome = store
        .write(Vec::new(), move |connection| {
            let person = found_at_home(connection, organisation, account)?;
            if person.is_ok() {
                invitations::replace(connection, &row)?;
                audit::record(connection, by.did(AuditAction::AccountInvited, account.uuid()), now)?;
            }
            Ok(person)
        })
        .await?;
    Ok(outcome.map(|found| Invited::to(found, invitation)))
}

/// Invites whoever says that they forgot the password of an address, when it has an account that may act: whether it has
/// is not for them to know. Earlier invitations are good no more.
///
/// # Errors
/// As any action; [`PersonRefusal::Unknown`] when there is no such account.
pub async fn ask_reset(
    store: &Store,
    email: Email,
    now: DateTime<Utc>,
) -> Result<Result<Invited, PersonRefusal>, ActionError> {
    let known = store
        .read(move |connection| accounts::credentials(connection, &email))
        .await?;
    let Some(Credentials { account, .. }) = known else {
        return Ok(Err(PersonRefusal::Unknown));
    };
    let (organisation, account) = (account.organisation, account.id);
    let (invitation, row) = invitation_to(organisation, account, now, RESET_LASTS);
    let asked = Deed {
        organisation,
        action: AuditAction::ResetAsked,
        actor: None,
        subject: account.uuid().into(),
    };
    let outcome = store
        .write(Vec::new(), move |connection| {
            // They may have been deactivated meanwhile.
            if accounts::active(connection, &organisation.to_string(), &account.to_string())?.is_none() {
                return Ok(Err(PersonRefusal::Unknown));
            }
            invitations::replace(connection, &row)?;
            audit::record(connection, asked, now)?;
            found_at_home(connection, organisation, account)
        })
        .await?;
    Ok(outcome.map(|found| Invited::to(found, invitation)))
}

/// Changes what is known of a person.
///
/// # Errors
/// As any action.
pub async fn change(
    store: &Store,
    by: By,
    account: AccountId,
    settings: AccountSettings,
    now: DateTime<Utc>,
) -> Result<Result<Person, PersonRefusal>, ActionError> {
    let organisation = by.organisation;
    let outcome = store
        .write(vec![organisation], move |connection| {
            let before = match found(connection, organisation, account)? {
                Ok(person) => person,
                Err(refusal) => return Ok(Err(refusal)),
            };
            if account == by.account && settings.role != before.account.role {
                return Ok(Err(PersonRefusal::Oneself));
            }
            if let Some(refusal) = taken(connection, &settings.email, Some(&before.account.email))? {
                return Ok(Err(refusal));
            }
            audit::record(connection, by.did(AuditAction::AccountChanged, account.uuid()), now)?;
            people::change(connection, organisation, account, &settings)?;
            found(connection, organisation, account)
        })
        .await?;
    Ok(outcome)
}

/// Ends an account: it signs in and refreshes no more, and its invitations are good no more. Reports stay.
///
/// # Errors
/// As any action.
pub async fn deactivate(
    store: &Store,
    by: By,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Result<(), PersonRefusal>, ActionError> {
    if account == by.account {
        return Ok(Err(PersonRefusal::Oneself));
    }
    let organisation = by.organisation;
    let outcome = store
        .write(Vec::new(), move |connection| {
            if let Err(refusal) = found(connection, organisation, account)? {
                return Ok(Err(refusal));
            }
            audit::record(connection, by.did(AuditAction::AccountDeactivated, account.uuid()), now)?;
            invitations::forget(connection, organisation, account)?;
            people::deactivate(connection, organisation, account, now)?;
            sessions::end_all(connection, organisation, account, None, now)?;
            Ok(Ok(()))
        })
        .await?;
    Ok(outcome)
}

/// Sets the password that an invitation is for, once; every session of the account ends.
///
/// # Errors
/// As any action.
pub async fn accept_invitation(
    store: &Store,
    passwords: &PasswordChecker,
    token: InvitationToken,
    password: String,
    now: DateTime<Utc>,
) -> Result<Result<(), PersonRefusal>, ActionError> {
    let (organisation, account, hash) = (token.organisation, token.id, token.hash());
    let hash_read = hash.clone();
    let person = store
        .read(move |connection| {
            let good = invitations::is_good(connection, organisation, account, &hash_read, now)?;
            let person = people::find(connection, organisation, account)?;
            Ok(person.filter(|_| good))
        })
        .await?;
    let Some(person) = person else {
        return Ok(Err(unusable()));
    };
    let password = match Password::choose(password, &person.account.name, &person.account.email) {
        Ok(password) => password,
        Err(faults) => return Ok(Err(PersonRefusal::Invalid(faults))),
    };
    let password_hash = passwords.hash(password).await?;
    let outcome = store
        .write(Vec::new(), move |connection| {
            // Somebody else may have used it meanwhile.
            if !invitations::is_good(connection, organisation, account, &hash, now)? {
                return Ok(Err(unusable()));
            }
            let by = By { organisation, account };
            audit::record(connection, by.did(AuditAction::PasswordChanged, account.uuid()), now)?;
            invitations::forget(connection, organisation, account)?;
            people::set_password(connection, organisation, account, &password_hash)?;
            sessions::end_all(connection, organisation, account, None, now)?;
            Ok(Ok(()))
        })
        .await?;
    Ok(outcome)
}

/// Changes one's own password; every other session ends.
///
/// # Errors
/// As any action.
pub async fn change_password(
    store: &Store,
    passwords: &PasswordChecker,
    (by, session): (By, SessionId),
    current: Password,
    new: String,
    now: DateTime<Utc>,
) -> Result<Result<(), PersonRefusal>, ActionError> {
    let (organisation, account) = (by.organisation, by.account);
    let known = store
        .read(move |connection| accounts::active(connection, &organisation.to_string(), &account.to_string()))
        .await?;
    let Some(known) = known else {
        return Ok(Err(PersonRefusal::Ended));
    };
    if !passwords.matches(current, known.password_hash).await? {
        return Ok(Err(fault("/current_password", FieldCode::WrongPassword)));
    }
    let new = match Password::choose(new, &known.account.name, &known.account.email) {
        Ok(password) => password,
        Err(faults) => return Ok(Err(PersonRefusal::Invalid(faults))),
    };
    let hash = passwords.hash(new).await?;
    store
        .change(Vec::new(), move |connection| {
            audit::record(connection, by.did(AuditAction::PasswordChanged, account.uuid()), now)?;
            people::set_password(connection, organisation, account, &hash)?;
            sessions::end_all(connection, organisation, account, Some(session), now)
        })
        .await?;
    Ok(Ok(()))
}

fn invitation_to(
    organisation: OrganisationId,
    account: AccountId,
    now: DateTime<Utc>,
    lasts: Duration,
) -> (Invitation, NewInvitation) {
    let invitation = Invitation {
        token: InvitationToken::new(organisation, account),
        expires_at: now + lasts,
    };
    let row = NewInvitation {
        organisation,
        account,
        hash: invitation.token.hash(),
        now,
        expires_at: invitation.expires_at,
    };
    (invitation, row)
}

fn found(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<Result<Person, PersonRefusal>, StorageError> {
    let person = people::find(connection, organisation, account)?;
    Ok(person.ok_or(PersonRefusal::Unknown))
}

/// A person with their organisation.
fn found_at_home(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<Result<(Person, Organisation), PersonRefusal>, StorageError> {
    let person = people::find(connection, organisation, account)?;
    let home = organisations::find(connection, organisation)?;
    Ok(person.zip(home).ok_or(PersonRefusal::Unknown))
}

/// The refusal of an address that another account has.
fn taken(
    connection: &mut AnyConnection,
    email: &Email,
    own: Option<&Email>,
) -> Result<Option<PersonRefusal>, StorageError> {
    let taken = own != Some(email) && accounts::email_is_taken(connection, email)?;
    Ok(taken.then(|| fault("/email", FieldCode::EmailTaken)))
}

fn unusable() -> PersonRefusal {
    fault("/token", FieldCode::UnusableToken)
}

fn fault(pointer: &str, code: FieldCode) -> PersonRefusal {
    PersonRefusal::Invalid(FieldErrors::of_body(pointer, code))
}
