//! What is done with what stands around the report, each in one transaction with its entry in the audit log.

pub mod assignment;
pub mod calendars;
pub mod copies;
pub mod importing;
pub mod meetings;
pub mod national;
pub mod partner_links;
pub mod partner_page;
pub mod places;
pub mod planned_sessions;
pub mod referrals;
pub mod requests;
pub mod schedules;
pub mod things;
