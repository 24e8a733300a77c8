//! Reports as they stood before they were replaced or deleted, as rows.

use diesel::prelude::*;

use super::archive;
use super::rows::{InterventionRow, ReportRow};
use crate::domain::report::Entry;
use crate::storage::columns::{Day, Instant};
use crate::storage::put::put_by_columns;
use crate::storage::schema::report_versions;
use crate::storage::storage_error::StorageError;

put_by_columns! {
    report_versions,
    /// A row of `report_versions`: a report as it stood before it was replaced or deleted.
    #[derive(Debug, Clone, Queryable)]
    pub(super) struct VersionRow {
        organisation_id: String,
        advisor_id: String,
        report_date: Day,
        version: i64,
        change_seq: i64,
        received_at: Instant,
        received_on: Day,
        updated_at: Instant,
        recorded_at: Option<Instant>,
        recorded_by: String,
        recorded_through: Option<String>,
        absence: Option<String>,
        note: Option<String>,
        deleted_at: Option<Instant>,
        interventions: String,
        has_notes: bool,
    }
}

impl VersionRow {
    pub(super) fn of(row: ReportRow, interventions: Vec<InterventionRow>) -> Result<Self, StorageError> {
        let has_notes = row.note.is_some() || interventions.iter().any(InterventionRow::has_note);
        Ok(Self {
            organisation_id: row.organisation_id,
            advisor_id: row.advisor_id,
            report_date: row.report_date,
            version: row.version,
            change_seq: row.change_seq,
            received_at: row.received_at,
            received_on: row.received_on,
            updated_at: row.updated_at,
            recorded_at: row.recorded_at,
            recorded_by: row.recorded_by,
            recorded_through: row.recorded_through,
            absence: row.absence,
            note: row.note,
            deleted_at: row.deleted_at,
            interventions: archive::text_of(interventions)?,
            has_notes,
        })
    }

    /// The row of `reports` as it stood, and its interventions.
    pub(super) fn split(self) -> Result<(ReportRow, Vec<Entry>), StorageError> {
        let entries = archive::entries_of(&self.interventions)?;
        let row = ReportRow {
            organisation_id: self.organisation_id,
            advisor_id: self.advisor_id,
            report_date: self.report_date,
            version: self.version,
            change_seq: self.change_seq,
            received_at: self.received_at,
            received_on: self.received_on,
            updated_at: self.updated_at,
            recorded_at: self.recorded_at,
            recorded_by: self.recorded_by,
            recorded_through: self.recorded_through,
            absence: self.absence,
            note: self.note,
            deleted_at: self.deleted_at,
        };
        Ok((row, entries))
    }
}
