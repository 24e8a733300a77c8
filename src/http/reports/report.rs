//! Reports: one of them by its day, and the list of them.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, LOCATION};
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, put};
use utoipa::IntoParams;
use uuid::Uuid;

use super::body::ReportBody;
use super::la_coop::{self, SheetParameter, SheetView};
use super::view::ReportView;
use crate::documents::la_coop::KnownPlace;
use crate::domain::calendar::{ReportDate, today_in};
use crate::domain::decision::{Asked, Preconditions, Refusal, ReportWrite};
use crate::domain::field::place::PlaceId;
use crate::domain::field_error::FieldCode;
use crate::domain::identifiers::{AdvisorId, InterventionId};
use crate::domain::report::{DayState, RecordedReport, ReportDraft};
use crate::domain::time_text::push_day;
use crate::http::answer::openapi::{Conflict, Unknown};
use crate::http::answer::pieces::{json, large};
use crate::http::answer::problem::{ClosedBody, Problem};
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::admission::heavy_read;
use crate::http::request::caller::Caller;
use crate::http::request::conditions::{Conditions, IfMatch, IfNoneMatch, entity_tag};
use crate::http::request::json_body::JsonBody;
use crate::http::request::path::{PathParameters, PathReader};
use crate::http::request::query::{QueryParameters, QueryReader};
use crate::http::request::rights::{Member, ReportsReader, ReportsWriter};
use crate::http::wire;
use crate::http::wire::page::{Cursor, PageParameters, PageView};
use crate::storage::accounts::{self, advisors};
use crate::storage::reports::{self, ListQuery, Outcome, WriteAnswer};
use crate::storage::{AnyConnection, StorageError};

/// As many bytes as few reports have more of as JSON.
const REPORT_LENGTH: usize = 2048;
/// As many bytes as the address of a report has.
const LOCATION_LENGTH: usize = 80;

/// An advisor's day.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ReportPath {
    /// Whose report; an advisor names themselves.
    #[param(value_type = wire::Identifier)]
    pub(in crate::http) advisor_id: AdvisorId,
    /// Of which civil day.
    #[param(value_type = wire::Day)]
    pub(in crate::http) date: ReportDate,
}

impl PathParameters for ReportPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let advisor_id = reader.id("advisor_id");
        let date = reader.value("date", str::parse);
        Some(Self {
            advisor_id: advisor_id?,
            date: date?,
        })
    }

    fn advisor(&self) -> Option<AdvisorId> {
        Some(self.advisor_id)
    }
}

/// Create or replace the report of a day.
///
/// Idempotent: a retry changes nothing and answers 200. From 2020 to today in the organisation's time zone, and with
/// `absence` up to 366 days ahead.
#[utoipa::path(
    tag = "reports",
    params(ReportPath, IfMatch, IfNoneMatch),
    request_body(content = ReportBody, description = "The whole report of the day"),
    responses(
        (status = 200, description = "Replaced, or stored already", body = ReportView),
        (status = 201, description = "Created", body = ReportView, headers(("Location" = String))), Conflict),
    security(("access_token" = [])),
)]
#[put("/v1/advisors/{advisor_id}/reports/{date}")]
pub async fn put_report(
    Caller { who, path, .. }: Caller<ReportsWriter, ReportPath>,
    conditions: Conditions,
    body: JsonBody<ReportBody>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let today = application.today(who.time_zone);
    let submission = ReportDraft::from(body.0)
        .validate_on(path.date, today, InterventionId::new)
        .map_err(Problem::validation_failed)?;
    let asked = Asked::Put {
        report: submission.report,
        recorded_at: submission.recorded_at,
    };
    let answer = write_day(&application, who, path, asked, conditions.0).await?;
    Ok(answer_to_write(answer)?)
}

