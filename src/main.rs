//! Parses the command line and runs the command.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use quotidien::commands::CommandLine;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    let _written = start_logging();
    match command_line.run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Not `eprintln!`, which panics where standard error is gone.
            drop(writeln!(std::io::stderr(), "quotidien: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Logs go to standard error: lines for people on a terminal, JSON otherwise; `QUOTIDIEN_LOG` filters them. A thread of
/// its own writes them. Whoever logs never waits for it, nor fails when standard error is full or gone: lines are lost
/// then, since a server whose log cannot be written must go on. What is given back writes the last lines when it is dropped.
fn start_logging() -> WorkerGuard {
    let filter = EnvFilter::try_from_env("QUOTIDIEN_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let (writer, written) = tracing_appender::non_blocking(std::io::stderr());
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // The subscriber says with `eprintln!` what it could not write, and panics where standard error is gone.
        .log_internal_errors(false)
        .with_writer(writer);
    if std::io::stderr().is_terminal() {
        logs.compact().init();
    } else {
        logs.json().init();
    }
    written
}
