//! Invitations as they are made: the token that sets a password, kept by its hash, and the message that brings it, which
//! waits from the same transaction on.

use chrono::{DateTime, Duration, Utc};

use super::ActionError;
use super::accounts::Invited;
use crate::auth::opaque_token::InvitationToken;
use crate::domain::account::Email;
use crate::domain::identifiers::{AccountId, MessageId, OrganisationId};
use crate::domain::retention::{INVITATION_DAYS, MAIL_HOURS, RESET_DAYS};
use crate::mail::{Mailer, Matter, is_mailable};
use crate::storage::accounts::managed::ManagedAccount;
use crate::storage::invitations::{self, NewInvitation};
use crate::storage::outbox::{self, NewMail};
use crate::storage::{AnyConnection, StorageError};

/// An invitation that is being made.
#[derive(Clone)]
pub(super) struct Invitation {
    token: InvitationToken,
    row: NewInvitation,
    /// The message that brings it, where mail is sent.
    mail: Option<NewMail>,
}

impl Invitation {
    /// An invitation by the organisation.
    pub(super) fn by_mail(
        mailer: Option<&Mailer>,
        whom: (OrganisationId, AccountId),
        now: DateTime<Utc>,
    ) -> Result<Self, ActionError> {
        let invitation = |token, good_until| Matter::Invitation { token, good_until };
        Self::new(mailer, whom, (INVITATION_DAYS, &invitation), now)
    }

    /// The invitation that whoever forgot their password gets.
    pub(super) fn of_reset(
        mailer: &Mailer,
        whom: (OrganisationId, AccountId),
        now: DateTime<Utc>,
    ) -> Result<Self, ActionError> {
        let reset = |token, good_until| Matter::Reset { token, good_until };
        Self::new(Some(mailer), whom, (RESET_DAYS, &reset), now)
    }

    fn new(
        mailer: Option<&Mailer>,
        (organisation, account): (OrganisationId, AccountId),
        (days, matter): (i64, &dyn Fn(String, DateTime<Utc>) -> Matter),
        now: DateTime<Utc>,
    ) -> Result<Self, ActionError> {
        let token = InvitationToken::new(organisation, account);
        let row = NewInvitation {
            organisation,
            account,
            hash: token.hash(),
            now,
            expires_at: now + Duration::days(days),
        };
        let mail = mailer.map(|mailer| {
            let id = MessageId::new();
            Ok::<_, ActionError>(NewMail {
                organisation,
                account,
                id,
                invitation: Some(row.hash.clone()),
                content: mailer.sealed(id, &matter(token.reveal(), row.expires_at))?,
                now,
                expires_at: row.expires_at.min(now + Duration::hours(MAIL_HOURS)),
            })
        });
        let mail = mail.transpose()?;
        Ok(Self { token, row, mail })
    }

    /// Keeps the invitation in the place of any other to the account, and has its message wait.
    pub(super) fn replace_others(
        &self,
        connection: &mut AnyConnection,
        to: &ManagedAccount,
    ) -> Result<(), StorageError> {
        invitations::replace(connection, &self.row)?;
        self.post(connection, to)
    }

    /// Keeps the invitation beside the others to the account, and has its message wait.
    pub(super) fn join_others(&self, connection: &mut AnyConnection, to: &ManagedAccount) -> Result<(), StorageError> {
        invitations::insert(connection, &self.row)?;
        self.post(connection, to)
    }

    fn post(&self, connection: &mut AnyConnection, to: &ManagedAccount) -> Result<(), StorageError> {
        match &self.mail {
            Some(mail) if is_mailable(&to.account.email) => outbox::insert(connection, mail),
            _ => Ok(()),
        }
    }

    /// What became of it, once it is committed; its message is sent from now on.
    pub(super) fn given(self, managed: ManagedAccount, mailer: Option<&Mailer>) -> Invited {
        let goes = |to: &&Email| self.mail.is_some() && is_mailable(to);
        let sent_to = Some(&managed.account.email).filter(goes).cloned();
        if let Some(mailer) = mailer {
            mailer.wake();
        }
        Invited {
            managed,
            sent_to,
            token: self.token,
            expires_at: self.row.expires_at,
        }
    }
}
