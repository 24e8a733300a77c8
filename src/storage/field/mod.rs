//! The rows of what stands around the report. Whatever writes them holds the lock of the organisation.

pub mod partners;
pub mod places;
pub mod retention;
pub mod territory;
pub mod thing;
