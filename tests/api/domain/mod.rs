//! The rules of reports, without a database: a file of tests for each module of `src/domain`.

mod intervention;
mod report;

pub(crate) use intervention::accepted as sound_intervention;
