//! Hands messages to a mail server. The log shows neither the recipient nor the text of a message: the link in it sets
//! a password.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::Error as SmtpError;
use lettre::{Address, SmtpTransport, Transport as _};
use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinSet};

use crate::domain::account::Email;

/// How long the mail server may take for each step.
const TIMEOUT: Duration = Duration::from_secs(15);
/// How many messages are handed over at once: each holds a thread and a connection.
const AT_ONCE: usize = 4;
/// How many messages may wait to be handed over, so that memory does not grow while the mail server is down.
const WAITING_MAX: usize = 1_000;

/// A message to one person; never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Who gets it.
    pub to: Email,
    /// What it is about.
    pub subject: String,
    /// Its text, lines of any length.
    pub body: String,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Message(…)")
    }
}

/// Why no mail can be sent with these settings. Says nothing of what they are: a password may be among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailSettingsError {
    /// The URL is none of a mail server.
    #[error(
        "QUOTIDIEN_SMTP_URL is smtps://user:password@host:465, smtp://user:password@host:587?tls=required or smtp://host, \
         with what is no letter or digit in the user and the password percent-encoded"
    )]
    Server,
    /// The sender is none.
    #[error("QUOTIDIEN_MAIL_FROM is an address such as Quotidien <quotidien@example.org>")]
    Sender,
}

/// Why a message was not sent, in words that name neither its recipient nor what it says.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// Mail cannot be addressed so.
    #[error("the address is none that mail can be sent to")]
    Unmailable,
    /// Too many messages wait already.
    #[error("too many messages wait for the mail server")]
    Busy,
    /// The mail server refused it. What it says besides often names the recipient.
    #[error("the mail server answers {0}")]
    Refused(String),
    /// The mail server was not reached, or did not answer.
    #[error("the mail server cannot be used: {0}")]
    Unreachable(SmtpError),
    /// Sending stopped midway.
    #[error("sending stopped: {0}")]
    Stopped(#[from] JoinError),
}

impl From<SmtpError> for MailError {
    fn from(error: SmtpError) -> Self {
        match error.status() {
            Some(code) => Self::Refused(code.to_string()),
            None if error.is_response() => Self::Refused("what is no SMTP".to_owned()),
            None => Self::Unreachable(error),
        }
    }
}

/// Whether mail can be sent to an address: some addresses that sign in are none by the rules of mail.
pub fn is_mailable(address: &Email) -> bool {
    address.as_str().parse::<Address>().is_ok()
}

/// Sends messages. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    transport: Arc<SmtpTransport>,
    from: Arc<Mailbox>,
    public_url: Arc<str>,
    at_once: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mailer(…)")
    }
}

impl Mailer {
    /// A mailer that hands messages from a sender to the mail server at a URL; their links lead to the service at
    /// `public_url`. Connects to nothing yet.
    ///
    /// # Errors
    /// [`MailSettingsError`].
    pub fn new(smtp_url: &str, from: &str, public_url: &str) -> Result<Self, MailSettingsError> {
        let transport = SmtpTransport::from_url(smtp_url).map_err(|_| MailSettingsError::Server)?;
        Ok(Self {
            transport: Arc::new(transport.timeout(Some(TIMEOUT)).build()),
            from: Arc::new(from.parse().map_err(|_| MailSettingsError::Sender)?),
            public_url: public_url.trim_end_matches('/').into(),
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: Arc::new(Semaphore::new(WAITING_MAX)),
        })
    }

    /// Connects to the mail server and signs in there, without a message.
    ///
    /// # Errors
    /// [`MailError`].
    pub fn greet(&self) -> Result<(), MailError> {
        match self.transport.test_connection() {
            Ok(true) => Ok(()),
            Ok(false) => Err(MailError::Refused("that it is not ready".to_owned())),
            Err(error) => Err(error.into()),
        }
    }

    /// The page on which a token sets a password. The token stands in the fragment, which browsers send to nobody.
    pub fn password_link(&self, token: &str) -> String {
        format!("{}/password#{token}", self.public_url)
    }

    /// Where people reach the service.
    pub fn service_link(&self) -> &str {
        &self.public_url
    }

    /// Sends a message, off the threads that answer requests and only so many at once.
    ///
    /// # Errors
    /// [`MailError`].
    pub async fn send(&self, message: Message) -> Result<(), MailError> {
        let _waits = self.waiting.try_acquire().map_err(|_| MailError::Busy)?;
        let message = self.written(message)?;
        let _sends = self.at_once.acquire().await.map_err(|_| MailError::Busy)?;
        let transport = Arc::clone(&self.transport);
        tokio::task::spawn_blocking(move || transport.send(&message)).await??;
        Ok(())
    }

    /// Sends a message beside its caller's work; a failure is logged. Within a runtime.
    pub fn post(&self, message: Message) {
        tokio::spawn(self.clone().send_or_log(message));
    }

    /// Sends messages, and waits until each was taken or refused; failures are logged. Within a runtime.
    pub async fn deliver(&self, messages: Vec<Message>) {
        let sendings = messages.into_iter().map(|message| self.clone().send_or_log(message));
        sendings.collect::<JoinSet<()>>().join_all().await;
    }

    async fn send_or_log(self, message: Message) {
        if let Err(error) = self.send(message).await {
            tracing::error!(%error, "a message was not sent");
        }
    }

    /// The message as it goes over the wire.
    fn written(&self, message: Message) -> Result<lettre::Message, MailError> {
        let to: Address = message.to.as_str().parse().map_err(|_| MailError::Unmailable)?;
        MessageBuilder::new()
            .from(self.from.as_ref().clone())
            .to(to.into())
            .subject(message.subject)
            // So that no machine answers (RFC 3834, section 5).
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .header(ContentType::TEXT_PLAIN)
            .body(message.body)
            .map_err(|_| MailError::Unmailable)
    }
}
