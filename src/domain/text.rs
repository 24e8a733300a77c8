//! Texts that people type: Unicode NFC, trimmed, without control characters but newline.

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::field_error::{FieldCode, FieldErrors};

/// The longest note, in characters.
pub const NOTE_MAX: usize = 2000;
/// The longest name of a place, in characters.
pub const PLACE_NAME_MAX: usize = 200;
/// The longest name of a person or an organisation, in characters.
pub const NAME_MAX: usize = 200;

/// The normal form of a text: NFC and trimmed; `None` when nothing is left.
///
/// Notes at `{at}/{field}` when the text holds a control character other than newline, or more than `max` characters.
pub fn normal_text(text: &str, max: usize, at: &str, field: &str, errors: &mut FieldErrors) -> Option<String> {
    let text = text.trim();
    // Nearly all texts are in NFC already, which is told without putting them into it.
    let normal = match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text.to_owned(),
        IsNormalized::No | IsNormalized::Maybe => text.nfc().collect(),
    };
    if normal.chars().any(|c| c.is_control() && c != '\n') {
        errors.push_field(at, field, FieldCode::ControlCharacter);
    }
    if normal.chars().count() > max {
        errors.push_field(at, field, FieldCode::TooLong { max });
    }
    (!normal.is_empty()).then_some(normal)
}

/// The normal form of a name of 1 to [`NAME_MAX`] characters. Notes at `/name` what is wrong with it.
pub fn normal_name(text: &str, errors: &mut FieldErrors) -> String {
    let name = normal_text(text, NAME_MAX, "", "name", errors);
    if name.is_none() {
        errors.push("/name", FieldCode::TooShort { min: 1 });
    }
    name.unwrap_or_default()
}

/// What names are sorted by: letters in lower case without their accents, as a French directory has them.
pub fn sort_key(name: &str) -> String {
    name.nfd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}
