//! Mail to people: invitations and resets of passwords, by SMTP. Knows no database and no HTTP.

mod mailer;
mod texts;

pub use mailer::{MailError, MailSettingsError, Mailer, Message, is_mailable};
pub use texts::{Letter, invitation, reset};
