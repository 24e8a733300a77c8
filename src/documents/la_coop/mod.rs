//! A day as the forms of the national platform La Coop have it, to type from: there is no way to send it an activity. A card
//! an activity, in the order and with the labels of its forms; first what La Coop would refuse, last what it has no room for.

mod labels;
mod page;

use std::collections::{BTreeMap, BTreeSet};

use self::labels::Choices;
use super::definitions::Texts;
use crate::domain::calendar::ReportDate;
use crate::domain::field::communes::Commune;
use crate::domain::field::place::PlaceId;
use crate::domain::identifiers::InterventionId;
use crate::domain::intervention::{CommuneCode, Counts, Intervention};
use crate::domain::nomenclature::{Autonomy, ClosedList, CodeSet, FollowUp, Kind, Level, Masked, Theme};
use crate::domain::report::{Entry, Report};

pub use page::page;

/// What the sheet needs to know of a place.
#[derive(Debug, Clone)]
pub struct KnownPlace {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub commune: CommuneCode,
    /// Whether La Coop has it: then an advisor finds it on their list there.
    pub is_theirs: bool,
}

/// A day to type into La Coop.
#[derive(Debug)]
pub struct Sheet {
    /// Which day.
    pub date: ReportDate,
    /// The activities, in the order of the day.
    pub cards: Vec<Card>,
    /// How many interventions are left out, in which the advisor assisted a colleague.
    pub assisting: usize,
}

/// An activity to type in.
#[derive(Debug)]
pub struct Card {
    /// The intervention that it is of.
    pub id: InterventionId,
    /// The form: `collectif` or `individuel`.
    pub form: &'static str,
    /// How often to type it: La Coop has an activity a person where several were helped one by one.
    pub times: i64,
    /// What La Coop would refuse, and what to do.
    pub refusals: Vec<Texts>,
    /// What La Coop has no room for.
    pub losses: Vec<Texts>,
    /// What to type, in the order of the form.
    pub fields: Vec<Field>,
}

/// A question of a form.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in La Coop.
    pub name: &'static str,
    /// Its label in the form.
    pub label: &'static str,
    /// What to type or choose.
    pub values: Vec<String>,
}

impl Sheet {
    /// The sheet of a day's report; `places` has those that it names.
    pub fn of(date: ReportDate, report: &Report, places: &BTreeMap<PlaceId, KnownPlace>) -> Self {
        let (assisting, own): (Vec<&Entry>, Vec<&Entry>) =
            report.entries().iter().partition(|entry| entry.intervention.assists());
        Self {
            date,
            cards: own.into_iter().map(|entry| Card::of(date, entry, places)).collect(),
            assisting: assisting.len(),
        }
    }
}

impl Card {
    fn of(date: ReportDate, entry: &Entry, places: &BTreeMap<PlaceId, KnownPlace>) -> Self {
        let said = &entry.intervention;
        let place = said.place_id.and_then(|id| places.get(&id));
        let collective = said.kind == Kind::Workshop;
        let mut card = Self {
            id: entry.id,
            form: said.kind.entry().towards_la_coop().first().copied().unwrap_or_default(),
            times: if collective { 1 } else { said.participants },
            refusals: Vec::new(),
            losses: losses(said),
            fields: Vec::new(),
        };
        if collective {
            card.ask("titreAtelier", "Titre de l’atelier", said.title.clone());
            card.ask(
                "participantsAnonymes",
                "Bénéficiaires anonymes",
                Some(said.participants.to_string()),
            );
            card.people(said, ("Bénéficiaires déjà accompagnés", "Commune de résidence"));
        } else {
            card.ask("beneficiaire", "Bénéficiaire", Some("Bénéficiaire anonyme".to_owned()));
        }
        card.ask(
            "date",
            "Date de l’accompagnement",
            Some(date.date().format("%d/%m/%Y").to_string()),
        );
        card.duration(said);
        card.place(said, place);
        card.choose(
            "materiel",
            "Matériel numérique utilisé",
            labels::EQUIPMENT,
            &codes(said.equipment),
        );
        card.themes(said);
        if collective {
            let level: CodeSet<Level> = CodeSet::of(said.level);
            card.choose("niveau", "Niveau de l’atelier", labels::LEVELS, &codes(level));
        } else {
            let autonomy: CodeSet<Autonomy> = CodeSet::of(said.autonomy);
            card.choose(
                "autonomie",
                "Niveau d’autonomie du bénéficiaire",
                labels::AUTONOMY,
                &codes(autonomy),
            );
            card.redirection(said);
            let labels = (
                "J’ai déjà accompagné ce bénéficiaire",
                "Commune de résidence du bénéficiaire",
            );
            card.people(said, labels);
        }
        let notes = if collective {
            "Notes sur l’atelier"
        } else {
            "Notes sur l’accompagnement"
        };
        card.ask("notes", notes, said.note.clone());
        card
    }

