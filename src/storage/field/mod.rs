//! The rows of what stands around the report. Whatever writes them holds the lock of the organisation.

pub mod agreements;
pub mod assignment;
pub mod feeds;
pub mod meetings;
pub mod partner_links;
pub mod partners;
pub mod places;
pub mod planned_sessions;
pub mod referrals;
pub mod reported;
pub mod requests;
pub mod retention;
pub mod schedules;
pub mod tags;
pub mod territory;
pub mod thing;
pub mod workload;
pub mod workshops;
