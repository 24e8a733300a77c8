//! The folder of this run and, when a test asks for it, the run's PostgreSQL server. Both vanish when the process ends.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex};

/// The process that runs `keeper.sh`, and the folder that it keeps.
struct Keeper {
    /// Held here because the keeper removes the folder as soon as its standard input closes.
    process: Mutex<KeeperProcess>,
    folder: PathBuf,
}

struct KeeperProcess {
    _child: Child,
    requests: ChildStdin,
    replies: BufReader<ChildStdout>,
}

static KEEPER: LazyLock<Keeper> = LazyLock::new(|| {
    let mut child = Command::new("sh")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/support/keeper.sh"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // The keeper is in another group of processes than the tests, so that Ctrl-C does not reach it.
        .process_group(0)
        .spawn()
        .expect("the tests need a shell");
    let requests = child.stdin.take().unwrap();
    let replies = BufReader::new(child.stdout.take().unwrap());
    let mut process = KeeperProcess {
        _child: child,
        requests,
        replies,
    };
    let folder = process.reply();
    assert!(!folder.is_empty(), "the keeper made no folder");
    Keeper {
        process: Mutex::new(process),
        folder: folder.into(),
    }
});

impl KeeperProcess {
    fn reply(&mut self) -> String {
        let mut line = String::new();
        self.replies.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

/// The folder for files of this run.
pub(super) fn folder() -> &'static Path {
    &KEEPER.folder
}

/// Starts the PostgreSQL server; the folder of its socket, or `None` when PostgreSQL is not installed.
pub(super) fn start_postgres() -> Option<PathBuf> {
    let mut process = KEEPER.process.lock().unwrap();
    writeln!(process.requests, "postgres").unwrap();
    match process.reply().as_str() {
        "started" => Some(KEEPER.folder.join("postgres")),
        "missing" => None,
        failed => panic!("PostgreSQL did not start: {failed}"),
    }
}
