//! Parses the command line and runs the command.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use quotidien::commands::{CommandLine, LogFilter};
use tikv_jemallocator::Jemalloc;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// All memory comes from here, that of SQLite and of PostgreSQL's library too.
#[global_allocator]
static MEMORY: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let command_line = match CommandLine::read(&arguments) {
        Ok(command_line) => command_line,
        Err(error) => return refuse(&error),
    };
    let _written = start_logging(&command_line.log);
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

/// Says what of the command line cannot be used, or gives the help that it asks for.
fn refuse(error: &anyhow::Error) -> ExitCode {
    if let Some(error) = error.downcast_ref::<clap::Error>() {
        drop(error.print());
        return if error.use_stderr() {
            ExitCode::from(2)
        } else {
            ExitCode::SUCCESS
        };
    }
    drop(writeln!(std::io::stderr(), "quotidien: {error:#}"));
    ExitCode::from(2)
}

/// Logs go to standard error: lines for people on a terminal, JSON otherwise; the setting `log` filters them. A thread of
/// its own writes them. Whoever logs never waits for it, nor fails when standard error is full or gone: lines are lost
/// then, since a server whose log cannot be written must go on. What is given back writes the last lines when it is dropped.
fn start_logging(filter: &LogFilter) -> WorkerGuard {
    let (writer, written) = tracing_appender::non_blocking(std::io::stderr());
    let logs = fmt::layer()
        // The layer says with `eprintln!` what it could not write, and panics where standard error is gone.
        .log_internal_errors(false)
        .with_writer(writer);
    // Not `EnvFilter`, which looks at each span whenever it is entered and left, under a lock.
    let filtered = tracing_subscriber::registry().with(filter.targets());
    if std::io::stderr().is_terminal() {
        filtered.with(logs.compact()).init();
    } else {
        filtered.with(logs.json()).init();
    }
    written
}
