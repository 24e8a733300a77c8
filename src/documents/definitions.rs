//! What each figure and each breakdown means: the formula in words and in symbols, and what it does not say. Documents print
//! the identifiers; whoever asks where a figure came from finds its definition here.

use super::labels::figure_label;
use crate::domain::language::Language;
use crate::statistics::dimension::{Dimension, ShareOf};
use crate::statistics::figure::Figure;

/// A text in both languages: French, then English.
pub type Texts = (&'static str, &'static str);

/// What a figure means.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// Its stable name.
    pub id: &'static str,
    /// Its label.
    pub label: Texts,
    /// The formula in words.
    pub words: Texts,
    /// The formula in symbols: sums over the interventions, or reports, whose civil day falls in the month.
    pub symbols: &'static str,
    /// What it counts.
    pub unit: &'static str,
    /// What it does not say.
    pub limits: Texts,
}

/// The definitions of the figures, in their order.
pub fn figures() -> Vec<Definition> {
    Figure::ALL.iter().copied().map(of_figure).collect()
}

/// The definitions of the breakdowns, in their order.
pub fn breakdowns() -> Vec<Definition> {
    Dimension::ALL.iter().copied().map(of_dimension).collect()
}

fn of_figure(figure: Figure) -> Definition {
    Definition {
        id: figure.id(),
        label: (
            figure_label(figure, Language::French),
            figure_label(figure, Language::English),
        ),
        words: words(figure),
        symbols: symbols(figure),
        unit: figure.unit().code(),
        limits: limits(figure),
    }
}

const NOT_DISTINCT: Texts = (
    "Une personne venue trois fois compte trois fois.",
    "Somebody who came three times counts three times.",
);

/// The formula in symbols.
const fn symbols(figure: Figure) -> &'static str {
    match figure {
        Figure::PeopleSupported => "people_supported = supports_recorded − recurring_participants",
        Figure::SupportsRecorded => {
            "supports_recorded = workshop_participants + individual_supports + one_off_requests"
        }
        Figure::WorkshopsHeld => "workshops_held = Σ 1 [kind = workshop, not assisting]",
        Figure::WorkshopParticipants => "workshop_participants = Σ participants [kind = workshop]",
        Figure::IndividualSupports => "individual_supports = Σ participants [kind = individual]",
        Figure::OneOffRequests => "one_off_requests = Σ participants [kind = one_off]",
        Figure::RecurringParticipants => "recurring_participants = Σ recurring_participants",
        Figure::WorkshopMinutes => "workshop_minutes = Σ duration_minutes [kind = workshop]",
        Figure::IndividualMinutes => "individual_minutes = Σ duration_minutes [kind = individual]",
        Figure::OneOffMinutes => "one_off_minutes = Σ duration_minutes [kind = one_off]",
        Figure::Referrals => "referrals = Σ 1 [referred_by_social_worker]",
        Figure::FirstVisitsAccompanied => "first_visits_accompanied = Σ 1 [first_visit_accompanied]",
        Figure::Reports => "reports = Σ 1 (reports)",
        Figure::Absences => "absences = Σ 1 (reports) [absence]",
    }
}

/// The formula in words.
const fn words(figure: Figure) -> Texts {
    match figure {
        Figure::PeopleSupported => (
            "Les accompagnements, moins les participants récurrents.",
            "Supports, less recurring participants.",
        ),
        Figure::SupportsRecorded => (
            "Les participants aux ateliers, les accompagnements individuels et les demandes ponctuelles, récurrents compris.",
            "Workshop participants, individual supports and one-off requests, recurring ones included.",
        ),
        Figure::WorkshopsHeld => (
            "Le nombre d'ateliers ; celui qu'un conseiller mène en appui d'un collègue compte chez ce dernier.",
            "The number of workshops; one in which an advisor assists a colleague counts with the latter.",
        ),
        Figure::WorkshopParticipants => (
            "Les participants de chaque atelier, additionnés.",
            "The participants of each workshop, added up.",
        ),
        Figure::IndividualSupports => (
            "Les participants des accompagnements individuels, additionnés.",
            "The participants of individual supports, added up.",
        ),
        Figure::OneOffRequests => (
            "Les participants des demandes ponctuelles, additionnés.",
            "The participants of one-off requests, added up.",
        ),
        Figure::RecurringParticipants => (
            "Les participants déjà accompagnés auparavant, toutes interventions confondues.",
            "Participants who had been helped before, over every intervention.",
        ),
        Figure::WorkshopMinutes | Figure::IndividualMinutes | Figure::OneOffMinutes => TIME,
        Figure::Referrals => (
            "Les interventions demandées par un travailleur social ou un médiateur.",
            "Interventions that a social or outreach worker asked for.",
        ),
        Figure::FirstVisitsAccompanied => (
            "Parmi elles, celles dont le travailleur social a accompagné le premier rendez-vous.",
            "Those of them whose first visit the social worker accompanied.",
        ),
        Figure::Reports => (
            "Les rapports journaliers, journées sans public et absences comprises.",
            "Daily reports, days without residents and absences included.",
        ),
        Figure::Absences => (
            "Les rapports qui disent une absence : congé, formation ou autre.",
            "Reports of an absence: leave, training or other.",
        ),
    }
}

