//! Arbitrary values that obey every rule: drafts, interventions, reports, and histories of writes.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Debug;
use std::ops::RangeInclusive;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::strategy::Union;
use proptest::{collection, option, sample};
use quotidien::domain::decision::{Asked, Preconditions, Versions};
use quotidien::domain::field_error::FieldErrors;
use quotidien::domain::identifiers::InterventionId;
use quotidien::domain::intervention::{Intervention, InterventionDraft};
use quotidien::domain::nomenclature::{
    Absence, AgeGroup, Autonomy, ClosedList, Equipment, FollowUp, Gender, Kind, Level, Principle, Redirection, Setting,
    Situation, Theme,
};
use quotidien::domain::report::{Report, ReportDraft};
use uuid::Uuid;

/// Communes in which arbitrary interventions take place: few, so that several are in the same one.
const COMMUNES: [&str; 4] = ["72181", "72003", "2A004", "01001"];
/// Instants that an arbitrary draft may give as the reading of the device's clock.
const INSTANTS: [&str; 2] = ["2022-05-03T17:12:00+02:00", "2022-05-03T15:12:00.123456789Z"];
/// The characters of arbitrary texts: among them blanks, a combining accent, and what breaks careless CSV and SQL.
const CHARACTERS: [char; 11] = [' ', '\n', 'a', 'e', 'É', '\u{301}', ';', '"', '\'', '=', '😀'];
/// How many different identifiers the interventions of arbitrary drafts can have.
const CLIENT_IDS: u128 = 6;

/// The identifier that is made from a number; arbitrary drafts name those from 1 to 6.
pub(crate) fn numbered(number: u128) -> InterventionId {
    InterventionId::from_uuid(Uuid::from_u128(number))
}

/// Gives new identifiers, as the server would, made from `first` and the numbers after it.
pub(crate) fn ids_from(first: u128) -> impl FnMut() -> InterventionId {
    let mut numbers = first..;
    move || numbered(numbers.next().expect("one more"))
}

/// A code of a list.
fn code<T: ClosedList + Debug>() -> impl Strategy<Value = String> {
    sample::select(T::ALL).prop_map(|value| value.code().to_owned())
}

/// Distinct codes of a list, in any order.
fn codes<T: ClosedList + Debug>(length: RangeInclusive<usize>) -> impl Strategy<Value = Vec<String>> {
    let all: Vec<String> = T::ALL.iter().map(|value| value.code().to_owned()).collect();
    sample::subsequence(all, length).prop_shuffle()
}

/// Numbers of people by group that add up to no more than `participants`; some groups are named with 0 people.
fn groups<T: ClosedList>(participants: i64) -> impl Strategy<Value = BTreeMap<String, i64>> {
    collection::vec(option::of(0..=participants), T::ALL.len()).prop_map(move |wanted| {
        let mut left = participants;
        let named = T::ALL.iter().zip(wanted).filter_map(|(group, wanted)| {
            let people = wanted?.min(left);
            left -= people;
            Some((group.code().to_owned(), people))
        });
        named.collect()
    })
}

/// A text of any of the characters above, at times of blanks alone.
fn text() -> impl Strategy<Value = String> {
    collection::vec(sample::select(&CHARACTERS[..]), 0..12).prop_map(String::from_iter)
}

/// A draft of an intervention with participants, without identifier, that obeys every rule.
pub(crate) fn intervention_draft() -> impl Strategy<Value = InterventionDraft> {
    let participants = prop_oneof![5 => 1..=20_i64, 1 => 1..=1000_i64];
    participants.prop_flat_map(|participants| {
        let what = (
            code::<Kind>(),
            0..=participants,
            1..=1440_i64,
            codes::<Theme>(1..=20),
            option::of(code::<Principle>()),
            option::of(text()),
        );
        let place = (
            code::<Setting>(),
            option::of(sample::select(&COMMUNES[..])),
            option::of(text()),
        );
        let whom = (
            groups::<AgeGroup>(participants),
            groups::<Gender>(participants),
            groups::<Situation>(participants),
            groups::<FollowUp>(participants),
            codes::<Redirection>(0..=3),
            any::<bool>(),
            any::<bool>(),
        );
        let how = (
            codes::<Equipment>(0..=5),
            option::of(code::<Autonomy>()),
            option::of(code::<Level>()),
            option::of(text()),
            option::of(text()),
            option::of((sample::select(&COMMUNES[..]), 0..=participants)),
        );
        (what, place, whom, how).prop_map(move |(what, place, whom, how)| {
            let (kind, recurring_participants, duration_minutes, themes, principle, note) = what;
            let (setting, commune, place_name) = place;
            let (age_groups, genders, situations, follow_ups, redirected_to, referred, accompanied) = whom;
            let (equipment, autonomy, level, title, procedure, residence) = how;
            let of_procedures = themes.iter().any(|theme| theme.contains("procedure"));
            let residences = residence.map(|(commune, people)| (commune.to_owned(), people));
            let redirected = follow_ups.get("redirected").is_some_and(|people| *people > 0);
            InterventionDraft {
                id: None,
                kind,
                assisting: false,
                participants,
                recurring_participants,
                duration_minutes,
                setting,
                principle,
                commune_code: commune.map(str::to_owned),
                place_name,
                themes,
                age_groups,
                genders,
                situations,
                follow_ups,
                redirected_to: if redirected { redirected_to } else { Vec::new() },
                referred_by_social_worker: referred,
                first_visit_accompanied: referred && accompanied,
                equipment,
                autonomy,
                level,
                title,
                procedure: procedure.filter(|_| of_procedures),
                residences: residences.into_iter().collect(),
                // What the organisation has is not known here.
                place_id: None,
                partner_id: None,
                planned_session_id: None,
                workshop_id: None,
                referral_id: None,
                tags: Vec::new(),
                note,
            }
        })
    })
}

