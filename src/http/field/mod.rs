//! What stands around the report, over HTTP: a file a thing, with its wire types and its operations.

pub mod agreements;
pub mod assignment;
pub mod calendars;
pub mod communes;
pub mod copies;
pub mod documents;
pub mod importing;
pub mod meetings;
pub mod national;
pub mod open_calendar;
pub mod own;
pub mod partner_links;
pub mod partner_page;
mod partner_page_words;
pub mod partners;
pub mod place_body;
pub mod places;
pub mod planned_session_body;
pub mod planned_sessions;
pub mod referral_body;
pub mod referrals;
pub mod requests;
pub mod schedules;
pub mod tags;
pub mod territory;
mod things;
pub mod workshops;
