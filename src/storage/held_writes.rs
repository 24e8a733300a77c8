//! Writes that wait because somebody else holds the lock of their organisation: another instance that is slow or frozen, or
//! a person with a transaction open. Everybody else's writes go on meanwhile.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use super::queue_item::Item;
use super::storage_error::StorageError;
use crate::domain::identifiers::OrganisationId;

/// How long a write waits for the lock of its organisation before it is answered 503.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is looked whether a lock is free.
pub(super) const RETRY: Duration = Duration::from_millis(100);
/// The most writes that may wait here.
const MOST: usize = 1024;

/// A write, and since when it waits.
type Waiting = (Instant, Item);

/// The writes that wait, by organisation, in the order of their arrival.
#[derive(Default)]
pub(super) struct HeldWrites {
    waiting: BTreeMap<OrganisationId, VecDeque<Waiting>>,
    /// When it is next looked whether a lock is free.
    next: Option<Instant>,
}

impl HeldWrites {
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.values().map(VecDeque::len).sum()
    }

    /// Whether writes wait for one of the locks of this one, which must wait behind them.
    pub(super) fn holds_up(&self, item: &Item) -> Option<OrganisationId> {
        let held = |organisation: &&OrganisationId| self.waiting.contains_key(organisation);
        item.locks().iter().find(held).copied()
    }

    /// Has a write wait.
    pub(super) fn hold(&mut self, organisation: OrganisationId, item: Item) {
        if self.len() >= MOST {
            item.answer(Err(StorageError::QueueFull));
            return;
        }
        self.waiting
            .entry(organisation)
            .or_default()
            .push_back((Instant::now(), item));
    }

    /// The organisations whose lock is to be tried now, once those that waited too long are answered.
    pub(super) fn due(&mut self) -> Vec<OrganisationId> {
        let now = Instant::now();
        if self.is_empty() || self.next.is_some_and(|next| next > now) {
            return Vec::new();
        }
        self.next = Some(now + RETRY);
        for waiting in self.waiting.values_mut() {
            while let Some((_, item)) = waiting.pop_front_if(|(since, _)| now.duration_since(*since) > PATIENCE) {
                let held = "somebody else holds the lock of the organisation".to_owned();
                item.answer(Err(StorageError::Unavailable(held)));
            }
        }
        self.waiting.retain(|_, waiting| !waiting.is_empty());
        self.waiting.keys().copied().collect()
    }

    /// Takes the first writes of an organisation, `most` at most.
    pub(super) fn take(&mut self, organisation: OrganisationId, most: usize) -> Vec<Waiting> {
        let Some(waiting) = self.waiting.get_mut(&organisation) else {
            return Vec::new();
        };
        let taken = waiting.drain(..most.min(waiting.len())).collect();
        if waiting.is_empty() {
            self.waiting.remove(&organisation);
        }
        taken
    }

    /// Puts writes back that were taken.
    pub(super) fn put_back(&mut self, organisation: OrganisationId, taken: Vec<Waiting>) {
        let waiting = self.waiting.entry(organisation).or_default();
        for item in taken.into_iter().rev() {
            waiting.push_front(item);
        }
    }
}
