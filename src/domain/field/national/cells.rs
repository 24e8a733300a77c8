//! What the cells of the national schema may hold, by both validators.

use crate::domain::field::phone::Phone;

/// The countries of telephone numbers that the schema knows.
const COUNTRIES: [&str; 10] = ["33", "590", "594", "262", "596", "269", "687", "689", "508", "681"];

/// What the national map adds to labels from the coordinates of a place, and what no place says of itself.
const DERIVED_LABELS: [&str; 3] = ["QPV", "FRR", "ZRR"];

/// Whether both validators take a telephone number.
pub fn takes_phone(phone: &Phone) -> bool {
    let Some(number) = phone.as_str().strip_prefix('+') else {
        return false;
    };
    COUNTRIES.iter().any(|country| {
        let rest = number.strip_prefix(country);
        rest.is_some_and(|rest| rest.len() == 6 || (rest.len() == 9 && !rest.starts_with('0')))
    })
}

/// A street with the characters that both validators take.
pub fn street(address: &str) -> String {
    let letter = |c: char| {
        matches!(c, 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ' | 'œ'..='Ÿ' | 'Œ')
            || c.is_ascii_alphanumeric()
            || "-,()°.&:+–|;'’/".contains(c)
    };
    let kept: String = address.chars().map(|c| if letter(c) { c } else { ' ' }).collect();
    one_line(&kept)
}

/// A text that no spreadsheet takes for a formula.
pub fn harmless(text: &str) -> String {
    text.trim_start_matches(['=', '+', '-', '@', ' ', '\t', '\r', '\n'])
        .to_owned()
}

/// A text on one line, with single blanks.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether the national map takes the address of a page where one alone may stand: scheme, host, path, query and fragment of
/// plain letters.
pub fn takes_page(page: &str) -> bool {
    let rest = page.strip_prefix("https://").or_else(|| page.strip_prefix("http://"));
    let Some(rest) = rest else {
        return false;
    };
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let host = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-');
    let path = match host.strip_prefix('/') {
        Some(path) => path.trim_start_matches(|c: char| word(c) || "+~,%@/.-".contains(c)),
        None => host,
    };
    let query = path.strip_prefix('?').unwrap_or(path);
    let query = query.trim_start_matches(|c: char| word(c) || "-+=&;%@.".contains(c));
    let fragment = query.strip_prefix('#').unwrap_or(query);
    let fragment = fragment.trim_start_matches(|c: char| word(c) || ".!/\\".contains(c));
    host.len() < rest.len() && fragment.is_empty()
}

/// Whether a label is one that the national map derives from coordinates.
pub fn is_derived(label: &str) -> bool {
    DERIVED_LABELS.contains(&label)
}
