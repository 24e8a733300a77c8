//! What handlers share: the store, the keys, the clock.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use utoipa::openapi::OpenApi;

use crate::auth::password::PasswordChecker;
use crate::auth::token::AccessTokens;
use crate::domain::calendar::{to_microsecond, today_in};
use crate::storage::Store;

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// What handlers share. Cheap to clone.
#[derive(Clone)]
pub struct Application {
    /// The database.
    pub store: Store,
    /// Signs and verifies access tokens.
    pub tokens: Arc<AccessTokens>,
    /// Checks passwords.
    pub passwords: PasswordChecker,
    /// Tells the time.
    pub clock: Clock,
    /// The document that describes the API.
    pub document: Arc<OpenApi>,
}

impl Application {
    /// The instant that it is, cut to the microsecond that databases keep.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        to_microsecond((self.clock)())
    }

    /// The civil day that it is in a zone.
    #[must_use]
    pub fn today(&self, zone: Tz) -> NaiveDate {
        today_in(zone, self.now())
    }
}
