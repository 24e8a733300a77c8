//! For how long is kept what is not kept for ever.

use chrono::{DateTime, Duration, Utc};

/// For how many months an entry of the audit log is kept (the CNIL's recommendation on logging: 6 to 12).
pub const AUDIT_MONTHS: u32 = 12;
/// For how many months the notes of reports are kept, unless the instance is told otherwise.
pub const NOTES_MONTHS: u32 = 24;
/// After how many months without contact an account loses its name and address.
pub const CONTACT_MONTHS: u32 = 12;
/// For how many days sessions are kept that have ended, and keys, links and invitations that are good no more.
pub const ENDED_DAYS: i64 = 30;
/// For how many days a refresh token is good, counted anew at each use.
pub const REFRESH_DAYS: i64 = 90;
/// For how many days an invitation is good.
pub const INVITATION_DAYS: i64 = 7;
/// For how many days the invitation is good that whoever forgot their password gets: they wait for it.
pub const RESET_DAYS: i64 = 1;
/// For how many days a cursor of changes is good.
pub const CURSOR_DAYS: i64 = 400;
/// For how many days before it is erased somebody was told that their account will be, where mail is sent.
pub const WARNED_DAYS: i64 = 30;

/// For how many hours a message that the mail server does not take is tried again, at most.
pub const MAIL_HOURS: i64 = 24;

/// By how much the clocks of two instances may differ.
pub const SKEW: Duration = Duration::hours(1);
/// What forgets is done when the clock told about the same so long ago, and no longer ago than that.
const AGREEING: std::ops::RangeInclusive<Duration> = Duration::hours(20)..=Duration::hours(72);
/// How long after its last run what forgets is done without a word of somebody: a summer's stop, but no leap of a clock.
const LEAP: Duration = Duration::days(40);

/// When a job was done and looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Runs {
    /// When it was last done.
    pub last_run_at: Option<DateTime<Utc>>,
    /// When it was last looked at, done or not.
    pub looked_at: Option<DateTime<Utc>>,
    /// When somebody said that the clock is right, since it was last done.
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// Whether the clock is believed when it tells that something is to be forgotten, which cannot be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belief {
    /// It is: the job is done.
    Believed,
    /// Nobody knows yet: if the clock still tells about the same a day later, it is.
    Unproven,
    /// It tells an instant before the last run: one of both was wrong. As if there had been none.
    WentBack,
    /// It tells an instant long after the last run: somebody is to say that it is right.
    Leapt,
}

impl Runs {
    /// Whether a clock that tells `now` is believed.
    pub fn believe(&self, now: DateTime<Utc>) -> Belief {
        let ago = |instant: DateTime<Utc>| now - instant;
        if self.is_confirmed(now) {
            return Belief::Believed;
        }
        match self.last_run_at.map(ago) {
            Some(past) if past < -SKEW => Belief::WentBack,
            Some(past) if past > LEAP => Belief::Leapt,
            _ if self.looked_at.map(ago).is_some_and(|past| AGREEING.contains(&past)) => Belief::Believed,
            _ => Belief::Unproven,
        }
    }

    /// Whether somebody has said, not long before `now`, that the clock is right.
    pub fn is_confirmed(&self, now: DateTime<Utc>) -> bool {
        self.confirmed_at
            .is_some_and(|confirmed| (-SKEW..=Duration::days(1)).contains(&(now - confirmed)))
    }
}

/// Whether so many accounts of so many may be erased at once without a word of somebody: a quarter, and always one.
pub const fn is_small_share(erased: usize, of: usize) -> bool {
    erased <= 1 || erased.saturating_mul(4) <= of
}
