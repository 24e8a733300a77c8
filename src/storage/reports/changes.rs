//! What changed in an organisation, in the order of the commits.

use diesel::prelude::*;

use super::advisor_days::DaysOfAdvisor;
use super::page::{Page, read_page, weight};
use super::rows::ReportRow;
use super::states;
use crate::domain::calendar::ReportDate;
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::domain::report::DayState;
use crate::storage::connection::AnyConnection;
use crate::storage::organisations;
use crate::storage::schema::reports;
use crate::storage::storage_error::StorageError;

/// From how many changes of an organisation on those of one advisor are found by their days, of which ten years have 3,650.
const MANY: i64 = 4000;

/// Which changes to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeQuery {
    /// The tenant.
    pub organisation: OrganisationId,
    /// Of this advisor alone.
    pub advisor: Option<AdvisorId>,
    /// Only those after this number.
    pub after: i64,
    /// At most so many.
    pub limit: u32,
}

/// A day that changed, as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Whose day.
    pub advisor: AdvisorId,
    /// Which day.
    pub date: ReportDate,
    /// The number of its last change.
    pub sequence: i64,
    /// How it stands.
    pub state: DayState,
}

/// Changes of an organisation, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// A page of the days, in the order of their last changes.
    pub days: Page<Change>,
    /// The history that the numbers belong to.
    pub epoch: String,
    /// The number of the organisation's last change.
    pub last: i64,
}

/// The days that changed after a number. Numbers grow in the order of commits, since the organisation is locked from
/// the moment a number is given until the commit: a snapshot that shows one change shows all changes before it.
pub fn changes(connection: &mut AnyConnection, query: ChangeQuery) -> Result<Changes, StorageError> {
    let (epoch, last) = organisations::history(connection, query.organisation)?;
    let weigh = |change: &Change| change.state.live.as_ref().map_or(0, |live| weight(&live.content));
    let days = read_page(query.limit, weigh, |read, limit| {
        let after = read.map_or(query.after, |read| read.sequence);
        changed_days(connection, query, (after, last), limit)
    })?;
    Ok(Changes { days, epoch, last })
}

fn changed_days(
    connection: &mut AnyConnection,
    query: ChangeQuery,
    (after, last): (i64, i64),
    limit: i64,
) -> Result<Vec<Change>, StorageError> {
    let rows = match query.advisor {
        // Few changes of the organisation are read one after the other; of many, most are of others.
        Some(advisor) if last - after > MANY => {
            changed_days_of(connection, query.organisation, advisor, (after, limit))?
        }
        advisor => {
            let mut select = reports::table
                .filter(reports::organisation_id.eq(query.organisation))
                .filter(reports::change_seq.gt(after))
                .order(reports::change_seq)
                .limit(limit)
                .into_boxed();
            if let Some(advisor) = advisor {
                select = select.filter(reports::advisor_id.eq(advisor));
            }
            select.load(connection)?
        }
    };
    let sequences: Vec<i64> = rows.iter().map(|row| row.change_seq).collect();
    let states = states(connection, rows)?.into_iter().zip(sequences);
    let days = states.map(|((key, state), sequence)| Change {
        advisor: key.advisor,
        date: key.date,
        sequence,
        state,
    });
    Ok(days.collect())
}

/// The days of an advisor that changed after a number, found among all of theirs.
fn changed_days_of(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    advisor: AdvisorId,
    (after, limit): (i64, i64),
) -> Result<Vec<ReportRow>, StorageError> {
    let mut rows = DaysOfAdvisor::all(organisation, advisor).load(connection, |row| row.change_seq > after)?;
    rows.sort_unstable_by_key(|row| row.change_seq);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(rows)
}
