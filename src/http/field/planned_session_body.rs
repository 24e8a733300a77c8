//! Planned sessions on the wire: what a client says of one, and what it reads.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::field::plan::{PlanDraft, PlanKind};
use crate::domain::field::planned_session::{Clash, CommitmentsMet, Outcome, Planned, PlannedSessionDraft};
use crate::http::request::json_body::given;
use crate::http::wire;
use crate::http::wire::clash::ClashView;
use crate::http::wire::code_schema::Code;

// utoipa puts the arguments of a generic type into the name of its schema; behind an alias it does not see them.
/// A code of [`PlanKind`].
pub type PlanKindCode = Code<PlanKind>;
/// A code of [`Outcome`].
pub type OutcomeCode = Code<Outcome>;
/// A code of [`CommitmentsMet`].
pub type CommitmentsMetCode = Code<CommitmentsMet>;

/// A session, as somebody plans it or tells what became of it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PlannedSessionRequest)]
pub struct PlannedSessionBody {
    /// What is planned.
    kind: PlanKindCode,
    /// On which day.
    #[schema(value_type = wire::Day)]
    day: String,
    /// When it begins.
    #[schema(value_type = wire::Time)]
    from: String,
    /// When it ends, later that day.
    #[schema(value_type = wire::Time, example = "12:00")]
    to: String,
    /// Where it is.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    place_id: Option<String>,
    /// Where it is, in words, when that is no place of the organisation.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_length = 200, example = "Place du marché")]
    place_name: Option<String>,
    /// The advisors who do it.
    #[serde(default)]
    #[schema(value_type = Vec<wire::Identifier>, max_items = 20)]
    advisors: Vec<String>,
    /// The sheet of the catalogue.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    workshop_id: Option<String>,
    /// The agreement from which it follows.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    agreement_id: Option<String>,
    /// The request that it answers.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    request_id: Option<String>,
    /// Whose first visit it is.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    referral_id: Option<String>,
    /// The place that goes there: one that is mobile.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<wire::Identifier>, nullable = false)]
    vehicle_id: Option<String>,
    /// For how many people it has room.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, minimum = 1, maximum = 1000, example = 12)]
    capacity: Option<i64>,
    /// How many people have registered.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, minimum = 0, maximum = 1000, example = 9)]
    registered: Option<i64>,
    /// Whether everybody may know of it.
    #[serde(default)]
    #[schema(default = false)]
    public: bool,
    /// What else is to be known.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_length = 2000, example = "Apporter le vidéoprojecteur.")]
    note: Option<String>,
    /// Why it is cancelled; left out: it is not.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_length = 500, example = "Salle indisponible")]
    cancelled: Option<String>,
    /// What became of it; an intervention that names it says as much.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    outcome: Option<OutcomeCode>,
    /// Whether the host did what it had committed itself to, when an agreement or a request is named.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    commitments_met: Option<CommitmentsMetCode>,
}

impl From<PlannedSessionBody> for PlannedSessionDraft {
    fn from(body: PlannedSessionBody) -> Self {
        Self {
            plan: PlanDraft {
                kind: body.kind.into_text(),
                from: body.from,
                to: body.to,
                place_id: body.place_id,
                place_name: body.place_name,
                advisors: body.advisors,
                workshop_id: body.workshop_id,
                agreement_id: body.agreement_id,
                vehicle_id: body.vehicle_id,
                capacity: body.capacity,
                public: body.public,
                note: body.note,
            },
            day: body.day,
            request_id: body.request_id,
            referral_id: body.referral_id,
            registered: body.registered,
            cancelled: body.cancelled,
            outcome: body.outcome.map(Code::into_text),
            commitments_met: body.commitments_met.map(Code::into_text),
        }
    }
}

