//! What documents of words say: the catalogue of workshops, and an agreement as the annex of a convention.

use chrono::{DateTime, Utc};

use super::leaflet::{Leaflet, Sheet};
use super::{presences, words};
use crate::domain::field::agreement::Agreement;
use crate::domain::field::partner::Partner;
use crate::domain::field::place::Place;
use crate::domain::field::schedule::Schedule;
use crate::domain::field::workshop::Workshop;
use crate::domain::language::Language;
use crate::domain::nomenclature::ClosedList as _;

/// What every document of words is made of besides its content.
#[derive(Debug, Clone, Copy)]
pub struct Of<'a> {
    /// The name of the organisation.
    pub organisation: &'a str,
    /// The language.
    pub language: Language,
    /// When what it says was read.
    pub at: DateTime<Utc>,
}

/// The catalogue, with a page a sheet.
pub fn catalogue<'a>(sheets: impl Iterator<Item = &'a Workshop>, of: Of<'_>) -> Leaflet {
    let language = of.language;
    Leaflet {
        language,
        title: language
            .choose("Catalogue des ateliers numériques", "Catalogue of digital workshops")
            .to_owned(),
        subtitle: of.organisation.to_owned(),
        at: of.at,
        sheets: sheets.map(|workshop| sheet(workshop, language)).collect(),
        page_a_sheet: true,
    }
}

fn sheet(workshop: &Workshop, language: Language) -> Sheet {
    let label = |french, english| language.choose(french, english);
    let colon = label(" :", ":");
    let mut facts = Vec::new();
    let mut fact = |name: &str, value: Option<String>| {
        facts.extend(value.map(|value| (format!("{name}{colon}"), value)));
    };
    let themes: Vec<&str> = workshop.themes.iter().map(|theme| theme.label(language)).collect();
    fact(
        label("Thèmes", "Themes"),
        (!themes.is_empty()).then(|| themes.join(", ")),
    );
    fact(
        label("Niveau", "Level"),
        workshop.level.map(|level| level.label(language).to_owned()),
    );
    fact(
        label("Durée", "Duration"),
        workshop.duration_minutes.map(|minutes| format!("{minutes} min")),
    );
    fact(label("Participants", "Participants"), people(workshop, language));
    fact(label("Tarif", "Price"), Some(label("gratuit", "free").to_owned()));
    let texts = &workshop.texts;
    let texts = [
        (label("Résumé", "Summary"), &texts.summary),
        (label("Objectifs", "Objectives"), &texts.objectives),
        (label("Prérequis", "Prerequisites"), &texts.prerequisites),
        (label("Moyens nécessaires", "Required means"), &texts.required_means),
    ];
    let long = |(name, text): (&str, &Option<String>)| Some((name.to_owned(), vec![text.clone()?]));
    Sheet {
        heading: workshop.title.clone(),
        facts,
        texts: texts.into_iter().filter_map(long).collect(),
    }
}

fn people(workshop: &Workshop, language: Language) -> Option<String> {
    let said = match (workshop.participants_min, workshop.participants_max) {
        (None, None) => return None,
        (Some(least), None) => format!("{} {least}", language.choose("au moins", "at least")),
        (None, Some(most)) => format!("{} {most}", language.choose("au plus", "at most")),
        (Some(least), Some(most)) => match language {
            Language::French => format!("de {least} à {most}"),
            Language::English => format!("{least} to {most}"),
        },
    };
    Some(said)
}

/// Who comes under an agreement, and when.
#[derive(Debug)]
pub struct Coming<'a> {
    /// The names of the advisors.
    pub advisors: &'a [String],
    /// The schedules of their presences.
    pub schedules: &'a [Schedule],
}

/// An agreement as the annex of a convention: the parties, the period, the place, who comes and when, what each side does.
pub fn convention(
    agreement: &Agreement,
    (partner, place): (&Partner, Option<&Place>),
    Coming { advisors, schedules }: Coming<'_>,
    of: Of<'_>,
) -> Leaflet {
    let language = of.language;
    let label = |french, english| language.choose(french, english);
    let colon = label(" :", ":");
    let kinds: Vec<&str> = agreement.kinds.iter().map(|kind| kind.label(language)).collect();
    let facts = [
        (label("Collectivité", "Organisation"), Some(of.organisation.to_owned())),
        (label("Partenaire", "Partner"), Some(partner.name.clone())),
        (label("Période", "Period"), Some(period(agreement, language))),
        (
            label("Signée le", "Signed on"),
            agreement.signed_on.map(|signed| words::civil_day(signed, language)),
        ),
        (label("Lieu", "Place"), place.map(|place| place.name.clone())),
        (
            label("Interventions", "Interventions"),
            (!kinds.is_empty()).then(|| kinds.join(", ")),
        ),
        (
            label("Conseillers", "Advisors"),
            (!advisors.is_empty()).then(|| advisors.join(", ")),
        ),
    ];
    let facts = facts
        .into_iter()
        .filter_map(|(name, value)| Some((format!("{name}{colon}"), value?)));
    let commitments = agreement.commitments.iter().map(|commitment| {
        let kind = commitment.kind.label(language);
        let words = commitment.words.as_ref().map(|words| format!("{colon} {words}"));
        format!("– {kind}{}", words.unwrap_or_default())
    });
    let commitments: Vec<String> = commitments.collect();
    let mut texts = Vec::new();
    if !schedules.is_empty() {
        let presences = schedules
            .iter()
            .map(|schedule| format!("– {}", presences::in_words(schedule, language)));
        texts.push((
            label("Temps de présence", "Times of presence").to_owned(),
            presences.collect(),
        ));
    }
    if !commitments.is_empty() {
        texts.push((
            label("Le partenaire fournit", "The partner provides").to_owned(),
            commitments,
        ));
    }
    if let Some(words) = &agreement.words {
        texts.push((label("Précisions", "Details").to_owned(), vec![words.clone()]));
    }
    let free = label(
        "Les interventions des conseillers numériques sont gratuites pour les habitants et pour le partenaire.",
        "What digital-inclusion advisors do is free for residents and for the partner.",
    );
    texts.push((label("Tarif", "Price").to_owned(), vec![free.to_owned()]));
    Leaflet {
        language,
        title: label("Annexe à la convention", "Annex to the agreement").to_owned(),
        subtitle: format!("{} – {}", of.organisation, partner.name),
        at: of.at,
        sheets: vec![Sheet {
            heading: label("Ce qui est convenu", "What is agreed").to_owned(),
            facts: facts.collect(),
            texts,
        }],
        page_a_sheet: false,
    }
}

fn period(agreement: &Agreement, language: Language) -> String {
    let (starts, ends) = (
        words::civil_day(agreement.starts_on, language),
        words::civil_day(agreement.ends_on, language),
    );
    match language {
        Language::French => format!("du {starts} au {ends}"),
        Language::English => format!("{starts} to {ends}"),
    }
}
