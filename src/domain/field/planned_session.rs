//! Planned sessions: what is to be done on a day, and what became of it.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::place::PlaceId;
use super::plan::{Plan, PlanDraft, PlanKind, SEATS_MAX};
use super::reading::{number, optional_code, reference};
use super::referral::ReferralId;
use super::request::RequestId;
use super::schedule::ScheduleId;
use super::thing::{Kept, Thing};
use crate::domain::calendar::{FIRST_YEAR, ReportDate};
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::{AdvisorId, Id};
use crate::domain::nomenclature::{ClosedList, Entry, Principle, coded_option};
use crate::domain::text::normal_text;

/// How far ahead something is planned, in days: five years.
pub const DAYS_AHEAD: u64 = 1827;
/// The longest reason for which a session is cancelled, in characters.
pub const REASON_MAX: usize = 500;
/// What stands in the place of a reason that is not to be read.
const HIDDEN: &str = "—";
/// The most days of which sessions are listed at once.
pub const LISTED_DAYS_MAX: i64 = 400;

/// Marks identifiers of planned sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlannedSessionIdKind {}
/// A planned session.
pub type PlannedSessionId = Id<PlannedSessionIdKind>;

impl PlannedSessionId {
    /// Whether it may be that of a session of a schedule; identifiers of clients' making are of other versions.
    pub fn is_of_schedule(self) -> bool {
        self.uuid().get_version_num() == 5
    }
}

/// What became of a session, as somebody says who was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Outcome {
    /// It was held, though perhaps nobody came.
    Held,
    /// It was not held.
    NotHeld,
}

impl ClosedList for Outcome {
    const NAME: &'static str = "outcome";
    const TYPE: &'static str = "Outcome";
    const DESCRIPTION: &'static str = "What became of a session; one to which nobody came was held";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::Held => ("held", "Tenue", "Held"),
            Self::NotHeld => ("not_held", "Non tenue", "Not held"),
        };
        Entry::of_ours(code, french, english)
    }
}

/// Whether the host did what it had committed itself to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum CommitmentsMet {
    /// All of it.
    Yes,
    /// Some of it.
    Partly,
    /// None of it.
    No,
}

impl ClosedList for CommitmentsMet {
    const NAME: &'static str = "commitments_met";
    const TYPE: &'static str = "CommitmentsMet";
    const DESCRIPTION: &'static str = "Whether the host did what it had committed itself to";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::Yes => ("yes", "Oui", "Yes"),
            Self::Partly => ("partly", "En partie", "Partly"),
            Self::No => ("no", "Non", "No"),
        };
        Entry::of_ours(code, french, english)
    }
}

/// Something planned for a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedSession {
    /// What is planned.
    #[serde(flatten)]
    pub plan: Plan,
    /// On which day.
    pub day: NaiveDate,
    /// The request that it answers.
    #[serde(default)]
    pub request_id: Option<RequestId>,
    /// Whose first visit it is.
    #[serde(default)]
    pub referral_id: Option<ReferralId>,
    /// The schedule by which it was planned, and for which day.
    #[serde(default)]
    pub scheduled: Option<(ScheduleId, NaiveDate)>,
    /// How many people have registered.
    #[serde(default)]
    pub registered: Option<i64>,
    /// Why it is cancelled, if it is.
    #[serde(default)]
    pub cancelled: Option<String>,
    /// What became of it.
    #[serde(default, with = "coded_option")]
    pub outcome: Option<Outcome>,
    /// Whether the host did what it had committed itself to.
    #[serde(default, with = "coded_option")]
    pub commitments_met: Option<CommitmentsMet>,
}

impl Thing for PlannedSession {
    type Kind = PlannedSessionIdKind;
    const MOST: i64 = 200_000;
}

impl PlannedSession {
    /// Whether an advisor is among those who do it.
    pub fn is_by(&self, advisor: AdvisorId) -> bool {
        self.plan.advisors.contains(&advisor)
    }

    /// Whether it tells of somebody for whom help is asked: then only those who do it, and coordinators, read where and why.
    pub const fn is_confidential(&self) -> bool {
        self.referral_id.is_some() || matches!(self.plan.kind, PlanKind::FirstVisit)
    }

    /// Whether it has words that are forgotten in time.
    pub fn has_words(&self) -> bool {
        let reason = self.cancelled.as_deref().is_some_and(|reason| reason != HIDDEN);
        self.plan.note.is_some() || (self.is_confidential() && (self.plan.place_name.is_some() || reason))
    }

