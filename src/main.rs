//! Parses the command line and runs the command.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Parser as _;
use quotidien::commands::CommandLine;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    start_logging();
    match command_line.run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("quotidien: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Logs go to standard error: lines for people on a terminal, JSON otherwise; `QUOTIDIEN_LOG` filters them.
fn start_logging() {
    let filter = EnvFilter::try_from_env("QUOTIDIEN_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        logs.compact().init();
    } else {
        logs.json().init();
    }
}