/// What a figure does not say.
const fn limits(figure: Figure) -> Texts {
    match figure {
        Figure::PeopleSupported => (
            "Ce n'est pas un nombre de personnes distinctes : qui revient sans être noté comme récurrent compte de nouveau.",
            "It is no count of distinct people: who comes back without being noted as recurring counts again.",
        ),
        Figure::SupportsRecorded | Figure::IndividualSupports | Figure::OneOffRequests => NOT_DISTINCT,
        Figure::WorkshopsHeld => (
            "Ne dit ni leur durée ni leur fréquentation.",
            "It tells neither how long they were nor how many came.",
        ),
        Figure::WorkshopParticipants => (
            "Qui vient à trois ateliers compte trois fois.",
            "Who comes to three workshops counts three times.",
        ),
        Figure::RecurringParticipants => (
            "Dépend de ce que le conseiller sait de la personne.",
            "It depends on what the advisor knows of the person.",
        ),
        Figure::WorkshopMinutes | Figure::IndividualMinutes | Figure::OneOffMinutes => TIME_LIMITS,
        Figure::Referrals | Figure::FirstVisitsAccompanied => (
            "Compte des interventions, non des personnes.",
            "It counts interventions, not people.",
        ),
        Figure::Reports => (
            "Ne dit pas si chaque jour attendu a son rapport : voir la complétude.",
            "It does not tell whether each expected day has its report: see completeness.",
        ),
        Figure::Absences => (
            "Une absence sans rapport n'y est pas.",
            "An absence that was not reported is not in it.",
        ),
    }
}

const TIME: Texts = (
    "Le temps du conseiller, additionné, en minutes, y compris en appui d'un collègue.",
    "The advisor's time, added up, in minutes, also where they assist a colleague.",
);
const TIME_LIMITS: Texts = (
    "Ni préparation ni trajets, sauf s'ils sont comptés dans l'intervention ; ce n'est pas le temps passé par les participants.",
    "Neither preparation nor travel, unless counted in the intervention; it is not the participants' time.",
);

fn of_dimension(dimension: Dimension) -> Definition {
    let (words, symbols) = match dimension.share_of() {
        ShareOf::Participants => (
            (
                "Les participants de chaque groupe ; le reste des participants est « non renseigné ».",
                "The participants of each group; the rest of the participants is \"undisclosed\".",
            ),
            "share = people ÷ Σ participants",
        ),
        ShareOf::Supports => (
            (
                "Les interventions de chaque valeur et leurs participants, sans celles en appui d'un collègue.",
                "The interventions of each value and their participants, without those in which an advisor assists a colleague.",
            ),
            "share = supports ÷ Σ participants",
        ),
        ShareOf::Mentions => (
            (
                "Les interventions qui citent chaque valeur, sans celles en appui d'un collègue ; une intervention peut en citer plusieurs.",
                "The interventions that name each value, without those in which an advisor assists a colleague; one may name several.",
            ),
            "share = mentions ÷ Σ mentions",
        ),
        ShareOf::Interventions => (
            (
                "Les interventions de chaque valeur, sans celles en appui d'un collègue.",
                "The interventions of each value, without those in which an advisor assists a colleague.",
            ),
            "share = interventions ÷ Σ interventions",
        ),
        ShareOf::Days => (
            (
                "Les rapports qui disent chaque absence : un jour chacun.",
                "The reports of each absence: a day each.",
            ),
            "share = days ÷ Σ days",
        ),
    };
    Definition {
        id: dimension.code(),
        label: dimension_label(dimension),
        words,
        symbols,
        unit: dimension.share_of().code(),
        limits: dimension_limits(dimension),
    }
}

