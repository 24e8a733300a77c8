//! How soon it is noticed that PostgreSQL is gone, as the system was told for the connection itself.

use std::fs::{read_dir, read_link};
use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::time::Duration;

use quotidien::storage::{AnyConnection, DatabaseUrl};
use rustix::io::Errno;
use rustix::net::{getpeername, sockopt};
use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};

/// What the system was told for a connection.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    /// How long the connection is idle until the server is asked whether it lives, and in between.
    idle: Duration,
    interval: Duration,
    /// How often it is asked.
    count: u32,
    /// How many milliseconds what was sent may go unconfirmed.
    unconfirmed: u32,
}

#[test]
fn a_connection_to_postgresql_is_given_up_soon_after_its_server_is_gone_unless_the_url_says_otherwise() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    for (parameters, idle, unconfirmed) in [("", 10, 20_000), ("&keepalives_idle=7&tcp_user_timeout=9000", 7, 9_000)] {
        let url = format!("postgres://quotidien@{address}/q?sslmode=disable&gssencmode=disable{parameters}");
        let url: DatabaseUrl = url.parse().unwrap();
        let connecting = std::thread::spawn(move || AnyConnection::open(&url).err());
        let accepted = server.accept().unwrap();
        let socket = match socket_to(address) {
            Err(Errno::PERM | Errno::NOSYS) => {
                // libtest would capture what `eprintln!` prints.
                let message =
                    "\n*** SKIPPED: what the system was told for a connection (it may not be asked here) ***\n\n";
                std::io::stderr().write_all(message.as_bytes()).unwrap();
                return;
            }
            socket => socket.unwrap().expect("a connection to the server"),
        };
        assert!(sockopt::socket_keepalive(&socket).unwrap(), "{parameters}");
        let told = Told {
            idle: sockopt::tcp_keepidle(&socket).unwrap(),
            interval: sockopt::tcp_keepintvl(&socket).unwrap(),
            count: sockopt::tcp_keepcnt(&socket).unwrap(),
            unconfirmed: sockopt::tcp_user_timeout(&socket).unwrap(),
        };
        // The connection ends with the last that holds it.
        drop((socket, accepted));
        let expected = Told {
            idle: Duration::from_secs(idle),
            interval: Duration::from_secs(5),
            count: 3,
            unconfirmed,
        };
        assert_eq!(told, expected, "{parameters}");
        assert!(connecting.join().unwrap().is_some(), "nobody answered");
    }
}

/// The end of a connection that this process has to a server.
fn socket_to(server: SocketAddr) -> Result<Option<OwnedFd>, Errno> {
    let process = pidfd_open(getpid(), PidfdFlags::empty())?;
    for entry in read_dir("/proc/self/fd").unwrap() {
        let path = entry.unwrap().path();
        // Only sockets: SQLite would lose its locks on a file that is closed once more.
        let is_socket = read_link(&path).is_ok_and(|what| what.to_string_lossy().starts_with("socket:"));
        if !is_socket {
            continue;
        }
        let number = path.file_name().unwrap().to_str().unwrap().parse().unwrap();
        let socket = match pidfd_getfd(&process, number, PidfdGetfdFlags::empty()) {
            // Closed meanwhile.
            Err(Errno::BADF) => continue,
            socket => socket?,
        };
        let peer = getpeername(&socket).ok().flatten().map(SocketAddr::try_from);
        if peer == Some(Ok(server)) {
            return Ok(Some(socket));
        }
    }
    Ok(None)
}
