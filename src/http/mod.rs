//! The only place that knows actix and utoipa: routes, wire types, failures in words.

mod answer;
mod application;
mod field;
mod figures;
mod heavy_reads;
mod kept_documents;
mod metrics;
mod organisations;
mod pages;
mod people;
mod publications;
mod reports;
mod request;
mod routes;
mod runtime;
mod server;
mod web;
mod wire;

pub use answer::problem_code::ProblemCode;
pub use application::{Application, Browsers, Clock};
pub use heavy_reads::HeavyReads;
pub use kept_documents::KeptDocuments;
pub use metrics::{Metrics, metrics_server};
pub use organisations::export::export_line;
pub use reports::body::report_draft;
pub use routes::document;
pub use runtime::{block_on, spawn};
pub use server::{Terms, app, server};
