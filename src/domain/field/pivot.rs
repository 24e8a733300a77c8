//! The national number of a structure: the SIRET of an establishment or the RNA of an association.

use serde::{Deserialize, Serialize};

use crate::domain::field_error::FieldCode;

/// The number of La Poste's enterprise: its establishments but the seat do not keep Luhn's rule.
const LA_POSTE: &str = "356000000";

/// A SIRET of 14 digits, or an RNA: `W` and nine characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pivot(String);

impl Pivot {
    /// Reads a number; blanks are left out, letters are written in upper case.
    ///
    /// # Errors
    /// [`FieldCode::InvalidPivot`] when its digits or its control digit are wrong. Whether the structure exists is not asked.
    pub fn parse(text: &str) -> Result<Self, FieldCode> {
        let number: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let number = number.to_ascii_uppercase();
        if is_siret(&number) || is_rna(&number) {
            Ok(Self(number))
        } else {
            Err(FieldCode::InvalidPivot)
        }
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_siret(number: &str) -> bool {
    let digits: Option<Vec<u32>> = number.chars().map(|c| c.to_digit(10)).collect();
    let Some(digits) = digits.filter(|digits| digits.len() == 14 && digits.iter().any(|digit| *digit != 0)) else {
        return false;
    };
    let luhn: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => *digit,
            (_, double) => double / 10 + double % 10,
        })
        .sum();
    let sum: u32 = digits.iter().sum();
    luhn.is_multiple_of(10) || (number.starts_with(LA_POSTE) && sum.is_multiple_of(5))
}

/// `W`, a department of two characters (`2A`, or `9R` overseas), then the number of the prefecture and the rank.
fn is_rna(number: &str) -> bool {
    match number.as_bytes() {
        [b'W', first, second, rest @ ..] => {
            first.is_ascii_digit()
                && second.is_ascii_alphanumeric()
                && rest.len() == 7
                && rest.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}
