//! Whom to remind of missing reports, and that they were.

use chrono::{DateTime, Days, NaiveDate, Timelike as _, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;

use super::accounts::managed::AccountStatus;
use super::completeness::{AdvisorDays, days_of_advisors};
use super::connection::AnyConnection;
use super::schema::accounts;
use super::storage_error::StorageError;
use super::{months, organisations};
use crate::domain::account::Email;
use crate::domain::calendar::{Month, Months};
use crate::domain::identifiers::{AccountId, OrganisationId};
use crate::domain::organisation::MonthStatus;
use crate::statistics::completeness::to_remind_of;

/// The hours of the day, in the organisation's zone, in which reminders are sent.
const WORKING_HOURS: std::ops::Range<u32> = 9..17;
/// For how many days back missing reports are looked for.
const LOOKED_BACK: u64 = 92;

/// Somebody to remind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// Their account.
    pub account: AccountId,
    /// Their address.
    pub to: Email,
    /// The day that it is in the zone of their organisation.
    pub today: NaiveDate,
    /// The zone of their organisation.
    pub time_zone: Tz,
    /// The days whose report is missing and can still be written, the earliest first.
    pub missing: Vec<NaiveDate>,
}

impl Reminder {
    /// Whether the reminder may be sent at `now`: on the day for which it was made, in working hours.
    pub fn is_timely(&self, now: DateTime<Utc>) -> bool {
        let local = now.with_timezone(&self.time_zone);
        local.date_naive() == self.today && WORKING_HOURS.contains(&local.hour())
    }

    /// The end of the working hours of the day for which the reminder was made; `now` where no clock shows it.
    pub fn timely_until(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let end = self.today.and_hms_opt(WORKING_HOURS.end, 0, 0);
        let end = end.and_then(|end| end.and_local_timezone(self.time_zone).earliest());
        end.map_or(now, |end| end.with_timezone(&Utc))
    }
}

/// The advisors of an organisation who are to be reminded at `now`, by name: in working hours, as [`to_remind_of`]
/// says, of days in months that are not closed. Some may have been reminded that day already, which [`note`] tells.
pub fn due(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    now: DateTime<Utc>,
) -> Result<Vec<Reminder>, StorageError> {
    let found = organisations::find(connection, organisation)?;
    let Some((found, after)) = found.and_then(|found| found.reminder_after_days.map(|after| (found, after))) else {
        return Ok(Vec::new());
    };
    let local = now.with_timezone(&found.time_zone);
    let today = local.date_naive();
    let from = today.checked_sub_days(Days::new(LOOKED_BACK)).unwrap_or(today);
    let Some(period) = Months::new(Month::of(from), Month::of(today)) else {
        return Ok(Vec::new());
    };
    if !WORKING_HOURS.contains(&local.hour()) {
        return Ok(Vec::new());
    }
    let after = usize::try_from(after).unwrap_or(usize::MAX);
    let closed: Vec<Month> = months::records(connection, organisation, period)?
        .iter()
        .filter(|record| record.status == MonthStatus::Closed)
        .map(|record| record.month)
        .collect();
    let reminder = |of: AdvisorDays| {
        let missing = to_remind_of(&of.duty, &of.reported, &closed, (from, today), after);
        let reminded = of.status == AccountStatus::Active && !missing.is_empty();
        reminded.then_some(Reminder {
            account: of.advisor.id,
            to: of.advisor.email,
            today,
            time_zone: found.time_zone,
            missing,
        })
    };
    let days = days_of_advisors(connection, &found, None, (from, today))?;
    Ok(days.into_iter().filter_map(reminder).collect())
}

/// Notes that somebody is reminded that day; `false` when they were already, by this instance or another.
pub fn note(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    reminder: &Reminder,
) -> Result<bool, StorageError> {
    let today = reminder.today;
    let row = accounts::table
        .find((organisation, reminder.account))
        .filter(accounts::reminded_on.is_null().or(accounts::reminded_on.lt(today)));
    let noted = diesel::update(row)
        .set(accounts::reminded_on.eq(today))
        .execute(connection)?;
    Ok(noted > 0)
}
