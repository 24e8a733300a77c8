//! What there is of the field of what writes of reports name, and what follows from it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use super::statements::ReferenceRow;
use crate::domain::decision::ReportWrite;
use crate::domain::field::planned_session::{PlannedSession, PlannedSessionId};
use crate::domain::identifiers::OrganisationId;
use crate::domain::intervention::{CommuneCode, Follows, Reference};
use crate::storage::columns::parse_id;
use crate::storage::connection::AnyConnection;
use crate::storage::field::planned_sessions;
use crate::storage::memory::AllKnown;
use crate::storage::storage_error::StorageError;

/// How many days from its report the session of a schedule is looked for that has no row. One that was moved has a row, and is
/// found wherever it is.
const DAYS_AROUND: Days = Days::new(400);

/// Learns what there is of what writes name, of which these rows were found.
pub(super) fn learn(found: Vec<ReferenceRow>, known: &mut AllKnown) -> Result<(), StorageError> {
    for (organisation, kind, id, commune, partner, content) in found {
        let corrupt = || StorageError::Corrupt(format!("{kind} {id}"));
        let named = Reference::of_parts(&kind, &id).ok_or_else(corrupt)?;
        let session: Option<PlannedSession> = content
            .map(|content| serde_json::from_str(&content))
            .transpose()
            .map_err(|_| corrupt())?;
        let follows = Follows {
            commune: commune.map(CommuneCode::stored),
            partner: partner.as_deref().map(parse_id).transpose()?,
            principle: session.and_then(|session| session.principle()),
        };
        known.of(parse_id(&organisation)?).field.insert(named, follows);
    }
    Ok(())
}

/// Sessions without a row that reports of some days name.
struct Sought {
    ids: BTreeSet<PlannedSessionId>,
    first: NaiveDate,
    last: NaiveDate,
}

/// The sessions that writes name and that follow from schedules: first those of the days of the reports, which are nearly all,
/// then those of other days.
pub(super) fn sessions_of_schedules(
    connection: &mut AnyConnection,
    writes: &[&ReportWrite],
    known: &AllKnown,
) -> Result<BTreeMap<(OrganisationId, Reference), Follows>, StorageError> {
    let mut sessions = BTreeMap::new();
    let mut sought: BTreeMap<OrganisationId, Sought> = BTreeMap::new();
    for write in writes {
        for named in write.asked.named() {
            if let Reference::Session(id) = named
                && id.is_of_schedule()
                && !known.has(write.organisation, named)
            {
                let day = write.date.date();
                let of_organisation = sought.entry(write.organisation).or_insert_with(|| Sought {
                    ids: BTreeSet::new(),
                    first: day,
                    last: day,
                });
                of_organisation.ids.insert(id);
                of_organisation.first = of_organisation.first.min(day);
                of_organisation.last = of_organisation.last.max(day);
            }
        }
    }
    for (organisation, Sought { mut ids, first, last }) in sought {
        let around = (
            first.checked_sub_days(DAYS_AROUND).unwrap_or(first),
            last.checked_add_days(DAYS_AROUND).unwrap_or(last),
        );
        for (from, to) in [(first, last), around] {
            if ids.is_empty() {
                break;
            }
            for planned in planned_sessions::of_schedules(connection, organisation, &ids, from, to)? {
                ids.remove(&planned.id);
                let follows = Follows {
                    principle: planned.session.principle(),
                    ..Follows::default()
                };
                sessions.insert((organisation, Reference::Session(planned.id)), follows);
            }
        }
    }
    Ok(sessions)
}
