//! One intervention of the demonstration: its place, its theme and the residents helped. The seed gives the numbers that
//! the annex counts; everything else is drawn here.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::draw::{Choice, Draw};
use super::field::{Held, What, partner_at, place_named, sheet_named, tags_of};
use super::places::{HOMES, Place};

/// What an intervention is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Workshop.
    Workshop,
    /// Individual support.
    Individual,
    /// One-off request.
    OneOff,
}

/// What the annex counts of an intervention.
#[derive(Clone, Copy)]
pub(super) struct Planned {
    /// What it is.
    pub(super) kind: Kind,
    /// The people helped, at least 1.
    pub(super) participants: usize,
    /// Those among them who had been helped before.
    pub(super) recurring_participants: usize,
}

/// A need of residents: what they come for, and who else can help them with it.
#[derive(Clone, Copy)]
struct Need {
    themes: &'static [&'static str],
    redirected_to: &'static str,
}

/// A workshop of the catalogue.
#[derive(Clone, Copy)]
struct Workshop {
    title: &'static str,
    themes: &'static [&'static str],
}

/// Where one intervention takes place.
struct Location {
    setting: &'static str,
    commune_code: Option<&'static str>,
    place_name: Option<&'static str>,
}

impl Location {
    /// At a place of the base.
    const fn at(place: &Place) -> Self {
        Self {
            setting: place.setting,
            commune_code: Some(place.commune_code),
            place_name: Some(place.name),
        }
    }

    /// What an intervention says of it.
    fn fields(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        fields.insert("setting".to_owned(), self.setting.into());
        if let Some(commune) = self.commune_code {
            fields.insert("commune_code".to_owned(), commune.into());
            if let Some(name) = self.place_name {
                fields.insert("place_name".to_owned(), name.into());
                fields.insert("place_id".to_owned(), place_named(commune, name).into());
                fields.extend(partner_at(commune, name).map(|partner| ("partner_id".to_owned(), partner.into())));
            }
        }
        fields
    }
}

/// What an intervention says of the session of the plan that it was.
fn fields_of(session: &Held) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("planned_session_id".to_owned(), session.session.as_str().into());
    match &session.what {
        What::Open => {}
        What::Workshop { sheet, .. } => {
            fields.extend(sheet_named(*sheet).map(|sheet| ("workshop_id".to_owned(), sheet.id.into())));
        }
        What::Visit(referral) => {
            fields.insert("referral_id".to_owned(), referral.as_str().into());
            fields.insert("referred_by_social_worker".to_owned(), true.into());
            fields.insert("first_visit_accompanied".to_owned(), true.into());
        }
    }
    fields
}

/// The time of an advisor who assists, in minutes.
const ASSISTING_MINUTES: usize = 90;

/// The part of an advisor who assists at the workshop of a colleague, who reports the people.
pub(super) fn assisting(session: &Held) -> Value {
    let mut fields = Location::at(&session.place).fields();
    fields.extend(fields_of(session));
    let themes = match session.what {
        What::Workshop { sheet, .. } => sheet_named(sheet).map_or(&[][..], |sheet| sheet.themes),
        What::Open | What::Visit(_) => &[],
    };
    for (field, value) in [
        ("kind", Value::from(Kind::Workshop.code())),
        ("assisting", true.into()),
        ("participants", 0.into()),
        ("duration_minutes", ASSISTING_MINUTES.into()),
        ("themes", themes.into()),
    ] {
        fields.insert(field.to_owned(), value);
    }
    Value::Object(fields)
}

/// What a workshop is about, and its title: that of its sheet, or any of the catalogue.
fn subject(session: Option<&Held>, draw: &mut Draw) -> Workshop {
    match session.map(|session| &session.what) {
        Some(What::Workshop { sheet, .. }) => {
            sheet_named(*sheet).map_or(CATALOGUE.usual, |sheet| workshop(sheet.title, sheet.themes))
        }
        _ => draw.of(&CATALOGUE),
    }
}

