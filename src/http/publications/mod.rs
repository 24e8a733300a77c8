//! Figures that are settled: months that are closed, publications, and the links that share them.

pub mod months;
pub mod publication;
pub mod shared_links;
pub mod shared_page;
pub mod view;
