//! Accounts as the coordinator of an organisation manages them: with their status, working days and activity periods.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use strum::VariantArray;

use super::AccountRow;
use crate::domain::account::{Account, ActivityPeriod};
use crate::domain::account_draft::AccountSettings;
use crate::domain::identifiers::{AccountId, OrganisationId};
use crate::domain::organisation::WorkingDays;
use crate::domain::text::sort_key;
use crate::storage::access;
use crate::storage::api_keys;
use crate::storage::calendar_links;
use crate::storage::columns::{Instant, MaybeInstant, days_column, instant_column};
use crate::storage::connection::AnyConnection;
use crate::storage::lock::Locked;
use crate::storage::outbox;
use crate::storage::schema::{accounts, activity_periods, sign_ins};
use crate::storage::storage_error::StorageError;

/// Where an account is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum AccountStatus {
    /// Has no password yet.
    Invited,
    /// Signs in.
    Active,
    /// Signs in no more.
    Deactivated,
}

impl AccountStatus {
    /// The code on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Deactivated => "deactivated",
        }
    }
}

/// An account with what a coordinator says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedAccount {
    /// The account.
    pub account: Account,
    /// Where it is in its life.
    pub status: AccountStatus,
    /// Their working days; `None`: the organisation's.
    pub working_days: Option<WorkingDays>,
    /// Their activity periods, in order.
    pub activity_periods: Vec<ActivityPeriod>,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// When they last signed in or refreshed a session.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// When they were deactivated, if they are.
    pub deactivated_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts)]
struct ManagedRow {
    #[diesel(embed)]
    account: AccountRow,
    password_hash: Option<String>,
    working_days: Option<WorkingDays>,
    #[diesel(deserialize_as = Instant)]
    created_at: DateTime<Utc>,
    #[diesel(deserialize_as = MaybeInstant)]
    last_seen_at: Option<DateTime<Utc>>,
    #[diesel(deserialize_as = MaybeInstant)]
    deactivated_at: Option<DateTime<Utc>>,
}

impl ManagedRow {
    fn with(self, activity_periods: Vec<ActivityPeriod>) -> ManagedAccount {
        ManagedAccount {
            account: self.account.into(),
            status: match (self.deactivated_at, self.password_hash) {
                (Some(_), _) => AccountStatus::Deactivated,
                (None, None) => AccountStatus::Invited,
                (None, Some(_)) => AccountStatus::Active,
            },
            working_days: self.working_days,
            activity_periods,
            created_at: self.created_at,
            last_seen_at: self.last_seen_at,
            deactivated_at: self.deactivated_at,
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = activity_periods)]
struct PeriodRow {
    advisor_id: AccountId,
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
}

impl From<PeriodRow> for ActivityPeriod {
    fn from(row: PeriodRow) -> Self {
        Self {
            starts_on: row.starts_on,
            ends_on: row.ends_on,
        }
    }
}

/// The accounts of an organisation, by name.
pub fn all(connection: &mut AnyConnection, organisation: OrganisationId) -> Result<Vec<ManagedAccount>, StorageError> {
    let rows: Vec<ManagedRow> = accounts::table
        .filter(accounts::organisation_id.eq(organisation))
        .select(ManagedRow::as_select())
        .load(connection)?;
    let period_rows: Vec<PeriodRow> = activity_periods::table
        .filter(activity_periods::organisation_id.eq(organisation))
        .order((activity_periods::advisor_id, activity_periods::starts_on))
        .select(PeriodRow::as_select())
        .load(connection)?;
    let mut periods: BTreeMap<AccountId, Vec<ActivityPeriod>> = BTreeMap::new();
    for row in period_rows {
        periods.entry(row.advisor_id).or_default().push(row.into());
    }
    let managed = |row: ManagedRow| {
        let periods = periods.remove(&row.account.account_id);
        row.with(periods.unwrap_or_default())
    };
    let mut accounts: Vec<ManagedAccount> = rows.into_iter().map(managed).collect();
    accounts.sort_by_cached_key(|managed| (sort_key(managed.account.name.as_str()), managed.account.id));
    Ok(accounts)
}

/// An account of an organisation; `None` when there is none, or when it was erased.
pub fn find(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<Option<ManagedAccount>, StorageError> {
    let row: Option<ManagedRow> = accounts::table
        .find((organisation, account))
        .filter(accounts::anonymised_at.is_null())
        .select(ManagedRow::as_select())
        .first(connection)
        .optional()?;
    let Some(row) = row else {
        return Ok(None);
    };
    let periods: Vec<PeriodRow> = activity_periods::table
        .filter(activity_periods::organisation_id.eq(organisation))
        .filter(activity_periods::advisor_id.eq(account))
        .order(activity_periods::starts_on)
        .select(PeriodRow::as_select())
        .load(connection)?;
    Ok(Some(row.with(periods.into_iter().map(Into::into).collect())))
}

/// Changes what is known of an account; under the lock, since writes of reports depend on activity periods.
pub fn change(locked: &mut Locked<'_>, account: AccountId, settings: &AccountSettings) -> Result<(), StorageError> {
    let (organisation, connection) = locked.parts();
    diesel::update(accounts::table.find((organisation, account)))
        .set((
            accounts::role.eq(settings.role),
            accounts::name.eq(&settings.name),
            accounts::email.eq(&settings.email),
            accounts::working_days.eq(settings.working_days.map(days_column)),
        ))
        .execute(connection)?;
    let way_in = sign_ins::table
        .filter(sign_ins::organisation_id.eq(organisation))
        .filter(sign_ins::account_id.eq(account));
    diesel::update(way_in)
        .set(sign_ins::email.eq(&settings.email))
        .execute(connection)?;
    let periods = activity_periods::table
        .filter(activity_periods::organisation_id.eq(organisation))
        .filter(activity_periods::advisor_id.eq(account));
    diesel::delete(periods).execute(connection)?;
    insert_periods(locked, account, &settings.activity_periods)?;
    access::note_change(locked)
}

pub(super) fn insert_periods(
    locked: &mut Locked<'_>,
    advisor: AccountId,
    periods: &[ActivityPeriod],
) -> Result<(), StorageError> {
    let (organisation, connection) = locked.parts();
    for period in periods {
        diesel::insert_into(activity_periods::table)
            .values((
                activity_periods::organisation_id.eq(organisation),
                activity_periods::advisor_id.eq(advisor),
                activity_periods::starts_on.eq(period.starts_on),
                activity_periods::ends_on.eq(period.ends_on),
            ))
            .execute(connection)?;
    }
    Ok(())
}

/// Deactivates an account at `now`, as a deed of `actor`: revokes the keys that its owner made, ends the addresses of their
/// calendar, and forgets the mail that waits for them. An account that is
/// deactivated already keeps its date.
pub fn deactivate(
    locked: &mut Locked<'_>,
    account: AccountId,
    actor: Option<AccountId>,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let (organisation, connection) = locked.parts();
    let active = accounts::table
        .find((organisation, account))
        .filter(accounts::deactivated_at.is_null());
    diesel::update(active)
        .set(accounts::deactivated_at.eq(instant_column(now)))
        .execute(connection)?;
    outbox::forget(connection, organisation, account)?;
    calendar_links::end(connection, organisation, account)?;
    api_keys::revoke_all_of(connection, organisation, account, actor, now)
}
