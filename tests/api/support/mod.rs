//! What tests of several subjects need.

pub(crate) mod annex;
pub(crate) mod arbitrary;
pub(crate) mod faults;
