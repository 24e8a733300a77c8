//! What the path of a request names, read with every fault at once.

use actix_web::HttpRequest;

use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::{AdvisorId, Id};

/// What the path of an operation names. By `utoipa::IntoParams` the same type describes the path in the API's document.
pub trait PathParameters: Sized {
    /// Reads the path; `None` only when `reader` noted a fault.
    fn read(reader: &mut PathReader<'_>) -> Option<Self>;

    /// The advisor whom the path names: other advisors are refused.
    fn advisor(&self) -> Option<AdvisorId> {
        None
    }
}

/// The path of an operation, when it names nothing.
impl PathParameters for () {
    fn read(_: &mut PathReader<'_>) -> Option<Self> {
        Some(())
    }
}

/// What a path names, when two types read it together.
impl<A: PathParameters, B: PathParameters> PathParameters for (A, B) {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        let (a, b) = (A::read(reader), B::read(reader));
        a.zip(b)
    }

    fn advisor(&self) -> Option<AdvisorId> {
        self.0.advisor().or_else(|| self.1.advisor())
    }
}

/// The path of a request, and the faults found in it so far.
pub struct PathReader<'a> {
    request: &'a HttpRequest,
    errors: FieldErrors,
}

impl<'a> PathReader<'a> {
    /// A reader of the path of this request.
    pub const fn new(request: &'a HttpRequest) -> Self {
        Self {
            request,
            errors: FieldErrors::new(),
        }
    }

    /// The value of the parameter with this name.
    pub fn value<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Result<T, FieldCode>) -> Option<T> {
        let value = read(self.request.match_info().query(name));
        value.map_err(|code| self.errors.push_parameter(name, code)).ok()
    }

    /// The identifier in the parameter with this name.
    pub fn id<K>(&mut self, name: &str) -> Option<Id<K>> {
        self.value(name, |text| text.parse().map_err(|_| FieldCode::InvalidUuid))
    }

    /// Every fault that was found.
    #[must_use]
    pub fn finish(self) -> FieldErrors {
        self.errors
    }
}
