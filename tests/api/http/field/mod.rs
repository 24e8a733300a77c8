//! What stands around the report, over HTTP.

mod agreements;
mod catalogue;
mod communes;
mod forgetting;
mod meetings;
mod places;
mod requests;
mod territory;
