//! The field in the copy of an organisation.

use serde_json::{Value, json};

use super::partners::PartnerView;
use crate::actions::field::copies::FieldPart;

/// The line of the copy that tells of a version of a thing.
pub fn export_line(part: &FieldPart) -> Value {
    match part {
        FieldPart::Partner(partner) => json!({ "type": "partner", "partner": PartnerView::from(partner) }),
    }
}
