//! What is kept and what is not: erased data on the disk, backups, and a clock that is wrong.

mod backup;
mod backup_under_load;
mod clock;
mod everything;
mod faults;
mod outbox;
mod passing;
mod purging;
mod reach;
mod restoring;
mod table_locks;
mod traces;
