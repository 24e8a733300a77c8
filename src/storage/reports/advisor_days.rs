//! The reports of one advisor. The key of a report begins with its day, since all advisors report the same day at the same hour; an
//! index by advisor would have each report write a page of its own. So an advisor's days are looked up one by one, some at a
//! time, from the newest on: ten years of an organisation are 3,650 look-ups, and a page of fifty reports some seventy.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::rows::ReportRow;
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::storage::connection::AnyConnection;
use crate::storage::schema::reports;

/// How many days are looked up at first; each time twice as many.
const FIRST_SLICE: usize = 64;
/// How many days are looked up at once, at most.
const LARGEST_SLICE: usize = 1024;

/// Which of an advisor's days to read.
#[derive(Debug, Clone, Copy)]
pub(in crate::storage) struct DaysOfAdvisor {
    pub(in crate::storage) organisation: OrganisationId,
    pub(in crate::storage) advisor: AdvisorId,
    /// From this day on.
    pub(in crate::storage) from: Option<NaiveDate>,
    /// Up to this day.
    pub(in crate::storage) to: Option<NaiveDate>,
    /// So many at most.
    pub(in crate::storage) limit: usize,
}

impl DaysOfAdvisor {
    /// Every day.
    pub(in crate::storage) const fn all(organisation: OrganisationId, advisor: AdvisorId) -> Self {
        Self {
            organisation,
            advisor,
            from: None,
            to: None,
            limit: usize::MAX,
        }
    }

    /// The rows that are wanted, the newest day first, tombstones included.
    pub(in crate::storage) fn load(
        self,
        connection: &mut AnyConnection,
        wanted: impl Fn(&ReportRow) -> bool,
    ) -> QueryResult<Vec<ReportRow>> {
        let Some((first, last)) = self.bounds(connection)? else {
            return Ok(Vec::new());
        };
        let mut days = std::iter::successors(Some(last), NaiveDate::pred_opt).take_while(|day| *day >= first);
        let (mut found, mut slice) = (Vec::new(), FIRST_SLICE);
        while found.len() < self.limit {
            let some: Vec<NaiveDate> = days.by_ref().take(slice).collect();
            if some.is_empty() {
                break;
            }
            let rows: Vec<ReportRow> = reports::table
                .filter(reports::organisation_id.eq(self.organisation))
                .filter(reports::advisor_id.eq(self.advisor))
                .filter(reports::report_date.eq_any(some))
                .order(reports::report_date.desc())
                .load(connection)?;
            found.extend(rows.into_iter().filter(&wanted));
            slice = LARGEST_SLICE.min(slice * 2);
        }
        found.truncate(self.limit);
        Ok(found)
    }

    /// The first and the last day on which anybody of the organisation has a report, within those that are asked for.
    fn bounds(self, connection: &mut AnyConnection) -> QueryResult<Option<(NaiveDate, NaiveDate)>> {
        let mut oldest = reports::table
            .filter(reports::organisation_id.eq(self.organisation))
            .select(reports::report_date)
            .limit(1)
            .into_boxed();
        let mut newest = reports::table
            .filter(reports::organisation_id.eq(self.organisation))
            .select(reports::report_date)
            .limit(1)
            .into_boxed();
        if let Some(from) = self.from {
            oldest = oldest.filter(reports::report_date.ge(from));
        }
        if let Some(to) = self.to {
            newest = newest.filter(reports::report_date.le(to));
        }
        let first: Option<NaiveDate> = oldest.order(reports::report_date).first(connection).optional()?;
        let last: Option<NaiveDate> = newest.order(reports::report_date.desc()).first(connection).optional()?;
        Ok(first.zip(last))
    }
}
