//! What the application for people must do as the service and the reference client do: drafts with their faults, and changes
//! of one day with what becomes of them. The files are written here and held against `web/` by `just web`.

use quotidien::domain::field_error::Place;
use quotidien::domain::identifiers::InterventionId;
use quotidien::domain::nomenclature::{
    Absence, AgeGroup, Autonomy, ClosedList, Equipment, FollowUp, Gender, Kind, Level, Principle, Redirection, Setting,
    Situation, Theme,
};
use quotidien::domain::report::ReportDraft;
use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::{IndexedMutRandom as _, IndexedRandom as _, SliceRandom as _};
use serde_json::{Value, json};

use super::merge::{Content, merge, normal};
use crate::support::arbitrary::numbered;
use crate::support::random;
use crate::support::traffic::report_json;

const DRAFTS: usize = 300;
const TRIPLES: usize = 500;
const NORMALS: usize = 50;
/// The most interventions of a day of the files.
const INTERVENTIONS_MAX: usize = 2;

/// Compares a file of `tests/web` with what it should hold, of each list a value a line; or writes it.
fn assert_written(name: &str, parts: &[(&str, Value)]) {
    let part = |(name, value): &(&str, Value)| match value.as_array() {
        Some(values) => {
            let lines: Vec<String> = values.iter().map(Value::to_string).collect();
            format!("\"{name}\": [\n{}\n]", lines.join(",\n"))
        }
        None => format!("\"{name}\": {value}"),
    };
    let parts: Vec<String> = parts.iter().map(part).collect();
    let text = format!("{{{}}}\n", parts.join(",\n"));
    let path = format!("{}/tests/web/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("QUOTIDIEN_UPDATE_VECTORS").is_some() {
        std::fs::write(path, text).unwrap();
    } else {
        assert!(
            std::fs::read_to_string(path).is_ok_and(|committed| committed == text),
            "tests/web/{name} is not what the rules say; QUOTIDIEN_UPDATE_VECTORS=1 cargo test vectors writes it anew: read \
             the difference, it is what web/ must do"
        );
    }
}

fn codes<T: ClosedList>() -> Value {
    T::ALL.iter().map(|value| json!({"code": value.code()})).collect()
}

/// The closed lists, named as the nomenclature names them.
fn nomenclature() -> Value {
    json!({
        "kinds": codes::<Kind>(), "settings": codes::<Setting>(), "principles": codes::<Principle>(),
        "absences": codes::<Absence>(), "themes": codes::<Theme>(), "age_groups": codes::<AgeGroup>(),
        "genders": codes::<Gender>(), "situations": codes::<Situation>(), "follow_ups": codes::<FollowUp>(),
        "redirected_to": codes::<Redirection>(), "equipment": codes::<Equipment>(),
        "autonomies": codes::<Autonomy>(), "levels": codes::<Level>(),
    })
}

/// A text of so many characters.
fn long(length: usize) -> String {
    "é".repeat(length)
}

/// So many tags.
fn tags(count: u128) -> Vec<String> {
    (10..10 + count).map(|number| numbered(number).to_string()).collect()
}

/// Breaks a rule of the day, or goes up to its limit.
fn spoil_day(rng: &mut StdRng, draft: &mut ReportDraft) {
    match rng.random_range(0..7) {
        0 => draft.note = Some(long(2_001)),
        1 => draft.note = Some(format!("  {}\n", long(2_000))),
        2 => draft.note = Some("une\ttabulation".to_owned()),
        3 => draft.absence = Some("fishing".to_owned()),
        4 => draft.absence = Some(Absence::ALL[0].code().to_owned()),
        5 => draft.absence = Some(" ".to_owned()),
        _ => {
            let again = draft.interventions.first().cloned();
            draft.interventions.extend(again);
        }
    }
}

