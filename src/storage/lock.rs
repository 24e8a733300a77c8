//! The lock of an organisation. Whatever changes its reports, months, tallies or activity periods holds it, so that what was
//! read stays true until the commit; what must hold it asks for a [`Locked`] connection.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

use diesel::prelude::*;

use super::connection::AnyConnection;
use super::schema::organisations;
use super::storage_error::StorageError;
use crate::domain::identifiers::OrganisationId;

/// The organisations that a transaction has locked, and the numbers that their changes get.
#[derive(Debug)]
pub(super) struct Locks(BTreeMap<OrganisationId, i64>);

impl Locks {
    /// Locks organisations, in the order of their identifiers, until the transaction ends, and reserves for each as many
    /// change numbers as asked. To be the first statement of a transaction: only what is read after it stays true until
    /// the commit. When it fails it names the organisation at which it did.
    pub(super) fn take(
        connection: &mut AnyConnection,
        changes: &BTreeMap<OrganisationId, i64>,
    ) -> Result<Self, (OrganisationId, StorageError)> {
        let mut before = BTreeMap::new();
        for (organisation, count) in changes {
            let last: Option<i64> = diesel::update(organisations::table.find(*organisation))
                .set(organisations::change_seq.eq(organisations::change_seq + *count))
                .returning(organisations::change_seq)
                .get_result(connection)
                .optional()
                .map_err(|error| (*organisation, error.into()))?;
            before.insert(*organisation, last.unwrap_or_default() - count);
        }
        Ok(Self(before))
    }

    /// The number of the next change of an organisation.
    pub(super) fn next_change(&mut self, organisation: OrganisationId) -> i64 {
        let next = self.0.entry(organisation).or_default();
        *next += 1;
        *next
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
