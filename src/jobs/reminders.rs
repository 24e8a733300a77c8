//! Reminds advisors of missing reports.

use super::{Clock, Job, Stop, Worker};
use crate::domain::identifiers::{MessageId, OrganisationId};
use crate::mail::{Matter, is_mailable};
use crate::storage::outbox::{self, NewMail};
use crate::storage::reminders::Reminder;
use crate::storage::{AnyConnection, StorageError, reminders};

/// How many people are reminded in one write.
const AT_ONCE: usize = 20;

impl Worker {
    /// Reminds the advisors of an organisation who are to be reminded: who was, is noted with the message that waits.
    ///
    /// Whom to remind is read from a snapshot, since that takes the longer the more reports there are.
    pub(super) async fn remind(&self, job: Job, organisation: OrganisationId, clock: Clock<'_>) -> Result<(), Stop> {
        let Some(mailer) = &self.mailer else {
            return Ok(());
        };
        let now = clock();
        let mut due = self
            .store
            .read(move |connection| reminders::due(connection, organisation, now))
            .await?;
        while !due.is_empty() {
            let rest = due.split_off(due.len().min(AT_ONCE));
            let now = clock();
            let mut written = Vec::with_capacity(due.len());
            for reminder in due.into_iter().filter(|reminder| reminder.is_timely(now)) {
                let id = MessageId::new();
                let missing = reminder.missing.clone();
                let mail = NewMail {
                    organisation,
                    account: reminder.account,
                    id,
                    invitation: None,
                    content: mailer.sealed(id, &Matter::Reminder { missing })?,
                    now,
                    // A slow mail server must not push messages into the evening.
                    expires_at: reminder.timely_until(now),
                };
                written.push((reminder, mail));
            }
            let note = move |connection: &mut AnyConnection| note(connection, organisation, &written);
            self.in_lease(job, clock, note).await?;
            mailer.wake();
            due = rest;
        }
        Ok(())
    }
}

/// Notes that these people are reminded, and has the messages wait of those who had not been reminded that day.
fn note(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    written: &[(Reminder, NewMail)],
) -> Result<(), StorageError> {
    for (reminder, mail) in written {
        if reminders::note(connection, organisation, reminder)? && is_mailable(&reminder.to) {
            outbox::insert(connection, mail)?;
        }
    }
    Ok(())
}
