//! The settings of the organisation.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, put};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::actions::organisations::{self as actions, SettingsRefusal};
use crate::domain::account_draft::{OrganisationDraft, OrganisationSettings};
use crate::domain::field::territory::TerritoryDraft;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::organisation::Organisation;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::field::territory::{AreaBody, AreaView, TerritoryBody, TerritoryView};
use crate::http::request::caller::Caller;
use crate::http::request::json_body::{JsonBody, given, given_object, objects};
use crate::http::request::rights::{AdvisorOrCoordinator, Coordinator};
use crate::http::wire;
use crate::http::wire::code_schema::{Code, HolidayCalendarCode, WeekdayCode};
use crate::storage::organisations;

/// The settings of an organisation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganisationRequest)]
pub struct OrganisationBody {
    /// The name, as documents print it.
    #[schema(min_length = 1, max_length = 200, example = "Le Mans Métropole")]
    name: String,
    /// The zone in which its days begin and end (IANA).
    #[schema(example = "Europe/Paris")]
    time_zone: String,
    /// The days of the week on which its advisors work, unless they have days of their own.
    #[schema(min_items = 1, max_items = 7, example = json!(["monday", "tuesday", "wednesday", "thursday", "friday"]))]
    working_days: Vec<WeekdayCode>,
    /// The public holidays that its advisors keep; France's when left out.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    holidays: Option<HolidayCalendarCode>,
    /// After how many working days without a report an advisor is reminded by mail; never when left out.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, minimum = 1, maximum = 30, example = 3)]
    reminder_after_days: Option<i64>,
    /// The communes for which it works; not said when left out.
    #[serde(default, deserialize_with = "given_object")]
    #[schema(nullable = false)]
    territory: Option<TerritoryBody>,
    /// The areas of which it speaks, such as priority neighbourhoods.
    #[serde(default, deserialize_with = "objects")]
    #[schema(max_items = 50)]
    areas: Vec<AreaBody>,
    /// The name in the addresses of what it publishes, which no other organisation has; none when left out.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        nullable = false,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        min_length = 3,
        max_length = 60,
        example = "le-mans-metropole"
    )]
    slug: Option<String>,
    /// Whether everybody may read its published places and sessions, under `/open/{slug}`; needs `slug`.
    #[serde(default)]
    #[schema(default = false)]
    publishes: bool,
}

impl OrganisationBody {
    /// The settings, when they break no rule.
    ///
    /// # Errors
    /// Every fault of the settings, with its JSON pointer.
    pub fn validate(self) -> Result<OrganisationSettings, FieldErrors> {
        let draft = OrganisationDraft {
            name: self.name,
            time_zone: self.time_zone,
            working_days: self.working_days.into_iter().map(Code::into_text).collect(),
            holidays: self.holidays.map(Code::into_text),
            reminder_after_days: self.reminder_after_days,
            territory: TerritoryDraft {
                perimeter: self.territory.map(Into::into),
                areas: self.areas.into_iter().map(Into::into).collect(),
            },
            slug: self.slug,
            publishes: self.publishes,
        };
        draft.validate()
    }
}

/// An organisation and its settings.
#[derive(Serialize, ToSchema)]
#[schema(as = Organisation)]
pub struct OrganisationView {
    /// Its identifier.
    organisation_id: wire::Identifier,
    /// Its name, as documents print it.
    #[schema(example = "Le Mans Métropole")]
    name: String,
    /// The zone in which its days begin and end (IANA).
    #[schema(example = "Europe/Paris")]
    time_zone: String,
    /// The days of the week on which its advisors work, unless they have days of their own.
    working_days: Vec<WeekdayCode>,
    /// The public holidays that its advisors keep.
    holidays: HolidayCalendarCode,
    /// After how many working days without a report an advisor is reminded by mail; `null`: never.
    #[schema(required = true, minimum = 1, maximum = 30, example = 3)]
    reminder_after_days: Option<i64>,
    /// The communes for which it works; `null`: it has not said.
    #[schema(required = true)]
    territory: Option<TerritoryView>,
    /// The areas of which it speaks, in the order in which it names them.
    #[schema(max_items = 50)]
    areas: Vec<AreaView>,
    /// The name in the addresses of what it publishes; `null`: it has none.
    #[schema(required = true, example = "le-mans-metropole")]
    slug: Option<String>,
    /// Whether everybody may read its published places and sessions.
    publishes: bool,
}

impl From<Organisation> for OrganisationView {
    fn from(organisation: Organisation) -> Self {
        Self {
            organisation_id: organisation.id.into(),
            name: organisation.name,
            time_zone: organisation.time_zone.name().to_owned(),
            working_days: organisation.working_days.iter().map(Into::into).collect(),
            holidays: organisation.holidays.into(),
            reminder_after_days: organisation.reminder_after_days,
            territory: organisation.territory.perimeter.as_ref().map(Into::into),
            areas: organisation.territory.areas.iter().map(Into::into).collect(),
            slug: organisation.publicity.slug.map(|slug| slug.as_str().to_owned()),
            publishes: organisation.publicity.publishes,
        }
    }
}

/// Read the settings of the organisation.
///
/// For its advisors and coordinators.
#[utoipa::path(
    tag = "people",
    responses((status = 200, description = "The organisation", body = OrganisationView)),
    security(("access_token" = [])),
)]
#[get("/v1/organisation")]
pub async fn get_organisation(
    caller: Caller<AdvisorOrCoordinator>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let id = caller.who.organisation;
    let organisation = application
        .store
        .read(move |connection| organisations::find(connection, id))
        .await?
        .ok_or(ProblemCode::Unauthenticated)?;
    Ok(HttpResponse::Ok().json(OrganisationView::from(organisation)))
}

impl From<SettingsRefusal> for Problem {
    fn from(refusal: SettingsRefusal) -> Self {
        match refusal {
            // Who called has lost their organisation meanwhile.
            SettingsRefusal::Unknown => ProblemCode::Unauthenticated.into(),
            SettingsRefusal::SlugTaken => Self::validation_failed(FieldErrors::of_body("/slug", FieldCode::SlugTaken)),
        }
    }
}

/// Change the settings of the organisation.
///
/// A new time zone counts for the access tokens that people get from then on.
#[utoipa::path(
    tag = "people",
    request_body(content = OrganisationBody, description = "All the settings"),
    responses((status = 200, description = "Changed", body = OrganisationView)),
    security(("access_token" = [])),
)]
#[put("/v1/organisation")]
pub async fn put_organisation(
    caller: Caller<Coordinator>,
    body: JsonBody<OrganisationBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let settings = body.0.validate().map_err(Problem::validation_failed)?;
    let (by, now) = (caller.who.by(), application.now());
    let organisation = actions::change(&application.store, by, settings, now).await??;
    Ok(HttpResponse::Ok().json(OrganisationView::from(organisation)))
}
