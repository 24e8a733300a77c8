//! Quotidien: daily reports of digital-inclusion advisors, and the monthly statistics a council votes on.
//!
//! What each room holds, and what it may import (a test reads the sources):
//!
//! | room | holds | imports |
//! |---|---|---|
//! | [`domain`] | what the words mean, the rules, what a write does | nothing |
//! | [`statistics`] | tallies, figures, breakdowns: values in, values out | domain |
//! | [`documents`] | figures as text, CSV, workbook, page, PDF | statistics, domain |
//! | [`storage`] | the only place that knows diesel | domain, statistics |
//! | [`auth`] | passwords and tokens | domain |
//! | [`mail`] | messages to people, by SMTP | domain |
//! | [`actions`] | uses of several steps | those above |
//! | [`jobs`] | background work | those above but actions |
//! | [`http`] | the only place that knows actix and utoipa | those above |
//! | [`config`] | every setting | http, jobs, mail, auth, storage |
//! | [`commands`] | what the command line can do | everything |
//!
//! The flow is one way: wire type → domain value → row in, row → domain value → wire type or document out.

pub mod actions;
pub mod auth;
pub mod commands;
pub mod config;
pub mod documents;
pub mod domain;
pub mod http;
pub mod jobs;
pub mod mail;
pub mod statistics;
pub mod storage;
