//! A network that drops, delays, duplicates, truncates and reorders what devices and servers say to each other.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;

use crate::support::random;

/// How often each kind of event happened.
pub(super) type Counts = BTreeMap<&'static str, u64>;

/// What becomes of a request.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Delivered,
    /// The request does not arrive.
    Dropped,
    /// The request arrives; its answer does not.
    Unanswered,
    /// The request arrives, and half of its answer.
    Truncated,
    /// The request arrives twice.
    Duplicated,
    /// The request arrives late.
    Delayed,
    /// The request arrives after later requests, when the device no longer waits for the answer.
    Reordered,
}

impl Fate {
    const fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Dropped => "dropped",
            Self::Unanswered => "unanswered",
            Self::Truncated => "truncated",
            Self::Duplicated => "duplicated",
            Self::Delayed => "delayed",
            Self::Reordered => "reordered",
        }
    }
}

/// How many of a hundred requests meet each fate.
type Weather = &'static [(Fate, u32)];

const STORM: Weather = &[
    (Fate::Delivered, 52),
    (Fate::Dropped, 10),
    (Fate::Unanswered, 12),
    (Fate::Truncated, 8),
    (Fate::Duplicated, 6),
    (Fate::Delayed, 4),
    (Fate::Reordered, 8),
];
/// Three answers of ten are lost.
const LOSSY: Weather = &[(Fate::Delivered, 70), (Fate::Unanswered, 30)];
const CALM: Weather = &[(Fate::Delivered, 100)];

struct Inside {
    rng: StdRng,
    servers: Vec<SocketAddr>,
    weather: Weather,
    /// Requests that were sent and are held back, to arrive after later ones.
    held: Vec<Vec<u8>>,
    counts: Counts,
}

/// A port; a thread carries each request that arrives there to one of several servers, until the network is dropped.
pub(super) struct Network {
    pub(super) address: SocketAddr,
    inside: Arc<Mutex<Inside>>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Network {
    pub(super) fn before(servers: &[SocketAddr], seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let inside = Arc::new(Mutex::new(Inside {
            rng: random::draws(seed),
            servers: servers.to_vec(),
            weather: CALM,
            held: Vec::new(),
            counts: Counts::default(),
        }));
        let ended = Arc::new(AtomicBool::new(false));
        let (work, end) = (Arc::clone(&inside), Arc::clone(&ended));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if end.load(Ordering::Relaxed) {
                    return;
                }
                // Where a device gives up waiting the network goes on.
                drop(work.lock().unwrap().carry(stream.unwrap()));
            }
        });
        Self {
            address,
            inside,
            ended,
            thread: Some(thread),
        }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on requests meet every fate.
    pub(super) fn storm(&self) {
        self.inside.lock().unwrap().weather = STORM;
    }

    /// From now on three answers of ten are lost.
    pub(super) fn lose_answers(&self) {
        self.inside.lock().unwrap().weather = LOSSY;
    }

    /// Delivers every request that was held back; from now on every request and every answer arrives.
    pub(super) fn calm(&self) {
        let mut inside = self.inside.lock().unwrap();
        inside.weather = CALM;
        while !inside.held.is_empty() {
            inside.deliver_one_held();
        }
    }

    pub(super) fn counts(&self) -> Counts {
        self.inside.lock().unwrap().counts.clone()
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Inside {
    /// Carries one request, and its answer back.
    fn carry(&mut self, mut device: TcpStream) -> std::io::Result<()> {
        let request = read_request(&mut device)?;
        while !self.held.is_empty() && self.rng.random_bool(0.4) {
            self.deliver_one_held();
        }
        let weather = self.weather;
        let fate = weather.choose_weighted(&mut self.rng, |(_, weight)| *weight).unwrap().0;
        *self.counts.entry(fate.name()).or_default() += 1;
        match fate {
            Fate::Delivered => {}
            Fate::Dropped => return Ok(()),
            Fate::Unanswered => return self.deliver(&request).map(drop),
            Fate::Truncated => {
                let answer = self.deliver(&request)?;
                return device.write_all(&answer[..answer.len() / 2]);
            }
            Fate::Duplicated => drop(self.deliver(&request)?),
            Fate::Delayed => std::thread::sleep(Duration::from_millis(5)),
            Fate::Reordered => {
                self.held.push(request);
                return Ok(());
            }
        }
        device.write_all(&self.deliver(&request)?)
    }

    fn deliver_one_held(&mut self) {
        let at = self.rng.random_range(0..self.held.len());
        let request = self.held.swap_remove(at);
        self.deliver(&request).unwrap();
    }

    /// Sends a request to one of the servers; the server's answer.
    fn deliver(&mut self, request: &[u8]) -> std::io::Result<Vec<u8>> {
        let server = self.servers.choose(&mut self.rng).unwrap();
        let mut server = TcpStream::connect(server)?;
        server.write_all(request)?;
        let mut answer = Vec::new();
        server.read_to_end(&mut answer)?;
        Ok(answer)
    }
}

/// Reads one request, and adds a header by which the server closes the connection after its answer.
fn read_request(device: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 8 << 10];
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        match device.read(&mut chunk)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            read => bytes.extend_from_slice(&chunk[..read]),
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
    while bytes.len() < head_end + length {
        match device.read(&mut chunk)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            read => bytes.extend_from_slice(&chunk[..read]),
        }
    }
    bytes.splice(head_end - 2..head_end - 2, b"connection: close\r\n".iter().copied());
    Ok(bytes)
}
