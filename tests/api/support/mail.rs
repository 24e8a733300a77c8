//! A mail server on this machine that keeps the messages that it gets, or behaves badly.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use quotidien::mail::Mailer;

/// The address to which the links in mail lead.
pub(crate) const PUBLIC_URL: &str = "https://quotidien.test.example";

/// How a mail server behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Takes every message.
    Takes,
    /// Refuses every recipient.
    Refuses,
    /// Refuses whoever sends, as a server does that nobody has signed in to.
    SignInFirst,
    /// Takes connections and says nothing.
    Silent,
}

/// A message as it arrived, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Received {
    /// The recipients that the envelope names.
    pub(crate) recipients: Vec<String>,
    headers: Vec<(String, String)>,
    /// The text of the message.
    pub(crate) body: String,
}

impl Received {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    /// The token in the message's link.
    pub(crate) fn token(&self) -> String {
        let (_, rest) = self.body.split_once(&format!("{PUBLIC_URL}/password#")).unwrap();
        rest.lines().next().unwrap().to_owned()
    }

    fn parse(recipients: Vec<String>, raw: &str) -> Self {
        let (head, body) = raw.split_once("\r\n\r\n").unwrap();
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let headers: Vec<(String, String)> = unfolded
            .split("\r\n")
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_owned(), in_words(value)))
            .collect();
        let received = Self {
            recipients,
            headers,
            body: String::new(),
        };
        let body = match received.header("Content-Transfer-Encoding") {
            "base64" => {
                let digits: String = body.split_whitespace().collect();
                BASE64_STANDARD.decode(digits).unwrap()
            }
            "quoted-printable" => unquoted(body),
            _ => body.as_bytes().to_vec(),
        };
        let body = String::from_utf8(body).unwrap().replace("\r\n", "\n");
        Self { body, ..received }
    }
}

/// The bytes of a quoted-printable text (RFC 2045, section 6.7).
fn unquoted(text: &str) -> Vec<u8> {
    let joined = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'=' {
            let digits = std::str::from_utf8(&after[..2]).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    bytes
}

/// A header's value with its encoded words decoded (RFC 2047); a space between two encoded words is left out.
fn in_words(value: &str) -> String {
    let mut bytes = Vec::new();
    let joined = value.replace("?= =?", "?==?");
    for (place, part) in joined.split("=?utf-8?b?").enumerate() {
        match part.split_once("?=") {
            Some((digits, after)) if place > 0 => {
                bytes.extend(BASE64_STANDARD.decode(digits).unwrap());
                bytes.extend(after.as_bytes());
            }
            _ => bytes.extend(part.as_bytes()),
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// The mail server, which closes when this is dropped.
pub(crate) struct PostOffice {
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    called: Arc<AtomicBool>,
    closed: Arc<AtomicBool>,
}

impl PostOffice {
    /// Starts a mail server that behaves in this manner.
    pub(crate) fn open(manner: Manner) -> Self {
        Self::open_at("127.0.0.1:0".parse().unwrap(), manner)
    }

    /// Starts a mail server at this address.
    pub(crate) fn open_at(address: SocketAddr, manner: Manner) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let office = Self {
            address: listener.local_addr().unwrap(),
            received: Arc::default(),
            called: Arc::default(),
            closed: Arc::default(),
        };
        let (received, called, closed) = (
            Arc::clone(&office.received),
            Arc::clone(&office.called),
            Arc::clone(&office.closed),
        );
        thread::spawn(move || {
            for stream in listener.incoming() {
                if closed.load(Ordering::SeqCst) {
                    return;
                }
                called.store(true, Ordering::SeqCst);
                let (received, closed) = (Arc::clone(&received), Arc::clone(&closed));
                thread::spawn(move || match manner {
                    Manner::Silent => stay_silent(&stream.unwrap(), &closed),
                    // A client that closes the connection midway is no fault of the server.
                    _ => drop(converse(&stream.unwrap(), manner, &received)),
                });
            }
        });
        office
    }

    /// A mailer that sends by this server.
    pub(crate) fn mailer(&self) -> Mailer {
        let url = format!("smtp://{}", self.address);
        Mailer::new(&url, "Quotidien été <quotidien@test.example>", PUBLIC_URL).unwrap()
    }

    /// Waits until the server has got at least `count` messages; all its messages.
    pub(crate) async fn received(&self, count: usize) -> Vec<Received> {
        eventually("the messages arrive", || {
            let received = self.received.lock().unwrap();
            (received.len() >= count).then(|| received.clone())
        })
        .await
    }

    /// Waits until a client has connected.
    pub(crate) async fn is_called(&self) {
        eventually("somebody calls", || self.called.load(Ordering::SeqCst).then_some(())).await;
    }
}

impl Drop for PostOffice {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::SeqCst);
        // A last connection wakes the thread that waits for clients, so that it sees that the server is closed.
        drop(TcpStream::connect(self.address));
    }
}

/// Looks again and again, while the service works, until there is what the test waits for.
pub(crate) async fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..1_000 {
        if let Some(found) = look() {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{what}: not within 20 seconds");
}

fn stay_silent(mut stream: &TcpStream, closed: &AtomicBool) {
    stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    while !closed.load(Ordering::SeqCst) {
        let _ = stream.read(&mut [0; 64]);
    }
}

/// Speaks SMTP (RFC 5321) until the client leaves.
fn converse(stream: &TcpStream, manner: Manner, received: &Mutex<Vec<Received>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream);
    let mut out = stream;
    let mut recipients = Vec::new();
    out.write_all(b"220 test.example\r\n")?;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let command = line.trim_end();
        let verb = command.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-test.example\r\n250 8BITMIME\r\n",
            "MAIL" if manner == Manner::SignInFirst => "530 sign in first\r\n",
            "RCPT" if manner == Manner::Refuses => "550 nobody here of the name that was given\r\n",
            "RCPT" => {
                recipients.push(command["RCPT TO:<".len()..].split('>').next().unwrap().to_owned());
                "250 well\r\n"
            }
            "DATA" => {
                out.write_all(b"354 go on\r\n")?;
                let raw = data(&mut lines)?;
                let message = Received::parse(std::mem::take(&mut recipients), &raw);
                received.lock().unwrap().push(message);
                "250 taken\r\n"
            }
            "QUIT" => {
                out.write_all(b"221 farewell\r\n")?;
                return Ok(());
            }
            _ => "250 well\r\n",
        };
        out.write_all(answer.as_bytes())?;
    }
}

/// Reads a message up to the line with a lone dot, without the dots that the client has put before lines that begin so.
fn data(lines: &mut BufReader<&TcpStream>) -> std::io::Result<String> {
    let mut raw = String::new();
    loop {
        let mut line = String::new();
        lines.read_line(&mut line)?;
        match line.strip_prefix('.') {
            Some("\r\n") => return Ok(raw),
            Some(rest) => raw.push_str(rest),
            None if line.is_empty() => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            None => raw.push_str(&line),
        }
    }
}
