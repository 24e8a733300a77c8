//! The accounts that write reports.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{AccountRow, find};
use crate::domain::account::{Account, Role};
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::domain::text::sort_key;
use crate::storage::connection::AnyConnection;
use crate::storage::schema::accounts;
use crate::storage::storage_error::StorageError;

/// Whether an organisation has such an advisor.
pub fn exists(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    advisor: AdvisorId,
) -> Result<bool, StorageError> {
    let account = find(connection, organisation, advisor.into())?;
    Ok(account.is_some_and(|account| account.role == Role::Advisor))
}

/// Whether all of these are advisors of an organisation.
pub fn all_exist(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    advisors: &[AdvisorId],
) -> Result<bool, StorageError> {
    let ids: Vec<String> = advisors.iter().map(ToString::to_string).collect();
    let known: i64 = accounts::table
        .filter(accounts::organisation_id.eq(organisation))
        .filter(accounts::account_id.eq_any(ids))
        .filter(accounts::role.eq(Role::Advisor))
        .count()
        .get_result(connection)?;
    Ok(usize::try_from(known) == Ok(advisors.len()))
}

/// The names of the advisors of an organisation, by their identifiers.
pub fn names(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
) -> Result<BTreeMap<String, String>, StorageError> {
    let named = all(connection, organisation)?;
    Ok(named
        .into_iter()
        .map(|account| (account.id.to_string(), account.name.as_str().to_owned()))
        .collect())
}

/// The advisors of an organisation, by name. Sorted here: databases do not agree on the order of texts.
pub fn all(connection: &mut AnyConnection, organisation: OrganisationId) -> Result<Vec<Account>, StorageError> {
    let rows: Vec<AccountRow> = accounts::table
        .filter(accounts::organisation_id.eq(organisation))
        .filter(accounts::role.eq(Role::Advisor))
        .select(AccountRow::as_select())
        .load(connection)?;
    let mut advisors: Vec<Account> = rows.into_iter().map(Into::into).collect();
    advisors.sort_by_cached_key(|advisor| (sort_key(advisor.name.as_str()), advisor.id));
    Ok(advisors)
}
