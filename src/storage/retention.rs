//! What is not kept for ever: found by a read, and forgotten a slice at a time, so that the writer is not held for long.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::access;
use super::accounts::managed;
use super::columns::instant_column;
use super::connection::AnyConnection;
use super::lock::Locked;
use super::reports::without_notes;
use super::schema::{
    accounts, api_keys, interventions, invitations, partner_links, refresh_tokens, report_versions, reports, sessions,
    shared_links, sign_ins, signing_keys,
};
use super::storage_error::StorageError;
use crate::domain::identifiers::{AccountId, AdvisorId, OrganisationId, SessionId};
use crate::domain::nomenclature::{ClosedList as _, Setting};

/// What stands in the place of a name that was erased.
pub const ERASED_NAME: &str = "Compte effacé";

/// A day of an advisor.
pub type Day = (AdvisorId, NaiveDate);

/// Days of an organisation from before a day that have a note, in their report or an earlier version, or name a procedure
/// or a place where somebody lives. At most three times `limit`.
pub fn days_with_notes(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    before: NaiveDate,
    limit: i64,
) -> Result<Vec<Day>, StorageError> {
    let mut days: Vec<Day> = reports::table
        .filter(reports::organisation_id.eq(organisation))
        .filter(reports::report_date.lt(before))
        .filter(reports::note.is_not_null())
        .select((reports::advisor_id, reports::report_date))
        .limit(limit)
        .load(connection)?;
    let at_home = interventions::place_name
        .is_not_null()
        .and(interventions::setting.eq(Setting::Home.code()));
    days.extend(
        interventions::table
            .filter(interventions::organisation_id.eq(organisation))
            .filter(interventions::report_date.lt(before))
            .filter(
                interventions::note
                    .is_not_null()
                    .or(interventions::procedure.is_not_null())
                    .or(at_home),
            )
            .select((interventions::advisor_id, interventions::report_date))
            .limit(limit)
            .load::<Day>(connection)?,
    );
    days.extend(
        report_versions::table
            .filter(report_versions::organisation_id.eq(organisation))
            .filter(report_versions::report_date.lt(before))
            .filter(report_versions::has_notes)
            .select((report_versions::advisor_id, report_versions::report_date))
            .limit(limit)
            .load::<Day>(connection)?,
    );
    days.sort_unstable();
    days.dedup();
    Ok(days)
}

/// Forgets the notes of days, those of the earlier versions, what procedures interventions were about, and the names of
/// places where somebody lives; figures do not change.
pub fn purge_notes(locked: &mut Locked<'_>, days: &[Day]) -> Result<(), StorageError> {
    for (advisor, date) in days {
        purge_notes_of_day(locked, *advisor, *date)?;
    }
    Ok(())
}

fn purge_notes_of_day(locked: &mut Locked<'_>, advisor: AdvisorId, date: NaiveDate) -> Result<(), StorageError> {
    let (organisation, connection) = locked.parts();
    diesel::update(reports::table.find((organisation, date, advisor)))
        .set(reports::note.eq(None::<String>))
        .execute(connection)?;
    let said = interventions::table
        .filter(interventions::organisation_id.eq(organisation))
        .filter(interventions::report_date.eq(date))
        .filter(interventions::advisor_id.eq(advisor));
    diesel::update(said.clone().filter(interventions::setting.eq(Setting::Home.code())))
        .set(interventions::place_name.eq(None::<String>))
        .execute(connection)?;
    diesel::update(said)
        .set((
            interventions::note.eq(None::<String>),
            interventions::procedure.eq(None::<String>),
        ))
        .execute(connection)?;
    let versions = report_versions::table
        .filter(report_versions::organisation_id.eq(organisation))
        .filter(report_versions::advisor_id.eq(advisor))
        .filter(report_versions::report_date.eq(date));
    let kept: Vec<(i64, String)> = versions
        .filter(report_versions::has_notes)
        .select((report_versions::version, report_versions::interventions))
        .load(connection)?;
    for (version, text) in kept {
        diesel::update(report_versions::table.find((organisation, advisor, date, version)))
            .set((
                report_versions::note.eq(None::<String>),
                report_versions::interventions.eq(without_notes(&text)?),
                report_versions::has_notes.eq(false),
            ))
            .execute(connection)?;
    }
    Ok(())
}

