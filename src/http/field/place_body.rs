//! Places on the wire: what a client says of one, and what it reads.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::things::sorted;
use crate::domain::field::place::{Place, PlaceDraft, PlaceId, PlaceTexts};
use crate::domain::field::place_lists::{
    AccessMode, Fee, Label, Mobility, PlaceAudience, PlaceService, PlaceStatus, Programme, SpecialCare, Spot,
    SupportMode,
};
use crate::domain::field::thing::Kept;
use crate::http::request::json_body::given;
use crate::http::wire;
use crate::http::wire::code_schema::Code;

// utoipa puts the arguments of a generic type into the name of its schema; behind an alias it does not see them.
/// A code of [`AccessMode`].
pub type AccessModeCode = Code<AccessMode>;
/// A code of [`Fee`].
pub type FeeCode = Code<Fee>;
/// A code of [`Label`].
pub type LabelCode = Code<Label>;
/// A code of [`Mobility`].
pub type MobilityCode = Code<Mobility>;
/// A code of [`PlaceAudience`].
pub type PlaceAudienceCode = Code<PlaceAudience>;
/// A code of [`PlaceService`].
pub type PlaceServiceCode = Code<PlaceService>;
/// A code of [`PlaceStatus`].
pub type PlaceStatusCode = Code<PlaceStatus>;
/// A code of [`Programme`].
pub type ProgrammeCode = Code<Programme>;
/// A code of [`SpecialCare`].
pub type SpecialCareCode = Code<SpecialCare>;
/// A code of [`Spot`].
pub type SpotCode = Code<Spot>;
/// A code of [`SupportMode`].
pub type SupportModeCode = Code<SupportMode>;

/// A place, as somebody describes it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PlaceRequest)]
pub struct PlaceBody {
    /// Its name.
    #[schema(min_length = 1, max_length = 200, example = "Médiathèque Louis-Aragon")]
    name: String,
    /// The INSEE code of the commune where it is.
    #[schema(value_type = wire::CommuneCode, example = "72181")]
    commune_code: String,
    /// Its latitude in degrees (WGS84), with `longitude`.
    // Without an example: openapi-generator warns of those with decimals in what is sent.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, minimum = -90, maximum = 90)]
    latitude: Option<f64>,
    /// Its longitude in degrees (WGS84), with `latitude`.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, minimum = -180, maximum = 180)]
    longitude: Option<f64>,
    /// Whether a coordinator has confirmed it; when left out, what an advisor sends is proposed, and all else confirmed.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    status: Option<PlaceStatusCode>,
    /// Whether everybody may know of it.
    #[serde(default)]
    #[schema(default = false)]
    published: bool,
    /// For how many people it has room.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, minimum = 1, maximum = 10_000, example = 12)]
    capacity: Option<i64>,
    /// Its SIRET, or the RNA of an association that has none.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, example = "21720003900014")]
    pivot: Option<String>,
    /// Number and street.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_length = 200, example = "12 rue des Tilleuls")]
    address: Option<String>,
    /// What helps to find it: floor, building, locality.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_length = 200, example = "Bâtiment B")]
    address_complement: Option<String>,
    /// The postal code.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, pattern = "^[0-9]{5}$", example = "72000")]
    postal_code: Option<String>,
    /// What structures it is of, by the acronyms of the national list.
    #[serde(default)]
    #[schema(max_items = 20, example = json!(["BIB"]))]
    types: Vec<String>,
    /// Its telephone.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, example = "02 43 47 47 47")]
    phone: Option<String>,
    /// Its e-mail addresses, which are no person’s.
    #[serde(default)]
    #[schema(max_items = 20, example = json!(["mediatheque@commune.example"]))]
    emails: Vec<String>,
    /// The addresses of its pages, between `|`.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_length = 500, example = "https://mediatheque.example")]
    website: Option<String>,
    /// When it is open, as OpenStreetMap writes it.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_length = 500, example = "Mo-Fr 09:00-12:00")]
    opening_hours: Option<String>,
    /// What it is, in few words.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_length = 280, example = "Médiathèque du quartier")]
    summary: Option<String>,
    /// What it is, at length.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_length = 2000, example = "Trois postes en libre accès.")]
    details: Option<String>,
    /// Who collected what is known of it.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_length = 200, example = "Le Mans Métropole")]
    source: Option<String>,
    /// Whether it stays where it is.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    mobile: Option<MobilityCode>,
    /// The structure to which it belongs.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_length = 200, example = "Ville du Mans")]
    parent: Option<String>,
    /// On which day what is known of it was last right.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Day>, nullable = false)]
    updated_on: Option<String>,
    /// With what it helps.
    #[serde(default)]
    services: Vec<PlaceServiceCode>,
    /// For whom it is above all.
    #[serde(default)]
    audiences: Vec<PlaceAudienceCode>,
    /// For which needs it can care.
    #[serde(default)]
    special_care: Vec<SpecialCareCode>,
    /// What it asks for.
    #[serde(default)]
    fees: Vec<FeeCode>,
    /// To which national programmes it belongs.
    #[serde(default)]
    programmes: Vec<ProgrammeCode>,
    /// Which training and labels it has.
    #[serde(default)]
    labels: Vec<LabelCode>,
    /// Other training and labels.
    #[serde(default)]
    #[schema(max_items = 20, example = json!(["Label local"]))]
    other_labels: Vec<String>,
    /// How somebody gets help.
    #[serde(default)]
    access_modes: Vec<AccessModeCode>,
    /// How it helps.
    #[serde(default)]
    support_modes: Vec<SupportModeCode>,
    /// The address of its sheet on Acceslibre.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        nullable = false,
        max_length = 500,
        example = "https://acceslibre.beta.gouv.fr/app/1"
    )]
    accessibility_url: Option<String>,
    /// The address at which appointments are made.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_length = 500, example = "https://rendez-vous.example")]
    booking_url: Option<String>,
    /// The partner whose place it is.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    partner_id: Option<String>,
    /// The day from which on it is no more.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Day>, nullable = false)]
    closed_on: Option<String>,
    /// Its tokens in national lists; composite identifiers are sent token by token.
    #[serde(default)]
    #[schema(max_items = 20, example = json!(["Coop-numérique_1"]))]
    national_ids: Vec<String>,
    /// What kind of spot it is.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    spot: Option<SpotCode>,
    /// The code of the area of the territory in which it lies.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, example = "sablons")]
    area: Option<String>,
}

