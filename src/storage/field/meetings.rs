//! Meetings with partners.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::thing::{Row, all_kept, columns, content_column, kept, must_exist, stored};
use crate::domain::field::meeting::{Meeting, MeetingId};
use crate::domain::field::partner::{Partner, PartnerId};
use crate::domain::field::place::Place;
use crate::domain::field::thing::{Kept, Thing};
use crate::domain::field_error::FieldErrors;
use crate::domain::identifiers::{Id, OrganisationId};
use crate::storage::columns::instant_column;
use crate::storage::connection::AnyConnection;
use crate::storage::lock::Locked;
use crate::storage::schema::meetings;
use crate::storage::storage_error::StorageError;

stored!(Meeting, MeetingWritten, meetings.meeting_id, |meeting| {
    partner_id: meeting.partner_id.to_string(),
    day: meeting.day,
    has_words: meeting.has_words(),
}, check: check);

/// Notes the partner and the place that a meeting names and its organisation does not have.
fn check(
    meeting: &Meeting,
    _: MeetingId,
    locked: &mut Locked<'_>,
    errors: &mut FieldErrors,
) -> Result<(), StorageError> {
    must_exist::<Partner>(locked, Some(meeting.partner_id), "/partner_id", errors)?;
    must_exist::<Place>(locked, meeting.place_id, "/place_id", errors)
}

/// Which meetings to list.
#[derive(Debug, Clone)]
pub struct MeetingQuery {
    /// The tenant.
    pub organisation: OrganisationId,
    /// Those with this partner.
    pub partner: Option<PartnerId>,
    /// Those after this day and identifier, the latest first.
    pub after: Option<(NaiveDate, Id<<Meeting as Thing>::Kind>)>,
    /// At most so many.
    pub limit: u32,
}

/// The meetings that a query asks for, the latest first.
pub fn list(connection: &mut AnyConnection, query: &MeetingQuery) -> Result<Vec<Kept<Meeting>>, StorageError> {
    let mut rows = meetings::table
        .filter(meetings::organisation_id.eq(query.organisation))
        .filter(meetings::replaced_at.is_null())
        .order((meetings::day.desc(), meetings::meeting_id.desc()))
        .limit(query.limit.into())
        .select(columns!(meetings.meeting_id))
        .into_boxed();
    if let Some(partner) = query.partner {
        rows = rows.filter(meetings::partner_id.eq(partner.to_string()));
    }
    if let Some((day, id)) = query.after {
        let same_day = meetings::day.eq(day).and(meetings::meeting_id.lt(id));
        rows = rows.filter(meetings::day.lt(day).or(same_day));
    }
    all_kept(rows.load(connection)?)
}