/// Something planned for a day.
#[derive(Serialize, ToSchema)]
#[schema(as = PlannedSession)]
pub struct PlannedSessionView {
    /// Its identifier; of one that follows from a schedule: the `UUIDv5` of the schedule and of when it was to begin
    /// (`2022-10-04T09:00`).
    planned_session_id: wire::Identifier,
    /// Which version this is; 0: it follows from a schedule, and nobody has written it.
    #[schema(minimum = 0, example = 3)]
    version: i64,
    /// When this version was written; `null`: it follows from a schedule.
    #[schema(required = true)]
    updated_at: Option<wire::Instant>,
    /// The account that wrote it; `null`: it follows from a schedule.
    #[schema(required = true)]
    updated_by: Option<wire::Identifier>,
    /// What is planned.
    kind: PlanKindCode,
    /// On which day.
    day: wire::Day,
    /// When it begins.
    from: wire::Time,
    /// When it ends.
    #[schema(example = "12:00")]
    to: wire::Time,
    /// Where it is.
    #[schema(required = true)]
    place_id: Option<wire::Identifier>,
    /// Where it is, in words.
    #[schema(required = true, example = "Place du marché")]
    place_name: Option<String>,
    /// The advisors who do it.
    advisors: Vec<wire::Identifier>,
    /// The sheet of the catalogue.
    #[schema(required = true)]
    workshop_id: Option<wire::Identifier>,
    /// The agreement from which it follows.
    #[schema(required = true)]
    agreement_id: Option<wire::Identifier>,
    /// The request that it answers.
    #[schema(required = true)]
    request_id: Option<wire::Identifier>,
    /// Whose first visit it is; `null` to whoever does not read referrals, as the place and the words are.
    #[schema(required = true)]
    referral_id: Option<wire::Identifier>,
    /// The schedule by which it was planned.
    #[schema(required = true)]
    schedule_id: Option<wire::Identifier>,
    /// The day for which the schedule planned it.
    #[schema(required = true)]
    scheduled_on: Option<wire::Day>,
    /// The place that goes there.
    #[schema(required = true)]
    vehicle_id: Option<wire::Identifier>,
    /// For how many people it has room.
    #[schema(required = true, example = 12)]
    capacity: Option<i64>,
    /// How many people have registered.
    #[schema(required = true, example = 9)]
    registered: Option<i64>,
    /// Whether everybody may know of it.
    public: bool,
    /// What else is to be known.
    #[schema(required = true, example = "Apporter le vidéoprojecteur.")]
    note: Option<String>,
    /// Why it is cancelled; `null`: it is not.
    #[schema(required = true, example = "Salle indisponible")]
    cancelled: Option<String>,
    /// What became of it.
    #[schema(required = true)]
    outcome: Option<OutcomeCode>,
    /// Whether the host did what it had committed itself to.
    #[schema(required = true)]
    commitments_met: Option<CommitmentsMetCode>,
    /// Whether it was held: an intervention names it, or its outcome says so.
    held: bool,
    /// How many interventions name it; 0 to whoever does not read its referral.
    #[schema(minimum = 0, example = 1)]
    interventions: i64,
    /// Their participants.
    #[schema(minimum = 0, example = 7)]
    participants: i64,
    /// The sessions at other places that keep its advisors or its vehicle.
    clashes: Vec<ClashView>,
}

impl From<&Planned> for PlannedSessionView {
    fn from(planned: &Planned) -> Self {
        let (session, plan) = (&planned.session, &planned.session.plan);
        let written = planned.written;
        Self {
            planned_session_id: planned.id.into(),
            version: written.map_or(0, |written| written.version),
            updated_at: written.map(|written| written.at.into()),
            updated_by: written.map(|written| written.by.into()),
            kind: plan.kind.into(),
            day: session.day.into(),
            from: plan.from.into(),
            to: plan.to.into(),
            place_id: plan.place_id.map(Into::into),
            place_name: plan.place_name.clone(),
            advisors: plan.advisors.iter().map(|advisor| (*advisor).into()).collect(),
            workshop_id: plan.workshop_id.map(Into::into),
            agreement_id: plan.agreement_id.map(Into::into),
            request_id: session.request_id.map(Into::into),
            referral_id: session.referral_id.map(Into::into),
            schedule_id: session.scheduled.map(|(schedule, _)| schedule.into()),
            scheduled_on: session.scheduled.map(|(_, day)| day.into()),
            vehicle_id: plan.vehicle_id.map(Into::into),
            capacity: plan.capacity,
            registered: session.registered,
            public: plan.public,
            note: plan.note.clone(),
            cancelled: session.cancelled.clone(),
            outcome: session.outcome.map(Into::into),
            commitments_met: session.commitments_met.map(Into::into),
            held: planned.is_held(),
            interventions: planned.reported.interventions,
            participants: planned.reported.participants,
            clashes: Vec::new(),
        }
    }
}

impl PlannedSessionView {
    /// Which version it is.
    pub const fn version(&self) -> i64 {
        self.version
    }
}

impl From<&(Planned, Vec<Clash>)> for PlannedSessionView {
    fn from((planned, clashes): &(Planned, Vec<Clash>)) -> Self {
        Self {
            clashes: clashes.iter().map(Into::into).collect(),
            ..Self::from(planned)
        }
    }
}
