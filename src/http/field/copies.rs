//! The field in the copy of an organisation.

use serde_json::{Value, json};

use super::agreements::AgreementView;
use super::meetings::MeetingView;
use super::partners::PartnerView;
use super::place_body::PlaceView;
use super::requests::RequestView;
use super::tags::TagView;
use super::workshops::WorkshopView;
use crate::actions::field::copies::FieldPart;

/// The line of the copy that tells of a version of a thing.
pub fn export_line(part: &FieldPart) -> Value {
    match part {
        FieldPart::Place(place) => json!({ "type": "place", "place": PlaceView::from(&**place) }),
        FieldPart::Partner(partner) => json!({ "type": "partner", "partner": PartnerView::from(partner) }),
        FieldPart::Tag(tag) => json!({ "type": "tag", "tag": TagView::from(tag) }),
        FieldPart::Workshop(workshop) => json!({ "type": "workshop", "workshop": WorkshopView::from(&**workshop) }),
        FieldPart::Agreement(agreement) => {
            // Whether it was in force when this version was written.
            let view = AgreementView::on(agreement, agreement.updated_at.date_naive());
            json!({ "type": "agreement", "agreement": view })
        }
        FieldPart::Meeting(meeting) => json!({ "type": "meeting", "meeting": MeetingView::from(&**meeting) }),
        FieldPart::Request(request) => json!({ "type": "request", "request": RequestView::from(&**request) }),
    }
}
