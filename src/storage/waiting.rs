//! The queue in which writes wait for the writer. The writer sleeps until as many wait as it expects, and is woken once for all of
//! them. A channel of the standard library would wake it for each, on the cores that read the next requests meanwhile.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Why an item found no place.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// As many wait as may.
    Full,
    /// The end that takes items was dropped.
    Disconnected,
}

#[derive(Debug)]
struct Shared<T> {
    places: usize,
    state: Mutex<State<T>>,
    woken: Condvar,
}

#[derive(Debug)]
struct State<T> {
    items: VecDeque<T>,
    /// How many items must wait until the end that takes them is woken; 0 while it is awake.
    wanted: usize,
    /// Whether the bell was rung since the end that takes items last woke.
    rung: bool,
    /// Whether one of the two ends is gone.
    closed: bool,
}

impl<T> Shared<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        // No code that may panic runs while the state is locked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end at which items are put; when it is dropped, what waits can still be taken.
#[derive(Debug)]
pub(super) struct Entrance<T>(Arc<Shared<T>>);

/// The end at which items are taken, in their order; when it is dropped, what waits is dropped too.
#[derive(Debug)]
pub(super) struct Exit<T>(Arc<Shared<T>>);

/// Wakes the end that takes items, whatever waits; also when it is dropped.
#[derive(Debug)]
pub(super) struct Bell<T>(Arc<Shared<T>>);

impl<T> Bell<T> {
    /// Wakes it, or has it not sleep the next time.
    pub(super) fn ring(&self) {
        self.0.state().rung = true;
        self.0.woken.notify_one();
    }
}

impl<T> Drop for Bell<T> {
    fn drop(&mut self) {
        self.ring();
    }
}

/// A queue with so many places.
pub(super) fn queue<T>(places: usize) -> (Entrance<T>, Exit<T>) {
    let shared = Arc::new(Shared {
        places,
        state: Mutex::new(State {
            items: VecDeque::new(),
            wanted: 0,
            rung: false,
            closed: false,
        }),
        woken: Condvar::new(),
    });
    (Entrance(Arc::clone(&shared)), Exit(shared))
}

impl<T> Entrance<T> {
    /// Puts an item at the end.
    pub(super) fn put(&self, item: T) -> Result<(), Refused> {
        let mut state = self.0.state();
        if state.closed {
            return Err(Refused::Disconnected);
        }
        if state.items.len() >= self.0.places {
            return Err(Refused::Full);
        }
        state.items.push_back(item);
        let enough = state.wanted > 0 && state.items.len() >= state.wanted;
        if enough {
            state.wanted = 0;
        }
        drop(state);
        if enough {
            self.0.woken.notify_one();
        }
        Ok(())
    }
}

impl<T> Drop for Entrance<T> {
    fn drop(&mut self) {
        self.0.state().closed = true;
        self.0.woken.notify_one();
    }
}

impl<T> Exit<T> {
    /// What wakes this end.
    pub(super) fn bell(&self) -> Bell<T> {
        Bell(Arc::clone(&self.0))
    }

    /// Sleeps until so many items wait, no more will come, the bell is rung, or the deadline is there; how many wait.
    pub(super) fn wait_for(&self, count: usize, deadline: Option<Instant>) -> usize {
        let mut state = self.0.state();
        while state.items.len() < count && !state.closed && !state.rung {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                break;
            }
            state.wanted = count;
            state = match left {
                None => self.0.woken.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(left) => {
                    let waited = self.0.woken.wait_timeout(state, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        state.wanted = 0;
        state.rung = false;
        state.items.len()
    }

    /// The first item, if one waits.
    pub(super) fn take(&self) -> Option<T> {
        self.0.state().items.pop_front()
    }

    /// Whether nothing waits and nothing will come any more.
    pub(super) fn has_ended(&self) -> bool {
        let state = self.0.state();
        state.closed && state.items.is_empty()
    }
}

impl<T> Drop for Exit<T> {
    fn drop(&mut self) {
        // Not while the state is locked: what waits may do anything when it is dropped.
        let left = {
            let mut state = self.0.state();
            state.closed = true;
            std::mem::take(&mut state.items)
        };
        drop(left);
    }
}
