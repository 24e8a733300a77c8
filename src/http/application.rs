//! What handlers share: the store, the keys, the clock.

use std::net::IpAddr;
use std::sync::{Arc, Once};
use std::time::Instant;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use ipnet::IpNet;
use utoipa::openapi::OpenApi;

use super::heavy_reads::HeavyReads;
use super::kept_documents::KeptDocuments;
use super::metrics::Metrics;
use crate::actions::access::Gate;
use crate::auth::password::PasswordChecker;
use crate::auth::throttle::{Limits, Throttle, Uptime};
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
    /// Finds out who calls, by access token or API key, and lets them in.
    pub gate: Arc<Gate>,
    /// Checks passwords.
    pub passwords: PasswordChecker,
    /// Limits how often an address, an account or a caller may ask.
    pub throttle: Arc<Throttle>,
    /// The networks of reverse proxies whose word on the address of a caller is believed.
    pub trusted_proxies: Arc<[IpNet]>,
    /// Tells the time.
    pub clock: Clock,
    /// Makes documents, and keeps those that never change.
    pub documents: Arc<KeptDocuments>,
    /// The places of those who make heavy reads.
    pub heavy_reads: Arc<HeavyReads>,
    /// Tells how long the service has run.
    uptime: Uptime,
    /// Whether somebody was told of a proxy that is not trusted.
    told_of_a_proxy: Arc<Once>,
    /// The document that describes the API.
    pub document: Arc<OpenApi>,
    /// The counters of answered requests.
    pub metrics: Arc<Metrics>,
    /// How browsers reach the service.
    pub browsers: Arc<Browsers>,
    /// Sends mail, where that is configured.
    pub mailer: Option<Mailer>,
    /// Whether the application for people is served at `/app/`.
    pub serves_web: bool,
}

/// How browsers reach the service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Browsers {
    /// The origins of other sites whose pages may call the service; none by default.
    pub allowed_origins: Vec<String>,
    /// Whether people reach the service by HTTPS alone: browsers are then told never to use HTTP.
    pub https: bool,
    /// The origin of the service's own pages, where it is configured.
    pub own_origin: Option<String>,
}

impl Application {
    /// An application that serves `document` as the description of its API. It limits nobody and sends no mail until
    /// [`Self::limited`] and [`Self::mailing_by`] are called.
    pub fn new(
        store: Store,
        gate: Gate,
        passwords: PasswordChecker,
        clock: Clock,
        browsers: Browsers,
        document: OpenApi,
    ) -> Self {
        let started = Instant::now();
        let uptime: Uptime = Arc::new(move || started.elapsed());
        let metrics = Arc::new(Metrics::of(&store, passwords.clone()));
        Self {
            store,
            gate: Arc::new(gate),
            passwords,
            throttle: Arc::new(Throttle::new(Limits::default(), Arc::clone(&uptime))),
            trusted_proxies: Arc::new([]),
            clock,
            documents: Arc::default(),
            heavy_reads: Arc::default(),
            uptime,
            told_of_a_proxy: Arc::new(Once::new()),
            document: Arc::new(document),
            metrics,
            browsers: Arc::new(browsers),
            mailer: None,
            serves_web: true,
        }
    }

    /// The same application, which counts the limits that it gets later by this clock.
    #[must_use]
    pub fn timed_by(self, uptime: Uptime) -> Self {
        Self { uptime, ..self }
    }

    /// The same application, which limits how often callers may ask, and believes these proxies.
    #[must_use]
    pub fn limited(self, limits: Limits, trusted_proxies: Vec<IpNet>) -> Self {
        Self {
            throttle: Arc::new(Throttle::new(limits, Arc::clone(&self.uptime))),
            trusted_proxies: trusted_proxies.into(),
            ..self
        }
    }

    /// Tells whoever runs the service, once, that a proxy in front of it is not trusted.
    pub(super) fn tell_once_of_a_proxy(&self, proxy: IpAddr) {
        self.told_of_a_proxy.call_once(|| {
            tracing::warn!(
                %proxy,
                "a proxy says for whom it asks, and is not believed: all who come through it share one limit of sign-ins, so \
                 that one of them can shut out the others; name it in QUOTIDIEN_TRUSTED_PROXIES"
            );
        });
    }

    /// The same application, which sends its mail by this mailer.
    #[must_use]
    pub fn mailing_by(self, mailer: Option<Mailer>) -> Self {
        Self { mailer, ..self }
    }

    /// The same application, which serves the application for people, or does not.
    #[must_use]
    pub fn serving_web(self, serves_web: bool) -> Self {
        Self { serves_web, ..self }
    }

    /// The current instant, cut to the microsecond, since databases keep no more.
    pub fn now(&self) -> DateTime<Utc> {
        to_microsecond((self.clock)())
    }

    /// The current civil day in a time zone.
    pub fn today(&self, zone: Tz) -> NaiveDate {
        today_in(zone, self.now())
    }
}
