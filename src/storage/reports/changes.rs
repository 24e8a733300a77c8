//! What changed in an organisation, in the order of the commits.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

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
    /// How it stands.
    pub state: DayState,
}

/// Changes, and where they end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangePage {
    /// The days, in the order of their last changes.
    pub changes: Vec<Change>,
    /// The history that the numbers belong to.
    pub epoch: String,
    /// The number of the last change of the page; where no more follow, of the last of the organisation.
    pub last: i64,
    /// Whether more follow.
    pub has_more: bool,
}

/// The days that changed after a number. Numbers grow with commits, since the organisation is locked from when they are
/// given until then: a snapshot that shows one shows all before it.
///
/// # Errors
/// As any read.
pub fn changes(connection: &mut AnyConnection, query: ChangeQuery) -> Result<ChangePage, StorageError> {
    let (epoch, last_of_all) = organisations::history(connection, query.organisation)?;
    let mut select = reports::table
        .filter(reports::organisation_id.eq(query.organisation.to_string()))
        .filter(reports::change_seq.gt(query.after))
        .limit(i64::from(query.limit) + 1)
        .into_boxed();
    select = match query.advisor {
        // Not by the column itself: an advisor's days are fewer, by the key, than an organisation's changes by theirs.
        Some(advisor) => select
            .filter(reports::advisor_id.eq(advisor.to_string()))
            .order(sql::<BigInt>("change_seq + 0")),
        None => select.order(reports::change_seq),
    };
    let mut rows: Vec<ReportRow> = select.load(connection)?;
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows
        .last()
        .filter(|_| has_more)
        .map_or(last_of_all, |row| row.change_seq);
    let changes = states(connection, rows)?.into_iter().map(|(key, state)| Change {
        advisor: key.advisor,
        date: key.date,
        state,
    });
    Ok(ChangePage {
        changes: changes.collect(),
        epoch,
        last,
        has_more,
    })
}
