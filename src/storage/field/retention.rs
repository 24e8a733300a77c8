//! What the field does not keep for ever: found by a read, and forgotten a slice at a time. No version is made: what was
//! forgotten is gone from the versions that said it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::thing::content_column;
use crate::domain::field::meeting::{Meeting, MeetingId};
use crate::domain::field::partner::{Partner, PartnerId};
use crate::domain::field::request::{Request, RequestId};
use crate::domain::identifiers::OrganisationId;
use crate::storage::columns::instant_column;
use crate::storage::connection::AnyConnection;
use crate::storage::lock::Locked;
use crate::storage::schema::{agreements, meetings, partners, requests};
use crate::storage::storage_error::StorageError;

/// The partners with whom an agreement lasts, or a meeting was held, on the day of an instant or later.
fn recent_partners(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    since: DateTime<Utc>,
) -> Result<Vec<String>, StorageError> {
    let day = since.date_naive();
    let mut recent: Vec<String> = agreements::table
        .filter(agreements::organisation_id.eq(organisation))
        .filter(agreements::replaced_at.is_null())
        .filter(agreements::ends_on.ge(day))
        .select(agreements::partner_id)
        .distinct()
        .load(connection)?;
    let met: Vec<String> = meetings::table
        .filter(meetings::organisation_id.eq(organisation))
        .filter(meetings::replaced_at.is_null())
        .filter(meetings::day.ge(day))
        .select(meetings::partner_id)
        .distinct()
        .load(connection)?;
    recent.extend(met);
    Ok(recent)
}

/// Says how what versions of things say of people is found and forgotten: those that were replaced before an instant, and
/// those that were written before it, stand still, and are about a partner who is not recent. A macro, since each table and
/// each of its columns is a type of its own to diesel.
macro_rules! forgetting {
    ($find:ident, $forget:ident: $thing:ty, $table:ident.$id:ident as $kind:ty, $flag:ident, |$said:ident| $clear:block) => {
        /// Versions of an organisation that say of people what is to be forgotten, `limit` at most.
        pub fn $find(
            connection: &mut AnyConnection,
            organisation: OrganisationId,
            before: DateTime<Utc>,
            limit: i64,
        ) -> Result<Vec<$kind>, StorageError> {
            let recent = recent_partners(connection, organisation, before)?;
            let before = instant_column(before);
            let stands = $table::replaced_at
                .is_null()
                .and($table::updated_at.lt(before))
                .and($table::partner_id.ne_all(recent));
            Ok($table::table
                .filter($table::organisation_id.eq(organisation))
                .filter($table::$flag)
                .filter(stands.or($table::replaced_at.lt(before).assume_not_null()))
                .select(($table::$id, $table::version))
                .limit(limit)
                .load(connection)?)
        }

        /// Forgets what versions say of people.
        pub fn $forget(locked: &mut Locked<'_>, versions: &[$kind]) -> Result<(), StorageError> {
            let (organisation, connection) = locked.parts();
            for (id, version) in versions {
                let row = $table::table.find((organisation, id, version));
                let text: String = row.clone().select($table::content).first(connection)?;
                let mut $said: $thing =
                    serde_json::from_str(&text).map_err(|error| StorageError::Corrupt(format!("{id}: {error}")))?;
                $clear
                diesel::update(row)
                    .set(($table::content.eq(content_column(&$said)?), $table::$flag.eq(false)))
                    .execute(connection)?;
            }
            Ok(())
        }
    };
}

/// A version of a partner.
pub type PartnerVersion = (PartnerId, i64);
/// A version of a meeting.
pub type MeetingVersion = (MeetingId, i64);
/// A version of a request.
pub type RequestVersion = (RequestId, i64);

forgetting!(outdated_contacts, forget_contacts: Partner, partners.partner_id as PartnerVersion, has_contacts, |partner| {
    partner.contacts.clear();
});
forgetting!(outdated_words, forget_words: Meeting, meetings.meeting_id as MeetingVersion, has_words, |meeting| {
    meeting.met = None;
    meeting.words = None;
});
forgetting!(outdated_askers, forget_askers: Request, requests.request_id as RequestVersion, has_contact, |request| {
    request.contact = None;
});
