//! What stands around the report, over HTTP.

mod agreements;
mod assignment;
mod calendars;
mod catalogue;
mod communes;
mod documents;
mod forgetting;
mod holding;
mod importing;
mod la_coop;
mod linking;
mod meetings;
mod naming;
mod national;
mod own;
mod partner_page;
mod places;
mod planned_sessions;
mod referrals;
mod requests;
mod schedules;
mod sentences;
mod territory;
mod town;