    /// What is left of it in time: where somebody lives and what was noted is forgotten.
    #[must_use]
    pub fn without_words(mut self) -> Self {
        self.plan.note = None;
        if self.is_confidential() {
            self.plan.place_name = None;
            self.cancelled = self.cancelled.map(|_| HIDDEN.to_owned());
        }
        self
    }

    /// What others than those who do it read of it: that there is something, from when to when, by whom.
    #[must_use]
    pub fn veiled(mut self) -> Self {
        if self.is_confidential() {
            self.plan.place_id = None;
            self.plan.place_name = None;
            self.plan.note = None;
            self.request_id = None;
            self.referral_id = None;
            self.cancelled = self.cancelled.map(|_| HIDDEN.to_owned());
        }
        self
    }

    /// The principle of the plan of action that it serves: what was agreed with a partner supports what exists, a sheet of the
    /// catalogue complements it, and stops, stands and referrals reach out.
    pub const fn principle(&self) -> Option<Principle> {
        if self.plan.agreement_id.is_some() {
            Some(Principle::SupportExisting)
        } else if self.plan.workshop_id.is_some() {
            Some(Principle::ComplementOffer)
        } else if self.referral_id.is_some()
            || matches!(self.plan.kind, PlanKind::Stop | PlanKind::Stand | PlanKind::FirstVisit)
        {
            Some(Principle::ReachOut)
        } else {
            None
        }
    }

    /// When it begins, by the clocks of the organisation.
    pub const fn begins(&self) -> NaiveDateTime {
        self.day.and_time(self.plan.from)
    }

    /// What of `other`, which is planned too, keeps somebody or something from being here: the same advisor or vehicle, at
    /// another place, at the same time.
    fn busy_with(&self, other: &Self) -> Option<Busy> {
        let (ours, theirs) = (&self.plan, &other.plan);
        let together = self.day == other.day && ours.from < theirs.to && theirs.from < ours.to;
        let same_place = ours.place_id.is_some() && ours.place_id == theirs.place_id;
        if !together || same_place || self.cancelled.is_some() || other.cancelled.is_some() {
            return None;
        }
        let advisor = ours.advisors.iter().find(|advisor| other.is_by(**advisor));
        let vehicle = ours.vehicle_id.filter(|_| ours.vehicle_id == theirs.vehicle_id);
        advisor.copied().map(Busy::Advisor).or(vehicle.map(Busy::Vehicle))
    }
}

/// Who or what would be at two places at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Busy {
    /// An advisor.
    Advisor(AdvisorId),
    /// A place that is mobile.
    Vehicle(PlaceId),
}

/// Another session that keeps somebody from one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The other session.
    pub session: PlannedSessionId,
    /// Its day.
    pub day: NaiveDate,
    /// When it begins.
    pub from: NaiveTime,
    /// When it ends.
    pub to: NaiveTime,
    /// Who or what is there.
    pub busy: Busy,
}

/// A session as it is planned, written as such or following from a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Its identifier.
    pub id: PlannedSessionId,
    /// What it says.
    pub session: PlannedSession,
    /// What is known of the last write; `None` for one that follows from a schedule.
    pub written: Option<Writing>,
    /// What interventions that name it report, where that was asked for.
    pub reported: Reported,
}

/// What interventions report of a session that they name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reported {
    /// How many name it.
    pub interventions: i64,
    /// Their participants.
    pub participants: i64,
    /// Their minutes.
    pub minutes: i64,
}

/// When and by whom the last version of something was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Writing {
    /// Which version that is.
    pub version: i64,
    /// When.
    pub at: chrono::DateTime<chrono::Utc>,
    /// By whom.
    pub by: crate::domain::identifiers::AccountId,
}

impl From<Kept<PlannedSession>> for Planned {
    fn from(kept: Kept<PlannedSession>) -> Self {
        Self {
            id: kept.id,
            session: kept.content,
            written: Some(Writing {
                version: kept.version,
                at: kept.updated_at,
                by: kept.updated_by,
            }),
            reported: Reported::default(),
        }
    }
}

impl Planned {
    /// Whether it was held: an intervention names it, or somebody says so.
    pub fn is_held(&self) -> bool {
        self.reported.interventions > 0 || self.session.outcome == Some(Outcome::Held)
    }