/// Breaks rules of one intervention, or goes up to their limits.
fn spoil_intervention(rng: &mut StdRng, draft: &mut ReportDraft) {
    let Some(one) = draft.interventions.first_mut() else {
        return;
    };
    match rng.random_range(0..34) {
        0 => one.participants = *[0, -1, 1_001].choose(rng).unwrap(),
        1 => one.participants = 1_000,
        2 => one.recurring_participants = one.participants + 1,
        3 => one.recurring_participants = -1,
        4 => one.duration_minutes = *[0, 1_441, -5].choose(rng).unwrap(),
        5 => one.duration_minutes = 1_440,
        6 => "meeting".clone_into(&mut one.kind),
        7 => "moon".clone_into(&mut one.setting),
        8 => one.principle = Some("luck".to_owned()),
        9 => one.principle = Some("  ".to_owned()),
        10 => {
            let commune = *["Le Mans", "7218", "2C004", "00000", "96001"].choose(rng).unwrap();
            one.commune_code = Some(commune.to_owned());
        }
        11 => one.commune_code = Some(" 2A004 ".to_owned()),
        12 => one.place_name = Some(long(201)),
        13 => one.themes = Vec::new(),
        14 => one.themes = vec!["email".to_owned(), "email".to_owned(), "weather".to_owned()],
        15 => {
            one.themes = Theme::ALL
                .iter()
                .take(21)
                .map(|theme| theme.code().to_owned())
                .collect();
        }
        16 => drop(one.genders.insert("female".to_owned(), one.participants + 1)),
        17 => drop(one.age_groups.insert("old/young~ish".to_owned(), 1)),
        18 => drop(one.situations.insert("retired".to_owned(), -1)),
        19 => drop(one.follow_ups.insert("redirected".to_owned(), 0)),
        20 => one.redirected_to = vec!["caf".to_owned(), "caf".to_owned()],
        21 => one.first_visit_accompanied = true,
        22 => one.note = Some("une cloche \u{7} et \u{85}".to_owned()),
        23 => one.id = Some("one".to_owned()),
        24 => one.referred_by_social_worker = false,
        25 => one.equipment = vec!["computer".to_owned(), "computer".to_owned(), "abacus".to_owned()],
        26 => one.equipment = vec!["phone".to_owned(); 6],
        27 => one.autonomy = Some("alone".to_owned()),
        28 => one.level = Some("sorcerer".to_owned()),
        29 => one.tags = tags(21),
        30 => one.tags = [tags(2), tags(1).into_iter().map(|tag| tag.to_uppercase()).collect()].concat(),
        31 => one.tags = vec!["jeunes".to_owned()],
        32 => {
            one.planned_session_id = Some(numbered(1).to_string());
            one.workshop_id = Some("courriel".to_owned());
            one.referral_id = Some("K7M4QX".to_owned());
        }
        _ => {
            one.genders.clear();
            one.genders.insert("unknown".to_owned(), 1);
            one.genders.insert("male".to_owned(), 2_000);
        }
    }
}

/// A draft of a day, sound or with a few faults.
fn draft(rng: &mut StdRng) -> ReportDraft {
    let mut draft = random::report(rng, INTERVENTIONS_MAX);
    // When a device recorded the day it says itself.
    draft.recorded_at = None;
    for (number, intervention) in (1..).zip(&mut draft.interventions) {
        if rng.random_bool(0.7) {
            intervention.id = Some(numbered(number).to_string());
        }
    }
    for _ in 0..rng.random_range(0..4) {
        if rng.random_bool(0.3) {
            spoil_day(rng, &mut draft);
        } else {
            draft.interventions.shuffle(rng);
            spoil_intervention(rng, &mut draft);
        }
    }
    draft
}

#[test]
fn the_rules_that_the_application_must_know_are_those_of_the_service() {
    let mut rng = random::draws(2022);
    let mut sound = 0;
    let drafts = (0..DRAFTS).map(|_| {
        let draft = draft(&mut rng);
        let body = report_json(&draft);
        let faults = draft.validate(InterventionId::new).err().unwrap_or_default();
        sound += usize::from(faults.is_empty());
        let faults: Vec<Value> = faults
            .as_slice()
            .iter()
            .map(|fault| {
                let Place::Body(pointer) = &fault.place else {
                    panic!("a draft has no parameters");
                };
                json!({"pointer": pointer, "code": fault.code.code()})
            })
            .collect();
        json!({"draft": body, "faults": faults})
    });
    let drafts: Vec<Value> = drafts.collect();
    assert!(sound > 50 && sound < 200, "{sound} sound drafts");
    assert_written(
        "rules.json",
        &[("nomenclature", nomenclature()), ("drafts", drafts.into())],
    );
}

/// A day with a few interventions, in its normal form; now and then no report.
fn day(rng: &mut StdRng) -> Content {
    if rng.random_bool(0.1) {
        return None;
    }
    let mut report = random::report(rng, INTERVENTIONS_MAX);
    for (number, intervention) in (1..).zip(&mut report.interventions) {
        intervention.id = Some(numbered(number).to_string());
    }
    Some(brief(&normal(&report_json(&report))))
}

