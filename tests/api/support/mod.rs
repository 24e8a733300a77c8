//! What the tests share: a database for each, and short ways to say what they do.

pub(crate) mod annex;
pub(crate) mod api;
pub(crate) mod arbitrary;
pub(crate) mod codes;
pub(crate) mod database;
mod documented;
pub(crate) mod faults;
pub(crate) mod field;
pub(crate) mod history;
mod keeper;
pub(crate) mod log;
pub(crate) mod mail;
pub(crate) mod organisation;
pub(crate) mod queue;
pub(crate) mod random;
pub(crate) mod sql;
pub(crate) mod storm;
pub(crate) mod things;
pub(crate) mod traffic;
