//! The figures, without a database: a file of tests for each module of `src/statistics`.

mod breakdown;
mod completeness;
mod masking;
mod monthly;
mod partners;
mod publication;
mod share;
mod tally;
