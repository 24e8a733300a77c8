//! The closed lists with their labels and national codes, for clients to build their forms from.

use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse, get};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::domain::nomenclature::{
    Absence, AgeGroup, ClosedList, FollowUp, Gender, Kind, Principle, Redirection, Setting, Situation, Theme,
};
use crate::http::request::caller::Public;

/// Every closed list of a report, in the order in which documents show the codes.
#[derive(Serialize, ToSchema)]
#[schema(as = Nomenclature)]
pub struct NomenclatureView {
    /// Values of `kind`.
    kinds: Vec<NomenclatureEntryView>,
    /// Values of `setting`.
    settings: Vec<NomenclatureEntryView>,
    /// Values of `principle`.
    principles: Vec<NomenclatureEntryView>,
    /// Values of `absence`.
    absences: Vec<NomenclatureEntryView>,
    /// Values of `themes`.
    themes: Vec<NomenclatureEntryView>,
    /// Groups of `age_groups`; `undisclosed` is derived and never sent.
    age_groups: Vec<NomenclatureEntryView>,
    /// Groups of `genders`.
    genders: Vec<NomenclatureEntryView>,
    /// Groups of `situations`.
    situations: Vec<NomenclatureEntryView>,
    /// Groups of `follow_ups`.
    follow_ups: Vec<NomenclatureEntryView>,
    /// Values of `redirected_to`.
    redirected_to: Vec<NomenclatureEntryView>,
}

/// One code of a closed list.
#[derive(Serialize, ToSchema)]
#[schema(as = NomenclatureEntry)]
pub struct NomenclatureEntryView {
    /// The code.
    #[schema(example = "email")]
    code: &'static str,
    /// The label in French.
    #[schema(example = "Courriel")]
    label_fr: &'static str,
    /// The label in English.
    #[schema(example = "E-mail")]
    label_en: &'static str,
    /// The code of the national platform La Coop, where it has one.
    #[schema(required = true, example = "email")]
    la_coop: Option<&'static str>,
    /// The code of its predecessor Espace Coop, where it had one.
    #[schema(required = true, example = "courriel")]
    espace_coop: Option<&'static str>,
}

fn entries<T: ClosedList>() -> Vec<NomenclatureEntryView> {
    let view = |value: &T| {
        let entry = value.entry();
        NomenclatureEntryView {
            code: entry.code,
            label_fr: entry.french,
            label_en: entry.english,
            la_coop: entry.la_coop,
            espace_coop: entry.espace_coop,
        }
    };
    T::ALL.iter().map(view).collect()
}

/// The answer and its entity tag, made once: the lists change only with the program.
static ANSWER: LazyLock<(String, String)> = LazyLock::new(|| {
    let view = NomenclatureView {
        kinds: entries::<Kind>(),
        settings: entries::<Setting>(),
        principles: entries::<Principle>(),
        absences: entries::<Absence>(),
        themes: entries::<Theme>(),
        age_groups: entries::<AgeGroup>(),
        genders: entries::<Gender>(),
        situations: entries::<Situation>(),
        follow_ups: entries::<FollowUp>(),
        redirected_to: entries::<Redirection>(),
    };
    let body = serde_json::to_string(&view).unwrap_or_default();
    let digest = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&body));
    (body, format!("\"{digest}\""))
});

/// Read the closed lists: codes, labels, national codes.
///
/// Public: forms are built from it. It changes only with the program: keep it, and ask again with its `ETag`.
#[utoipa::path(
    tag = "nomenclature",
    params(("If-None-Match" = Option<String>, Header, nullable = false, description = "The `ETag` of the copy at hand")),
    responses(
        (status = 200, description = "The lists", body = NomenclatureView, headers(("ETag" = String, description = "Changes when the lists do"))),
        (status = 304, description = "The copy at hand is good")
    ),
    security(()),
)]
#[get("/v1/nomenclature")]
pub async fn get_nomenclature(_: Public, request: HttpRequest) -> HttpResponse {
    let (body, tag) = &*ANSWER;
    let mut lines = request
        .headers()
        .get_all(IF_NONE_MATCH)
        .filter_map(|line| line.to_str().ok());
    let known = lines.any(|line| {
        let mut tags = line.split(',').map(str::trim);
        tags.any(|candidate| candidate == "*" || candidate.strip_prefix("W/").unwrap_or(candidate) == tag)
    });
    let mut response = if known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((ETAG, tag.as_str()))
        .insert_header((CACHE_CONTROL, "public, max-age=300"));
    if known {
        response.finish()
    } else {
        response.content_type("application/json").body(body.as_str())
    }
}
