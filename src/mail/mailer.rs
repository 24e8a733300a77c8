//! Hands messages to a mail server. The log shows neither the recipient nor the text of a message: the link in it sets
//! a password.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::Error as SmtpError;
use lettre::{Address, SmtpTransport, Transport as _};
use tokio::sync::{Notify, Semaphore, SemaphorePermit, oneshot};

use super::matter::Matter;
use crate::auth::seal::{Seal, SealError};
use crate::domain::account::Email;
use crate::domain::identifiers::MessageId;

/// How long the mail server may take for each step.
const TIMEOUT: Duration = Duration::from_secs(15);

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
    /// What it says can be read no more.
    #[error("what it says was sealed with another QUOTIDIEN_SECRET")]
    Unreadable,
    /// The mail server refused it. What it says besides often names the recipient.
    #[error("the mail server answers {0}")]
    Refused(u16),
    /// The mail server does not speak as one does.
    #[error("the mail server answers what is no SMTP")]
    NoSmtp,
    /// The mail server was not reached, or did not answer.
    #[error("the mail server cannot be used: {0}")]
    Unreachable(SmtpError),
    /// Sending stopped midway.
    #[error("sending stopped midway")]
    Stopped,
}

impl From<SmtpError> for MailError {
    fn from(error: SmtpError) -> Self {
        match error.status() {
            Some(code) => Self::Refused(code.into()),
            None if error.is_response() => Self::NoSmtp,
            None => Self::Unreachable(error),
        }
    }
}

/// How many messages are sent at once: each holds a thread and a connection.
pub const AT_ONCE: usize = 4;

/// The answers of a mail server that refuse who sends and not what is sent (RFC 4954, section 6): whoever runs the service
/// mends that.
const OF_SIGN_IN: [u16; 4] = [530, 534, 535, 538];

impl MailError {
    /// Whether trying again is of no use.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Unmailable | Self::Unreadable => true,
            Self::Refused(code) => (500..600).contains(code) && !OF_SIGN_IN.contains(code),
            Self::NoSmtp | Self::Unreachable(_) | Self::Stopped => false,
        }
    }
}

/// Whether mail can be sent to an address: some addresses that sign in are none by the rules of mail.
pub fn is_mailable(address: &Email) -> bool {
    address.as_str().parse::<Address>().is_ok()
}

/// What seals a message under its name: what waits in the place of another cannot be opened.
fn sealed_under(id: MessageId) -> String {
    format!("message {id}")
}

/// Sends messages. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    transport: Arc<SmtpTransport>,
    from: Arc<Mailbox>,
    public_url: Arc<str>,
    seal: Seal,
    woken: Arc<Notify>,
    places: Arc<Semaphore>,
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
            seal: Seal::default(),
            woken: Arc::default(),
            places: Arc::new(Semaphore::new(AT_ONCE)),
        })
    }

    /// The same mailer, which seals what waits to be sent.
    #[must_use]
    pub fn sealing_by(self, seal: Seal) -> Self {
        Self { seal, ..self }
    }

    /// What a message is about, as the database keeps it while it waits: the tokens in it set passwords.
    ///
    /// # Errors
    /// When it cannot be sealed.
    pub fn sealed(&self, id: MessageId, matter: &Matter) -> Result<String, SealError> {
        let text = serde_json::to_string(matter).map_err(|_| SealError::Failed)?;
        self.seal.seal(&sealed_under(id), &text)
    }

    /// What a message that waited is about.
    ///
    /// # Errors
    /// [`MailError::Unreadable`].
    pub fn opened(&self, id: MessageId, content: &str) -> Result<Matter, MailError> {
        let text = self.seal.open(&sealed_under(id), content);
        let text = text.map_err(|_| MailError::Unreadable)?;
        serde_json::from_str(&text).map_err(|_| MailError::Unreadable)
    }

    /// Has whoever sends mail look at once: something waits.
    pub fn wake(&self) {
        self.woken.notify_one();
    }

    /// Waits until something waits to be sent that did not before.
    pub async fn woken(&self) {
        self.woken.notified().await;
    }

    /// The place of a message among those that are sent at once, to be held until what became of it is noted; `None` when
    /// no more are sent.
    pub async fn place(&self) -> Option<SemaphorePermit<'_>> {
        self.places.acquire().await.ok()
    }

    /// Begins no message any more, and waits until those are noted that are on their way.
    pub async fn finish(&self) {
        let all = u32::try_from(AT_ONCE).unwrap_or_default();
        drop(self.places.acquire_many(all).await);
        self.places.close();
    }

    /// Connects to the mail server and signs in there, without a message.
    ///
    /// # Errors
    /// [`MailError`].
    pub fn greet(&self) -> Result<(), MailError> {
        match self.transport.test_connection() {
            Ok(true) => Ok(()),
            Ok(false) => Err(MailError::NoSmtp),
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

    /// Sends a message, on a thread of its own: the process ends without it when the mail server hangs.
    ///
    /// # Errors
    /// [`MailError`].
    pub async fn send(&self, message: Message) -> Result<(), MailError> {
        let message = self.encoded(message)?;
        let transport = Arc::clone(&self.transport);
        let (reply, outcome) = oneshot::channel();
        let thread = std::thread::Builder::new().name("mail".to_owned());
        let send = move || drop(reply.send(transport.send(&message)));
        thread.spawn(send).map_err(|_| MailError::Stopped)?;
        outcome.await.map_err(|_| MailError::Stopped)??;
        Ok(())
    }

    /// The message as it goes over the wire.
    fn encoded(&self, message: Message) -> Result<lettre::Message, MailError> {
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
