//! Interventions one by one: put and delete within the report of a day.

use std::sync::Arc;

use actix_web::web::Data;
use actix_web::{HttpResponse, delete, put};
use utoipa::IntoParams;

use super::body::InterventionBody;
use super::report::{ReportPath, answer_to_write, write_day};
use super::view::ReportView;
use crate::domain::decision::Asked;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::InterventionId;
use crate::domain::intervention::{Intervention, InterventionDraft};
use crate::http::answer::openapi::Conflict;
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::{Conditions, IfMatch, IfNoneMatch};
use crate::http::request::json_body::JsonBody;
use crate::http::request::path::{PathParameters, PathReader};
use crate::http::request::rights::ReportsWriter;
use crate::http::wire;

/// The part of a path that names an intervention of a day; [`ReportPath`] names the day.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct InterventionPath {
    /// Which intervention: the client's own identifier, unique per advisor.
    #[param(value_type = wire::Identifier)]
    id: InterventionId,
}

impl PathParameters for InterventionPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let id = reader.id("id")?;
        Some(Self { id })
    }
}

/// Create or replace one intervention.
///
/// Makes the report of the day when there is none, replaces the intervention in its place, or appends it; answers the whole
/// report. Idempotent: a retry changes nothing.
#[utoipa::path(
    tag = "reports",
    params(ReportPath, InterventionPath, IfMatch, IfNoneMatch),
    request_body(content = InterventionBody, description = "The intervention; an `id` in it is that of the path"),
    responses(
        (status = 200, description = "Replaced or appended, or stored already", body = ReportView),
        (status = 201, description = "The report of the day was created", body = ReportView, headers(("Location" = String))), Conflict),
    security(("access_token" = [])),
)]
#[put("/v1/advisors/{advisor_id}/reports/{date}/interventions/{id}")]
pub async fn put_intervention(
    Caller { who, path, .. }: Caller<ReportsWriter, (InterventionPath, ReportPath)>,
    conditions: Conditions,
    body: JsonBody<InterventionBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (InterventionPath { id }, day) = path;
    let today = application.today(who.time_zone);
    let mut errors = FieldErrors::new();
    let intervention = checked(body.0.into(), id, &mut errors);
    if let Some(code) = day.date.fault(today, false) {
        errors.push_parameter("date", code);
    }
    let intervention = match intervention {
        Some(intervention) if errors.is_empty() => intervention,
        _ => return Err(Problem::validation_failed(errors)),
    };
    let asked = Asked::PutIntervention {
        id,
        intervention: Arc::new(intervention),
    };
    let answer = write_day(&application, who, day, asked, conditions.0).await?;
    Ok(answer_to_write(answer)?)
}

/// The intervention that a draft describes. It is a fault when the draft names another identifier than the path.
fn checked(draft: InterventionDraft, id: InterventionId, errors: &mut FieldErrors) -> Option<Intervention> {
    let (named, intervention) = draft.validate("", errors)?;
    if named.is_some_and(|named| named != id) {
        errors.push("/id", FieldCode::DiffersFromPath);
    }
    Some(intervention)
}

/// Delete one intervention.
///
/// Deleting the last intervention of a day leaves an empty report. Deleting an intervention that is not there changes
/// nothing and answers 204 too.
#[utoipa::path(
    tag = "reports",
    params(ReportPath, InterventionPath, IfMatch),
    responses((status = 204, description = "The intervention is in the report of this day no more"), Conflict),
    security(("access_token" = [])),
)]
#[delete("/v1/advisors/{advisor_id}/reports/{date}/interventions/{id}")]
pub async fn delete_intervention(
    Caller { who, path, .. }: Caller<ReportsWriter, (InterventionPath, ReportPath)>,
    conditions: Conditions,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (InterventionPath { id }, day) = path;
    let asked = Asked::DeleteIntervention(id);
    write_day(&application, who, day, asked, conditions.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
