//! The report on the wire: what clients send, and how it becomes a draft of the domain.

use serde::Deserialize;
use utoipa::ToSchema;

use super::nomenclature::{
    AbsenceCode, AgeGroupCounts, AutonomyCode, EquipmentCode, FollowUpCounts, GenderCounts, KindCode, LevelCode,
    PrincipleCode, RedirectionCode, SettingCode, SituationCounts, ThemeCode,
};
use crate::domain::intervention::InterventionDraft;
use crate::domain::report::ReportDraft;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::request::json_body::{given, objects, parse};
use crate::http::wire;
use crate::http::wire::code_schema::{Code, ResidenceCounts, residence_counts};

/// The report of a day, as a client sends it. Leave out what is not said; `null` and unknown fields are refused.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportRequest)]
pub struct ReportBody {
    /// The interventions, in the order of the day; none with an absence.
    #[serde(default, deserialize_with = "objects")]
    #[schema(max_items = 100)]
    interventions: Vec<InterventionBody>,
    /// Why the advisor did not work.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    absence: Option<AbsenceCode>,
    /// A note on the day, without personal data of residents; no control characters but newline.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Note>, nullable = false)]
    note: Option<String>,
    /// When the device recorded the report, by its own clock; stored, never used to order or refuse writes.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Instant>, nullable = false)]
    recorded_at: Option<String>,
}

impl From<ReportBody> for ReportDraft {
    fn from(body: ReportBody) -> Self {
        Self {
            interventions: body.interventions.into_iter().map(Into::into).collect(),
            absence: body.absence.map(Code::into_text),
            note: body.note,
            recorded_at: body.recorded_at,
        }
    }
}

/// The draft that the body of a request says: what `PUT` of a day reads, for those who count what reading costs.
///
/// # Errors
/// When its shape is not that of a report.
pub fn report_draft(body: &[u8]) -> Result<ReportDraft, ProblemCode> {
    let body: ReportBody = parse(body).map_err(|problem| problem.code())?;
    Ok(body.into())
}

