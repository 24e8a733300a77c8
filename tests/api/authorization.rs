//! Who may do what: every operation of the document against every kind of caller. The table is written by hand; an
//! operation that is missing from it fails.

mod figures;
mod forged;

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use quotidien::domain::account::Role;
use quotidien::domain::api_key::Scope;
use quotidien::domain::nomenclature::ClosedList as _;
use quotidien::storage::AnyConnection;
use serde_json::{Value, json};

use self::forged::forged_tokens;
use crate::http::{report, workshop};
use crate::support::api::{Api, Call, Cast, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::field;
use crate::support::sql;

on_both_databases!(every_operation_answers_every_caller_as_the_table_says);

/// The callers of the table, in the order of its columns. An operation that names an advisor names "the advisor".
/// Whoever has an expired or forged token, or one from before they were deactivated or changed role, counts as
/// "nobody".
const CALLERS: [&str; 12] = [
    "nobody",
    "the advisor",
    "another advisor",
    "the coordinator",
    "another organisation's advisor",
    "another organisation's coordinator",
    "an administrator",
    "a key with `statistics:read`",
    "a key with `reports:read`",
    "a key with `reports:write`",
    "a key with `field:read`",
    "a key with `field:write`",
];

/// The status that each caller gets from each operation, written by hand.
#[rustfmt::skip]
const TABLE: &[(&str, [u16; 12])] = &[
    // operation                 nobody  own other coord f.adv f.coo admin stat read write f.rd f.wr
    ("put_report",              [401, 201, 403, 201, 403, 404, 403, 403, 403, 201, 403, 403]),
    ("get_report",              [401, 200, 403, 200, 403, 404, 403, 403, 200, 403, 403, 403]),
    ("delete_report",           [401, 204, 403, 204, 403, 404, 403, 403, 403, 204, 403, 403]),
    ("get_history",             [401, 200, 403, 200, 403, 404, 403, 403, 403, 403, 403, 403]),
    ("put_intervention",        [401, 201, 403, 201, 403, 404, 403, 403, 403, 201, 403, 403]),
    ("delete_intervention",     [401, 204, 403, 204, 403, 404, 403, 403, 403, 204, 403, 403]),
    ("list_reports",            [401, 200, 403, 200, 403, 404, 403, 403, 200, 403, 403, 403]),
    ("write_batch",             [401, 207, 207, 403, 207, 403, 403, 403, 403, 403, 403, 403]),
    ("list_changes",            [401, 200, 200, 200, 200, 200, 403, 403, 200, 403, 403, 403]),
    ("get_monthly_statistics",  [401, 200, 403, 200, 403, 404, 403, 200, 403, 403, 403, 403]),
    ("get_full_statistics",     [401, 200, 403, 200, 403, 404, 403, 200, 403, 403, 403, 403]),
    ("get_breakdown",           [401, 200, 403, 200, 403, 404, 403, 200, 403, 403, 403, 403]),
    ("get_definitions",         [200; 12]),
    ("get_completeness",        [401, 200, 200, 200, 200, 200, 403, 200, 403, 403, 403, 403]),
    ("get_workload",            [401, 200, 200, 200, 200, 200, 403, 200, 403, 403, 403, 403]),
    ("list_missing_days",       [401, 200, 200, 403, 200, 403, 403, 403, 403, 403, 403, 403]),
    ("get_coverage",            [401, 403, 403, 200, 403, 200, 403, 200, 403, 403, 403, 403]),
    ("get_field_statistics",    [401, 403, 403, 200, 403, 200, 403, 200, 403, 403, 403, 403]),
    ("list_months",             [401, 200, 200, 200, 200, 200, 403, 200, 403, 403, 403, 403]),
    ("list_partners",           [401, 200, 200, 200, 200, 200, 403, 403, 403, 403, 200, 403]),
    // To another organisation the identifier is one that it may use itself, or nobody's.
    ("get_partner",             [401, 200, 200, 200, 404, 404, 403, 403, 403, 403, 200, 403]),
    ("put_partner",             [401, 403, 403, 201, 403, 201, 403, 403, 403, 403, 403, 201]),
    ("list_places",             [401, 200, 200, 200, 200, 200, 403, 403, 403, 403, 200, 403]),
    ("get_place",               [401, 200, 200, 200, 404, 404, 403, 403, 403, 403, 200, 403]),
    ("put_place",               [401, 201, 201, 201, 201, 201, 403, 403, 403, 403, 403, 201]),
    // 422: the request names a place that the organisation does not have; abroad it names no place to merge either.
    ("merge_place",             [401, 403, 403, 422, 403, 404, 403, 403, 403, 403, 403, 422]),
    ("list_tags",               [401, 200, 200, 200, 200, 200, 403, 403, 403, 403, 200, 403]),
    ("get_tag",                 [401, 200, 200, 200, 404, 404, 403, 403, 403, 403, 200, 403]),
    ("put_tag",                 [401, 403, 403, 201, 403, 201, 403, 403, 403, 403, 403, 201]),
    ("list_workshops",          [401, 200, 200, 200, 200, 200, 403, 403, 403, 403, 200, 403]),
    ("get_workshop",            [401, 200, 200, 200, 404, 404, 403, 403, 403, 403, 200, 403]),
    ("put_workshop",            [401, 403, 403, 201, 403, 201, 403, 403, 403, 403, 403, 201]),
    ("get_catalogue",           [401, 200, 200, 200, 200, 200, 403, 403, 403, 403, 200, 403]),
    ("get_agreement_annex",     [401, 200, 200, 200, 404, 404, 403, 403, 403, 403, 200, 403]),
    ("list_agreements",         [401, 200, 200, 200, 200, 200, 403, 403, 403, 403, 200, 403]),
    ("get_agreement",           [401, 200, 200, 200, 404, 404, 403, 403, 403, 403, 200, 403]),
    ("put_agreement",           [401, 403, 403, 201, 403, 201, 403, 403, 403, 403, 403, 201]),
    ("create_partner_link",     [401, 403, 403, 201, 403, 404, 403, 403, 403, 403, 403, 403]),
    ("list_partner_links",      [401, 403, 403, 200, 403, 404, 403, 403, 403, 403, 403, 403]),
    // 404: the request names a link of a publication.
    ("delete_partner_link",     [401, 403, 403, 404, 403, 404, 403, 403, 403, 403, 403, 403]),
    ("get_partner_page",        [404; 12]),
    // 415: the request's body is no form.
    ("ask_as_partner",          [415; 12]),
    ("list_meetings",           [401, 200, 200, 200, 200, 200, 403, 403, 403, 403, 200, 403]),
    ("get_meeting",             [401, 200, 200, 200, 404, 404, 403, 403, 403, 403, 200, 403]),
    ("put_meeting",             [401, 201, 201, 201, 201, 201, 403, 403, 403, 403, 403, 201]),
    ("list_requests",           [401, 200, 200, 200, 200, 200, 403, 403, 403, 403, 200, 403]),
    ("get_request",             [401, 200, 200, 200, 404, 404, 403, 403, 403, 403, 200, 403]),
    ("put_request",             [401, 403, 403, 201, 403, 201, 403, 403, 403, 403, 403, 201]),
    ("put_request_status",      [401, 403, 403, 200, 403, 404, 403, 403, 403, 403, 403, 200]),
    ("assign_place",            [401, 403, 403, 200, 403, 404, 403, 403, 403, 403, 403, 403]),
    ("list_planned_sessions",   [401, 200, 200, 200, 200, 200, 403, 403, 403, 403, 200, 403]),
    ("get_planned_session",     [401, 200, 200, 200, 404, 404, 403, 403, 403, 403, 200, 403]),
    // The session is the advisor's own, whom another organisation does not have.
    ("put_planned_session",     [401, 201, 403, 201, 403, 422, 403, 403, 403, 403, 403, 201]),
    ("get_own_field",           [401, 200, 200, 403, 200, 403, 403, 403, 403, 403, 403, 403]),
    ("create_calendar_link",    [401, 201, 201, 201, 201, 201, 403, 403, 403, 403, 403, 403]),
    ("list_calendar_links",     [401, 200, 200, 200, 200, 200, 403, 403, 403, 403, 403, 403]),
    // 404: the request names an address that none of these callers has.
    ("delete_calendar_link",    [401, 404, 404, 404, 404, 404, 403, 403, 403, 403, 403, 403]),
    ("get_calendar",            [404; 12]),
    ("get_open_calendar_ics",   [404; 12]),
    ("get_open_calendar_json",  [404; 12]),
    ("list_referrals",          [401, 200, 200, 200, 200, 200, 403, 403, 403, 403, 403, 403]),
    // The referral is the advisor's own: to a colleague there is none.
    ("get_referral",            [401, 200, 404, 200, 404, 404, 403, 403, 403, 403, 403, 403]),
    ("put_referral",            [401, 201, 403, 201, 403, 422, 403, 403, 403, 403, 403, 403]),
    ("list_schedules",          [401, 200, 200, 200, 200, 200, 403, 403, 403, 403, 200, 403]),
    ("get_schedule",            [401, 200, 200, 200, 404, 404, 403, 403, 403, 403, 200, 403]),
    ("put_schedule",            [401, 403, 403, 201, 403, 201, 403, 403, 403, 403, 403, 201]),
    ("import_places",           [401, 403, 403, 200, 403, 200, 403, 403, 403, 403, 403, 200]),
    ("check_national_places",   [401, 403, 403, 200, 403, 200, 403, 403, 403, 403, 403, 200]),
    // 404: the request names an organisation that does not publish.
    ("get_open_places_csv",     [404; 12]),
    ("get_open_places_json",    [404; 12]),
    ("put_closing",             [401, 403, 403, 200, 403, 200, 403, 403, 403, 403, 403, 403]),
    ("delete_closing",          [401, 403, 403, 204, 403, 204, 403, 403, 403, 403, 403, 403]),
    ("create_publication",      [401, 403, 403, 201, 403, 409, 403, 403, 403, 403, 403, 403]),
    ("list_publications",       [401, 403, 403, 200, 403, 200, 403, 200, 403, 403, 403, 403]),
    ("get_publication",         [401, 403, 403, 200, 403, 404, 403, 200, 403, 403, 403, 403]),
    ("get_publication_changes", [401, 403, 403, 200, 403, 404, 403, 200, 403, 403, 403, 403]),
    ("create_link",             [401, 403, 403, 201, 403, 404, 403, 403, 403, 403, 403, 403]),
    ("list_links",              [401, 403, 403, 200, 403, 404, 403, 403, 403, 403, 403, 403]),
    ("delete_link",             [401, 403, 403, 204, 403, 404, 403, 403, 403, 403, 403, 403]),
    ("get_shared_publication",  [404; 12]),
    ("list_advisors",           [401, 403, 403, 200, 403, 200, 403, 403, 200, 403, 403, 403]),
    ("list_accounts",           [401, 403, 403, 200, 403, 200, 403, 403, 403, 403, 403, 403]),
    ("create_account",          [401, 403, 403, 201, 403, 201, 403, 403, 403, 403, 403, 403]),
    ("get_account",             [401, 403, 403, 200, 403, 404, 403, 403, 403, 403, 403, 403]),
    ("put_account",             [401, 403, 403, 200, 403, 404, 403, 403, 403, 403, 403, 403]),
    ("delete_account",          [401, 403, 403, 204, 403, 404, 403, 403, 403, 403, 403, 403]),
    ("create_invitation",       [401, 403, 403, 201, 403, 404, 403, 403, 403, 403, 403, 403]),
    ("list_api_keys",           [401, 403, 403, 200, 403, 200, 403, 403, 403, 403, 403, 403]),
    ("create_api_key",          [401, 403, 403, 201, 403, 201, 403, 403, 403, 403, 403, 403]),
    ("delete_api_key",          [401, 403, 403, 204, 403, 404, 403, 403, 403, 403, 403, 403]),
    ("list_audit_log",          [401, 403, 403, 200, 403, 200, 403, 403, 403, 403, 403, 403]),
    ("get_organisation",        [401, 200, 200, 200, 200, 200, 403, 403, 403, 403, 403, 403]),
    ("put_organisation",        [401, 403, 403, 200, 403, 200, 403, 403, 403, 403, 403, 403]),
    ("list_organisations",      [401, 403, 403, 403, 403, 403, 200, 403, 403, 403, 403, 403]),
    ("create_organisation",     [401, 403, 403, 403, 403, 403, 201, 403, 403, 403, 403, 403]),
    ("create_coordinator",      [401, 403, 403, 403, 403, 403, 201, 403, 403, 403, 403, 403]),
    ("get_me",                  [401, 200, 200, 200, 200, 200, 200, 403, 403, 403, 403, 403]),
    ("get_personal_data",       [401, 200, 200, 200, 200, 200, 200, 403, 403, 403, 403, 403]),
    ("delete_session",          [401, 204, 204, 204, 204, 204, 204, 403, 403, 403, 403, 403]),
    // 422: the request gives a wrong current password.
    ("put_own_password",        [401, 422, 422, 422, 422, 422, 422, 403, 403, 403, 403, 403]),
    ("list_sessions",           [401, 200, 200, 200, 200, 200, 200, 403, 403, 403, 403, 403]),
    // 404: the request names a session that belongs to none of these callers.
    ("end_session",             [401, 404, 404, 404, 404, 404, 404, 403, 403, 403, 403, 403]),
    // Public on purpose. 400: the request's body is an empty object, which is malformed whoever sends it.
    ("create_session",          [400; 12]),
    ("refresh_session",         [400; 12]),
    ("create_browser_session",  [400; 12]),
    // 401: the cookie alone says whose session it is, and these requests have none.
    ("refresh_browser_session", [401; 12]),
    // Nothing to end without the cookie, and so nothing to write down.
    ("delete_browser_session",  [204; 12]),
    ("put_password",            [400; 12]),
    ("create_password_reset",   [400; 12]),
    ("list_communes",           [401, 200, 200, 200, 200, 200, 403, 403, 403, 403, 200, 403]),
    ("get_nomenclature",        [200; 12]),
    ("get_health",              [200; 12]),
    ("get_readiness",           [200; 12]),
    ("get_public_keys",         [200; 12]),
    ("get_document",            [200; 12]),
    ("get_landing_page",        [200; 12]),
    ("get_problem_page",        [200; 12]),
    ("get_password_page",       [200; 12]),
];

/// The page on which people read the table.
const PAGE: &str = include_str!("../../docs/access.md");

#[test]
fn the_page_about_access_says_what_the_table_says() {
    let page = page();
    if std::env::var_os("QUOTIDIEN_UPDATE_ACCESS").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/access.md"), &page).unwrap();
    } else {
        assert_eq!(
            PAGE, page,
            "QUOTIDIEN_UPDATE_ACCESS=1 cargo test the_page_about_access writes it anew"
        );
    }
}

