//! What callers may do. Each right is a type that a handler names in its [`Caller`](super::caller::Caller). The right
//! says which people and which programs have it, and what the handler learns of the caller.

use chrono_tz::Tz;
use strum::VariantArray as _;

use super::path::PathParameters;
use crate::actions::By;
use crate::auth::token::{Access, Authority};
use crate::domain::account::Role;
use crate::domain::api_key::Scope;
use crate::domain::identifiers::{AccountId, AdvisorId, ApiKeyId, OrganisationId, SessionId};
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;

/// A right to call operations.
pub trait Right {
    /// What a handler learns of a caller who has the right.
    type Holder: TryFrom<Access>;
    /// The roles of the people who have the right.
    const ROLES: &'static [Role];
    /// The scope that the key of a program needs for the right; `None`: programs never have the right.
    const SCOPE: Option<Scope> = None;
}

/// Grants a right over what a path names. An advisor has rights over themselves alone: a path that names another
/// advisor is refused without a look-up. Other callers may name any advisor; storage then finds those of their
/// organisation alone.
///
/// # Errors
/// 403 when the caller does not have the right.
pub(super) fn grant<R: Right>(access: Access, path: &impl PathParameters) -> Result<R::Holder, Problem> {
    let may = match access.authority {
        Authority::Person { role, .. } => R::ROLES.contains(&role),
        Authority::Program { scopes, .. } => R::SCOPE.is_some_and(|scope| scopes.contains(scope)),
    };
    let over_this = Member::from(access).may_see(path.advisor());
    let holder = R::Holder::try_from(access).ok().filter(|_| may && over_this);
    holder.ok_or(ProblemCode::Forbidden.into())
}

/// A person who is signed in.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// Their organisation.
    pub organisation: OrganisationId,
    /// Their account.
    pub account: AccountId,
    /// Their session.
    pub session: SessionId,
    /// The zone of their organisation.
    pub time_zone: Tz,
}

impl Person {
    /// Who acts, for actions and the audit log.
    pub const fn by(&self) -> By {
        By {
            organisation: self.organisation,
            account: self.account,
        }
    }
}

impl TryFrom<Access> for Person {
    type Error = ProblemCode;

    /// Refuses programs: only people are signed in.
    fn try_from(access: Access) -> Result<Self, ProblemCode> {
        match access.authority {
            Authority::Person { session, .. } => Ok(Self {
                organisation: access.organisation,
                account: access.account,
                session,
                time_zone: access.time_zone,
            }),
            Authority::Program { .. } => Err(ProblemCode::Forbidden),
        }
    }
}

/// An advisor or a coordinator of an organisation, or a program that calls for the organisation.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// Their organisation.
    pub organisation: OrganisationId,
    /// Their account; of a program, the account that made its key.
    pub account: AccountId,
    /// The key through which a program calls.
    pub through: Option<ApiKeyId>,
    /// The zone of their organisation.
    pub time_zone: Tz,
    /// The only advisor whose reports and figures the caller sees: themselves, when they are an advisor. `None`: the
    /// caller sees those of everybody.
    pub own: Option<AdvisorId>,
}

impl Member {
    /// Who acts, for actions and the audit log; of a program, the account that made its key.
    pub const fn by(&self) -> By {
        By {
            organisation: self.organisation,
            account: self.account,
        }
    }

    /// Whether the caller sees what belongs to this advisor; `None`: to no advisor in particular, which every member
    /// sees.
    fn may_see(&self, advisor: Option<AdvisorId>) -> bool {
        self.own.is_none_or(|own| advisor.is_none_or(|advisor| advisor == own))
    }

    /// Whose reports a caller gets who names this advisor, or nobody. An advisor gets their own; a coordinator or a
    /// program gets those of the advisor named, or of everybody (`None`).
    ///
    /// # Errors
    /// 403 when an advisor names somebody else, without a look-up.
    pub fn scope(&self, named: Option<AdvisorId>) -> Result<Option<AdvisorId>, Problem> {
        let named = self.scope_all(named.into_iter().collect())?;
        Ok(named.into_iter().next())
    }

