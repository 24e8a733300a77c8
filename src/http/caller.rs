//! Who is calling and what they may do, as types of parameters: a handler without one of these is public on purpose.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use super::application::Application;
use super::problem::Problem;
use super::problem_code::ProblemCode;
use super::query::QueryReader;
use crate::auth::token::Access;
use crate::domain::account::Role;
use crate::domain::calendar::ReportDate;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::{AccountId, AdvisorId, Id, InterventionId, OrganisationId, SessionId};

/// Anyone who is signed in.
#[derive(Debug, Clone, Copy)]
pub struct Caller(pub Access);

impl Caller {
    /// Their organisation.
    #[must_use]
    pub const fn organisation(&self) -> OrganisationId {
        self.0.organisation
    }

    /// Whose figures and reports they ask for: an advisor's are their own, and a coordinator's are everybody's unless they
    /// name one.
    ///
    /// # Errors
    /// 403 when an advisor names somebody else, without a look-up.
    pub fn scope(&self, named: Option<AdvisorId>) -> Result<Option<AdvisorId>, Problem> {
        let own = AdvisorId::from(self.0.account);
        match (self.0.role, named) {
            (Role::Coordinator, named) => Ok(named),
            (Role::Advisor, None) => Ok(Some(own)),
            (Role::Advisor, Some(named)) if named == own => Ok(Some(own)),
            (Role::Advisor, Some(_)) => Err(ProblemCode::Forbidden.into()),
        }
    }
}

fn signed_in(request: &HttpRequest) -> Result<Caller, Problem> {
    let nobody = || Problem::from(ProblemCode::Unauthenticated);
    let application = request.app_data::<Data<Application>>().ok_or_else(nobody)?;
    let header = request.headers().get(AUTHORIZATION).ok_or_else(nobody)?;
    let text = header.to_str().map_err(|_| nobody())?;
    let (scheme, token) = text.split_once(' ').ok_or_else(nobody)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(nobody());
    }
    let access = application.tokens.verify(token.trim(), application.now());
    access.map(Caller).map_err(|_| nobody())
}

impl FromRequest for Caller {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(signed_in(request).map_err(Into::into))
    }
}

/// A coordinator.
#[derive(Debug, Clone, Copy)]
pub struct CoordinatorCaller(pub Caller);

impl FromRequest for CoordinatorCaller {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = signed_in(request).and_then(|caller| {
            // The query comes before the right, as everywhere.
            let faults = QueryReader::new(request).finish();
            match caller.0.role {
                _ if !faults.is_empty() => Err(Problem::invalid_parameters(faults)),
                Role::Coordinator => Ok(Self(caller)),
                Role::Advisor => Err(ProblemCode::Forbidden.into()),
            }
        });
        ready(caller.map_err(Into::into))
    }
}

/// Someone who may read and write the report that the path names: its advisor, or a coordinator of the organisation (to
/// whom an advisor of another one is not known, which storage tells).
#[derive(Debug, Clone, Copy)]
pub struct ReportCaller {
    /// Who is calling.
    pub caller: Caller,
    /// Whose report.
    pub advisor: AdvisorId,
    /// Of which day.
    pub date: ReportDate,
}

impl FromRequest for ReportCaller {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = signed_in(request).and_then(|caller| report_caller(request, caller, FieldErrors::new()));
        ready(caller.map_err(Into::into))
    }
}

/// Someone who may read and write the intervention that the path names, as a [`ReportCaller`] may its report.
#[derive(Debug, Clone, Copy)]
pub struct InterventionCaller {
    /// Who is calling, and for which report.
    pub report: ReportCaller,
    /// Which intervention.
    pub id: InterventionId,
}

impl FromRequest for InterventionCaller {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = signed_in(request).and_then(|caller| {
            let mut errors = FieldErrors::new();
            let id = path_id(request, "id", &mut errors);
            let report = report_caller(request, caller, errors)?;
            let id = id.ok_or(ProblemCode::InvalidParameter)?;
            Ok(Self { report, id })
        });
        ready(caller.map_err(Into::into))
    }
}

/// Someone who ends the session that the path names, which is theirs or is not found.
#[derive(Debug, Clone, Copy)]
pub struct SessionCaller {
    /// Who is calling.
    pub caller: Caller,
    /// Which session.
    pub session: SessionId,
}

impl FromRequest for SessionCaller {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = signed_in(request).and_then(|caller| {
            let mut errors = FieldErrors::new();
            let session = path_id(request, "session_id", &mut errors);
            errors.append(QueryReader::new(request).finish());
            match session {
                Some(session) if errors.is_empty() => Ok(Self { caller, session }),
                _ => Err(Problem::invalid_parameters(errors)),
            }
        });
        ready(caller.map_err(Into::into))
    }
}

/// A coordinator who looks after the person that the path names, who may be of another organisation and is not found then.
#[derive(Debug, Clone, Copy)]
pub struct AccountCaller {
    /// Who is calling.
    pub caller: Caller,
    /// Whom it is about.
    pub account: AccountId,
}

impl FromRequest for AccountCaller {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = signed_in(request).and_then(|caller| {
            let mut errors = FieldErrors::new();
            let account = path_id(request, "account_id", &mut errors);
            errors.append(QueryReader::new(request).finish());
            match (caller.0.role, account) {
                (Role::Coordinator, Some(account)) if errors.is_empty() => Ok(Self { caller, account }),
                (Role::Advisor, Some(_)) if errors.is_empty() => Err(ProblemCode::Forbidden.into()),
                _ => Err(Problem::invalid_parameters(errors)),
            }
        });
        ready(caller.map_err(Into::into))
    }
}

/// The faults of the path (after those found in it already) and of the query, then 403.
fn report_caller(request: &HttpRequest, caller: Caller, mut errors: FieldErrors) -> Result<ReportCaller, Problem> {
    let advisor = path_id(request, "advisor_id", &mut errors);
    let date = path_value(request, "date", &mut errors, str::parse);
    errors.append(QueryReader::new(request).finish());
    match (advisor, date) {
        (Some(advisor), Some(date)) if errors.is_empty() => {
            caller.scope(Some(advisor))?;
            Ok(ReportCaller { caller, advisor, date })
        }
        _ => Err(Problem::invalid_parameters(errors)),
    }
}

fn path_id<K>(request: &HttpRequest, name: &str, errors: &mut FieldErrors) -> Option<Id<K>> {
    path_value(request, name, errors, |text| {
        text.parse().map_err(|_| FieldCode::InvalidUuid)
    })
}

fn path_value<T>(
    request: &HttpRequest,
    name: &str,
    errors: &mut FieldErrors,
    read: impl FnOnce(&str) -> Result<T, FieldCode>,
) -> Option<T> {
    let value = read(request.match_info().query(name));
    value.map_err(|code| errors.push_parameter(name, code)).ok()
}
