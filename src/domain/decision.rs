//! What a write of a report does: one pure function, with the order of checks of CONTRACT.md. Storage locks the
//! organisation, loads what the function needs, calls it, and stores what it decides; so both databases obey the same
//! rules.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::calendar::ReportDate;
use super::closing::ClosedMonth;
use super::field::assignment::Assignment;
use super::field_error::{FieldCode, FieldErrors};
use super::identifiers::{AccountId, AdvisorId, ApiKeyId, InterventionId, OrganisationId};
use super::intervention::{Intervention, Reference};
use super::report::{AskedReport, DayState, Entry, RecordedReport, Report};

/// A write of one advisor's day, checked as far as its own values tell.
#[derive(Debug, Clone)]
pub struct ReportWrite {
    /// The tenant.
    pub organisation: OrganisationId,
    /// Whose report.
    pub advisor: AdvisorId,
    /// Of which day.
    pub date: ReportDate,
    /// Who writes.
    pub by: AccountId,
    /// The key of the program that writes; `None`: they do so themselves.
    pub through: Option<ApiKeyId>,
    /// When it came, cut to the microsecond.
    pub at: DateTime<Utc>,
    /// The civil day that it was then, in the organisation's zone.
    pub today: NaiveDate,
    /// What is asked.
    pub asked: Asked,
    /// On which conditions.
    pub preconditions: Preconditions,
}

/// What a write asks for.
#[derive(Debug, Clone)]
pub enum Asked {
    /// That the day's report be this one.
    Put {
        /// The content.
        report: AskedReport,
        /// The device's clock.
        recorded_at: Option<DateTime<Utc>>,
    },
    /// That the day have no report.
    Delete,
    /// That this intervention stand in the day's report.
    PutIntervention {
        /// Its identifier.
        id: InterventionId,
        /// What it says.
        intervention: Arc<Intervention>,
    },
    /// That this intervention not stand in the day's report.
    DeleteIntervention(InterventionId),
    /// That the interventions of the day that call a place by a name name the place.
    Assign(Assignment),
}

impl Asked {
    /// The interventions that it says, with the position of each in a report.
    pub fn said(&self) -> impl Iterator<Item = (Option<usize>, &Intervention)> {
        let (entries, one) = match self {
            Self::Put { report, .. } => (report.entries(), None),
            Self::PutIntervention { intervention, .. } => (&[][..], Some((None, &**intervention))),
            Self::Delete | Self::DeleteIntervention(_) | Self::Assign(_) => (&[][..], None),
        };
        let entries = entries.iter().enumerate();
        let entries = entries.map(|(index, entry)| (Some(index), &*entry.intervention));
        entries.chain(one)
    }

    /// What it names of the field.
    pub fn named(&self) -> impl Iterator<Item = Reference> {
        let assigned = match self {
            Self::Assign(assignment) => Some(Reference::Place(assignment.place)),
            _ => None,
        };
        let references = self.said().flat_map(|(_, said)| said.references());
        references.map(|(_, reference)| reference).chain(assigned)
    }

    /// Whether it says this intervention of the day as it becomes; the others of the day stay as they are.
    pub fn says(&self, entry: &Entry) -> bool {
        match self {
            Self::Put { .. } => true,
            Self::PutIntervention { id, .. } => *id == entry.id,
            Self::Assign(assignment) => assignment.gave(&entry.intervention),
            Self::Delete | Self::DeleteIntervention(_) => false,
        }
    }

    /// Checks what its interventions name of the field.
    fn check_references(&self, has: &dyn Fn(Reference) -> bool) -> Result<(), Refusal> {
        let mut errors = FieldErrors::new();
        for (index, intervention) in self.said() {
            let unknown = intervention.references().filter(|(_, reference)| !has(*reference));
            let mut fields: Vec<&str> = unknown.map(|(field, _)| field).collect();
            fields.dedup();
            for field in fields {
                let at = index.map(|index| format!("/interventions/{index}"));
                errors.push_field(&at.unwrap_or_default(), field, FieldCode::UnknownReference);
            }
        }
        errors.into_result(()).map_err(Refusal::UnknownReferences)
    }
}

