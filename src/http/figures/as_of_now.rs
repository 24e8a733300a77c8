//! Figures that are as of now, whether months are closed or not: read, and answered as JSON or as the document that is asked for.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::copy_at_hand::unless_at_hand;
use super::query::PeriodParameters;
use crate::documents::builders::Style;
use crate::documents::document::Document;
use crate::domain::calendar::Months;
use crate::domain::identifiers::OrganisationId;
use crate::domain::language::Language;
use crate::http::answer::envelope::language_of;
use crate::http::answer::formats::{Format, document_answer, json_answer};
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::query::FormatParameter;
use crate::http::request::rights::Member;
use crate::storage::{Snapshot, StorageError};

/// Reads figures of an organisation and a period, as of an instant; `None`: there is no such organisation any more.
type Read<F> = fn(&mut Snapshot<'_>, OrganisationId, Months, DateTime<Utc>) -> Result<Option<F>, StorageError>;

/// How figures of a kind are read and told.
pub struct AsOfNow<F, V> {
    /// Reads them.
    pub read: Read<F>,
    /// Tells them as JSON.
    pub view: fn(&F, Language) -> V,
    /// Tells them as a document.
    pub document: fn(&F, Style<'_>) -> Document,
    /// The name of the document as a file, in French and in English.
    pub name: (&'static str, &'static str),
}

impl<F: Send + 'static, V: Serialize> AsOfNow<F, V> {
    /// Answers with the figures of the organisation of whoever calls.
    ///
    /// # Errors
    /// 400 with the fault of the period, 401 when the organisation has gone, 500 or 503 when no document was made.
    pub async fn answer(
        self,
        who: &Member,
        (period, format): (PeriodParameters, FormatParameter),
        request: &HttpRequest,
        application: &Application,
    ) -> Result<HttpResponse, Problem> {
        unless_at_hand(who, request, application, async {
            let (organisation, zone, now) = (who.organisation, who.time_zone, application.now());
            let period = period.period(now.with_timezone(&zone).date_naive())?;
            let read = self.read;
            let found = application
                .store
                .read_figures(move |snapshot| read(snapshot, organisation, period, now));
            let found = found.await?.ok_or(ProblemCode::Unauthenticated)?;
            let language = language_of(request);
            let Format::Document(form) = format.or_accepted(request) else {
                return Ok(json_answer(&(self.view)(&found, language), language));
            };
            let names = &BTreeMap::new();
            let document = (self.document)(&found, Style { language, zone, names });
            let name = language.choose(self.name.0, self.name.1);
            document_answer(&application.documents, document, form, name, period).await
        })
        .await
    }
}