/// The intervention as JSON; `place` is where the advisor spends the day, `session` that of the plan that it was.
pub(super) fn intervention(planned: Planned, place: &Place, session: Option<&Held>, draw: &mut Draw) -> Value {
    let location = match session {
        Some(session) => Location::at(&session.place),
        None => location(planned.kind, place, draw),
    };
    let mut fields = location.fields();
    let mut set = |field: &str, value: Value| fields.insert(field.to_owned(), value);
    set("kind", planned.kind.code().into());
    set("participants", planned.participants.into());
    if planned.recurring_participants > 0 {
        set("recurring_participants", planned.recurring_participants.into());
    }
    set("duration_minutes", duration_minutes(planned.kind, draw).into());
    if let Some(principle) = principle(planned.kind, location.setting, draw) {
        set("principle", principle.into());
    }
    let redirected_to = if planned.kind == Kind::Workshop {
        let workshop = subject(session, draw);
        set("themes", workshop.themes.into());
        tag(workshop.themes, &mut set);
        if draw.chance(75) {
            set("note", format!("Atelier « {} »", workshop.title).into());
        }
        "digital_advisor"
    } else {
        let need = draw.of(&NEEDS);
        // A one-off request is about one thing, the first.
        let themes = if planned.kind == Kind::OneOff {
            1
        } else {
            need.themes.len()
        };
        let themes: Vec<&str> = need.themes.iter().copied().take(themes).collect();
        set("themes", themes.as_slice().into());
        tag(&themes, &mut set);
        need.redirected_to
    };
    let follow_ups = follow_ups(planned, draw);
    if follow_ups.contains_key("redirected") {
        set("redirected_to", [redirected_to].as_slice().into());
    }
    let first_visit = planned.recurring_participants == 0;
    if planned.kind == Kind::Individual && draw.chance(9) {
        set("referred_by_social_worker", true.into());
        if first_visit {
            set("first_visit_accompanied", true.into());
        }
    }
    fields.extend(session.map(fields_of).unwrap_or_default());
    let residents = Residents::drawn(planned, draw);
    let mut set = |field: &str, value: Value| fields.insert(field.to_owned(), value);
    for (field, counts) in [
        ("age_groups", residents.age_groups),
        ("genders", residents.genders),
        ("situations", residents.situations),
        ("follow_ups", follow_ups),
    ] {
        if !counts.is_empty() {
            set(field, object(counts));
        }
    }
    Value::Object(fields)
}

/// Says with which tags an intervention about some themes is counted.
fn tag(themes: &[&str], set: &mut impl FnMut(&str, Value) -> Option<Value>) {
    let tags = tags_of(themes);
    if !tags.is_empty() {
        set("tags", tags.into());
    }
}

impl Kind {
    const fn code(self) -> &'static str {
        match self {
            Self::Workshop => "workshop",
            Self::Individual => "individual",
            Self::OneOff => "one_off",
        }
    }
}

/// The place of the day, unless a resident is helped at home or from afar.
fn location(kind: Kind, place: &Place, draw: &mut Draw) -> Location {
    let (home, remote) = match kind {
        Kind::Workshop => (0, 0),
        Kind::Individual => (6, 4),
        Kind::OneOff => (0, 20),
    };
    if draw.chance(home) {
        Location {
            setting: "home",
            commune_code: Some(draw.of(&HOMES)),
            place_name: None,
        }
    } else if draw.chance(remote) {
        Location {
            setting: "remote",
            commune_code: None,
            place_name: None,
        }
    } else {
        Location::at(place)
    }
}

fn principle(kind: Kind, setting: &str, draw: &mut Draw) -> Option<&'static str> {
    match (setting, kind) {
        ("mobile_office" | "public_space", _) => Some("reach_out"),
        ("partner_site", Kind::Workshop) => Some(draw.of(&Choice {
            usual: "complement_offer",
            others: &[("support_existing", 30)],
        })),
        ("partner_site", _) => draw.chance(70).then_some("support_existing"),
        ("advisor_site", Kind::Workshop) => Some("complement_offer"),
        _ => None,
    }
}

/// Whole quarters of an hour, or for a one-off request five minutes.
fn duration_minutes(kind: Kind, draw: &mut Draw) -> usize {
    match kind {
        Kind::Workshop => draw.of(&Choice {
            usual: 120,
            others: &[(60, 10), (75, 5), (90, 35), (105, 5), (150, 10)],
        }),
        Kind::Individual => draw.of(&Choice {
            usual: 60,
            others: &[(30, 20), (45, 30), (75, 10)],
        }),
        Kind::OneOff => draw.of(&Choice {
            usual: 10,
            others: &[(5, 25), (15, 25), (20, 15)],
        }),
    }
}

/// Numbers of people by the codes of a list.
type Counts = BTreeMap<&'static str, usize>;

fn object(counts: Counts) -> Value {
    counts
        .into_iter()
        .map(|(code, people)| (code.to_owned(), Value::from(people)))
        .collect()
}

/// The follow-ups of those residents for whom something follows.
fn follow_ups(planned: Planned, draw: &mut Draw) -> Counts {
    let mut counts = Counts::new();
    let follow_up = match planned.kind {
        Kind::Workshop => &Choice {
            usual: None,
            others: &[(Some("individual"), 8), (Some("workshop"), 20), (Some("redirected"), 1)],
        },
        Kind::Individual => &Choice {
            usual: None,
            others: &[
                (Some("individual"), 22),
                (Some("workshop"), 24),
                (Some("redirected"), 12),
            ],
        },
        Kind::OneOff => &Choice {
            usual: None,
            others: &[
                (Some("individual"), 25),
                (Some("workshop"), 8),
                (Some("redirected"), 20),
            ],
        },
    };
    for _ in 0..planned.participants {
        if let Some(code) = draw.of(follow_up) {
            *counts.entry(code).or_default() += 1;
        }
    }
    counts
}

/// The residents helped, as far as they or the advisor told.
struct Residents {
    age_groups: Counts,
    genders: Counts,
    situations: Counts,
}

