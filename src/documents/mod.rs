//! Figures as documents for people: plain text, CSV, a workbook, a page, PDF.

mod action_breakdowns;
pub mod action_plan;
mod action_reported;
mod action_words;
pub mod builders;
pub mod calendar;
pub mod chart;
pub mod coverage;
pub mod csv;
pub mod definitions;
pub mod document;
pub mod form;
pub mod html;
pub mod la_coop;
pub mod labels;
pub mod leaflet;
pub mod leaflets;
#[cfg(feature = "pdf")]
pub mod pdf;
pub mod presences;
mod scope;
pub mod text;
pub mod words;
pub mod xlsx;
