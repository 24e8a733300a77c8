//! What the figures of the plan of action mean, figure by figure.

use super::action_reported;
use super::definitions::Texts;
use crate::statistics::action_plan::ActionFigure;

/// The formula of a figure in symbols.
pub(super) const fn symbols(figure: ActionFigure) -> &'static str {
    match figure {
        ActionFigure::Interventions => "action_interventions = Σ 1 [principle]",
        ActionFigure::Supports => "action_supports = Σ participants [principle]",
        ActionFigure::People => "action_people = Σ participants − Σ recurring_participants [principle]",
        ActionFigure::Minutes => "action_minutes = Σ duration_minutes [principle]",
        ActionFigure::OutsideWalls => {
            "action_outside_walls = 100 × Σ participants [setting ∈ {mobile_office, public_space}] ÷ Σ participants"
        }
        ActionFigure::AgreementsInForce => {
            "action_agreements_in_force = Σ 1 (agreements) [signed_on ≤ today, starts_on ≤ today ≤ ends_on]"
        }
        ActionFigure::AgreementsEnding => {
            "action_agreements_ending = Σ 1 (agreements) [in force, ends_on ≤ today + 60]"
        }
        ActionFigure::EquipmentRequests => "action_equipment_requests = Σ 1 (requests) [kind = equipment, received_on]",
        ActionFigure::EquipmentGranted => {
            "action_equipment_granted = Σ 1 (requests) [kind = equipment, status = granted]"
        }
        ActionFigure::WorkshopRequests => "action_workshop_requests = Σ 1 (requests) [kind = workshop, received_on]",
        ActionFigure::WorkshopRequestsPlanned => {
            "action_workshop_requests_planned = Σ 1 (requests) [kind = workshop, status = planned]"
        }
        ActionFigure::WorkshopRequestsDeclined => {
            "action_workshop_requests_declined = Σ 1 (requests) [kind = workshop, status = declined]"
        }
        ActionFigure::WorkshopRequestDays => {
            "action_workshop_request_days = median max(0, first day [request_id, not cancelled] − received_on) [kind = workshop, status = planned]"
        }
        ActionFigure::StopPeople => "action_stop_people = Σ participants [planned_session_id ∈ stops and stands]",
        ActionFigure::Meetings => "action_meetings = Σ 1 (meetings) [day]",
        ActionFigure::PresencesPlanned => "action_presences_planned = Σ 1 (sessions) [kind = presence]",
        ActionFigure::PresencesHeld => {
            "action_presences_held = Σ 1 (sessions) [kind = presence, an intervention or outcome = held]"
        }
        ActionFigure::PresencesCancelled => "action_presences_cancelled = Σ 1 (sessions) [kind = presence, cancelled]",
        ActionFigure::PresencesUnsaid => {
            "action_presences_unsaid = Σ 1 (sessions) [kind = presence, past, no intervention, no outcome, not cancelled]"
        }
        ActionFigure::PresenceMinutes => "action_presence_minutes = Σ (to − from) × advisors [kind = presence, held]",
        ActionFigure::CommitmentsMet => {
            "action_commitments_met = Σ 1 (sessions) [kind = presence, held, commitments_met = yes]"
        }
        ActionFigure::WorkshopsPlanned => "action_workshops_planned = Σ 1 (sessions) [kind = workshop]",
        ActionFigure::WorkshopSessionsHeld => {
            "action_workshop_sessions_held = Σ 1 (sessions) [kind = workshop, an intervention or outcome = held]"
        }
        ActionFigure::StopsPlanned => "action_stops_planned = Σ 1 (sessions) [kind ∈ {stop, stand}]",
        ActionFigure::StopsHeld => {
            "action_stops_held = Σ 1 (sessions) [kind ∈ {stop, stand}, an intervention or outcome = held]"
        }
        ActionFigure::ReferralsReceived => "action_referrals_received = Σ 1 (referrals) [received_on]",
        ActionFigure::Referrals => "action_referrals = Σ 1 [referred_by_social_worker]",
        ActionFigure::FirstVisitsAccompanied => "action_first_visits_accompanied = Σ 1 [first_visit_accompanied]",
        ActionFigure::Partners => "action_partners = Σ 1 (partners)",
        ActionFigure::PlacesConfirmed => "action_places_confirmed = Σ 1 (places) [confirmed, not closed, not merged]",
        ActionFigure::PlacesPublished => "action_places_published = Σ 1 (places) [confirmed, published]",
        ActionFigure::PlacesStale => "action_places_stale = Σ 1 (places) [confirmed, updated more than 365 days ago]",
        ActionFigure::CommunesVisited => "action_communes_visited = Σ 1 (communes) [coverage_interventions > 0]",
        ActionFigure::PresencesWithResidents
        | ActionFigure::PresencesWithoutResidents
        | ActionFigure::PresenceSupportMinutes
        | ActionFigure::PeoplePerPresenceHour
        | ActionFigure::WorkshopFilling
        | ActionFigure::SheetsNeverAsked
        | ActionFigure::ReferralsVisited
        | ActionFigure::ReferralsAccompanied
        | ActionFigure::ReferralDays => action_reported::symbols(figure),
        ActionFigure::CommunesNotVisited => "action_communes_not_visited = Σ 1 (communes) [coverage_interventions = 0]",
    }
}

