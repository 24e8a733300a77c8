//! The rules of reports, without a database: a file of tests for each module of `src/domain`.

mod account;
mod calendar;
mod decision;
mod field;
mod field_error;
mod holidays;
mod identifiers;
mod intervention;
mod nomenclature;
mod report;

pub(crate) use intervention::accepted as sound_intervention;
