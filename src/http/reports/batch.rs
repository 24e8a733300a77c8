//! Writes many days at once, for a device that had no network.

use std::collections::BTreeMap;

use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, post};
use chrono::NaiveDate;
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::body::ReportBody;
use super::report::{ReportPath, write_day};
use super::view::ReportView;
use crate::domain::calendar::ReportDate;
use crate::domain::decision::{Asked, Preconditions, Versions};
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::{AdvisorId, InterventionId};
use crate::domain::report::{DayState, RecordedReport, ReportDraft};
use crate::http::answer::envelope::{RequestId, language_of};
use crate::http::answer::problem::{Problem, ProblemBody};
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::caller::Caller;
use crate::http::request::json_body::{JsonBody, given, given_object, parse};
use crate::http::request::rights::{Advisor, Member};
use crate::http::wire;
use crate::http::wire::codes::value_of_code;
use crate::storage::StorageError;
use crate::storage::reports::{self, Outcome, WriteAnswer};

/// The largest batch, in bytes: 8 MiB.
const BATCH_BODY_MAX: usize = 8 << 20;
/// The most items of a batch.
const ITEMS_MAX: usize = 200;
/// How many items of one batch wait in the queue of writes at once: other callers need the queue too.
const WAITING_MAX: usize = 64;

/// Writes of several days.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BatchRequest)]
pub struct BatchBody {
    /// The writes, in the order in which they are to be made; best one a day.
    #[schema(value_type = Vec<ItemBody>, min_items = 1, max_items = 200)]
    items: Vec<Box<RawValue>>,
}

/// The write of one day.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BatchItem)]
pub struct ItemBody {
    /// Whether the day is to have this report or none.
    #[schema(value_type = Operation)]
    op: String,
    /// Of which civil day.
    #[schema(value_type = wire::Day)]
    date: String,
    /// Write only when the day is at this version: the one that the device changed, 0 where the device knew of no
    /// report. Left out, the last write wins, and the history of the day keeps the report that it replaced.
    #[serde(default, deserialize_with = "given")]
    #[schema(minimum = 0, nullable = false, example = 0)]
    base_version: Option<i64>,
    /// The whole report of the day; with `put` alone.
    #[serde(default, deserialize_with = "given_object")]
    #[schema(nullable = false)]
    report: Option<ReportBody>,
}

/// What is to become of a day.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BatchOperation)]
enum Operation {
    /// The day is to have this report.
    Put,
    /// The day is to have no report.
    Delete,
}

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BatchStatus)]
enum ItemStatus {
    /// The day has a report and had none.
    Created,
    /// The day has another report.
    Replaced,
    /// The day was as asked already.
    Unchanged,
    /// The day has no report any more.
    Deleted,
    /// The day is at another version, and was left as it is.
    Conflict,
    /// The item was refused.
    Refused,
}

impl From<Outcome> for ItemStatus {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Created => Self::Created,
            Outcome::Replaced => Self::Replaced,
            Outcome::Unchanged => Self::Unchanged,
            Outcome::Deleted => Self::Deleted,
        }
    }
}

/// What became of an item, and how its day stands now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchResult)]
pub struct ItemView {
    /// What became of the item.
    status: ItemStatus,
    /// The day of the item; `null` when the item names no day.
    #[schema(required = true)]
    date: Option<wire::Day>,
    /// The version of the day, for `base_version`; 0: the day never had a report. `null` when the item was refused.
    #[schema(minimum = 0, required = true, example = 1)]
    version: Option<i64>,
    /// The report that the day has now, after a conflict too; `null` when the day has none, and when the item was
    /// refused.
    #[schema(required = true)]
    report: Option<ReportView>,
    /// Why the item was refused; `null` when it was not.
    #[schema(required = true)]
    problem: Option<ProblemBody>,
}