    /// Whether nothing tells what became of it, and it is not cancelled.
    pub const fn is_unsaid(&self) -> bool {
        self.reported.interventions == 0 && self.session.outcome.is_none() && self.session.cancelled.is_none()
    }

    /// By what sessions are listed: day, beginning, identifier.
    pub fn order(&self) -> (NaiveDate, NaiveTime, PlannedSessionId) {
        (self.session.day, self.session.plan.from, self.id)
    }
}

/// The sessions among `others` that keep somebody from a session, which may stand among them.
pub fn clashes<'a>(
    id: PlannedSessionId,
    session: &PlannedSession,
    others: impl IntoIterator<Item = &'a Planned>,
) -> Vec<Clash> {
    let others = others.into_iter().filter(|other| other.id != id);
    others
        .filter_map(|other| {
            let busy = session.busy_with(&other.session)?;
            let plan = &other.session.plan;
            let (day, from, to) = (other.session.day, plan.from, plan.to);
            let session = other.id;
            Some(Clash {
                session,
                day,
                from,
                to,
                busy,
            })
        })
        .collect()
}

/// A session as a client sends it: its shape is right, its values are not checked.
#[derive(Debug, Clone, Default)]
pub struct PlannedSessionDraft {
    /// See [`PlannedSession::plan`].
    pub plan: PlanDraft,
    /// A day.
    pub day: String,
    /// See [`PlannedSession::request_id`].
    pub request_id: Option<String>,
    /// See [`PlannedSession::referral_id`].
    pub referral_id: Option<String>,
    /// See [`PlannedSession::registered`].
    pub registered: Option<i64>,
    /// See [`PlannedSession::cancelled`].
    pub cancelled: Option<String>,
    /// A code of [`Outcome`].
    pub outcome: Option<String>,
    /// A code of [`CommitmentsMet`].
    pub commitments_met: Option<String>,
}

impl PlannedSessionDraft {
    /// The session, when it keeps every rule; `today` is the day that it is for the organisation. By which schedule it was
    /// planned its identifier tells.
    ///
    /// # Errors
    /// Every fault, at its pointer.
    pub fn validate(self, today: NaiveDate) -> Result<PlannedSession, FieldErrors> {
        let mut errors = FieldErrors::new();
        let day = day(&self.day, "/day", today, &mut errors);
        let cancelled = self.cancelled.as_deref();
        let cancelled = cancelled.and_then(|text| normal_text(text, REASON_MAX, "", "cancelled", &mut errors));
        let outcome = optional_code(self.outcome.as_deref(), &mut errors);
        let commitments_met = optional_code(self.commitments_met.as_deref(), &mut errors);
        if outcome.is_some() && day > today {
            errors.push("/outcome", FieldCode::InTheFuture);
        }
        if cancelled.is_some() && outcome == Some(Outcome::Held) {
            errors.push("/outcome", FieldCode::NotAllowedHere);
        }
        let plan = self.plan.read(&mut errors);
        if commitments_met.is_some() && plan.agreement_id.is_none() && self.request_id.is_none() {
            errors.push("/commitments_met", FieldCode::NotAllowedHere);
        }
        let session = PlannedSession {
            plan,
            day,
            request_id: reference(self.request_id.as_deref(), "request_id", &mut errors),
            referral_id: reference(self.referral_id.as_deref(), "referral_id", &mut errors),
            scheduled: None,
            registered: number(self.registered, (0, SEATS_MAX), "registered", &mut errors),
            cancelled,
            outcome,
            commitments_met,
        };
        if session.is_confidential() && session.plan.public {
            errors.push("/public", FieldCode::NotAllowedHere);
        }
        errors.into_result(session)
    }
}

/// The day that a text is: from 2020 on, at most five years ahead. Notes its fault.
pub(super) fn day(text: &str, pointer: &str, today: NaiveDate, errors: &mut FieldErrors) -> NaiveDate {
    use chrono::Datelike as _;
    let Some(day) = errors.read(pointer, text.parse().map(ReportDate::date)) else {
        return today;
    };
    let last = today.checked_add_days(Days::new(DAYS_AHEAD));
    if day.year() < FIRST_YEAR {
        errors.push(pointer, FieldCode::TooEarly);
    } else if last.is_none_or(|last| day > last) {
        errors.push(pointer, FieldCode::InTheFuture);
    }
    day
}