/// A report whose interventions say little: merging compares them whole, and short ones are read by people too.
fn brief(report: &Value) -> Value {
    let mut report = report.clone();
    for one in report["interventions"].as_array_mut().into_iter().flatten() {
        let fields = one.as_object_mut().unwrap();
        fields.retain(|name, _| ["id", "participants", "themes", "note"].contains(&name.as_str()));
    }
    normal(&report)
}

/// The day after somebody changed it on one device.
fn changed(rng: &mut StdRng, base: &Content, added: u128) -> Content {
    let Some(mut report) = base.clone().filter(|_| rng.random_bool(0.95)) else {
        return day(rng);
    };
    for _ in 0..rng.random_range(0..3) {
        let mut new = report_json(&random::report(rng, 1))["interventions"][0].clone();
        let mut interventions = report["interventions"].as_array().cloned().unwrap_or_default();
        match rng.random_range(0..8) {
            0 => report["note"] = (*["a", "b", ""].choose(rng).unwrap()).into(),
            1 => return None,
            2 if !interventions.is_empty() => drop(interventions.pop()),
            3 if !interventions.is_empty() => {
                let one = interventions.choose_mut(rng).unwrap();
                one["participants"] = rng.random_range(1..=3).into();
            }
            4 if !interventions.is_empty() => {
                let one = interventions.choose_mut(rng).unwrap();
                one["note"] = (*["a", "b", ""].choose(rng).unwrap()).into();
            }
            5 => interventions.reverse(),
            6 => {
                interventions = Vec::new();
                report["absence"] = "leave".into();
            }
            _ if new.is_object() => {
                new["id"] = numbered(added).to_string().into();
                interventions.retain(|one| one["id"] != new["id"]);
                interventions.push(new);
            }
            _ => {}
        }
        report["interventions"] = interventions.into();
    }
    Some(brief(&normal(&report)))
}

/// A report as the service gives it back, or as a careless client sends it.
fn unordered(rng: &mut StdRng, report: &Value) -> Value {
    let mut report = report.clone();
    for (name, value) in [
        ("advisor_id", json!("0198f3c2-7c1e-7d2a-8f00-0242ac120009")),
        ("date", json!("2022-05-03")),
        ("version", json!(3)),
        ("received_at", json!("2022-05-03T15:12:00Z")),
        ("updated_at", json!("2022-05-03T15:12:00Z")),
        ("recorded_at", Value::Null),
        ("recorded_by", json!("0198f3c2-7c1e-7d2a-8f00-0242ac120009")),
        ("absence", Value::Null),
        ("note", json!("  Fourgon en panne \n")),
    ] {
        if rng.random_bool(0.5) {
            report[name] = value;
        }
    }
    for one in report["interventions"].as_array_mut().into_iter().flatten() {
        if let Some(themes) = one["themes"].as_array_mut() {
            themes.shuffle(rng);
        }
        one["recurring_participants"] = 0.into();
        one["first_visit_accompanied"] = false.into();
        one["genders"] = json!({"female": 0});
        one["principle"] = "".into();
    }
    report
}

#[test]
fn what_becomes_of_two_changes_is_the_same_in_the_application_and_the_reference_client() {
    let mut rng = random::draws(2023);
    let mut chosen = 0;
    let triples = (0..TRIPLES).map(|_| {
        let base = day(&mut rng);
        let (mine, theirs) = (changed(&mut rng, &base, 10), changed(&mut rng, &base, 11));
        let merged = merge(&base, &mine, &theirs);
        chosen += usize::from(merged.is_none());
        let merged = merged.map(|report| json!({ "report": report }));
        json!({"base": base, "mine": mine, "theirs": theirs, "merged": merged})
    });
    let triples: Vec<Value> = triples.collect();
    assert!(
        chosen > 50 && chosen < 300,
        "{chosen} triples in which somebody must choose"
    );
    let normals = (0..NORMALS).map(|_| {
        let sound = report_json(&random::report(&mut rng, 2));
        let report = unordered(&mut rng, &sound);
        json!({"report": report, "normal": normal(&report)})
    });
    let normals: Vec<Value> = normals.collect();
    assert_written(
        "merges.json",
        &[("triples", triples.into()), ("normals", normals.into())],
    );
}
