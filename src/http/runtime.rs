//! The runtime that the server needs, for those who know no actix.

use actix_web::rt::{self, task::JoinHandle};

/// Runs work to its end on the runtime that the server needs.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    rt::System::new().block_on(work)
}

/// Runs work beside its caller's, on the same runtime.
pub fn spawn<T: 'static>(work: impl Future<Output = T> + 'static) -> JoinHandle<T> {
    rt::spawn(work)
}