fn page() -> String {
    use std::fmt::Write as _;

    let mut page = "# Who may do what\n\n\
        Made from the table in `tests/api/authorization.rs`, each cell of which is tried on both databases: an operation \
        that is missing from it\nfails. Operations that name an advisor, an account or a key name one of the first \
        organisation.\n\n\
        **yes**: done. **401**: sign in first; a token that has expired or was forged, an account that was deactivated, \
        and a token from\nbefore a role was changed get the same. **403**: not with this right, without a look-up. \
        **404**: to a coordinator, what is\nanother organisation's does not exist. **422**, **400**: let in; what the \
        test sends is refused for other reasons.\n\n"
        .to_owned();
    writeln!(page, "| operation | {} |", CALLERS.join(" | ")).unwrap();
    writeln!(page, "|---|{}", "---|".repeat(CALLERS.len())).unwrap();
    for (operation, statuses) in TABLE {
        let cells = statuses.map(|status| match status {
            200..=299 => "yes".to_owned(),
            status => status.to_string(),
        });
        writeln!(page, "| `{operation}` | {} |", cells.join(" | ")).unwrap();
    }
    page
}

/// An operation of the document.
struct Operation {
    method: Method,
    path: String,
    secured: bool,
}

async fn every_operation_answers_every_caller_as_the_table_says(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let operations = operations(&api).await;
    let listed: BTreeSet<&str> = TABLE.iter().map(|(name, _)| *name).collect();
    let described: BTreeSet<&str> = operations.keys().map(String::as_str).collect();
    assert_eq!(listed, described, "the table has every operation, and no other");
    let mut nobodies = forged_tokens(&api, &cast).await;
    nobodies.extend(ended_tokens(&api, &cast).await);
    let mut day = 0;
    for (name, expected) in TABLE {
        let operation = &operations[*name];
        assert_eq!(operation.secured, expected[0] == 401, "{name} in the document");
        for ((caller, token), expected) in CALLERS.iter().zip(tokens(&api, &cast).await).zip(expected) {
            day += 1;
            let status = call(&api, &cast, name, operation, day, token.as_deref()).await;
            assert_eq!(status, *expected, "{name} by {caller}");
        }
        for (kind, token) in &nobodies {
            day += 1;
            let status = call(&api, &cast, name, operation, day, Some(token)).await;
            assert_eq!(status, expected[0], "{name} with a token {kind}");
        }
    }
}

