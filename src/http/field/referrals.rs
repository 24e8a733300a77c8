//! Referrals: calls of social and outreach workers for help for somebody. For advisors, about those that are theirs, and for
//! coordinators; no program reads or writes them.

use actix_web::http::header::ETAG;
use actix_web::web::Data;
use actix_web::{HttpResponse, get, put};
use chrono::NaiveDate;
use utoipa::IntoParams;

use super::referral_body::{ReferralBody, ReferralView};
use super::things;
use crate::actions::field::referrals as actions;
use crate::domain::calendar::{ReportDate, today_in};
use crate::domain::field::planned_session::Planned;
use crate::domain::field::referral::{FirstVisit, Referral, ReferralDraft, ReferralId};
use crate::domain::field::thing::Kept;
use crate::domain::field_error::FieldCode;
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::http::answer::openapi::Conflict;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::{Conditions, IfMatch, IfNoneMatch, entity_tag};
use crate::http::request::json_body::JsonBody;
use crate::http::request::path::{PathParameters, PathReader};
use crate::http::request::query::{QueryParameters, QueryReader};
use crate::http::request::rights::AdvisorOrCoordinator;
use crate::http::wire;
use crate::http::wire::page::{Cursor, PageParameters, PageView};
use crate::storage::field::planned_sessions;
use crate::storage::field::referrals::{self, ReferralQuery};
use crate::storage::field::reported;
use crate::storage::field::thing::Stored as _;
use crate::storage::{AnyConnection, StorageError};

/// The part of a path that names a referral.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ReferralPath {
    /// A referral; a new one has an identifier of its client's making.
    #[param(value_type = wire::Identifier)]
    referral_id: ReferralId,
}

impl PathParameters for ReferralPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let referral_id = reader.id("referral_id")?;
        Some(Self { referral_id })
    }
}

/// Which referrals to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReferralFilter {
    /// Those of this advisor.
    #[param(value_type = Option<wire::Identifier>, nullable = false)]
    advisor_id: Option<AdvisorId>,
    /// Those that are closed, or those that are not.
    #[param(value_type = Option<bool>, nullable = false, example = false)]
    closed: Option<bool>,
}

impl QueryParameters for ReferralFilter {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        Some(Self {
            advisor_id: reader.optional("advisor_id", |text| text.parse().map_err(|_| FieldCode::InvalidUuid)),
            closed: reader.optional("closed", |text| text.parse().map_err(|_| FieldCode::InvalidValue)),
        })
    }
}

/// Where a page of referrals ended.
#[derive(Debug, Clone)]
pub struct ReferralCursor(NaiveDate, ReferralId);

impl Cursor for ReferralCursor {
    fn to_text(&self) -> String {
        format!("{}/{}", self.0, self.1)
    }

    fn from_text(text: &str) -> Option<Self> {
        let (day, id) = text.split_once('/')?;
        let day: ReportDate = day.parse().ok()?;
        Some(Self(day.date(), id.parse().ok()?))
    }
}

/// A referral with the sessions that are planned for it, and the first intervention that names it.
pub(super) type Followed = (Kept<Referral>, Vec<Planned>, Option<FirstVisit>);

/// Adds to referrals the sessions that are planned for them, and the interventions that name them.
pub(super) fn followed(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    found: Vec<Kept<Referral>>,
) -> Result<Vec<Followed>, StorageError> {
    let ids: Vec<ReferralId> = found.iter().map(|kept| kept.id).collect();
    let visits = planned_sessions::of_referrals(connection, organisation, &ids)?;
    let first = reported::first_visits(connection, organisation, &ids)?;
    let of = |id| {
        let named = visits.iter().filter(move |visit| visit.session.referral_id == Some(id));
        named.cloned().collect()
    };
    Ok(found
        .into_iter()
        .map(|kept| {
            let (visits, first) = (of(kept.id), first.get(&kept.id).copied());
            (kept, visits, first)
        })
        .collect())
}

/// A page of referrals.
type ReferralPage = PageView<ReferralView>;

