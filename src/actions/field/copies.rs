//! What the copy of an organisation holds of its field.

use crate::domain::field::agreement::Agreement;
use crate::domain::field::meeting::Meeting;
use crate::domain::field::partner::Partner;
use crate::domain::field::place::Place;
use crate::domain::field::planned_session::PlannedSession;
use crate::domain::field::referral::Referral;
use crate::domain::field::request::Request;
use crate::domain::field::schedule::Schedule;
use crate::domain::field::tag::Tag;
use crate::domain::field::thing::Kept;
use crate::domain::field::workshop::Workshop;
use crate::domain::identifiers::OrganisationId;
use crate::storage::field::partner_links::{self, PartnerLink};
use crate::storage::field::thing::Stored as _;
use crate::storage::{AnyConnection, StorageError};

/// A version of a thing of the field.
#[derive(Debug)]
pub enum FieldPart {
    /// Of a partner.
    Partner(Kept<Partner>),
    /// Of a place.
    Place(Box<Kept<Place>>),
    /// Of a tag.
    Tag(Kept<Tag>),
    /// Of a sheet of the catalogue.
    Workshop(Box<Kept<Workshop>>),
    /// Of an agreement.
    Agreement(Box<Kept<Agreement>>),
    /// Of a meeting.
    Meeting(Box<Kept<Meeting>>),
    /// A link of a partner.
    Link(PartnerLink),
    /// Of a request.
    Request(Box<Kept<Request>>),
    /// Of a session that has a row.
    PlannedSession(Box<Kept<PlannedSession>>),
    /// Of a referral.
    Referral(Box<Kept<Referral>>),
    /// Of a schedule.
    Schedule(Box<Kept<Schedule>>),
}

/// Gives every version of everything in the field of an organisation to `take`.
pub fn every_part(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    mut take: impl FnMut(FieldPart) -> Result<(), StorageError>,
) -> Result<(), StorageError> {
    for partner in Partner::every_version(connection, organisation)? {
        take(FieldPart::Partner(partner))?;
    }
    for place in Place::every_version(connection, organisation)? {
        take(FieldPart::Place(Box::new(place)))?;
    }
    for tag in Tag::every_version(connection, organisation)? {
        take(FieldPart::Tag(tag))?;
    }
    for workshop in Workshop::every_version(connection, organisation)? {
        take(FieldPart::Workshop(Box::new(workshop)))?;
    }
    for agreement in Agreement::every_version(connection, organisation)? {
        take(FieldPart::Agreement(Box::new(agreement)))?;
    }
    for link in partner_links::kept(connection, organisation)? {
        take(FieldPart::Link(link))?;
    }
    for meeting in Meeting::every_version(connection, organisation)? {
        take(FieldPart::Meeting(Box::new(meeting)))?;
    }
    for request in Request::every_version(connection, organisation)? {
        take(FieldPart::Request(Box::new(request)))?;
    }
    for referral in Referral::every_version(connection, organisation)? {
        take(FieldPart::Referral(Box::new(referral)))?;
    }
    for schedule in Schedule::every_version(connection, organisation)? {
        take(FieldPart::Schedule(Box::new(schedule)))?;
    }
    for session in PlannedSession::every_version(connection, organisation)? {
        take(FieldPart::PlannedSession(Box::new(session)))?;
    }
    Ok(())
}