/// A new token for each of [`CALLERS`], since an operation may have ended the sessions before.
async fn tokens(api: &Api, cast: &Cast) -> [Option<String>; 12] {
    let coordinator = &cast.coordinator;
    let key = async |scope| Some(api.key(coordinator, &[scope]).await.1);
    [
        None,
        Some(api.new_token(&cast.advisor).await),
        Some(api.new_token(&cast.colleague).await),
        Some(api.new_token(coordinator).await),
        Some(api.new_token(&cast.foreign_advisor).await),
        Some(api.new_token(&cast.foreign_coordinator).await),
        Some(api.new_token(&cast.administrator).await),
        key(Scope::StatisticsRead).await,
        key(Scope::ReportsRead).await,
        key(Scope::ReportsWrite).await,
        key(Scope::FieldRead).await,
        key(Scope::FieldWrite).await,
    ]
}

/// Tokens that were good until their holder was deactivated or changed role, or their key was revoked.
async fn ended_tokens(api: &Api, cast: &Cast) -> Vec<(&'static str, String)> {
    let organisation = cast.coordinator.organisation;
    let deactivated = api.person(organisation, Role::Coordinator, "Gaël Perrin").await;
    let demoted = api.person(organisation, Role::Coordinator, "Hélène Roy").await;
    let (key, key_token) = api.key(&cast.coordinator, Scope::ALL).await;
    let tokens = vec![
        ("of somebody who was deactivated", api.token(&deactivated)),
        ("of somebody whose role was changed", api.token(&demoted)),
        ("of a key that was revoked", key_token),
    ];
    for (_, token) in &tokens {
        api.get("/v1/advisors").bearer(token).send().await.expect(200);
    }
    let account = |person: &Person| format!("/v1/accounts/{}", person.id);
    let by = &cast.coordinator;
    api.delete(&account(&deactivated)).by(by).send().await.expect(204);
    let advisor = json!({
        "role": "advisor", "name": "Hélène Roy", "email": "helene.roy@example.org",
        "activity_periods": [{"starts_on": "2020-01-01"}]
    });
    let demote = api.put(&account(&demoted)).by(by).json(&advisor);
    demote.send().await.expect(200);
    api.delete(&format!("/v1/api-keys/{key}"))
        .by(by)
        .send()
        .await
        .expect(204);
    api.poll().await;
    tokens
}

