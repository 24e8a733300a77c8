//! What is to be done once a backup was restored: it knows nothing of what came after it, so it would let in who was sent
//! away since, hand out changes twice, and bring back who was erased.

use chrono::{DateTime, Utc};

use super::ActionError;
use super::privacy::{erase_account, erase_organisation};
use crate::domain::identifiers::OrganisationId;
use crate::storage::accounts::managed::{self, AccountStatus, ManagedAccount};
use crate::storage::api_keys::{self, ApiKey};
use crate::storage::erasures::Erasure;
use crate::storage::{AnyConnection, Store, access, jobs, organisations};

/// How much access was ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ended {
    /// Sessions: everybody signs in anew.
    pub sessions: usize,
    /// Invitations, and links to choose another password.
    pub invitations: usize,
}

/// Begins another history of changes in every organisation, and ends all sessions and invitations: those that ended since
/// the backup would be good again.
///
/// # Errors
/// As any action.
pub async fn begin_anew(store: &Store, epoch: &str, now: DateTime<Utc>) -> Result<Ended, ActionError> {
    for organisation in store.read(organisations::all_ids).await? {
        let begun = epoch.to_owned();
        store
            .locking(organisation)
            .change(move |locked| organisations::begin_history(locked, &begun))
            .await?;
    }
    let end = move |connection: &mut AnyConnection| access::end_all(connection, now);
    let (sessions, invitations) = store.change(end).await?;
    Ok(Ended { sessions, invitations })
}

/// Erases again what was erased since a backup. Gives what was there.
///
/// # Errors
/// As any action.
pub async fn erase_again(
    store: &Store,
    erasures: Vec<Erasure>,
    now: DateTime<Utc>,
) -> Result<Vec<Erasure>, ActionError> {
    let mut erased = Vec::new();
    for erasure in erasures {
        let organisation = erasure.organisation;
        let was_there = if let Some(account) = erasure.account {
            erase_account(store, organisation, account, now).await?
        } else {
            let find = move |connection: &mut AnyConnection| organisations::find(connection, organisation);
            let is_there = store.read(find).await?.is_some();
            if is_there {
                erase_organisation(store, organisation).await?;
            }
            is_there
        };
        if was_there {
            erased.push(erasure);
        }
    }
    // The clock of the last runs that the backup knows of says nothing of today's.
    store.change(jobs::forget_runs).await?;
    Ok(erased)
}

/// What may let somebody in who was sent away since a backup: somebody is to look through it.
#[derive(Debug)]
pub struct ToReview {
    /// The tenant.
    pub organisation: OrganisationId,
    /// Who can sign in.
    pub accounts: Vec<ManagedAccount>,
    /// The keys of programs.
    pub keys: Vec<ApiKey>,
}

/// Who and what is let in, by organisation, administrators included.
///
/// # Errors
/// As any action.
pub async fn to_review(store: &Store, now: DateTime<Utc>) -> Result<Vec<ToReview>, ActionError> {
    let review = store
        .read(move |connection| {
            let mut ids = organisations::all_ids(connection)?;
            ids.push(OrganisationId::INSTANCE);
            ids.into_iter()
                .map(|organisation| {
                    let mut accounts = managed::all(connection, organisation)?;
                    accounts.retain(|account| account.status == AccountStatus::Active);
                    let mut keys = api_keys::all(connection, organisation)?;
                    keys.retain(|key| key.expires_at > now);
                    Ok(ToReview {
                        organisation,
                        accounts,
                        keys,
                    })
                })
                .collect()
        })
        .await?;
    Ok(review)
}
