//! A statistics table as a document for people: plain text, CSV.

pub mod csv;
pub mod definitions;
pub mod labels;
pub mod text;
