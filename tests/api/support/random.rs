//! Reports and histories drawn by chance from a seed, which a failing test prints.

use std::collections::BTreeMap;

use quotidien::domain::intervention::InterventionDraft;
use quotidien::domain::nomenclature::{
    Absence, AgeGroup, Autonomy, ClosedList, Equipment, FollowUp, Gender, Kind, Level, Principle, Redirection, Setting,
    Situation, Theme,
};
use quotidien::domain::report::ReportDraft;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom as _, IteratorRandom as _};
use rand::{RngExt as _, SeedableRng as _};

use super::arbitrary::assisting;

/// Texts that a careless statement or encoding would break.
const NOTES: [&str; 6] = [
    "l'atelier « courriel »",
    "a \"quoted\" word, a back\\slash, 100 % {of} [it]",
    "line one\nline two",
    "👩🏽‍🦳 à la médiathèque",
    "'; DROP TABLE reports; --",
    "null",
];

/// The variable that gives a test its seed, to repeat the draws of a test that failed.
const SEED: &str = "QUOTIDIEN_TEST_SEED";

/// The seed of a test: another at each run, unless the variable gives one. A test that fails prints it.
pub(crate) fn seed() -> u64 {
    let seed = std::env::var(SEED).map_or_else(|_| rand::random(), |seed| seed.parse().unwrap());
    eprintln!("to draw the same again: {SEED}={seed}");
    seed
}

/// A generator whose draws follow from a seed.
pub(crate) fn draws(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

/// A sound report: an absence, or up to `most` interventions.
pub(crate) fn report(rng: &mut StdRng, most: usize) -> ReportDraft {
    let absence = rng.random_bool(0.1).then(|| code::<Absence>(rng));
    let count = if absence.is_some() {
        0
    } else {
        rng.random_range(0..=most)
    };
    ReportDraft {
        interventions: (0..count).map(|_| intervention(rng)).collect(),
        absence,
        note: note(rng),
        recorded_at: rng
            .random_bool(0.3)
            .then(|| "2022-05-03T17:12:00.123456789+02:00".to_owned()),
    }
}

/// A sound intervention, in which each optional field may be given or left out; one in ten assists a colleague.
pub(crate) fn intervention(rng: &mut StdRng) -> InterventionDraft {
    let draft = with_participants(rng);
    if rng.random_bool(0.1) { assisting(draft) } else { draft }
}

fn with_participants(rng: &mut StdRng) -> InterventionDraft {
    let participants = rng.random_range(1..=12);
    let follow_ups = counts::<FollowUp>(rng, participants);
    let redirects = follow_ups.contains_key("redirected");
    let referred = rng.random_bool(0.3);
    let themes = codes::<Theme>(rng, 1);
    let of_procedures = themes.iter().any(|theme| theme.contains("procedure"));
    InterventionDraft {
        id: None,
        kind: code::<Kind>(rng),
        assisting: false,
        participants,
        recurring_participants: rng.random_range(0..=participants),
        duration_minutes: rng.random_range(1..=240),
        setting: code::<Setting>(rng),
        principle: rng.random_bool(0.5).then(|| code::<Principle>(rng)),
        commune_code: ["72181", "2A004", "01001"]
            .choose(rng)
            .filter(|_| participants > 3)
            .map(ToString::to_string),
        place_name: note(rng),
        themes,
        age_groups: counts::<AgeGroup>(rng, participants),
        genders: counts::<Gender>(rng, participants),
        situations: counts::<Situation>(rng, participants),
        follow_ups,
        redirected_to: if redirects {
            codes::<Redirection>(rng, 0)
        } else {
            Vec::new()
        },
        referred_by_social_worker: referred,
        first_visit_accompanied: referred && rng.random_bool(0.5),
        equipment: codes::<Equipment>(rng, 0),
        autonomy: rng.random_bool(0.3).then(|| code::<Autonomy>(rng)),
        level: rng.random_bool(0.3).then(|| code::<Level>(rng)),
        title: note(rng),
        procedure: note(rng).filter(|_| of_procedures),
        residences: if rng.random_bool(0.3) {
            BTreeMap::from([("72181".to_owned(), rng.random_range(0..=participants))])
        } else {
            BTreeMap::new()
        },
        // What an organisation has of these `Things` adds, which keeps it there.
        place_id: None,
        partner_id: None,
        planned_session_id: None,
        workshop_id: None,
        referral_id: None,
        tags: Vec::new(),
        note: note(rng),
    }
}

fn note(rng: &mut StdRng) -> Option<String> {
    rng.random_bool(0.3).then(|| NOTES.choose(rng).unwrap().to_string())
}

fn code<T: ClosedList>(rng: &mut StdRng) -> String {
    T::ALL.choose(rng).unwrap().code().to_owned()
}

/// At least `least` codes, none of them twice.
fn codes<T: ClosedList>(rng: &mut StdRng, least: usize) -> Vec<String> {
    let count = rng.random_range(least..=4);
    T::ALL.iter().map(|value| value.code().to_owned()).sample(rng, count)
}

/// Numbers of people by group, which may add up to fewer than the participants.
fn counts<T: ClosedList>(rng: &mut StdRng, participants: i64) -> BTreeMap<String, i64> {
    let mut left = participants;
    let mut counts = BTreeMap::new();
    for group in codes::<T>(rng, 0) {
        let people = rng.random_range(0..=left);
        left -= people;
        if people > 0 {
            counts.insert(group, people);
        }
    }
    counts
}
