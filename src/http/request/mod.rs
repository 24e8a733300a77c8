//! What is read of a request before its handler runs: who calls, path, query, conditions, body.

pub mod admission;
pub mod caller;
pub mod conditions;
pub mod file_body;
pub mod form_body;
pub mod json_body;
pub mod link;
pub mod own_page;
pub mod path;
pub mod query;
pub mod rights;
