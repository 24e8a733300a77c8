//! The words of documents in both languages: labels of rows, names of months, headings.

use crate::domain::calendar::Month;
use crate::domain::language::Language;
use crate::domain::nomenclature::{
    Absence, AgeGroup, Autonomy, ClosedList, Equipment, FollowUp, Gender, Kind, Level, Principle, Redirection, Setting,
    Situation, Theme,
};
use crate::statistics::breakdown::{Referral, UNDISCLOSED};
use crate::statistics::dimension::Dimension;
use crate::statistics::figure::Figure;

/// The label of a figure; the annex's six in French as the annex of 2022 prints them.
pub const fn figure_label(figure: Figure, language: Language) -> &'static str {
    let (french, english) = match figure {
        Figure::PeopleSupported => ("Personnes totales accompagnées", "People supported in total"),
        Figure::SupportsRecorded => (
            "Accompagnements total enregistrés (dont récurrent)",
            "Supports recorded in total (recurring included)",
        ),
        Figure::WorkshopsHeld => ("Ateliers réalisés", "Workshops held"),
        Figure::WorkshopParticipants => ("Total des participants aux ateliers", "Workshop participants in total"),
        Figure::IndividualSupports => ("Accompagnements individuels", "Individual supports"),
        Figure::OneOffRequests => ("Demandes ponctuelles", "One-off requests"),
        Figure::RecurringParticipants => ("Participants récurrents", "Recurring participants"),
        Figure::WorkshopMinutes => ("Temps passé en ateliers", "Time spent in workshops"),
        Figure::IndividualMinutes => (
            "Temps passé en accompagnements individuels",
            "Time spent on individual supports",
        ),
        Figure::OneOffMinutes => ("Temps passé en demandes ponctuelles", "Time spent on one-off requests"),
        Figure::Referrals => (
            "Interventions demandées par un travailleur social",
            "Interventions asked for by a social worker",
        ),
        Figure::FirstVisitsAccompanied => (
            "Premiers rendez-vous accompagnés par un travailleur social",
            "First visits accompanied by a social worker",
        ),
        Figure::Reports => ("Rapports journaliers", "Daily reports"),
        Figure::Absences => ("Jours d'absence", "Days of absence"),
    };
    language.choose(french, english)
}

/// The label of a value of a dimension; a commune, a place, a partner and an advisor go by their codes.
pub fn breakdown_label(dimension: Dimension, code: &str, language: Language) -> String {
    fn of_list<T: ClosedList>(code: &str, language: Language) -> Option<&'static str> {
        T::from_code(code).map(|value| value.label(language))
    }
    if code == UNDISCLOSED {
        return language.choose("Non renseigné", "Undisclosed").to_owned();
    }
    let label = match dimension {
        Dimension::Kind => of_list::<Kind>(code, language),
        Dimension::Setting => of_list::<Setting>(code, language),
        Dimension::Principle => of_list::<Principle>(code, language),
        Dimension::Theme => of_list::<Theme>(code, language),
        Dimension::AgeGroup => of_list::<AgeGroup>(code, language),
        Dimension::Gender => of_list::<Gender>(code, language),
        Dimension::Situation => of_list::<Situation>(code, language),
        Dimension::FollowUp => of_list::<FollowUp>(code, language),
        Dimension::Redirection => of_list::<Redirection>(code, language),
        Dimension::Referral => Referral::from_code(code).map(|referral| referral_label(referral, language)),
        Dimension::Equipment => of_list::<Equipment>(code, language),
        Dimension::Autonomy => of_list::<Autonomy>(code, language),
        Dimension::Level => of_list::<Level>(code, language),
        Dimension::Absence => of_list::<Absence>(code, language),
        Dimension::Commune
        | Dimension::Place
        | Dimension::Partner
        | Dimension::Workshop
        | Dimension::Tag
        | Dimension::Advisor => None,
    };
    label.unwrap_or(code).to_owned()
}

const fn referral_label(referral: Referral, language: Language) -> &'static str {
    let (french, english) = match referral {
        Referral::FirstVisitAccompanied => (
            "Demandée par un travailleur social, premier rendez-vous accompagné",
            "Asked for by a social worker, first visit accompanied",
        ),
        Referral::SocialWorker => (
            "Demandée par un travailleur social, sans accompagnement au rendez-vous",
            "Asked for by a social worker, not accompanied",
        ),
        Referral::None => (
            "Sans demande d'un travailleur social",
            "Not asked for by a social worker",
        ),
    };
    language.choose(french, english)
}

/// The short and the long French name of a month from 1 to 12.
const fn french_names(month: u32) -> (&'static str, &'static str) {
    match month {
        1 => ("janv", "janvier"),
        2 => ("févr", "février"),
        3 => ("mars", "mars"),
        4 => ("avr", "avril"),
        5 => ("mai", "mai"),
        6 => ("juin", "juin"),
        7 => ("juil", "juillet"),
        8 => ("août", "août"),
        9 => ("sept", "septembre"),
        10 => ("oct", "octobre"),
        11 => ("nov", "novembre"),
        _ => ("déc", "décembre"),
    }
}

/// A month as the head of a column: `mai-22`, or `2022-05` in English.
pub fn month_heading(month: Month, language: Language) -> String {
    match language {
        Language::French => format!("{}-{:02}", french_names(month.number()).0, month.year() % 100),
        Language::English => month.to_string(),
    }
}

/// The long French name of a month from 1 to 12.
pub const fn month_word(month: u32) -> &'static str {
    french_names(month).1
}

/// A month in a sentence: `mai 2022`, or `2022-05` in English.
pub fn month_name(month: Month, language: Language) -> String {
    match language {
        Language::French => format!("{} {}", french_names(month.number()).1, month.year()),
        Language::English => month.to_string(),
    }
}

/// The title over the annex.
pub fn annex_title(organisation: &str, language: Language) -> String {
    match language {
        Language::French => format!("Statistiques · Conseillers numériques {organisation}"),
        Language::English => format!("Statistics · Digital-inclusion advisors of {organisation}"),
    }
}
