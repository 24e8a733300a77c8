//! What there is of the field in an organisation, for interventions to name.

use quotidien::domain::field::partner::{PartnerDraft, PartnerId};
use quotidien::domain::field::place::{Place, PlaceDraft, PlaceId};
use quotidien::domain::field::place_lists::PlaceStatus;
use quotidien::domain::field::tag::{Tag, TagId};
use quotidien::domain::field::thing::Kept;
use quotidien::domain::field::workshop::{WorkshopDraft, WorkshopId};
use quotidien::domain::identifiers::{AccountId, Id};
use quotidien::domain::intervention::InterventionDraft;
use quotidien::storage::field::thing::Stored;
use quotidien::storage::{Locked, StorageError, Store};
use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom as _, IteratorRandom as _};

use super::organisation::{TestOrganisation, at};

/// Some things of each kind that figures tell apart.
#[derive(Debug, Clone, Default)]
pub(crate) struct Things {
    pub(crate) places: Vec<PlaceId>,
    pub(crate) partners: Vec<PartnerId>,
    pub(crate) workshops: Vec<WorkshopId>,
    pub(crate) tags: Vec<TagId>,
}

impl Things {
    /// Keeps three things of each kind. Each place has a partner, which interventions follow that name none.
    pub(crate) async fn of(store: &Store, organisation: &TestOrganisation) -> Self {
        let by = organisation.coordinator;
        let work = move |locked: &mut Locked<'_>| {
            let mut things = Self::default();
            for number in 1..=3 {
                let partner = PartnerDraft {
                    name: format!("Partenaire {number}"),
                    kind: "commune".to_owned(),
                    ..PartnerDraft::default()
                };
                let partner = keep(locked, by, partner.validate().unwrap())?;
                let place = place(number, "72181", partner);
                let workshop = WorkshopDraft {
                    title: format!("Atelier {number}"),
                    themes: vec!["email".to_owned()],
                    ..WorkshopDraft::default()
                };
                let tag = Tag {
                    name: format!("Étiquette {number}"),
                    retired: false,
                };
                things.partners.push(partner);
                things.places.push(keep(locked, by, place)?);
                things.workshops.push(keep(locked, by, workshop.validate().unwrap())?);
                things.tags.push(keep(locked, by, tag)?);
            }
            Ok(things)
        };
        store.locking(organisation.id).change(work).await.unwrap()
    }

    /// Has a store say that the first place is in another commune; `version` is how many times it was said.
    pub(crate) async fn move_place(&self, store: &Store, organisation: &TestOrganisation, version: i64, commune: &str) {
        let (by, id, place) = (
            organisation.coordinator,
            self.places[0],
            place(1, commune, self.partners[0]),
        );
        let work = move |locked: &mut Locked<'_>| keep_version(locked, by, (id, version), place.clone());
        store.locking(organisation.id).change(work).await.unwrap();
    }

    /// Has an intervention name some of them, or none.
    pub(crate) fn name(&self, rng: &mut StdRng, intervention: &mut InterventionDraft) {
        intervention.place_id = some(rng, &self.places);
        intervention.partner_id = some(rng, &self.partners);
        intervention.workshop_id = some(rng, &self.workshops);
        let tags = rng.random_range(0..=2);
        intervention.tags = self.tags.iter().map(ToString::to_string).sample(rng, tags);
    }
}

fn place(number: usize, commune: &str, partner: PartnerId) -> Place {
    let place = PlaceDraft {
        name: format!("Lieu {number}"),
        commune_code: commune.to_owned(),
        partner_id: Some(partner.to_string()),
        ..PlaceDraft::default()
    };
    place.validate(PlaceStatus::Confirmed).unwrap()
}

fn keep<T: Stored>(locked: &mut Locked<'_>, by: AccountId, content: T) -> Result<Id<T::Kind>, StorageError> {
    let id = Id::new();
    keep_version(locked, by, (id, 1), content)?;
    Ok(id)
}

fn keep_version<T: Stored>(
    locked: &mut Locked<'_>,
    by: AccountId,
    (id, version): (Id<T::Kind>, i64),
    content: T,
) -> Result<(), StorageError> {
    let kept = Kept {
        id,
        version,
        updated_at: at(version - 1),
        updated_by: by,
        content,
    };
    T::keep(locked, &kept)
}

fn some<K: Copy>(rng: &mut StdRng, ids: &[Id<K>]) -> Option<String> {
    let id = ids.choose(rng).map(ToString::to_string);
    id.filter(|_| rng.random_bool(0.4))
}
