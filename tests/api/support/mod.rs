//! What tests stand on: databases of their own, and short ways to say what they do.

pub(crate) mod annex;
pub(crate) mod arbitrary;
pub(crate) mod database;
pub(crate) mod faults;
mod keeper;
pub(crate) mod sql;
