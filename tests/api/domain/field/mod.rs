//! What stands around the report, without a database.

mod communes;
mod numbers;
mod partner;
mod referral;
mod schedule;
