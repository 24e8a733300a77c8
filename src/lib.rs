//! Quotidien.
pub mod actions;
pub mod auth;
pub mod documents;
pub mod domain;
pub mod statistics;
pub mod storage;
