//! The closed lists of CONTRACT.md: each code with its labels in French and English, the codes of the national
//! platforms beside it, and, for lists that a report stores as a mask, its fixed bit.
//!
//! A bit once given is never given to another code: stored masks would change their meaning.

use std::fmt::Display;

use strum::VariantArray;

use super::field_error::{FieldCode, FieldErrors};
use super::language::Language;

mod activity;
mod level;
mod people;
mod practice;
mod redirections;
mod themes;

pub use activity::*;
pub use level::*;
pub use people::*;
pub use practice::*;
pub use redirections::*;
pub use themes::*;

/// What the nomenclature says of one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The code, as it stands on the wire and in the database.
    pub code: &'static str,
    /// The French label.
    pub french: &'static str,
    /// The English label.
    pub english: &'static str,
    /// The code of the national platform La Coop that means the same, where it has one.
    pub la_coop: Option<&'static str>,
    /// The code of its predecessor Espace Coop that meant the same, where it had one.
    pub espace_coop: Option<&'static str>,
    /// The codes under which La Coop takes this value, where they are not the one that means the same: a wider one, or one more.
    pub wider: &'static [&'static str],
}

impl Entry {
    /// An entry of a list that no national platform has.
    pub const fn of_ours(code: &'static str, french: &'static str, english: &'static str) -> Self {
        entry(code, french, english, None, None)
    }

    /// This entry, which La Coop takes under these codes.
    const fn towards(self, wider: &'static [&'static str]) -> Self {
        Self { wider, ..self }
    }

    /// The codes under which La Coop takes this value; none where La Coop cannot be told of it.
    pub fn towards_la_coop(&self) -> &[&'static str] {
        if self.wider.is_empty() {
            self.la_coop.as_slice()
        } else {
            self.wider
        }
    }
}

/// A closed list of codes.
pub trait ClosedList: Copy + Ord + VariantArray {
    /// The name of the list, as the report's field has it.
    const NAME: &'static str;
    /// The name of the type of its codes in the documents of the API.
    const TYPE: &'static str;
    /// What it lists, in English, for the documents of the API.
    const DESCRIPTION: &'static str;
    /// Every value, in the order of the variants, which is that of documents.
    const ALL: &'static [Self] = Self::VARIANTS;

    /// What the nomenclature says of this value.
    fn entry(self) -> Entry;

    /// The code on the wire and in the database.
    fn code(self) -> &'static str {
        self.entry().code
    }

    /// The label for people.
    fn label(self, language: Language) -> &'static str {
        let entry = self.entry();
        language.choose(entry.french, entry.english)
    }

    /// The value of a code.
    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.code() == code)
    }
}

/// A closed list that a report stores as a mask of bits.
pub trait Masked: ClosedList {
    /// The bit of this value, from 0 to 62.
    fn bit(self) -> u32;
}

/// An entry whose label and national codes are given in the order of [`Entry`]'s fields.
const fn entry(
    code: &'static str,
    french: &'static str,
    english: &'static str,
    la_coop: Option<&'static str>,
    espace_coop: Option<&'static str>,
) -> Entry {
    Entry {
        code,
        french,
        english,
        la_coop,
        espace_coop,
        wider: &[],
    }
}

/// How a set of codes stands in JSON that is kept: as a list of codes, for `#[serde(with = "coded_set")]`.
pub mod coded_set {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::{CodeSet, Masked};

    /// Writes the codes.
    pub fn serialize<T: Masked, S: Serializer>(set: &CodeSet<T>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(set.iter().map(super::ClosedList::code))
    }

    /// Reads the codes.
    pub fn deserialize<'de, T: Masked, D: Deserializer<'de>>(deserializer: D) -> Result<CodeSet<T>, D::Error> {
        let mut set = CodeSet::EMPTY;
        for code in Vec::<String>::deserialize(deserializer)? {
            let value = T::from_code(&code).ok_or_else(|| D::Error::custom(format_args!("no code {code}")))?;
            set.insert(value);
        }
        Ok(set)
    }
}

/// How a value of a closed list that may be left out stands in JSON that is kept, for `#[serde(with = "coded_option")]`.
pub mod coded_option {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    use super::ClosedList;

