//! Copies of what the service holds: about the caller, and about an organisation.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::middleware::from_fn;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use futures_util::Stream;
use futures_util::stream::try_unfold;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::api_keys::ApiKeyView;
use super::audit_log::AuditEntryView;
use super::settings::OrganisationView;
use crate::actions::privacy::{self, OrganisationPart, PersonalData};
use crate::actions::{ActionError, By};
use crate::domain::audit::AuditEntryId;
use crate::domain::calendar::ReportDate;
use crate::domain::identifiers::{AdvisorId, SessionId};
use crate::http::answer::pieces::{in_turn, items};
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::field::copies;
use crate::http::people::accounts::AccountView;
use crate::http::people::sessions::SessionItemView;
use crate::http::publications::months::MonthRecordView;
use crate::http::publications::publication::PublicationView;
use crate::http::publications::shared_links::SharedLinkView;
use crate::http::reports::history::VersionView;
use crate::http::reports::view::ReportView;
use crate::http::request::admission::heavy_read;
use crate::http::request::caller::Caller;
use crate::http::request::rights::SignedIn;
use crate::http::wire;
use crate::storage::Store;
use crate::storage::reports::Version;
use crate::storage::sessions::Session;

/// How many days' earlier versions a piece of a copy holds at most.
const DAYS_AT_ONCE: usize = 20;

/// Everything that is held about the caller.
#[derive(ToSchema)]
#[schema(as = PersonalData)]
#[expect(
    dead_code,
    reason = "describes the answer in the document; it is sent piece by piece"
)]
pub struct PersonalDataView {
    /// The account of the caller.
    account: AccountView,
    /// The devices on which the caller is signed in, and sessions that ended or expired of late.
    sessions: Vec<SessionItemView>,
    /// The reports of the caller, the newest first.
    reports: Vec<ReportView>,
    /// The entries of the audit log of what the caller did, or of what was done to the caller, the newest first.
    audit_log: Vec<AuditEntryView>,
    /// What the reports of the caller said before, day by day; days whose report never changed are left out.
    earlier_versions: Vec<EarlierVersionsView>,
    /// The API keys that the caller made, without their tokens.
    api_keys: Vec<ApiKeyView>,
    /// The links to publications that the caller made, without their tokens.
    shared_links: Vec<SharedLinkView>,
    /// The months that the caller was the last to close or reopen, with the comment.
    months: Vec<MonthRecordView>,
}

/// What the report of a day said before.
#[derive(Serialize, ToSchema)]
#[schema(as = EarlierVersions)]
pub struct EarlierVersionsView {
    /// The day.
    date: wire::Day,
    /// The versions but for the report as it is, the newest first.
    versions: Vec<VersionView>,
}

/// Take a copy of what is held about oneself.
///
/// The account, the devices, the reports and what they said before, the entries of the audit log, and what the caller made:
/// API keys, links, comments on months (GDPR, articles 15 and 20).
#[utoipa::path(
    tag = "people",
    responses(
        (status = 200, description = "Everything", body = PersonalDataView, headers(("Content-Disposition" = String, description = "A name for the file")))
    ),
    security(("access_token" = [])),
)]
#[get("/v1/me/export", wrap = "from_fn(heavy_read)")]
pub async fn get_personal_data(
    Caller { who, .. }: Caller<SignedIn>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let data = privacy::personal_data(&application.store, who.by(), application.now())
        .await?
        .ok_or(ProblemCode::Unauthenticated)?;
    let head = head(&data, who.session);
    let store = application.store.clone();
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"quotidien.json\""))
        .content_type("application/json")
        .streaming(pieces(head, store, who.by(), data.days)))
}

/// The beginning of a copy, up to its reports.
fn head(data: &PersonalData, session: SessionId) -> Bytes {
    let seen = |session_of: &Session| SessionItemView::seen_from(session_of.clone(), session);
    let parts = json!({
        "account": AccountView::from(&data.account),
        "sessions": data.sessions.iter().map(seen).collect::<Vec<_>>(),
        "api_keys": data.keys.iter().map(ApiKeyView::from).collect::<Vec<_>>(),
        "shared_links": data.links.iter().map(SharedLinkView::from).collect::<Vec<_>>(),
        "months": data.months.iter().map(|month| MonthRecordView::new(month, &[], &[])).collect::<Vec<_>>(),
    });
    let mut head = parts.to_string();
    // The object goes on.
    head.pop();
    head.push_str(",\"reports\":[");
    head.into()
}

