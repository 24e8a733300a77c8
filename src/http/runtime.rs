//! Actix's runtime, which the server needs, for modules that do not import actix.

use actix_web::rt::{self, task::JoinHandle};

/// Runs work to its end on a runtime of its own.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    rt::System::new().block_on(work)
}

/// Starts work on the runtime of its caller, who does not wait for it.
pub fn spawn<T: 'static>(work: impl Future<Output = T> + 'static) -> JoinHandle<T> {
    rt::spawn(work)
}