/// The label, the formula in words, and what the figure does not say.
pub(super) const fn texts(figure: ActionFigure) -> (Texts, Texts, Texts) {
    match figure {
        ActionFigure::Interventions | ActionFigure::Supports | ActionFigure::People | ActionFigure::Minutes => {
            of_principle(figure)
        }
        ActionFigure::PresencesPlanned
        | ActionFigure::PresencesHeld
        | ActionFigure::PresencesCancelled
        | ActionFigure::PresencesUnsaid
        | ActionFigure::PresenceMinutes
        | ActionFigure::CommitmentsMet
        | ActionFigure::WorkshopsPlanned
        | ActionFigure::WorkshopSessionsHeld
        | ActionFigure::StopsPlanned
        | ActionFigure::StopsHeld
        | ActionFigure::StopPeople
        | ActionFigure::ReferralsReceived => of_sessions(figure),
        ActionFigure::PresencesWithResidents
        | ActionFigure::PresencesWithoutResidents
        | ActionFigure::PresenceSupportMinutes
        | ActionFigure::PeoplePerPresenceHour => action_reported::of_presences(figure),
        ActionFigure::WorkshopFilling
        | ActionFigure::SheetsNeverAsked
        | ActionFigure::ReferralsVisited
        | ActionFigure::ReferralsAccompanied
        | ActionFigure::ReferralDays => action_reported::of_workshops_and_referrals(figure),
        ActionFigure::AgreementsInForce
        | ActionFigure::AgreementsEnding
        | ActionFigure::EquipmentRequests
        | ActionFigure::EquipmentGranted
        | ActionFigure::WorkshopRequests
        | ActionFigure::WorkshopRequestsPlanned
        | ActionFigure::WorkshopRequestsDeclined
        | ActionFigure::WorkshopRequestDays
        | ActionFigure::Meetings => with_partners(figure),
        ActionFigure::OutsideWalls | ActionFigure::Referrals | ActionFigure::FirstVisitsAccompanied => {
            action_reported::reaching_out(figure)
        }
        _ => of_field(figure),
    }
}