/// One intervention, as a client sends it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InterventionRequest)]
pub struct InterventionBody {
    /// The client's identifier, unique per advisor; left out, the intervention gets the identifier stored at its
    /// position, or a new one.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    id: Option<String>,
    /// A workshop, individual supports or one-off requests.
    kind: KindCode,
    /// Whether the advisor assisted a colleague, who reports the participants. The minutes count; `participants` is 0, and nothing
    /// is said of people, redirections and referrals.
    #[serde(default)]
    #[schema(default = false)]
    assisting: bool,
    /// The people helped: 1 at least, but 0 with `assisting`.
    #[schema(minimum = 0, maximum = 1000, example = 9)]
    participants: i64,
    /// Those among them who had been helped before; at most `participants`.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1000, default = 0, example = 4)]
    recurring_participants: i64,
    /// The advisor's time for the whole intervention, in minutes.
    #[schema(minimum = 1, maximum = 1440, example = 90)]
    duration_minutes: i64,
    /// Where it took place.
    setting: SettingCode,
    /// The principle of the action plan that it serves.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    principle: Option<PrincipleCode>,
    /// The INSEE code of the commune.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::CommuneCode>, nullable = false, example = "72181")]
    commune_code: Option<String>,
    /// The name of the place, such as `Médiathèque`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::ShortText>, nullable = false)]
    place_name: Option<String>,
    /// What the intervention was about: distinct codes.
    #[schema(value_type = BTreeSet<ThemeCode>, min_items = 1, max_items = 20)]
    themes: Vec<ThemeCode>,
    /// The people by age; the rest is undisclosed, which is never sent.
    #[serde(default)]
    age_groups: AgeGroupCounts,
    /// The people by gender; the rest is undisclosed.
    #[serde(default)]
    genders: GenderCounts,
    /// The people by occupation; the rest is undisclosed.
    #[serde(default)]
    situations: SituationCounts,
    /// The people by what follows the intervention.
    #[serde(default)]
    follow_ups: FollowUpCounts,
    /// To whom people were redirected: distinct codes; only when `follow_ups.redirected` is 1 or more.
    #[serde(default)]
    #[schema(value_type = BTreeSet<RedirectionCode>, max_items = 25)]
    redirected_to: Vec<RedirectionCode>,
    /// Whether a social or outreach worker asked for the intervention.
    #[serde(default)]
    #[schema(default = false)]
    referred_by_social_worker: bool,
    /// Whether that worker came along to the first appointment; only with `referred_by_social_worker`.
    #[serde(default)]
    #[schema(default = false)]
    first_visit_accompanied: bool,
    /// With what equipment: distinct codes.
    #[serde(default)]
    #[schema(value_type = BTreeSet<EquipmentCode>, max_items = 5)]
    equipment: Vec<EquipmentCode>,
    /// How far the people helped did it themselves.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    autonomy: Option<AutonomyCode>,
    /// The level of a workshop.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    level: Option<LevelCode>,
    /// The title of a workshop outside the catalogue, such as `Ma tablette au quotidien`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::ShortText>, nullable = false)]
    title: Option<String>,
    /// Which administrative procedure it was about, such as `Renouvellement du passeport`, without personal data of residents; only
    /// with a theme of procedures. It is forgotten with the notes.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::ShortText>, nullable = false)]
    procedure: Option<String>,
    /// The people by the commune where they live; the rest is undisclosed.
    #[serde(default)]
    #[schema(schema_with = residence_counts)]
    residences: ResidenceCounts,
    /// The place of the organisation's base where it took place. Where `commune_code` or `partner_id` is not sent, figures count
    /// those of the place.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    place_id: Option<String>,
    /// The partner with whom.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    partner_id: Option<String>,
    /// The planned session that it was, one that follows from a schedule too: it was held then. Where `principle` is not sent,
    /// figures count the one that the session serves.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    planned_session_id: Option<String>,
    /// The sheet of the catalogue that it followed.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    workshop_id: Option<String>,
    /// The referral to which it answers; not with `assisting`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    referral_id: Option<String>,
    /// The organisation's own words for it: distinct tags.
    #[serde(default)]
    #[schema(value_type = BTreeSet<wire::Identifier>, max_items = 20)]
    tags: Vec<String>,
    /// A note, without personal data of residents; no control characters but newline.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Note>, nullable = false)]
    note: Option<String>,
}

impl From<InterventionBody> for InterventionDraft {
    fn from(body: InterventionBody) -> Self {
        Self {
            id: body.id,
            kind: body.kind.into_text(),
            assisting: body.assisting,
            participants: body.participants,
            recurring_participants: body.recurring_participants,
            duration_minutes: body.duration_minutes,
            setting: body.setting.into_text(),
            principle: body.principle.map(Code::into_text),
            commune_code: body.commune_code,
            place_name: body.place_name,
            themes: body.themes.into_iter().map(Code::into_text).collect(),
            age_groups: body.age_groups.0,
            genders: body.genders.0,
            situations: body.situations.0,
            follow_ups: body.follow_ups.0,
            redirected_to: body.redirected_to.into_iter().map(Code::into_text).collect(),
            referred_by_social_worker: body.referred_by_social_worker,
            first_visit_accompanied: body.first_visit_accompanied,
            equipment: body.equipment.into_iter().map(Code::into_text).collect(),
            autonomy: body.autonomy.map(Code::into_text),
            level: body.level.map(Code::into_text),
            title: body.title,
            procedure: body.procedure,
            residences: body.residences.0,
            place_id: body.place_id,
            partner_id: body.partner_id,
            planned_session_id: body.planned_session_id,
            workshop_id: body.workshop_id,
            referral_id: body.referral_id,
            tags: body.tags,
            note: body.note,
        }
    }
}
