//! What stands around the report: where mediation happens, with whom, and what was planned. Each thing has a file, with
//! the rules that it obeys.

pub mod agreement;
pub mod assignment;
pub mod communes;
pub mod meeting;
pub mod national;
pub mod partner;
pub mod phone;
pub mod pivot;
pub mod place;
pub mod place_lists;
pub mod plan;
pub mod planned_session;
pub mod publicity;
pub mod reading;
pub mod referral;
pub mod request;
pub mod schedule;
pub mod tag;
pub mod territory;
pub mod thing;
pub mod workshop;
