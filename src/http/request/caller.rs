//! Who is calling and what they may do, as types of parameters: a handler without one of these is public on purpose.
//! Each checks in the order of CONTRACT.md: 401, the faults of path and query, 403.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use chrono_tz::Tz;

use super::admission::Admitted;
use super::query::{NoParameters, QueryParameters, QueryReader, parameters};
use crate::actions::By;
use crate::auth::token::{Access, Authority};
use crate::domain::account::Role;
use crate::domain::api_key::Scope;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::{AccountId, AdvisorId, ApiKeyId, Id, OrganisationId, SessionId};
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;

/// Makes a type a parameter of handlers: what reads it from a request.
macro_rules! caller {
    ($type:ident<T>, $read:expr) => {
        caller!(@impl [T: QueryParameters + 'static] $type<T>, $read);
    };
    ($type:ty, $read:expr) => {
        caller!(@impl [] $type, $read);
    };
    (@impl [$($bound:tt)*] $type:ty, $read:expr) => {
        impl<$($bound)*> FromRequest for $type {
            type Error = actix_web::Error;
            type Future = Ready<Result<Self, Self::Error>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let read: fn(&HttpRequest) -> Result<Self, Problem> = $read;
                ready(read(request).map_err(Into::into))
            }
        }
    };
}

mod figures;
mod reports;

pub use figures::{FiguresReader, LinkCaller, LinksCaller, MonthCaller, PublicationReader, StatisticsCaller};
pub use reports::{
    AdvisorsCaller, BatchWriter, HistoryReader, InterventionWriter, ReportCaller, ReportReader, ReportWriter,
    ReportsCaller,
};

/// Who was let in, if anybody.
fn access(request: &HttpRequest) -> Result<Access, Problem> {
    let extensions = request.extensions();
    let admitted = extensions.get::<Admitted>();
    admitted.map_or(Err(ProblemCode::Unauthenticated.into()), |Admitted(access)| {
        access.clone()
    })
}

/// A person who is signed in.
#[derive(Debug, Clone, Copy)]
pub struct PersonCaller {
    /// Their organisation.
    pub organisation: OrganisationId,
    /// Their account.
    pub account: AccountId,
    /// Their session.
    pub session: SessionId,
    /// The zone of their organisation.
    pub time_zone: Tz,
    role: Role,
}

impl PersonCaller {
    /// A program is refused what only people do, once its request is sound.
    fn read(request: &HttpRequest) -> Result<Result<Self, Problem>, Problem> {
        let access = access(request)?;
        Ok(match access.authority {
            Authority::Person { role, session } => Ok(Self {
                organisation: access.organisation,
                account: access.account,
                session,
                time_zone: access.time_zone,
                role,
            }),
            Authority::Program { .. } => Err(ProblemCode::Forbidden.into()),
        })
    }

    /// A person of one of these roles, and the identifier of that name in the path, if any.
    fn with_id<K>(request: &HttpRequest, roles: &[Role], name: &str) -> Result<(Self, Id<K>), Problem> {
        let person = Self::read(request)?;
        let (id, NoParameters) = path_and_query(request, |errors| path_id(request, name, errors))?;
        Ok((person?.of_role(roles)?, id))
    }

    /// A person of one of these roles who sends these parameters.
    fn with_query<T: QueryParameters>(request: &HttpRequest, roles: &[Role]) -> Result<(Self, T), Problem> {
        let person = Self::read(request)?;
        let parameters = parameters(request)?;
        Ok((person?.of_role(roles)?, parameters))
    }

    fn of_role(self, roles: &[Role]) -> Result<Self, Problem> {
        if roles.contains(&self.role) {
            Ok(self)
        } else {
            Err(ProblemCode::Forbidden.into())
        }
    }

    /// Who it is, for what is written down.
    #[must_use]
    pub const fn by(&self) -> By {
        By {
            organisation: self.organisation,
            account: self.account,
        }
    }
}

const ANYONE: &[Role] = &[Role::Advisor, Role::Coordinator, Role::Administrator];
const MEMBERS: &[Role] = &[Role::Advisor, Role::Coordinator];
const ADVISOR: &[Role] = &[Role::Advisor];
const COORDINATOR: &[Role] = &[Role::Coordinator];
const ADMINISTRATOR: &[Role] = &[Role::Administrator];

caller!(PersonCaller, |request| PersonCaller::with_query::<NoParameters>(
    request, ANYONE
)
.map(|(person, _)| person));

/// An advisor or a coordinator.
#[derive(Debug, Clone, Copy)]
pub struct MemberCaller(pub PersonCaller);

caller!(MemberCaller, |request| PersonCaller::with_query::<NoParameters>(
    request, MEMBERS
)
.map(|(person, _)| Self(person)));

/// A coordinator, and the parameters that they send.
#[derive(Debug, Clone, Copy)]
pub struct CoordinatorCaller<T = NoParameters> {
    /// Who is calling.
    pub person: PersonCaller,
    /// The parameters of the query.
    pub parameters: T,
}

caller!(CoordinatorCaller<T>, |request| {
    let (person, parameters) = PersonCaller::with_query(request, COORDINATOR)?;
    Ok(Self { person, parameters })
});

/// An advisor, about themselves.
#[derive(Debug, Clone, Copy)]
pub struct AdvisorCaller(pub PersonCaller);

caller!(AdvisorCaller, |request| PersonCaller::with_query::<NoParameters>(
    request, ADVISOR
)
.map(|(person, _)| Self(person)));

/// An administrator of the instance.
#[derive(Debug, Clone, Copy)]
pub struct AdministratorCaller(pub PersonCaller);

caller!(AdministratorCaller, |request| PersonCaller::with_query::<NoParameters>(
    request,
    ADMINISTRATOR
)
.map(|(person, _)| Self(person)));

/// An administrator who looks after the organisation that the path names.
#[derive(Debug, Clone, Copy)]
pub struct OrganisationCaller {
    /// Who is calling.
    pub person: PersonCaller,
    /// Which organisation.
    pub organisation: OrganisationId,
}

impl OrganisationCaller {
    /// Who it is, for what is written down in that organisation.
    #[must_use]
    pub const fn by(&self) -> By {
        By {
            organisation: self.organisation,
            account: self.person.account,
        }
    }
}

caller!(OrganisationCaller, |request| {
    let (person, organisation) = PersonCaller::with_id(request, ADMINISTRATOR, "organisation_id")?;
    Ok(Self { person, organisation })
});

/// Someone who ends the session that the path names, which is theirs or is not found.
#[derive(Debug, Clone, Copy)]
pub struct SessionCaller {
    /// Who is calling.
    pub person: PersonCaller,
    /// Which session.
    pub session: SessionId,
}

caller!(SessionCaller, |request| {
    let (person, session) = PersonCaller::with_id(request, ANYONE, "session_id")?;
    Ok(Self { person, session })
});

/// A coordinator who looks after the person that the path names, who may be of another organisation and is not found then.
#[derive(Debug, Clone, Copy)]
pub struct AccountCaller {
    /// Who is calling.
    pub person: PersonCaller,
    /// Whom it is about.
    pub account: AccountId,
}

caller!(AccountCaller, |request| {
    let (person, account) = PersonCaller::with_id(request, COORDINATOR, "account_id")?;
    Ok(Self { person, account })
});

/// A coordinator who looks after the key that the path names, which may be of another organisation and is not found then.
#[derive(Debug, Clone, Copy)]
pub struct ApiKeyCaller {
    /// Who is calling.
    pub person: PersonCaller,
    /// Which key.
    pub key: ApiKeyId,
}

caller!(ApiKeyCaller, |request| {
    let (person, key) = PersonCaller::with_id(request, COORDINATOR, "key_id")?;
    Ok(Self { person, key })
});

/// Someone of an organisation, or a program of one with the scope that is needed; an advisor sees only their own.
#[derive(Debug, Clone, Copy)]
pub struct Member(Access);

impl Member {
    fn with_scope(access: Access, scope: Scope) -> Result<Self, Problem> {
        let may = match access.authority {
            Authority::Person { role, .. } => MEMBERS.contains(&role),
            Authority::Program { scopes, .. } => scopes.contains(scope),
        };
        may.then_some(Self(access)).ok_or(ProblemCode::Forbidden.into())
    }

    /// Somebody who sees the whole organisation: no advisor.
    fn of_the_whole(self) -> Result<Self, Problem> {
        match self.0.authority {
            Authority::Person {
                role: Role::Advisor, ..
            } => Err(ProblemCode::Forbidden.into()),
            _ => Ok(self),
        }
    }

    /// Their organisation.
    #[must_use]
    pub const fn organisation(&self) -> OrganisationId {
        self.0.organisation
    }

    /// The zone of their organisation.
    #[must_use]
    pub const fn time_zone(&self) -> Tz {
        self.0.time_zone
    }

    /// Their account; of a program, the account that made its key.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.0.account
    }

    /// The key through which a program calls.
    #[must_use]
    pub const fn through(&self) -> Option<ApiKeyId> {
        match self.0.authority {
            Authority::Person { .. } => None,
            Authority::Program { key, .. } => Some(key),
        }
    }

    /// Whose figures and reports they ask for: an advisor's are their own; a coordinator's and a program's are everybody's
    /// unless they name one.
    ///
    /// # Errors
    /// 403 when an advisor names somebody else, without a look-up.
    pub fn scope(&self, named: Option<AdvisorId>) -> Result<Option<AdvisorId>, Problem> {
        let named = self.scope_all(named.into_iter().collect())?;
        Ok(named.into_iter().next())
    }

    /// The same where several may be named.
    ///
    /// # Errors
    /// As [`Member::scope`].
    pub fn scope_all(&self, named: Vec<AdvisorId>) -> Result<Vec<AdvisorId>, Problem> {
        let own = AdvisorId::from(self.0.account);
        match self.0.authority {
            Authority::Person {
                role: Role::Advisor, ..
            } => {
                if named.iter().any(|named| *named != own) {
                    return Err(ProblemCode::Forbidden.into());
                }
                Ok(vec![own])
            }
            _ => Ok(named),
        }
    }
}

fn member_with<T: QueryParameters>(request: &HttpRequest, scope: Scope) -> Result<(Member, T), Problem> {
    let access = access(request)?;
    let parameters = parameters(request)?;
    Ok((Member::with_scope(access, scope)?, parameters))
}

/// What a path names, and the parameters of the query: the faults of both at once.
fn path_and_query<V, T: QueryParameters>(
    request: &HttpRequest,
    path: impl FnOnce(&mut FieldErrors) -> Option<V>,
) -> Result<(V, T), Problem> {
    let mut errors = FieldErrors::new();
    let value = path(&mut errors);
    let mut reader = QueryReader::new(request);
    let parameters = T::read(&mut reader);
    errors.append(reader.finish());
    match (value, parameters) {
        (Some(value), Some(parameters)) if errors.is_empty() => Ok((value, parameters)),
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
