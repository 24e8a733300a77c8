//! Figures from reports. Pure: values in, values out.

pub mod action_plan;
pub mod breakdown;
pub mod columns;
pub mod completeness;
pub mod coverage;
pub mod dimension;
pub mod figure;
pub mod filter;
pub mod group;
pub mod masking;
pub mod monthly;
pub mod partners;
pub mod publication;
pub mod share;
pub mod tally;
pub mod workload;