/// The operations of the document, by their names.
async fn operations(api: &Api) -> BTreeMap<String, Operation> {
    let document = api.get("/openapi.json").send().await.expect(200).json();
    let mut operations = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            let operation = Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                secured: {
                    let rules = operation["security"].as_array().unwrap();
                    !rules.is_empty() && rules.iter().all(|rule| *rule != json!({}))
                },
            };
            assert!(operations.insert(name, operation).is_none(), "names are unique");
        }
    }
    operations
}

/// Calls an operation with this token; the status. Where the operation names a report it is the first advisor's, of a
/// day that no other call names; the report exists before where the operation needs it.
async fn call(api: &Api, cast: &Cast, name: &str, operation: &Operation, day: i64, token: Option<&str>) -> u16 {
    let mut call = prepared(api, cast, name, operation, day).await;
    if let Some(token) = token {
        call = call.bearer(token);
    }
    if operation.method == Method::GET || WITHOUT_ENTRY.contains(&name) {
        return call.send().await.status;
    }
    let entries = entries_of_the_audit_log(api).await;
    let status = call.send().await.status;
    let entered = entries_of_the_audit_log(api).await - entries;
    assert!(status >= 300 || entered > 0, "the audit log does not tell of {name}");
    status
}

/// The call of an operation, by nobody, once all is there that it needs.
async fn prepared<'a>(api: &'a Api, cast: &Cast, name: &str, operation: &Operation, day: i64) -> Call<'a> {
    let date = (chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + chrono::TimeDelta::days(day)).to_string();
    let report_path = cast.advisor.report(&date);
    if matches!(
        name,
        "get_report" | "get_history" | "delete_report" | "delete_intervention"
    ) {
        api.put(&report_path)
            .by(&cast.advisor)
            .json(&report(&[workshop()]))
            .send()
            .await
            .expect(201);
    }
    let (publication, link) = if operation.path.starts_with("/v1/publications") {
        publication(api, cast).await
    } else {
        (String::new(), "0198f3c2-7c1e-7d2a-8f00-0242ac120004".to_owned())
    };
    // The operation may end the account and the key that it names: each call makes its own, in the first organisation.
    let (key, _) = api.key(&cast.coordinator, Scope::ALL).await;
    let account = api
        .person(cast.advisor.organisation, Role::Advisor, "Farida Caron")
        .await
        .id;
    let path = operation
        .path
        .replace("{advisor_id}", &cast.advisor.id.to_string())
        .replace("{account_id}", &account.to_string())
        .replace("{key_id}", &key.to_string())
        .replace("{organisation_id}", &cast.advisor.organisation.to_string())
        .replace("{date}", &date)
        .replace("{month}", "2022-06")
        .replace("{publication_id}", &publication)
        .replace(
            "{link_id}",
            if link.is_empty() {
                "0198f3c2-7c1e-7d2a-8f00-0242ac120006"
            } else {
                &link
            },
        )
        .replace("{token}", "nobody-s-link")
        .replace("{slug}", "nowhere")
        .replace("{id}", &format!("0198f3c2-7c1e-7d2a-8f00-{day:012}"))
        .replace("{session_id}", "0198f3c2-7c1e-7d2a-8f00-0242ac120004")
        .replace("{code}", "month_closed");
    let path = field::path(api, cast, name, &path, day).await;
    let query = query_of(name, cast);
    let body = body_of(cast, name, &date, day);
    let mut call = api.call(operation.method.clone(), &format!("{path}{query}"));
    if matches!(operation.method, Method::PUT | Method::POST) || operation.path.contains("browser-sessions") {
        call = call.json(&body).header("Sec-Fetch-Site", "same-origin");
    }
    call
}