/// Of the figures of each principle.
const fn of_principle(figure: ActionFigure) -> (Texts, Texts, Texts) {
    match figure {
        ActionFigure::Interventions => (
            ("Interventions du principe", "Interventions of the principle"),
            (
                "Les interventions qui servent ce principe.",
                "The interventions that serve this principle.",
            ),
            (
                "Une intervention dont le principe n'est pas dit compte à part.",
                "An intervention whose principle is not said counts apart.",
            ),
        ),
        ActionFigure::Supports => (
            ("Accompagnements du principe", "Supports of the principle"),
            (
                "Les participants de ces interventions.",
                "The participants of these interventions.",
            ),
            (
                "Qui vient trois fois compte trois fois.",
                "Who comes three times counts three times.",
            ),
        ),
        ActionFigure::People => (
            ("Personnes du principe", "People of the principle"),
            (
                "Ces participants, moins les participants récurrents.",
                "These participants, less recurring participants.",
            ),
            (
                "Ce n'est pas un nombre de personnes distinctes.",
                "It is no count of distinct people.",
            ),
        ),
        _ => (
            ("Temps du principe", "Time of the principle"),
            (
                "Les durées de ces interventions, additionnées.",
                "The durations of these interventions, added up.",
            ),
            (
                "Ni préparation ni trajets n'y sont.",
                "Neither preparation nor journeys are in it.",
            ),
        ),
    }
}

/// Of what was planned.
const fn of_sessions(figure: ActionFigure) -> (Texts, Texts, Texts) {
    match figure {
        ActionFigure::PresencesPlanned => (
            ("Permanences prévues", "Presences planned"),
            (
                "Les permanences chez les partenaires prévues dans la période, annulées comprises.",
                "Presences at partners planned for the period, those cancelled included.",
            ),
            (
                "Une permanence déplacée compte à son nouveau jour.",
                "One that was moved counts on its new day.",
            ),
        ),
        ActionFigure::PresencesHeld => (
            ("Permanences tenues", "Presences held"),
            (
                "Parmi elles, celles qu'une intervention nomme ou qui sont dites tenues.",
                "Those of them that an intervention names or that are said to have been held.",
            ),
            (
                "Une permanence où personne n'est venu a été tenue.",
                "A presence to which nobody came was held.",
            ),
        ),
        ActionFigure::PresencesCancelled => (
            ("Permanences annulées", "Presences cancelled"),
            (
                "Parmi elles, celles qui ont été annulées.",
                "Those of them that were cancelled.",
            ),
            ("Ne dit pas par qui.", "It does not tell by whom."),
        ),
        ActionFigure::PresencesUnsaid => (
            ("Permanences passées sans suite dite", "Presences past and unsaid"),
            (
                "Parmi elles, celles qui sont passées sans qu'une intervention les nomme ni qu'il soit dit si elles ont été tenues.",
                "Those of them that are past, that no intervention names, and of which nobody said whether they were held.",
            ),
            ("Elles ont pu être tenues.", "They may have been held."),
        ),
        ActionFigure::PresenceMinutes => (
            ("Temps de présence", "Time of presence"),
            (
                "Les durées des permanences tenues, fois leurs conseillers.",
                "The durations of presences held, times their advisors.",
            ),
            (
                "C'est le temps prévu, non celui des interventions.",
                "It is the time planned, not that of interventions.",
            ),
        ),
        ActionFigure::CommitmentsMet => (
            ("Permanences aux engagements tenus", "Presences with commitments met"),
            (
                "Parmi les permanences tenues, celles dont l'accueillant a tenu tous ses engagements.",
                "Of the presences held, those whose host did all that it had committed itself to.",
            ),
            (
                "Où rien n'est dit, elles ne comptent pas.",
                "Where nothing is said they do not count.",
            ),
        ),
        _ => of_other_sessions(figure),
    }
}