/// The versions that a conditional request names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Versions {
    /// `*`: any report that exists.
    Any,
    /// One of these.
    OneOf(Vec<i64>),
}

/// The conditions of a request (RFC 9110, section 13).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preconditions {
    /// `If-Match`: only when the day is at one of these versions.
    pub if_match: Option<Versions>,
    /// `If-None-Match`: only when the day is at none of these versions.
    pub if_none_match: Option<Versions>,
}

impl Versions {
    /// Whether the state of a day is among these versions. A deleted day is at the version of its deletion, a day that
    /// never had a report at 0; `*` asks for a report.
    #[must_use]
    pub fn hold(&self, state: &DayState) -> bool {
        self.name(state.version, state.live.is_some())
    }

    /// Whether what is at this version is among these versions; `*` asks for what is there.
    #[must_use]
    pub fn name(&self, version: i64, is_there: bool) -> bool {
        match self {
            Self::Any => is_there,
            Self::OneOf(versions) => versions.contains(&version),
        }
    }
}

/// Which condition of a request does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unmet {
    /// `If-None-Match: *`, and something is there.
    Exists,
    /// What is stored is at another version than the request wants, or at one that it does not want.
    Version {
        /// The version that is stored; 0: there never was one.
        current: i64,
    },
}

impl Preconditions {
    /// Checks `If-None-Match`, which comes before everything else.
    ///
    /// # Errors
    /// When the condition does not hold.
    pub fn check_if_none_match(&self, current: i64, is_there: bool) -> Result<(), Unmet> {
        match &self.if_none_match {
            Some(Versions::Any) if is_there => Err(Unmet::Exists),
            Some(versions @ Versions::OneOf(_)) if is_there && versions.name(current, is_there) => {
                Err(Unmet::Version { current })
            }
            _ => Ok(()),
        }
    }

    /// Checks `If-Match`, which comes after what is stored already was found to be asked for.
    ///
    /// # Errors
    /// When the condition does not hold.
    pub fn check_if_match(&self, current: i64, is_there: bool) -> Result<(), Unmet> {
        match &self.if_match {
            Some(versions) if !versions.name(current, is_there) => Err(Unmet::Version { current }),
            _ => Ok(()),
        }
    }
}

/// What a decision needs to know beside the day itself.
pub struct Surroundings<'a> {
    /// Whether the organisation has such an advisor.
    pub advisor_known: bool,
    /// When and by whom the month in which the day falls was closed, if it is closed.
    pub closed: Option<ClosedMonth>,
    /// Whether the day falls within an activity period of the advisor.
    pub active: bool,
    /// The day of the other report in which an intervention of this advisor stands.
    pub elsewhere: &'a dyn Fn(InterventionId) -> Option<ReportDate>,
    /// Whether the organisation has what an intervention names.
    pub has: &'a dyn Fn(Reference) -> bool,
}

/// Why a write is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The organisation has no such advisor.
    UnknownAdvisor,
    /// `If-None-Match: *`, and there is a report.
    ReportExists,
    /// The conditions do not hold.
    VersionMismatch {
        /// The version that is stored; 0: there never was one.
        current: i64,
    },
    /// The month is closed.
    MonthClosed(ClosedMonth),
    /// The advisor was not active on that day.
    OutsideActivityPeriod,
    /// The day is an absence.
    DayAbsent,
    /// The report has as many interventions as it can hold.
    ReportFull,
    /// The intervention stands in another report.
    InterventionElsewhere {
        /// Its identifier.
        id: InterventionId,
        /// The day of that report.
        date: ReportDate,
    },
    /// Interventions name what the organisation does not have.
    UnknownReferences(FieldErrors),
}

impl From<Unmet> for Refusal {
    fn from(unmet: Unmet) -> Self {
        match unmet {
            Unmet::Exists => Self::ReportExists,
            Unmet::Version { current } => Self::VersionMismatch { current },
        }
    }
}

