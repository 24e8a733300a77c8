//! What handlers share: the store, the keys, the clock.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use ipnet::IpNet;
use utoipa::openapi::OpenApi;

use super::metrics::Metrics;
use crate::actions::access::Gate;
use crate::auth::password::PasswordChecker;
use crate::auth::throttle::{Limits, Throttle};
use crate::domain::calendar::{to_microsecond, today_in};
use crate::mail::Mailer;
use crate::storage::Store;

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// What handlers share. Cheap to clone.
#[derive(Clone)]
pub struct Application {
    /// The database.
    pub store: Store,
    /// Lets callers in.
    pub gate: Arc<Gate>,
    /// Checks passwords.
    pub passwords: PasswordChecker,
    /// Limits how often somebody asks.
    pub throttle: Arc<Throttle>,
    /// The proxies that say whom they ask for.
    pub trusted_proxies: Arc<[IpNet]>,
    /// Tells the time.
    pub clock: Clock,
    /// The document that describes the API.
    pub document: Arc<OpenApi>,
    /// What the service counts of itself.
    pub metrics: Arc<Metrics>,
    /// How browsers reach it.
    pub browsers: Arc<Browsers>,
    /// Sends mail, where that is configured.
    pub mailer: Option<Mailer>,
}

/// How browsers reach the service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Browsers {
    /// The origins of other sites whose pages may call it; none by default.
    pub allowed_origins: Vec<String>,
    /// Whether people reach it by HTTPS alone.
    pub https: bool,
}

impl Application {
    /// The application on a store, with this clock, which answers with this document when it is asked for one; nobody is limited.
    #[must_use]
    pub fn new(
        store: Store,
        gate: Gate,
        passwords: PasswordChecker,
        clock: Clock,
        browsers: Browsers,
        document: OpenApi,
    ) -> Self {
        Self {
            store,
            gate: Arc::new(gate),
            passwords,
            throttle: Arc::new(Throttle::new(Limits::default(), Arc::clone(&clock))),
            trusted_proxies: Arc::new([]),
            clock,
            document: Arc::new(document),
            metrics: Arc::default(),
            browsers: Arc::new(browsers),
            mailer: None,
        }
    }

    /// The application with limits, behind these proxies.
    #[must_use]
    pub fn limited(self, limits: Limits, trusted_proxies: Vec<IpNet>) -> Self {
        Self {
            throttle: Arc::new(Throttle::new(limits, Arc::clone(&self.clock))),
            trusted_proxies: trusted_proxies.into(),
            ..self
        }
    }

    /// The same application, with what sends its mail.
    #[must_use]
    pub fn mailing_by(self, mailer: Option<Mailer>) -> Self {
        Self { mailer, ..self }
    }

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
