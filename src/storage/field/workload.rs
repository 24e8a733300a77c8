//! What the workload of advisors is counted from.

use chrono::NaiveDate;

use super::planned_sessions::agenda;
use crate::domain::account::Account;
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::statistics::workload::{WeekLoad, weeks};
use crate::storage::accounts::managed::AccountStatus;
use crate::storage::completeness::days_of_advisors;
use crate::storage::connection::AnyConnection;
use crate::storage::organisations;
use crate::storage::storage_error::StorageError;

/// An advisor, and what is planned for them week by week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvisorLoad {
    /// Who.
    pub advisor: Account,
    /// Week by week.
    pub weeks: Vec<WeekLoad>,
}

/// What is planned for each advisor by name, or for one, in the weeks of a period, both ends included. A deactivated advisor
/// for whom there is nothing is left out.
pub fn workload(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    advisor: Option<AdvisorId>,
    period: (NaiveDate, NaiveDate),
) -> Result<Vec<AdvisorLoad>, StorageError> {
    let Some(found) = organisations::find(connection, organisation)? else {
        return Ok(Vec::new());
    };
    let planned = agenda(connection, organisation, period.0, period.1)?;
    let days = days_of_advisors(connection, &found, advisor, period)?;
    let loads = days.into_iter().filter_map(|of| {
        let id: AdvisorId = of.advisor.id.into();
        let theirs = planned
            .iter()
            .map(|one| &one.session)
            .filter(|session| session.is_by(id));
        let weeks = weeks(&of.duty, &of.reported, theirs, period);
        let is_idle = |week: &WeekLoad| week.sessions + week.working_days + week.absent_days == 0;
        let gone = of.status == AccountStatus::Deactivated && weeks.iter().all(is_idle);
        let advisor = of.advisor;
        (!gone).then_some(AdvisorLoad { advisor, weeks })
    });
    Ok(loads.collect())
}