    /// A question, where there is something to type.
    fn ask(&mut self, name: &'static str, label: &'static str, values: impl IntoIterator<Item = String>) {
        let values: Vec<String> = values.into_iter().collect();
        if !values.is_empty() {
            self.fields.push(Field { name, label, values });
        }
    }

    /// A question whose choices are these codes of La Coop.
    fn choose(&mut self, name: &'static str, label: &'static str, choices: Choices, codes: &[&str]) {
        let chosen = choices.iter().filter(|(code, _)| codes.contains(code));
        self.ask(name, label, chosen.map(|(_, label)| (*label).to_owned()));
    }

    fn duration(&mut self, said: &Intervention) {
        let minutes = said.duration_minutes / self.times.max(1);
        if minutes >= 24 * 60 {
            self.refusals
                .push(("La durée est d’au plus 23 h 59.", "The duration is at most 23 h 59."));
        }
        let text = match (minutes / 60, minutes % 60) {
            (0, minutes) => format!("{minutes} min"),
            (hours, minutes) => format!("{hours} h {minutes:02}"),
        };
        self.ask("duree", "Durée", Some(text));
    }

    fn place(&mut self, said: &Intervention, place: Option<&KnownPlace>) {
        let of_setting = said.setting.entry().towards_la_coop().first().copied();
        // La Coop lists some places of others as places of activity too: then the advisor finds this one there by its name.
        let code = match of_setting.unwrap_or_default() {
            "autre" if place.is_some_and(|place| place.is_theirs) => "lieu_activite",
            code => code,
        };
        self.choose("typeLieu", "Lieu de l’accompagnement", labels::PLACES, &[code]);
        let name = place
            .map(|place| place.name.clone())
            .or_else(|| said.place_name.clone());
        match code {
            "lieu_activite" if name.is_none() => self
                .refusals
                .push(("Choisir le lieu d’activité.", "Choose the place of activity.")),
            "lieu_activite" => self.ask("structure", "Lieu d’activité", name),
            "a_distance" => {}
            _ => {
                let commune = said.commune().or(place.map(|place| &place.commune));
                if commune.is_none() {
                    self.refusals.push(("Choisir une commune.", "Choose a commune."));
                }
                self.ask("lieuCommuneData", "Commune", commune.map(named));
            }
        }
    }

    fn themes(&mut self, said: &Intervention) {
        let codes: Vec<&str> = said
            .themes
            .iter()
            .flat_map(|theme| theme.entry().towards_la_coop().to_vec())
            .collect();
        if codes.is_empty() {
            self.refusals.push(("Choisir une thématique.", "Choose a theme."));
        }
        let label = "Thématique(s) d’accompagnement de médiation numérique";
        self.choose("thematiques", label, labels::THEMES, &codes);
        let label = "Thématique(s) de la démarche administrative";
        self.choose("thematiques", label, labels::PROCEDURES, &codes);
        let label = "Préciser le nom de la démarche administrative réalisée";
        self.ask("precisionsDemarche", label, said.procedure.clone());
    }

    fn redirection(&mut self, said: &Intervention) {
        let redirected = said.follow_ups.get(FollowUp::Redirected) > 0;
        let answer = if redirected { "Oui" } else { "Non" };
        let label = "Le bénéficiaire est-il orienté vers une autre structure ?";
        self.ask("orienteVersStructure", label, Some(answer.to_owned()));
        let codes: Vec<&str> = said
            .redirected_to
            .iter()
            .flat_map(|to| to.entry().towards_la_coop().to_vec())
            .collect();
        self.choose(
            "structureDeRedirection",
            "Structure de redirection",
            labels::STRUCTURES,
            &codes,
        );
    }

