//! The report of a day: its content, as asked for and as stored, and its normal form.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};

use super::calendar::{Month, ReportDate, to_microsecond};
use super::field::assignment::Assignment;
use super::field_error::{FieldCode, FieldErrors};
use super::identifiers::{AccountId, AdvisorId, InterventionId};
use super::intervention::{Follows, Intervention, InterventionDraft, code_of};
use super::nomenclature::Absence;
use super::text::{NOTE_MAX, normal_text};

/// The most interventions of one report.
pub const INTERVENTIONS_MAX: usize = 100;

/// An intervention with its identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<Id = InterventionId> {
    /// Its identifier.
    pub id: Id,
    /// What it says. What a report is asked to be, what it becomes and what is answered share it.
    pub intervention: Arc<Intervention>,
}

/// The identifier of an intervention in a report asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedId {
    /// The client named it.
    Client(InterventionId),
    /// The client left it out: the one stored at this position, or else this new one.
    Server(InterventionId),
}

/// The content of a report: at most [`INTERVENTIONS_MAX`] interventions in the order of the day, none with an absence.
///
/// Equality is that of the normal form: texts normal, empty groups dropped, codes as sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report<Id = InterventionId> {
    absence: Option<Absence>,
    note: Option<String>,
    entries: Vec<Entry<Id>>,
}

/// The content of a report as a client asks for it.
pub type AskedReport = Report<AskedId>;

impl<Id> Report<Id> {
    /// Why the advisor did not work, if so.
    pub const fn absence(&self) -> Option<Absence> {
        self.absence
    }

    /// The note of the day.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// The interventions, in the order of the day.
    pub fn entries(&self) -> &[Entry<Id>] {
        &self.entries
    }
}

impl Report {
    /// A day worked without residents.
    pub const EMPTY: Self = Self {
        absence: None,
        note: None,
        entries: Vec::new(),
    };

    /// A report that was stored: it obeyed the rules of the day on which it was written; today's may be stricter.
    pub const fn stored(absence: Option<Absence>, note: Option<String>, entries: Vec<Entry>) -> Self {
        Self { absence, note, entries }
    }

    /// The report with an intervention replaced in place, or appended when it is new; `None` when the report is full.
    #[must_use]
    pub fn with(&self, id: InterventionId, intervention: Arc<Intervention>) -> Option<Self> {
        let mut next = self.clone();
        match next.entries.iter_mut().find(|entry| entry.id == id) {
            Some(entry) => entry.intervention = intervention,
            None if self.entries.len() < INTERVENTIONS_MAX => next.entries.push(Entry { id, intervention }),
            None => return None,
        }
        Some(next)
    }

    /// The report without an intervention.
    #[must_use]
    pub fn without(&self, id: InterventionId) -> Self {
        let mut next = self.clone();
        next.entries.retain(|entry| entry.id != id);
        next
    }

    /// The report in which the interventions that an assignment suits name its place.
    #[must_use]
    pub fn assigned(&self, assignment: &Assignment) -> Self {
        let mut next = self.clone();
        for entry in &mut next.entries {
            if assignment.suits(&entry.intervention) {
                Arc::make_mut(&mut entry.intervention).name_place(assignment.place);
            }
        }
        next
    }

    /// Notes beside interventions what follows from the field. Where `follows` says nothing, it stays as it is.
    pub fn follow(&mut self, follows: impl Fn(&Entry) -> Option<Follows>) {
        for entry in &mut self.entries {
            let Some(follows) = follows(entry) else {
                continue;
            };
            let follows = follows.beside(&entry.intervention);
            if follows != *entry.intervention.follows() {
                Arc::make_mut(&mut entry.intervention).follow(follows);
            }
        }
    }

    /// Whether an intervention stands in it.
    pub fn names(&self, id: InterventionId) -> bool {
        self.entries.iter().any(|entry| entry.id == id)
    }
}

impl AskedReport {
    /// The report with an identifier for each intervention. An intervention without one takes the identifier that is
    /// stored at its position, unless the client names that identifier elsewhere in the report; else it keeps its new
    /// one. So a retry without identifiers asks for the same report.
    #[must_use]
    pub fn settle(&self, stored: Option<&Report>) -> Report {
        let named: HashSet<InterventionId> = self
            .entries
            .iter()
            .filter_map(|entry| match entry.id {
                AskedId::Client(id) => Some(id),
                AskedId::Server(_) => None,
            })
            .collect();
        let stored = stored.map_or(&[][..], Report::entries);
        let entries = self.entries.iter().enumerate().map(|(position, entry)| Entry {
            id: match entry.id {
                AskedId::Client(id) => id,
                AskedId::Server(new) => stored
                    .get(position)
                    .map(|entry| entry.id)
                    .filter(|id| !named.contains(id))
                    .unwrap_or(new),
            },
            intervention: Arc::clone(&entry.intervention),
        });
        Report {
            absence: self.absence,
            note: self.note.clone(),
            entries: entries.collect(),
        }
    }
}

