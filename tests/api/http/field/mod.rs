//! What stands around the report, over HTTP.

mod agreements;
mod assignment;
mod catalogue;
mod communes;
mod documents;
mod forgetting;
mod la_coop;
mod meetings;
mod naming;
mod partner_page;
mod importing;
mod national;
mod places;
mod planned_sessions;
mod referrals;
mod requests;
mod schedules;
mod territory;
