//! Documents as files: made off the threads that answer, two at a time, and kept where they never change. A PDF takes a core
//! for a seventh of a second, and whoever has a public link may ask for it again and again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::web::{Bytes, block};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::documents::document::{Document, DocumentError, Standing};
use crate::documents::form::Form;

/// How many are made at once.
const AT_ONCE: usize = 2;
/// How long another waits until it is made.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many are kept, and how many bytes of them: the last that were asked for.
const KEPT: usize = 64;
const KEPT_BYTES: usize = 16 << 20;

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Too many are being made.
    #[error("too many documents are being made")]
    Busy,
    /// It cannot be made, which does not happen to the documents of this program.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

/// A document that is kept.
struct Kept {
    document: Document,
    form: Form,
    file: Bytes,
}

/// What makes documents, and keeps them.
pub struct KeptDocuments {
    places: Arc<Semaphore>,
    patience: Duration,
    kept: Mutex<VecDeque<Kept>>,
}

impl Default for KeptDocuments {
    fn default() -> Self {
        Self::waiting(PATIENCE)
    }
}

impl KeptDocuments {
    /// What keeps nothing yet, and has each document wait so long until it is made.
    #[must_use]
    pub fn waiting(patience: Duration) -> Self {
        Self {
            places: Arc::new(Semaphore::new(AT_ONCE)),
            patience,
            kept: Mutex::default(),
        }
    }

    /// A document in a form.
    ///
    /// # Errors
    /// [`FileError`].
    pub(super) async fn file(&self, document: Document, form: Form) -> Result<Bytes, FileError> {
        if let Some(file) = self.find(&document, form) {
            return Ok(file);
        }
        let place = self.place().await?;
        // Somebody else may have asked for it meanwhile.
        if let Some(file) = self.find(&document, form) {
            return Ok(file);
        }
        let made = block(move || {
            let made = form.render(&document);
            drop(place);
            (document, made)
        });
        let (document, made) = made.await.map_err(|_| FileError::Busy)?;
        let file = Bytes::from(made?);
        if matches!(document.standing, Standing::Published { .. }) {
            let file = file.clone();
            self.keep(Kept { document, form, file });
        }
        Ok(file)
    }

    /// What `render` makes, which is not kept.
    ///
    /// # Errors
    /// When too many are being made, or this one cannot be.
    pub async fn make(
        &self,
        render: impl FnOnce() -> Result<Vec<u8>, DocumentError> + Send + 'static,
    ) -> Result<Bytes, FileError> {
        let place = self.place().await?;
        let made = block(move || {
            let made = render();
            drop(place);
            made
        });
        Ok(Bytes::from(made.await.map_err(|_| FileError::Busy)??))
    }

    /// A place for a document that is made, once there is one.
    async fn place(&self) -> Result<OwnedSemaphorePermit, FileError> {
        match timeout(self.patience, Arc::clone(&self.places).acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(FileError::Busy),
        }
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The file of a document that is kept, which is then the last that was asked for.
    fn find(&self, document: &Document, form: Form) -> Option<Bytes> {
        let mut kept = self.kept();
        let index = kept
            .iter()
            .position(|kept| kept.form == form && kept.document == *document)?;
        let found = kept.remove(index)?;
        let file = found.file.clone();
        kept.push_back(found);
        Some(file)
    }

    fn keep(&self, new: Kept) {
        let mut kept = self.kept();
        kept.push_back(new);
        let mut bytes: usize = kept.iter().map(|kept| kept.file.len()).sum();
        while kept.len() > KEPT || bytes > KEPT_BYTES {
            let Some(oldest) = kept.pop_front() else {
                break;
            };
            bytes -= oldest.file.len();
        }
    }
}
