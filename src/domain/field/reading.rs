//! How what a client says of a thing is read: what may be left out, lists, and what names something else.

use chrono::NaiveDate;

use crate::domain::calendar::ReportDate;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::Id;
use crate::domain::intervention::code_of;
use crate::domain::nomenclature::{ClosedList, CodeSet, Masked};
use crate::domain::text::{NAME_MAX, normal_text};

/// The most values of a list that is not closed.
pub const VALUES_MAX: usize = 20;

/// The day that a text names, when it is given; notes the fault at its pointer.
pub(super) fn day(text: Option<&str>, pointer: &str, errors: &mut FieldErrors) -> Option<NaiveDate> {
    let day = text.map(str::parse::<ReportDate>)?;
    errors.read(pointer, day).map(ReportDate::date)
}

/// The day that a text must name.
pub(super) fn required_day(text: &str, pointer: &str, errors: &mut FieldErrors) -> Option<NaiveDate> {
    day(Some(text), pointer, errors)
}

/// The value of a code, when it is given.
pub(super) fn optional_code<T: ClosedList>(code: Option<&str>, errors: &mut FieldErrors) -> Option<T> {
    code_of(code?, "", T::NAME, errors)
}

/// The values of the codes of a set, which may be empty.
pub(super) fn set<T: Masked>(codes: &[String], errors: &mut FieldErrors) -> CodeSet<T> {
    if codes.is_empty() {
        return CodeSet::EMPTY;
    }
    CodeSet::of_codes(codes, &format!("/{}", T::NAME), errors)
}

/// The number that is given, when it lies in its range; notes the fault of its field when it does not.
pub(super) fn number(value: Option<i64>, (min, max): (i64, i64), field: &str, errors: &mut FieldErrors) -> Option<i64> {
    let inside = value.filter(|value| (min..=max).contains(value));
    if value.is_some() && inside.is_none() {
        errors.push_field("", field, FieldCode::OutOfRange { min, max });
    }
    inside
}

/// The identifier that is given, if it is one; an empty text is none.
pub(super) fn reference<K>(text: Option<&str>, field: &str, errors: &mut FieldErrors) -> Option<Id<K>> {
    let id = text?.parse().map_err(|_| FieldCode::InvalidUuid);
    errors.read(&format!("/{field}"), id)
}

/// The identifier that must be given.
pub(super) fn required_reference<K>(text: &str, field: &str, errors: &mut FieldErrors) -> Option<Id<K>> {
    let id = text.parse().map_err(|_| FieldCode::InvalidUuid);
    errors.read(&format!("/{field}"), id)
}

/// The values of a list that is not closed, each once. Notes the faults at their pointers.
pub(super) fn values(
    texts: &[String],
    field: &str,
    errors: &mut FieldErrors,
    read: impl Fn(&str) -> Result<String, FieldCode>,
) -> Vec<String> {
    if texts.len() > VALUES_MAX {
        errors.push_field("", field, FieldCode::TooMany { max: VALUES_MAX });
    }
    let mut values = Vec::new();
    for (index, text) in texts.iter().take(VALUES_MAX).enumerate() {
        let at = format!("{field}/{index}");
        let Some(normal) = normal_text(text, NAME_MAX, "", &at, errors) else {
            errors.push_field("", &at, FieldCode::TooShort { min: 1 });
            continue;
        };
        match read(&normal) {
            Err(code) => errors.push_field("", &at, code),
            Ok(value) if values.contains(&value) => errors.push_field("", &at, FieldCode::Duplicate),
            Ok(value) => values.push(value),
        }
    }
    values
}
