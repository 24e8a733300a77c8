//! Who reads and writes reports.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::{ADVISOR, Member, PersonCaller, access, member_with, path_id, path_value};
use crate::domain::api_key::Scope;
use crate::domain::calendar::ReportDate;
use crate::domain::field_error::FieldErrors;
use crate::domain::identifiers::{AdvisorId, InterventionId};
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::request::query::{NoParameters, QueryParameters, QueryReader};

/// Someone who reads reports, with these parameters.
#[derive(Debug, Clone, Copy)]
pub struct ReportsCaller<T> {
    /// Who is calling.
    pub member: Member,
    /// The parameters of the query.
    pub parameters: T,
}

caller!(ReportsCaller<T>, |request| {
    let (member, parameters) = member_with(request, Scope::ReportsRead)?;
    Ok(Self { member, parameters })
});

/// A coordinator, or a program that reads reports: whose they are.
#[derive(Debug, Clone, Copy)]
pub struct AdvisorsCaller(pub Member);

caller!(AdvisorsCaller, |request| {
    let (member, NoParameters) = member_with(request, Scope::ReportsRead)?;
    Ok(Self(member.of_the_whole()?))
});

/// The report that a path names, and who calls: its advisor, or somebody of the organisation (to whom an advisor of
/// another one is not known, which storage tells).
#[derive(Debug, Clone, Copy)]
pub struct ReportCaller {
    /// Who is calling.
    pub member: Member,
    /// Whose report.
    pub advisor: AdvisorId,
    /// Of which day.
    pub date: ReportDate,
}

impl ReportCaller {
    /// The faults of the path (after those found in it already) and of the query, then 403.
    fn read(request: &HttpRequest, scope: Scope, mut errors: FieldErrors) -> Result<Self, Problem> {
        let access = access(request)?;
        let advisor = path_id(request, "advisor_id", &mut errors);
        let date = path_value(request, "date", &mut errors, str::parse);
        errors.append(QueryReader::new(request).finish());
        match (advisor, date) {
            (Some(advisor), Some(date)) if errors.is_empty() => {
                let member = Member::with_scope(access, scope)?;
                member.scope(Some(advisor))?;
                Ok(Self { member, advisor, date })
            }
            _ => Err(Problem::invalid_parameters(errors)),
        }
    }
}

/// Someone who may read the report that the path names.
#[derive(Debug, Clone, Copy)]
pub struct ReportReader(pub ReportCaller);

caller!(ReportReader, |request| {
    ReportCaller::read(request, Scope::ReportsRead, FieldErrors::new()).map(Self)
});

/// Its advisor, or the coordinator, who read what the report that the path names said before; no program.
#[derive(Debug, Clone, Copy)]
pub struct HistoryReader(pub ReportCaller);

caller!(HistoryReader, |request| {
    let caller = ReportCaller::read(request, Scope::ReportsRead, FieldErrors::new())?;
    match caller.member.through() {
        None => Ok(Self(caller)),
        Some(_) => Err(ProblemCode::Forbidden.into()),
    }
});

/// Someone who may write the report that the path names.
#[derive(Debug, Clone, Copy)]
pub struct ReportWriter(pub ReportCaller);

caller!(ReportWriter, |request| {
    ReportCaller::read(request, Scope::ReportsWrite, FieldErrors::new()).map(Self)
});

/// An advisor who writes several of their own reports.
#[derive(Debug, Clone, Copy)]
pub struct BatchWriter(pub Member);

impl BatchWriter {
    /// The report of one of their days.
    #[must_use]
    pub fn report(&self, date: ReportDate) -> ReportCaller {
        ReportCaller {
            member: self.0,
            advisor: AdvisorId::from(self.0.account()),
            date,
        }
    }
}

caller!(BatchWriter, |request| {
    PersonCaller::with_query::<NoParameters>(request, ADVISOR)?;
    Member::with_scope(access(request)?, Scope::ReportsWrite).map(Self)
});

/// Someone who may write the intervention that the path names, as a [`ReportWriter`] may its report.
#[derive(Debug, Clone, Copy)]
pub struct InterventionWriter {
    /// Who is calling, and for which report.
    pub report: ReportCaller,
    /// Which intervention.
    pub id: InterventionId,
}

caller!(InterventionWriter, |request| {
    access(request)?;
    let mut errors = FieldErrors::new();
    let id = path_id(request, "id", &mut errors);
    let report = ReportCaller::read(request, Scope::ReportsWrite, errors)?;
    let id = id.ok_or(ProblemCode::InvalidParameter)?;
    Ok(Self { report, id })
});
