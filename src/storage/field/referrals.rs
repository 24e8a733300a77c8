//! Referrals.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::thing::{Row, Stored as _, all_kept, columns, content_column, kept, stored};
use crate::domain::field::partner::Partner;
use crate::domain::field::referral::{Referral, ReferralId};
use crate::domain::field::thing::Kept;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::{AdvisorId, Id, OrganisationId};
use crate::storage::accounts::advisors;
use crate::storage::columns::instant_column;
use crate::storage::connection::AnyConnection;
use crate::storage::lock::Locked;
use crate::storage::schema::referrals;
use crate::storage::storage_error::StorageError;

stored!(Referral, ReferralWritten, referrals.referral_id, |referral| {
    advisor_id: referral.advisor_id,
    received_on: referral.received_on,
    closed_on: referral.closed.map(|closed| closed.on),
    is_forgotten: referral.is_forgotten(),
}, check: check);

fn check(
    referral: &Referral,
    _: ReferralId,
    locked: &mut Locked<'_>,
    errors: &mut FieldErrors,
) -> Result<(), StorageError> {
    let (organisation, connection) = locked.parts();
    if !advisors::exists(connection, organisation, referral.advisor_id)? {
        errors.push("/advisor_id", FieldCode::UnknownReference);
    }
    if let Some(partner) = referral.partner_id
        && Partner::find(connection, organisation, partner)?.is_none()
    {
        errors.push("/partner_id", FieldCode::UnknownReference);
    }
    Ok(())
}

/// Which referrals to list.
#[derive(Debug, Clone)]
pub struct ReferralQuery {
    /// The tenant.
    pub organisation: OrganisationId,
    /// Those of this advisor.
    pub advisor: Option<AdvisorId>,
    /// Those that are closed, or those that are not.
    pub closed: Option<bool>,
    /// Those after this day and identifier.
    pub after: Option<(NaiveDate, ReferralId)>,
    /// At most so many.
    pub limit: u32,
}

/// The referrals that a query asks for, the last that were received first.
pub fn list(connection: &mut AnyConnection, query: &ReferralQuery) -> Result<Vec<Kept<Referral>>, StorageError> {
    let mut rows = referrals::table
        .filter(referrals::organisation_id.eq(query.organisation))
        .filter(referrals::replaced_at.is_null())
        .order((referrals::received_on.desc(), referrals::referral_id.desc()))
        .limit(query.limit.into())
        .select(columns!(referrals.referral_id))
        .into_boxed();
    if let Some(advisor) = query.advisor {
        rows = rows.filter(referrals::advisor_id.eq(advisor));
    }
    match query.closed {
        Some(true) => rows = rows.filter(referrals::closed_on.is_not_null()),
        Some(false) => rows = rows.filter(referrals::closed_on.is_null()),
        None => {}
    }
    if let Some((day, id)) = query.after {
        let same_day = referrals::received_on.eq(day).and(referrals::referral_id.lt(id));
        rows = rows.filter(referrals::received_on.lt(day).or(same_day));
    }
    all_kept(rows.load(connection)?)
}
