//! The only place that knows diesel. Functions on a connection, composed inside `Store::read` and `Store::write`.

pub mod access;
pub mod accounts;
pub mod api_keys;
pub mod audit;
pub mod breakdowns;
pub mod check;
mod columns;
pub mod completeness;
mod connection;
pub mod erasure;
pub mod idle;
mod interventions;
pub mod invitations;
pub mod jobs;
mod lock;
pub mod migrations;
pub mod monthly;
pub mod months;
pub mod organisations;
pub mod publications;
pub mod reminders;
pub mod reports;
pub mod retention;
mod schema;
pub mod sessions;
pub mod shared_links;
pub mod signing_keys;
mod storage_error;
mod store;
mod tallies;
pub mod traces;
mod write_queue;

pub use connection::{AnyConnection, DatabaseUrl, private_file};
pub use lock::Locked;
pub use storage_error::StorageError;
pub use store::{Locking, Store};
