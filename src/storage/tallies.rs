//! Tallies as rows: one a month and advisor, the counters as columns, the details as canonical JSON.

use diesel::prelude::*;
use serde::Serialize;

use super::schema::tallies;
use super::storage_error::StorageError;
use crate::domain::calendar::Month;
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::statistics::tally::{Counters, Details, Tally};

/// The key of a tally; its fields are in the order of the table's primary key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TallyKey {
    pub(super) organisation: OrganisationId,
    pub(super) month: Month,
    pub(super) advisor: AdvisorId,
}

/// A row of `tallies`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = tallies)]
pub(super) struct TallyRow {
    pub(super) organisation_id: String,
    pub(super) month: String,
    pub(super) advisor_id: String,
    workshops_held: i32,
    workshop_participants: i32,
    individual_interventions: i32,
    individual_supports: i32,
    one_off_interventions: i32,
    one_off_requests: i32,
    recurring_participants: i32,
    workshop_minutes: i32,
    individual_minutes: i32,
    one_off_minutes: i32,
    reports: i32,
    absences: i32,
    late_reports: i32,
    referrals: i32,
    first_visits_accompanied: i32,
    details: String,
}

impl TallyRow {
    pub(super) fn of(key: TallyKey, tally: &Tally) -> Result<Self, StorageError> {
        let column = |value: i64| {
            i32::try_from(value).map_err(|_| StorageError::Corrupt(format!("a counter of {} is too large", key.month)))
        };
        let counters = &tally.counters;
        Ok(Self {
            organisation_id: key.organisation.to_string(),
            month: key.month.to_string(),
            advisor_id: key.advisor.to_string(),
            workshops_held: column(counters.workshops_held)?,
            workshop_participants: column(counters.workshop_participants)?,
            individual_interventions: column(counters.individual_interventions)?,
            individual_supports: column(counters.individual_supports)?,
            one_off_interventions: column(counters.one_off_interventions)?,
            one_off_requests: column(counters.one_off_requests)?,
            recurring_participants: column(counters.recurring_participants)?,
            workshop_minutes: column(counters.workshop_minutes)?,
            individual_minutes: column(counters.individual_minutes)?,
            one_off_minutes: column(counters.one_off_minutes)?,
            reports: column(counters.reports)?,
            absences: column(counters.absences)?,
            late_reports: column(counters.late_reports)?,
            referrals: column(counters.referrals)?,
            first_visits_accompanied: column(counters.first_visits_accompanied)?,
            details: details_json(&tally.details)?,
        })
    }

    pub(super) fn tally(&self) -> Result<Tally, StorageError> {
        let details: Details = serde_json::from_str(&self.details)
            .map_err(|error| StorageError::Corrupt(format!("details of {}: {error}", self.month)))?;
        Ok(Tally {
            counters: Counters {
                workshops_held: self.workshops_held.into(),
                workshop_participants: self.workshop_participants.into(),
                individual_interventions: self.individual_interventions.into(),
                individual_supports: self.individual_supports.into(),
                one_off_interventions: self.one_off_interventions.into(),
                one_off_requests: self.one_off_requests.into(),
                recurring_participants: self.recurring_participants.into(),
                workshop_minutes: self.workshop_minutes.into(),
                individual_minutes: self.individual_minutes.into(),
                one_off_minutes: self.one_off_minutes.into(),
                reports: self.reports.into(),
                absences: self.absences.into(),
                late_reports: self.late_reports.into(),
                referrals: self.referrals.into(),
                first_visits_accompanied: self.first_visits_accompanied.into(),
            },
            details,
        })
    }

    pub(super) fn key(&self) -> Result<TallyKey, StorageError> {
        let corrupt = || StorageError::Corrupt(format!("tally {} {}", self.advisor_id, self.month));
        Ok(TallyKey {
            organisation: self.organisation_id.parse().map_err(|_| corrupt())?,
            month: self.month.parse().map_err(|_| corrupt())?,
            advisor: self.advisor_id.parse().map_err(|_| corrupt())?,
        })
    }
}

fn details_json(details: &Details) -> Result<String, StorageError> {
    serde_json::to_string(details).map_err(|error| StorageError::Corrupt(error.to_string()))
}
