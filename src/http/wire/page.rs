//! Lists page by page: how long a page is, the cursor that leads on to the next one, and the page itself.

use std::borrow::Cow;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, Ref, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{RefOr, Required, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use crate::domain::field_error::FieldCode;

/// The most items of a page.
const LIMIT_MAX: u32 = 200;
/// How many items a page has at most when the caller names no limit.
const LIMIT_DEFAULT: u32 = 50;

/// Where a page ended. Clients send the cursor back as they got it, and do not look into it.
pub trait Cursor: Sized {
    /// The content of the cursor as text.
    fn to_text(&self) -> String;

    /// The cursor with this content; `None` when no cursor has such a content.
    fn from_text(text: &str) -> Option<Self>;

    /// The cursor as clients see it: its content in base64.
    fn encode(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.to_text())
    }

    /// The cursor in the text that a client sends.
    ///
    /// # Errors
    /// When the text is no cursor that the service gave.
    fn decode(text: &str) -> Result<Self, FieldCode> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        text.and_then(|text| Self::from_text(&text))
            .ok_or(FieldCode::InvalidCursor)
    }
}

/// Which page of a list the caller asks for.
#[derive(Debug, Clone)]
pub struct PageParameters<C> {
    limit: u32,
    cursor: Option<C>,
}

impl<C> PageParameters<C> {
    /// The page after the one that ended at `cursor`, or the first page; of the usual length when `limit` is `None`.
    #[must_use]
    pub fn new(limit: Option<u32>, cursor: Option<C>) -> Self {
        Self {
            limit: limit.unwrap_or(LIMIT_DEFAULT),
            cursor,
        }
    }

    /// Where the page before ended.
    #[must_use]
    pub const fn after(&self) -> Option<&C> {
        self.cursor.as_ref()
    }

    /// How many items to look for: one more than the page has, which tells whether there is a next page.
    #[must_use]
    pub const fn limit_of_search(&self) -> u32 {
        self.limit + 1
    }

    /// How many items the page has at most.
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    /// Cuts the items that such a search found to those of the page, and tells whether there is a next page.
    #[must_use]
    pub fn cut<T>(&self, mut found: Vec<T>) -> (Vec<T>, bool) {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let has_more = found.len() > limit;
        found.truncate(limit);
        (found, has_more)
    }
}

impl<C> IntoParams for PageParameters<C> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let parameter = |name: &str, description: &str, schema: ObjectBuilder| {
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Query)
                .description(Some(description))
                .required(Required::False)
                .schema(Some(schema))
                .build()
        };
        let limit = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
            .minimum(Some(1))
            .maximum(Some(LIMIT_MAX))
            .default(Some(LIMIT_DEFAULT.into()));
        let cursor = ObjectBuilder::new().schema_type(Type::String);
        vec![
            parameter("limit", "How many at most.", limit),
            parameter(
                "cursor",
                "The cursor of the answer before; left out, from the beginning.",
                cursor,
            ),
        ]
    }
}

/// Reads the parameter that says how many items a page has at most.
///
/// # Errors
/// When the text is no whole number from 1 to 200.
pub fn limit(text: &str) -> Result<u32, FieldCode> {
    let number: i64 = text.parse().map_err(|_| FieldCode::InvalidValue)?;
    u32::try_from(number)
        .ok()
        .filter(|limit| (1..=LIMIT_MAX).contains(limit))
        .ok_or(FieldCode::OutOfRange {
            min: 1,
            max: LIMIT_MAX.into(),
        })
}

/// A page of a list.
#[derive(Debug, Serialize)]
pub struct PageView<T> {
    items: Vec<T>,
    next_cursor: Option<String>,
}

impl<T> PageView<T> {
    /// The page with the items that the search for it found; `cursor_of` makes the cursor of its last item.
    pub fn new<R, C: Cursor>(parameters: &PageParameters<C>, found: Vec<R>, cursor_of: impl FnOnce(&R) -> C) -> Self
    where
        T: for<'a> From<&'a R>,
    {
        let (found, has_more) = parameters.cut(found);
        Self::of(&found, has_more, cursor_of)
    }

    /// The page of these items; when there are more, `cursor_of` says where it ends.
    pub fn of<R, C: Cursor>(found: &[R], has_more: bool, cursor_of: impl FnOnce(&R) -> C) -> Self
    where
        T: for<'a> From<&'a R>,
    {
        let last = found.last().filter(|_| has_more);
        Self {
            next_cursor: last.map(|last| cursor_of(last).encode()),
            items: found.iter().map(T::from).collect(),
        }
    }
}

impl<T: ToSchema> PartialSchema for PageView<T> {
    fn schema() -> RefOr<Schema> {
        let items = ArrayBuilder::new()
            .items(Ref::from_schema_name(T::name()))
            .max_items(usize::try_from(LIMIT_MAX).ok())
            .description(Some("In the order that the operation names."));
        let next_cursor = ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
            .description(Some("Ask for the next page with this; `null` on the last one."))
            .examples(["MjAyMi0wNS0wMw"]);
        ObjectBuilder::new()
            .description(Some("A page of a list."))
            .property("items", items)
            .required("items")
            .property("next_cursor", next_cursor)
            .required("next_cursor")
            .into()
    }
}

impl<T: ToSchema> ToSchema for PageView<T> {
    fn name() -> Cow<'static, str> {
        format!("{}Page", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}
