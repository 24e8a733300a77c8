//! Closed lists and counts as wire types: the schema is made from the nomenclature, so that the two cannot differ.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{
    AdditionalProperties, KnownFormat, Object, ObjectBuilder, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::api_key::Scope;
use crate::domain::audit::AuditAction;
use crate::domain::holidays::HolidayCalendar;
use crate::domain::intervention::{CommuneCode, Counts, PARTICIPANTS_MAX, RESIDENCES_MAX};
use crate::domain::nomenclature::ClosedList;
use crate::domain::organisation::Weekday;

/// A value that stands on the wire as one of a fixed list of codes.
pub trait Coded: Sized + 'static {
    /// The name of the schema of its codes in the document of the API.
    const SCHEMA: &'static str;
    /// What the codes tell, in English, for the document of the API.
    const MEANING: &'static str;
    /// Every value.
    const VALUES: &'static [Self];

    /// The code of this value.
    fn code_on_the_wire(&self) -> &'static str;

    /// The code of every value.
    fn codes() -> Vec<&'static str> {
        Self::VALUES.iter().map(Self::code_on_the_wire).collect()
    }
}

impl<T: ClosedList> Coded for T {
    const SCHEMA: &'static str = T::TYPE;
    const MEANING: &'static str = T::DESCRIPTION;
    const VALUES: &'static [Self] = T::ALL;

    fn code_on_the_wire(&self) -> &'static str {
        self.code()
    }
}

/// A code of a fixed list as text. What arrives is checked by the domain, so that an unknown code is one fault among the
/// others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code<T>(Cow<'static, str>, PhantomData<T>);

impl<T> Code<T> {
    /// The text, as it was sent.
    pub fn into_text(self) -> String {
        self.0.into_owned()
    }
}

impl<T: Coded> From<T> for Code<T> {
    fn from(value: T) -> Self {
        Self(value.code_on_the_wire().into(), PhantomData)
    }
}

impl<'de, T> Deserialize<'de> for Code<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|code| Self(code.into(), PhantomData))
    }
}

impl<T> Serialize for Code<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<T: Coded> PartialSchema for Code<T> {
    fn schema() -> RefOr<Schema> {
        let codes = T::codes();
        let schema = ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .description(Some(T::MEANING));
        // Generators make a name of each value of an enumeration, and warn when it has a colon: a pattern lists such
        // codes.
        if codes.iter().any(|code| code.contains(':')) {
            let pattern = format!("^({})$", codes.join("|"));
            schema.pattern(Some(pattern)).into()
        } else {
            schema.enum_values(Some(codes)).into()
        }
    }
}

impl<T: Coded> ToSchema for Code<T> {
    fn name() -> Cow<'static, str> {
        T::SCHEMA.into()
    }
}

/// Numbers of people by the codes of a closed list, as somebody sent them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountsBody<T>(pub BTreeMap<String, i64>, PhantomData<T>);

impl<T> Default for CountsBody<T> {
    fn default() -> Self {
        Self(BTreeMap::new(), PhantomData)
    }
}

impl<T> Serialize for CountsBody<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for CountsBody<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_map(CountsVisitor)
            .map(|counts| Self(counts, PhantomData))
    }
}

/// Reads an object of whole numbers, and refuses a name that stands twice: serde's own maps would keep the last number.
struct CountsVisitor;

impl<'de> Visitor<'de> for CountsVisitor {
    type Value = BTreeMap<String, i64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of whole numbers")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut counts = BTreeMap::new();
        while let Some((code, people)) = map.next_entry::<String, i64>()? {
            if counts.contains_key(&code) {
                return Err(A::Error::custom(format_args!("duplicate field `{code}`")));
            }
            counts.insert(code, people);
        }
        Ok(counts)
    }
}

impl<T: ClosedList> PartialSchema for CountsBody<T> {
    fn schema() -> RefOr<Schema> {
        let people = |value: &T| {
            ObjectBuilder::new()
                .schema_type(SchemaType::new(Type::Integer))
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
                .minimum(Some(0))
                .maximum(Some(PARTICIPANTS_MAX))
                .description(Some(value.entry().english))
        };
        T::ALL
            .iter()
            .fold(ObjectBuilder::new(), |object, value| {
                object.property(value.code(), people(value))
            })
            .description(Some(T::DESCRIPTION))
            .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)))
            .into()
    }
}

impl<T: ClosedList> ToSchema for CountsBody<T> {
    fn name() -> Cow<'static, str> {
        format!("{}Counts", T::TYPE).into()
    }
}

/// Numbers of people by the codes of a closed list, as they are answered: in the order of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountsView<T>(Counts<T>);

impl<T: ClosedList> From<&Counts<T>> for CountsView<T> {
    fn from(counts: &Counts<T>) -> Self {
        Self(counts.clone())
    }
}

impl<T: ClosedList> Serialize for CountsView<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(group, people)| (group.code(), people)))
    }
}

impl<T: ClosedList> PartialSchema for CountsView<T> {
    fn schema() -> RefOr<Schema> {
        CountsBody::<T>::schema()
    }
}

impl<T: ClosedList> ToSchema for CountsView<T> {
    fn name() -> Cow<'static, str> {
        CountsBody::<T>::name()
    }
}

impl From<&BTreeMap<CommuneCode, i64>> for ResidenceCounts {
    fn from(residences: &BTreeMap<CommuneCode, i64>) -> Self {
        let counts = residences
            .iter()
            .map(|(commune, people)| (commune.as_str().to_owned(), *people));
        Self(counts.collect(), PhantomData)
    }
}

/// The schema of [`ResidenceCounts`], which has no name: openapi-generator's Kotlin warns of a named one whose keys are open.
pub fn residence_counts() -> Object {
    let people = ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::Integer))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
        .minimum(Some(0))
        .maximum(Some(PARTICIPANTS_MAX));
    ObjectBuilder::new()
        .description(Some(
            "The people by the INSEE code of the commune where they live, without communes of nobody; the rest is undisclosed.",
        ))
        .property_names(Some(super::CommuneCode::object()))
        .additional_properties(Some(people))
        .max_properties(Some(RESIDENCES_MAX))
        .examples([serde_json::json!({"72181": 6, "72003": 2})])
        .build()
}

// utoipa puts the arguments of a generic type into the name of its schema; behind an alias it does not see them.
/// People by the commune where they live.
pub type ResidenceCounts = CountsBody<CommuneCode>;
/// A code of [`Scope`].
pub type ScopeCode = Code<Scope>;
/// A calendar of public holidays.
pub type HolidayCalendarCode = Code<HolidayCalendar>;
/// A code of [`AuditAction`].
pub type AuditActionCode = Code<AuditAction>;
/// A code of [`Weekday`].
pub type WeekdayCode = Code<Weekday>;
