//! Does one piece of work of the service ten times, for `benches/instructions.py`, which has callgrind count the instructions
//! of [`measured`] and nothing else.
//!
//! ```sh
//! cargo run --example instructions -- annex bench.db
//! ```
//!
//! The annex is read from a database that `fill` makes beforehand, so that filling it is not run under callgrind.

use std::error::Error;
use std::hint::black_box;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::connection::SimpleConnection as _;
use quotidien::auth::token::{AccessTokens, Claimed, KeyMaterial};
use quotidien::domain::account::Role;
use quotidien::domain::calendar::{Month, Months};
use quotidien::domain::identifiers::{AccountId, InterventionId, OrganisationId, SessionId};
use quotidien::domain::report::{Report, ReportDraft};
use quotidien::http::report_draft;
use quotidien::statistics::filter::Filters;
use quotidien::statistics::tally::Tally;
use quotidien::storage::{AnyConnection, DatabaseUrl, Snapshot, migrations, monthly};

/// A day like that of `benches/new_report.lua`, with three interventions.
const BODY: &[u8] = include_bytes!("instructions/report.json");
/// How often the work is done; once more beforehand, since the first time makes tables that stay.
const TIMES: usize = 10;
const INVALID: &str = "the report of the example is not valid";
/// The organisation of the database that `fill` makes.
const ORGANISATION: &str = "00000000-0000-4000-8000-000000000000";
/// 100 advisors with a tally in each of 24 months.
const FILL: &str = include_str!("instructions/fill.sql");

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Outcome {
    let mut arguments = std::env::args().skip(1);
    let work = arguments.next().ok_or("say which work")?;
    let database = arguments.next().unwrap_or_default();
    match work.as_str() {
        "fill" => fill(&database),
        "parse" => repeat(|| Ok(report_draft(BODY).map(drop).map_err(|code| format!("{code:?}"))?)),
        "validate" => validate(),
        "tally" => tally(),
        "token" => token(),
        "annex" => annex(&database),
        _ => Err(format!("no work is called {work}").into()),
    }
}

fn repeat(mut work: impl FnMut() -> Outcome) -> Outcome {
    work()?;
    measured(&mut work)
}

/// What callgrind counts, found by this name.
#[inline(never)]
fn measured(work: &mut dyn FnMut() -> Outcome) -> Outcome {
    for _ in 0..TIMES {
        work()?;
    }
    Ok(())
}

fn draft() -> Outcome<ReportDraft> {
    Ok(report_draft(BODY).map_err(|code| format!("{code:?}"))?)
}

/// The drafts are read beforehand: validating one consumes it.
fn validate() -> Outcome {
    let drafts: Outcome<Vec<ReportDraft>> = (0..=TIMES).map(|_| draft()).collect();
    let mut drafts = drafts?.into_iter();
    repeat(|| {
        let draft = drafts.next().ok_or("too few drafts")?;
        black_box(draft.validate(InterventionId::new).map_err(|_| INVALID)?);
        Ok(())
    })
}

fn tally() -> Outcome {
    let submission = draft()?.validate(InterventionId::new).map_err(|_| INVALID)?;
    let report: Report = submission.report.settle(None);
    repeat(|| {
        black_box(Tally::of(black_box(&report)));
        Ok(())
    })
}

/// The token check of a caller who is not remembered: type, key, signature, claims.
fn token() -> Outcome {
    let now = noon()?;
    let tokens = AccessTokens::new("http://127.0.0.1".to_owned(), &[KeyMaterial::generate(now)?])?;
    let claimed = Claimed {
        organisation: OrganisationId::new(),
        account: AccountId::new(),
        session: SessionId::new(),
        role: Role::Advisor,
    };
    let token = tokens.issue(&claimed, now)?;
    repeat(|| {
        black_box(tokens.read(&token, now)?);
        Ok(())
    })
}

fn fill(database: &str) -> Outcome {
    let mut connection = AnyConnection::open(&DatabaseUrl::Sqlite(database.into()))?;
    migrations::run_pending(&mut connection)?;
    connection.batch_execute(FILL)?;
    Ok(())
}

/// The monthly table of 12 months, from their tallies.
fn annex(database: &str) -> Outcome {
    let mut connection = AnyConnection::open(&DatabaseUrl::Sqlite(database.into()))?;
    let month = |number| Month::new(2025, number).ok_or("no such month");
    let period = Months::new(month(1)?, month(12)?).ok_or("no such period")?;
    let organisation: OrganisationId = ORGANISATION.parse()?;
    let now = noon()?;
    repeat(|| {
        let table = monthly::statistics(
            &mut Snapshot::alone(&mut connection),
            organisation,
            Filters::default(),
            period,
            now,
        )?;
        let table = table.ok_or("the organisation is not there")?;
        if !table.rows.iter().any(|row| row.total == 12 * 100 * 20) {
            return Err("the annex does not have the workshops that were filled in".into());
        }
        Ok(())
    })
}

fn noon() -> Outcome<DateTime<Utc>> {
    let noon = NaiveDate::from_ymd_opt(2026, 1, 5).and_then(|day| day.and_hms_opt(12, 0, 0));
    Ok(noon.ok_or("no such instant")?.and_utc())
}
