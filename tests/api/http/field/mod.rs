//! What stands around the report, over HTTP.

mod communes;
mod territory;
