//! Proves that every tally is the sum of its reports, and rebuilds those that are not.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::connection::AnyConnection;
use super::lock::Locked;
use super::schema::{reports as report_table, tallies as tally_table};
use super::storage_error::StorageError;
use super::tallies::{TallyKey, TallyRow};
use super::{reports, tallies};
use crate::domain::calendar::{Month, Months};
use crate::domain::identifiers::OrganisationId;
use crate::statistics::tally::Tally;

/// A tally that is not the sum of its reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The tenant.
    pub organisation: OrganisationId,
    /// Of which month.
    pub month: Month,
    /// What is stored.
    pub stored: Tally,
    /// The sum of the reports.
    pub recounted: Tally,
}

impl fmt::Display for Difference {
    /// What differs, counter by counter.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "organisation {}, {}:", self.organisation, self.month)?;
        let (stored, recounted) = (numbers(&self.stored), numbers(&self.recounted));
        let names: BTreeSet<&String> = stored.keys().chain(recounted.keys()).collect();
        for name in names {
            let (stored, recounted) = (stored.get(name), recounted.get(name));
            if stored != recounted {
                let shown = |numbers: Option<&String>| numbers.map_or("nothing", |numbers| numbers).to_owned();
                write!(f, " {name} is {}, should be {};", shown(stored), shown(recounted))?;
            }
        }
        Ok(())
    }
}

/// The counters of a tally by name.
fn numbers(tally: &Tally) -> BTreeMap<String, String> {
    let mut numbers = BTreeMap::new();
    if let Ok(serde_json::Value::Object(columns)) = serde_json::to_value(tally.counters) {
        numbers.extend(columns.into_iter().map(|(name, number)| (name, number.to_string())));
    }
    for (key, detail) in tally.details.iter() {
        numbers.insert(key.to_owned(), format!("{}/{}", detail.interventions, detail.supports));
    }
    numbers
}

#[derive(QueryableByName)]
struct Fault {
    #[diesel(sql_type = diesel::sql_types::Text)]
    fault: String,
}

/// Rows that name what is not there, of the references to which no foreign key holds them.
const UNHELD_REFERENCES: &str = "SELECT 'a row of reports names a row of accounts that is not there' AS fault FROM reports AS r
    WHERE NOT EXISTS (SELECT 1 FROM accounts AS a WHERE a.organisation_id = r.organisation_id AND a.account_id = r.advisor_id)
    UNION ALL
    SELECT 'a row of interventions names a row of reports that is not there' FROM interventions AS i
    WHERE NOT EXISTS (SELECT 1 FROM reports AS r WHERE r.organisation_id = i.organisation_id AND r.report_date = i.report_date
        AND r.advisor_id = i.advisor_id)";

/// What is wrong with the file of a database: its pages, its indexes, its references. PostgreSQL looks at its files itself, and at its
/// references but for those of reports and interventions to which no foreign key holds them.
pub fn faults_of_files(connection: &mut AnyConnection) -> Result<Vec<String>, StorageError> {
    match connection {
        AnyConnection::Sqlite(connection) => faults_of_file(connection),
        AnyConnection::Postgres(connection) => {
            let faults: Vec<Fault> = diesel::sql_query(UNHELD_REFERENCES).load(connection)?;
            Ok(faults.into_iter().map(|fault| fault.fault).collect())
        }
    }
}

pub(super) fn faults_of_file(connection: &mut SqliteConnection) -> Result<Vec<String>, StorageError> {
    let pages = "SELECT integrity_check AS fault FROM pragma_integrity_check WHERE integrity_check <> 'ok'";
    let references =
        "SELECT 'a row of ' || \"table\" || ' names a row of ' || \"parent\" || ' that is not there' AS fault
        FROM pragma_foreign_key_check";
    let mut faults: Vec<Fault> = diesel::sql_query(pages).load(connection)?;
    for references in [references, UNHELD_REFERENCES] {
        faults.extend(diesel::sql_query(references).load::<Fault>(connection)?);
    }
    Ok(faults.into_iter().map(|fault| fault.fault).collect())
}

/// The months of an organisation that have reports or tallies.
pub fn months(connection: &mut AnyConnection, organisation: OrganisationId) -> Result<Vec<Month>, StorageError> {
    let days: Vec<NaiveDate> = report_table::table
        .filter(report_table::organisation_id.eq(organisation))
        .select(report_table::report_date)
        .distinct()
        .load(connection)?;
    let tallied: Vec<Month> = tally_table::table
        .filter(tally_table::organisation_id.eq(organisation))
        .select(tally_table::month)
        .distinct()
        .load(connection)?;
    let months: BTreeSet<Month> = days.into_iter().map(Month::of).chain(tallied).collect();
    Ok(months.into_iter().collect())
}

/// The tally of a month, when it is not the sum of its reports.
pub fn difference(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    month: Month,
) -> Result<Option<Difference>, StorageError> {
    let recounted = recount(connection, organisation, month)?;
    let row = tallies::of_period(connection, organisation, Months::one(month))?.pop();
    let stored = row.map_or_else(|| Ok(Tally::default()), |row| row.tally())?;
    Ok((stored != recounted).then_some(Difference {
        organisation,
        month,
        stored,
        recounted,
    }))
}

/// Rebuilds the tally of a month, when it is not the sum of its reports.
pub fn repair(locked: &mut Locked<'_>, month: Month) -> Result<Option<Difference>, StorageError> {
    let (organisation, connection) = locked.parts();
    let difference = difference(connection, organisation, month)?;
    if let Some(difference) = &difference {
        let row = TallyRow::of(TallyKey { organisation, month }, &difference.recounted)?;
        reports::put_tallies(connection, &[row])?;
    }
    Ok(difference)
}

/// The sum of the reports of a month.
fn recount(connection: &mut AnyConnection, organisation: OrganisationId, month: Month) -> Result<Tally, StorageError> {
    let days = reports::days_between(connection, organisation, month.first_day(), month.last_day())?;
    let mut tally = Tally::default();
    for (_, state) in days {
        tally.replace(None, state.live.as_ref());
    }
    Ok(tally)
}
