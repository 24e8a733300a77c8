//! Whether an instance can answer.

use crate::storage::{StorageError, Store, migrations, organisations};

/// Asks whether the database answers with the schema of this program, and whether it takes what the writer writes. The log says
/// which part is not ready.
///
/// # Errors
/// When a part is not ready.
pub async fn probe(store: &Store) -> Result<(), StorageError> {
    store
        .read(organisations::reachable)
        .await
        .map_err(fault_of("readers"))?;
    store.read(migrations::is_current).await.map_err(fault_of("schema"))?;
    store
        .change(organisations::takes_writes)
        .await
        .map_err(fault_of("writer"))
}

/// Says in the log which part of the service is not ready.
fn fault_of(part: &'static str) -> impl Fn(StorageError) -> StorageError {
    move |error| {
        tracing::warn!(part, "a part of the service is not ready");
        error
    }
}
