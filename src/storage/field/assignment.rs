//! The days whose interventions call a place by a name.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::domain::calendar::{Month, ReportDate};
use crate::domain::field::assignment::Assignment;
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::domain::text::sort_key;
use crate::storage::connection::AnyConnection;
use crate::storage::months;
use crate::storage::reports;
use crate::storage::schema::interventions;
use crate::storage::storage_error::StorageError;

/// What an assignment would give a place to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suited {
    /// The days in open months, with how many interventions.
    pub open: BTreeMap<(AdvisorId, ReportDate), usize>,
    /// How many interventions are in closed months.
    pub closed: usize,
}

/// The interventions that suit an assignment.
pub fn suited(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    assignment: &Assignment,
) -> Result<Suited, StorageError> {
    let named: Vec<(AdvisorId, chrono::NaiveDate, Option<String>)> = interventions::table
        .filter(interventions::organisation_id.eq(organisation))
        .filter(interventions::place_id.is_null())
        .filter(interventions::place_name.is_not_null())
        .select((
            interventions::advisor_id,
            interventions::report_date,
            interventions::place_name,
        ))
        .distinct()
        .load(connection)?;
    let closed: BTreeSet<Month> = months::all(connection, organisation)?
        .into_iter()
        .filter(|record| record.closed().is_some())
        .map(|record| record.month)
        .collect();
    let mut days: BTreeMap<AdvisorId, BTreeSet<ReportDate>> = BTreeMap::new();
    for (advisor, date, name) in named {
        if name.is_some_and(|name| sort_key(&name) == assignment.name) {
            days.entry(advisor).or_default().insert(ReportDate::new(date));
        }
    }
    let mut suited = Suited::default();
    for (advisor, dates) in days {
        for (date, state) in reports::find_days(connection, organisation, advisor, dates)? {
            let entries = state.live.iter().flat_map(|live| live.content.entries());
            let count = entries.filter(|entry| assignment.suits(&entry.intervention)).count();
            if count == 0 {
                continue;
            }
            if closed.contains(&date.month()) {
                suited.closed += count;
            } else {
                suited.open.insert((advisor, date), count);
            }
        }
    }
    Ok(suited)
}
