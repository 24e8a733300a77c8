//! Giving a place of the base to the reports of before that call it by a name.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::places::PlacePath;
use crate::actions::By;
use crate::actions::field::assignment::assign;
use crate::domain::field::assignment::Assignment;
use crate::domain::field::place::PlaceId;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::intervention::CommuneCode;
use crate::domain::text::{PLACE_NAME_MAX, normal_text, sort_key};
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::json_body::{JsonBody, given};
use crate::http::request::query::{QueryParameters, QueryReader};
use crate::http::request::rights::Coordinator;
use crate::http::wire;

/// Whether to write.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DryRunParameter {
    /// Only tell how many interventions would be given the place.
    #[param(value_type = Option<bool>, nullable = false, default = false, example = true)]
    dry_run: bool,
}

impl QueryParameters for DryRunParameter {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let dry_run = reader.optional("dry_run", |text| text.parse().map_err(|_| FieldCode::InvalidValue));
        Some(Self {
            dry_run: dry_run.unwrap_or(false),
        })
    }
}

/// Which interventions a place is given to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AssignmentRequest)]
pub struct AssignmentBody {
    /// The name that reports have for it, whatever its accents and capitals.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\u0000-\\u0009\\u000B-\\u001F\\u007F-\\u009F]*$",
        example = "Médiathèque"
    )]
    place_name: String,
    /// The commune that they say; left out, whatever they say.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::CommuneCode>, nullable = false, example = "72181")]
    commune_code: Option<String>,
}

impl AssignmentBody {
    fn check(&self, place: PlaceId) -> Result<Assignment, FieldErrors> {
        let mut errors = FieldErrors::new();
        let name = normal_text(&self.place_name, PLACE_NAME_MAX, "", "place_name", &mut errors);
        if name.is_none() {
            errors.push("/place_name", FieldCode::TooShort { min: 1 });
        }
        let commune = self.commune_code.as_deref().map(CommuneCode::parse);
        if commune == Some(None) {
            errors.push("/commune_code", FieldCode::InvalidCommune);
        }
        errors.into_result(Assignment {
            place,
            name: sort_key(&name.unwrap_or_default()),
            commune: commune.flatten(),
        })
    }
}

/// What an assignment did, or would do.
#[derive(Serialize, ToSchema)]
#[schema(as = Assignment)]
pub struct AssignmentView {
    /// The interventions that were given the place, or would be.
    #[schema(example = 42)]
    interventions: usize,
    /// The days on which they stand: each has another version.
    #[schema(example = 31)]
    days: usize,
    /// Interventions that are left, since no more than 1,000 days are written at once: ask again.
    left: usize,
    /// Interventions in closed months, which stay as they are.
    in_closed_months: usize,
}

/// Give a place to the reports that call it by a name.
///
/// For reports of before the place was in the base: interventions in open months that have this `place_name`, and name no
/// place, get its `place_id`; nothing else of them changes, and each day has a version more. Try it with `dry_run=true`.
#[utoipa::path(
    tag = "field",
    params(PlacePath, DryRunParameter),
    request_body(content = AssignmentBody, description = "How reports call the place"),
    responses((status = 200, description = "What was done, or would be", body = AssignmentView)),
    security(("access_token" = [])),
)]
#[post("/v1/places/{place_id}/assignment")]
pub async fn assign_place(
    Caller { who, path, query }: Caller<Coordinator, PlacePath, DryRunParameter>,
    body: JsonBody<AssignmentBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let assignment = body.0.check(path.place_id).map_err(Problem::validation_failed)?;
    let by = By {
        organisation: who.organisation,
        account: who.account,
    };
    let when = (application.now(), application.today(who.time_zone));
    let done = assign(&application.store, by, assignment, query.dry_run, when).await?;
    let done = done.ok_or(ProblemCode::NotFound)?;
    Ok(HttpResponse::Ok().json(AssignmentView {
        interventions: done.interventions,
        days: done.days,
        left: done.left,
        in_closed_months: done.closed,
    }))
}
