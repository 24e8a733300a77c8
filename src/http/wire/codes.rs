//! Codes of the wire that are no closed list of the nomenclature: the schema of each is made from the variants of its
//! enumeration, so that none can be forgotten.

use serde::Deserialize;
use serde::de::IntoDeserializer as _;
use serde::de::value::StrDeserializer;
use strum::VariantArray;

use super::code_schema::{Code, Coded};
use crate::domain::account::Role;
use crate::domain::language::Language;
use crate::domain::organisation::MonthStatus;
use crate::statistics::dimension::{Dimension, ShareOf};
use crate::statistics::figure::Unit;
use crate::statistics::publication::Measure;
use crate::storage::accounts::managed::AccountStatus;

/// The value with this code, of an enumeration that stands in a wire type.
pub fn value_of_code<'de, T: Deserialize<'de>>(code: &'de str) -> Option<T> {
    let deserializer: StrDeserializer<'de, serde::de::value::Error> = code.into_deserializer();
    T::deserialize(deserializer).ok()
}

impl Coded for Role {
    const SCHEMA: &'static str = "Role";
    const MEANING: &'static str = "What a person may do";
    const VALUES: &'static [Self] = Self::VARIANTS;

    fn code_on_the_wire(&self) -> &'static str {
        self.code()
    }
}

impl Coded for MonthStatus {
    const SCHEMA: &'static str = "MonthStatus";
    const MEANING: &'static str = "Whether a month takes writes";
    const VALUES: &'static [Self] = Self::VARIANTS;

    fn code_on_the_wire(&self) -> &'static str {
        self.code()
    }
}

impl Coded for AccountStatus {
    const SCHEMA: &'static str = "AccountStatus";
    const MEANING: &'static str = "Where an account is in its life: `invited` until a password is chosen";
    const VALUES: &'static [Self] = Self::VARIANTS;

    fn code_on_the_wire(&self) -> &'static str {
        self.code()
    }
}

impl Coded for Dimension {
    const SCHEMA: &'static str = "Dimension";
    const MEANING: &'static str = "By what interventions are told apart, and absences";
    const VALUES: &'static [Self] = Self::VARIANTS;

    fn code_on_the_wire(&self) -> &'static str {
        self.code()
    }
}

impl Coded for ShareOf {
    const SCHEMA: &'static str = "ShareOf";
    const MEANING: &'static str = "What shares are of; `mentions`: several answers an intervention";
    const VALUES: &'static [Self] = Self::VARIANTS;

    fn code_on_the_wire(&self) -> &'static str {
        self.code()
    }
}

impl Coded for Unit {
    const SCHEMA: &'static str = "FigureUnit";
    const MEANING: &'static str = "What a figure counts";
    const VALUES: &'static [Self] = Self::VARIANTS;

    fn code_on_the_wire(&self) -> &'static str {
        self.code()
    }
}

impl Coded for Measure {
    const SCHEMA: &'static str = "Measure";
    const MEANING: &'static str = "What of a figure changed";
    const VALUES: &'static [Self] = Self::VARIANTS;

    fn code_on_the_wire(&self) -> &'static str {
        self.code()
    }
}

impl Coded for Language {
    const SCHEMA: &'static str = "Language";
    const MEANING: &'static str = "A language of texts for people";
    const VALUES: &'static [Self] = Self::VARIANTS;

    fn code_on_the_wire(&self) -> &'static str {
        self.code()
    }
}

/// The roles that people of an organisation can have. This type has no values: it lists the codes in the document of
/// the API, and the domain reads the text that arrives.
pub enum MemberRole {}

impl Coded for MemberRole {
    const SCHEMA: &'static str = "MemberRole";
    const MEANING: &'static str = "What a person of an organisation may do";
    const VALUES: &'static [Self] = &[];

    fn codes() -> Vec<&'static str> {
        let roles = Role::VARIANTS.iter().filter(|role| role.is_of_an_organisation());
        roles.map(|role| role.code()).collect()
    }

    fn code_on_the_wire(&self) -> &'static str {
        match *self {}
    }
}

/// A code of [`Role`].
pub type RoleCode = Code<Role>;
/// A code of [`MonthStatus`].
pub type MonthStatusCode = Code<MonthStatus>;
/// A code of [`AccountStatus`].
pub type AccountStatusCode = Code<AccountStatus>;
/// A code of [`Dimension`].
pub type DimensionCode = Code<Dimension>;
/// A code of [`ShareOf`].
pub type ShareOfCode = Code<ShareOf>;
/// A code of [`Unit`].
pub type FigureUnitCode = Code<Unit>;
/// A code of [`Measure`].
pub type MeasureCode = Code<Measure>;
/// A code of [`Language`].
pub type LanguageCode = Code<Language>;
/// A code of [`MemberRole`].
pub type MemberRoleCode = Code<MemberRole>;