/// A draft of an intervention that obeys every rule: one in ten assists a colleague, and says nothing of people.
pub(crate) fn any_intervention_draft() -> impl Strategy<Value = InterventionDraft> {
    (intervention_draft(), 0..10).prop_map(|(draft, drawn)| if drawn == 0 { assisting(draft) } else { draft })
}

/// The same draft by somebody who assisted a colleague.
pub(crate) fn assisting(draft: InterventionDraft) -> InterventionDraft {
    InterventionDraft {
        id: draft.id,
        kind: draft.kind,
        assisting: true,
        duration_minutes: draft.duration_minutes,
        setting: draft.setting,
        principle: draft.principle,
        commune_code: draft.commune_code,
        place_name: draft.place_name,
        themes: draft.themes,
        equipment: draft.equipment,
        autonomy: draft.autonomy,
        level: draft.level,
        title: draft.title,
        procedure: draft.procedure,
        place_id: draft.place_id,
        partner_id: draft.partner_id,
        planned_session_id: draft.planned_session_id,
        workshop_id: draft.workshop_id,
        tags: draft.tags,
        note: draft.note,
        ..InterventionDraft::default()
    }
}

/// An intervention.
pub(crate) fn intervention() -> impl Strategy<Value = Intervention> {
    any_intervention_draft().prop_map(|draft| {
        let mut errors = FieldErrors::new();
        let sound = draft.validate("", &mut errors);
        sound
            .unwrap_or_else(|| panic!("an arbitrary draft is sound: {errors:?}"))
            .1
    })
}

/// A draft of a report that obeys every rule: with interventions, some of which have identifiers, or empty, or an
/// absence.
pub(crate) fn report_draft() -> impl Strategy<Value = ReportDraft> {
    let recorded_at = option::of(sample::select(&INSTANTS[..])).prop_map(|instant| instant.map(str::to_owned));
    let identified = (any_intervention_draft(), option::of(1..=CLIENT_IDS));
    let worked = collection::vec(identified, 0..=4).prop_map(|drafts| {
        let mut named = HashSet::new();
        let distinct = drafts.into_iter().map(|(mut draft, number)| {
            draft.id = number
                .filter(|number| named.insert(*number))
                .map(|number| numbered(number).to_string());
            draft
        });
        (None, distinct.collect())
    });
    let absent = code::<Absence>().prop_map(|absence| (Some(absence), Vec::new()));
    let day = prop_oneof![6 => worked, 1 => absent];
    (day, option::of(text()), recorded_at).prop_map(|((absence, interventions), note, recorded_at)| ReportDraft {
        interventions,
        absence,
        note,
        recorded_at,
    })
}

/// A report, as it is stored.
pub(crate) fn report() -> impl Strategy<Value = Report> {
    report_draft().prop_map(|draft| {
        let submission = draft.validate(ids_from(100)).expect("an arbitrary draft is sound");
        submission.report.settle(None)
    })
}

/// A write of a day, as a client asks for it.
#[derive(Debug, Clone)]
pub(crate) enum Edit {
    /// The day shall have this report.
    Put(ReportDraft),
    /// The day shall have no report.
    Delete,
    /// This intervention shall stand in the day's report.
    PutIntervention(InterventionId, Arc<Intervention>),
    /// This intervention shall not stand in the day's report.
    DeleteIntervention(InterventionId),
}

impl Edit {
    /// What the write asks for; `new_id` gives identifiers to interventions that have none.
    pub(crate) fn asked(&self, new_id: impl FnMut() -> InterventionId) -> Asked {
        match self {
            Self::Put(draft) => {
                let submission = draft.clone().validate(new_id).expect("an arbitrary draft is sound");
                Asked::Put {
                    report: submission.report,
                    recorded_at: submission.recorded_at,
                }
            }
            Self::Delete => Asked::Delete,
            Self::PutIntervention(id, intervention) => Asked::PutIntervention {
                id: *id,
                intervention: Arc::clone(intervention),
            },
            Self::DeleteIntervention(id) => Asked::DeleteIntervention(*id),
        }
    }
}

/// An arbitrary write of a day.
pub(crate) fn edit() -> impl Strategy<Value = Edit> {
    let id = || (1..=CLIENT_IDS).prop_map(numbered);
    prop_oneof![
        4 => report_draft().prop_map(Edit::Put),
        1 => Just(Edit::Delete),
        2 => (id(), intervention()).prop_map(|(id, intervention)| Edit::PutIntervention(id, Arc::new(intervention))),
        1 => id().prop_map(Edit::DeleteIntervention),
    ]
}

/// Conditions of a write: mostly none, versions that a short history reaches, and `If-None-Match: *`.
pub(crate) fn preconditions() -> impl Strategy<Value = Preconditions> {
    let one_of = collection::vec(0..6_i64, 1..4).prop_map(Versions::OneOf);
    let if_match = Union::new_weighted(vec![(2, one_of.boxed()), (1, Just(Versions::Any).boxed())]);
    prop_oneof![
        4 => Just(Preconditions::default()),
        2 => if_match.prop_map(|versions| Preconditions { if_match: Some(versions), if_none_match: None }),
        1 => Just(Preconditions { if_match: None, if_none_match: Some(Versions::Any) }),
    ]
}
