//! Agreements with partners.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::thing::{Row, Stored as _, all_kept, columns, content_column, kept, must_exist, stored};
use crate::domain::field::agreement::{Agreement, AgreementId};
use crate::domain::field::partner::{Partner, PartnerId};
use crate::domain::field::place::Place;
use crate::domain::field::request::Wish;
use crate::domain::field::thing::{Kept, Thing};
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::{Id, OrganisationId};
use crate::storage::accounts::advisors;
use crate::storage::columns::instant_column;
use crate::storage::connection::AnyConnection;
use crate::storage::lock::Locked;
use crate::storage::schema::agreements;
use crate::storage::storage_error::StorageError;

stored!(Agreement, AgreementWritten, agreements.agreement_id, |agreement| {
    partner_id: agreement.partner_id.to_string(),
    starts_on: agreement.starts_on,
    ends_on: agreement.ends_on,
    signed_on: agreement.signed_on,
}, check: check);

/// Notes what an agreement names and its organisation does not have, and a renewal of another partner's or of itself.
fn check(
    agreement: &Agreement,
    id: AgreementId,
    locked: &mut Locked<'_>,
    errors: &mut FieldErrors,
) -> Result<(), StorageError> {
    must_exist::<Partner>(locked, Some(agreement.partner_id), "/partner_id", errors)?;
    must_exist::<Place>(locked, agreement.place_id, "/place_id", errors)?;
    let (organisation, connection) = locked.parts();
    for (index, advisor) in agreement.advisors.iter().enumerate() {
        if !advisors::exists(connection, organisation, *advisor)? {
            errors.push(&format!("/advisors/{index}"), FieldCode::UnknownReference);
        }
    }
    if let Some(fault) = renewal_fault(connection, organisation, (agreement, id))? {
        errors.push("/renews", fault);
    }
    Ok(())
}

/// What is wrong with what an agreement renews: it does not exist, is another partner's, or leads back to the agreement.
fn renewal_fault(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    (agreement, id): (&Agreement, AgreementId),
) -> Result<Option<FieldCode>, StorageError> {
    let mut seen = vec![id];
    let mut next = agreement.renews;
    while let Some(before) = next {
        if seen.contains(&before) {
            return Ok(Some(FieldCode::NotAllowedHere));
        }
        let Some(found) = Agreement::find(connection, organisation, before)? else {
            return Ok(Some(FieldCode::UnknownReference));
        };
        if found.content.partner_id != agreement.partner_id {
            return Ok(Some(FieldCode::NotAllowedHere));
        }
        seen.push(before);
        next = found.content.renews;
    }
    Ok(None)
}

/// The agreements of a partner, the latest first.
pub fn of_partner(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    partner: PartnerId,
) -> Result<Vec<Kept<Agreement>>, StorageError> {
    let query = AgreementQuery {
        organisation,
        partner: Some(partner),
        in_force_on: None,
        ends_by: None,
        after: None,
        limit: u32::MAX,
    };
    list(connection, &query)
}

/// Whether a partner has an agreement that is in force on a day of one of these periods.
pub fn is_any_in_force(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    partner: PartnerId,
    periods: &[Wish],
) -> Result<bool, StorageError> {
    let found = of_partner(connection, organisation, partner)?;
    let is_in_force = |kept: &Kept<Agreement>| {
        let mut periods = periods.iter();
        periods.any(|period| kept.content.is_in_force_within(period.from, period.to))
    };
    Ok(found.iter().any(is_in_force))
}

/// Which agreements to list.
#[derive(Debug, Clone)]
pub struct AgreementQuery {
    /// The tenant.
    pub organisation: OrganisationId,
    /// Those with this partner.
    pub partner: Option<PartnerId>,
    /// Those in force on this day.
    pub in_force_on: Option<NaiveDate>,
    /// Those whose last day is this one or an earlier one.
    pub ends_by: Option<NaiveDate>,
    /// Those after this day and identifier, the latest first.
    pub after: Option<(NaiveDate, Id<<Agreement as Thing>::Kind>)>,
    /// At most so many.
    pub limit: u32,
}

/// The agreements that a query asks for, the latest first.
pub fn list(connection: &mut AnyConnection, query: &AgreementQuery) -> Result<Vec<Kept<Agreement>>, StorageError> {
    let mut rows = agreements::table
        .filter(agreements::organisation_id.eq(query.organisation))
        .filter(agreements::replaced_at.is_null())
        .order((agreements::starts_on.desc(), agreements::agreement_id.desc()))
        .limit(query.limit.into())
        .select(columns!(agreements.agreement_id))
        .into_boxed();
    if let Some(partner) = query.partner {
        rows = rows.filter(agreements::partner_id.eq(partner.to_string()));
    }
    if let Some(day) = query.in_force_on {
        let signed = agreements::signed_on.le(day).assume_not_null();
        rows = rows.filter(
            signed
                .and(agreements::starts_on.le(day))
                .and(agreements::ends_on.ge(day)),
        );
    }
    if let Some(day) = query.ends_by {
        rows = rows.filter(agreements::ends_on.le(day));
    }
    if let Some((day, id)) = query.after {
        let same_day = agreements::starts_on.eq(day).and(agreements::agreement_id.lt(id));
        rows = rows.filter(agreements::starts_on.lt(day).or(same_day));
    }
    all_kept(rows.load(connection)?)
}
