//! Whom to remind of missing reports.

use chrono::{DateTime, Days, NaiveDate, Timelike as _, Utc};
use diesel::prelude::*;

use super::completeness::{AdvisorCompleteness, of_advisors};
use super::connection::AnyConnection;
use super::organisations;
use super::people::AccountStatus;
use super::schema::accounts;
use super::storage_error::StorageError;
use crate::domain::account::Email;
use crate::domain::identifiers::{AccountId, OrganisationId};
use crate::statistics::completeness::working_days_since;

/// The hours of the day, in the organisation's zone, in which reminders are sent.
const WORKING_HOURS: std::ops::Range<u32> = 9..17;
/// How far back missing days are looked for.
const LOOKED_BACK: u64 = 92;

/// Somebody to remind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// Their address.
    pub to: Email,
    /// Their organisation.
    pub organisation: String,
    /// The days whose report is missing, the earliest first.
    pub missing: Vec<NaiveDate>,
}

/// The advisors of an organisation who are to be reminded at `now`, each noted as reminded that day, so that nobody is twice:
/// on a working day of theirs, in working hours, when as many working days as the organisation says have passed since one
/// whose report is missing.
///
/// # Errors
/// As any write.
pub fn take_due(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    now: DateTime<Utc>,
    limit: usize,
) -> Result<Vec<Reminder>, StorageError> {
    let found = organisations::find(connection, organisation)?;
    let Some((found, after)) = found.and_then(|found| found.reminder_after_days.map(|after| (found, after))) else {
        return Ok(Vec::new());
    };
    let local = now.with_timezone(&found.time_zone);
    let today = local.date_naive();
    let days = today.checked_sub_days(Days::new(LOOKED_BACK)).zip(today.pred_opt());
    let Some(days) = days.filter(|_| WORKING_HOURS.contains(&local.hour())) else {
        return Ok(Vec::new());
    };
    let after = usize::try_from(after).unwrap_or(usize::MAX);
    let is_due = |of: &AdvisorCompleteness| {
        let mut missing = of.completeness.missing.iter();
        of.status == AccountStatus::Active
            && of.duty.holds(today)
            && missing.any(|day| working_days_since(&of.duty, *day, today) >= after)
    };
    let mut reminders = Vec::new();
    for of in of_advisors(connection, organisation, None, days)? {
        if reminders.len() < limit && is_due(&of) && note_reminded(connection, organisation, of.advisor.id, today)? {
            reminders.push(Reminder {
                to: of.advisor.email,
                organisation: found.name.clone(),
                missing: of.completeness.missing,
            });
        }
    }
    Ok(reminders)
}

/// Notes that somebody is reminded on a day; `false` when they were already.
fn note_reminded(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
    today: NaiveDate,
) -> Result<bool, StorageError> {
    let row = accounts::table
        .filter(accounts::organisation_id.eq(organisation.to_string()))
        .filter(accounts::account_id.eq(account.to_string()))
        .filter(accounts::reminded_on.is_null().or(accounts::reminded_on.lt(today)));
    let noted = diesel::update(row)
        .set(accounts::reminded_on.eq(today))
        .execute(connection)?;
    Ok(noted > 0)
}