/// What became of each item, in the order of the items.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchResponse)]
pub struct BatchView {
    /// A result for each item.
    #[schema(min_items = 1, max_items = 200)]
    results: Vec<ItemView>,
}

/// Write several days at once.
///
/// For a device that had no network. Each item is written or refused by itself, as `PUT` and `DELETE` of its day are.
/// Sending the same batch again leaves the same state. `base_version` is checked as `If-Match` is. Advisors write their
/// own reports alone.
#[utoipa::path(
    tag = "reports",
    request_body(content = BatchBody, description = "The writes: 8 MiB at most"),
    responses((status = 207, description = "What became of each item, in their order", body = BatchView)),
    security(("access_token" = [])),
)]
#[post("/v1/reports/batch")]
pub async fn write_batch(
    Caller { who, .. }: Caller<Advisor>,
    body: JsonBody<BatchBody, BATCH_BODY_MAX>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let items = body.0.items;
    check_count(items.len()).map_err(Problem::validation_failed)?;
    let today = application.today(who.time_zone);
    let (dates, items): (Vec<_>, Vec<_>) = items.iter().map(|item| read_item(item, today)).unzip();
    let ends = write_items(&application, who, items).await;
    let states = states_in_conflict(&application, who, &dates, &ends).await?;
    let RequestId(id) = request.extensions().get().copied().unwrap_or(RequestId(Uuid::nil()));
    let in_words = |problem: &Problem| problem.body(language_of(&request), id);
    let ended = dates.into_iter().zip(ends).enumerate();
    let results = ended.map(|(index, (date, end))| result_of(index, date, end, &states, in_words));
    Ok(HttpResponse::MultiStatus().json(BatchView {
        results: results.collect(),
    }))
}

fn check_count(items: usize) -> Result<(), FieldErrors> {
    match items {
        0 => Err(FieldErrors::of_body("/items", FieldCode::TooFew { min: 1 })),
        1..=ITEMS_MAX => Ok(()),
        _ => Err(FieldErrors::of_body("/items", FieldCode::TooMany { max: ITEMS_MAX })),
    }
}

/// The write that an item asks for, after every check of its own values.
struct Item {
    date: ReportDate,
    asked: Asked,
    preconditions: Preconditions,
}

/// The day of an item, if the item names one, and its write or its faults, whose JSON pointers start at the item.
fn read_item(item: &RawValue, today: NaiveDate) -> (Option<ReportDate>, Result<Item, Problem>) {
    match parse::<ItemBody>(item.get().as_bytes()) {
        Ok(body) => (
            body.date.parse().ok(),
            body.check(today).map_err(Problem::validation_failed),
        ),
        Err(problem) => (None, Err(problem)),
    }
}

impl ItemBody {
    /// The write that the item asks for, or every fault of the item.
    fn check(self, today: NaiveDate) -> Result<Item, FieldErrors> {
        let mut errors = FieldErrors::new();
        let date: Result<ReportDate, FieldCode> = self.date.parse();
        if let Err(code) = date {
            errors.push_field("", "date", code);
        }
        if self.base_version.is_some_and(|version| version < 0) {
            errors.push_field("", "base_version", FieldCode::OutOfRange { min: 0, max: i64::MAX });
        }
        let wrong = FieldErrors::of_body;
        let asked = match (value_of_code(&self.op), self.report) {
            (Some(Operation::Put), Some(report)) => put(report.into(), date, today),
            (Some(Operation::Put), None) => Err(wrong("/report", FieldCode::MissingField)),
            (Some(Operation::Delete), None) => Ok(Asked::Delete),
            (Some(Operation::Delete), Some(_)) => Err(wrong("/report", FieldCode::NotAllowedHere)),
            (None, _) => Err(wrong("/op", FieldCode::UnknownCode)),
        };
        let asked = asked.map_err(|faults| errors.append(faults));
        let if_match = self.base_version.map(|version| Versions::OneOf(vec![version]));
        let preconditions = Preconditions {
            if_match,
            if_none_match: None,
        };
        match (date, asked) {
            (Ok(date), Ok(asked)) if errors.is_empty() => Ok(Item {
                date,
                asked,
                preconditions,
            }),
            _ => Err(errors),
        }
    }
}

