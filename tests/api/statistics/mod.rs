//! The figures, without a database: a file of tests for each module of `src/statistics`.

mod monthly;
mod tally;
