//! The field in the copy of an organisation.

use serde_json::{Value, json};

use super::agreements::AgreementView;
use super::meetings::MeetingView;
use super::partner_links::PartnerLinkView;
use super::partners::PartnerView;
use super::place_body::PlaceView;
use super::planned_session_body::PlannedSessionView;
use super::referral_body::ReferralView;
use super::requests::RequestView;
use super::schedules::ScheduleView;
use super::tags::TagView;
use super::workshops::WorkshopView;
use crate::actions::field::copies::FieldPart;
use crate::domain::field::planned_session::Planned;

/// The line of the copy that tells of a version of a thing.
pub fn export_line(part: &FieldPart) -> Value {
    match part {
        FieldPart::Place(place) => json!({ "type": "place", "place": PlaceView::from(&**place) }),
        FieldPart::PlannedSession(session) => {
            json!({ "type": "planned_session", "planned_session": PlannedSessionView::from(&Planned::from((**session).clone())) })
        }
        FieldPart::Referral(referral) => {
            let alone = ((**referral).clone(), Vec::new(), None);
            json!({ "type": "referral", "referral": ReferralView::from(&alone) })
        }
        FieldPart::Schedule(schedule) => json!({ "type": "schedule", "schedule": ScheduleView::from(&**schedule) }),
        FieldPart::Partner(partner) => json!({ "type": "partner", "partner": PartnerView::from(partner) }),
        FieldPart::Tag(tag) => json!({ "type": "tag", "tag": TagView::from(tag) }),
        FieldPart::Workshop(workshop) => json!({ "type": "workshop", "workshop": WorkshopView::from(&**workshop) }),
        FieldPart::Agreement(agreement) => {
            // Whether it was in force when this version was written.
            let view = AgreementView::on(agreement, agreement.updated_at.date_naive());
            json!({ "type": "agreement", "agreement": view })
        }
        FieldPart::Meeting(meeting) => json!({ "type": "meeting", "meeting": MeetingView::from(&**meeting) }),
        FieldPart::Link(link) => json!({ "type": "partner_link", "partner_link": PartnerLinkView::from(link) }),
        FieldPart::Request(request) => json!({ "type": "request", "request": RequestView::from(&**request) }),
    }
}
