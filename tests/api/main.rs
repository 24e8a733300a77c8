//! Every test of the project, in one binary: rules and figures without a database, then storage and the API on both
//! databases.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod architecture;
mod authorization;
mod command_line;
mod demo;
mod deployed;
mod documents;
mod domain;
mod http;
mod isolation;
mod jobs;
mod keeping;
mod migrations;
mod offline;
mod passwords;
mod patience;
mod serving;
mod settings;
mod statistics;
mod storage;
mod supervision;
mod support;
mod upgrade;
