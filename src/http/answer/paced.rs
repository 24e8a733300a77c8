//! Large answers, handed out piece by piece as fast as their readers take them: a reader who is too slow is left, and what
//! was set apart for the answer is given back.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;

use crate::http::heavy_reads::Place;

/// How long an answer may take to be read, and how many bytes of it earn its reader another second.
const PATIENCE: Duration = Duration::from_mins(1);
const BYTES_A_SECOND: u64 = 16 << 10;
/// How much is handed out at once: what is waiting for a reader beside that is there once, not twice.
const PIECE: usize = 64 << 10;

/// The reader is too slow.
#[derive(Debug, thiserror::Error)]
#[error("the answer is read too slowly")]
struct TooSlow;

/// An answer that is handed out piece by piece.
struct Paced {
    /// What is still to be made.
    body: BoxBody,
    /// What is made, and not handed out yet.
    made: Bytes,
    begun: Instant,
    handed_out: u64,
    /// The place of a heavy read, which ends with its answer.
    _place: Option<Place>,
}

/// An answer as it is handed out. A small one needs no pace, nor the place of what was read for it.
pub(super) fn paced(body: BoxBody, place: Option<Place>) -> BoxBody {
    let small = match body.size() {
        BodySize::None => true,
        BodySize::Sized(length) => usize::try_from(length).is_ok_and(|length| length <= PIECE),
        BodySize::Stream => false,
    };
    if small {
        return body;
    }
    BoxBody::new(Paced {
        body,
        made: Bytes::new(),
        begun: Instant::now(),
        handed_out: 0,
        _place: place,
    })
}

impl MessageBody for Paced {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let earned = Duration::from_secs(self.handed_out / BYTES_A_SECOND);
        if self.begun.elapsed() > PATIENCE + earned {
            return Poll::Ready(Some(Err(TooSlow.into())));
        }
        if self.made.is_empty() {
            match std::task::ready!(Pin::new(&mut self.body).poll_next(context)) {
                Some(Ok(made)) => self.made = made,
                other => return Poll::Ready(other),
            }
        }
        let length = self.made.len().min(PIECE);
        self.handed_out += u64::try_from(length).unwrap_or_default();
        Poll::Ready(Some(Ok(self.made.split_to(length))))
    }
}
