//! The types that stand in bodies of several capabilities: identifiers, instants, days, months, codes of lists, pages.

pub mod clash;
pub mod code_schema;
pub mod codes;
pub mod page;
mod scalar;

pub use scalar::{
    CommuneCode, Day, Digest, EntityTags, Identifier, Identifiers, Instant, Month, Note, ShortText, Time, VALUES_MAX,
    several,
};
