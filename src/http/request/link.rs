//! Links by which somebody without an account reads a page: how their paths are read, and what a coordinator says of one.

use actix_web::http::header::HeaderName;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::path::{PathParameters, PathReader};
use crate::domain::field_error::FieldErrors;
use crate::domain::shared_link::{LinkId, LinkSettings};
use crate::http::wire;

/// For how many days a link is valid when the coordinator does not say.
const VALID_DAYS: i64 = 90;

/// The part of a path that names a link; the path names before what it leads to.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct LinkPath {
    /// Which link.
    #[param(value_type = wire::Identifier)]
    pub link_id: LinkId,
}

impl PathParameters for LinkPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let link_id = reader.id("link_id")?;
        Some(Self { link_id })
    }
}

/// The link that a coordinator asks for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SharedLinkRequest)]
pub struct SharedLinkBody {
    /// For whom the link is.
    #[schema(min_length = 1, max_length = 200, example = "Conseil communautaire")]
    name: String,
    /// For how many days the link is valid.
    #[serde(default = "valid_days")]
    #[schema(minimum = 1, maximum = 366, default = 90, example = 90)]
    valid_days: i64,
}

impl SharedLinkBody {
    /// What is known of the link, when it keeps every rule.
    ///
    /// # Errors
    /// Every fault, at its pointer.
    pub fn settings(&self) -> Result<LinkSettings, FieldErrors> {
        LinkSettings::new(&self.name, self.valid_days)
    }
}

const fn valid_days() -> i64 {
    VALID_DAYS
}

/// The header that keeps search engines from listing the page of a link.
pub const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// The part of a path that is the secret of a link.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct SharedPath {
    /// The secret of the link.
    #[param(example = "AZjzwnwefSqPAAJCrBIAAgGY88J8Hn0qjwACQqwSAAI")]
    pub token: String,
}

impl PathParameters for SharedPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        // No text is a fault here: a text that is the secret of no link is answered 404.
        let token = reader.value("token", |text| Ok(text.to_owned()))?;
        Some(Self { token })
    }
}
