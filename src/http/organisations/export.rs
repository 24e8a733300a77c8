//! Copies of what the service holds: about the caller, and about an organisation.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::api_keys::ApiKeyView;
use super::audit_log::AuditEntryView;
use super::settings::OrganisationView;
use crate::actions::privacy::{self, OrganisationPart};
use crate::domain::calendar::ReportDate;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::people::accounts::AccountView;
use crate::http::people::sessions::SessionItemView;
use crate::http::publications::months::MonthRecordView;
use crate::http::publications::publication::PublicationView;
use crate::http::publications::shared_links::SharedLinkView;
use crate::http::reports::history::VersionView;
use crate::http::reports::view::ReportView;
use crate::http::request::caller::Caller;
use crate::http::request::rights::SignedIn;
use crate::http::wire;
use crate::storage::reports::Version;

/// Everything that is held about the caller.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonalData)]
pub struct PersonalDataView {
    /// The account of the caller.
    account: AccountView,
    /// The devices on which the caller is signed in.
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
#[get("/v1/me/export")]
pub async fn get_personal_data(
    Caller { who, .. }: Caller<SignedIn>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let data = privacy::personal_data(&application.store, who.by(), application.now())
        .await?
        .ok_or(ProblemCode::Unauthenticated)?;
    let sessions = data.sessions.into_iter();
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"quotidien.json\""))
        .json(PersonalDataView {
            account: (&data.account).into(),
            sessions: sessions
                .map(|session| SessionItemView::seen_from(session, who.session))
                .collect(),
            reports: data.reports.iter().map(Into::into).collect(),
            audit_log: data.audit.iter().map(Into::into).collect(),
            earlier_versions: data.earlier.iter().map(earlier).collect(),
            api_keys: data.keys.iter().map(Into::into).collect(),
            shared_links: data.links.iter().map(Into::into).collect(),
            months: data
                .months
                .iter()
                .map(|month| MonthRecordView::new(month, &[]))
                .collect(),
        }))
}

fn earlier((date, versions): &(ReportDate, Vec<Version>)) -> EarlierVersionsView {
    EarlierVersionsView {
        date: (*date).into(),
        versions: versions.iter().map(Into::into).collect(),
    }
}

/// A line of the export of an organisation: a JSON object whose `type` names the shape of the API that it holds.
pub fn export_line(part: OrganisationPart) -> Value {
    match part {
        OrganisationPart::Organisation(organisation) => {
            json!({ "type": "organisation", "organisation": OrganisationView::from(organisation) })
        }
        OrganisationPart::Month(month) => json!({ "type": "month", "month": MonthRecordView::new(&month, &[]) }),
        OrganisationPart::Publication(record, content) => json!({
            "type": "publication", "publication": PublicationView::from(&record), "content": content
        }),
        OrganisationPart::Link(link) => json!({ "type": "shared_link", "shared_link": SharedLinkView::from(&link) }),
        OrganisationPart::Key(key) => json!({ "type": "api_key", "api_key": ApiKeyView::from(&key) }),
        OrganisationPart::Audit(entry) => json!({ "type": "audit_entry", "audit_entry": AuditEntryView::from(&entry) }),
        OrganisationPart::Session(account, session) => json!({
            "type": "session", "account_id": account.to_string(), "device": session.device,
            "created_at": wire::Instant::from(session.created_at),
            "refreshed_at": wire::Instant::from(session.refreshed_at),
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
