//! Bodies that are files of several forms, told by their media type.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::BytesMut;
use actix_web::{FromRequest, HttpRequest};

use super::json_body::{check_headers, media_type, read_payload};

/// A file of `MAX` bytes at most, as a table in CSV or as JSON.
pub struct FileBody<const MAX: usize> {
    /// Whether it is JSON.
    pub is_json: bool,
    /// The file.
    pub bytes: BytesMut,
}

impl<const MAX: usize> FromRequest for FileBody<MAX> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let sound = check_headers(request, MAX, &["text/csv", "application/json"]);
        let is_json = media_type(request).is_some_and(|media_type| media_type.eq_ignore_ascii_case("application/json"));
        let payload = payload.take();
        Box::pin(async move {
            let body = read_payload(payload, MAX).await;
            sound?;
            let bytes = body?;
            Ok(Self { is_json, bytes })
        })
    }
}
