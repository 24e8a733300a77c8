//! Telephone numbers in the international form of the national schema: `+33243474747`.

use serde::{Deserialize, Serialize};

use crate::domain::field_error::FieldCode;

/// A telephone number: `+` and 8 to 15 digits, or a short number of 4 digits such as 3949.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phone(String);

/// The prefixes of ten digits that are dialled within France, with the country that they belong to; +33 for all others.
const OVERSEAS: [(&str, &str); 12] = [
    ("0262", "262"),
    ("0263", "262"),
    ("0269", "262"),
    ("0639", "262"),
    ("0692", "262"),
    ("0693", "262"),
    ("0590", "590"),
    ("0690", "590"),
    ("0594", "594"),
    ("0694", "594"),
    ("0596", "596"),
    ("0696", "596"),
];

impl Phone {
    /// Reads a number as people write it: with blanks, points, hyphens and brackets, with or without its country.
    ///
    /// # Errors
    /// [`FieldCode::InvalidPhone`] when it is no number of a telephone.
    pub fn parse(text: &str) -> Result<Self, FieldCode> {
        let written: String = text
            .replace("(0)", "")
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '(' | ')' | '/'))
            .collect();
        let abroad = written.strip_prefix('+').or_else(|| written.strip_prefix("00"));
        let digits = abroad.unwrap_or(&written);
        let sound = digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = match (abroad, digits.strip_prefix('0')) {
            (Some(_), None) if (8..=15).contains(&digits.len()) => Some(format!("+{digits}")),
            (None, Some(national)) if digits.len() == 10 && !national.starts_with('0') => {
                let overseas = OVERSEAS.iter().find(|(prefix, _)| digits.starts_with(prefix));
                let country = overseas.map_or("33", |(_, country)| country);
                Some(format!("+{country}{national}"))
            }
            (None, None) if digits.len() == 4 && digits.starts_with('3') => Some(digits.to_owned()),
            _ => None,
        };
        number.filter(|_| sound).map(Self).ok_or(FieldCode::InvalidPhone)
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
