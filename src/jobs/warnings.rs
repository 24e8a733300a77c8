//! Tells people that their account will be erased unless they come back.

use chrono::Duration;

use super::forgetting::months_before;
use super::{Clock, Job, Stop, Worker};
use crate::domain::retention::{CONTACT_MONTHS, WARNED_DAYS};
use crate::mail::{self, Message};
use crate::storage::{AnyConnection, idle};

/// How many people are noted as warned before their messages are sent.
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
        for some in to_warn.chunks(AT_ONCE) {
            let noted = some.to_vec();
            let note = move |connection: &mut AnyConnection| idle::note_warnings(connection, &noted, now);
            self.in_lease(job, clock, note).await?;
            let link = mailer.service_link();
            let letters = some
                .iter()
                .filter(|warned| mail::is_mailable(&warned.to))
                .map(|warned| mail::warning(&warned.to, &warned.organisation_name, erased_on.date_naive(), link));
            mailer.deliver(letters.collect::<Vec<Message>>()).await;
        }
        Ok(())
    }
}
