//! What people and organisations may ask for regarding the data that is held about them: a copy, and its erasure.

use chrono::{DateTime, Utc};

use super::field::copies::{self, FieldPart};
use super::{ActionError, By};
use crate::domain::audit::{AuditAction, AuditEntryId, Subject};
use crate::domain::calendar::ReportDate;
use crate::domain::closing::MonthRecord;
use crate::domain::identifiers::{AccountId, AdvisorId, OrganisationId};
use crate::domain::organisation::Organisation;
use crate::domain::report::RecordedReport;
use crate::storage::accounts::managed::{self, ManagedAccount};
use crate::storage::api_keys::{self, ApiKey};
use crate::storage::audit::{AuditEntry, AuditQuery, Deed};
use crate::storage::publications::PublicationRecord;
use crate::storage::reports::{ListQuery, Version};
use crate::storage::sessions::Session;
use crate::storage::shared_links::{self, SharedLink};
use crate::storage::{
    AnyConnection, StorageError, Store, audit, erasure, months, organisations, publications, reports, retention,
    sessions,
};

/// How many days are read or erased at a time.
const SLICE: u32 = 200;

/// What is held about a person.
#[derive(Debug)]
pub struct PersonalData {
    /// Their account.
    pub account: ManagedAccount,
    /// The devices on which they are, or were of late, signed in.
    pub sessions: Vec<Session>,
    /// The keys for programs that they made.
    pub keys: Vec<ApiKey>,
    /// The links to publications that they made.
    pub links: Vec<SharedLink>,
    /// The months that they last closed or reopened, with their comments.
    pub months: Vec<MonthRecord>,
    /// The days that they ever reported, the earliest first.
    pub days: Vec<ReportDate>,
}

/// What is held about a person beside their reports, their versions and what the audit log says, which come slice by slice; `None`: there is
/// no such person. The audit log notes that they asked.
pub async fn personal_data(store: &Store, by: By, now: DateTime<Utc>) -> Result<Option<PersonalData>, ActionError> {
    let (organisation, account) = (by.organisation, by.account);
    record(store, by.did(AuditAction::Exported, account.uuid()), now).await?;
    let found = store
        .read(move |connection| {
            let Some(found) = managed::find(connection, organisation, account)? else {
                return Ok(None);
            };
            Ok(Some(PersonalData {
                account: found,
                sessions: sessions::kept(connection, organisation, account)?,
                keys: made_by(api_keys::kept(connection, organisation)?, account, |key| key.created_by),
                links: made_by(shared_links::kept(connection, organisation)?, account, |link| {
                    link.created_by
                }),
                months: closed_by(months::all(connection, organisation)?, account),
                days: reports::written_days_of(connection, organisation, account.into())?,
            }))
        })
        .await?;
    Ok(found)
}

fn made_by<T>(mut things: Vec<T>, account: AccountId, maker: impl Fn(&T) -> AccountId) -> Vec<T> {
    things.retain(|thing| maker(thing) == account);
    things
}

fn closed_by(mut months: Vec<MonthRecord>, account: AccountId) -> Vec<MonthRecord> {
    months.retain(|month| month.changed.is_some_and(|(_, by)| by == account));
    months
}

/// What an advisor's reports of these days said before: their versions but for the reports as they are, by day. Days whose
/// report never changed are left out.
pub async fn earlier_versions(
    store: &Store,
    by: By,
    days: Vec<ReportDate>,
) -> Result<Vec<(ReportDate, Vec<Version>)>, ActionError> {
    let (organisation, advisor) = (by.organisation, AdvisorId::from(by.account));
    let read = store.read(move |connection| {
        let mut earlier = Vec::new();
        for date in days {
            let mut versions = reports::versions(connection, organisation, advisor, date)?;
            if versions.first().is_some_and(|newest| newest.report.is_some()) {
                versions.remove(0);
            }
            if !versions.is_empty() {
                earlier.push((date, versions));
            }
        }
        Ok(earlier)
    });
    Ok(read.await?)
}

/// The next of a person's reports, the newest first, after the one given; none after the last.
pub async fn own_reports(
    store: &Store,
    by: By,
    after: Option<(ReportDate, AdvisorId)>,
) -> Result<Vec<RecordedReport>, ActionError> {
    let query = ListQuery {
        organisation: by.organisation,
        advisor: Some(AdvisorId::from(by.account)),
        from: None,
        to: None,
        after,
        limit: SLICE,
    };
    let page = store.read(move |connection| reports::page(connection, &query)).await?;
    Ok(page.items)
}

/// The next of what the audit log says that a person did, or that was done to them, the newest first, after the entry
/// given; none after the last.
pub async fn own_deeds(
    store: &Store,
    by: By,
    after: Option<(DateTime<Utc>, AuditEntryId)>,
) -> Result<Vec<AuditEntry>, ActionError> {
    let query = AuditQuery {
        organisation: by.organisation,
        after,
        account: Some(by.account),
        limit: SLICE,
    };
    let entries = store.read(move |connection| audit::list(connection, &query)).await?;
    Ok(entries)
}