/// What a breakdown does not say.
const fn dimension_limits(dimension: Dimension) -> Texts {
    match dimension {
        Dimension::Place => (
            "Selon la base des lieux d'aujourd'hui : ce qui a été saisi d'un lieu fusionné compte avec celui qui le remplace, même dans un mois clos ; les parts sont des pourcentages entiers dont la somme est 100.",
            "By today's base of places: what was reported of a place that was merged counts with the one that took its place, in closed months too; shares are whole percentages that add up to 100.",
        ),
        Dimension::Workshop => (
            "Les interventions qui nomment une fiche du catalogue, sous son titre d'aujourd'hui ; les ateliers hors catalogue et les autres interventions sont « non renseignés ».",
            "Interventions that name a sheet of the catalogue, under its title of today; workshops outside the catalogue and other interventions are \"undisclosed\".",
        ),
        Dimension::Tag => (
            "Une intervention à trois étiquettes compte sous chacune : les lignes s'additionnent en mentions, non en interventions ; celles sans étiquette n'y sont pas.",
            "An intervention with three tags counts under each: the lines add up to mentions, not to interventions; those without a tag are not in it.",
        ),
        Dimension::Principle => (
            "Un principe que l'intervention ne dit pas est celui de la séance prévue qu'elle nomme, le jour de la saisie ; les parts sont des pourcentages entiers dont la somme est 100.",
            "A principle that the intervention does not say is that of the planned session that it names, on the day on which it was reported; shares are whole percentages that add up to 100.",
        ),
        Dimension::Absence => (
            "Une absence sans rapport n'y est pas ; un filtre sur les interventions ne garde aucune absence ; les parts sont des pourcentages entiers dont la somme est 100.",
            "An absence that was not reported is not in it; a filter on interventions keeps no absence; shares are whole percentages that add up to 100.",
        ),
        Dimension::Commune | Dimension::Partner => (
            "Une commune ou un partenaire que l'intervention ne dit pas est celui de son lieu, le jour de la saisie ; les parts sont des pourcentages entiers dont la somme est 100.",
            "A commune or a partner that the intervention does not say is that of its place, on the day on which it was reported; shares are whole percentages that add up to 100.",
        ),
        Dimension::Kind
        | Dimension::Setting
        | Dimension::Theme
        | Dimension::AgeGroup
        | Dimension::Gender
        | Dimension::Situation
        | Dimension::FollowUp
        | Dimension::Redirection
        | Dimension::Equipment
        | Dimension::Autonomy
        | Dimension::Level
        | Dimension::Advisor
        | Dimension::Referral => (
            "Les parts sont des pourcentages entiers dont la somme est 100 (plus forts restes) : une part peut différer d'un point de l'arrondi.",
            "Shares are whole percentages that add up to 100 (largest remainder): one may differ by a point from its rounding.",
        ),
    }
}

/// The label of a dimension.
pub const fn dimension_label(dimension: Dimension) -> Texts {
    match dimension {
        Dimension::Kind => ("Types d'intervention", "Kinds of intervention"),
        Dimension::Setting => ("Lieux", "Settings"),
        Dimension::Principle => ("Principes du plan d'action", "Principles of the action plan"),
        Dimension::Theme => ("Thèmes", "Themes"),
        Dimension::AgeGroup => ("Âges", "Ages"),
        Dimension::Gender => ("Genres", "Genders"),
        Dimension::Situation => ("Situations", "Situations"),
        Dimension::FollowUp => ("Suites données", "Follow-ups"),
        Dimension::Redirection => ("Orientations", "Redirections"),
        Dimension::Equipment => ("Matériel utilisé", "Equipment used"),
        Dimension::Autonomy => ("Autonomie", "Autonomy"),
        Dimension::Level => ("Niveaux", "Levels"),
        Dimension::Commune => ("Communes", "Communes"),
        Dimension::Place => ("Lieux de médiation", "Places of mediation"),
        Dimension::Partner => ("Partenaires", "Partners"),
        Dimension::Workshop => ("Ateliers du catalogue", "Workshops of the catalogue"),
        Dimension::Tag => ("Étiquettes", "Tags"),
        Dimension::Advisor => ("Conseillers", "Advisors"),
        Dimension::Referral => ("Demandes des travailleurs sociaux", "Referrals by social workers"),
        Dimension::Absence => ("Absences", "Absences"),
    }
}
