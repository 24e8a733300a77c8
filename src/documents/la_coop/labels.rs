//! How La Coop writes the choices of its forms, in the order in which its forms have them. Its forms are in French alone.

/// The order and the labels of the choices of one question: the code of La Coop, and what stands in its form.
pub(super) type Choices = &'static [(&'static str, &'static str)];

pub(super) const THEMES: Choices = &[
    ("diagnostic_numerique", "Diagnostic numérique"),
    ("prendre_en_main_du_materiel", "Prendre en main du matériel"),
    ("maintenance_de_materiel", "Maintenance de matériel"),
    ("gere_ses_contenus_numeriques", "Gérer ses contenus numériques"),
    ("navigation_sur_internet", "Navigation sur internet"),
    ("email", "E-mail"),
    ("bureautique", "Bureautique"),
    ("reseaux_sociaux", "Réseaux sociaux communication"),
    ("sante", "Santé"),
    ("banque_et_achats_en_ligne", "Banque et achats en ligne"),
    ("entrepreneuriat", "Accompagner un professionnel"),
    ("insertion_professionnelle", "Insertion professionnelle"),
    ("securite_numerique", "Prévention en sécurité numérique"),
    ("parentalite", "Parentalité"),
    ("scolarite_et_numerique", "Scolarité et numérique"),
    ("creer_avec_le_numerique", "Créer avec le numérique"),
    ("culture_numerique", "Culture numérique"),
    ("intelligence_artificielle", "Intelligence artificielle (IA)"),
    (
        "aide_aux_demarches_administratives",
        "Aide aux démarches administratives",
    ),
];

pub(super) const PROCEDURES: Choices = &[
    ("papiers_elections_citoyennete", "Papiers - Élections - Citoyenneté"),
    ("famille_scolarite", "Famille - Scolarité"),
    ("social_sante", "Social - Santé"),
    ("travail_formation", "Travail - Formation - Entreprise"),
    ("logement", "Logement"),
    ("transports_mobilite", "Transports - Mobilité"),
    ("argent_impots", "Argent - Impôts"),
    ("justice", "Justice"),
    ("etrangers_europe", "Étrangers - Europe"),
    ("loisirs_sports_culture", "Loisirs - Sports - Culture"),
    ("associations", "Associations"),
];

pub(super) const EQUIPMENT: Choices = &[
    ("ordinateur", "Ordinateur"),
    ("telephone", "Téléphone"),
    ("tablette", "Tablette"),
    ("autre", "Autre"),
    ("aucun", "Pas de matériel"),
];

pub(super) const AUTONOMY: Choices = &[
    ("entierement_accompagne", "Avec guidage"),
    ("partiellement_autonome", "Autonome avec guidage en cas de besoin"),
    ("autonome", "Autonome"),
];

pub(super) const LEVELS: Choices = &[
    ("debutant", "Débutant"),
    ("intermediaire", "Intermédiaire"),
    ("avance", "Avancé"),
];

pub(super) const STRUCTURES: Choices = &[
    ("administration", "Administration (mairie, préfecture…)"),
    ("mediation_numerique", "Autre structure de médiation numérique"),
    (
        "operateur_ou_organisme_en_charge",
        "Opérateur ou organisme en charge de la démarche administrative",
    ),
    (
        "aide_sociale",
        "Structure d’aide sociale (maison des solidarités, centre social…)",
    ),
    (
        "insertion_professionnelle",
        "Structure d’insertion professionnelle (France Travail, mission locale, chambre de commerce…)",
    ),
    (
        "aide_aux_demarches_administratives",
        "Structure d’aide aux démarches administratives (France Services…)",
    ),
    ("autre", "Autre"),
];

pub(super) const PLACES: Choices = &[
    ("lieu_activite", "Lieu d’activité"),
    ("autre", "Autre lieu"),
    ("domicile", "À domicile"),
    ("a_distance", "À distance"),
];

pub(super) const GENDERS: Choices = &[("feminin", "Féminin"), ("masculin", "Masculin")];

pub(super) const AGES: Choices = &[
    ("soixante_dix_plus", "70 ans et plus"),
    ("soixante_soixante_neuf", "60 - 69 ans"),
    ("quarante_cinquante_neuf", "40 - 59 ans"),
    ("vingt_cinq_trente_neuf", "25 - 39 ans"),
    ("dix_huit_vingt_quatre", "18 - 24 ans"),
    ("douze_dix_huit", "12 - 17 ans"),
    ("moins_de_douze", "Moins de 12 ans"),
];

pub(super) const SITUATIONS: Choices = &[
    ("retraite", "Retraité"),
    ("sans_emploi", "Sans emploi"),
    ("en_emploi", "En emploi"),
    ("scolarise", "Scolarisé"),
];

/// What stands in the form for those of whom a question was not answered.
pub(super) const UNDISCLOSED: &str = "Non communiqué";
