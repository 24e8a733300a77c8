//! The statements of the hot path on SQLite: prepared once, run row by row.

use diesel::prelude::*;

use super::rows::{DayKey, InterventionRow, ReportRow};
use super::statements::{AdvisorRow, Around, Changed, ClosedMonthRow, Found, Needs, ReferenceRow, WhereaboutsRow};
use crate::domain::account::Role;
use crate::domain::calendar::Month;
use crate::domain::identifiers::{AdvisorId, InterventionId, OrganisationId};
use crate::domain::intervention::Reference;
use crate::domain::organisation::MonthStatus;
use crate::storage::put;
use crate::storage::schema::{
    accounts, activity_periods, interventions, months, partners, places, planned_sessions, referrals, reports, tags,
    tallies, workshops,
};
use crate::storage::tallies::{TallyKey, TallyRow};

/// What a query finds for each key, in the order of the keys.
fn for_each<K: Copy, R>(keys: &[K], mut query: impl FnMut(K) -> QueryResult<Vec<R>>) -> QueryResult<Vec<R>> {
    let mut rows = Vec::with_capacity(keys.len());
    for key in keys {
        rows.append(&mut query(*key)?);
    }
    Ok(rows)
}

/// All that a batch asks for.
pub(super) fn find(connection: &mut SqliteConnection, needs: &Needs) -> QueryResult<Found> {
    let mut found = Found {
        whereabouts: find_whereabouts(connection, &needs.named)?,
        around: Around {
            advisors: find_advisors(connection, &needs.advisors)?,
            closed_months: find_closed_months(connection, &needs.months)?,
            tallies: find_tallies(connection, &needs.tallies)?,
            references: find_references(connection, &needs.references)?,
        },
        ..Found::default()
    };
    for key in &needs.days {
        let mut days = find_days(connection, &[*key])?;
        if days.iter().any(ReportRow::may_have_interventions) {
            found
                .interventions
                .append(&mut find_interventions(connection, &[*key])?);
        }
        found.days.append(&mut days);
    }
    Ok(found)
}

/// Stores what a batch changed.
pub(super) fn store(connection: &mut SqliteConnection, changed: &Changed) -> QueryResult<()> {
    put::replace(connection, &changed.reports)?;
    delete_interventions(connection, &changed.emptied)?;
    put::add(connection, &changed.interventions)?;
    put::add(connection, &changed.versions)?;
    put_tallies(connection, &changed.tallies)
}

/// Stores what a batch of days without reports changed. It fails where a day has a report.
pub(super) fn store_new(connection: &mut SqliteConnection, changed: &Changed) -> QueryResult<()> {
    put::add(connection, &changed.reports)?;
    put::add(connection, &changed.interventions)?;
    put_tallies(connection, &changed.tallies)
}

pub(super) fn find_days(connection: &mut SqliteConnection, keys: &[DayKey]) -> QueryResult<Vec<ReportRow>> {
    for_each(keys, |key| {
        reports::table
            .filter(reports::organisation_id.eq(key.organisation.to_string()))
            .filter(reports::advisor_id.eq(key.advisor.to_string()))
            .filter(reports::report_date.eq(key.date.date()))
            .load(connection)
    })
}

pub(super) fn find_interventions(
    connection: &mut SqliteConnection,
    keys: &[DayKey],
) -> QueryResult<Vec<InterventionRow>> {
    for_each(keys, |key| {
        interventions::table
            .filter(interventions::organisation_id.eq(key.organisation.to_string()))
            .filter(interventions::advisor_id.eq(key.advisor.to_string()))
            .filter(interventions::report_date.eq(key.date.date()))
            .order(interventions::position)
            .load(connection)
    })
}

fn find_advisors(
    connection: &mut SqliteConnection,
    keys: &[(OrganisationId, AdvisorId)],
) -> QueryResult<Vec<AdvisorRow>> {
    let periods = activity_periods::table.on(activity_periods::organisation_id
        .eq(accounts::organisation_id)
        .and(activity_periods::advisor_id.eq(accounts::account_id)));
    for_each(keys, |(organisation, advisor)| {
        accounts::table
            .left_join(periods)
            .filter(accounts::organisation_id.eq(organisation.to_string()))
            .filter(accounts::account_id.eq(advisor.to_string()))
            .filter(accounts::role.eq(Role::Advisor.code()))
            .select((
                accounts::organisation_id,
                accounts::account_id,
                activity_periods::starts_on.nullable(),
                activity_periods::ends_on.nullable(),
            ))
            .load(connection)
    })
}

