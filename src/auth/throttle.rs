//! Limits on how often somebody asks: enough for people and programs that mean well, too little for guessing.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use uuid::Uuid;

use super::token::Access;
use crate::domain::account::Email;
use crate::domain::identifiers::OrganisationId;
use crate::domain::shared_link::LinkId;

/// How many requests are let through in a minute; 0 for no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// Sign-ins from one network address; to one account from one network a sixth of that, and from all together a half,
    /// at least one.
    pub sign_ins_per_minute: u32,
    /// Requests of one person or program, and refreshes of sessions from one network address.
    pub requests_per_minute: u32,
}

/// How long somebody has to wait who asks too often, in whole seconds, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too often: {seconds} s to wait")]
pub struct Wait {
    /// The seconds.
    pub seconds: u64,
}

/// Tells how long the service has run, by a clock that nobody sets: limits that followed the time of day would refuse
/// everybody for as long as a wrong clock is set back.
pub type Uptime = Arc<dyn Fn() -> Duration + Send + Sync>;

/// The clock by which the limits count: a function that is passed in.
#[derive(Clone)]
struct PassedIn(Uptime);

impl Clock for PassedIn {
    /// How long the service has run.
    type Instant = Duration;

    fn now(&self) -> Duration {
        (self.0)()
    }
}

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, PassedIn, NoOpMiddleware<Duration>>;

/// One limit, counted for each key by itself; `None` for no limit.
struct Limit<K: Hash + Eq + Clone>(Option<Limiter<K>>, PassedIn);

impl<K: Hash + Eq + Clone> Limit<K> {
    fn new(quota: Option<Quota>, clock: &PassedIn) -> Self {
        let limiter = quota.map(|quota| RateLimiter::hashmap_with_clock(quota, clock.clone()));
        Self(limiter, clock.clone())
    }

    fn per_minute(requests: u32, clock: &PassedIn) -> Self {
        Self::new(NonZeroU32::new(requests).map(Quota::per_minute), clock)
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

/// How many networks are remembered from which somebody signed in.
const FAMILIAR_MAX: usize = 20_000;

/// From which network somebody signed in to which account, and when it was last, by the uptime: the last of them.
#[derive(Default)]
struct Familiar(Mutex<HashMap<(Email, IpAddr), Duration>>);

impl Familiar {
    fn of(&self) -> MutexGuard<'_, HashMap<(Email, IpAddr), Duration>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, key: (Email, IpAddr), now: Duration) {
        let mut familiar = self.of();
        if familiar.len() >= FAMILIAR_MAX && !familiar.contains_key(&key) {
            let oldest = familiar.iter().min_by_key(|(_, at)| **at).map(|(key, _)| key.clone());
            oldest.map(|oldest| familiar.remove(&oldest));
        }
        familiar.insert(key, now);
    }
}

/// How many links to reset a password may be asked for at once, and after how long another.
const RESETS: u32 = 3;
const RESET_EVERY: Duration = Duration::from_mins(20);

/// How many addresses an hour a coordinator may find to have an account already: enough for mistakes, too few to try lists.
const TAKEN_AN_HOUR: u32 = 20;

/// How many requests an hour a partner's link may send, each of which is told by mail.
const ASKINGS_AN_HOUR: u32 = 20;

/// The limits of an instance.
pub struct Throttle {
    sign_ins_from: Limit<IpAddr>,
    sign_ins_from_customers: Limit<IpAddr>,
    sign_ins_from_to: Limit<(Email, IpAddr)>,
    sign_ins_to: Limit<Email>,
    familiar: Familiar,
    resets_from: Limit<IpAddr>,
    resets_of: Limit<Email>,
    refreshes_from: Limit<IpAddr>,
    accounts: Limit<Uuid>,
    taken: Limit<Uuid>,
    askings: Limit<Uuid>,
    callers: Limit<Uuid>,
    clock: PassedIn,
}

impl Throttle {
    /// These limits, counted by this clock.
    #[must_use]
    pub fn new(limits: Limits, uptime: Uptime) -> Self {
        let clock = PassedIn(uptime);
        let sign_ins = limits.sign_ins_per_minute;
        let part = |divisor: u32| if sign_ins == 0 { 0 } else { (sign_ins / divisor).max(1) };
        let resets = NonZeroU32::new(RESETS)
            .filter(|_| sign_ins > 0)
            .and_then(|burst| Some(Quota::with_period(RESET_EVERY)?.allow_burst(burst)));
        let taken = NonZeroU32::new(TAKEN_AN_HOUR)
            .filter(|_| limits.requests_per_minute > 0)
            .map(Quota::per_hour);
        let askings = NonZeroU32::new(ASKINGS_AN_HOUR)
            .filter(|_| limits.requests_per_minute > 0)
            .map(Quota::per_hour);
        Self {
            sign_ins_from: Limit::per_minute(sign_ins, &clock),
            sign_ins_from_customers: Limit::per_minute(sign_ins.saturating_mul(4), &clock),
            sign_ins_from_to: Limit::per_minute(part(6), &clock),
            sign_ins_to: Limit::per_minute(part(2), &clock),
            familiar: Familiar::default(),
            resets_from: Limit::per_minute(sign_ins, &clock),
            resets_of: Limit::new(resets, &clock),
            refreshes_from: Limit::per_minute(limits.requests_per_minute, &clock),
            accounts: Limit::per_minute(part(6), &clock),
            taken: Limit::new(taken, &clock),
            askings: Limit::new(askings, &clock),
            callers: Limit::per_minute(limits.requests_per_minute, &clock),
            clock,
        }
    }

