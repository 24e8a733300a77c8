//! What the words mean: identifiers, days and months, closed lists, reports, and the rules that a write obeys.
//! Pure: imports nothing of the other folders, knows no database, no HTTP and no clock.

pub mod account;
pub mod account_draft;
pub mod api_key;
pub mod audit;
pub mod calendar;
pub mod closing;
pub mod decision;
pub mod field;
pub mod field_error;
pub mod holidays;
pub mod identifiers;
pub mod intervention;
pub mod language;
pub mod nomenclature;
pub mod organisation;
pub mod report;
pub mod retention;
pub mod shared_link;
pub mod text;
pub mod time_text;