/// Read the report of a day.
///
/// Its `ETag` is its version, for `If-Match`. 404 when there is no report of that day. With `format=la-coop` the day as the forms
/// of the national platform La Coop have it, to type from: what it would refuse first, and what it has no room for.
#[utoipa::path(
    tag = "reports",
    params(ReportPath, SheetParameter, IfNoneMatch),
    responses(
        (status = 200, description = "The report", content(
            (ReportView = "application/json"), (SheetView = "application/vnd.quotidien.la-coop+json"), (String = "text/html"),
        ), headers(("ETag" = String))),
        (status = 304, description = "The copy at hand is good")
    ),
    security(("access_token" = [])),
)]
#[get("/v1/advisors/{advisor_id}/reports/{date}")]
pub async fn get_report(
    Caller { who, path, query }: Caller<ReportsReader, ReportPath, SheetParameter>,
    conditions: Conditions,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (state, places) = application
        .store
        .read(move |connection| day(connection, who, path, query))
        .await?;
    let Some(report) = &state.live else {
        return Err(ProblemCode::NotFound.into());
    };
    if query.asks() {
        return Ok(la_coop::answer(&request, path.date, &report.content, &places));
    }
    let known = conditions.0.if_none_match.is_some_and(|versions| versions.hold(&state));
    let tag = (ETAG, entity_tag(report.version));
    if known {
        return Ok(HttpResponse::NotModified().insert_header(tag).finish());
    }
    let view = ReportView::from(report);
    Ok(json(HttpResponse::Ok().insert_header(tag), &view, REPORT_LENGTH)?)
}

/// A day, and the places that it names where its sheet is asked for.
fn day(
    connection: &mut AnyConnection,
    who: Member,
    path: ReportPath,
    asked: SheetParameter,
) -> Result<(DayState, BTreeMap<PlaceId, KnownPlace>), StorageError> {
    let state = reports::find_day(connection, who.organisation, path.advisor_id, path.date)?;
    let places = match &state.live {
        Some(report) if asked.asks() => la_coop::places(connection, who.organisation, &report.content)?,
        _ => BTreeMap::new(),
    };
    Ok((state, places))
}

