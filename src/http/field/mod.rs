//! What stands around the report, over HTTP: a file a thing, with its wire types and its operations.

pub mod agreements;
pub mod assignment;
pub mod communes;
pub mod copies;
pub mod meetings;
pub mod partners;
pub mod place_body;
pub mod places;
pub mod requests;
pub mod tags;
pub mod territory;
mod things;
pub mod workshops;