    fn people(&mut self, said: &Intervention, (already, residence): (&'static str, &'static str)) {
        let recurring = Some(said.recurring_participants).filter(|people| *people > 0);
        self.ask("dejaAccompagne", already, recurring.map(|people| people.to_string()));
        let living = said.residences.iter();
        let living = living.map(|(commune, people)| format!("{} : {people}", named(commune)));
        self.ask("communeResidence", residence, living);
        self.counts("genre", "Genre", labels::GENDERS, &said.genders, said.participants);
        self.counts(
            "trancheAge",
            "Tranche d’âge",
            labels::AGES,
            &said.age_groups,
            said.participants,
        );
        let label = "Statut du bénéficiaire";
        self.counts(
            "statutSocial",
            label,
            labels::SITUATIONS,
            &said.situations,
            said.participants,
        );
    }

    /// How many people each choice has, and of how many nothing is said.
    fn counts<T: ClosedList>(
        &mut self,
        name: &'static str,
        label: &'static str,
        choices: Choices,
        counts: &Counts<T>,
        participants: i64,
    ) {
        let of_code = |code: &str| {
            let group = T::ALL.iter().find(|group| group.entry().la_coop == Some(code));
            group.map_or(0, |group| counts.get(*group))
        };
        let told = choices.iter().map(|(code, label)| (*label, of_code(code)));
        let rest = (labels::UNDISCLOSED, participants - counts.sum());
        let lines = told.chain([rest]).filter(|(_, people)| *people > 0);
        if !counts.is_empty() {
            self.ask(name, label, lines.map(|(label, people)| format!("{label} : {people}")));
        }
    }
}

/// A commune as people know it.
fn named(commune: &CommuneCode) -> String {
    let code = commune.as_str();
    Commune::find(code).map_or_else(|| code.to_owned(), |commune| format!("{} ({code})", commune.name))
}

fn codes<T: Masked>(set: CodeSet<T>) -> Vec<&'static str> {
    set.iter().filter_map(|value| value.entry().la_coop).collect()
}

/// What of an intervention La Coop has no room for.
fn losses(said: &Intervention) -> Vec<Texts> {
    let several = said.kind != Kind::Workshop && said.participants > 1;
    let families = said
        .redirected_to
        .iter()
        .map(|to| to.entry().towards_la_coop().first().copied());
    let families: BTreeSet<_> = families.collect();
    let workshop = said.kind == Kind::Workshop;
    let of_people: [(bool, Texts); 5] = [
        (
            said.kind == Kind::OneOff,
            (
                "Demande ponctuelle : devient un accompagnement individuel.",
                "A one-off request becomes an individual support.",
            ),
        ),
        (
            several,
            (
                "Une activité par personne, la durée partagée : qui était quoi n’est pas su.",
                "An activity a person, the time divided: who was what is not known.",
            ),
        ),
        (
            said.themes.contains(Theme::Other) && said.themes.len() > 1,
            (
                "Le thème « autre » n’y existe pas.",
                "There is no theme \"other\" there.",
            ),
        ),
        (
            !workshop && families.len() > 1,
            (
                "Une seule structure de redirection : choisir.",
                "One structure of redirection alone: choose.",
            ),
        ),
        (
            workshop && (!said.redirected_to.is_empty() || said.follow_ups.get(FollowUp::Redirected) > 0),
            (
                "Un atelier n’y a pas d’orientation.",
                "A workshop has no redirection there.",
            ),
        ),
    ];
    let lost = of_people.into_iter().chain(losses_of_the_plan(said));
    lost.filter_map(|(is_lost, texts)| is_lost.then_some(texts)).collect()
}

/// What of the action plan and of the form itself La Coop has no room for.
fn losses_of_the_plan(said: &Intervention) -> [(bool, Texts); 5] {
    let workshop = said.kind == Kind::Workshop;
    [
        (
            said.follow_ups.get(FollowUp::Individual) + said.follow_ups.get(FollowUp::Workshop) > 0,
            (
                "Les suites données n’y sont pas demandées.",
                "Follow-ups are not asked for there.",
            ),
        ),
        (
            said.principle.is_some(),
            (
                "Le principe du plan d’action n’y est pas demandé.",
                "The principle is not asked for there.",
            ),
        ),
        (
            said.referred_by_social_worker,
            (
                "La demande d’un travailleur social n’y est pas demandée.",
                "That a social worker asked for it is not asked for there.",
            ),
        ),
        (
            workshop && said.autonomy.is_some(),
            (
                "Un atelier n’y a pas de niveau d’autonomie.",
                "A workshop has no autonomy there.",
            ),
        ),
        (
            !workshop && (said.level.is_some() || said.title.is_some()),
            (
                "Un accompagnement individuel n’y a ni titre ni niveau.",
                "An individual support has neither a title nor a level there.",
            ),
        ),
    ]
}
