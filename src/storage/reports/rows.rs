//! Reports and interventions as rows, and the way between rows and the domain.

use diesel::prelude::*;
use serde::Deserialize;

use super::archive::{ArchivedIntervention, Extra};
use super::people::{self, People};
use crate::domain::calendar::ReportDate;
use crate::domain::decision::ReportWrite;
use crate::domain::field::tag::TagId;
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::domain::intervention::{Follows, InterventionFields};
use crate::domain::nomenclature::{
    Absence, COMMUNE_FOLLOWS, ClosedList, CodeSet, FIRST_VISIT_ACCOMPANIED, PARTNER_FOLLOWS, PRINCIPLE_FOLLOWS,
    REFERRED_BY_SOCIAL_WORKER, Setting,
};
use crate::domain::report::{DayState, Entry, RecordedReport, Report};
use crate::storage::columns::{Day, Instant, parse_id};
use crate::storage::put::put_by_columns;
use crate::storage::schema::{interventions, reports};
use crate::storage::storage_error::StorageError;

/// What stands between the tags of one intervention.
const TAGS_SEPARATOR: &str = " ";

/// The key of an advisor's day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::storage) struct DayKey {
    pub(in crate::storage) organisation: OrganisationId,
    pub(in crate::storage) advisor: AdvisorId,
    pub(in crate::storage) date: ReportDate,
}

impl DayKey {
    pub(super) fn of(write: &ReportWrite) -> Self {
        Self {
            organisation: write.organisation,
            advisor: write.advisor,
            date: write.date,
        }
    }
}

put_by_columns! {
    reports,
    /// A row of `reports`. Like the other rows here it names every column, so that the text of the statement never changes.
    #[derive(Debug, Clone, Queryable, Selectable, Deserialize)]
    pub(in crate::storage) struct ReportRow {
        key {
            pub(super) organisation_id: String,
            pub(super) advisor_id: String,
            pub(in crate::storage) report_date: Day,
        }
        pub(super) version: i64,
        pub(super) change_seq: i64,
        pub(super) received_at: Instant,
        pub(in crate::storage) received_on: Day,
        pub(in crate::storage) updated_at: Instant,
        pub(super) recorded_at: Option<Instant>,
        pub(super) recorded_by: String,
        pub(super) recorded_through: Option<String>,
        pub(in crate::storage) absence: Option<String>,
        pub(super) note: Option<String>,
        pub(in crate::storage) deleted_at: Option<Instant>,
    }
}

impl ReportRow {
    pub(in crate::storage) fn key(&self) -> Result<DayKey, StorageError> {
        Ok(DayKey {
            organisation: parse_id(&self.organisation_id)?,
            advisor: parse_id(&self.advisor_id)?,
            date: ReportDate::new(*self.report_date),
        })
    }

    /// Whether the row is of a report that is neither a tombstone nor an absence.
    pub(super) const fn may_have_interventions(&self) -> bool {
        self.deleted_at.is_none() && self.absence.is_none()
    }

    /// The row of a day after a write; `before` is the row that it had, if any.
    pub(super) fn after(write: &ReportWrite, state: &DayState, before: Option<&Self>, change_seq: i64) -> Self {
        let live = state.live.as_ref();
        let at = Instant::from(write.at);
        Self {
            organisation_id: write.organisation.to_string(),
            advisor_id: write.advisor.to_string(),
            report_date: write.date.date().into(),
            version: state.version,
            change_seq,
            received_at: live.map_or_else(
                || before.map_or(at, |before| before.received_at),
                |live| live.received_at.into(),
            ),
            received_on: live.map_or_else(
                || before.map_or_else(|| write.today.into(), |before| before.received_on),
                |live| live.received_on.into(),
            ),
            updated_at: at,
            recorded_at: live.and_then(|live| live.recorded_at).map(Instant::from),
            recorded_by: write.by.to_string(),
            recorded_through: write.through.map(|key| key.to_string()),
            absence: live
                .and_then(|live| live.content.absence())
                .map(|absence| absence.code().to_owned()),
            note: live.and_then(|live| live.content.note()).map(str::to_owned),
            deleted_at: live.is_none().then_some(at),
        }
    }

    /// The row with the number of the change that writes it.
    pub(super) fn numbered(self, change_seq: i64) -> Self {
        Self { change_seq, ..self }
    }

