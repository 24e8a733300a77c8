//! Who reads figures, closes months and publishes.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::{COORDINATOR, Member, PersonCaller, access, member_with, path_and_query, path_id, path_value};
use crate::domain::api_key::Scope;
use crate::domain::calendar::Month;
use crate::domain::identifiers::{LinkId, PublicationId};
use crate::http::answer::problem::Problem;
use crate::http::request::query::{NoParameters, QueryParameters};

/// Someone who reads figures, with these parameters; an advisor's are their own.
#[derive(Debug, Clone, Copy)]
pub struct StatisticsCaller<T> {
    /// Who is calling.
    pub member: Member,
    /// The parameters of the query.
    pub parameters: T,
}

caller!(StatisticsCaller<T>, |request| {
    let (member, parameters) = member_with(request, Scope::StatisticsRead)?;
    Ok(Self { member, parameters })
});

/// A coordinator, or a program that reads figures: of the whole organisation.
#[derive(Debug, Clone, Copy)]
pub struct FiguresReader(pub Member);

caller!(FiguresReader, |request| {
    let (member, NoParameters) = member_with(request, Scope::StatisticsRead)?;
    Ok(Self(member.of_the_whole()?))
});

/// One who may read the publication that the path names, if it is their organisation's, with these parameters.
#[derive(Debug, Clone, Copy)]
pub struct PublicationReader<T> {
    /// Who is calling.
    pub member: Member,
    /// Which publication.
    pub publication: PublicationId,
    /// The parameters of the query.
    pub parameters: T,
}

caller!(PublicationReader<T>, |request| {
    let access = access(request)?;
    let path = |errors: &mut _| path_id(request, "publication_id", errors);
    let (publication, parameters) = path_and_query(request, path)?;
    Ok(Self {
        member: Member::with_scope(access, Scope::StatisticsRead)?.of_the_whole()?,
        publication,
        parameters,
    })
});

/// A coordinator who shares the publication that the path names, if it is their organisation's.
#[derive(Debug, Clone, Copy)]
pub struct LinksCaller {
    /// Who is calling.
    pub person: PersonCaller,
    /// Which publication.
    pub publication: PublicationId,
}

caller!(LinksCaller, |request| {
    let (person, publication) = PersonCaller::with_id(request, COORDINATOR, "publication_id")?;
    Ok(Self { person, publication })
});

/// A coordinator who looks after the link that the path names, if it is their organisation's.
#[derive(Debug, Clone, Copy)]
pub struct LinkCaller {
    /// Who is calling.
    pub person: PersonCaller,
    /// A link to which publication.
    pub publication: PublicationId,
    /// Which link.
    pub link: LinkId,
}

caller!(LinkCaller, |request| {
    let person = PersonCaller::read(request)?;
    let path = |errors: &mut _| {
        let publication = path_id(request, "publication_id", errors);
        publication.zip(path_id(request, "link_id", errors))
    };
    let ((publication, link), NoParameters) = path_and_query(request, path)?;
    Ok(Self {
        person: person?.of_role(COORDINATOR)?,
        publication,
        link,
    })
});

/// A coordinator who closes the month that the path names, or reopens it.
#[derive(Debug, Clone)]
pub struct MonthCaller<T> {
    /// Who is calling.
    pub person: PersonCaller,
    /// Which month.
    pub month: Month,
    /// The parameters of the query.
    pub parameters: T,
}

caller!(MonthCaller<T>, |request| {
    let person = PersonCaller::read(request)?;
    let path = |errors: &mut _| path_value(request, "month", errors, str::parse);
    let (month, parameters) = path_and_query(request, path)?;
    Ok(Self {
        person: person?.of_role(COORDINATOR)?,
        month,
        parameters,
    })
});
