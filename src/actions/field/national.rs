//! The places of an organisation as the national list has them.

use chrono::{DateTime, Utc};

use crate::domain::field::national::export::{self, Line};
use crate::domain::field::place::Place;
use crate::domain::field::publicity::Slug;
use crate::domain::field::thing::Kept;
use crate::domain::identifiers::OrganisationId;
use crate::domain::organisation::Organisation;
use crate::storage::field::places::{self, PlaceQuery};
use crate::storage::{StorageError, Store, organisations};

/// The places of an organisation that have not ended, by name, with the organisation.
pub async fn current(
    store: &Store,
    query: PlaceQuery,
    now: DateTime<Utc>,
) -> Result<Option<(Organisation, Vec<Kept<Place>>)>, StorageError> {
    store
        .read(move |connection| {
            let Some(organisation) = organisations::find(connection, query.organisation)? else {
                return Ok(None);
            };
            let today = now.with_timezone(&organisation.time_zone).date_naive();
            let mut found = places::list(connection, &query)?;
            found.retain(|kept| export::is_current(&kept.content, today));
            Ok(Some((organisation, found)))
        })
        .await
}

/// The lines of those places that can be lines; with `published`, of those alone that everybody may know of.
pub fn lines(organisation: &Organisation, places: &[Kept<Place>], published: bool) -> Vec<Line> {
    let listed = places.iter().filter(|kept| {
        let place = &kept.content;
        (place.published || !published) && export::left_out(place).is_empty()
    });
    listed.map(|kept| export::line(kept, organisation)).collect()
}

/// The organisation that publishes under this name in addresses.
pub async fn publishing(store: &Store, slug: Slug) -> Result<Option<OrganisationId>, StorageError> {
    let named = store
        .read(move |connection| organisations::named(connection, &slug))
        .await?;
    Ok(named.filter(|named| named.publicity.publishes).map(|named| named.id))
}