fn texts<T>(codes: Vec<Code<T>>) -> Vec<String> {
    codes.into_iter().map(Code::into_text).collect()
}

impl From<PlaceBody> for PlaceDraft {
    fn from(body: PlaceBody) -> Self {
        Self {
            name: body.name,
            commune_code: body.commune_code,
            latitude: body.latitude,
            longitude: body.longitude,
            status: body.status.map(Code::into_text),
            published: body.published,
            capacity: body.capacity,
            pivot: body.pivot,
            types: body.types,
            phone: body.phone,
            emails: body.emails,
            mobile: body.mobile.map(Code::into_text),
            updated_on: body.updated_on,
            services: texts(body.services),
            audiences: texts(body.audiences),
            special_care: texts(body.special_care),
            fees: texts(body.fees),
            programmes: texts(body.programmes),
            labels: texts(body.labels),
            other_labels: body.other_labels,
            access_modes: texts(body.access_modes),
            support_modes: texts(body.support_modes),
            partner_id: body.partner_id,
            closed_on: body.closed_on,
            national_ids: body.national_ids,
            spot: body.spot.map(Code::into_text),
            area: body.area,
            texts: PlaceTexts {
                address: body.address,
                address_complement: body.address_complement,
                postal_code: body.postal_code,
                website: body.website,
                opening_hours: body.opening_hours,
                summary: body.summary,
                details: body.details,
                source: body.source,
                parent: body.parent,
                accessibility_url: body.accessibility_url,
                booking_url: body.booking_url,
            },
        }
    }
}

