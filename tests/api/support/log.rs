//! What the program logs while a test runs: its lines as JSON, as a server writes them.

use std::fs::File;
use std::io::Read as _;
use std::sync::Arc;

use serde_json::Value;
use tempfile::NamedTempFile;
use tracing::subscriber::DefaultGuard;

/// The lines that this thread logs until this is dropped.
pub(crate) struct Log {
    /// What is logged and was not read.
    unread: File,
    _listening: DefaultGuard,
}

impl Log {
    /// Begins to keep what is logged.
    pub(crate) fn begin() -> Self {
        let file = NamedTempFile::new().unwrap();
        let written = Arc::new(file.reopen().unwrap());
        let lines = tracing_subscriber::fmt().json().with_writer(written).finish();
        Self {
            unread: file.reopen().unwrap(),
            _listening: tracing::subscriber::set_default(lines),
        }
    }

    /// The parts that were said not to be ready since somebody last asked.
    pub(crate) fn parts_not_ready(&self) -> Vec<String> {
        let mut unread = String::new();
        (&self.unread).read_to_string(&mut unread).unwrap();
        parts_not_ready(&lines(&unread))
    }
}

/// The lines of a log, each of which is JSON.
pub(crate) fn lines(log: &str) -> Vec<Value> {
    let read = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    log.lines().map(read).collect()
}

/// The parts that a log says are not ready.
pub(crate) fn parts_not_ready(lines: &[Value]) -> Vec<String> {
    let parts = lines.iter().filter_map(|line| line["fields"]["part"].as_str());
    parts.map(str::to_owned).collect()
}
