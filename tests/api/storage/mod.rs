//! Storage, on both databases: columns, units of work, the queue of writes, reports, tallies.

mod at_once;
mod citus;
mod columns;
mod concurrency;
mod kept_months;
mod memory;
mod plans;
mod report_reads;
mod report_writes;
mod tallies;
mod units_of_work;
mod write_queue;
