//! What a device of an advisor keeps of the field, whole, so that a report is filled in without a network.

use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use chrono::{Days, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

use super::place_body::PlaceView;
use super::planned_session_body::PlannedSessionView;
use super::referral_body::ReferralView;
use super::referrals::followed;
use super::tags::TagView;
use super::workshops::WorkshopView;
use crate::domain::field::tag::Tag;
use crate::domain::field::thing::Kept;
use crate::domain::field::workshop::Workshop;
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::http::answer::problem::Problem;
use crate::http::application::Application;
use crate::http::request::admission::heavy_read;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::TaggedJson;
use crate::http::request::rights::Advisor;
use crate::http::wire;
use crate::storage::field::places::{self, PlaceQuery};
use crate::storage::field::planned_sessions::{self, SessionQuery};
use crate::storage::field::referrals::{self, ReferralQuery};
use crate::storage::field::thing::Named;
use crate::storage::{AnyConnection, StorageError};

/// From how many days back sessions are kept.
const DAYS_BEFORE: u64 = 14;
/// How many days ahead sessions are kept.
const DAYS_AFTER: u64 = 60;

/// What a device keeps of the field.
#[derive(Serialize, ToSchema)]
#[schema(as = OwnField)]
pub struct OwnFieldView {
    /// The first day of which there are sessions.
    from: wire::Day,
    /// The last day of which there are sessions.
    to: wire::Day,
    /// The places of the organisation, by name; those that are closed or were merged too.
    places: Vec<PlaceView>,
    /// The sheets of the catalogue, by title; retired ones too.
    workshops: Vec<WorkshopView>,
    /// The tags, by name; retired ones too.
    tags: Vec<TagView>,
    /// The advisor’s own referrals that are not closed.
    referrals: Vec<ReferralView>,
    /// The advisor’s own sessions, by day and time.
    sessions: Vec<PlannedSessionView>,
}

/// Read what a device keeps of the field.
///
/// Places, sheets, tags, one’s own referrals that are open, and one’s own sessions from 14 days back to 60 ahead, whole: ask again with the
/// `ETag`, and nothing is sent while nothing has changed. For advisors.
#[utoipa::path(
    tag = "people",
    params(TaggedJson),
    responses(
        (status = 200, description = "What to keep", body = OwnFieldView, headers(("ETag" = String))),
        (status = 304, description = "The copy at hand is good")
    ),
    security(("access_token" = [])),
)]
#[get("/v1/me/field", wrap = "from_fn(heavy_read)")]
pub async fn get_own_field(
    Caller { who, .. }: Caller<Advisor>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let today = application.today(who.time_zone);
    let from = today.checked_sub_days(Days::new(DAYS_BEFORE)).unwrap_or(today);
    let to = today.checked_add_days(Days::new(DAYS_AFTER)).unwrap_or(today);
    let (organisation, own) = (who.organisation, AdvisorId::from(who.account));
    let reading = application
        .store
        .read(move |connection| own_field(connection, organisation, own, (from, to)));
    Ok(TaggedJson::new(&reading.await?).answer_privately(&request))
}

/// What a device of an advisor keeps of the field, with their sessions of a period.
fn own_field(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    own: AdvisorId,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<OwnFieldView, StorageError> {
    let open = ReferralQuery {
        organisation,
        advisor: Some(own),
        closed: Some(false),
        after: None,
        limit: u32::MAX,
    };
    let referrals = referrals::list(connection, &open)?;
    let sessions = planned_sessions::list(connection, &SessionQuery::of_advisor(organisation, own, (from, to)))?;
    Ok(OwnFieldView {
        from: from.into(),
        to: to.into(),
        places: every_place(connection, organisation)?,
        workshops: every::<Workshop, _>(connection, organisation)?,
        tags: every::<Tag, _>(connection, organisation)?,
        referrals: followed(connection, organisation, referrals)?
            .iter()
            .map(Into::into)
            .collect(),
        sessions: sessions.iter().map(Into::into).collect(),
    })
}

/// All things of a kind that an organisation has, by name.
fn every<T: Named, V: for<'a> From<&'a Kept<T>>>(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
) -> Result<Vec<V>, StorageError> {
    let most = u32::try_from(T::MOST).unwrap_or(u32::MAX);
    Ok(T::page_by_name(connection, organisation, None, most)?
        .iter()
        .map(V::from)
        .collect())
}

/// The places of an organisation, each with the one into which it was merged.
fn every_place(connection: &mut AnyConnection, organisation: OrganisationId) -> Result<Vec<PlaceView>, StorageError> {
    let found = places::list(connection, &PlaceQuery::all(organisation))?;
    let heirs = places::heirs(connection, organisation)?;
    Ok(found
        .iter()
        .map(|kept| PlaceView::merged(kept, heirs.get(&kept.id).copied()))
        .collect())
}
