//! What reports add up to: the monthly table, breakdowns, completeness, and what each figure means.

pub mod action_plan;
mod as_of_now;
pub mod breakdown;
pub mod completeness;
mod copy_at_hand;
pub mod coverage;
pub mod definitions;
pub mod full;
pub mod monthly;
pub mod query;
pub mod workload;
