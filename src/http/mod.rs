//! The only place that knows actix and utoipa: routes, wire types, failures in words.

mod accounts;
mod admission;
mod api_keys;
mod application;
mod audit_log;
mod caller;
mod code_schema;
mod conditions;
mod envelope;
mod fault_texts;
mod interventions;
mod json_body;
mod metrics;
mod nomenclature;
mod openapi;
mod organisation;
mod organisations;
mod pages;
mod passwords;
mod people;
mod problem;
mod problem_code;
mod query;
mod report_body;
mod report_view;
mod reports;
mod routes;
mod server;
mod service_info;
mod sessions;
mod statistics;

pub use application::{Application, Browsers, Clock};
pub use metrics::{Metrics, metrics_server};
pub use problem_code::ProblemCode;
pub use routes::document;
pub use server::{app, block_on, server, spawn};