    /// Counts a sign-in from a network address.
    ///
    /// # Errors
    /// How long to wait, when the limit is reached.
    pub fn check_sign_in_from(&self, address: IpAddr) -> Result<(), Wait> {
        let (network, customer) = (network(address), customer(address));
        self.sign_ins_from.check(&network)?;
        customer.map_or(Ok(()), |customer| self.sign_ins_from_customers.check(&customer))
    }

    /// Counts a sign-in from a network address to an account, whether or not there is such an account. Whoever signed in to
    /// it from there before does not wait for what others try elsewhere.
    ///
    /// # Errors
    /// How long to wait, when the limit is reached.
    pub fn check_sign_in_to(&self, email: &Email, address: IpAddr) -> Result<(), Wait> {
        let key = (email.clone(), network(address));
        self.sign_ins_from_to.check(&key)?;
        if self.familiar.of().contains_key(&key) {
            return Ok(());
        }
        self.sign_ins_to.check(email)
    }

    /// Notes that somebody signed in to an account from a network address.
    pub fn note_sign_in(&self, email: Email, address: IpAddr) {
        self.familiar.remember((email, network(address)), self.clock.now());
    }

    /// Counts a request from a network address to reset a password.
    ///
    /// # Errors
    /// How long to wait, when the limit is reached.
    pub fn check_reset_from(&self, address: IpAddr) -> Result<(), Wait> {
        self.resets_from.check(&network(address))
    }

    /// Counts a request to reset the password of an account, whether or not there is such an account: three at once, then
    /// one every twenty minutes.
    ///
    /// # Errors
    /// How long to wait, when the limit is reached.
    pub fn check_reset_of(&self, email: &Email) -> Result<(), Wait> {
        self.resets_of.check(email)
    }

    /// Counts a refresh of a session from a network address.
    ///
    /// # Errors
    /// How long to wait, when the limit is reached.
    pub fn check_refresh_from(&self, address: IpAddr) -> Result<(), Wait> {
        self.refreshes_from.check(&network(address))
    }

    /// Counts a password that is checked for somebody who is signed in.
    ///
    /// # Errors
    /// How long to wait, when the limit is reached.
    pub fn check_account(&self, account: Uuid) -> Result<(), Wait> {
        self.accounts.check(&account)
    }

    /// Counts an address of which a person learns that it has an account already, maybe in another organisation.
    ///
    /// # Errors
    /// How long to wait, when the limit is reached.
    pub fn check_taken(&self, account: Uuid) -> Result<(), Wait> {
        self.taken.check(&account)
    }

    /// Counts a request of a person or program that was let in.
    ///
    /// # Errors
    /// How long to wait, when the limit is reached.
    pub fn check_caller(&self, access: &Access) -> Result<(), Wait> {
        self.callers.check(&access.caller())
    }

    /// Counts a request by a link that shows a publication.
    ///
    /// # Errors
    /// How long to wait, when the limit is reached.
    pub fn check_link(&self, link: LinkId) -> Result<(), Wait> {
        self.callers.check(&link.uuid())
    }

    /// Counts something that is asked for by the link of a partner.
    ///
    /// # Errors
    /// How long to wait, when the limit is reached.
    pub fn check_asking(&self, link: LinkId) -> Result<(), Wait> {
        self.askings.check(&link.uuid())
    }

    /// Counts a request for what an organisation shows to everybody, whoever asks.
    ///
    /// # Errors
    /// How long to wait, when the limit is reached.
    pub fn check_open(&self, organisation: OrganisationId) -> Result<(), Wait> {
        self.callers.check(&organisation.uuid())
    }

    /// Forgets those who have not asked for so long that they may ask as often as somebody new; to be called now and
    /// then.
    pub fn forget_idle(&self) {
        self.sign_ins_from.forget_idle();
        self.sign_ins_from_customers.forget_idle();
        self.sign_ins_from_to.forget_idle();
        self.sign_ins_to.forget_idle();
        self.resets_from.forget_idle();
        self.resets_of.forget_idle();
        self.refreshes_from.forget_idle();
        self.askings.forget_idle();
        self.accounts.forget_idle();
        self.taken.forget_idle();
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

/// What counts as one customer of a provider: of IPv6 the network of 48 bits; addresses of IPv4 are had one by one.
fn customer(address: IpAddr) -> Option<IpAddr> {
    match address.to_canonical() {
        IpAddr::V4(_) => None,
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            Some(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0).into())
        }
    }
}
