//! What the reports of some advisors add up to, beside their interventions: no tally counts one advisor's.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::domain::calendar::{Month, Months};
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::domain::nomenclature::{Absence, ClosedList as _};
use crate::statistics::tally::Tally;
use crate::storage::connection::AnyConnection;
use crate::storage::schema::reports;
use crate::storage::snapshot::days_to_look_up;
use crate::storage::storage_error::StorageError;

/// The tally of the reports of some advisors in each month of a period that has any, without what their interventions add.
pub(in crate::storage) fn sums(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    advisors: &[AdvisorId],
    period: Months,
) -> Result<BTreeMap<Month, Tally>, StorageError> {
    let mut sums: BTreeMap<Month, Tally> = BTreeMap::new();
    for month in period.iter() {
        let mut select = reports::table
            .filter(reports::organisation_id.eq(organisation))
            .filter(reports::advisor_id.eq_any(advisors.iter().map(ToString::to_string)))
            .filter(reports::deleted_at.is_null())
            .select((reports::received_on, reports::absence))
            .into_boxed();
        select = match days_to_look_up(advisors, month) {
            Some(days) => select.filter(reports::report_date.eq_any(days)),
            None => select.filter(reports::report_date.between(month.first_day(), month.last_day())),
        };
        let found: Vec<(NaiveDate, Option<String>)> = select.load(connection)?;
        for (received_on, absence) in found {
            let unknown = |code: String| StorageError::Corrupt(format!("absence {code} of {month}"));
            let absence = absence.map(|code| Absence::from_code(&code).ok_or_else(|| unknown(code)));
            let came_late = Month::of(received_on) > month;
            let sum = sums.entry(month).or_default();
            sum.count_day(absence.transpose()?, came_late, 1);
        }
    }
    Ok(sums)
}
