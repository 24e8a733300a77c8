//! The report on the wire: what the service answers. Every field is there; `null` stands for what was not said.

use serde::Serialize;
use utoipa::ToSchema;

use super::nomenclature::{
    AbsenceCode, AgeGroupView, AutonomyCode, EquipmentCode, FollowUpView, GenderView, KindCode, LevelCode,
    PrincipleCode, RedirectionCode, SettingCode, SituationView, ThemeCode,
};
use crate::domain::report::{Entry, RecordedReport};
use crate::http::wire;
use crate::http::wire::code_schema::{ResidenceCounts, residence_counts};

/// The report of an advisor's day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Report)]
pub struct ReportView {
    /// Whose report.
    advisor_id: wire::Identifier,
    /// Of which day.
    date: wire::Day,
    /// Counts the writes of this day, deletions included; the value of `If-Match`.
    #[schema(minimum = 1, example = 1)]
    version: i64,
    /// When the report first came.
    received_at: wire::Instant,
    /// When this version came.
    updated_at: wire::Instant,
    /// When the device recorded the report, by its own clock; `null` when the device did not say.
    #[schema(required = true)]
    recorded_at: Option<wire::Instant>,
    /// The account that wrote this version.
    recorded_by: wire::Identifier,
    /// Why the advisor did not work; `null` when they worked.
    #[schema(required = true)]
    absence: Option<AbsenceCode>,
    /// The note on the day.
    #[schema(required = true, example = "Fourgon en panne le matin")]
    note: Option<String>,
    /// The interventions, in the order of the day.
    #[schema(max_items = 100)]
    interventions: Vec<InterventionView>,
}

impl From<&RecordedReport> for ReportView {
    fn from(report: &RecordedReport) -> Self {
        let content = &report.content;
        Self {
            advisor_id: report.advisor.into(),
            date: report.date.into(),
            version: report.version,
            received_at: report.received_at.into(),
            updated_at: report.updated_at.into(),
            recorded_at: report.recorded_at.map(Into::into),
            recorded_by: report.recorded_by.into(),
            absence: content.absence().map(Into::into),
            note: content.note().map(str::to_owned),
            interventions: content.entries().iter().map(Into::into).collect(),
        }
    }
}

/// One intervention of a report.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Intervention)]
pub struct InterventionView {
    /// Its identifier, unique per advisor.
    id: wire::Identifier,
    /// A workshop, individual supports or one-off requests.
    kind: KindCode,
    /// Whether the advisor assisted a colleague, who reports the participants: then only the minutes count.
    assisting: bool,
    /// The people helped; 0 with `assisting`.
    #[schema(minimum = 0, maximum = 1000, example = 9)]
    participants: i64,
    /// Those among them who had been helped before.
    #[schema(minimum = 0, maximum = 1000, example = 4)]
    recurring_participants: i64,
    /// The advisor's time for the whole intervention, in minutes.
    #[schema(minimum = 1, maximum = 1440, example = 90)]
    duration_minutes: i64,
    /// Where it took place.
    setting: SettingCode,
    /// The principle of the action plan that it serves.
    #[schema(required = true)]
    principle: Option<PrincipleCode>,
    /// The INSEE code of the commune.
    #[schema(required = true, example = "72181")]
    commune_code: Option<String>,
    /// The name of the place.
    #[schema(required = true, example = "Médiathèque")]
    place_name: Option<String>,
    /// What the intervention was about: codes, sorted.
    #[schema(min_items = 1, max_items = 20)]
    themes: Vec<ThemeCode>,
    /// The people by age, without groups of nobody; the rest is undisclosed.
    age_groups: AgeGroupView,
    /// The people by gender, without groups of nobody; the rest is undisclosed.
    genders: GenderView,
    /// The people by occupation, without groups of nobody; the rest is undisclosed.
    situations: SituationView,
    /// The people by what follows the intervention, without groups of nobody.
    follow_ups: FollowUpView,
    /// To whom people were redirected: codes, sorted.
    #[schema(max_items = 100)]
    redirected_to: Vec<RedirectionCode>,
    /// Whether a social or outreach worker asked for the intervention.
    referred_by_social_worker: bool,
    /// Whether that worker came along to the first appointment.
    first_visit_accompanied: bool,
    /// With what equipment: codes, sorted.
    #[schema(max_items = 100)]
    equipment: Vec<EquipmentCode>,
    /// How far the people helped did it themselves.
    #[schema(required = true)]
    autonomy: Option<AutonomyCode>,
    /// The level of a workshop.
    #[schema(required = true)]
    level: Option<LevelCode>,
    /// The title of a workshop outside the catalogue.
    #[schema(required = true, example = "Ma tablette au quotidien")]
    title: Option<String>,
    /// Which administrative procedure it was about.
    #[schema(required = true, example = "Renouvellement du passeport")]
    procedure: Option<String>,
    /// The people by the commune where they live, without communes of nobody; the rest is undisclosed.
    #[schema(schema_with = residence_counts)]
    residences: ResidenceCounts,
    /// The place, as it was sent.
    #[schema(required = true)]
    place_id: Option<wire::Identifier>,
    /// The partner, as it was sent.
    #[schema(required = true)]
    partner_id: Option<wire::Identifier>,
    /// The planned session that it was.
    #[schema(required = true)]
    planned_session_id: Option<wire::Identifier>,
    /// The sheet of the catalogue that it followed.
    #[schema(required = true)]
    workshop_id: Option<wire::Identifier>,
    /// The referral to which it answers.
    #[schema(required = true)]
    referral_id: Option<wire::Identifier>,
    /// Its tags, sorted.
    #[schema(max_items = 20)]
    tags: Vec<wire::Identifier>,
    /// The note.
    #[schema(required = true, example = "Groupe très motivé")]
    note: Option<String>,
}

impl From<&Entry> for InterventionView {
    fn from(entry: &Entry) -> Self {
        let said = &entry.intervention;
        Self {
            id: entry.id.into(),
            kind: said.kind.into(),
            assisting: said.assists(),
            participants: said.participants,
            recurring_participants: said.recurring_participants,
            duration_minutes: said.duration_minutes,
            setting: said.setting.into(),
            principle: said.principle.map(Into::into),
            commune_code: said.commune_code.as_ref().map(|code| code.as_str().to_owned()),
            place_name: said.place_name.clone(),
            themes: said.themes.sorted().into_iter().map(Into::into).collect(),
            age_groups: (&said.age_groups).into(),
            genders: (&said.genders).into(),
            situations: (&said.situations).into(),
            follow_ups: (&said.follow_ups).into(),
            redirected_to: said.redirected_to.sorted().into_iter().map(Into::into).collect(),
            referred_by_social_worker: said.referred_by_social_worker,
            first_visit_accompanied: said.first_visit_accompanied,
            equipment: said.equipment.sorted().into_iter().map(Into::into).collect(),
            autonomy: said.autonomy.map(Into::into),
            level: said.level.map(Into::into),
            title: said.title.clone(),
            procedure: said.procedure.clone(),
            residences: (&said.residences).into(),
            place_id: said.place_id.map(Into::into),
            partner_id: said.partner_id.map(Into::into),
            planned_session_id: said.planned_session_id.map(Into::into),
            workshop_id: said.workshop_id.map(Into::into),
            referral_id: said.referral_id.map(Into::into),
            tags: said.tags.iter().map(|tag| (*tag).into()).collect(),
            note: said.note.clone(),
        }
    }
}
