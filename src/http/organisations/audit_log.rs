//! The audit log of an organisation.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::domain::field_error::FieldCode;
use crate::domain::identifiers::AuditEntryId;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::query::{PAGE_DEFAULT, QueryParameters, QueryReader, page, page_limit};
use crate::http::request::rights::Coordinator;
use crate::http::wire;
use crate::http::wire::code_schema::AuditActionCode;
use crate::storage::audit::{self, AuditEntry, AuditQuery};

/// Which entries to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditParameters {
    /// How many at most.
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50, nullable = false)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>, nullable = false)]
    cursor: Option<(DateTime<Utc>, AuditEntryId)>,
}

impl QueryParameters for AuditParameters {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        Some(Self {
            limit: reader.optional("limit", page_limit),
            cursor: reader.optional("cursor", read_cursor),
        })
    }
}

/// An entry of the audit log.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct AuditEntryView {
    /// Its identifier.
    entry_id: wire::Identifier,
    /// When it was done.
    recorded_at: wire::Instant,
    /// What was done.
    action: AuditActionCode,
    /// The account that did it; `null`: the command line, a job, or nobody who is known.
    #[schema(required = true)]
    actor: Option<wire::Identifier>,
    /// To what: the account, the key, the session, the publication, the month; `null`: the organisation itself.
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

/// A page of the audit log.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditPage)]
pub struct AuditPageView {
    /// The newest first.
    items: Vec<AuditEntryView>,
    /// For the next page; `null` on the last.
    #[schema(required = true)]
    next_cursor: Option<String>,
}

/// Read the audit log, the newest entry first.
///
/// Who signed in, invited, changed, exported, made keys; kept for twelve months. For coordinators.
#[utoipa::path(
    tag = "audit",
    params(AuditParameters),
    responses((status = 200, description = "A page of the log", body = AuditPageView)),
    security(("access_token" = [])),
)]
#[get("/v1/audit-log")]
pub async fn list_audit_log(
    caller: Caller<Coordinator, (), AuditParameters>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let limit = caller.query.limit.unwrap_or(PAGE_DEFAULT);
    let query = AuditQuery {
        organisation: caller.who.organisation,
        after: caller.query.cursor,
        account: None,
        limit: limit + 1,
    };
    let found = application
        .store
        .read(move |connection| audit::list(connection, &query))
        .await?;
    let (found, next_cursor) = page(found, limit, cursor);
    Ok(HttpResponse::Ok().json(AuditPageView {
        items: found.iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Where a page ended, opaque to clients.
fn cursor(last: &AuditEntry) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(format!("{}/{}", last.recorded_at.timestamp_micros(), last.id))
}

fn read_cursor(text: &str) -> Result<(DateTime<Utc>, AuditEntryId), FieldCode> {
    let read = || {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (micros, id) = text.split_once('/')?;
        let at = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
        Some((at, id.parse().ok()?))
    };
    read().ok_or(FieldCode::InvalidCursor)
}