fn find_closed_months(
    connection: &mut SqliteConnection,
    keys: &[(OrganisationId, Month)],
) -> QueryResult<Vec<ClosedMonthRow>> {
    for_each(keys, |(organisation, month)| {
        months::table
            .filter(months::organisation_id.eq(organisation.to_string()))
            .filter(months::month.eq(month.to_string()))
            .filter(months::status.eq(MonthStatus::Closed.code()))
            .select((
                months::organisation_id,
                months::month,
                months::changed_at,
                months::changed_by,
            ))
            .load(connection)
    })
}

fn find_whereabouts(
    connection: &mut SqliteConnection,
    keys: &[(OrganisationId, AdvisorId, InterventionId)],
) -> QueryResult<Vec<WhereaboutsRow>> {
    for_each(keys, |(organisation, advisor, intervention)| {
        interventions::table
            .filter(interventions::organisation_id.eq(organisation.to_string()))
            .filter(interventions::advisor_id.eq(advisor.to_string()))
            .filter(interventions::intervention_id.eq(intervention.to_string()))
            .select((
                interventions::organisation_id,
                interventions::advisor_id,
                interventions::intervention_id,
                interventions::report_date,
            ))
            .load(connection)
    })
}

fn find_references(
    connection: &mut SqliteConnection,
    keys: &[(OrganisationId, Reference)],
) -> QueryResult<Vec<ReferenceRow>> {
    /// The things of an organisation with an identifier, as they are.
    macro_rules! current {
        ($table:ident.$id_column:ident, $owner:expr, $id:expr) => {
            $table::table
                .filter($table::organisation_id.eq($owner))
                .filter($table::$id_column.eq($id))
                .filter($table::replaced_at.is_null())
        };
    }
    for_each(keys, |(organisation, reference)| {
        let (kind, id) = reference.parts();
        let owner = organisation.to_string();
        let found: Vec<Told> = match reference {
            Reference::Place(_) => current!(places.place_id, &owner, &id)
                .select((places::commune_code.nullable(), places::partner_id))
                .load::<(Option<String>, Option<String>)>(connection)?
                .into_iter()
                .map(|(commune, partner)| (commune, partner, None))
                .collect(),
            Reference::Session(_) => current!(planned_sessions.planned_session_id, &owner, &id)
                .select(planned_sessions::content)
                .load::<String>(connection)?
                .into_iter()
                .map(|content| (None, None, Some(content)))
                .collect(),
            Reference::Partner(_) => there(
                current!(partners.partner_id, &owner, &id)
                    .select(partners::version)
                    .load(connection)?,
            ),
            Reference::Workshop(_) => there(
                current!(workshops.workshop_id, &owner, &id)
                    .select(workshops::version)
                    .load(connection)?,
            ),
            Reference::Referral(_) => there(
                current!(referrals.referral_id, &owner, &id)
                    .select(referrals::version)
                    .load(connection)?,
            ),
            Reference::Tag(_) => there(
                current!(tags.tag_id, &owner, &id)
                    .select(tags::version)
                    .load(connection)?,
            ),
        };
        let row = |(commune, partner, content)| (owner.clone(), kind.to_owned(), id.clone(), commune, partner, content);
        Ok(found.into_iter().map(row).collect())
    })
}

/// Of a thing of the field: its commune, its partner, what it says.
type Told = (Option<String>, Option<String>, Option<String>);

/// Things from which nothing follows, by their versions.
fn there(versions: Vec<i64>) -> Vec<Told> {
    versions.into_iter().map(|_| Told::default()).collect()
}

fn find_tallies(connection: &mut SqliteConnection, keys: &[TallyKey]) -> QueryResult<Vec<TallyRow>> {
    for_each(keys, |key| {
        tallies::table
            .filter(tallies::organisation_id.eq(key.organisation.to_string()))
            .filter(tallies::month.eq(key.month.to_string()))
            .load(connection)
    })
}

fn delete_interventions(connection: &mut SqliteConnection, keys: &[DayKey]) -> QueryResult<()> {
    for key in keys {
        let day = interventions::table
            .filter(interventions::organisation_id.eq(key.organisation.to_string()))
            .filter(interventions::advisor_id.eq(key.advisor.to_string()))
            .filter(interventions::report_date.eq(key.date.date()));
        diesel::delete(day).execute(connection)?;
    }
    Ok(())
}

pub(super) fn put_tallies(connection: &mut SqliteConnection, rows: &[TallyRow]) -> QueryResult<()> {
    put::replace(connection, rows)
}
