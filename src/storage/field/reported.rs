//! What interventions say of what they name: of planned sessions, of referrals, of sheets of the catalogue.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::dsl::{count_star, sum};
use diesel::prelude::*;

use crate::domain::field::planned_session::{Planned, Reported};
use crate::domain::field::referral::{FirstVisit, ReferralId};
use crate::domain::identifiers::OrganisationId;
use crate::domain::nomenclature::FIRST_VISIT_ACCOMPANIED;
use crate::storage::columns::parse_id;
use crate::storage::connection::AnyConnection;
use crate::storage::schema::interventions;
use crate::storage::storage_error::StorageError;

/// How many identifiers one statement names.
const AT_ONCE: usize = 500;

/// A session, how many interventions name it, their participants and their minutes.
type SessionRow = (Option<String>, i64, Option<i64>, Option<i64>);

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
        for (id, interventions, participants, minutes) in rows {
            let reported_of = Reported {
                interventions,
                participants: participants.unwrap_or_default(),
                minutes: minutes.unwrap_or_default(),
            };
            reported.insert(id, reported_of);
        }
        for one in some {
            one.reported = reported.remove(&Some(one.id.to_string())).unwrap_or_default();
        }
    }
    Ok(())
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
        let rows: Vec<(Option<String>, NaiveDate, i64)> = interventions::table
            .filter(interventions::organisation_id.eq(organisation.to_string()))
            .filter(interventions::referral_id.eq_any(ids))
            .order((interventions::report_date, interventions::position))
            .select((
                interventions::referral_id,
                interventions::report_date,
                interventions::referrals,
            ))
            .load(connection)?;
        for (id, on, referrals) in rows {
            let Some(id) = id else { continue };
            let is_accompanied = referrals & FIRST_VISIT_ACCOMPANIED != 0;
            first.entry(parse_id(&id)?).or_insert(FirstVisit { on, is_accompanied });
        }
    }
    Ok(first)
}
