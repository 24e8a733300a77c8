//! Who calls and what for, as the first argument of a handler: `Caller<Coordinator, MonthPath, ReasonParameter>`, or
//! `Public` where anybody may call. A request that fails is answered in one order: 401, 400 with the faults of path and
//! query, 403.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};

use super::admission::Admitted;
use super::path::{PathParameters, PathReader};
use super::query::{QueryParameters, QueryReader};
use super::rights::{Right, grant};
use crate::auth::token::Access;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;

/// A caller who has the right `R`, and what the path and the query of their request name.
pub struct Caller<R: Right, P = (), Q = ()> {
    /// Who calls.
    pub who: R::Holder,
    /// What the path names.
    pub path: P,
    /// The parameters of the query.
    pub query: Q,
}

impl<R, P, Q> FromRequest for Caller<R, P, Q>
where
    R: Right + 'static,
    P: PathParameters + 'static,
    Q: QueryParameters + 'static,
{
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = || {
            let access = access(request)?;
            let Public { path, query } = path_and_query(request)?;
            let who = grant::<R>(access, &path)?;
            Ok(Self { who, path, query })
        };
        ready(read())
    }
}

/// What the path and the query of a request name, where anybody may call, signed in or not.
pub struct Public<P = (), Q = ()> {
    /// What the path names.
    pub path: P,
    /// The parameters of the query.
    pub query: Q,
}

impl<P, Q> FromRequest for Public<P, Q>
where
    P: PathParameters + 'static,
    Q: QueryParameters + 'static,
{
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(path_and_query(request))
    }
}

/// Who calls, as [`Admitted`] says, or the failure with which they were not let in: 401 without a token.
fn access(request: &HttpRequest) -> Result<Access, Problem> {
    let extensions = request.extensions();
    let admitted = extensions.get::<Admitted>();
    admitted.map_or(Err(ProblemCode::Unauthenticated.into()), |Admitted(access)| {
        access.clone()
    })
}

/// What the path and the query name, or the faults of both at once.
fn path_and_query<P: PathParameters, Q: QueryParameters>(request: &HttpRequest) -> Result<Public<P, Q>, Problem> {
    let mut path_reader = PathReader::new(request);
    let path = P::read(&mut path_reader);
    let mut query_reader = QueryReader::new(request);
    let query = Q::read(&mut query_reader);
    let mut errors = path_reader.finish();
    errors.append(query_reader.finish());
    match (path, query) {
        (Some(path), Some(query)) if errors.is_empty() => Ok(Public { path, query }),
        _ => Err(Problem::invalid_parameters(errors)),
    }
}
