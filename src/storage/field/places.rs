//! Places.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::thing::{Row, all_kept, columns, content_column, kept, must_exist, stored};
use crate::domain::field::partner::{Partner, PartnerId};
use crate::domain::field::place::{Place, PlaceId};
use crate::domain::field::place_lists::PlaceStatus;
use crate::domain::field::thing::{Kept, Thing as _};
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::{Id, OrganisationId};
use crate::domain::intervention::CommuneCode;
use crate::domain::nomenclature::ClosedList as _;
use crate::domain::text::sort_key;
use crate::storage::columns::instant_column;
use crate::storage::connection::AnyConnection;
use crate::storage::lock::Locked;
use crate::storage::organisations;
use crate::storage::schema::places;
use crate::storage::storage_error::StorageError;

stored!(Place, PlaceWritten, places.place_id, |place| {
    sort_key: sort_key(&place.name),
    commune_code: place.commune_code.as_str(),
    partner_id: place.partner_id.map(|id| id.to_string()),
    status: place.status.code(),
    merged_into: place.merged_into.map(|id| id.to_string()),
}, check: check);

/// Notes the partner and the area that a place names and its organisation does not have.
fn check(place: &Place, _: PlaceId, locked: &mut Locked<'_>, errors: &mut FieldErrors) -> Result<(), StorageError> {
    must_exist::<Partner>(locked, place.partner_id, "/partner_id", errors)?;
    let (organisation, connection) = locked.parts();
    if let Some(named) = &place.area {
        let found = organisations::find(connection, organisation)?;
        let areas = found
            .map(|organisation| organisation.territory.areas)
            .unwrap_or_default();
        if !areas.iter().any(|area| area.code == *named) {
            errors.push("/area", FieldCode::UnknownReference);
        }
    }
    Ok(())
}

/// Which places to list.
#[derive(Debug, Clone)]
pub struct PlaceQuery {
    /// The tenant.
    pub organisation: OrganisationId,
    /// Those whose name holds this, as [`sort_key`] writes it.
    pub words: Option<String>,
    /// Those in this commune.
    pub commune: Option<CommuneCode>,
    /// Those of this partner.
    pub partner: Option<PartnerId>,
    /// Those of this status.
    pub status: Option<PlaceStatus>,
    /// Those after this sort key and identifier.
    pub after: Option<(String, PlaceId)>,
    /// At most so many.
    pub limit: u32,
}

impl PlaceQuery {
    /// Every place of an organisation.
    pub fn all(organisation: OrganisationId) -> Self {
        Self {
            organisation,
            words: None,
            commune: None,
            partner: None,
            status: None,
            after: None,
            limit: u32::try_from(Place::MOST).unwrap_or(u32::MAX),
        }
    }
}

/// The places that a query asks for, by name.
pub fn list(connection: &mut AnyConnection, query: &PlaceQuery) -> Result<Vec<Kept<Place>>, StorageError> {
    let mut rows = places::table
        .filter(places::organisation_id.eq(query.organisation))
        .filter(places::replaced_at.is_null())
        .order((places::sort_key, places::place_id))
        .limit(query.limit.into())
        .select(columns!(places.place_id))
        .into_boxed();
    if let Some(words) = &query.words {
        let plain = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        rows = rows.filter(places::sort_key.like(format!("%{plain}%")).escape('\\'));
    }
    if let Some(commune) = &query.commune {
        rows = rows.filter(places::commune_code.eq(commune.as_str().to_owned()));
    }
    if let Some(partner) = query.partner {
        rows = rows.filter(places::partner_id.eq(partner.to_string()));
    }
    if let Some(status) = query.status {
        rows = rows.filter(places::status.eq(status.code()));
    }
    if let Some((key, id)) = &query.after {
        let same_key = places::sort_key.eq(key.clone()).and(places::place_id.gt(*id));
        rows = rows.filter(places::sort_key.gt(key.clone()).or(same_key));
    }
    all_kept(rows.load(connection)?)
}

/// The names of the places of an organisation, by their identifiers.
pub fn names(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
) -> Result<BTreeMap<String, String>, StorageError> {
    let rows = places::table
        .filter(places::organisation_id.eq(organisation))
        .filter(places::replaced_at.is_null())
        .select(columns!(places.place_id));
    let all: Vec<Kept<Place>> = all_kept(rows.load(connection)?)?;
    Ok(all
        .into_iter()
        .map(|kept| (kept.id.to_string(), kept.content.name))
        .collect())
}

/// Into which place each place of an organisation was merged, if it was: the last one of a chain.
pub fn heirs(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
) -> Result<BTreeMap<PlaceId, PlaceId>, StorageError> {
    let rows: Vec<(PlaceId, Option<String>)> = places::table
        .filter(places::organisation_id.eq(organisation))
        .filter(places::replaced_at.is_null())
        .filter(places::merged_into.is_not_null())
        .select((places::place_id, places::merged_into))
        .load(connection)?;
    let next: BTreeMap<PlaceId, PlaceId> = rows
        .into_iter()
        .filter_map(|(id, into)| Some((id, into?.parse().ok()?)))
        .collect();
    let last = |id: PlaceId| {
        let chain = std::iter::successors(Some(id), |id| next.get(id).copied());
        // A merge refuses what would close a circle.
        chain.take(next.len() + 1).last().unwrap_or(id)
    };
    Ok(next.keys().map(|id| (*id, last(*id))).collect())
}