    /// Writes the code, or nothing.
    pub fn serialize<T: ClosedList, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        value.map(ClosedList::code).serialize(serializer)
    }

    /// Reads the code, or nothing.
    pub fn deserialize<'de, T: ClosedList, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        let code = Option::<String>::deserialize(deserializer)?;
        let value = |code: String| T::from_code(&code).ok_or_else(|| D::Error::custom(format_args!("no code {code}")));
        code.map(value).transpose()
    }
}

/// How a value of a closed list stands in JSON that is kept: by its code, for `#[serde(with = "coded")]`.
pub mod coded {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::ClosedList;

    /// Writes the code.
    pub fn serialize<T: ClosedList, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(value.code())
    }

    /// Reads the code.
    pub fn deserialize<'de, T: ClosedList, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        let code = String::deserialize(deserializer)?;
        T::from_code(&code).ok_or_else(|| D::Error::custom(format_args!("no code {code}")))
    }
}

/// A set of codes, kept as the mask that the database stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CodeSet<T>(i64, std::marker::PhantomData<T>);

impl<T: Masked> CodeSet<T> {
    /// The empty set.
    pub const EMPTY: Self = Self(0, std::marker::PhantomData);

    /// The set of a mask; `None` when a bit stands for no code.
    pub fn from_mask(mask: i64) -> Option<Self> {
        let set = Self::stored(mask);
        (set.0 == mask).then_some(set)
    }

    /// The set of a mask that was stored; bits that stand for no code are left out.
    pub fn stored(mask: i64) -> Self {
        let known = T::ALL.iter().fold(0_i64, |all, value| all | 1 << value.bit());
        Self(mask & known, std::marker::PhantomData)
    }

    /// The mask.
    pub const fn mask(self) -> i64 {
        self.0
    }

    /// Adds a code; `false` when it was in already.
    pub fn insert(&mut self, value: T) -> bool {
        let bit = 1 << value.bit();
        let added = self.0 & bit == 0;
        self.0 |= bit;
        added
    }

    /// The set of codes that stand in a list of a body at `pointer`: one at least, each once. Of a list that is longer than the
    /// closed list, which a body can make as long as it likes, no more is read.
    pub fn of_codes(codes: &[String], pointer: &str, errors: &mut FieldErrors) -> Self {
        let mut set = Self::EMPTY;
        if codes.is_empty() {
            errors.push(pointer, FieldCode::TooFew { min: 1 });
        }
        let max = T::ALL.len();
        if codes.len() > max {
            errors.push(pointer, FieldCode::TooMany { max });
        }
        set.insert_each(codes.get(..max).unwrap_or(codes), pointer, errors);
        set
    }

    /// Adds the codes of a list of a body at `pointer`; unknown codes and codes that are in already are faults.
    pub fn insert_each(&mut self, codes: &[String], pointer: impl Display, errors: &mut FieldErrors) {
        for (index, code) in codes.iter().enumerate() {
            let fault = match T::from_code(code) {
                None => FieldCode::UnknownCode,
                Some(value) if self.insert(value) => continue,
                Some(_) => FieldCode::Duplicate,
            };
            // Made for a fault alone: most lists have none.
            errors.push(&format!("{pointer}/{index}"), fault);
        }
    }

    /// Whether a code is in.
    pub fn contains(self, value: T) -> bool {
        self.0 & 1 << value.bit() != 0
    }

    /// How many codes.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The codes in the order of their list.
    pub fn iter(self) -> impl Iterator<Item = T> {
        T::ALL.iter().copied().filter(move |value| self.contains(*value))
    }

    /// The first code; the only one of a list of which one at most is said.
    pub fn first(self) -> Option<T> {
        self.iter().next()
    }

    /// The set of one code, or of none.
    pub fn of(value: Option<T>) -> Self {
        let mut set = Self::EMPTY;
        if let Some(value) = value {
            set.insert(value);
        }
        set
    }

    /// The codes in the order of their texts, as they stand on the wire.
    pub fn sorted(self) -> Vec<T> {
        let mut values: Vec<T> = self.iter().collect();
        values.sort_by_key(|value| value.code());
        values
    }
}
