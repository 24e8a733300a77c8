//! Every route, on one page; and the answer to requests that no route takes.

use std::sync::{Arc, OnceLock};

use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, Responder};
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::PathItem;
use utoipa_actix_web::service_config::ServiceConfig;

use super::field::{
    agreements, assignment, calendars, communes, documents, importing, meetings, national, open_calendar, own,
    partner_links, partner_page, partners, places, planned_sessions, referrals, requests, schedules, tags, workshops,
};
use super::figures::{action_plan, breakdown, completeness, coverage, definitions, full, monthly, workload};
use super::organisations::{api_keys, audit_log, export, instance, settings};
use super::pages::{landing, password_page, service_info};
use super::people::{accounts, browser_sessions, passwords, profile, sessions};
use super::publications::{months, publication, shared_links, shared_page};
use super::reports::{batch, changes, history, interventions, nomenclature, report};
use crate::http::answer::openapi::{Base, complete};
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;

/// Registers every operation. A request is held against the routes in their order, one after the other: what is asked for most
/// often comes first.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(report::put_report)
        .service(report::get_report)
        .service(report::delete_report)
        .service(report::list_reports)
        .service(batch::write_batch);
    field_routes(config);
    config
        .service(changes::list_changes)
        .service(history::get_history)
        .service(interventions::put_intervention)
        .service(interventions::delete_intervention)
        .service(nomenclature::get_nomenclature)
        .service(monthly::get_monthly_statistics)
        .service(full::get_full_statistics)
        .service(breakdown::get_breakdown)
        .service(completeness::get_completeness)
        .service(completeness::list_missing_days)
        .service(workload::get_workload)
        .service(coverage::get_coverage)
        .service(action_plan::get_field_statistics)
        .service(definitions::get_definitions)
        .service(months::list_months)
        .service(months::put_closing)
        .service(months::delete_closing)
        .service(publication::create_publication)
        .service(publication::list_publications)
        .service(publication::get_publication)
        .service(publication::get_publication_changes)
        .service(shared_links::create_link)
        .service(shared_links::list_links)
        .service(shared_links::delete_link)
        .service(shared_page::get_shared_publication)
        .service(sessions::create_session)
        .service(sessions::refresh_session)
        .service(sessions::delete_session)
        .service(sessions::list_sessions)
        .service(sessions::end_session)
        .service(browser_sessions::create_browser_session)
        .service(browser_sessions::refresh_browser_session)
        .service(browser_sessions::delete_browser_session)
        .service(profile::get_me)
        .service(export::get_personal_data)
        .service(profile::list_advisors)
        .service(accounts::list_accounts)
        .service(accounts::create_account)
        .service(accounts::get_account)
        .service(accounts::put_account)
        .service(accounts::delete_account)
        .service(accounts::create_invitation)
        .service(passwords::put_password)
        .service(passwords::put_own_password)
        .service(passwords::create_password_reset)
        .service(settings::get_organisation)
        .service(settings::put_organisation)
        .service(instance::list_organisations)
        .service(instance::create_organisation)
        .service(instance::create_coordinator)
        .service(api_keys::list_api_keys)
        .service(api_keys::create_api_key)
        .service(api_keys::delete_api_key)
        .service(audit_log::list_audit_log)
        .service(service_info::get_health)
        .service(service_info::get_readiness)
        .service(service_info::get_public_keys)
        .service(service_info::get_document)
        .service(landing::get_landing_page)
        .service(landing::get_problem_page)
        .service(password_page::get_password_page);
}

