//! The figures, without a database: a file of tests for each module of `src/statistics`.

mod breakdown;
mod monthly;
mod share;
mod tally;
