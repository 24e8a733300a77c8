//! What the field does not keep for ever: found by a read, and forgotten a slice at a time. No version is made: what was
//! forgotten is gone from the versions that said it.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use super::thing::{Stored, content_column};
use crate::domain::field::meeting::{Meeting, MeetingId};
use crate::domain::field::partner::{Partner, PartnerId};
use crate::domain::field::planned_session::{PlannedSession, PlannedSessionId};
use crate::domain::field::referral::{Referral, ReferralId};
use crate::domain::field::request::{Request, RequestId};
use crate::domain::identifiers::OrganisationId;
use crate::storage::columns::instant_column;
use crate::storage::connection::AnyConnection;
use crate::storage::lock::Locked;
use crate::storage::schema::{agreements, meetings, partners, planned_sessions, referrals, requests};
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

/// What a version said, of which a part is to be forgotten.
fn said<T: Stored>(content: &str) -> Result<T, StorageError> {
    serde_json::from_str(content).map_err(|error| StorageError::Corrupt(error.to_string()))
}

/// Referrals of an organisation, `limit` at most, of which what is personal is to be forgotten: those that were closed before a
/// day, and those that nobody has closed and nobody has written since.
pub fn outdated_referrals(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<ReferralId>, StorageError> {
    let closed = referrals::closed_on.lt(before.date_naive()).assume_not_null();
    Ok(referrals::table
        .filter(referrals::organisation_id.eq(organisation))
        .filter(referrals::replaced_at.is_null())
        .filter(referrals::is_forgotten.eq(false))
        .filter(referrals::updated_at.lt(instant_column(before)).or(closed))
        .select(referrals::referral_id)
        .limit(limit)
        .load(connection)?)
}

/// Forgets what is personal in referrals, in every version of them.
pub fn forget_referrals(locked: &mut Locked<'_>, outdated: &[ReferralId]) -> Result<(), StorageError> {
    let (organisation, connection) = locked.parts();
    for referral in outdated {
        let versions: Vec<(i64, String)> = referrals::table
            .filter(referrals::organisation_id.eq(organisation))
            .filter(referrals::referral_id.eq(referral))
            .select((referrals::version, referrals::content))
            .load(connection)?;
        for (version, content) in versions {
            let left = said::<Referral>(&content)?.forgotten();
            diesel::update(referrals::table.find((organisation, referral, version)))
                .set((
                    referrals::content.eq(content_column(&left)?),
                    referrals::is_forgotten.eq(true),
                ))
                .execute(connection)?;
        }
    }
    Ok(())
}

/// A version of a planned session.
pub type SessionVersion = (PlannedSessionId, i64);

/// Versions of planned sessions of an organisation, `limit` at most, from before a day, whose words are to be forgotten.
pub fn sessions_with_words(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    before: NaiveDate,
    limit: i64,
) -> Result<Vec<SessionVersion>, StorageError> {
    Ok(planned_sessions::table
        .filter(planned_sessions::organisation_id.eq(organisation))
        .filter(planned_sessions::day.lt(before))
        .filter(planned_sessions::has_words)
        .select((planned_sessions::planned_session_id, planned_sessions::version))
        .limit(limit)
        .load(connection)?)
}

/// Forgets the words of versions of planned sessions.
pub fn forget_session_words(locked: &mut Locked<'_>, versions: &[SessionVersion]) -> Result<(), StorageError> {
    let (organisation, connection) = locked.parts();
    for (session, version) in versions {
        let row = planned_sessions::table.find((organisation, session, version));
        let content: String = row.clone().select(planned_sessions::content).first(connection)?;
        let left = said::<PlannedSession>(&content)?;
        diesel::update(row)
            .set((
                planned_sessions::content.eq(content_column(&left.without_words())?),
                planned_sessions::has_words.eq(false),
            ))
            .execute(connection)?;
    }
    Ok(())
}
