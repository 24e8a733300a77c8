//! Tells people that their account will be erased unless they come back.

use chrono::Duration;

use super::forgetting::months_before;
use super::{Clock, Job, Stop, Worker};
use crate::domain::identifiers::MessageId;
use crate::domain::retention::{CONTACT_MONTHS, MAIL_HOURS, WARNED_DAYS};
use crate::mail::{Matter, is_mailable};
use crate::storage::outbox::{self, NewMail};
use crate::storage::{AnyConnection, idle};

/// How many people are warned in one write.
const AT_ONCE: usize = 20;

impl Worker {
    /// Warns everybody whose account is erased in a month if they do not come back.
    pub(super) async fn warn_idle_accounts(&self, job: Job, clock: Clock<'_>) -> Result<(), Stop> {
        let Some(mailer) = &self.mailer else {
            return Ok(());
        };
        let now = clock();
        let erased_on = now + Duration::days(WARNED_DAYS);
        let since = months_before(erased_on, CONTACT_MONTHS);
        let to_warn = self
            .store
            .read(move |connection| idle::to_warn(connection, since))
            .await?;
        let erased_on = erased_on.date_naive();
        for some in to_warn.chunks(AT_ONCE) {
            let mut written = Vec::with_capacity(some.len());
            for warned in some.iter().filter(|warned| is_mailable(&warned.to)) {
                let id = MessageId::new();
                written.push(NewMail {
                    organisation: warned.organisation,
                    account: warned.account,
                    id,
                    invitation: None,
                    content: mailer.sealed(id, &Matter::Warning { erased_on })?,
                    now,
                    expires_at: now + Duration::hours(MAIL_HOURS),
                });
            }
            let noted = some.to_vec();
            let note = move |connection: &mut AnyConnection| {
                idle::note_warnings(connection, &noted, now)?;
                written.iter().try_for_each(|mail| outbox::insert(connection, mail))
            };
            self.in_lease(job, clock, note).await?;
            mailer.wake();
        }
        Ok(())
    }
}
