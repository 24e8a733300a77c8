//! The types that stand in bodies of several capabilities.

pub mod code_schema;
pub mod page;
mod scalar;

pub use scalar::{Day, Identifier, Instant, Month};
