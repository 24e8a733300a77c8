//! Referrals on the wire: what a client says of one, and what it reads.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::partners::{ContactBody, ContactView};
use super::referrals::Followed;
use crate::domain::field::referral::{
    ClosedBecause, ReferralClosing, ReferralDraft, ReferralState, ReferringService, Urgency,
};
use crate::domain::nomenclature::{Redirection, Theme};
use crate::http::request::json_body::{given, given_object};
use crate::http::wire;
use crate::http::wire::code_schema::Code;

// utoipa puts the arguments of a generic type into the name of its schema; behind an alias it does not see them.
/// A code of [`ReferringService`].
pub type ReferringServiceCode = Code<ReferringService>;
/// A code of [`Urgency`].
pub type UrgencyCode = Code<Urgency>;
/// A code of [`ClosedBecause`].
pub type ClosedBecauseCode = Code<ClosedBecause>;
/// A code of [`ReferralState`].
pub type ReferralStateCode = Code<ReferralState>;
/// A code of [`Theme`].
type ThemeCode = Code<Theme>;
/// A code of [`Redirection`].
type RedirectionCode = Code<Redirection>;

/// When and why a referral is closed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReferralClosingRequest)]
pub struct ReferralClosingBody {
    /// On which day.
    #[schema(value_type = wire::Day)]
    on: String,
    /// Why.
    reason: ClosedBecauseCode,
}

/// Somebody for whom help is asked, whom nobody names.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReferralRequest)]
pub struct ReferralBody {
    /// The advisor who helps.
    #[schema(value_type = wire::Identifier)]
    advisor_id: String,
    /// When help was asked for.
    #[schema(value_type = wire::Day)]
    received_on: String,
    /// Who asked.
    service: ReferringServiceCode,
    /// The structure of whoever asked.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    partner_id: Option<String>,
    /// How to reach whoever asked, by their office. Forgotten in time.
    #[serde(default, deserialize_with = "given_object")]
    #[schema(nullable = false)]
    contact: Option<ContactBody>,
    /// How soon help is needed. Forgotten in time.
    urgency: UrgencyCode,
    /// The INSEE code of the commune where the person lives. Forgotten in time.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, value_type = Option<wire::CommuneCode>, example = "72181")]
    commune_code: Option<String>,
    /// What it is about.
    #[serde(default)]
    themes: Vec<ThemeCode>,
    /// What else is to be known, without an address or a number. Forgotten in time.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_length = 2000, example = "Préfère les matins.")]
    note: Option<String>,
    /// To whom the person was led.
    #[serde(default)]
    directed_to: Vec<RedirectionCode>,
    /// When and why it is closed.
    #[serde(default, deserialize_with = "given_object")]
    #[schema(nullable = false)]
    closed: Option<ReferralClosingBody>,
}

impl From<ReferralBody> for ReferralDraft {
    fn from(body: ReferralBody) -> Self {
        Self {
            advisor_id: body.advisor_id,
            received_on: body.received_on,
            service: body.service.into_text(),
            partner_id: body.partner_id,
            contact: body.contact.map(Into::into),
            urgency: body.urgency.into_text(),
            commune_code: body.commune_code,
            themes: body.themes.into_iter().map(Code::into_text).collect(),
            note: body.note,
            directed_to: body.directed_to.into_iter().map(Code::into_text).collect(),
            closed: body.closed.map(|closed| (closed.on, closed.reason.into_text())),
        }
    }
}

/// When and why a referral was closed.
#[derive(Serialize, ToSchema)]
#[schema(as = ClosedReferral)]
pub struct ReferralClosingView {
    /// On which day.
    on: wire::Day,
    /// Why.
    reason: ClosedBecauseCode,
}

impl From<ReferralClosing> for ReferralClosingView {
    fn from(closing: ReferralClosing) -> Self {
        Self {
            on: closing.on.into(),
            reason: closing.reason.into(),
        }
    }
}

/// Somebody for whom help is asked, whom nobody names.
#[derive(Serialize, ToSchema)]
#[schema(as = Referral)]
pub struct ReferralView {
    /// Its identifier.
    referral_id: wire::Identifier,
    /// Which version this is.
    #[schema(minimum = 1, example = 3)]
    version: i64,
    /// When this version was written.
    updated_at: wire::Instant,
    /// The account that wrote it.
    updated_by: wire::Identifier,
    /// What the person is called here, to be told to whoever asked; `null`: forgotten, as what else is personal.
    #[schema(required = true, example = "K7M4QX")]
    code: Option<String>,
    /// How far it has come.
    state: ReferralStateCode,
    /// The sessions planned for it, the first first.
    visits: Vec<wire::Identifier>,
    /// The day of the first intervention that names it; `null`: none does.
    #[schema(required = true)]
    first_visit_on: Option<wire::Day>,
    /// Whether whoever asked came along then; `null`: no intervention names it.
    #[schema(required = true, example = true)]
    first_visit_accompanied: Option<bool>,
    /// The advisor who helps.
    advisor_id: wire::Identifier,
    /// When help was asked for.
    received_on: wire::Day,
    /// Who asked.
    service: ReferringServiceCode,
    /// The structure of whoever asked.
    #[schema(required = true)]
    partner_id: Option<wire::Identifier>,
    /// How to reach whoever asked.
    #[schema(required = true)]
    contact: Option<ContactView>,
    /// How soon help is needed.
    #[schema(required = true)]
    urgency: Option<UrgencyCode>,
    /// The INSEE code of the commune where the person lives.
    #[schema(required = true, example = "72181")]
    commune_code: Option<String>,
    /// What it is about.
    themes: Vec<ThemeCode>,
    /// What else is to be known.
    #[schema(required = true, example = "Préfère les matins.")]
    note: Option<String>,
    /// To whom the person was led.
    directed_to: Vec<RedirectionCode>,
    /// When and why it was closed; `null`: it is not.
    #[schema(required = true)]
    closed: Option<ReferralClosingView>,
}

impl From<&Followed> for ReferralView {
    fn from((kept, visits, first): &Followed) -> Self {
        let referral = &kept.content;
        Self {
            referral_id: kept.id.into(),
            version: kept.version,
            updated_at: kept.updated_at.into(),
            updated_by: kept.updated_by.into(),
            code: referral.code.clone(),
            state: referral.state(visits, *first).into(),
            visits: visits.iter().map(|visit| visit.id.into()).collect(),
            first_visit_on: first.map(|first| first.on.into()),
            first_visit_accompanied: first.map(|first| first.is_accompanied),
            advisor_id: referral.advisor_id.into(),
            received_on: referral.received_on.into(),
            service: referral.service.into(),
            partner_id: referral.partner_id.map(Into::into),
            contact: referral.contact.as_ref().map(Into::into),
            urgency: referral.urgency.map(Into::into),
            commune_code: referral.commune_code.as_ref().map(|code| code.as_str().to_owned()),
            themes: referral.themes.sorted().into_iter().map(Into::into).collect(),
            note: referral.note.clone(),
            directed_to: referral.directed_to.sorted().into_iter().map(Into::into).collect(),
            closed: referral.closed.map(Into::into),
        }
    }
}
