//! What a day's report said before, and who wrote it.

use actix_web::middleware::from_fn;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpResponse, get};
use futures_util::Stream;
use futures_util::stream::try_unfold;
use serde::Serialize;
use utoipa::ToSchema;

use super::report::ReportPath;
use super::view::ReportView;
use crate::domain::calendar::ReportDate;
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::http::answer::pieces::{in_turn, items};
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::admission::heavy_read;
use crate::http::request::caller::Caller;
use crate::http::request::rights::AdvisorOrCoordinator;
use crate::http::wire;
use crate::storage::reports::{self, Version};
use crate::storage::{StorageError, Store};

/// A version of a day.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportVersion)]
pub struct VersionView {
    /// The number of the version.
    #[schema(minimum = 1, example = 2)]
    version: i64,
    /// When this version came.
    updated_at: wire::Instant,
    /// The account that wrote this version.
    recorded_by: wire::Identifier,
    /// The API key through which a program wrote this version; `null`: the account was signed in.
    #[schema(required = true)]
    recorded_through: Option<wire::Identifier>,
    /// What the report said; `null`: this version deleted the report.
    #[schema(required = true)]
    report: Option<ReportView>,
}

impl From<&Version> for VersionView {
    fn from(version: &Version) -> Self {
        Self {
            version: version.version,
            updated_at: version.updated_at.into(),
            recorded_by: version.recorded_by.into(),
            recorded_through: version.recorded_through.map(Into::into),
            report: version.report.as_ref().map(Into::into),
        }
    }
}

/// The versions of a day.
#[derive(ToSchema)]
#[schema(as = ReportHistory)]
#[expect(
    dead_code,
    reason = "describes the answer in the document; it is sent piece by piece"
)]
pub struct HistoryView {
    /// The versions, the newest first.
    items: Vec<VersionView>,
}

/// Read what a day's report said before.
///
/// Every version, the newest first: who wrote it, when, and through which API key. For the advisor whose day it is and
/// for coordinators; 404 when the day never had a report.
#[utoipa::path(
    tag = "reports",
    params(ReportPath),
    responses((status = 200, description = "The versions", body = HistoryView)),
    security(("access_token" = [])),
)]
#[get("/v1/advisors/{advisor_id}/reports/{date}/history", wrap = "from_fn(heavy_read)")]
pub async fn get_history(
    Caller { who, path, .. }: Caller<AdvisorOrCoordinator, ReportPath>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let store = application.store.clone();
    let day = (who.organisation, path.advisor_id, path.date);
    let newest = versions_before(&store, day, None).await?;
    if newest.is_empty() {
        return Err(ProblemCode::NotFound.into());
    }
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .streaming(pieces(store, day, newest)))
}

/// How many versions are read at once, each of which may be of half a mebibyte.
const SLICE: i64 = 8;

/// The day of an advisor of an organisation.
type Day = (OrganisationId, AdvisorId, ReportDate);

async fn versions_before(store: &Store, day: Day, before: Option<i64>) -> Result<Vec<Version>, StorageError> {
    store
        .read(move |connection| reports::versions_before(connection, day, before, SLICE))
        .await
}

/// Where an answer that is sent piece by piece stands.
enum Part {
    /// The newest versions are to be sent, and then those before them.
    Newest(Vec<Version>),
    /// The versions before this one are to be read.
    Before(i64),
    End,
}

async fn next_piece(store: &Store, day: Day, part: Part) -> Result<Option<(Bytes, Part)>, StorageError> {
    let (begin, versions, first) = match part {
        Part::Newest(newest) => ("{\"items\":[", newest, true),
        Part::Before(version) => ("", versions_before(store, day, Some(version)).await?, false),
        Part::End => return Ok(None),
    };
    let (rest, end) = match versions.last() {
        Some(last) => (Part::Before(last.version), ""),
        None => (Part::End, "]}"),
    };
    let items = items::<_, VersionView>(versions, first).await?;
    let text = [begin.as_bytes(), &items, end.as_bytes()].concat();
    Ok(Some((text.into(), rest)))
}

/// The pieces of a history. A failure ends the answer before its end, which its reader sees.
fn pieces(store: Store, day: Day, newest: Vec<Version>) -> impl Stream<Item = Result<Bytes, StorageError>> {
    try_unfold(Part::Newest(newest), move |part| {
        let store = store.clone();
        async move { in_turn(next_piece(&store, day, part)).await }
    })
}
