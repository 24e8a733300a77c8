//! Publications: figures as they were published, byte for byte.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::columns::{Instant, instant_column};
use super::connection::AnyConnection;
use super::lock::Locked;
use super::schema::publications;
use super::snapshot::Snapshot;
use super::storage_error::StorageError;
use super::{action_plan, breakdowns, monthly, months};
use crate::domain::calendar::{Month, Months};
use crate::domain::identifiers::{AccountId, OrganisationId, PublicationId};
use crate::statistics::breakdown::BreakdownStatistics;
use crate::statistics::filter::Filters;
use crate::statistics::monthly::MonthlyStatistics;
use crate::statistics::publication::{Ingredients, MonthFigures, Publication, canonical, digest, published_dimensions};

/// What a list of publications says of one: all but its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicationRecord {
    /// Its identifier.
    pub id: PublicationId,
    /// The period.
    pub period: Months,
    /// The number of the deliberation to which it is annexed.
    pub deliberation_number: Option<String>,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// Who published it.
    pub published_by: AccountId,
    /// SHA-256 of its content, in hexadecimal.
    pub digest: String,
}

/// The digest of the figures of a month as they are; `None` when there is no such organisation.
pub fn month_digest(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    month: Month,
    now: DateTime<Utc>,
) -> Result<Option<String>, StorageError> {
    let snapshot = &mut Snapshot::alone(connection);
    let Some(Figures { table, spread }) = figures(snapshot, organisation, Months::one(month), now)? else {
        return Ok(None);
    };
    let figures = MonthFigures::new(month, &table.rows, &spread.breakdowns);
    Ok(Some(digest(&canonical(&figures).map_err(|error| corrupt(&error))?)))
}

fn corrupt(error: &serde_json::Error) -> StorageError {
    StorageError::Corrupt(error.to_string())
}

/// The figures that a publication keeps.
struct Figures {
    table: MonthlyStatistics,
    spread: BreakdownStatistics,
}

fn figures(
    snapshot: &mut Snapshot<'_>,
    organisation: OrganisationId,
    period: Months,
    now: DateTime<Utc>,
) -> Result<Option<Figures>, StorageError> {
    let everything = Filters::default;
    let table = monthly::statistics(snapshot, organisation, everything(), period, now)?;
    let dimensions = published_dimensions();
    let spread = breakdowns::statistics(snapshot, organisation, everything(), period, &dimensions, now)?;
    Ok(table.zip(spread).map(|(table, spread)| Figures { table, spread }))
}

/// The publication that the figures of a period make now, the plan of action included; `None` when there is no such
/// organisation.
pub fn draft(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    period: Months,
    deliberation_number: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Option<Publication>, StorageError> {
    let snapshot = &mut Snapshot::alone(connection);
    let Some(Figures { table, spread }) = figures(snapshot, organisation, period, now)? else {
        return Ok(None);
    };
    let months = months::records(snapshot, organisation, period)?;
    let plan = action_plan::statistics(snapshot, organisation, period, now)?;
    Ok(Some(Publication::new(&Ingredients {
        organisation: &table.organisation,
        period,
        now,
        deliberation_number,
        months: &months,
        rows: &table.rows,
        breakdowns: &spread.breakdowns,
        action_plan: plan.as_ref(),
    })))
}

/// What a stored publication says.
///
/// # Errors
/// When the content is no publication.
pub fn parse(content: &str) -> Result<Publication, StorageError> {
    serde_json::from_str(content).map_err(|error| corrupt(&error))
}

/// Keeps a publication: its months stay closed until it is kept.
pub fn insert(locked: &mut Locked<'_>, record: &PublicationRecord, content: &str) -> Result<(), StorageError> {
    let (organisation, connection) = locked.parts();
    diesel::insert_into(publications::table)
        .values((
            publications::organisation_id.eq(organisation),
            publications::publication_id.eq(record.id),
            publications::from_month.eq(record.period.from()),
            publications::to_month.eq(record.period.to()),
            publications::deliberation_number.eq(&record.deliberation_number),
            publications::published_at.eq(instant_column(record.published_at)),
            publications::published_by.eq(record.published_by),
            publications::digest.eq(&record.digest),
            publications::content.eq(content),
        ))
        .execute(connection)?;
    Ok(())
}

/// What a list of publications says of one: all but its content.
#[derive(Queryable, Selectable)]
#[diesel(table_name = publications)]
struct RecordRow {
    publication_id: PublicationId,
    from_month: Month,
    to_month: Month,
    deliberation_number: Option<String>,
    #[diesel(deserialize_as = Instant)]
    published_at: DateTime<Utc>,
    published_by: AccountId,
    digest: String,
}

impl TryFrom<RecordRow> for PublicationRecord {
    type Error = StorageError;

    fn try_from(row: RecordRow) -> Result<Self, StorageError> {
        let id = row.publication_id;
        let period = Months::new(row.from_month, row.to_month);
        Ok(Self {
            id,
            period: period.ok_or_else(|| StorageError::Corrupt(format!("the period of publication {id}")))?,
            deliberation_number: row.deliberation_number,
            published_at: row.published_at,
            published_by: row.published_by,
            digest: row.digest,
        })
    }
}

/// The publications of an organisation, the newest first.
pub fn all(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
) -> Result<Vec<PublicationRecord>, StorageError> {
    let rows: Vec<RecordRow> = publications::table
        .filter(publications::organisation_id.eq(organisation))
        .order((publications::published_at.desc(), publications::publication_id.desc()))
        .select(RecordRow::as_select())
        .load(connection)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Whether an organisation has a publication.
pub fn exists(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    id: PublicationId,
) -> Result<bool, StorageError> {
    let found: i64 = publications::table
        .find((organisation, id))
        .count()
        .get_result(connection)?;
    Ok(found > 0)
}

/// A publication and its content, byte for byte.
pub fn find(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    id: PublicationId,
) -> Result<Option<(PublicationRecord, String)>, StorageError> {
    let row: Option<(RecordRow, String)> = publications::table
        .find((organisation, id))
        .select((RecordRow::as_select(), publications::content))
        .first(connection)
        .optional()?;
    row.map(|(record, content)| Ok((record.try_into()?, content)))
        .transpose()
}
