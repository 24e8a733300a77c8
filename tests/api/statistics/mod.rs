//! The figures, without a database: a file of tests for each module of `src/statistics`.

mod breakdown;
mod completeness;
mod masking;
mod monthly;
mod share;
mod tally;
