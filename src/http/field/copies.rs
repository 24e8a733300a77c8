//! The field in the copy of an organisation.

use serde_json::{Value, json};

use super::partners::PartnerView;
use super::place_body::PlaceView;
use crate::actions::field::copies::FieldPart;

/// The line of the copy that tells of a version of a thing.
pub fn export_line(part: &FieldPart) -> Value {
    match part {
        FieldPart::Place(place) => json!({ "type": "place", "place": PlaceView::from(&**place) }),
        FieldPart::Partner(partner) => json!({ "type": "partner", "partner": PartnerView::from(partner) }),
    }
}