/// Checks the report of an item, even when its day is at fault: the client then hears of every fault at once.
fn put(draft: ReportDraft, date: Result<ReportDate, FieldCode>, today: NaiveDate) -> Result<Asked, FieldErrors> {
    let submission = match date {
        Ok(date) => draft.validate_on(date, today, InterventionId::new),
        Err(_) => draft.validate(InterventionId::new),
    };
    submission
        .map(|submission| Asked::Put {
            report: submission.report,
            recorded_at: submission.recorded_at,
        })
        .map_err(|faults| faults.within("/report", ""))
}

/// Writes each item by itself, in the order of the batch.
async fn write_items(
    application: &Application,
    advisor: Member,
    items: Vec<Result<Item, Problem>>,
) -> Vec<Result<WriteAnswer, Problem>> {
    let mut ends = Vec::with_capacity(items.len());
    let mut items = items.into_iter();
    while items.len() > 0 {
        // All of these writes are in the queue before the answer to the first is awaited.
        let some: Vec<_> = items
            .by_ref()
            .take(WAITING_MAX)
            .map(|item| queued(application, advisor, item))
            .collect();
        ends.extend(join_all(some).await);
    }
    ends
}

fn queued(
    application: &Application,
    advisor: Member,
    item: Result<Item, Problem>,
) -> impl Future<Output = Result<WriteAnswer, Problem>> {
    let answer = item.map(|item| {
        let day = ReportPath {
            advisor_id: advisor.account.into(),
            date: item.date,
        };
        write_day(application, advisor, day, item.asked, item.preconditions)
    });
    // What is wrong with the report at the writer stands below the report of the item.
    async move { answer?.await.map_err(|problem| problem.below("/report", "")) }
}

/// How the days of the items in conflict stand now.
async fn states_in_conflict(
    application: &Application,
    advisor: Member,
    dates: &[Option<ReportDate>],
    ends: &[Result<WriteAnswer, Problem>],
) -> Result<BTreeMap<ReportDate, DayState>, StorageError> {
    let conflicts = dates
        .iter()
        .zip(ends)
        .filter(|(_, end)| end.as_ref().is_err_and(is_conflict));
    let days: Vec<ReportDate> = conflicts.filter_map(|(date, _)| *date).collect();
    if days.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (organisation, advisor) = (advisor.organisation, AdvisorId::from(advisor.account));
    application
        .store
        .read(move |connection| reports::find_days(connection, organisation, advisor, days))
        .await
}

fn is_conflict(problem: &Problem) -> bool {
    problem.code() == ProblemCode::VersionMismatch
}

/// The result of the item at this index of the batch.
fn result_of(
    index: usize,
    date: Option<ReportDate>,
    end: Result<WriteAnswer, Problem>,
    states: &BTreeMap<ReportDate, DayState>,
    in_words: impl Fn(&Problem) -> ProblemBody,
) -> ItemView {
    let standing = |status, version, report: Option<&RecordedReport>| ItemView {
        status,
        date: date.map(Into::into),
        version,
        report: report.map(ReportView::from),
        problem: None,
    };
    match end {
        Ok(answer) => standing(answer.outcome.into(), Some(answer.version), answer.report.as_ref()),
        Err(problem) if is_conflict(&problem) => {
            let state = date.and_then(|date| states.get(&date));
            let version = state.map_or(0, |state| state.version);
            let report = state.and_then(|state| state.live.as_ref());
            standing(ItemStatus::Conflict, Some(version), report)
        }
        Err(problem) => ItemView {
            problem: Some(in_words(&problem.within(&format!("/items/{index}")))),
            ..standing(ItemStatus::Refused, None, None)
        },
    }
}
