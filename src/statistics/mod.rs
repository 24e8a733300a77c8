//! Figures from reports. Pure: values in, values out.

pub mod monthly;
pub mod tally;
