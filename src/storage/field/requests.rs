//! Requests of partners.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::thing::{Row, Stored as _, all_kept, columns, content_column, kept, must_exist, stored};
use crate::domain::field::partner::{Partner, PartnerId, PartnerKind};
use crate::domain::field::place::Place;
use crate::domain::field::request::{Request, RequestId, RequestKind, RequestStatus};
use crate::domain::field::thing::{Kept, Thing};
use crate::domain::field::workshop::Workshop;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::{Id, OrganisationId};
use crate::domain::nomenclature::ClosedList as _;
use crate::storage::columns::instant_column;
use crate::storage::connection::AnyConnection;
use crate::storage::lock::Locked;
use crate::storage::schema::requests;
use crate::storage::storage_error::StorageError;

stored!(Request, RequestWritten, requests.request_id, |request| {
    partner_id: request.partner_id.to_string(),
    kind: request.kind.code(),
    status: request.status.code(),
    received_on: request.received_on,
    has_contact: request.contact.is_some(),
}, check: check);

/// Notes what a request names and its organisation does not have; a company may not ask for a workshop.
fn check(
    request: &Request,
    _: RequestId,
    locked: &mut Locked<'_>,
    errors: &mut FieldErrors,
) -> Result<(), StorageError> {
    must_exist::<Workshop>(locked, request.workshop_id, "/workshop_id", errors)?;
    must_exist::<Place>(locked, request.place_id, "/place_id", errors)?;
    let (organisation, connection) = locked.parts();
    match Partner::find(connection, organisation, request.partner_id)? {
        None => errors.push("/partner_id", FieldCode::UnknownReference),
        Some(partner) if partner.content.kind == PartnerKind::Company && request.kind == RequestKind::Workshop => {
            errors.push("/kind", FieldCode::NotAllowedHere);
        }
        Some(_) => {}
    }
    Ok(())
}

/// Which requests to list.
#[derive(Debug, Clone)]
pub struct RequestQuery {
    /// The tenant.
    pub organisation: OrganisationId,
    /// Those of this partner.
    pub partner: Option<PartnerId>,
    /// Those of this kind.
    pub kind: Option<RequestKind>,
    /// Those of which this became.
    pub status: Option<RequestStatus>,
    /// Those after this day and identifier, the latest first.
    pub after: Option<(NaiveDate, Id<<Request as Thing>::Kind>)>,
    /// At most so many.
    pub limit: u32,
}

/// The requests that a query asks for, the latest first.
pub fn list(connection: &mut AnyConnection, query: &RequestQuery) -> Result<Vec<Kept<Request>>, StorageError> {
    let mut rows = requests::table
        .filter(requests::organisation_id.eq(query.organisation))
        .filter(requests::replaced_at.is_null())
        .order((requests::received_on.desc(), requests::request_id.desc()))
        .limit(query.limit.into())
        .select(columns!(requests.request_id))
        .into_boxed();
    if let Some(partner) = query.partner {
        rows = rows.filter(requests::partner_id.eq(partner.to_string()));
    }
    if let Some(kind) = query.kind {
        rows = rows.filter(requests::kind.eq(kind.code()));
    }
    if let Some(status) = query.status {
        rows = rows.filter(requests::status.eq(status.code()));
    }
    if let Some((day, id)) = query.after {
        let same_day = requests::received_on.eq(day).and(requests::request_id.lt(id));
        rows = rows.filter(requests::received_on.lt(day).or(same_day));
    }
    all_kept(rows.load(connection)?)
}
