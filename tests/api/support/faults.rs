//! Faults of fields as lines that a test can spell out.

use quotidien::domain::field_error::{FieldErrors, Place};

/// Each fault as `pointer code`, or `?parameter code`, in the order in which they were found.
pub(crate) fn lines(errors: &FieldErrors) -> Vec<String> {
    errors
        .as_slice()
        .iter()
        .map(|error| match &error.place {
            Place::Body(pointer) => format!("{pointer} {}", error.code.code()),
            Place::Parameter(name) => format!("?{name} {}", error.code.code()),
        })
        .collect()
}