/// What is sent with an operation, on a day that no other call names.
fn body_of(cast: &Cast, name: &str, date: &str, day: i64) -> Value {
    match name {
        "put_planned_session" => session_of(&cast.advisor, date),
        _ if field::body(name).is_some() => field::of(field::body(name).unwrap(), &cast.advisor.id.to_string()),
        "put_report" => report(&[workshop()]),
        "put_intervention" => workshop(),
        "write_batch" => json!({"items": [{"op": "delete", "date": "2022-05-03"}]}),
        "create_account" | "put_account" => json!({
            "role": "advisor", "name": "Élodie Garnier", "email": format!("{day}@example.org"),
            "activity_periods": [{"starts_on": "2020-01-01"}]
        }),
        "create_link" | "create_partner_link" | "create_calendar_link" => json!({"name": "Conseil communautaire"}),
        "create_publication" => json!({"from": "2022-08", "to": "2022-08"}),
        "put_own_password" => json!({"current_password": "une autre phrase", "password": "quatre mots sans rapport"}),
        "create_api_key" => json!({"name": "Tableau de bord", "scopes": ["statistics:read"]}),
        "create_coordinator" => json!({"name": "Yann Morel", "email": format!("{day}@example.org")}),
        "put_organisation" | "create_organisation" => {
            json!({"name": "Métropole", "time_zone": "Europe/Paris", "working_days": ["monday"]})
        }
        _ => json!({}),
    }
}

