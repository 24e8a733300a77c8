//! Identifiers, instants, days and months as wire types: how each is spelled and what the document of the API says of it
//! stand here once. What arrives is checked by the domain; bodies and parameters name these types for the document alone.

use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use crate::domain::calendar;
use crate::domain::calendar::ReportDate;
use crate::domain::identifiers::Id;
use crate::domain::text::{NOTE_MAX, PLACE_NAME_MAX};
use crate::domain::time_text::{push_day, rfc_3339};

/// A UUID, hyphenated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = "uuid", example = "0198f3c2-7c1e-7d2a-8f00-0242ac120003")]
pub struct Identifier(Uuid);

impl Identifier {
    /// How it is spelled, as a part of a pattern, and with how many characters.
    pub const SPELLING: (&str, usize) = ("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", 36);
}

/// The most values of a parameter that takes several.
pub const VALUES_MAX: usize = 100;

/// What the document of the API says of values that are spelled like `one`, separated by commas.
pub fn several(one: &str, longest: usize) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .pattern(Some(format!("^{one}(,{one})*$")))
        .max_length(Some(VALUES_MAX * (longest + 1) - 1))
}

/// Identifiers, separated by commas, which parameters name for the document alone.
pub enum Identifiers {}

impl PartialSchema for Identifiers {
    fn schema() -> RefOr<Schema> {
        let (one, length) = Identifier::SPELLING;
        several(one, length)
            .description(Some("UUIDs, separated by commas."))
            .into()
    }
}

impl ToSchema for Identifiers {}

/// `*`, or entity tags, separated by commas (RFC 9110).
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^(\\*|(W/)?\"[ !#-~]*\"(, *(W/)?\"[ !#-~]*\")*)$")]
#[expect(dead_code, reason = "describes headers in the document; Conditions reads them")]
pub struct EntityTags(String);

/// The INSEE code of a commune, which bodies name for the document alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommuneCode {}

impl CommuneCode {
    /// How it is spelled, as a part of a pattern, and with how many characters.
    pub const SPELLING: (&str, usize) = ("([0-9]{2}|2A|2B)[0-9]{3}", 5);

    /// What the document of the API says of it.
    pub fn object() -> ObjectBuilder {
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .pattern(Some(format!("^{}$", Self::SPELLING.0)))
    }
}

impl PartialSchema for CommuneCode {
    fn schema() -> RefOr<Schema> {
        let object = Self::object().description(Some("The INSEE code of a commune."));
        object.examples([serde_json::json!("72181")]).into()
    }
}

impl ToSchema for CommuneCode {
    fn name() -> Cow<'static, str> {
        "CommuneCode".into()
    }
}

/// A SHA-256, in hexadecimal.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
#[expect(dead_code, reason = "describes digests in the document; they are sent as texts")]
pub struct Digest(String);

/// Words of a person without control characters but newline, of some characters at most.
fn words(longest: usize) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .max_length(Some(longest))
        .pattern(Some(r"^[^\u0000-\u0009\u000B-\u001F\u007F-\u009F]*$"))
}

/// A note, which bodies name for the document alone.
pub enum Note {}

impl PartialSchema for Note {
    fn schema() -> RefOr<Schema> {
        let note = words(NOTE_MAX).description(Some("A note, without control characters but newline."));
        note.examples(["Fourgon en panne le matin"]).into()
    }
}

impl ToSchema for Note {}

/// A name or a title, which bodies name for the document alone.
pub enum ShortText {}

impl PartialSchema for ShortText {
    fn schema() -> RefOr<Schema> {
        let text =
            words(PLACE_NAME_MAX).description(Some("A name or a title, without control characters but newline."));
        text.into()
    }
}

impl ToSchema for ShortText {}

/// An instant (RFC 3339); the service answers them in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2022-05-03T15:12:04.120000Z")]
pub struct Instant(DateTime<Utc>);

/// A civil day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, format = Date, example = "2022-05-03")]
pub struct Day(NaiveDate);

/// A time of the day, by the clocks of the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "09:30")]
pub struct Time(NaiveTime);

/// A civil month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$", example = "2022-05")]
pub struct Month(calendar::Month);

impl<K: Copy> From<Id<K>> for Identifier {
    fn from(id: Id<K>) -> Self {
        Self(id.uuid())
    }
}

impl From<Uuid> for Identifier {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl From<DateTime<Utc>> for Instant {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant)
    }
}

impl From<NaiveDate> for Day {
    fn from(day: NaiveDate) -> Self {
        Self(day)
    }
}

impl From<NaiveTime> for Time {
    fn from(time: NaiveTime) -> Self {
        Self(time)
    }
}

impl From<ReportDate> for Day {
    fn from(day: ReportDate) -> Self {
        Self(day.date())
    }
}

impl From<calendar::Month> for Month {
    fn from(month: calendar::Month) -> Self {
        Self(month)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&rfc_3339(self.0))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(10);
        push_day(&mut text, self.0);
        serializer.serialize_str(&text)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.format("%H:%M"))
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}