/// Delete the report of a day.
///
/// Deleting a report that is not there changes nothing and answers 204 too.
#[utoipa::path(
    tag = "reports",
    params(ReportPath, IfMatch),
    responses((status = 204, description = "There is no report of this day any more"), Conflict),
    security(("access_token" = [])),
)]
#[delete("/v1/advisors/{advisor_id}/reports/{date}")]
pub async fn delete_report(
    Caller { who, path, .. }: Caller<ReportsWriter, ReportPath>,
    conditions: Conditions,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    write_day(&application, who, path, Asked::Delete, conditions.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Writes the day that a caller may write. The write is in the queue when this function returns; the future that it returns
/// waits for the answer of the writer.
pub(in crate::http) fn write_day(
    application: &Application,
    member: Member,
    day: ReportPath,
    asked: Asked,
    preconditions: Preconditions,
) -> impl Future<Output = Result<WriteAnswer, Problem>> {
    let written = application.store.write_report(ReportWrite {
        organisation: member.organisation,
        advisor: day.advisor_id,
        date: day.date,
        by: member.account,
        through: member.through,
        at: application.now(),
        today: application.today(member.time_zone),
        asked,
        preconditions,
    });
    async move {
        match written.await? {
            Ok(answer) => Ok(answer),
            Err(refusal) => Err(refused(application, member, refusal).await),
        }
    }
}

/// The failure that answers a refused write. When the month is closed, the failure names the person who closed it.
async fn refused(application: &Application, member: Member, refusal: Refusal) -> Problem {
    let Refusal::MonthClosed(closed) = refusal else {
        return refusal.into();
    };
    let organisation = member.organisation;
    let coordinator = application
        .store
        .read(move |connection| accounts::find(connection, organisation, closed.by))
        .await;
    match coordinator {
        Ok(Some(coordinator)) => Problem::month_closed(ClosedBody {
            month: closed.month.into(),
            at: closed.at.into(),
            on: today_in(member.time_zone, closed.at),
            by: coordinator.name.as_str().to_owned(),
        }),
        Ok(None) => refusal.into(),
        Err(error) => error.into(),
    }
}

/// The answer to a write: the whole report, or 204 when the day has none.
///
/// # Errors
/// When it cannot be written.
pub(in crate::http) fn answer_to_write(answer: WriteAnswer) -> Result<HttpResponse, StorageError> {
    let Some(report) = answer.report else {
        return Ok(HttpResponse::NoContent().finish());
    };
    let mut response = HttpResponse::Ok();
    if answer.outcome == Outcome::Created {
        response.status(StatusCode::CREATED);
        response.insert_header((LOCATION, location(&report)));
    }
    json(&mut response, &ReportView::from(&report), REPORT_LENGTH)
}

fn location(report: &RecordedReport) -> String {
    let mut path = String::with_capacity(LOCATION_LENGTH);
    path.push_str("/v1/advisors/");
    path.push_str(
        report
            .advisor
            .uuid()
            .hyphenated()
            .encode_lower(&mut Uuid::encode_buffer()),
    );
    path.push_str("/reports/");
    push_day(&mut path, report.date.date());
    path
}

/// Where a page of reports ended: the day and the advisor of its last report.
type ReportCursor = (ReportDate, AdvisorId);

impl Cursor for ReportCursor {
    fn to_text(&self) -> String {
        format!("{}/{}", self.0, self.1)
    }

    fn from_text(text: &str) -> Option<Self> {
        let (date, advisor) = text.split_once('/')?;
        Some((date.parse().ok()?, advisor.parse().ok()?))
    }
}

/// A page of reports.
type ReportPage = PageView<ReportView>;

/// Which page of the reports.
type ReportPageParameters = PageParameters<ReportCursor>;

/// Which reports to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListParameters {
    /// Reports from this day on.
    #[param(value_type = Option<wire::Day>, nullable = false)]
    from: Option<ReportDate>,
    /// Reports up to this day, included.
    #[param(value_type = Option<wire::Day>, nullable = false)]
    to: Option<ReportDate>,
    /// Reports of this advisor alone.
    #[param(value_type = Option<wire::Identifier>, nullable = false)]
    advisor_id: Option<AdvisorId>,
}

impl QueryParameters for ListParameters {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let from: Option<ReportDate> = reader.optional("from", str::parse);
        let to: Option<ReportDate> = reader.optional("to", str::parse);
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            reader.fault("from", FieldCode::FromAfterTo);
        }
        Some(Self {
            from,
            to,
            advisor_id: reader.optional("advisor_id", |text| text.parse().map_err(|_| FieldCode::InvalidUuid)),
        })
    }
}

impl ListParameters {
    /// The query for storage, when this member may ask for these reports.
    ///
    /// # Errors
    /// 403 when an advisor names somebody else.
    fn query(self, member: &Member, page: &ReportPageParameters) -> Result<ListQuery, Problem> {
        Ok(ListQuery {
            organisation: member.organisation,
            advisor: member.scope(self.advisor_id)?,
            from: self.from,
            to: self.to,
            after: page.after().copied(),
            limit: page.limit(),
        })
    }
}

/// List reports, the newest day first.
///
/// Advisors read their own reports; coordinators and programs read those of the whole organisation, or of the advisor
/// whom `advisor_id` names. Page by page: ask again with `next_cursor` until it is `null`. A page ends before its `limit`
/// where its reports would be more than 2 MiB.
#[utoipa::path(
    tag = "reports",
    params(ListParameters, ReportPageParameters),
    responses((status = 200, description = "A page of reports", body = ReportPage), Unknown),
    security(("access_token" = [])),
)]
#[get("/v1/reports", wrap = "from_fn(heavy_read)")]
pub async fn list_reports(
    Caller { who, query, .. }: Caller<ReportsReader, (), (ListParameters, ReportPageParameters)>,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (reports, page) = query;
    let query = reports.query(&who, &page)?;
    let found = application
        .store
        .read(move |connection| {
            let known = match query.advisor {
                Some(advisor) => advisors::exists(connection, query.organisation, advisor)?,
                None => true,
            };
            known.then(|| reports::page(connection, &query)).transpose()
        })
        .await?
        .ok_or(ProblemCode::NotFound)?;
    let page = move || -> ReportPage { PageView::of(&found.items, found.has_more, |last| (last.date, last.advisor)) };
    Ok(large(page).await?)
}