/// A report as it is stored, with what the server noted beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedReport {
    /// Whose report.
    pub advisor: AdvisorId,
    /// Of which day.
    pub date: ReportDate,
    /// Counts the writes of this day, deletions included; begins at 1 and never restarts.
    pub version: i64,
    /// When the report first came; if the day was deleted before, when it came again.
    pub received_at: DateTime<Utc>,
    /// The civil day that it was then, in the organisation's zone.
    pub received_on: NaiveDate,
    /// When this version came.
    pub updated_at: DateTime<Utc>,
    /// The device's clock, when it told.
    pub recorded_at: Option<DateTime<Utc>>,
    /// Who wrote this version.
    pub recorded_by: AccountId,
    /// What it says.
    pub content: Report,
}

impl RecordedReport {
    /// Whether its month was over when it came.
    pub fn came_after_its_month(&self) -> bool {
        Month::of(self.received_on) > self.date.month()
    }
}

/// What is stored of an advisor's day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DayState {
    /// The last version, a deletion's included; 0: there never was one.
    pub version: i64,
    /// The report, unless there is none or it was deleted.
    pub live: Option<RecordedReport>,
}

/// A report as a client sends it: its shape is right, its values are not checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportDraft {
    /// The interventions.
    pub interventions: Vec<InterventionDraft>,
    /// A code of [`Absence`].
    pub absence: Option<String>,
    /// Free text.
    pub note: Option<String>,
    /// The device's clock: an RFC 3339 instant.
    pub recorded_at: Option<String>,
}

/// A sound report and the device's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// The content.
    pub report: AskedReport,
    /// The device's clock, cut to the microsecond.
    pub recorded_at: Option<DateTime<Utc>>,
}

impl ReportDraft {
    /// Checks every value, and the day against today in the organisation's zone: the day of an absence may lie ahead.
    ///
    /// # Errors
    /// Every fault, the day's (`date`) included.
    pub fn validate_on(
        self,
        date: ReportDate,
        today: NaiveDate,
        new_id: impl FnMut() -> InterventionId,
    ) -> Result<Submission, FieldErrors> {
        let absence = self.absence.as_deref().is_some_and(|code| !code.trim().is_empty());
        match (date.fault(today, absence), self.validate(new_id)) {
            (None, outcome) => outcome,
            (Some(code), outcome) => {
                let mut errors = outcome.err().unwrap_or_default();
                errors.push_parameter("date", code);
                Err(errors)
            }
        }
    }

    /// Checks every value. `new_id` gives identifiers to interventions that have none.
    ///
    /// # Errors
    /// Every fault, with pointers into the body.
    pub fn validate(self, mut new_id: impl FnMut() -> InterventionId) -> Result<Submission, FieldErrors> {
        let mut errors = FieldErrors::new();
        let absent = self.absence.as_deref().map(str::trim).filter(|code| !code.is_empty());
        let absence = absent.and_then(|code| code_of(code, "", "absence", &mut errors));
        let note = self
            .note
            .and_then(|text| normal_text(&text, NOTE_MAX, "", "note", &mut errors));
        let recorded_at = self
            .recorded_at
            .and_then(|text| instant_of(&text, "", "recorded_at", &mut errors));
        if absent.is_some() && !self.interventions.is_empty() {
            errors.push_field("", "interventions", FieldCode::NotAllowedHere);
        }
        let mut entries = Vec::new();
        if self.interventions.len() > INTERVENTIONS_MAX {
            let max = INTERVENTIONS_MAX;
            errors.push_field("", "interventions", FieldCode::TooMany { max });
        } else {
            let mut named = HashSet::new();
            for (index, draft) in self.interventions.into_iter().enumerate() {
                let at = format!("/interventions/{index}");
                // Read here, since `validate` gives no identifier when it finds a fault of another field.
                let id: Option<InterventionId> = draft.id.as_deref().and_then(|id| id.parse().ok());
                if id.is_some_and(|id| !named.insert(id)) {
                    errors.push_field(&at, "id", FieldCode::Duplicate);
                }
                let Some((_, intervention)) = draft.validate(&at, &mut errors) else {
                    continue;
                };
                let id = id.map_or_else(|| AskedId::Server(new_id()), AskedId::Client);
                entries.push(Entry {
                    id,
                    intervention: Arc::new(intervention),
                });
            }
        }
        let report = Report { absence, note, entries };
        errors.into_result(Submission { report, recorded_at })
    }
}

/// The instant of an RFC 3339 text in the years 1 to 9999, or a fault of the field.
fn instant_of(text: &str, at: &str, field: &str, errors: &mut FieldErrors) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let instant = DateTime::parse_from_rfc3339(text)
        .map(|instant| to_microsecond(instant.to_utc()))
        .ok()
        .filter(|instant| (1..=9999).contains(&instant.year()));
    if instant.is_none() {
        errors.push_field(at, field, FieldCode::InvalidInstant);
    }
    instant
}
