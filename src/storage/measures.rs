//! What the storage counts about its own work. Whoever publishes the counts reads them; nothing here depends on them.

use std::time::Duration;

use diesel::r2d2::Pool;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};

use super::connection::Manager;

/// The upper ends of the buckets of durations, in seconds.
const SECONDS: [f64; 10] = [0.000_5, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 2.0, 10.0];

/// The counts of the writer. Clones count together.
#[derive(Debug, Clone)]
pub struct WriterMeasures {
    /// How many writes wait.
    pub waiting: Gauge,
    /// How many writes wait apart, since somebody else holds the lock of their organisation.
    pub held: Gauge,
    /// How many writes each transaction had.
    pub batch: Histogram,
    /// How many seconds each transaction took, from its first statement to the answer of its commit.
    pub transaction_seconds: Histogram,
    /// How many seconds the database took for each commit; SQLite's disk, to keep what was committed.
    pub commit_seconds: Histogram,
    /// How many transactions were of new reports alone, decided by what the writer remembers.
    pub at_once: Counter,
    /// How many transactions failed; their writes were run again, each by itself, unless it was the commit that failed.
    pub failed: Counter,
}

impl Default for WriterMeasures {
    fn default() -> Self {
        Self {
            waiting: Gauge::default(),
            held: Gauge::default(),
            // To the length of the longest batch.
            batch: Histogram::new(exponential_buckets(1.0, 2.0, 9)),
            transaction_seconds: Histogram::new(SECONDS),
            commit_seconds: Histogram::new(SECONDS),
            at_once: Counter::default(),
            failed: Counter::default(),
        }
    }
}

impl WriterMeasures {
    /// Counts a transaction of so many writes.
    pub(super) fn transaction(&self, writes: usize, took: Duration) {
        // No batch is so long that a float would not hold its length.
        self.batch
            .observe(u32::try_from(writes).map_or(f64::INFINITY, f64::from));
        self.transaction_seconds.observe(took.as_secs_f64());
    }
}

/// The connections that read. Holding this holds neither the writer nor its queue.
#[derive(Clone)]
pub struct Readers(Pool<Manager>);

impl Readers {
    pub(super) const fn new(pool: Pool<Manager>) -> Self {
        Self(pool)
    }

    /// How many read at this moment.
    #[must_use]
    pub fn busy(&self) -> u32 {
        let state = self.0.state();
        state.connections.saturating_sub(state.idle_connections)
    }

    /// How many there may be.
    #[must_use]
    pub fn most(&self) -> u32 {
        self.0.max_size()
    }
}
