//! What the reports that wait in the queue of writes may weigh together: a place in it may be taken by half a mebibyte.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::storage_error::StorageError;

/// The most bytes that the reports that wait may weigh: thousands of the largest would take more memory than the rest of the
/// service. Four thousand of the usual few kilobytes stay far below it.
const MOST: usize = 64 << 20;

/// The room that the reports of a queue share.
#[derive(Debug, Clone, Default)]
pub(super) struct QueueRoom(Arc<AtomicUsize>);

impl QueueRoom {
    /// Takes room for a report, if so much is left.
    pub(super) fn take(&self, bytes: usize) -> Result<Taken, StorageError> {
        let before = self.0.fetch_add(bytes, Ordering::Relaxed);
        let taken = Taken {
            bytes,
            room: self.clone(),
        };
        if before.saturating_add(bytes) > MOST {
            return Err(StorageError::QueueFull);
        }
        Ok(taken)
    }
}

/// What a report takes of the room, until it is answered.
#[derive(Debug)]
pub(super) struct Taken {
    bytes: usize,
    room: QueueRoom,
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.room.0.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}
