//! What interventions say of what they name: of planned sessions, of referrals, of sheets of the catalogue.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::dsl::{count_star, sum};
use diesel::prelude::*;

use crate::domain::calendar::Months;
use crate::domain::closing::{ReportedTwice, ReportedWorkshop};
use crate::domain::field::planned_session::{Planned, PlannedSessionId, Reported};
use crate::domain::field::referral::{FirstVisit, ReferralId};
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::domain::nomenclature::{ClosedList as _, FIRST_VISIT_ACCOMPANIED, Kind};
use crate::storage::columns::parse_id;
use crate::storage::connection::AnyConnection;
use crate::storage::schema::interventions;
use crate::storage::storage_error::StorageError;

/// How many identifiers one statement names.
const AT_ONCE: usize = 500;

/// What the interventions that name a session report, added up.
#[derive(Queryable)]
struct SessionRow {
    session: Option<String>,
    interventions: i64,
    participants: Option<i64>,
    minutes: Option<i64>,
}

/// Adds to sessions what interventions that name them report.
pub fn add_to(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    planned: &mut [Planned],
) -> Result<(), StorageError> {
    let named = interventions::planned_session_id;
    for some in planned.chunks_mut(AT_ONCE) {
        let ids: Vec<String> = some.iter().map(|one| one.id.to_string()).collect();
        let rows: Vec<SessionRow> = interventions::table
            .filter(interventions::organisation_id.eq(organisation.to_string()))
            .filter(named.eq_any(ids))
            .group_by(named)
            .select((
                named,
                count_star(),
                sum(interventions::participants),
                sum(interventions::duration_minutes),
            ))
            .load(connection)?;
        let mut reported = BTreeMap::new();
        for row in rows {
            let reported_of = Reported {
                interventions: row.interventions,
                participants: row.participants.unwrap_or_default(),
                minutes: row.minutes.unwrap_or_default(),
            };
            reported.insert(row.session, reported_of);
        }
        for one in some {
            one.reported = reported.remove(&Some(one.id.to_string())).unwrap_or_default();
        }
    }
    Ok(())
}

/// An intervention that names a referral.
#[derive(Queryable, Selectable)]
#[diesel(table_name = interventions)]
struct VisitRow {
    referral_id: Option<String>,
    report_date: NaiveDate,
    referrals: i64,
}

/// The first intervention that names each of these referrals.
pub fn first_visits(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    referrals: &[ReferralId],
) -> Result<BTreeMap<ReferralId, FirstVisit>, StorageError> {
    let mut first = BTreeMap::new();
    for some in referrals.chunks(AT_ONCE) {
        let ids: Vec<String> = some.iter().map(ToString::to_string).collect();
        let rows: Vec<VisitRow> = interventions::table
            .filter(interventions::organisation_id.eq(organisation.to_string()))
            .filter(interventions::referral_id.eq_any(ids))
            .order((interventions::report_date, interventions::position))
            .select(VisitRow::as_select())
            .load(connection)?;
        for row in rows {
            let Some(id) = row.referral_id else { continue };
            let on = row.report_date;
            let is_accompanied = row.referrals & FIRST_VISIT_ACCOMPANIED != 0;
            first.entry(parse_id(&id)?).or_insert(FirstVisit { on, is_accompanied });
        }
    }
    Ok(first)
}

/// A workshop that names a session.
#[derive(Queryable, Selectable)]
#[diesel(table_name = interventions)]
struct WorkshopRow {
    planned_session_id: Option<String>,
    report_date: NaiveDate,
    advisor_id: AdvisorId,
    participants: i32,
}

/// The sessions that several workshops name, at least one of a period, none of which assists: whoever assists has no
/// participants.
pub fn twice(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    period: Months,
) -> Result<Vec<ReportedTwice>, StorageError> {
    let workshops = || {
        interventions::table
            .filter(interventions::organisation_id.eq(organisation.to_string()))
            .filter(interventions::planned_session_id.is_not_null())
            .filter(interventions::kind.eq(Kind::Workshop.code()))
            .filter(interventions::participants.gt(0))
    };
    let days = (period.from().first_day(), period.to().last_day());
    let named: Vec<Option<String>> = workshops()
        .filter(interventions::report_date.between(days.0, days.1))
        .select(interventions::planned_session_id)
        .distinct()
        .load(connection)?;
    let mut twice: BTreeMap<PlannedSessionId, Vec<ReportedWorkshop>> = BTreeMap::new();
    for some in named.chunks(AT_ONCE) {
        let rows: Vec<WorkshopRow> = workshops()
            .filter(interventions::planned_session_id.eq_any(some.iter().flatten()))
            .select(WorkshopRow::as_select())
            .load(connection)?;
        for row in rows {
            let Some(session) = row.planned_session_id else {
                continue;
            };
            let workshop = ReportedWorkshop {
                on: row.report_date,
                advisor: row.advisor_id,
                participants: row.participants.into(),
            };
            twice.entry(parse_id(&session)?).or_default().push(workshop);
        }
    }
    twice.retain(|_, workshops| workshops.len() > 1);
    let told = twice.into_iter().map(|(session, mut workshops)| {
        workshops.sort_unstable();
        ReportedTwice { session, workshops }
    });
    Ok(told.collect())
}