    /// The state of the day: `entries` are its interventions in their order.
    pub(in crate::storage) fn state(&self, entries: Vec<Entry>) -> Result<DayState, StorageError> {
        if self.deleted_at.is_some() {
            return Ok(DayState {
                version: self.version,
                live: None,
            });
        }
        let absence = self.absence.as_deref().map(|code| {
            let unknown =
                || StorageError::Corrupt(format!("absence {code} of {} {}", self.advisor_id, *self.report_date));
            Absence::from_code(code).ok_or_else(unknown)
        });
        let content = Report::stored(absence.transpose()?, self.note.clone(), entries);
        Ok(DayState {
            version: self.version,
            live: Some(RecordedReport {
                advisor: parse_id(&self.advisor_id)?,
                date: ReportDate::new(*self.report_date),
                version: self.version,
                received_at: self.received_at.into(),
                received_on: *self.received_on,
                updated_at: self.updated_at.into(),
                recorded_at: self.recorded_at.map(Into::into),
                recorded_by: parse_id(&self.recorded_by)?,
                content,
            }),
        })
    }
}

put_by_columns! {
    interventions,
    /// A row of `interventions`.
    #[derive(Debug, Clone, Queryable, Selectable, Deserialize)]
    pub(in crate::storage) struct InterventionRow {
        pub(super) organisation_id: String,
        pub(super) advisor_id: String,
        pub(super) report_date: Day,
        position: i32,
        intervention_id: String,
        kind: String,
        participants: i32,
        recurring_participants: i32,
        duration_minutes: i32,
        setting: String,
        principle: Option<String>,
        commune_code: Option<String>,
        place_name: Option<String>,
        themes: i64,
        people: String,
        referrals: i64,
        note: Option<String>,
        means: i64,
        place_id: Option<String>,
        partner_id: Option<String>,
        procedure: Option<String>,
        extra: Option<String>,
        planned_session_id: Option<String>,
        workshop_id: Option<String>,
        referral_id: Option<String>,
        tags: Option<String>,
    }
}

impl InterventionRow {
    /// Its place in the report.
    pub(super) const fn position(&self) -> i32 {
        self.position
    }

    /// Whether it says what is forgotten after some time: a note, a procedure, or a place where somebody lives.
    pub(super) fn has_note(&self) -> bool {
        self.note.is_some()
            || self.procedure.is_some()
            || (self.place_name.is_some() && self.setting == Setting::Home.code())
    }

    fn of(key: DayKey, position: usize, entry: &Entry) -> Result<Self, StorageError> {
        let intervention = &*entry.intervention;
        // Names each field, so that a new one does not compile until it is stored.
        let InterventionFields {
            kind,
            participants,
            recurring_participants,
            duration_minutes,
            setting,
            place_name,
            themes,
            age_groups,
            genders,
            situations,
            follow_ups,
            redirected_to,
            referred_by_social_worker,
            first_visit_accompanied,
            equipment,
            autonomy,
            level,
            title,
            procedure,
            residences,
            place_id,
            planned_session_id,
            workshop_id,
            referral_id,
            tags,
            note,
            // Stored as figures count them, whether said or followed.
            principle: _,
            commune_code: _,
            partner_id: _,
        } = &**intervention;
        let bit = |holds: bool, bit: i64| if holds { bit } else { 0 };
        let referrals = redirected_to.mask()
            | bit(*referred_by_social_worker, REFERRED_BY_SOCIAL_WORKER)
            | bit(*first_visit_accompanied, FIRST_VISIT_ACCOMPANIED);
        let means = equipment.mask()
            | CodeSet::of(*autonomy).mask()
            | CodeSet::of(*level).mask()
            | followed(intervention.follows());
        Ok(Self {
            organisation_id: key.organisation.to_string(),
            advisor_id: key.advisor.to_string(),
            report_date: key.date.date().into(),
            position: small(position),
            intervention_id: entry.id.to_string(),
            kind: kind.code().to_owned(),
            participants: small(*participants),
            recurring_participants: small(*recurring_participants),
            duration_minutes: small(*duration_minutes),
            setting: setting.code().to_owned(),
            principle: intervention
                .principle_served()
                .map(|principle| principle.code().to_owned()),
            commune_code: intervention.commune().map(|code| code.as_str().to_owned()),
            place_name: place_name.clone(),
            themes: themes.mask(),
            people: people::text_of((age_groups, genders, situations, follow_ups))?,
            referrals,
            note: note.clone(),
            means,
            place_id: place_id.map(|id| id.to_string()),
            partner_id: intervention.partner().map(|id| id.to_string()),
            procedure: procedure.clone(),
            extra: Extra::new(title.clone(), residences.clone()).text()?,
            planned_session_id: planned_session_id.map(|id| id.to_string()),
            workshop_id: workshop_id.map(|id| id.to_string()),
            referral_id: referral_id.map(|id| id.to_string()),
            tags: tags_column(tags),
        })
    }

