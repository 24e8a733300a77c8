//! What is agreed with partners, what they asked for, and who was met.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::{Figures, Lines, count, current};
use crate::domain::calendar::Months;
use crate::domain::field::agreement::Agreement;
use crate::domain::field::meeting::Meeting;
use crate::domain::field::partner::{Partner, PartnerKind};
use crate::domain::field::planned_session::DAYS_AHEAD;
use crate::domain::field::request::{Request, RequestId, RequestKind};
use crate::domain::field::workshop::Workshop;
use crate::domain::nomenclature::{ClosedList as _, Principle};
use crate::domain::organisation::Organisation;
use crate::statistics::action_plan::{ActionBreakdown, ActionFigure, ActionLine};
use crate::statistics::partners::{self, AgreementFigures, RequestFigures};
use crate::storage::connection::AnyConnection;
use crate::storage::field::planned_sessions;
use crate::storage::field::thing::Named as _;
use crate::storage::storage_error::StorageError;

/// What is agreed with partners, what they asked for, and who was met.
pub(super) struct Partnership {
    agreements: AgreementFigures,
    equipment: RequestFigures,
    workshops: RequestFigures,
    /// The sheets that were asked for, with how many requests there were.
    by_sheet: Lines,
    /// How many meetings there were with each kind of partner.
    meetings: Vec<(PartnerKind, i64)>,
}

impl Partnership {
    pub(super) fn find(
        connection: &mut AnyConnection,
        organisation: &Organisation,
        period: Months,
        as_of: DateTime<Utc>,
    ) -> Result<Self, StorageError> {
        let today = as_of.with_timezone(&organisation.time_zone).date_naive();
        let days = (period.from().first_day(), period.to().last_day());
        let agreements = current::<Agreement>(connection, organisation.id)?;
        let mut requests = current::<Request>(connection, organisation.id)?;
        requests.retain(|_, request| (days.0..=days.1).contains(&request.received_on));
        let ahead = today + Days::new(DAYS_AHEAD);
        let first = first_sessions(connection, organisation, (days.0, ahead))?;
        let of_kind = |kind: RequestKind| {
            let asked = requests.iter().filter(|(_, request)| request.kind == kind);
            partners::requests(asked.map(|(id, request)| (request, first.get(id).copied())), days)
        };
        Ok(Self {
            agreements: partners::agreements(agreements.values(), today),
            equipment: of_kind(RequestKind::Equipment),
            workshops: of_kind(RequestKind::Workshop),
            by_sheet: by_sheet(connection, organisation, &requests)?,
            meetings: meetings(connection, organisation, days)?,
        })
    }

    /// The figures that stand under a principle.
    pub(super) fn figures(&self, principle: Principle) -> Figures {
        let (agreements, equipment, workshops) = (&self.agreements, &self.equipment, &self.workshops);
        match principle {
            Principle::SupportExisting => vec![
                (ActionFigure::AgreementsInForce, Some(agreements.in_force)),
                (ActionFigure::AgreementsEnding, Some(agreements.ending)),
                (ActionFigure::EquipmentRequests, Some(equipment.received)),
                (ActionFigure::EquipmentGranted, Some(equipment.granted)),
            ],
            Principle::ComplementOffer => vec![
                (ActionFigure::WorkshopRequests, Some(workshops.received)),
                (ActionFigure::WorkshopRequestsPlanned, Some(workshops.planned)),
                (ActionFigure::WorkshopRequestsDeclined, Some(workshops.declined)),
                (ActionFigure::WorkshopRequestDays, workshops.median_days),
            ],
            Principle::ReachOut => Vec::new(),
        }
    }

    /// The requests for a workshop by the sheet that they ask for.
    pub(super) fn by_sheet(&self) -> (ActionBreakdown, Lines) {
        (ActionBreakdown::RequestsByWorkshop, self.by_sheet.clone())
    }

    /// How many meetings there were.
    pub(super) fn meetings(&self) -> i64 {
        self.meetings.iter().map(|(_, held)| held).sum()
    }

    /// The meetings by the kind of partner.
    pub(super) fn by_kind(&self) -> (ActionBreakdown, Lines) {
        let line = |(kind, value): &(PartnerKind, i64)| ActionLine {
            code: kind.code().to_owned(),
            name: None,
            value: *value,
        };
        let lines = self.meetings.iter().map(line).collect();
        (ActionBreakdown::MeetingsByPartnerKind, lines)
    }
}

/// The first day on which something is planned that answers each request, and that is not cancelled.
fn first_sessions(
    connection: &mut AnyConnection,
    organisation: &Organisation,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<BTreeMap<RequestId, NaiveDate>, StorageError> {
    let mut first = BTreeMap::new();
    // A session that follows from a schedule answers no request.
    for planned in planned_sessions::rows(connection, organisation.id, from, to)? {
        let session = planned.session;
        if let Some(request) = session.request_id.filter(|_| session.cancelled.is_none()) {
            let day: &mut NaiveDate = first.entry(request).or_insert(session.day);
            *day = session.day.min(*day);
        }
    }
    Ok(first)
}

/// How many of the requests ask for each sheet, by the title of the sheet.
fn by_sheet(
    connection: &mut AnyConnection,
    organisation: &Organisation,
    requests: &BTreeMap<RequestId, Request>,
) -> Result<Lines, StorageError> {
    let sheets = Workshop::page_by_name(connection, organisation.id, None, u32::MAX)?;
    let asked = |kept: &crate::domain::field::thing::Kept<Workshop>| {
        count(requests.values().filter(|request| request.workshop_id == Some(kept.id)))
    };
    let lines = sheets.iter().map(|kept| ActionLine {
        code: kept.id.to_string(),
        name: Some(kept.content.name().to_owned()),
        value: asked(kept),
    });
    Ok(lines.filter(|line| line.value > 0).collect())
}

fn meetings(
    connection: &mut AnyConnection,
    organisation: &Organisation,
    days: (NaiveDate, NaiveDate),
) -> Result<Vec<(PartnerKind, i64)>, StorageError> {
    let known = current::<Partner>(connection, organisation.id)?;
    let held = current::<Meeting>(connection, organisation.id)?;
    let with_kind = held.values().filter_map(|meeting| {
        let partner = known.get(&meeting.partner_id)?;
        Some((meeting.day, partner.kind))
    });
    Ok(partners::meetings(with_kind, days))
}
