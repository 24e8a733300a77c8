//! The closed lists with their labels and national codes, for clients to build their forms from.

use std::sync::LazyLock;

use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::nomenclature::{
    Absence, AgeGroup, Autonomy, ClosedList, Equipment, FollowUp, Gender, Kind, Level, Principle, Redirection, Setting,
    Situation, Theme,
};
use crate::http::request::caller::Public;
use crate::http::request::conditions::TaggedJson;
use crate::http::wire::code_schema::{Code, CountsBody, CountsView};

// utoipa puts the arguments of a generic type into the name of its schema; behind an alias it does not see them.
/// A code of [`Kind`].
pub type KindCode = Code<Kind>;
/// A code of [`Setting`].
pub type SettingCode = Code<Setting>;
/// A code of [`Principle`].
pub type PrincipleCode = Code<Principle>;
/// A code of [`Absence`].
pub type AbsenceCode = Code<Absence>;
/// A code of [`Theme`].
pub type ThemeCode = Code<Theme>;
/// A code of [`Redirection`].
pub type RedirectionCode = Code<Redirection>;
/// A code of [`Equipment`].
pub type EquipmentCode = Code<Equipment>;
/// A code of [`Autonomy`].
pub type AutonomyCode = Code<Autonomy>;
/// A code of [`Level`].
pub type LevelCode = Code<Level>;
/// People by [`AgeGroup`], as they are sent.
pub type AgeGroupCounts = CountsBody<AgeGroup>;
/// People by [`AgeGroup`], as they are answered.
pub type AgeGroupView = CountsView<AgeGroup>;
/// People by [`Gender`], as they are sent.
pub type GenderCounts = CountsBody<Gender>;
/// People by [`Gender`], as they are answered.
pub type GenderView = CountsView<Gender>;
/// People by [`Situation`], as they are sent.
pub type SituationCounts = CountsBody<Situation>;
/// People by [`Situation`], as they are answered.
pub type SituationView = CountsView<Situation>;
/// People by [`FollowUp`], as they are sent.
pub type FollowUpCounts = CountsBody<FollowUp>;
/// People by [`FollowUp`], as they are answered.
pub type FollowUpView = CountsView<FollowUp>;

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
    /// Values of `equipment`.
    equipment: Vec<NomenclatureEntryView>,
    /// Values of `autonomy`.
    autonomies: Vec<NomenclatureEntryView>,
    /// Values of `level`.
    levels: Vec<NomenclatureEntryView>,
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
    /// The code of the national platform La Coop that means the same, where it has one.
    #[schema(required = true, example = "email")]
    la_coop: Option<&'static str>,
    /// The code of Espace Coop, which La Coop replaced, that meant the same, where it had one.
    #[schema(required = true, example = "courriel")]
    espace_coop: Option<&'static str>,
    /// The codes under which La Coop takes what has this code, the wider ones included; none where it takes nothing of it.
    #[schema(example = json!(["email"]))]
    towards_la_coop: Vec<&'static str>,
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
            towards_la_coop: entry.towards_la_coop().to_vec(),
        }
    };
    T::ALL.iter().map(view).collect()
}

static NOMENCLATURE: LazyLock<TaggedJson> = LazyLock::new(|| {
    TaggedJson::new(&NomenclatureView {
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
        equipment: entries::<Equipment>(),
        autonomies: entries::<Autonomy>(),
        levels: entries::<Level>(),
    })
});

/// Read the closed lists: codes, labels, national codes.
///
/// Public: clients build their forms from these lists. The lists change only with the program: keep a copy, and ask
/// again with its `ETag`.
#[utoipa::path(
    tag = "nomenclature",
    params(TaggedJson),
    responses(
        (status = 200, description = "The lists", body = NomenclatureView, headers(("ETag" = String))),
        (status = 304, description = "The copy at hand is good")
    ),
    security(()),
)]
#[get("/v1/nomenclature")]
pub async fn get_nomenclature(_: Public, request: HttpRequest) -> HttpResponse {
    NOMENCLATURE.answer(&request)
}
