//! The types that stand in bodies of several capabilities.

pub mod code_schema;
