//! Sends the mail that waits in the outbox: at once, then again and again with growing pauses, for a day. A message is sent
//! while its lease is held and forgotten after it; an instance that dies in between leaves it to another, which may send
//! it a second time.

use std::pin::pin;
use std::time::Duration as Pause;

use chrono::{DateTime, Duration, Utc};
use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use futures_util::stream::FuturesUnordered;
use tokio::time::{sleep, timeout};

use super::{Clock, Worker};
use crate::mail::{AT_ONCE, Addressee, MailError, Mailer};
use crate::storage::outbox::{self, Hold, TakenMail};
use crate::storage::{AnyConnection, StorageError};

/// How long a lease lasts without being kept.
const LEASE: Duration = Duration::seconds(60);
/// How often the lease of a message is kept that takes long to send.
const KEEP_EVERY: Pause = Pause::from_secs(20);
/// The pauses between tries, in seconds; the last is repeated.
const PAUSES: [i64; 7] = [10, 60, 5 * 60, 15 * 60, 3600, 2 * 3600, 4 * 3600];
/// How many messages are given up in one write.
const SLICE: i64 = 50;
/// How often it is tried to note what became of a message, once a second.
const NOTED_TRIES: u32 = 30;

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It was sent, or is given up.
    Done,
    /// It is tried again at this instant.
    Later(DateTime<Utc>),
}

impl Worker {
    /// Sends the mail that is due by this clock and that no other instance is sending, and what is written meanwhile;
    /// gives up what has waited for too long.
    ///
    /// # Errors
    /// When it is not known what waits.
    pub async fn send_mail(&self, clock: Clock<'_>) -> Result<(), StorageError> {
        self.give_up(clock()).await?;
        let Some(mailer) = &self.mailer else {
            return Ok(());
        };
        let mut sending = FuturesUnordered::new();
        loop {
            match self.take_mail(AT_ONCE - sending.len(), clock()).await {
                Ok(taken) => sending.extend(taken.into_iter().map(|mail| self.send(mailer, mail, clock))),
                Err(error) => {
                    // What is on its way is noted still: it would be sent again otherwise.
                    while sending.next().await.is_some() {}
                    return Err(error);
                }
            }
            if sending.is_empty() {
                return Ok(());
            }
            match select(sending.next(), pin!(mailer.woken())).await {
                Either::Left(_) | Either::Right(_) => {}
            }
        }
    }

    /// Waits until this instance writes mail; for ever, where it sends none.
    pub async fn mail_was_written(&self) {
        match &self.mailer {
            Some(mailer) => mailer.woken().await,
            None => std::future::pending().await,
        }
    }

    async fn give_up(&self, now: DateTime<Utc>) -> Result<(), StorageError> {
        loop {
            let find = move |connection: &mut AnyConnection| outbox::expired(connection, now, SLICE);
            let expired = self.store.read(find).await?;
            if expired.is_empty() {
                return Ok(());
            }
            let give_up = move |connection: &mut AnyConnection| outbox::give_up(connection, &expired, now);
            for (organisation, account, _) in self.store.change(give_up).await? {
                tracing::warn!(%organisation, %account, "a message is given up: it could not be sent in time");
            }
        }
    }

    async fn take_mail(&self, most: usize, now: DateTime<Utc>) -> Result<Vec<TakenMail>, StorageError> {
        let find = move |connection: &mut AnyConnection| outbox::is_any_due(connection, now);
        let most = i64::try_from(most).unwrap_or_default();
        if most == 0 || !self.store.read(find).await? {
            return Ok(Vec::new());
        }
        let hold = self.hold(now);
        self.store
            .change(move |connection| outbox::take(connection, &hold, most))
            .await
    }

    fn hold(&self, now: DateTime<Utc>) -> Hold {
        Hold {
            instance: self.instance.clone(),
            now,
            lasts: LEASE,
        }
    }

    async fn send(&self, mailer: &Mailer, mail: TakenMail, clock: Clock<'_>) {
        let Some(_place) = mailer.place().await else {
            // The service stops: another instance takes the message when its lease has run out.
            return;
        };
        let outcome = self.hand_over(mailer, &mail, clock).await;
        let fate = outcome.map_or_else(|error| fate(&mail, &error, clock()), |()| Fate::Done);
        self.note(&mail, fate).await;
    }

    /// Hands a message to the mail server, and keeps its lease while that takes.
    async fn hand_over(&self, mailer: &Mailer, mail: &TakenMail, clock: Clock<'_>) -> Result<(), MailError> {
        let (.., id) = mail.key;
        let addressee = Addressee {
            to: &mail.to,
            organisation: &mail.organisation,
            time_zone: mail.time_zone,
        };
        let message = mailer.opened(id, &mail.content)?.message(addressee, mailer);
        let mut sending = pin!(mailer.send(message));
        loop {
            if let Ok(outcome) = timeout(KEEP_EVERY, &mut sending).await {
                return outcome;
            }
            let (key, hold) = (mail.key, self.hold(clock()));
            let keep = move |connection: &mut AnyConnection| outbox::keep(connection, key, &hold);
            if let Err(error) = self.store.change(keep).await {
                tracing::warn!(%error, "the lease of a message that is being sent was not kept");
            }
        }
    }

    /// Notes what became of a message; not at the first fault of the database does it give that up, since what is not
    /// noted is sent again.
    async fn note(&self, mail: &TakenMail, fate: Fate) {
        for _ in 0..NOTED_TRIES {
            let (key, instance) = (mail.key, self.instance.clone());
            let note = move |connection: &mut AnyConnection| match fate {
                Fate::Done => outbox::done(connection, key),
                Fate::Later(at) => outbox::put_off(connection, key, &instance, at),
            };
            match self.store.change(note).await {
                Ok(()) => return,
                Err(error) => tracing::warn!(%error, "what became of a message is not noted yet"),
            }
            sleep(Pause::from_secs(1)).await;
        }
    }
}

/// What becomes of a message that was not sent. The log names neither the address nor the link.
fn fate(mail: &TakenMail, error: &MailError, now: DateTime<Utc>) -> Fate {
    let (organisation, account, _) = mail.key;
    if error.is_final() {
        tracing::warn!(%error, %organisation, %account, "a message is given up");
        return Fate::Done;
    }
    if let Some(at) = next_try(mail.tries, now, mail.expires_at) {
        tracing::warn!(%error, %organisation, %account, again_at = %at, "a message was not sent yet");
        return Fate::Later(at);
    }
    tracing::warn!(%error, %organisation, %account, "a message is given up: it was tried for long enough");
    Fate::Done
}

/// When a message is tried again that was tried so often before this time; `None` when that would be too late.
fn next_try(tries: i32, now: DateTime<Utc>, expires_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let last = PAUSES.last();
    let pause = usize::try_from(tries)
        .ok()
        .and_then(|tries| PAUSES.get(tries))
        .or(last)?;
    Some(now + Duration::seconds(*pause)).filter(|at| *at < expires_at)
}
