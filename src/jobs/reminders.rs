//! Reminds advisors of missing reports.

use super::{Clock, Job, Stop, Worker};
use crate::domain::identifiers::OrganisationId;
use crate::mail::{self, Message};
use crate::storage::reminders::Reminder;
use crate::storage::{AnyConnection, StorageError, reminders};

/// How many people are noted as reminded before their messages are sent: when the instance dies in between, at most so
/// many get no message that day.
const AT_ONCE: usize = 20;

impl Worker {
    /// Reminds the advisors of an organisation who are to be reminded.
    ///
    /// Whom to remind is read from a snapshot, since that takes the longer the more reports there are; the writer only
    /// notes who was reminded.
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
            // A slow mail server must not push messages into the evening: whoever is left then is reminded another day.
            let now = clock();
            due.retain(|reminder| reminder.is_timely(now));
            if due.is_empty() {
                return Ok(());
            }
            let note = move |connection: &mut AnyConnection| note(connection, organisation, &due);
            let noted = self.in_lease(job, clock, note).await?;
            let link = mailer.service_link();
            let letters = noted
                .iter()
                .filter(|reminder| mail::is_mailable(&reminder.to))
                .map(|reminder| mail::reminder(&reminder.to, &reminder.organisation, &reminder.missing, link));
            // Waits until these are sent, so that the mailer never has more messages waiting than it takes.
            mailer.deliver(letters.collect::<Vec<Message>>()).await;
            due = rest;
        }
        Ok(())
    }
}

/// Notes that these people are reminded. Gives those who had not been reminded that day. Noted before the messages are
/// sent, since no message is better than two.
fn note(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    due: &[Reminder],
) -> Result<Vec<Reminder>, StorageError> {
    let mut noted = Vec::new();
    for reminder in due {
        if reminders::note(connection, organisation, reminder)? {
            noted.push(reminder.clone());
        }
    }
    Ok(noted)
}