/// Where a copy that is sent piece by piece stands.
enum Part {
    Head(Bytes),
    Reports(Option<(ReportDate, AdvisorId)>),
    Deeds(Option<(DateTime<Utc>, AuditEntryId)>),
    Earlier { first: bool },
    End,
}

/// The pieces of a copy. A failure ends the answer before its end, which its reader sees.
fn pieces(head: Bytes, store: Store, by: By, days: Vec<ReportDate>) -> impl Stream<Item = Result<Bytes, ActionError>> {
    try_unfold((Part::Head(head), days), move |(part, mut days)| {
        let store = store.clone();
        async move {
            let piece = in_turn(next_piece(&store, by, part, &mut days)).await?;
            Ok(piece.map(|(bytes, part)| (bytes, (part, days))))
        }
    })
}

async fn next_piece(
    store: &Store,
    by: By,
    part: Part,
    days: &mut Vec<ReportDate>,
) -> Result<Option<(Bytes, Part)>, ActionError> {
    Ok(match part {
        Part::Head(head) => Some((head, Part::Reports(None))),
        Part::Reports(after) => {
            let reports = privacy::own_reports(store, by, after).await?;
            match reports.last().map(|last| (last.date, last.advisor)) {
                Some(last) => {
                    let piece = items::<_, ReportView>(reports, after.is_none()).await?;
                    Some((piece, Part::Reports(Some(last))))
                }
                None => Some((Bytes::from_static(b"],\"audit_log\":["), Part::Deeds(None))),
            }
        }
        Part::Deeds(after) => {
            let deeds = privacy::own_deeds(store, by, after).await?;
            if let Some(last) = deeds.last().map(|last| (last.recorded_at, last.id)) {
                let piece = items::<_, AuditEntryView>(deeds, after.is_none()).await?;
                Some((piece, Part::Deeds(Some(last))))
            } else {
                let between = Bytes::from_static(b"],\"earlier_versions\":[");
                Some((between, Part::Earlier { first: true }))
            }
        }
        Part::Earlier { first } => {
            // Days whose report never changed give nothing, and an empty piece would end the answer.
            let mut earlier = Vec::new();
            while earlier.is_empty() && !days.is_empty() {
                let slice = days.drain(..days.len().min(DAYS_AT_ONCE)).collect();
                earlier = privacy::earlier_versions(store, by, slice).await?;
            }
            if earlier.is_empty() {
                Some((Bytes::from_static(b"]}"), Part::End))
            } else {
                let piece = items::<_, EarlierVersionsView>(earlier, first).await?;
                Some((piece, Part::Earlier { first: false }))
            }
        }
        Part::End => None,
    })
}

impl From<&(ReportDate, Vec<Version>)> for EarlierVersionsView {
    fn from((date, versions): &(ReportDate, Vec<Version>)) -> Self {
        Self {
            date: (*date).into(),
            versions: versions.iter().map(Into::into).collect(),
        }
    }
}

/// A line of the export of an organisation: a JSON object whose `type` names the shape of the API that it holds.
pub fn export_line(part: OrganisationPart) -> Value {
    match part {
        OrganisationPart::Organisation(organisation) => {
            json!({ "type": "organisation", "organisation": OrganisationView::from(organisation) })
        }
        OrganisationPart::Month(month) => json!({ "type": "month", "month": MonthRecordView::new(&month, &[], &[]) }),
        OrganisationPart::Publication(record, content) => json!({
            "type": "publication", "publication": PublicationView::from(&record), "content": content
        }),
        OrganisationPart::Link(link) => json!({ "type": "shared_link", "shared_link": SharedLinkView::from(&link) }),
        OrganisationPart::Key(key) => json!({ "type": "api_key", "api_key": ApiKeyView::from(&key) }),
        OrganisationPart::Audit(entry) => json!({ "type": "audit_entry", "audit_entry": AuditEntryView::from(&entry) }),
        OrganisationPart::Field(part) => copies::export_line(&part),
        OrganisationPart::Session(account, session) => json!({
            "type": "session", "account_id": account.to_string(), "device": session.device,
            "created_at": wire::Instant::from(session.created_at),
            "refreshed_at": wire::Instant::from(session.refreshed_at),
            "expires_at": wire::Instant::from(session.expires_at),
            "ended_at": session.ended_at.map(wire::Instant::from),
        }),
        OrganisationPart::Account(account) => json!({ "type": "account", "account": AccountView::from(&account) }),
        OrganisationPart::Day(advisor, date, versions) => {
            let versions: Vec<VersionView> = versions.iter().map(Into::into).collect();
            json!({
                "type": "day", "advisor_id": advisor.to_string(), "date": date.to_string(), "versions": versions
            })
        }
    }
}
