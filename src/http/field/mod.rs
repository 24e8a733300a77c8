//! What stands around the report, over HTTP: a file a thing, with its wire types and its operations.

pub mod communes;
pub mod copies;
pub mod partners;
pub mod place_body;
pub mod places;
pub mod territory;
mod things;