/// What a write does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Nothing: what is asked for is stored already.
    Unchanged,
    /// The day becomes this.
    Write(DayState),
    /// Nothing: the write is refused.
    Refuse(Refusal),
}

/// What a write does to a day. Checks in the order of CONTRACT.md.
#[must_use]
pub fn decide(write: &ReportWrite, stored: &DayState, around: &Surroundings<'_>) -> Decision {
    decide_or_refuse(write, stored, around).unwrap_or_else(Decision::Refuse)
}

fn decide_or_refuse(write: &ReportWrite, stored: &DayState, around: &Surroundings<'_>) -> Result<Decision, Refusal> {
    if !around.advisor_known {
        return Err(Refusal::UnknownAdvisor);
    }
    let current = stored.version;
    let is_there = stored.live.is_some();
    write.preconditions.check_if_none_match(current, is_there)?;
    let before = stored.live.as_ref().map(|live| &live.content);
    let wanted = wanted(&write.asked, before);
    if let Wanted::Content(wanted) = &wanted
        && wanted.as_ref() == before
    {
        return Ok(Decision::Unchanged);
    }
    write.preconditions.check_if_match(current, is_there)?;
    if let Some(closed) = around.closed {
        return Err(Refusal::MonthClosed(closed));
    }
    let puts = matches!(write.asked, Asked::Put { .. } | Asked::PutIntervention { .. });
    if puts && !around.active {
        return Err(Refusal::OutsideActivityPeriod);
    }
    let content = match wanted {
        Wanted::Content(content) => content,
        Wanted::OnAbsence => return Err(Refusal::DayAbsent),
        Wanted::Full => return Err(Refusal::ReportFull),
    };
    let elsewhere = content.iter().flat_map(Report::entries).find_map(|entry| {
        let date = (around.elsewhere)(entry.id)?;
        Some(Refusal::InterventionElsewhere { id: entry.id, date })
    });
    if let Some(elsewhere) = elsewhere {
        return Err(elsewhere);
    }
    write.asked.check_references(around.has)?;
    Ok(Decision::Write(next_state(write, stored, content)))
}

/// What a write wants the day to hold.
enum Wanted {
    /// This report, or none.
    Content(Option<Report>),
    /// An intervention on an absence.
    OnAbsence,
    /// One intervention too many.
    Full,
}

fn wanted(asked: &Asked, before: Option<&Report>) -> Wanted {
    match asked {
        Asked::Put { report, .. } => Wanted::Content(Some(report.settle(before))),
        Asked::Delete => Wanted::Content(None),
        Asked::PutIntervention { id, intervention } => {
            let empty = Report::EMPTY;
            let day = before.unwrap_or(&empty);
            if day.absence().is_some() {
                return Wanted::OnAbsence;
            }
            match day.with(*id, Arc::clone(intervention)) {
                Some(content) => Wanted::Content(Some(content)),
                None => Wanted::Full,
            }
        }
        Asked::Assign(assignment) => Wanted::Content(before.map(|day| day.assigned(assignment))),
        Asked::DeleteIntervention(id) => Wanted::Content(before.map(|day| day.without(*id))),
    }
}

fn next_state(write: &ReportWrite, stored: &DayState, content: Option<Report>) -> DayState {
    let version = stored.version.saturating_add(1);
    let previous = stored.live.as_ref();
    let recorded_at = match &write.asked {
        Asked::Put { recorded_at, .. } => *recorded_at,
        _ => previous.and_then(|live| live.recorded_at),
    };
    DayState {
        version,
        live: content.map(|content| RecordedReport {
            advisor: write.advisor,
            date: write.date,
            version,
            received_at: previous.map_or(write.at, |live| live.received_at),
            received_on: previous.map_or(write.today, |live| live.received_on),
            updated_at: write.at,
            recorded_at,
            recorded_by: write.by,
            content,
        }),
    }
}