/// Forgets invitations, keys of programs, links to publications and signing keys that were good no more before an
/// instant. Tells how many.
pub fn purge_ended(connection: &mut AnyConnection, before: DateTime<Utc>) -> Result<usize, StorageError> {
    let before = instant_column(before);
    let forgotten = [
        diesel::delete(invitations::table.filter(invitations::expires_at.lt(before))).execute(connection)?,
        diesel::delete(api_keys::table.filter(api_keys::expires_at.lt(before))).execute(connection)?,
        diesel::delete(api_keys::table.filter(api_keys::revoked_at.lt(before))).execute(connection)?,
        diesel::delete(shared_links::table.filter(shared_links::expires_at.lt(before))).execute(connection)?,
        diesel::delete(shared_links::table.filter(shared_links::revoked_at.lt(before))).execute(connection)?,
        diesel::delete(partner_links::table.filter(partner_links::expires_at.lt(before))).execute(connection)?,
        diesel::delete(partner_links::table.filter(partner_links::revoked_at.lt(before))).execute(connection)?,
        diesel::delete(signing_keys::table.filter(signing_keys::retired_at.lt(before))).execute(connection)?,
    ];
    Ok(forgotten.iter().sum())
}

/// What names a session: its key.
pub type SessionKey = (OrganisationId, SessionId);

/// Sessions that ended or expired before an instant, `limit` at most.
pub fn ended_sessions(
    connection: &mut AnyConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<SessionKey>, StorageError> {
    let before = instant_column(before);
    Ok(sessions::table
        .filter(
            sessions::ended_at
                .lt(before)
                .or(sessions::expires_at.nullable().lt(before)),
        )
        .select((sessions::organisation_id, sessions::session_id))
        .limit(limit)
        .load(connection)?)
}

/// Forgets sessions, with their tokens.
pub fn forget_sessions(connection: &mut AnyConnection, ended: &[SessionKey]) -> Result<(), StorageError> {
    for (organisation, session) in ended {
        let tokens = refresh_tokens::table
            .filter(refresh_tokens::organisation_id.eq(organisation))
            .filter(refresh_tokens::session_id.eq(session));
        diesel::delete(tokens).execute(connection)?;
        diesel::delete(sessions::table.find((organisation, session))).execute(connection)?;
    }
    Ok(())
}

/// Takes the name and the address out of an account, and what would let anybody in; its reports and figures stay. Tells
/// whether there is such an account.
pub fn erase_account(locked: &mut Locked<'_>, account: AccountId, now: DateTime<Utc>) -> Result<bool, StorageError> {
    managed::deactivate(locked, account, None, now)?;
    let (organisation, connection) = locked.parts();
    let erased = diesel::update(accounts::table.find((organisation, account)))
        .set((
            accounts::name.eq(ERASED_NAME),
            accounts::email.eq(format!("{account}@erased.invalid")),
            accounts::password_hash.eq(None::<String>),
            accounts::last_seen_at.eq(None::<NaiveDateTime>),
            accounts::reminded_on.eq(None::<NaiveDate>),
            accounts::warned_at.eq(None::<NaiveDateTime>),
            accounts::anonymised_at.eq(instant_column(now)),
        ))
        .execute(connection)?;
    let way_in = sign_ins::table
        .filter(sign_ins::organisation_id.eq(organisation))
        .filter(sign_ins::account_id.eq(account));
    diesel::delete(way_in).execute(connection)?;
    let open = invitations::table
        .filter(invitations::organisation_id.eq(organisation))
        .filter(invitations::account_id.eq(account));
    diesel::delete(open).execute(connection)?;
    let theirs = sessions::table
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::account_id.eq(account));
    let ids: Vec<String> = theirs.clone().select(sessions::session_id).load(connection)?;
    let tokens = refresh_tokens::table
        .filter(refresh_tokens::organisation_id.eq(organisation))
        .filter(refresh_tokens::session_id.eq_any(ids));
    diesel::delete(tokens).execute(connection)?;
    diesel::delete(theirs).execute(connection)?;
    access::note_change(connection)?;
    Ok(erased > 0)
}