    /// The rows of a day's report.
    pub(super) fn of_day(key: DayKey, state: &DayState) -> Result<Vec<Self>, StorageError> {
        let entries = state.live.iter().flat_map(|live| live.content.entries());
        entries
            .enumerate()
            .map(|(position, entry)| Self::of(key, position, entry))
            .collect()
    }

    pub(super) fn key(&self) -> Result<DayKey, StorageError> {
        Ok(DayKey {
            organisation: parse_id(&self.organisation_id)?,
            advisor: parse_id(&self.advisor_id)?,
            date: ReportDate::new(*self.report_date),
        })
    }

    /// What it says, as an archive keeps it.
    pub(super) fn archived(self) -> Result<ArchivedIntervention, StorageError> {
        let (commune_code, followed_commune) = told(self.commune_code, self.means & COMMUNE_FOLLOWS != 0);
        let (partner_id, followed_partner) = told(self.partner_id, self.means & PARTNER_FOLLOWS != 0);
        let (principle, followed_principle) = told(self.principle, self.means & PRINCIPLE_FOLLOWS != 0);
        Ok(ArchivedIntervention {
            id: self.intervention_id,
            kind: self.kind,
            participants: self.participants.into(),
            recurring_participants: self.recurring_participants.into(),
            duration_minutes: self.duration_minutes.into(),
            setting: self.setting,
            principle,
            commune_code,
            place_name: self.place_name,
            themes: self.themes,
            people: People::parse(&self.people)?,
            referrals: self.referrals,
            note: self.note,
            means: self.means & !(COMMUNE_FOLLOWS | PARTNER_FOLLOWS | PRINCIPLE_FOLLOWS),
            place_id: self.place_id,
            partner_id,
            procedure: self.procedure,
            planned_session_id: self.planned_session_id,
            workshop_id: self.workshop_id,
            referral_id: self.referral_id,
            tags: tag_ids(self.tags.as_deref()),
            extra: Extra::parse(self.extra.as_deref())?,
            followed_commune,
            followed_partner,
            followed_principle,
        })
    }

    /// The intervention, read through its archived form, so that stored codes are read in one way only.
    pub(super) fn entry(self) -> Result<Entry, StorageError> {
        self.archived()?.entry()
    }
}

/// What follows from the field without having been sent, in one mask.
fn followed(follows: &Follows) -> i64 {
    let Follows {
        commune,
        partner,
        principle,
    } = follows;
    let bit = |follows: bool, bit: i64| if follows { bit } else { 0 };
    bit(commune.is_some(), COMMUNE_FOLLOWS)
        | bit(partner.is_some(), PARTNER_FOLLOWS)
        | bit(principle.is_some(), PRINCIPLE_FOLLOWS)
}

/// The tags of an intervention in one text, in which each is found by its identifier; none where it has none.
fn tags_column(tags: &[TagId]) -> Option<String> {
    let ids: Vec<String> = tags.iter().map(ToString::to_string).collect();
    (!ids.is_empty()).then(|| ids.join(TAGS_SEPARATOR))
}

/// The identifiers of the tags that a column names.
pub(in crate::storage) fn tag_ids(column: Option<&str>) -> Vec<String> {
    let ids = column.into_iter().flat_map(|text| text.split(TAGS_SEPARATOR));
    ids.map(str::to_owned).collect()
}

/// What was said and what follows, of a column that figures read as one.
const fn told(column: Option<String>, follows: bool) -> (Option<String>, Option<String>) {
    if follows { (None, column) } else { (column, None) }
}

/// A number that the domain bounds far below 2³¹.
fn small(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}
