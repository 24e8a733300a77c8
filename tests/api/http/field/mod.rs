//! What stands around the report, over HTTP.

mod agreements;
mod assignment;
mod catalogue;
mod communes;
mod forgetting;
mod la_coop;
mod meetings;
mod naming;
mod places;
mod planned_sessions;
mod referrals;
mod requests;
mod schedules;
mod territory;