impl Residents {
    fn drawn(planned: Planned, draw: &mut Draw) -> Self {
        // In so many interventions of a hundred the advisor notes nothing of a list.
        let silence = match planned.kind {
            Kind::Workshop => 6,
            Kind::Individual => 8,
            Kind::OneOff => 45,
        };
        let [ages_told, genders_told, situations_told] = [(); 3].map(|()| !draw.chance(silence));
        let mut residents = Self {
            age_groups: Counts::new(),
            genders: Counts::new(),
            situations: Counts::new(),
        };
        for _ in 0..planned.participants {
            let age = draw.of(&AGES);
            let gender = draw.of(&GENDERS);
            let situation = draw.of(situations(age));
            for (counts, code, told) in [
                (&mut residents.age_groups, age, ages_told),
                (&mut residents.genders, gender, genders_told),
                (&mut residents.situations, situation, situations_told),
            ] {
                // Some would rather not say.
                if told && !draw.chance(5) {
                    *counts.entry(code).or_default() += 1;
                }
            }
        }
        residents
    }
}

/// Mostly people of 60 and over, as section 1 of the deliberation found.
const AGES: Choice<&str> = Choice {
    usual: "70_plus",
    others: &[("60_69", 34), ("40_59", 16), ("25_39", 7), ("18_24", 4), ("12_17", 1)],
};

const GENDERS: Choice<&str> = Choice {
    usual: "female",
    others: &[("male", 33)],
};

fn situations(age: &str) -> &'static Choice<&'static str> {
    match age {
        "12_17" => &Choice {
            usual: "in_school",
            others: &[],
        },
        "18_24" => &Choice {
            usual: "unemployed",
            others: &[("in_school", 35), ("employed", 25)],
        },
        "25_39" | "40_59" => &Choice {
            usual: "unemployed",
            others: &[("employed", 45)],
        },
        "60_69" => &Choice {
            usual: "retired",
            others: &[("unemployed", 8), ("employed", 8)],
        },
        _ => &Choice {
            usual: "retired",
            others: &[],
        },
    }
}

const fn workshop(title: &'static str, themes: &'static [&'static str]) -> Workshop {
    Workshop { title, themes }
}

/// The catalogue of workshops.
#[rustfmt::skip]
const CATALOGUE: Choice<Workshop> = Choice {
    usual: workshop("Premiers pas avec l’ordinateur", &["equipment", "digital_culture"]),
    others: &[
        (workshop("Smartphone et tablette", &["smartphone", "equipment"]), 18),
        (workshop("Naviguer sur internet", &["internet", "security"]), 14),
        (workshop("Sa messagerie électronique", &["email", "security"]), 13),
        (workshop("Garder le contact", &["communication", "smartphone", "social_media"]), 8),
        (workshop("Ses démarches en ligne", &["administrative_procedures", "procedure_social_health", "procedure_money_taxes"]), 9),
        (workshop("Ranger ses photos et ses fichiers", &["digital_content", "creation"]), 6),
        (workshop("Acheter et payer sans risque", &["banking_and_shopping", "security", "fraud_and_harassment"]), 5),
        (workshop("Écrire un courrier", &["office_tools"]), 4),
        (workshop("Son CV en ligne", &["employment", "office_tools", "email", "procedure_work_training"]), 3),
        (workshop("Mon espace santé", &["health", "procedure_social_health"]), 3),
        (workshop("Les écrans en famille", &["parenting", "schooling"]), 2),
    ],
};

const fn need(themes: &'static [&'static str], redirected_to: &'static str) -> Need {
    Need { themes, redirected_to }
}

/// What residents come for outside of workshops.
#[rustfmt::skip]
const NEEDS: Choice<Need> = Choice {
    usual: need(&["smartphone", "equipment"], "digital_advisor"),
    others: &[
        (need(&["equipment", "internet", "digital_assessment"], "library"), 13),
        (need(&["email", "security"], "digital_advisor"), 12),
        (need(&["administrative_procedures", "procedure_social_health"], "cpam"), 8),
        (need(&["administrative_procedures", "procedure_money_taxes"], "dgfip"), 7),
        (need(&["procedure_identity_elections", "administrative_procedures"], "ants"), 6),
        (need(&["administrative_procedures", "procedure_family_school"], "caf"), 4),
        (need(&["administrative_procedures", "email"], "france_services"), 4),
        (need(&["procedure_housing", "administrative_procedures", "email"], "ccas"), 3),
        (need(&["employment", "procedure_work_training", "office_tools"], "france_travail"), 4),
        (need(&["procedure_transport", "banking_and_shopping"], "town_hall"), 2),
        (need(&["procedure_foreigners_europe", "administrative_procedures"], "prefecture"), 2),
        (need(&["equipment_maintenance"], "it_retailer"), 5),
        (need(&["communication", "smartphone"], "library"), 5),
        (need(&["banking_and_shopping", "security"], "other"), 3),
        (need(&["fraud_and_harassment", "security", "email"], "police"), 2),
        (need(&["health", "procedure_social_health", "internet"], "social_worker"), 3),
        (need(&["digital_content", "smartphone"], "third_place"), 3),
    ],
};
