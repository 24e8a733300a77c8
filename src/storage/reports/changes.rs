//! What changed in an organisation, in the order of the commits.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

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
        changed_days(connection, query, after, limit)
    })?;
    Ok(Changes { days, epoch, last })
}

fn changed_days(
    connection: &mut AnyConnection,
    query: ChangeQuery,
    after: i64,
    limit: i64,
) -> Result<Vec<Change>, StorageError> {
    let mut select = reports::table
        .filter(reports::organisation_id.eq(query.organisation))
        .filter(reports::change_seq.gt(after))
        .limit(limit)
        .into_boxed();
    select = match query.advisor {
        // Ordered by an expression, not by the column, so that the database finds the days of the advisor by the
        // primary key: to order by the column, it would step through the changes of the whole organisation, which are
        // many more.
        Some(advisor) => select
            .filter(reports::advisor_id.eq(advisor))
            .order(sql::<BigInt>("change_seq + 0")),
        None => select.order(reports::change_seq),
    };
    let rows: Vec<ReportRow> = select.load(connection)?;
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
