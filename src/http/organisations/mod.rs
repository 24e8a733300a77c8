//! Organisations: their settings, their keys for programs, their audit log, copies of what they hold, and the instance's list of them.

pub mod api_keys;
pub mod audit_log;
pub mod export;
pub mod instance;
pub mod settings;
