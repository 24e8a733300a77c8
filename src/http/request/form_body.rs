//! Forms of pages, as browsers send them without a script: media type, size, and fields that each stand once.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::json_body::read_payload;
use crate::domain::field_error::FieldCode;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;

/// The largest form, in bytes.
const FORM_MAX: usize = 32 << 10;

/// The form that a page sent.
pub struct FormBody<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for FormBody<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let header = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let media_type = header.and_then(|value| value.split(';').next());
        let is_form = media_type.is_some_and(|media_type| {
            media_type
                .trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
        let payload = payload.take();
        Box::pin(async move {
            let body = read_payload(payload, FORM_MAX).await;
            if !is_form {
                return Err(Problem::from(ProblemCode::UnsupportedMediaType).into());
            }
            let form = serde_urlencoded::from_bytes(&body?);
            Ok(Self(form.map_err(|_| Problem::malformed_body("", FieldCode::Syntax))?))
        })
    }
}
