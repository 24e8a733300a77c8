//! JSON bodies, read strictly: media type, size, shape. A JSON pointer tells where a fault is.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::BytesMut;
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt as _;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_path_to_error::{Path, Segment};
use tokio::time::{Instant, timeout_at};

use crate::domain::field_error::FieldCode;
use crate::domain::intervention::pointer_token;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;

/// The largest body of most requests, in bytes: 1 MiB.
pub const BODY_MAX: usize = 1 << 20;
/// How long a body may take to begin, and how many bytes of it earn it another second: 32 kbit/s, which a phone has far
/// from any mast.
const PATIENCE: Duration = Duration::from_secs(20);
const BYTES_A_SECOND: u64 = 4096;
/// How many bytes of a body that is too large are read before the answer: many clients read no answer before they have
/// sent the whole body.
const DRAIN_MAX: usize = 16 << 20;

/// The JSON body of a request, of `MAX` bytes at most.
pub struct JsonBody<T, const MAX: usize = BODY_MAX>(pub T);

impl<T: DeserializeOwned + 'static, const MAX: usize> FromRequest for JsonBody<T, MAX> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let sound = check_headers(request, MAX, &["application/json"]);
        let payload = payload.take();
        Box::pin(async move {
            let body = read_payload(payload, MAX).await;
            sound?;
            Ok(Self(parse(&body?)?))
        })
    }
}

/// The media type of the body of a request, without its parameters.
pub(super) fn media_type(request: &HttpRequest) -> Option<&str> {
    let header = request.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    header.split(';').next().map(str::trim)
}

/// Refuses a body that says that it is larger than `max`, or of another media type than these.
pub(super) fn check_headers(request: &HttpRequest, max: usize, taken: &[&str]) -> Result<(), Problem> {
    let length = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    let length = length.and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length > max) {
        return Err(ProblemCode::BodyTooLarge.into());
    }
    let is_taken = |media_type: &str| taken.iter().any(|taken| media_type.eq_ignore_ascii_case(taken));
    if media_type(request).is_some_and(is_taken) {
        Ok(())
    } else {
        Err(ProblemCode::UnsupportedMediaType.into())
    }
}

/// The whole body, as long as it comes fast enough. A body that is too large is read up to [`DRAIN_MAX`] and thrown away.
pub(super) async fn read_payload(mut payload: Payload, max: usize) -> Result<BytesMut, Problem> {
    let begun = Instant::now();
    let mut body = BytesMut::new();
    let mut length: usize = 0;
    loop {
        let earned = u64::try_from(length).unwrap_or_default() / BYTES_A_SECOND;
        let due = begun + PATIENCE + Duration::from_secs(earned);
        let chunk = timeout_at(due, payload.next()).await;
        let Some(chunk) = chunk.map_err(|_| ProblemCode::RequestTimeout)? else {
            break;
        };
        let chunk = chunk.map_err(|_| Problem::malformed_body("", FieldCode::Syntax))?;
        length = length.saturating_add(chunk.len());
        if length <= max {
            body.extend_from_slice(&chunk);
        } else if length > DRAIN_MAX {
            break;
        }
    }
    if length > max {
        return Err(ProblemCode::BodyTooLarge.into());
    }
    Ok(body)
}

/// Reads one JSON object; any text after the object is a fault.
///
/// # Errors
/// The first fault of its shape.
pub(in crate::http) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // Checked as one text, which is quicker than each of its texts.
    let read = str::from_utf8(body).map(serde_json::from_str);
    match read {
        Ok(Ok(Object(value))) => Ok(value),
        _ => Err(fault::<T>(body)),
    }
}

/// The first fault of a body that could not be read. To follow the way to each field takes a third of the time again, so that it is
/// followed only where something is wrong.
fn fault<T: DeserializeOwned>(body: &[u8]) -> Problem {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    match serde_path_to_error::deserialize::<_, Object<T>>(&mut deserializer) {
        Err(error) => shape_fault(&error),
        // The fault comes after the object.
        Ok(_) => Problem::malformed_body("", FieldCode::Syntax),
    }
}

/// A value that must be a JSON object: serde by itself also reads a struct from an array of its fields.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData)).map(Self)
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

/// Reads a list of values, each of which must be a JSON object.
pub fn objects<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let objects = Vec::<Object<T>>::deserialize(deserializer)?;
    Ok(objects.into_iter().map(|Object(value)| value).collect())
}

/// Reads a field that may be left out but must not be `null`, which a plain `Option` accepts.
pub fn given<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Reads such a field when its value must be a JSON object.
pub fn given_object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Object::deserialize(deserializer).map(|Object(value)| Some(value))
}

/// The fault of a body that is not of the right shape. serde tells the kind of fault only in the words of its message.
fn shape_fault(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let inner = error.inner();
    let pointer = pointer(error.path());
    if !inner.is_data() {
        return Problem::malformed_body(&pointer, FieldCode::Syntax);
    }
    let message = inner.to_string();
    let field = message.split('`').nth(1).unwrap_or_default();
    let (code, names_field) = if message.starts_with("unknown field") {
        (FieldCode::UnknownField, true)
    } else if message.starts_with("duplicate field") {
        (FieldCode::DuplicateField, true)
    } else if message.starts_with("missing field") {
        (FieldCode::MissingField, true)
    } else {
        (FieldCode::WrongType, false)
    };
    let token = format!("/{}", pointer_token(field));
    if names_field && !pointer.ends_with(&token) {
        Problem::malformed_body(&format!("{pointer}{token}"), code)
    } else {
        Problem::malformed_body(&pointer, code)
    }
}

fn pointer(path: &Path) -> String {
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", pointer_token(key)),
            Segment::Enum { variant } => format!("/{}", pointer_token(variant)),
            Segment::Unknown => String::new(),
        })
        .collect()
}
