//! What a message is about, as it waits in the database: its text is written when it is sent.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::mailer::{Mailer, Message};
use super::texts::{self, Letter};
use crate::domain::account::Email;

/// What a message is about. The tokens set a password, so that this is never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum Matter {
    /// Somebody is invited by their organisation: to choose a first password, another one, or to come back.
    Invitation {
        /// Sets the password.
        token: String,
        /// Until when it is good.
        good_until: DateTime<Utc>,
    },
    /// Somebody forgot their password.
    Reset {
        /// Sets the password.
        token: String,
        /// Until when it is good.
        good_until: DateTime<Utc>,
    },
    /// Reports are missing.
    Reminder {
        /// Of these days, the earliest first.
        missing: Vec<NaiveDate>,
    },
    /// A partner asks for something, by its link.
    Asked {
        /// Who asks.
        partner: String,
        /// For which workshop; `None`: for equipment.
        workshop: Option<String>,
    },
    /// What somebody asked for in the name of a partner has come.
    AskedForYou {
        /// Their address, which has no account.
        to: String,
        /// In whose name.
        partner: String,
        /// For which workshop; `None`: for equipment.
        workshop: Option<String>,
    },
    /// An account will be erased unless its owner comes back.
    Warning {
        /// On this day.
        erased_on: NaiveDate,
    },
}

impl std::fmt::Debug for Matter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Matter(…)")
    }
}

/// Who gets a message.
#[derive(Clone, Copy)]
pub struct Addressee<'a> {
    /// Their address.
    pub to: &'a Email,
    /// Their organisation.
    pub organisation: &'a str,
    /// The zone in which their organisation tells the time.
    pub time_zone: Tz,
}

impl Matter {
    /// The message that says so to somebody, with links to the service of this mailer.
    pub fn message(&self, of: Addressee<'_>, mailer: &Mailer) -> Message {
        let Addressee { to, organisation, .. } = of;
        let home = mailer.service_link();
        match self {
            Self::Invitation { token, good_until } => {
                texts::invitation(Letter::new(of, &mailer.password_link(token), *good_until))
            }
            Self::Reset { token, good_until } => {
                texts::reset(Letter::new(of, &mailer.password_link(token), *good_until))
            }
            Self::Reminder { missing } => texts::reminder(to, organisation, missing, home),
            Self::Asked { partner, workshop } => {
                texts::request_of_partner(to, organisation, partner, workshop.as_deref(), home)
            }
            Self::AskedForYou {
                to: contact,
                partner,
                workshop,
            } => {
                // The address was read when the request came.
                let contact = Email::parse(contact).unwrap_or_else(|_| to.clone());
                texts::asked_for_you(&contact, organisation, partner, workshop.as_deref())
            }
            Self::Warning { erased_on } => texts::warning(to, organisation, *erased_on, home),
        }
    }
}
