//! The API as programs meet it, on both databases: one file a resource.

mod access;
mod accounts;
mod action_plan;
mod batch;
mod bounds;
mod browser_sessions;
mod calendar;
mod changes;
mod closing;
mod completeness;
mod copies_of_figures;
mod coverage;
mod definitions;
mod differential;
mod edges;
mod export;
mod field;
mod history;
mod interventions;
mod mail;
mod metrics;
mod monthly;
mod openapi;
mod organisation;
mod outlived;
mod pages;
mod partners;
mod password_page;
mod profile;
mod quarter;
mod recount;
mod report_list;
mod reports;
mod router;
mod sessions;
mod sharing;
mod signing_keys;
mod throttle;
mod web;
mod workload;

use serde_json::{Value, json};

/// A workshop of 9 participants, 4 of whom are recurring participants.
pub(crate) fn workshop() -> Value {
    json!({
        "kind": "workshop", "participants": 9, "recurring_participants": 4, "duration_minutes": 90,
        "setting": "partner_site", "themes": ["internet", "email"], "age_groups": {"70_plus": 6}
    })
}

/// A report of these interventions.
pub(crate) fn report(interventions: &[Value]) -> Value {
    json!({ "interventions": interventions })
}