/// A session of an advisor on a day.
fn session_of(advisor: &Person, day: &str) -> Value {
    let mut session = field::planned_session();
    session["day"] = json!(day);
    session["advisors"] = json!([advisor.id.to_string()]);
    session
}

/// The query that an operation asks for.
fn query_of(name: &str, cast: &Cast) -> String {
    match name {
        "get_monthly_statistics" | "get_full_statistics" => {
            format!("?from=2022-05&to=2022-07&advisor_id={}", cast.advisor.id)
        }
        "get_breakdown" => format!("?by=theme&from=2022-05&to=2022-07&advisor_id={}", cast.advisor.id),
        "list_reports" => format!("?advisor_id={}", cast.advisor.id),
        "list_communes" => "?department=72".to_owned(),
        "list_months" | "get_completeness" | "get_coverage" | "get_field_statistics" => {
            "?from=2022-05&to=2022-07".to_owned()
        }
        "list_planned_sessions" | "get_workload" => "?from=2022-10-01&to=2022-10-31".to_owned(),
        "delete_closing" => "?reason=oubli".to_owned(),
        _ => String::new(),
    }
}

/// The operations that change something and stand in no entry of the audit log: the history of a day tells who wrote it, and
/// without a cookie there is no session to end.
const WITHOUT_ENTRY: [&str; 6] = [
    "delete_browser_session",
    "put_report",
    "delete_report",
    "put_intervention",
    "delete_intervention",
    "write_batch",
];

async fn entries_of_the_audit_log(api: &Api) -> i64 {
    let count = |connection: &mut AnyConnection| Ok(sql::count(connection, "audit_entries", "true"));
    api.store.read(count).await.unwrap()
}

/// A publication of the first organisation, and a link to it.
async fn publication(api: &Api, cast: &Cast) -> (String, String) {
    let close = api.put("/v1/months/2022-08/closing").by(&cast.coordinator);
    close.json(&json!({})).send().await.expect(200);
    let body = json!({"from": "2022-08", "to": "2022-08"});
    let publish = api.post("/v1/publications").by(&cast.coordinator).json(&body);
    let published = publish.send().await.expect(201).json();
    let id = published["publication_id"].as_str().unwrap().to_owned();
    let share = api.post(&format!("/v1/publications/{id}/links")).by(&cast.coordinator);
    let shared = share.json(&json!({"name": "Conseil"})).send().await.expect(201).json();
    (id, shared["link"]["link_id"].as_str().unwrap().to_owned())
}