    /// Whose figures a caller gets who names these advisors; an empty list stands for everybody.
    pub fn scope_all(&self, named: Vec<AdvisorId>) -> Result<Vec<AdvisorId>, Problem> {
        if named.iter().any(|named| !self.may_see(Some(*named))) {
            return Err(ProblemCode::Forbidden.into());
        }
        Ok(self.own.map_or(named, |own| vec![own]))
    }
}

impl From<Access> for Member {
    fn from(access: Access) -> Self {
        let (through, role) = match access.authority {
            Authority::Person { role, .. } => (None, Some(role)),
            Authority::Program { key, .. } => (Some(key), None),
        };
        Self {
            organisation: access.organisation,
            account: access.account,
            through,
            time_zone: access.time_zone,
            own: (role == Some(Role::Advisor)).then(|| access.account.into()),
        }
    }
}

/// Everybody who is signed in, about themselves.
pub enum SignedIn {}

impl Right for SignedIn {
    type Holder = Person;
    const ROLES: &'static [Role] = Role::VARIANTS;
}

/// Advisors, about themselves.
pub enum Advisor {}

impl Right for Advisor {
    type Holder = Member;
    const ROLES: &'static [Role] = &[Role::Advisor];
}

/// Advisors and coordinators.
pub enum AdvisorOrCoordinator {}

impl Right for AdvisorOrCoordinator {
    type Holder = Member;
    const ROLES: &'static [Role] = &[Role::Advisor, Role::Coordinator];
}

/// Coordinators, about their organisation.
pub enum Coordinator {}

impl Right for Coordinator {
    type Holder = Person;
    const ROLES: &'static [Role] = &[Role::Coordinator];
}

/// Administrators of the instance.
pub enum Administrator {}

impl Right for Administrator {
    type Holder = Person;
    const ROLES: &'static [Role] = &[Role::Administrator];
}

/// Those who read reports; an advisor reads their own alone.
pub enum ReportsReader {}

impl Right for ReportsReader {
    type Holder = Member;
    const ROLES: &'static [Role] = &[Role::Advisor, Role::Coordinator];
    const SCOPE: Option<Scope> = Some(Scope::ReportsRead);
}

/// Those who read the reports of the whole organisation.
pub enum AllReportsReader {}

impl Right for AllReportsReader {
    type Holder = Member;
    const ROLES: &'static [Role] = &[Role::Coordinator];
    const SCOPE: Option<Scope> = Some(Scope::ReportsRead);
}

/// Those who write reports; an advisor writes their own alone.
pub enum ReportsWriter {}

impl Right for ReportsWriter {
    type Holder = Member;
    const ROLES: &'static [Role] = &[Role::Advisor, Role::Coordinator];
    const SCOPE: Option<Scope> = Some(Scope::ReportsWrite);
}

/// Those who read what stands around the reports: places, partners, what is planned.
pub enum FieldReader {}

impl Right for FieldReader {
    type Holder = Member;
    const ROLES: &'static [Role] = &[Role::Advisor, Role::Coordinator];
    const SCOPE: Option<Scope> = Some(Scope::FieldRead);
}

/// Those who propose something of what stands around the reports; an advisor's proposal waits for a coordinator.
pub enum FieldProposer {}

impl Right for FieldProposer {
    type Holder = Member;
    const ROLES: &'static [Role] = &[Role::Advisor, Role::Coordinator];
    const SCOPE: Option<Scope> = Some(Scope::FieldWrite);
}

/// Those who settle what stands around the reports.
pub enum FieldWriter {}

impl Right for FieldWriter {
    type Holder = Member;
    const ROLES: &'static [Role] = &[Role::Coordinator];
    const SCOPE: Option<Scope> = Some(Scope::FieldWrite);
}

/// Those who read figures; an advisor reads their own alone.
pub enum FiguresReader {}

impl Right for FiguresReader {
    type Holder = Member;
    const ROLES: &'static [Role] = &[Role::Advisor, Role::Coordinator];
    const SCOPE: Option<Scope> = Some(Scope::StatisticsRead);
}

/// Those who read the figures of the whole organisation.
pub enum AllFiguresReader {}

impl Right for AllFiguresReader {
    type Holder = Member;
    const ROLES: &'static [Role] = &[Role::Coordinator];
    const SCOPE: Option<Scope> = Some(Scope::StatisticsRead);
}
