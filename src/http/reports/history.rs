//! What a day's report said before, and who wrote it.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::report::ReportPath;
use super::view::ReportView;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::rights::AdvisorOrCoordinator;
use crate::http::wire;
use crate::storage::reports::{self, Version};

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
#[derive(Serialize, ToSchema)]
#[schema(as = ReportHistory)]
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
#[get("/v1/advisors/{advisor_id}/reports/{date}/history")]
pub async fn get_history(
    Caller { who, path, .. }: Caller<AdvisorOrCoordinator, ReportPath>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let versions = application
        .store
        .read(move |connection| reports::versions(connection, who.organisation, path.advisor_id, path.date))
        .await?;
    if versions.is_empty() {
        return Err(ProblemCode::NotFound.into());
    }
    let items = versions.iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(HistoryView { items }))
}
