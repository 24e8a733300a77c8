//! What stands around the report, over HTTP.

mod communes;
mod places;
mod territory;
