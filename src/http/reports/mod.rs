//! Reports by day: written, read, listed, in batches, as changes and as history, and the closed lists that they name.

pub mod batch;
pub mod body;
pub mod changes;
pub mod history;
pub mod interventions;
pub mod la_coop;
pub mod nomenclature;
pub mod report;
pub mod view;
