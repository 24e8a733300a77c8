//! What the breakdowns of the plan of action mean.

use super::definitions::Texts;
use crate::statistics::action_plan::ActionBreakdown;

/// The formula of a breakdown in symbols.
pub(super) const fn breakdown_symbols(breakdown: ActionBreakdown) -> &'static str {
    match breakdown {
        ActionBreakdown::RequestsByWorkshop => {
            "action_requests_by_workshop = Σ 1 (requests) [kind = workshop, received_on] by workshop_id"
        }
        ActionBreakdown::ReferralsDirectedTo => {
            "action_referrals_directed_to = Σ 1 (referrals) [received_on] by each of directed_to"
        }
        ActionBreakdown::MeetingsByPartnerKind => {
            "action_meetings_by_partner_kind = Σ 1 (meetings) [day] by kind of partner_id"
        }
        ActionBreakdown::Absences => "action_absences = Σ 1 (reports) [absence] by absence",
    }
}

/// The label, the formula in words, and what the breakdown does not say.
pub(super) const fn breakdown_texts(breakdown: ActionBreakdown) -> (Texts, Texts, Texts) {
    match breakdown {
        ActionBreakdown::RequestsByWorkshop => (
            ("Demandes d'atelier par fiche", "Requests for workshops by sheet"),
            (
                "Les demandes d'atelier reçues dans la période, par fiche du catalogue.",
                "The requests for a workshop that came in the period, by sheet of the catalogue.",
            ),
            (
                "Les fiches sans demande n'y sont pas ; ne dit pas ce que les demandes sont devenues.",
                "Sheets without a request are not in it; it does not tell what became of the requests.",
            ),
        ),
        ActionBreakdown::ReferralsDirectedTo => (
            (
                "Orientations après interpellation",
                "Where people referred to us were led",
            ),
            (
                "Parmi les interpellations reçues dans la période, celles dont la personne a été dirigée vers chaque structure.",
                "Of the referrals that came in the period, those whose person was led to each structure.",
            ),
            (
                "Une personne dirigée vers deux structures compte sous chacune ; ne dit pas si elle y est allée.",
                "Somebody who was led to two counts under each; it does not tell whether they went there.",
            ),
        ),
        ActionBreakdown::MeetingsByPartnerKind => (
            ("Rendez-vous par type de partenaire", "Meetings by kind of partner"),
            (
                "Les rendez-vous de la période, par type du partenaire rencontré.",
                "The meetings of the period, by the kind of the partner who was met.",
            ),
            (
                "Selon le type du partenaire au jour de lecture.",
                "By the kind that the partner has on the day of reading.",
            ),
        ),
        ActionBreakdown::Absences => (
            ("Jours de formation et d'absence", "Days of training and absence"),
            (
                "Les rapports de la période qui disent chaque absence : un jour chacun.",
                "The reports of the period that say each absence: a day each.",
            ),
            (
                "Une absence sans rapport n'y est pas.",
                "An absence that was not reported is not in it.",
            ),
        ),
    }
}
