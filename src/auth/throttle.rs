//! Limits on how often somebody asks: enough for people and programs that mean well, too little for guessing.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use uuid::Uuid;

use super::token::{Access, Authority};
use crate::domain::account::Email;
use crate::domain::shared_link::LinkId;

/// How many requests are let through in a minute; 0 for no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// Sign-ins from one network address; to one account a sixth of that, at least one.
    pub sign_ins_per_minute: u32,
    /// Requests of one person or program.
    pub requests_per_minute: u32,
}

/// How long somebody has to wait who asks too often, in whole seconds, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too often: {seconds} s to wait")]
pub struct Wait {
    /// The seconds.
    pub seconds: u64,
}

/// The clock by which the limits count: a function that is passed in.
#[derive(Clone)]
struct PassedIn(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock for PassedIn {
    /// The time since 1970.
    type Instant = Duration;

    fn now(&self) -> Duration {
        ((self.0)() - DateTime::UNIX_EPOCH).to_std().unwrap_or_default()
    }
}

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, PassedIn, NoOpMiddleware<Duration>>;

/// One limit, counted for each key by itself; `None` for no limit.
struct Limit<K: Hash + Eq + Clone>(Option<Limiter<K>>, PassedIn);

impl<K: Hash + Eq + Clone> Limit<K> {
    fn new(per_minute: u32, clock: &PassedIn) -> Self {
        let quota = NonZeroU32::new(per_minute).map(Quota::per_minute);
        let limiter = quota.map(|quota| RateLimiter::hashmap_with_clock(quota, clock.clone()));
        Self(limiter, clock.clone())
    }

    fn check(&self, key: &K) -> Result<(), Wait> {
        let Some(limiter) = &self.0 else {
            return Ok(());
        };
        limiter.check_key(key).map_err(|refused| {
            let wait = refused.wait_time_from(self.1.now());
            let whole = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            Wait { seconds: whole.max(1) }
        })
    }

    fn forget_idle(&self) {
        if let Some(limiter) = &self.0 {
            limiter.retain_recent();
        }
    }
}

/// The limits of an instance.
pub struct Throttle {
    addresses: Limit<IpAddr>,
    emails: Limit<Email>,
    accounts: Limit<Uuid>,
    callers: Limit<Uuid>,
}

impl Throttle {
    /// These limits, counted by this clock.
    pub fn new(limits: Limits, clock: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>) -> Self {
        let clock = PassedIn(clock);
        let per_account = match limits.sign_ins_per_minute {
            0 => 0,
            limit => (limit / 6).max(1),
        };
        Self {
            addresses: Limit::new(limits.sign_ins_per_minute, &clock),
            emails: Limit::new(per_account, &clock),
            accounts: Limit::new(per_account, &clock),
            callers: Limit::new(limits.requests_per_minute, &clock),
        }
    }

    /// Counts a sign-in, or a request to reset a password, from a network address.
    ///
    /// # Errors
    /// How long to wait, when the limit is reached.
    pub fn check_address(&self, address: IpAddr) -> Result<(), Wait> {
        self.addresses.check(&network(address))
    }

    /// Counts a sign-in to an account, or a request to reset its password, whether or not there is such an account.
    ///
    /// # Errors
    /// How long to wait, when the limit is reached.
    pub fn check_email(&self, email: &Email) -> Result<(), Wait> {
        self.emails.check(email)
    }

    /// Counts a password that is checked for somebody who is signed in.
    ///
    /// # Errors
    /// How long to wait, when the limit is reached.
    pub fn check_account(&self, account: Uuid) -> Result<(), Wait> {
        self.accounts.check(&account)
    }

    /// Counts a request of a person or program that was let in.
    ///
    /// # Errors
    /// How long to wait, when the limit is reached.
    pub fn check_caller(&self, access: &Access) -> Result<(), Wait> {
        self.callers.check(&match access.authority {
            Authority::Person { .. } => access.account.uuid(),
            Authority::Program { key, .. } => key.uuid(),
        })
    }

    /// Counts a request by a link that shows a publication.
    ///
    /// # Errors
    /// How long to wait, when the limit is reached.
    pub fn check_link(&self, link: LinkId) -> Result<(), Wait> {
        self.callers.check(&link.uuid())
    }

    /// Forgets those who have not asked for so long that they may ask as often as somebody new; to be called now and
    /// then.
    pub fn forget_idle(&self) {
        self.addresses.forget_idle();
        self.emails.forget_idle();
        self.accounts.forget_idle();
        self.callers.forget_idle();
    }
}

/// What counts as one address: of IPv6 the network of 64 bits, which is one household.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}
