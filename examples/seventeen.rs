//! Sends what 4,000 advisors send at five o'clock: a connection each, opened beforehand, and one report each, all at once.
//!
//! ```sh
//! rustc --edition 2024 -O examples/seventeen.rs -o target/seventeen
//! target/seventeen 127.0.0.1:8080 CREDENTIALS 2022-05-03 report.json
//! ```
//!
//! `CREDENTIALS` has one line "`advisor_id` token" per advisor. Whoever is answered 503 asks again when `Retry-After` has passed.
//! Prints one line of JSON. It needs nothing but the standard library, so that the compiler alone makes it in seconds;
//! `benches/seventeen.py` runs it.

use std::error::Error;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

/// Threads, each of which sends on a part of the connections and then reads the answers in the same order.
const THREADS: usize = 4;
/// How long somebody waits for one answer, and how often they ask again.
const PATIENCE: Duration = Duration::from_mins(1);
const TRIES: usize = 30;

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// An advisor, whose connection is open.
struct Advisor {
    stream: TcpStream,
    request: Vec<u8>,
}

/// What was counted.
#[derive(Default)]
struct Counts {
    created: usize,
    retried: usize,
    /// When each advisor had their 2xx, since the release; at most so much too late as reading in order takes.
    answered: Vec<Duration>,
}

/// The head of an answer.
struct Answer {
    status: u16,
    retry_after: Duration,
}

fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, credentials, date, body] = arguments.as_slice() else {
        return Err("usage: seventeen ADDRESS CREDENTIALS DATE BODY".into());
    };
    let address: SocketAddr = address.parse()?;
    if !address.ip().is_loopback() {
        return Err("this sends to loopback addresses alone".into());
    }
    let body = std::fs::read_to_string(body)?;
    let credentials = std::fs::read_to_string(credentials)?;
    let advisors: Outcome<Vec<Advisor>> = credentials
        .lines()
        .map(|line| advisor(address, line, date, &body))
        .collect();
    let mut advisors = advisors?;
    let count = advisors.len();
    let share = count.div_ceil(THREADS).max(1);
    let mut parts = Vec::new();
    while !advisors.is_empty() {
        let rest = advisors.split_off(share.min(advisors.len()));
        parts.push(std::mem::replace(&mut advisors, rest));
    }
    let barrier = Arc::new(Barrier::new(parts.len()));
    let threads: Vec<_> = parts
        .into_iter()
        .map(|part| {
            let barrier = Arc::clone(&barrier);
            thread::spawn(move || report(part, &barrier))
        })
        .collect();
    let mut all = Counts::default();
    for thread in threads {
        let counts = thread.join().map_err(|_| "a thread panicked")??;
        all.created += counts.created;
        all.retried += counts.retried;
        all.answered.extend(counts.answered);
    }
    all.answered.sort();
    let after = |share: usize| {
        all.answered
            .get((all.answered.len() * share / 100).saturating_sub(1))
            .map_or(0.0, Duration::as_secs_f64)
    };
    writeln!(
        std::io::stdout(),
        r#"{{"advisors": {count}, "created": {}, "retried": {}, "half_seconds": {:.4}, "most_seconds": {:.4}, "last_seconds": {:.4}}}"#,
        all.created,
        all.retried,
        after(50),
        after(99),
        after(100),
    )?;
    Ok(())
}

/// Opens the connection of an advisor, who has asked for something before: of who has not, the service expects a request in a few
/// seconds. Makes their request ready.
fn advisor(address: SocketAddr, line: &str, date: &str, body: &str) -> Outcome<Advisor> {
    let (id, token) = line
        .split_once(' ')
        .ok_or("a line of credentials is an identifier and a token")?;
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes())?;
    if read_answer(&mut stream)?.status != 200 {
        return Err("the service is not well".into());
    }
    let request = format!(
        "PUT /v1/advisors/{id}/reports/{date} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    Ok(Advisor {
        stream,
        request: request.into_bytes(),
    })
}

/// Sends all requests of a part, then reads the answers; those that are told to ask again do so when it is time.
fn report(mut advisors: Vec<Advisor>, barrier: &Barrier) -> Outcome<Counts> {
    let mut counts = Counts::default();
    barrier.wait();
    let released = Instant::now();
    for advisor in &mut advisors {
        advisor.stream.write_all(&advisor.request)?;
    }
    for _ in 0..TRIES {
        let mut again = Vec::new();
        for mut advisor in advisors {
            let answer = read_answer(&mut advisor.stream)?;
            match answer.status {
                200..=299 => {
                    counts.created += 1;
                    counts.answered.push(released.elapsed());
                }
                503 => again.push((Instant::now() + answer.retry_after, advisor)),
                status => return Err(format!("a report was answered {status}").into()),
            }
        }
        if again.is_empty() {
            return Ok(counts);
        }
        counts.retried += again.len();
        again.sort_by_key(|(due, _)| *due);
        advisors = Vec::new();
        for (due, mut advisor) in again {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            advisor.stream.write_all(&advisor.request)?;
            advisors.push(advisor);
        }
    }
    Err("some were told to ask again and again".into())
}

/// Reads one answer to its end.
fn read_answer(stream: &mut TcpStream) -> Outcome<Answer> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let length = stream.read(&mut buffer)?;
        if length == 0 {
            return Err("a connection was closed without an answer".into());
        }
        bytes.extend_from_slice(buffer.get(..length).unwrap_or_default());
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, rest)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let header = |name: &str| {
            let lines = head.lines().filter_map(|line| line.split_once(": "));
            let mut found = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name));
            found.next().and_then(|(_, value)| value.trim().parse::<usize>().ok())
        };
        if rest.len() < header("content-length").unwrap_or_default() {
            continue;
        }
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let seconds = header("retry-after").unwrap_or(1);
        return Ok(Answer {
            status: status.ok_or("an answer has no status")?,
            retry_after: Duration::from_secs(u64::try_from(seconds)?),
        });
    }
}