/// Where mediation happens.
#[derive(Serialize, ToSchema)]
#[schema(as = Place)]
pub struct PlaceView {
    /// Its identifier.
    place_id: wire::Identifier,
    /// Which version this is.
    #[schema(minimum = 1, example = 3)]
    version: i64,
    /// When this version was written.
    updated_at: wire::Instant,
    /// The account that wrote it.
    updated_by: wire::Identifier,
    /// Its name.
    #[schema(example = "Médiathèque Louis-Aragon")]
    name: String,
    /// The INSEE code of the commune where it is.
    #[schema(example = "72181")]
    commune_code: String,
    /// Its latitude in degrees (WGS84).
    #[schema(required = true, example = 48.0077)]
    latitude: Option<f64>,
    /// Its longitude in degrees (WGS84).
    #[schema(required = true, example = 0.1984)]
    longitude: Option<f64>,
    /// Whether a coordinator has confirmed it.
    status: PlaceStatusCode,
    /// Whether everybody may know of it.
    published: bool,
    /// The place that took its place; `null`: none did.
    #[schema(required = true)]
    merged_into: Option<wire::Identifier>,
    /// For how many people it has room.
    #[schema(required = true, example = 12)]
    capacity: Option<i64>,
    /// Its SIRET, or the RNA of an association that has none.
    #[schema(required = true, example = "21720003900014")]
    pivot: Option<String>,
    /// Number and street.
    #[schema(required = true, example = "12 rue des Tilleuls")]
    address: Option<String>,
    /// What helps to find it: floor, building, locality.
    #[schema(required = true, example = "Bâtiment B")]
    address_complement: Option<String>,
    /// The postal code.
    #[schema(required = true, example = "72000")]
    postal_code: Option<String>,
    /// What structures it is of, by the acronyms of the national list.
    #[schema(example = json!(["BIB"]))]
    types: Vec<String>,
    /// Its telephone.
    #[schema(required = true, example = "02 43 47 47 47")]
    phone: Option<String>,
    /// Its e-mail addresses, which are no person’s.
    #[schema(example = json!(["mediatheque@commune.example"]))]
    emails: Vec<String>,
    /// The addresses of its pages, between `|`.
    #[schema(required = true, example = "https://mediatheque.example")]
    website: Option<String>,
    /// When it is open, as OpenStreetMap writes it.
    #[schema(required = true, example = "Mo-Fr 09:00-12:00")]
    opening_hours: Option<String>,
    /// What it is, in few words.
    #[schema(required = true, example = "Médiathèque du quartier")]
    summary: Option<String>,
    /// What it is, at length.
    #[schema(required = true, example = "Trois postes en libre accès.")]
    details: Option<String>,
    /// Who collected what is known of it.
    #[schema(required = true, example = "Le Mans Métropole")]
    source: Option<String>,
    /// Whether it stays where it is.
    #[schema(required = true)]
    mobile: Option<MobilityCode>,
    /// The structure to which it belongs.
    #[schema(required = true, example = "Ville du Mans")]
    parent: Option<String>,
    /// On which day what is known of it was last right.
    #[schema(required = true)]
    updated_on: Option<wire::Day>,
    /// With what it helps.
    services: Vec<PlaceServiceCode>,
    /// For whom it is above all.
    audiences: Vec<PlaceAudienceCode>,
    /// For which needs it can care.
    special_care: Vec<SpecialCareCode>,
    /// What it asks for.
    fees: Vec<FeeCode>,
    /// To which national programmes it belongs.
    programmes: Vec<ProgrammeCode>,
    /// Which training and labels it has.
    labels: Vec<LabelCode>,
    /// Other training and labels.
    #[schema(example = json!(["Label local"]))]
    other_labels: Vec<String>,
    /// How somebody gets help.
    access_modes: Vec<AccessModeCode>,
    /// How it helps.
    support_modes: Vec<SupportModeCode>,
    /// The address of its sheet on Acceslibre.
    #[schema(required = true, example = "https://acceslibre.beta.gouv.fr/app/1")]
    accessibility_url: Option<String>,
    /// The address at which appointments are made.
    #[schema(required = true, example = "https://rendez-vous.example")]
    booking_url: Option<String>,
    /// The partner whose place it is.
    #[schema(required = true)]
    partner_id: Option<wire::Identifier>,
    /// The day from which on it is no more.
    #[schema(required = true)]
    closed_on: Option<wire::Day>,
    /// Its tokens in national lists; composite identifiers are sent token by token.
    #[schema(example = json!(["Coop-numérique_1"]))]
    national_ids: Vec<String>,
    /// What kind of spot it is.
    #[schema(required = true)]
    spot: Option<SpotCode>,
    /// The code of the area of the territory in which it lies.
    #[schema(required = true, example = "sablons")]
    area: Option<String>,
}

impl PlaceView {
    /// What a client reads of a place that was merged into `heir`, the last of a chain.
    pub fn merged(kept: &Kept<Place>, heir: Option<PlaceId>) -> Self {
        Self {
            merged_into: heir.map(Into::into),
            ..Self::from(kept)
        }
    }
}

impl From<&Kept<Place>> for PlaceView {
    fn from(kept: &Kept<Place>) -> Self {
        let place = &kept.content;
        let texts = place.texts.clone();
        Self {
            place_id: kept.id.into(),
            version: kept.version,
            updated_at: kept.updated_at.into(),
            updated_by: kept.updated_by.into(),
            name: place.name.clone(),
            commune_code: place.commune_code.as_str().to_owned(),
            latitude: place.coordinates.map(|(latitude, _)| latitude),
            longitude: place.coordinates.map(|(_, longitude)| longitude),
            status: place.status.into(),
            published: place.published,
            merged_into: place.merged_into.map(Into::into),
            capacity: place.capacity,
            pivot: place.pivot.as_ref().map(|number| number.as_str().to_owned()),
            address: texts.address,
            address_complement: texts.address_complement,
            postal_code: texts.postal_code,
            types: place.types.clone(),
            phone: place.phone.as_ref().map(|number| number.as_str().to_owned()),
            emails: place.emails.clone(),
            website: texts.website,
            opening_hours: texts.opening_hours,
            summary: texts.summary,
            details: texts.details,
            source: texts.source,
            mobile: place.mobile.map(Into::into),
            parent: texts.parent,
            updated_on: place.updated_on.map(Into::into),
            services: sorted(place.services),
            audiences: sorted(place.audiences),
            special_care: sorted(place.special_care),
            fees: sorted(place.fees),
            programmes: sorted(place.programmes),
            labels: sorted(place.labels),
            other_labels: place.other_labels.clone(),
            access_modes: sorted(place.access_modes),
            support_modes: sorted(place.support_modes),
            accessibility_url: texts.accessibility_url,
            booking_url: texts.booking_url,
            partner_id: place.partner_id.map(Into::into),
            closed_on: place.closed_on.map(Into::into),
            national_ids: place.national_ids.clone(),
            spot: place.spot.map(Into::into),
            area: place.area.clone(),
        }
    }
}