/// Which page of the referrals.
type ReferralPageParameters = PageParameters<ReferralCursor>;

/// List the referrals, the last that were received first.
///
/// An advisor gets those that are theirs. Page by page: ask again with `next_cursor` until it is `null`.
#[utoipa::path(
    tag = "field",
    params(ReferralFilter, ReferralPageParameters),
    responses((status = 200, description = "A page of referrals", body = ReferralPage)),
    security(("access_token" = [])),
)]
#[get("/v1/referrals")]
pub async fn list_referrals(
    Caller { who, query, .. }: Caller<AdvisorOrCoordinator, (), (ReferralFilter, ReferralPageParameters)>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (filter, page) = query;
    let query = ReferralQuery {
        organisation: who.organisation,
        advisor: who.scope(filter.advisor_id)?,
        closed: filter.closed,
        after: page.after().map(|ReferralCursor(day, id)| (*day, *id)),
        limit: page.limit_of_search(),
    };
    let reading = application.store.read(move |connection| {
        let found = referrals::list(connection, &query)?;
        followed(connection, query.organisation, found)
    });
    let page: ReferralPage = PageView::new(&page, reading.await?, |(last, ..): &Followed| {
        ReferralCursor(last.content.received_on, last.id)
    });
    Ok(HttpResponse::Ok().json(page))
}

/// Read a referral.
///
/// Its `ETag` is its version, for `If-Match`. How far it has come changes without a version, so it is never 304. An advisor reads
/// those that are theirs.
#[utoipa::path(
    tag = "field",
    params(ReferralPath),
    responses((status = 200, description = "The referral", body = ReferralView, headers(("ETag" = String)))),
    security(("access_token" = [])),
)]
#[get("/v1/referrals/{referral_id}")]
pub async fn get_referral(
    Caller { who, path, .. }: Caller<AdvisorOrCoordinator, ReferralPath>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let organisation = who.organisation;
    let reading = application.store.read(move |connection| {
        let found = Referral::find(connection, organisation, path.referral_id)?;
        let theirs = found.filter(|kept| who.own.is_none_or(|own| kept.content.advisor_id == own));
        followed(connection, organisation, theirs.into_iter().collect())
    });
    let found = reading.await?.into_iter().next().ok_or(ProblemCode::NotFound)?;
    let view = ReferralView::from(&found);
    Ok(HttpResponse::Ok()
        .insert_header((ETAG, entity_tag(found.0.version)))
        .json(view))
}

/// Take down a referral, change or close it.
///
/// Idempotent: a retry changes nothing and answers 200. The answer has a `code` of our making, which stands for the person;
/// words with an address, a telephone number or an e-mail address are refused. An advisor writes those that are theirs.
#[utoipa::path(
    tag = "field",
    params(ReferralPath, IfMatch, IfNoneMatch),
    request_body(content = ReferralBody, description = "All that is to be known of the referral"),
    responses(
        (status = 200, description = "Replaced, or stored already", body = ReferralView),
        (status = 201, description = "Created", body = ReferralView, headers(("Location" = String))), Conflict),
    security(("access_token" = [])),
)]
#[put("/v1/referrals/{referral_id}")]
pub async fn put_referral(
    Caller { who, path, .. }: Caller<AdvisorOrCoordinator, ReferralPath>,
    conditions: Conditions,
    body: JsonBody<ReferralBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (id, now) = (path.referral_id, application.now());
    let asked = ReferralDraft::from(body.0)
        .validate(today_in(who.time_zone, now))
        .map_err(Problem::validation_failed)?;
    let written = actions::put(&application.store, who.by(), (id, asked), who.own, conditions.0, now).await??;
    let (organisation, kept) = (who.organisation, written.kept);
    let reading = application
        .store
        .read(move |connection| followed(connection, organisation, vec![kept.clone()]));
    let found = reading.await?.into_iter().next().ok_or(ProblemCode::NotFound)?;
    let location = format!("/v1/referrals/{id}");
    Ok(things::answer_to_put(
        written.is_new,
        location,
        &ReferralView::from(&found),
    ))
}