/// Registers the operations on what stands around the reports.
fn field_routes(config: &mut ServiceConfig<'_>) {
    config
        .service(communes::list_communes)
        .service(partners::list_partners)
        .service(partners::get_partner)
        .service(partners::put_partner)
        .service(places::list_places)
        .service(national::check_national_places)
        .service(importing::import_places)
        .service(national::get_open_places_csv)
        .service(national::get_open_places_json)
        .service(places::get_place)
        .service(places::put_place)
        .service(places::merge_place)
        .service(assignment::assign_place)
        .service(tags::list_tags)
        .service(tags::get_tag)
        .service(tags::put_tag)
        .service(workshops::list_workshops)
        .service(workshops::get_workshop)
        .service(workshops::put_workshop)
        .service(agreements::list_agreements)
        .service(agreements::get_agreement)
        .service(agreements::put_agreement)
        .service(documents::get_agreement_annex)
        .service(documents::get_catalogue)
        .service(partner_links::create_partner_link)
        .service(partner_links::list_partner_links)
        .service(partner_links::delete_partner_link)
        .service(partner_page::get_partner_page)
        .service(partner_page::ask_as_partner)
        .service(meetings::list_meetings)
        .service(meetings::get_meeting)
        .service(meetings::put_meeting)
        .service(requests::list_requests)
        .service(requests::get_request)
        .service(requests::put_request)
        .service(requests::put_request_status)
        .service(planned_sessions::list_planned_sessions)
        .service(planned_sessions::get_planned_session)
        .service(planned_sessions::put_planned_session)
        .service(referrals::list_referrals)
        .service(referrals::get_referral)
        .service(referrals::put_referral)
        .service(own::get_own_field)
        .service(calendars::create_calendar_link)
        .service(calendars::list_calendar_links)
        .service(calendars::delete_calendar_link)
        .service(calendars::get_calendar)
        .service(open_calendar::get_open_calendar_ics)
        .service(open_calendar::get_open_calendar_json)
        .service(schedules::list_schedules)
        .service(schedules::get_schedule)
        .service(schedules::put_schedule);
}

/// The OpenAPI document, with every operation.
pub fn document() -> OpenApi {
    use utoipa_actix_web::AppExt as _;
    let (_, document) = actix_web::App::new()
        .into_utoipa_app()
        .openapi(Base::openapi())
        .configure(routes)
        .split_for_parts();
    complete(document)
}

/// Every path of the API, with the methods that it takes. Each thread that answers has its own table, and compiles the patterns of the
/// paths when it gets the first request that no route takes, not at the start, which would take longer.
pub(super) struct RouteTable {
    document: Arc<OpenApi>,
    paths: OnceLock<Vec<(ResourceDef, Vec<Method>)>>,
}

impl RouteTable {
    /// A table of the paths and methods in the document of the API.
    pub(super) const fn new(document: Arc<OpenApi>) -> Self {
        Self {
            document,
            paths: OnceLock::new(),
        }
    }

    /// The methods that a path takes; `None` when the API has no such path.
    fn allowed(&self, path: &str) -> Option<&[Method]> {
        let (_, methods) = self.paths().iter().find(|(pattern, _)| pattern.is_match(path))?;
        Some(methods)
    }

    fn paths(&self) -> &[(ResourceDef, Vec<Method>)] {
        self.paths.get_or_init(|| {
            let paths = self.document.paths.paths.iter();
            paths
                .map(|(path, item)| (ResourceDef::new(path.as_str()), methods(item)))
                .collect()
        })
    }
}

/// The methods that a path takes: `HEAD` is answered like `GET`, and `OPTIONS` by [`no_route`].
fn methods(item: &PathItem) -> Vec<Method> {
    let operations = [
        (Method::GET, &item.get),
        (Method::HEAD, &item.get),
        (Method::PUT, &item.put),
        (Method::POST, &item.post),
        (Method::PATCH, &item.patch),
        (Method::DELETE, &item.delete),
    ];
    let taken = operations.into_iter().filter(|(_, operation)| operation.is_some());
    taken
        .map(|(method, _)| method)
        .chain(std::iter::once(Method::OPTIONS))
        .collect()
}

/// Answers requests that no route takes: on a path of the API `OPTIONS` gets its methods and other methods get 405 with
/// them; any other path is 404.
pub(super) async fn no_route(request: HttpRequest, table: Data<RouteTable>) -> Result<impl Responder, Problem> {
    let methods = table.allowed(request.path()).ok_or(ProblemCode::NotFound)?;
    let allow = methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
    match request.method() {
        &Method::OPTIONS => Ok(HttpResponse::NoContent().insert_header((ALLOW, allow)).finish()),
        // This path and method have a route, but its pattern refused the identifier in the path: nothing has such an
        // identifier.
        method if methods.contains(method) => Err(ProblemCode::NotFound.into()),
        _ => Err(Problem::method_not_allowed(allow)),
    }
}
