//! Mail to people: invitations, resets of passwords and reminders, by SMTP. Knows no database and no HTTP.

mod mailer;
mod matter;
mod texts;

pub use mailer::{AT_ONCE, MailError, MailSettingsError, Mailer, Message, is_mailable};
pub use matter::{Addressee, Matter};
