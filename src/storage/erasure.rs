//! The end of a contract: everything of an organisation goes.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::access;
use super::connection::AnyConnection;
use super::schema::{
    accounts, activity_periods, api_keys, audit_entries, interventions, invitations, months, organisations,
    publications, refresh_tokens, refused_writes, report_versions, reports, sessions, shared_links, sign_ins, tallies,
};
use super::storage_error::StorageError;
use crate::domain::identifiers::{AdvisorId, OrganisationId};

/// Ends every way into an organisation.
///
/// # Errors
/// As any write.
pub fn shut(connection: &mut AnyConnection, organisation: OrganisationId) -> Result<(), StorageError> {
    diesel::delete(sign_ins::table.filter(sign_ins::organisation_id.eq(organisation))).execute(connection)?;
    diesel::delete(invitations::table.filter(invitations::organisation_id.eq(organisation))).execute(connection)?;
    diesel::delete(shared_links::table.filter(shared_links::organisation_id.eq(organisation))).execute(connection)?;
    diesel::delete(api_keys::table.filter(api_keys::organisation_id.eq(organisation))).execute(connection)?;
    diesel::delete(refresh_tokens::table.filter(refresh_tokens::organisation_id.eq(organisation)))
        .execute(connection)?;
    diesel::delete(sessions::table.filter(sessions::organisation_id.eq(organisation))).execute(connection)?;
    access::note_change(connection)
}

/// Erases the reports of some days of an organisation, with their earlier versions. Tells of how many days.
///
/// # Errors
/// As any write.
pub fn erase_reports(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    limit: i64,
) -> Result<usize, StorageError> {
    let days: Vec<(AdvisorId, NaiveDate)> = reports::table
        .filter(reports::organisation_id.eq(organisation))
        .select((reports::advisor_id, reports::report_date))
        .limit(limit)
        .load(connection)?;
    for (advisor, date) in &days {
        let said = interventions::table
            .filter(interventions::organisation_id.eq(organisation))
            .filter(interventions::report_date.eq(date))
            .filter(interventions::advisor_id.eq(advisor));
        diesel::delete(said).execute(connection)?;
        let versions = report_versions::table
            .filter(report_versions::organisation_id.eq(organisation))
            .filter(report_versions::advisor_id.eq(advisor))
            .filter(report_versions::report_date.eq(date));
        diesel::delete(versions).execute(connection)?;
        diesel::delete(reports::table.find((organisation, advisor, date))).execute(connection)?;
    }
    Ok(days.len())
}

/// Erases what is left of an organisation once its reports are erased.
///
/// # Errors
/// As any write.
pub fn erase_rest(connection: &mut AnyConnection, organisation: OrganisationId) -> Result<(), StorageError> {
    diesel::delete(tallies::table.filter(tallies::organisation_id.eq(organisation))).execute(connection)?;
    diesel::delete(publications::table.filter(publications::organisation_id.eq(organisation))).execute(connection)?;
    diesel::delete(refused_writes::table.filter(refused_writes::organisation_id.eq(organisation)))
        .execute(connection)?;
    diesel::delete(months::table.filter(months::organisation_id.eq(organisation))).execute(connection)?;
    diesel::delete(activity_periods::table.filter(activity_periods::organisation_id.eq(organisation)))
        .execute(connection)?;
    diesel::delete(audit_entries::table.filter(audit_entries::organisation_id.eq(organisation))).execute(connection)?;
    diesel::delete(accounts::table.filter(accounts::organisation_id.eq(organisation))).execute(connection)?;
    diesel::delete(organisations::table.filter(organisations::organisation_id.eq(organisation))).execute(connection)?;
    Ok(())
}
