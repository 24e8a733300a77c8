//! Answers that are sent piece by piece, each read once the one before it is sent: none takes more memory than a piece, or keeps
//! a reader of the database for as long as whoever reads the answer likes.

use actix_web::web::Bytes;
use serde::Serialize;

/// Items of a list as JSON, with the commas between them and before all but the first of the list.
pub fn items<'a, R, V: From<&'a R> + Serialize>(values: &'a [R], first: bool) -> Bytes {
    let mut text = Vec::new();
    for (index, value) in values.iter().enumerate() {
        if index > 0 || !first {
            text.push(b',');
        }
        text.extend(serde_json::to_vec(&V::from(value)).unwrap_or_default());
    }
    text.into()
}
