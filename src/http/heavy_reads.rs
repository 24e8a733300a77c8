//! Reads whose answers may be large: a caller makes two at once, so that none takes all memory or every reader of the database.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use uuid::Uuid;

use crate::auth::throttle::Wait;

/// How many of them a person or program makes at once.
const AT_ONCE: usize = 2;
/// How long another waits for its place.
const PATIENCE: Duration = Duration::from_secs(10);

/// The place of a heavy read, until its answer is read.
pub struct Place(#[expect(dead_code, reason = "given back when it is dropped")] OwnedSemaphorePermit);

/// The places of those who make heavy reads.
pub struct HeavyReads {
    callers: Mutex<HashMap<Uuid, Arc<Semaphore>>>,
    patience: Duration,
}

impl Default for HeavyReads {
    fn default() -> Self {
        Self::waiting(PATIENCE)
    }
}

impl HeavyReads {
    /// Places for which whoever has none yet waits so long.
    #[must_use]
    pub fn waiting(patience: Duration) -> Self {
        Self {
            callers: Mutex::default(),
            patience,
        }
    }

    /// A place for a read of a person or program.
    ///
    /// # Errors
    /// When none is given back in time.
    pub(in crate::http) async fn place(&self, caller: Uuid) -> Result<Place, Wait> {
        let places = {
            let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
            // Nobody else holds the places of who makes no such read.
            callers.retain(|_, places| Arc::strong_count(places) > 1);
            let places = callers
                .entry(caller)
                .or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE)));
            Arc::clone(places)
        };
        match timeout(self.patience, places.acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Place(permit)),
            _ => Err(Wait { seconds: 1 }),
        }
    }
}
