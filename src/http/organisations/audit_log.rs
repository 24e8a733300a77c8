//! The audit log of an organisation.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::audit::AuditEntryId;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::rights::Coordinator;
use crate::http::wire;
use crate::http::wire::code_schema::AuditActionCode;
use crate::http::wire::page::{Cursor, PageParameters, PageView};
use crate::storage::audit::{self, AuditEntry, AuditQuery};

/// Where a page of the audit log ended: the instant and the identifier of its last entry.
type EntryCursor = (DateTime<Utc>, AuditEntryId);

impl Cursor for EntryCursor {
    fn to_text(&self) -> String {
        format!("{}/{}", self.0.timestamp_micros(), self.1)
    }

    fn from_text(text: &str) -> Option<Self> {
        let (micros, id) = text.split_once('/')?;
        let at = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
        Some((at, id.parse().ok()?))
    }
}

/// A page of the audit log.
type AuditPage = PageView<AuditEntryView>;

/// Which page of the audit log.
type AuditParameters = PageParameters<EntryCursor>;

/// An entry of the audit log.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct AuditEntryView {
    /// Its identifier.
    entry_id: wire::Identifier,
    /// When the deed was done.
    recorded_at: wire::Instant,
    /// What was done.
    action: AuditActionCode,
    /// The account that did it; `null`: the command line, a job, or somebody unknown.
    #[schema(required = true)]
    actor: Option<wire::Identifier>,
    /// To what it was done: an account, a key, a session, a publication, a month; `null`: to the organisation itself.
    #[schema(required = true, example = "0198f3c2-7c1e-7d2a-8f00-0242ac120004")]
    subject: Option<String>,
}

impl From<&AuditEntry> for AuditEntryView {
    fn from(entry: &AuditEntry) -> Self {
        Self {
            entry_id: entry.id.into(),
            recorded_at: entry.recorded_at.into(),
            action: entry.action.into(),
            actor: entry.actor.map(Into::into),
            subject: entry.subject.text(),
        }
    }
}

/// Read the audit log, the newest entry first.
///
/// Who signed in, invited, changed or exported something, or made keys. Entries are kept for twelve months. For
/// coordinators.
#[utoipa::path(
    tag = "audit",
    params(AuditParameters),
    responses((status = 200, description = "A page of the log", body = AuditPage)),
    security(("access_token" = [])),
)]
#[get("/v1/audit-log")]
pub async fn list_audit_log(
    caller: Caller<Coordinator, (), AuditParameters>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let page = caller.query;
    let query = AuditQuery {
        organisation: caller.who.organisation,
        after: page.after().copied(),
        account: None,
        limit: page.limit_of_search(),
    };
    let entries = application
        .store
        .read(move |connection| audit::list(connection, &query))
        .await?;
    let page: AuditPage = PageView::new(&page, entries, |last| (last.recorded_at, last.id));
    Ok(HttpResponse::Ok().json(page))
}
