//! What the path of a request names: every fault of it at once.

use actix_web::HttpRequest;

use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::{AdvisorId, Id};

/// What the path of an operation names. The same type tells the document of it, by `utoipa::IntoParams`.
pub trait PathParameters: Sized {
    /// Reads it; `None` only when a fault was noted.
    fn read(reader: &mut PathReader<'_>) -> Option<Self>;

    /// The advisor that it names: another advisor is refused.
    fn advisor(&self) -> Option<AdvisorId> {
        None
    }
}

/// The path of an operation that names nothing.
impl PathParameters for () {
    fn read(_: &mut PathReader<'_>) -> Option<Self> {
        Some(())
    }
}

/// What both name.
impl<A: PathParameters, B: PathParameters> PathParameters for (A, B) {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let (a, b) = (A::read(reader), B::read(reader));
        a.zip(b)
    }

    fn advisor(&self) -> Option<AdvisorId> {
        self.0.advisor().or_else(|| self.1.advisor())
    }
}

/// The values of a path, and the faults so far.
pub struct PathReader<'a> {
    request: &'a HttpRequest,
    errors: FieldErrors,
}

impl<'a> PathReader<'a> {
    /// The values of a request's path.
    #[must_use]
    pub const fn new(request: &'a HttpRequest) -> Self {
        Self {
            request,
            errors: FieldErrors::new(),
        }
    }

    /// The value of a name.
    pub fn value<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Result<T, FieldCode>) -> Option<T> {
        let value = read(self.request.match_info().query(name));
        value.map_err(|code| self.errors.push_parameter(name, code)).ok()
    }

    /// The identifier of a name.
    pub fn id<K>(&mut self, name: &str) -> Option<Id<K>> {
        self.value(name, |text| text.parse().map_err(|_| FieldCode::InvalidUuid))
    }

    /// The faults.
    #[must_use]
    pub fn finish(self) -> FieldErrors {
        self.errors
    }
}
