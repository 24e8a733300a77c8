//! The lock of an organisation. Whatever changes its reports, months, tallies or activity periods holds it, so that what was
//! read stays true until the commit; what must hold it asks for a [`Locked`] connection.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::{Deref, DerefMut};

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Text};

use super::connection::AnyConnection;
use super::memory::LastChange;
use super::storage_error::StorageError;
use crate::domain::identifiers::OrganisationId;

/// The organisations that a transaction has locked, and the numbers that their changes get.
#[derive(Debug)]
pub(super) struct Locks(BTreeMap<OrganisationId, Numbers>);

/// The changes of an organisation that is locked.
#[derive(Debug)]
struct Numbers {
    /// Its last change before the transaction; none where there is no such organisation.
    before: Option<LastChange>,
    /// How many numbers the transaction has reserved.
    reserved: i64,
    /// How many of them were given out.
    given: i64,
}

/// Moves the number of an organisation's last change on, and gives back the history and the new number. Every transaction of the
/// writer begins with it, so it is kept prepared, which diesel does with no `UPDATE` of its own.
struct ReserveChanges {
    organisation: String,
    count: i64,
}

impl<DB> QueryFragment<DB> for ReserveChanges
where
    DB: Backend,
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE organisations SET change_seq = change_seq + ");
        out.push_bind_param::<BigInt, _>(&self.count)?;
        out.push_sql(" WHERE organisation_id = ");
        out.push_bind_param::<Text, _>(&self.organisation)?;
        out.push_sql(" RETURNING change_epoch, change_seq");
        Ok(())
    }
}

impl QueryId for ReserveChanges {
    type QueryId = Self;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for ReserveChanges {
    type SqlType = (Text, BigInt);
}

impl RunQueryDsl<AnyConnection> for ReserveChanges {}

impl Locks {
    /// Locks organisations, in the order of their identifiers, until the transaction ends, and reserves for each as many
    /// change numbers as asked. To be the first statement of a transaction: only what is read after it stays true until
    /// the commit. When it fails it names the organisation at which it did.
    pub(super) fn take(
        connection: &mut AnyConnection,
        changes: &BTreeMap<OrganisationId, i64>,
    ) -> Result<Self, (OrganisationId, StorageError)> {
        let mut locked = BTreeMap::new();
        for (organisation, count) in changes {
            let reserve = ReserveChanges {
                organisation: organisation.to_string(),
                count: *count,
            };
            let last: Option<(String, i64)> = reserve
                .get_result(connection)
                .optional()
                .map_err(|error| (*organisation, error.into()))?;
            let numbers = Numbers {
                before: last.map(|(epoch, last)| LastChange {
                    epoch,
                    number: last - count,
                }),
                reserved: *count,
                given: 0,
            };
            locked.insert(*organisation, numbers);
        }
        Ok(Self(locked))
    }

    /// The locks of a transaction that is yet to come, provided that these are still the last changes of the organisations then: each
    /// with how many numbers it reserves.
    pub(super) fn expecting(last: BTreeMap<OrganisationId, (LastChange, i64)>) -> Self {
        let numbers = |(before, reserved)| Numbers {
            before: Some(before),
            reserved,
            given: 0,
        };
        Self(
            last.into_iter()
                .map(|(organisation, last)| (organisation, numbers(last)))
                .collect(),
        )
    }

    /// Reserves what others do as well, which expect the changes that these make.
    pub(super) fn join(&mut self, next: Self) {
        for (organisation, numbers) in next.0 {
            match self.0.entry(organisation) {
                Entry::Occupied(mut own) => own.get_mut().reserved += numbers.reserved,
                Entry::Vacant(entry) => drop(entry.insert(numbers)),
            }
        }
    }

    /// The organisations that exist, with their last changes before the transaction, and how many numbers it reserves.
    pub(super) fn reserved(&self) -> impl Iterator<Item = (OrganisationId, &LastChange, i64)> {
        let locked = self.0.iter();
        locked.filter_map(|(organisation, numbers)| Some((*organisation, numbers.before.as_ref()?, numbers.reserved)))
    }

    /// The organisations that are locked and exist, with their last changes before the transaction.
    pub(super) fn changes_before(&self) -> impl Iterator<Item = (OrganisationId, &LastChange)> {
        self.reserved().map(|(organisation, before, _)| (organisation, before))
    }

    /// Whether the organisations were, before these locks were taken, as the others expect.
    pub(super) fn are_as_expected(&self, expected: &Self) -> bool {
        self.changes_before().eq(expected.changes_before())
    }

    /// The last change of an organisation once the transaction is committed.
    pub(super) fn change_after(&self, organisation: OrganisationId) -> Option<LastChange> {
        let numbers = self.0.get(&organisation)?;
        let before = numbers.before.as_ref()?;
        Some(LastChange {
            epoch: before.epoch.clone(),
            number: before.number + numbers.reserved,
        })
    }

    /// The number of the next change of an organisation.
    pub(super) fn next_change(&mut self, organisation: OrganisationId) -> Result<i64, StorageError> {
        let numbers = self.0.get_mut(&organisation);
        let numbers = numbers.ok_or(StorageError::NotLocked(organisation))?;
        numbers.given += 1;
        let before = numbers.before.as_ref().map_or(0, |before| before.number);
        Ok(before + numbers.given)
    }

    /// The connection of the transaction, for what must hold the lock of an organisation.
    pub(super) fn on<'c>(
        &self,
        connection: &'c mut AnyConnection,
        organisation: OrganisationId,
    ) -> Result<Locked<'c>, StorageError> {
        if !self.0.contains_key(&organisation) {
            return Err(StorageError::NotLocked(organisation));
        }
        Ok(Locked {
            connection,
            organisation,
        })
    }
}

/// A connection in a transaction that has locked an organisation. Only the writer makes one, from the locks that it took:
/// [`Store::locking`](super::Store::locking) gives it to work.
pub struct Locked<'c> {
    connection: &'c mut AnyConnection,
    organisation: OrganisationId,
}

impl Locked<'_> {
    /// The organisation that is locked.
    pub const fn organisation(&self) -> OrganisationId {
        self.organisation
    }

    /// The organisation, and the connection for statements about it.
    pub(super) const fn parts(&mut self) -> (OrganisationId, &mut AnyConnection) {
        (self.organisation, self.connection)
    }
}

impl Deref for Locked<'_> {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        self.connection
    }
}

impl DerefMut for Locked<'_> {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        self.connection
    }
}
