//! Choosing a password: with an invitation, or with the current password; and asking for an invitation when the
//! password is forgotten.

use chrono::{DateTime, Utc};

use super::accounts::{AccountRefusal, existing_account, fault};
use super::invitations::Invitation;
use super::{ActionError, By};
use crate::auth::opaque_token::InvitationToken;
use crate::auth::password::{Password, PasswordChecker};
use crate::domain::account::Email;
use crate::domain::audit::AuditAction;
use crate::domain::field_error::FieldCode;
use crate::domain::identifiers::SessionId;
use crate::mail::Mailer;
use crate::storage::accounts::credentials::{self, Credentials};
use crate::storage::accounts::managed;
use crate::storage::audit::Deed;
use crate::storage::{Store, audit, invitations, sessions};

/// Mails an invitation to somebody who says that they forgot the password of an address, when the address has an
/// account that may act. Whoever asks must not learn whether it has one, nor end an invitation that is good: all are good
/// until one is used.
///
/// # Errors
/// The inner one is [`AccountRefusal::Unknown`] when there is no such account.
pub async fn ask_reset(
    store: &Store,
    mailer: &Mailer,
    email: Email,
    now: DateTime<Utc>,
) -> Result<Result<(), AccountRefusal>, ActionError> {
    let known = store
        .read(move |connection| credentials::of_email(connection, &email))
        .await?;
    let Some(Credentials { account, .. }) = known else {
        return Ok(Err(AccountRefusal::Unknown));
    };
    let (organisation, account) = (account.organisation, account.id);
    let invitation = Invitation::of_reset(mailer, (organisation, account), now)?;
    let asked = Deed {
        organisation,
        action: AuditAction::ResetAsked,
        actor: None,
        subject: account.uuid().into(),
    };
    let outcome = store
        .write(move |connection| {
            // The account may have been deactivated meanwhile.
            if credentials::active(connection, organisation, account)?.is_none() {
                return Ok(Err(AccountRefusal::Unknown));
            }
            let managed = match existing_account(connection, organisation, account)? {
                Ok(managed) => managed,
                Err(refusal) => return Ok(Err(refusal)),
            };
            invitation.join_others(connection, &managed)?;
            audit::record(connection, asked, now)?;
            Ok(Ok(()))
        })
        .await?;
    if outcome.is_ok() {
        mailer.wake();
    }
    Ok(outcome)
}

/// Sets the password of the account that an invitation is for. The invitation is good no more, and every session of the
/// account ends.
pub async fn accept_invitation(
    store: &Store,
    passwords: &PasswordChecker,
    token: InvitationToken,
    password: String,
    now: DateTime<Utc>,
) -> Result<Result<(), AccountRefusal>, ActionError> {
    let (organisation, account, hash) = (token.organisation, token.id, token.hash());
    let hash_read = hash.clone();
    let known = store
        .read(move |connection| {
            let good = invitations::is_good(connection, organisation, account, &hash_read, now)?;
            let managed = managed::find(connection, organisation, account)?;
            Ok(managed.filter(|_| good))
        })
        .await?;
    let Some(managed) = known else {
        return Ok(Err(unusable()));
    };
    let (name, email) = (managed.account.name, managed.account.email);
    let password = match passwords.choose(password, name, email).await? {
        Ok(password) => password,
        Err(faults) => return Ok(Err(AccountRefusal::Invalid(faults))),
    };
    let password_hash = passwords.hash(password).await?;
    let outcome = store
        .locking(organisation)
        .write(move |locked| {
            // Somebody may have used the invitation meanwhile.
            if !invitations::is_good(locked, organisation, account, &hash, now)? {
                return Ok(Err(unusable()));
            }
            let by = By { organisation, account };
            audit::record(locked, by.did(AuditAction::PasswordChanged, account.uuid()), now)?;
            invitations::forget(locked, organisation, account)?;
            credentials::set_password(locked, account, &password_hash)?;
            sessions::end_all(locked, organisation, account, None, now)?;
            Ok(Ok(()))
        })
        .await?;
    Ok(outcome)
}

/// Changes the caller's own password; their other sessions end, and a link that sets the password is good no more.
pub async fn change_password(
    store: &Store,
    passwords: &PasswordChecker,
    (by, session): (By, SessionId),
    current: Password,
    new: String,
    now: DateTime<Utc>,
) -> Result<Result<(), AccountRefusal>, ActionError> {
    let (organisation, account) = (by.organisation, by.account);
    let known = store
        .read(move |connection| credentials::active(connection, organisation, account))
        .await?;
    let Some(known) = known else {
        return Ok(Err(AccountRefusal::Ended));
    };
    if !passwords.matches(current, known.password_hash).await? {
        return Ok(Err(fault("/current_password", FieldCode::WrongPassword)));
    }
    let new = match passwords.choose(new, known.account.name, known.account.email).await? {
        Ok(password) => password,
        Err(faults) => return Ok(Err(AccountRefusal::Invalid(faults))),
    };
    let hash = passwords.hash(new).await?;
    store
        .locking(organisation)
        .change(move |locked| {
            audit::record(locked, by.did(AuditAction::PasswordChanged, account.uuid()), now)?;
            invitations::forget(locked, organisation, account)?;
            credentials::set_password(locked, account, &hash)?;
            sessions::end_all(locked, organisation, account, Some(session), now)
        })
        .await?;
    Ok(Ok(()))
}

fn unusable() -> AccountRefusal {
    fault("/token", FieldCode::UnusableToken)
}