/// Of planned sessions that are no presences, and of referrals.
const fn of_other_sessions(figure: ActionFigure) -> (Texts, Texts, Texts) {
    match figure {
        ActionFigure::WorkshopsPlanned => (
            ("Ateliers prévus", "Workshops planned"),
            (
                "Les ateliers prévus dans la période, annulés compris.",
                "Workshops planned for the period, those cancelled included.",
            ),
            (
                "Les ateliers qui n'ont pas été prévus n'y sont pas.",
                "Workshops that were not planned are not in it.",
            ),
        ),
        ActionFigure::WorkshopSessionsHeld => (
            ("Ateliers prévus et tenus", "Workshops planned and held"),
            (
                "Parmi eux, ceux qu'une intervention nomme ou qui sont dits tenus.",
                "Those of them that an intervention names or that are said to have been held.",
            ),
            (
                "Ce n'est pas le nombre d'ateliers de l'annexe 1.",
                "It is not the number of workshops of Annex 1.",
            ),
        ),
        ActionFigure::StopsPlanned => (
            ("Haltes et stands prévus", "Stops and stands planned"),
            (
                "Les haltes du bureau mobile et les stands prévus dans la période, annulés compris.",
                "Stops of the mobile office and stands planned for the period, those cancelled included.",
            ),
            ("Une halte n'est pas une intervention.", "A stop is no intervention."),
        ),
        ActionFigure::StopsHeld => (
            ("Haltes et stands tenus", "Stops and stands held"),
            (
                "Parmi eux, ceux qu'une intervention nomme ou qui sont dits tenus.",
                "Those of them that an intervention names or that are said to have been held.",
            ),
            (
                "Une halte où personne n'est venu a été tenue.",
                "A stop to which nobody came was held.",
            ),
        ),
        ActionFigure::StopPeople => (
            ("Personnes aux haltes et stands", "People at stops and stands"),
            (
                "Les participants des interventions qui nomment une halte ou un stand.",
                "The participants of interventions that name a stop or a stand.",
            ),
            (
                "Qui revient compte de nouveau ; une intervention qui ne nomme pas sa halte n'y est pas.",
                "Who comes back counts again; an intervention that does not name its stop is not in it.",
            ),
        ),
        _ => (
            ("Interpellations reçues", "Referrals received"),
            (
                "Les demandes de travailleurs sociaux ou de proximité reçues dans la période.",
                "Referrals by social or outreach workers that came in the period.",
            ),
            (
                "Ne dit pas combien de personnes : une personne peut être signalée deux fois.",
                "It does not tell how many people: one may be referred twice.",
            ),
        ),
    }
}

/// Of agreements, requests and meetings.
const fn with_partners(figure: ActionFigure) -> (Texts, Texts, Texts) {
    match figure {
        ActionFigure::AgreementsInForce => (
            ("Conventions en vigueur", "Agreements in force"),
            (
                "Les conventions signées dont la période comprend le jour de lecture.",
                "Agreements that are signed and whose period holds the day of reading.",
            ),
            (
                "Dit l'état du jour, non celui de la période.",
                "It tells of today, not of the period.",
            ),
        ),
        ActionFigure::AgreementsEnding => (
            (
                "Conventions à renouveler sous 60 jours",
                "Agreements that end within 60 days",
            ),
            (
                "Parmi elles, celles qui prennent fin dans les 60 jours.",
                "Those of them that end within 60 days.",
            ),
            (
                "Ne dit pas si un renouvellement est prévu.",
                "It does not tell whether a renewal is planned.",
            ),
        ),
        ActionFigure::EquipmentRequests => (
            ("Demandes de matériel reçues", "Requests for equipment received"),
            (
                "Les demandes de matériel reçues dans la période.",
                "Requests for equipment that came in the period.",
            ),
            (
                "Ne dit pas combien de matériel est demandé.",
                "It does not tell how much was asked for.",
            ),
        ),
        ActionFigure::EquipmentGranted => (
            ("Demandes de matériel accordées", "Requests for equipment granted"),
            (
                "Parmi elles, celles qui ont été accordées depuis.",
                "Those of them that were granted since.",
            ),
            ("Il n'y a pas de suivi de stock.", "No stock is kept."),
        ),
        _ => of_requests_and_meetings(figure),
    }
}