/// Erases a person's name and address; their reports and the figures stay. Tells whether there is such a person.
pub async fn erase_account(
    store: &Store,
    organisation: OrganisationId,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, ActionError> {
    let deed = Deed {
        organisation,
        action: AuditAction::AccountErased,
        actor: None,
        subject: account.uuid().into(),
    };
    let found = store
        .locking(organisation)
        .change(move |locked| {
            if managed::find(locked, organisation, account)?.is_none() {
                return Ok(false);
            }
            audit::record(locked, deed, now)?;
            retention::erase_account(locked, account, now)
        })
        .await?;
    Ok(found)
}

/// A piece of what is held about an organisation.
#[derive(Debug)]
pub enum OrganisationPart {
    /// Its settings.
    Organisation(Organisation),
    /// One of its accounts.
    Account(ManagedAccount),
    /// A day of an advisor: what its report says, and what it said before.
    Day(AdvisorId, ReportDate, Vec<Version>),
    /// What was last said of a month.
    Month(MonthRecord),
    /// Figures that were published, byte for byte.
    Publication(PublicationRecord, String),
    /// A link to a publication.
    Link(SharedLink),
    /// A key for a program.
    Key(ApiKey),
    /// A device on which somebody is, or was of late, signed in.
    Session(AccountId, Session),
    /// An entry of the audit log.
    Audit(AuditEntry),
    /// A version of a thing of the field.
    Field(FieldPart),
}

/// Gives everything that is held about an organisation to `take`, piece by piece, as it is at one moment; `false`:
/// there is no such organisation. The audit log notes that somebody asked.
pub async fn export_organisation(
    store: &Store,
    id: OrganisationId,
    now: DateTime<Utc>,
    mut take: impl FnMut(OrganisationPart) -> std::io::Result<()> + Send + 'static,
) -> Result<bool, ActionError> {
    let exists = store
        .read(move |connection| {
            let Some(organisation) = organisations::find(connection, id)? else {
                return Ok(false);
            };
            take(OrganisationPart::Organisation(organisation)).map_err(|error| unwritten(&error))?;
            for account in managed::all(connection, id)? {
                let sessions = sessions::kept(connection, id, account.account.id)?;
                let whose = account.account.id;
                take(OrganisationPart::Account(account)).map_err(|error| unwritten(&error))?;
                for session in sessions {
                    take(OrganisationPart::Session(whose, session)).map_err(|error| unwritten(&error))?;
                }
            }
            every_day(connection, id, &mut take)?;
            for month in months::all(connection, id)? {
                take(OrganisationPart::Month(month)).map_err(|error| unwritten(&error))?;
            }
            for published in publications::all(connection, id)? {
                if let Some((record, content)) = publications::find(connection, id, published.id)? {
                    take(OrganisationPart::Publication(record, content)).map_err(|error| unwritten(&error))?;
                }
            }
            for link in shared_links::kept(connection, id)? {
                take(OrganisationPart::Link(link)).map_err(|error| unwritten(&error))?;
            }
            for key in api_keys::kept(connection, id)? {
                take(OrganisationPart::Key(key)).map_err(|error| unwritten(&error))?;
            }
            copies::every_part(connection, id, |part| {
                take(OrganisationPart::Field(part)).map_err(|error| unwritten(&error))
            })?;
            let log = AuditQuery {
                organisation: id,
                after: None,
                account: None,
                limit: u32::MAX,
            };
            for entry in audit::list(connection, &log)? {
                take(OrganisationPart::Audit(entry)).map_err(|error| unwritten(&error))?;
            }
            Ok(true)
        })
        .await?;
    if exists {
        let deed = Deed {
            organisation: id,
            action: AuditAction::Exported,
            actor: None,
            subject: Subject::Organisation,
        };
        record(store, deed, now).await?;
    }
    Ok(exists)
}

/// The error of a copy that could not be written.
fn unwritten(error: &std::io::Error) -> StorageError {
    StorageError::Unavailable(format!("writing the copy: {error}"))
}

fn every_day(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    take: &mut impl FnMut(OrganisationPart) -> std::io::Result<()>,
) -> Result<(), StorageError> {
    let mut after = None;
    loop {
        let days = reports::written_days(connection, organisation, after, SLICE.into())?;
        for (advisor, date) in &days {
            let versions = reports::versions(connection, organisation, *advisor, *date)?;
            take(OrganisationPart::Day(*advisor, *date, versions)).map_err(|error| unwritten(&error))?;
        }
        match days.last() {
            Some(last) => after = Some(*last),
            None => return Ok(()),
        }
    }
}

/// Erases an organisation and everything that is held about it, in slices; nobody signs in to it from the first slice
/// on.
pub async fn erase_organisation(store: &Store, id: OrganisationId) -> Result<(), ActionError> {
    store.locking(id).change(erasure::shut).await?;
    loop {
        let erased = store
            .locking(id)
            .change(move |locked| erasure::erase_reports(locked, SLICE.into()))
            .await?;
        if erased == 0 {
            break;
        }
    }
    store.locking(id).change(erasure::erase_rest).await?;
    Ok(())
}

async fn record(store: &Store, deed: Deed, now: DateTime<Utc>) -> Result<(), ActionError> {
    store
        .change(move |connection| audit::record(connection, deed, now))
        .await?;
    Ok(())
}
