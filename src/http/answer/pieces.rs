//! Large answers, which are made where they hold up nobody. Those that are sent piece by piece, each read once the one before it
//! is sent, take no more memory than a piece, and keep no reader of the database for as long as whoever reads the answer likes.

use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder};
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::storage::StorageError;

/// The media type of what the service answers but for documents and failures.
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Pieces are read and made two at a time: others read meanwhile, however many copies are taken at once.
static MAKING: Semaphore = Semaphore::const_new(2);
/// So is all large JSON written, of pages too: more threads at it would take the cores from those that answer.
static WRITING: Semaphore = Semaphore::const_new(2);

/// What makes a piece, when its turn has come.
pub async fn in_turn<T>(making: impl Future<Output = T>) -> T {
    let _turn = MAKING.acquire().await;
    making.await
}

/// Items of a list as JSON, with the commas between them and before all but the first of the list.
///
/// # Errors
/// When one cannot be written.
pub async fn items<R, V>(values: Vec<R>, first: bool) -> Result<Bytes, StorageError>
where
    R: Send + 'static,
    V: for<'a> From<&'a R> + Serialize,
{
    made_apart(move || {
        let mut text = Vec::new();
        for (index, value) in values.iter().enumerate() {
            if index > 0 || !first {
                text.push(b',');
            }
            serde_json::to_writer(&mut text, &V::from(value))?;
        }
        Ok(text)
    })
    .await
}

/// An answer of JSON that may be large.
///
/// # Errors
/// When it cannot be written.
pub async fn large<V: Serialize>(view: impl FnOnce() -> V + Send + 'static) -> Result<HttpResponse, StorageError> {
    let made = made_apart(move || serde_json::to_vec(&view())).await?;
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, JSON)).body(made))
}

/// An answer of JSON that is seldom longer than `length` bytes. That room is taken at once: to move a text again and again while
/// it grows takes as long as to write it.
///
/// # Errors
/// When it cannot be written.
pub fn json<V: Serialize>(
    answer: &mut HttpResponseBuilder,
    view: &V,
    length: usize,
) -> Result<HttpResponse, StorageError> {
    let mut made = Vec::with_capacity(length);
    serde_json::to_writer(&mut made, view).map_err(|error| unwritten(&error))?;
    Ok(answer.insert_header((CONTENT_TYPE, JSON)).body(made))
}

fn unwritten(error: &serde_json::Error) -> StorageError {
    StorageError::Corrupt(error.to_string())
}

/// JSON that is made apart from the threads that answer: megabytes take tens of milliseconds, in which a thread answers nobody.
async fn made_apart(
    make: impl FnOnce() -> serde_json::Result<Vec<u8>> + Send + 'static,
) -> Result<Bytes, StorageError> {
    let _turn = WRITING.acquire().await;
    let ended = spawn_blocking(make).await;
    let json = ended.map_err(|error| StorageError::Panicked(error.to_string()))?;
    json.map(Bytes::from).map_err(|error| unwritten(&error))
}