/// Of requests for workshops, and of meetings.
const fn of_requests_and_meetings(figure: ActionFigure) -> (Texts, Texts, Texts) {
    match figure {
        ActionFigure::WorkshopRequests => (
            ("Demandes d'atelier reçues", "Requests for workshops received"),
            (
                "Les demandes d'atelier du catalogue reçues dans la période.",
                "Requests for a workshop of the catalogue that came in the period.",
            ),
            (
                "Les ateliers proposés sans demande n'y sont pas.",
                "Workshops that nobody asked for are not in it.",
            ),
        ),
        ActionFigure::WorkshopRequestsPlanned => (
            ("Demandes d'atelier planifiées", "Requests for workshops planned"),
            (
                "Parmi elles, celles qui sont planifiées au jour de lecture.",
                "Those of them that are planned on the day of reading.",
            ),
            (
                "Ne dit pas si l'atelier a eu lieu.",
                "It does not tell whether the workshop was held.",
            ),
        ),
        ActionFigure::WorkshopRequestsDeclined => (
            ("Demandes d'atelier refusées", "Requests for workshops declined"),
            (
                "Parmi elles, celles qui ont été refusées.",
                "Those of them that were declined.",
            ),
            (
                "Le motif est écrit dans la demande.",
                "The reason stands in the request.",
            ),
        ),
        ActionFigure::WorkshopRequestDays => (
            (
                "Jours entre la demande et l'atelier (médiane)",
                "Days from the request to the workshop (median)",
            ),
            (
                "La médiane des jours entre les demandes planifiées et la première séance, non annulée, qui y répond ; de deux, la plus basse.",
                "The median of days from requests that are planned to the first session, not cancelled, that answers each; of two, the lower one.",
            ),
            (
                "Les demandes planifiées sans séance n'y sont pas.",
                "Requests that are planned and have no session are not in it.",
            ),
        ),
        _ => (
            ("Rendez-vous avec les partenaires", "Meetings with partners"),
            (
                "Les rendez-vous de la période avec des partenaires.",
                "Meetings with partners in the period.",
            ),
            (
                "Un partenaire rencontré trois fois compte trois fois.",
                "A partner who was met three times counts three times.",
            ),
        ),
    }
}

/// Of what stands around the reports.
const fn of_field(figure: ActionFigure) -> (Texts, Texts, Texts) {
    match figure {
        ActionFigure::Partners => (
            ("Partenaires connus", "Partners known"),
            (
                "Les partenaires de la collectivité.",
                "The partners of the organisation.",
            ),
            (
                "Ne dit pas s'ils ont signé une convention.",
                "It does not tell whether they signed an agreement.",
            ),
        ),
        ActionFigure::PlacesConfirmed => (
            ("Lieux confirmés", "Places confirmed"),
            (
                "Les lieux confirmés par la coordination, ni fermés ni fusionnés.",
                "The places that a coordinator confirmed, neither closed nor merged.",
            ),
            (
                "Ne dit pas si quelque chose y a eu lieu.",
                "It does not tell whether anything was done there.",
            ),
        ),
        ActionFigure::PlacesPublished => (
            ("Lieux publiés", "Places published"),
            (
                "Parmi eux, ceux que tout le monde peut connaître.",
                "Those of them that everybody may know of.",
            ),
            (
                "Ils ne sont lus que si la collectivité publie.",
                "They are read only where the organisation publishes.",
            ),
        ),
        ActionFigure::PlacesStale => (
            (
                "Lieux sans mise à jour depuis un an",
                "Places without an update for a year",
            ),
            (
                "Parmi les lieux confirmés, ceux dont rien n'a été dit depuis 365 jours.",
                "Of the places confirmed, those of which nothing was said for 365 days.",
            ),
            ("Un lieu ancien peut rester exact.", "What is old may still be right."),
        ),
        ActionFigure::CommunesVisited => (
            ("Communes du territoire desservies", "Communes of the territory served"),
            (
                "Les communes du territoire avec au moins une intervention dans la période.",
                "The communes of the territory with an intervention in the period.",
            ),
            ("Une seule intervention suffit.", "A single intervention is enough."),
        ),
        _ => (
            (
                "Communes du territoire sans intervention",
                "Communes of the territory without any intervention",
            ),
            (
                "Les communes du territoire sans intervention dans la période.",
                "The communes of the territory without an intervention in the period.",
            ),
            (
                "Leurs habitants ont pu être accompagnés ailleurs.",
                "Who lives there may have been supported elsewhere.",
            ),
        ),
    }
}
