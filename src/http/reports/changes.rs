//! What changed since a device last asked.

use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::{DateTime, Duration, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::view::ReportView;
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::domain::retention::CURSOR_DAYS;
use crate::http::answer::openapi::{Gone, Unknown};
use crate::http::answer::pieces::large;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::admission::heavy_read;
use crate::http::request::caller::Caller;
use crate::http::request::rights::ReportsReader;
use crate::http::wire;
use crate::http::wire::page::{Cursor, PageParameters};
use crate::storage::reports::{self, Change, ChangeQuery, Changes, Page};

/// How far a device has read the changes of an organisation or of one advisor.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ChangesCursor {
    /// The history to which the sequence belongs: another one begins when a backup is restored.
    epoch: String,
    /// The last change that was read.
    sequence: i64,
    /// The organisation whose changes are read.
    organisation: OrganisationId,
    /// The only advisor whose changes are read; `None`: those of everybody.
    advisor: Option<AdvisorId>,
    /// When the cursor was given.
    at: DateTime<Utc>,
}

impl ChangesCursor {
    /// Whether the changes found are those that follow this cursor: the cursor is of the same history and not ahead of
    /// it, of the same organisation and advisor, and not too old.
    fn leads_to(&self, found: &Changes, query: ChangeQuery, now: DateTime<Utc>) -> bool {
        self.epoch == found.epoch
            && self.sequence <= found.last
            && (self.organisation, self.advisor) == (query.organisation, query.advisor)
            && now.signed_duration_since(self.at) <= Duration::days(CURSOR_DAYS)
    }
}

/// The text of a cursor must not change: devices keep cursors for as long as these are valid.
impl Cursor for ChangesCursor {
    fn to_text(&self) -> String {
        let advisor = self.advisor.map(|advisor| advisor.to_string()).unwrap_or_default();
        let Self {
            epoch,
            sequence,
            organisation,
            at,
            ..
        } = self;
        format!("{epoch}/{sequence}/{organisation}/{advisor}/{}", at.timestamp())
    }

    fn from_text(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        let [epoch, sequence, organisation, advisor, at] = parts.try_into().ok()?;
        Some(Self {
            epoch: epoch.to_owned(),
            sequence: sequence.parse().ok().filter(|sequence| *sequence >= 0)?,
            organisation: organisation.parse().ok()?,
            advisor: match advisor {
                "" => None,
                advisor => Some(advisor.parse().ok()?),
            },
            at: DateTime::from_timestamp(at.parse().ok()?, 0)?,
        })
    }
}

/// From where to read changes.
type ChangesParameters = PageParameters<ChangesCursor>;

/// A day that changed, as it stands now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Change)]
pub struct ChangeView {
    /// Whose day.
    advisor_id: wire::Identifier,
    /// Which civil day.
    date: wire::Day,
    /// The version of the day, for `base_version`.
    #[schema(minimum = 1, example = 1)]
    version: i64,
    /// The report of the day; `null`: the report was deleted.
    #[schema(required = true)]
    report: Option<ReportView>,
}

impl From<&Change> for ChangeView {
    fn from(change: &Change) -> Self {
        Self {
            advisor_id: change.advisor.into(),
            date: change.date.into(),
            version: change.state.version,
            report: change.state.live.as_ref().map(ReportView::from),
        }
    }
}

/// Days that changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Changes)]
pub struct ChangesView {
    /// The days, in the order of their last changes; each once.
    #[schema(max_items = 200)]
    items: Vec<ChangeView>,
    /// Ask with this cursor for the changes that follow.
    #[schema(example = "LzEyL…")]
    cursor: String,
    /// Whether more changes can be read already.
    has_more: bool,
}

impl ChangesView {
    /// A page of the changes found, with the cursor for those that follow.
    fn new(found: Changes, change_query: ChangeQuery, now: DateTime<Utc>) -> Self {
        let Page { items: days, has_more } = found.days;
        let last = days.last().filter(|_| has_more);
        let cursor = ChangesCursor {
            epoch: found.epoch,
            sequence: last.map_or(found.last, |day| day.sequence),
            organisation: change_query.organisation,
            advisor: change_query.advisor,
            at: now,
        };
        Self {
            items: days.iter().map(ChangeView::from).collect(),
            cursor: cursor.encode(),
            has_more,
        }
    }
}

/// Read which days changed since a cursor.
///
/// Days whose report changed or was deleted since the cursor was given, as they stand now. Advisors read their own
/// days; coordinators and programs those of the whole organisation. Ask again at once while `has_more` is true; keep
/// `cursor` for the next time. After 410 start afresh, without a cursor.
#[utoipa::path(
    tag = "reports",
    params(ChangesParameters),
    responses((status = 200, description = "The days that changed", body = ChangesView), Gone, Unknown),
    security(("access_token" = [])),
)]
#[get("/v1/changes", wrap = "from_fn(heavy_read)")]
pub async fn list_changes(
    Caller { who, query, .. }: Caller<ReportsReader, (), ChangesParameters>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let change_query = ChangeQuery {
        organisation: who.organisation,
        advisor: who.own,
        after: query.after().map_or(0, |cursor| cursor.sequence),
        limit: query.limit(),
    };
    let now = application.now();
    let found = application
        .store
        .read(move |connection| reports::changes(connection, change_query))
        .await?;
    if query
        .after()
        .is_some_and(|cursor| !cursor.leads_to(&found, change_query, now))
    {
        return Err(ProblemCode::CursorExpired.into());
    }
    Ok(large(move || ChangesView::new(found, change_query, now)).await?)
}
