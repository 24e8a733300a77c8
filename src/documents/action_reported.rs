//! What those figures of the plan of action mean that are counted from interventions: from those which name what was planned,
//! and from those which reach out.

use super::definitions::Texts;
use crate::statistics::action_plan::ActionFigure;

/// The formula of a figure in symbols.
pub(super) const fn symbols(figure: ActionFigure) -> &'static str {
    match figure {
        ActionFigure::PresencesWithResidents => {
            "action_presences_with_residents = Σ 1 (sessions) [kind = presence, held, Σ participants > 0]"
        }
        ActionFigure::PresencesWithoutResidents => {
            "action_presences_without_residents = Σ 1 (sessions) [kind = presence, held, Σ participants = 0]"
        }
        ActionFigure::PresenceSupportMinutes => {
            "action_presence_support_minutes = Σ duration_minutes [planned_session_id ∈ presences held]"
        }
        ActionFigure::PeoplePerPresenceHour => {
            "action_people_per_presence_hour = 60 × Σ participants [planned_session_id ∈ presences held] ÷ action_presence_minutes"
        }
        ActionFigure::WorkshopFilling => {
            "action_workshop_filling = 100 × Σ participants ÷ Σ seats [planned_session_id ∈ workshops with seats]"
        }
        ActionFigure::SheetsNeverAsked => "action_sheets_never_asked = Σ 1 (workshops) [not retired, no request]",
        ActionFigure::ReferralsVisited => "action_referrals_visited = Σ 1 (referrals) [received_on, an intervention]",
        ActionFigure::ReferralsAccompanied => {
            "action_referrals_accompanied = Σ 1 (referrals) [first intervention: first_visit_accompanied]"
        }
        _ => "action_referral_days = median (date of the first intervention − received_on)",
    }
}

/// The label, the formula in words, and what the figure does not say: of presences.
pub(super) const fn of_presences(figure: ActionFigure) -> (Texts, Texts, Texts) {
    match figure {
        ActionFigure::PresencesWithResidents => (
            ("Permanences avec public", "Presences with residents"),
            (
                "Parmi les permanences tenues, celles qu'une intervention avec participants nomme.",
                "Of the presences held, those that an intervention with participants names.",
            ),
            (
                "Une intervention qui ne nomme pas sa permanence n'y est pas.",
                "An intervention that does not name its presence is not in it.",
            ),
        ),
        ActionFigure::PresencesWithoutResidents => (
            ("Permanences sans public", "Presences without residents"),
            (
                "Parmi les permanences tenues, celles qu'aucune intervention avec participants ne nomme.",
                "Of the presences held, those that no intervention with participants names.",
            ),
            (
                "Des personnes ont pu venir sans que l'intervention nomme la permanence.",
                "People may have come without the intervention naming the presence.",
            ),
        ),
        ActionFigure::PresenceSupportMinutes => (
            (
                "Temps d'intervention aux permanences",
                "Time of interventions at presences",
            ),
            (
                "Les durées des interventions qui nomment une permanence tenue.",
                "The durations of interventions that name a presence held.",
            ),
            (
                "Ni accueil ni attente n'y sont.",
                "Neither welcome nor waiting is in it.",
            ),
        ),
        _ => (
            ("Personnes par heure de permanence", "People for each hour of presence"),
            (
                "Les participants de ces interventions, sur le temps de présence en heures ; une décimale.",
                "The participants of these interventions, over the time of presence in hours; one decimal.",
            ),
            (
                "Qui revient compte de nouveau ; deux conseillers présents comptent deux fois le temps.",
                "Who comes back counts again; two advisors who are there count the time twice.",
            ),
        ),
    }
}

/// The label, the formula in words, and what the figure does not say: of workshops and referrals.
pub(super) const fn of_workshops_and_referrals(figure: ActionFigure) -> (Texts, Texts, Texts) {
    match figure {
        ActionFigure::WorkshopFilling => (
            ("Remplissage des ateliers", "Filling of workshops"),
            (
                "Les participants des ateliers prévus qu'une intervention nomme, sur leurs places ou celles de leur fiche.",
                "The participants of planned workshops that an intervention names, of their seats or those of their sheet.",
            ),
            (
                "Les ateliers sans nombre de places n'y sont pas.",
                "Workshops without a number of seats are not in it.",
            ),
        ),
        ActionFigure::SheetsNeverAsked => (
            ("Fiches jamais demandées", "Sheets never asked for"),
            (
                "Les fiches proposées au jour de lecture qu'aucune demande n'a jamais nommées.",
                "The sheets offered on the day of reading that no request ever named.",
            ),
            (
                "Elles ont pu être données sans demande.",
                "They may have been given without a request.",
            ),
        ),
        ActionFigure::ReferralsVisited => (
            (
                "Interpellations suivies d'un rendez-vous",
                "Referrals with a first visit",
            ),
            (
                "Parmi les interpellations reçues, celles qu'une intervention nomme.",
                "Of the referrals received, those that an intervention names.",
            ),
            (
                "Le rendez-vous a pu avoir lieu après la période.",
                "The visit may have been after the period.",
            ),
        ),
        ActionFigure::ReferralsAccompanied => (
            (
                "Interpellations au premier rendez-vous accompagné",
                "Referrals whose first visit was accompanied",
            ),
            (
                "Parmi elles, celles dont le demandeur a accompagné le premier rendez-vous.",
                "Those of them to whose first visit whoever asked came along.",
            ),
            (
                "Ne dit pas si d'autres rendez-vous ont suivi.",
                "It does not tell whether others followed.",
            ),
        ),
        _ => (
            (
                "Jours jusqu'au premier rendez-vous (médiane)",
                "Days until the first visit (median)",
            ),
            (
                "La médiane des jours entre l'interpellation et son premier rendez-vous ; de deux, la plus basse.",
                "The median of days from a referral to its first visit; of two, the lower one.",
            ),
            (
                "Les interpellations sans rendez-vous n'y sont pas.",
                "Referrals without a visit are not in it.",
            ),
        ),
    }
}

/// Of the figures of reaching out.
pub(super) const fn reaching_out(figure: ActionFigure) -> (Texts, Texts, Texts) {
    match figure {
        ActionFigure::OutsideWalls => (
            ("Part hors les murs", "Share outside the walls"),
            (
                "Les accompagnements au bureau mobile ou dans l'espace public, sur tous les accompagnements.",
                "Supports in the mobile office or in public space, of all supports.",
            ),
            (
                "Ne dépend pas du principe ; les permanences chez les partenaires n'y sont pas.",
                "It does not depend on the principle; presences at partners are not in it.",
            ),
        ),
        ActionFigure::Referrals => (
            (
                "Interventions sur l'interpellation d'un travailleur social",
                "Interventions that a social worker asked for",
            ),
            (
                "Les interventions demandées par un travailleur social ou de proximité.",
                "Interventions that a social or outreach worker asked for.",
            ),
            (
                "Compte des interventions, non des personnes.",
                "It counts interventions, not people.",
            ),
        ),
        _ => (
            (
                "Premiers rendez-vous en présence du travailleur",
                "First visits with the worker",
            ),
            (
                "Parmi elles, celles dont ce travailleur a accompagné le premier rendez-vous.",
                "Those of them to whose first visit that worker came along.",
            ),
            (
                "Ne dit pas si d'autres rendez-vous ont suivi.",
                "It does not tell whether others followed.",
            ),
        ),
    }
}
