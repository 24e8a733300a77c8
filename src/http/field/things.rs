//! What the operations of all things of the field share: how a thing is written, read and listed by its name.

use actix_web::HttpResponse;
use actix_web::http::header::{ETAG, LOCATION};
use chrono::NaiveDate;
use serde::Serialize;

use crate::actions::field::things::{self as actions, Written};
use crate::domain::calendar::ReportDate;
use crate::domain::decision::{Preconditions, Versions};
use crate::domain::field::thing::Kept;
use crate::domain::field_error::FieldCode;
use crate::domain::identifiers::Id;
use crate::domain::nomenclature::{ClosedList, CodeSet, Masked};
use crate::domain::text::sort_key;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::conditions::entity_tag;
use crate::http::request::query::QueryReader;
use crate::http::request::rights::Member;
use crate::http::wire::code_schema::Code;
use crate::http::wire::page::{Cursor, PageParameters, PageView};
use crate::storage::field::thing::{Named, Stored};

/// Where a page of things ended that are listed by name: the sort key and the identifier of the last.
#[derive(Debug, Clone)]
pub struct NameCursor<K>(String, Id<K>);

impl<K: Copy> NameCursor<K> {
    /// Where a page ended whose last thing has this name and identifier.
    pub fn of(name: &str, id: Id<K>) -> Self {
        Self(sort_key(name), id)
    }

    /// The sort key and the identifier.
    pub fn place(&self) -> (String, Id<K>) {
        (self.0.clone(), self.1)
    }
}

impl<K> Cursor for NameCursor<K> {
    fn to_text(&self) -> String {
        format!("{}/{}", self.1, self.0)
    }

    fn from_text(text: &str) -> Option<Self> {
        let (id, key) = text.split_once('/')?;
        // PostgreSQL takes no NUL, and no name holds one.
        if key.contains('\0') {
            return None;
        }
        Some(Self(key.to_owned(), id.parse().ok()?))
    }
}

/// Where a page of things ended that are listed by their day, the latest first: the day and the identifier of the last.
#[derive(Debug, Clone)]
pub struct DayCursor<K>(NaiveDate, Id<K>);

impl<K: Copy> DayCursor<K> {
    /// Where a page ended whose last thing has this day and identifier.
    pub const fn of(day: NaiveDate, id: Id<K>) -> Self {
        Self(day, id)
    }

    /// The day and the identifier.
    pub const fn place(&self) -> (NaiveDate, Id<K>) {
        (self.0, self.1)
    }
}

impl<K> Cursor for DayCursor<K> {
    fn to_text(&self) -> String {
        format!("{}/{}", self.0, self.1)
    }

    fn from_text(text: &str) -> Option<Self> {
        let (day, id) = text.split_once('/')?;
        let day: ReportDate = day.parse().ok()?;
        Some(Self(day.date(), id.parse().ok()?))
    }
}

/// Has a thing say what a caller asks for.
///
/// # Errors
/// 412, 422 and 409, as `PutRefusal` says.
pub async fn put<T: Stored>(
    application: &Application,
    who: Member,
    id: Id<T::Kind>,
    asked: T,
    conditions: Preconditions,
) -> Result<Written<T>, Problem> {
    let written = actions::put(&application.store, who.by(), id, asked, conditions, application.now()).await?;
    Ok(written?)
}

/// The answer to a write: 201 with the address of what is new, 200 otherwise.
pub fn answer_to_put(is_new: bool, location: String, view: &impl Serialize) -> HttpResponse {
    if is_new {
        HttpResponse::Created().insert_header((LOCATION, location)).json(view)
    } else {
        HttpResponse::Ok().json(view)
    }
}

/// A thing of the caller's organisation.
///
/// # Errors
/// 404 when it has none with this identifier.
pub async fn find<T: Stored>(application: &Application, who: Member, id: Id<T::Kind>) -> Result<Kept<T>, Problem> {
    let organisation = who.organisation;
    let found = application
        .store
        .read(move |connection| T::find(connection, organisation, id));
    found.await?.ok_or(ProblemCode::NotFound.into())
}

/// A parameter that names a thing.
pub fn named<K>(reader: &mut QueryReader, name: &'static str) -> Option<Id<K>> {
    reader.optional(name, |text| text.parse().map_err(|_| FieldCode::InvalidUuid))
}

/// A parameter that is a day.
pub fn day(reader: &mut QueryReader, name: &'static str) -> Option<NaiveDate> {
    reader.optional(name, |text| text.parse::<ReportDate>().map(ReportDate::date))
}

/// A parameter that is a code.
pub fn code<T: ClosedList>(reader: &mut QueryReader, name: &'static str) -> Option<T> {
    reader.optional(name, |text| T::from_code(text).ok_or(FieldCode::InvalidValue))
}

/// The answer to a read of a version: 304 when the caller has it.
pub fn answer_to_get(version: i64, conditions: &Preconditions, view: &impl Serialize) -> HttpResponse {
    let is_known = |known: &Versions| known.name(version, true);
    let tag = (ETAG, entity_tag(version));
    if conditions.if_none_match.as_ref().is_some_and(is_known) {
        HttpResponse::NotModified().insert_header(tag).finish()
    } else {
        HttpResponse::Ok().insert_header(tag).json(view)
    }
}

/// A page of the things of the caller's organisation, by name.
pub async fn page_by_name<T: Named, V>(
    application: &Application,
    who: Member,
    page: PageParameters<NameCursor<T::Kind>>,
) -> Result<PageView<V>, Problem>
where
    V: for<'a> From<&'a Kept<T>>,
{
    let organisation = who.organisation;
    let after = page.after().map(|NameCursor(key, id)| (key.clone(), *id));
    let limit = page.limit_of_search();
    let found = application
        .store
        .read(move |connection| T::page_by_name(connection, organisation, after, limit))
        .await?;
    Ok(PageView::new(&page, found, |last| {
        NameCursor(sort_key(last.content.name()), last.id)
    }))
}

/// The codes of a set in the order of their texts.
pub fn sorted<T: Masked>(set: CodeSet<T>) -> Vec<Code<T>> {
    set.sorted().into_iter().map(Into::into).collect()
}
