//! Calendars that other programs subscribe to: the addresses of somebody's own, and what they show.

use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::actions::{ActionError, By};
use crate::auth::opaque_token::LinkToken;
use crate::domain::account::Role;
use crate::domain::audit::AuditAction;
use crate::domain::calendar::today_in;
use crate::domain::identifiers::{AccountId, OrganisationId};
use crate::domain::organisation::Organisation;
use crate::domain::shared_link::LinkId;
use crate::storage::calendar_links::{self, CalendarLink};
use crate::storage::field::feeds::{Material, material};
use crate::storage::{AnyConnection, StorageError, Store, audit, organisations};

/// How many addresses of their calendar somebody has at most.
pub const LINKS_MAX: usize = 10;
/// Of how many days before today a calendar tells.
const DAYS_BEFORE: u64 = 90;
/// Of how many days after today a calendar tells.
const DAYS_AFTER: u64 = 400;

/// Makes an address of the calendar of whoever asks, whose token is to be shown once; `None`: they have as many as they can.
pub async fn create(
    store: &Store,
    by: By,
    name: String,
    now: DateTime<Utc>,
) -> Result<Option<(CalendarLink, LinkToken)>, ActionError> {
    let link = CalendarLink {
        id: LinkId::new(),
        account: by.account,
        name,
        created_at: now,
        last_read_at: None,
    };
    let token = LinkToken::new(by.organisation, link.id);
    let (row, hash) = (link.clone(), token.hash());
    let made = store
        .change(move |connection| {
            if calendar_links::all(connection, by.organisation, by.account)?.len() >= LINKS_MAX {
                return Ok(false);
            }
            calendar_links::insert(connection, by.organisation, row.clone(), &hash)?;
            audit::record(connection, by.did(AuditAction::LinkCreated, row.id.uuid()), now)?;
            Ok(true)
        })
        .await?;
    Ok(made.then_some((link, token)))
}

/// Ends an address of the calendar of whoever asks. Tells whether they had it.
pub async fn end(store: &Store, by: By, link: LinkId, now: DateTime<Utc>) -> Result<bool, ActionError> {
    let ended = store
        .change(move |connection| {
            let ended = calendar_links::delete(connection, by.organisation, by.account, link)?;
            if ended {
                audit::record(connection, by.did(AuditAction::LinkRevoked, link.uuid()), now)?;
            }
            Ok(ended)
        })
        .await?;
    Ok(ended)
}

/// What a calendar is made of, and for whom.
#[derive(Debug)]
pub struct Calendar {
    /// Whose sessions it shows.
    pub organisation: Organisation,
    /// What it is made of.
    pub material: Material,
}

/// The days of which calendars tell.
pub fn period(today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let from = today.checked_sub_days(Days::new(DAYS_BEFORE)).unwrap_or(today);
    let to = today.checked_add_days(Days::new(DAYS_AFTER)).unwrap_or(today);
    (from, to)
}

/// What the calendar of an organisation is made of.
pub fn calendar(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    now: DateTime<Utc>,
) -> Result<Option<Calendar>, StorageError> {
    let Some(organisation) = organisations::find(connection, organisation)? else {
        return Ok(None);
    };
    let (from, to) = period(today_in(organisation.time_zone, now));
    let material = material(connection, organisation.id, from, to)?;
    Ok(Some(Calendar { organisation, material }))
}

/// The calendar that an address shows, with whose it is and their role; only while they are there.
pub async fn by_link(
    store: &Store,
    token: &LinkToken,
    now: DateTime<Utc>,
) -> Result<Option<(Calendar, AccountId, Role)>, ActionError> {
    let (organisation, link, hash) = (token.organisation, token.id, token.hash());
    let shown = store
        .read(move |connection| {
            let Some((account, role)) = calendar_links::owner(connection, organisation, link, &hash)? else {
                return Ok(None);
            };
            let calendar = calendar(connection, organisation, now)?;
            Ok(calendar.map(|calendar| (calendar, account, role)))
        })
        .await?;
    Ok(shown)
}

/// Notes that a calendar was read by an address.
pub async fn note_reading(store: &Store, token: &LinkToken, now: DateTime<Utc>) -> Result<(), ActionError> {
    let (organisation, link) = (token.organisation, token.id);
    store
        .change(move |connection| calendar_links::note_reading(connection, organisation, link, now))
        .await?;
    Ok(())
}
