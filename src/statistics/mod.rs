//! Figures from reports. Pure: values in, values out.

pub mod action_plan;
pub mod breakdown;
pub mod completeness;
pub mod coverage;
pub mod dimension;
pub mod figure;
pub mod filter;
pub mod masking;
pub mod monthly;
pub mod partners;
pub mod publication;
pub mod share;
pub mod tally;
pub mod workload;
