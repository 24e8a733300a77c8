//! Sets of codes in a form that a test can spell out.

use quotidien::domain::nomenclature::{ClosedList, CodeSet, Masked};

/// The codes of a set, sorted.
pub(crate) fn sorted_codes<T: Masked>(set: CodeSet<T>) -> Vec<&'static str> {
    set.sorted().into_iter().map(ClosedList::code).collect()
}
