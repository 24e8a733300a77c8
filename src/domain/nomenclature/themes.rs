//! What interventions are about.

use strum::VariantArray;

use super::{ClosedList, Entry, Masked, entry};

/// What an intervention is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
#[repr(u8)]
pub enum Theme {
    /// Digital assessment.
    DigitalAssessment = 0,
    /// Using equipment.
    Equipment = 1,
    /// Equipment maintenance.
    EquipmentMaintenance = 2,
    /// Smartphone and tablet.
    Smartphone = 3,
    /// Browsing the internet.
    Internet = 4,
    /// E-mail.
    Email = 5,
    /// Keeping in touch.
    Communication = 6,
    /// Social media.
    SocialMedia = 7,
    /// Office software.
    OfficeTools = 8,
    /// Managing digital content.
    DigitalContent = 9,
    /// Health.
    Health = 10,
    /// Online banking and shopping.
    BankingAndShopping = 11,
    /// Budget.
    Budget = 12,
    /// Entrepreneurship.
    Entrepreneurship = 13,
    /// Finding work.
    Employment = 14,
    /// Digital security.
    Security = 15,
    /// Fraud and harassment.
    FraudAndHarassment = 16,
    /// Parenting.
    Parenting = 17,
    /// Schooling.
    Schooling = 18,
    /// Creating with digital tools.
    Creation = 19,
    /// Digital culture.
    DigitalCulture = 20,
    /// Artificial intelligence.
    ArtificialIntelligence = 21,
    /// Administrative procedures.
    AdministrativeProcedures = 22,
    /// Other theme.
    Other = 23,
    /// Procedure: identity, elections, citizenship.
    ProcedureIdentityElections = 24,
    /// Procedure: family, schooling.
    ProcedureFamilySchool = 25,
    /// Procedure: social, health.
    ProcedureSocialHealth = 26,
    /// Procedure: work, training.
    ProcedureWorkTraining = 27,
    /// Procedure: housing.
    ProcedureHousing = 28,
    /// Procedure: transport, mobility.
    ProcedureTransport = 29,
    /// Procedure: money, taxes.
    ProcedureMoneyTaxes = 30,
    /// Procedure: justice.
    ProcedureJustice = 31,
    /// Procedure: foreigners, Europe.
    ProcedureForeignersEurope = 32,
    /// Procedure: leisure, sports, culture.
    ProcedureLeisureCulture = 33,
    /// Procedure: associations.
    ProcedureAssociations = 34,
}

impl ClosedList for Theme {
    const NAME: &'static str = "themes";
    const TYPE: &'static str = "Theme";
    const DESCRIPTION: &'static str = "What an intervention is about.";

    #[rustfmt::skip]
    fn entry(self) -> Entry {
        match self {
            Self::DigitalAssessment => entry("digital_assessment", "Diagnostic numérique", "Digital assessment", Some("diagnostic_numerique"), Some("diagnostic")),
            Self::Equipment => entry("equipment", "Prise en main du matériel", "Using equipment", Some("prendre_en_main_du_materiel"), Some("equipement informatique")),
            Self::EquipmentMaintenance => entry("equipment_maintenance", "Maintenance du matériel", "Equipment maintenance", Some("maintenance_de_materiel"), None),
            Self::Smartphone => entry("smartphone", "Smartphone et tablette", "Smartphone and tablet", None, Some("smartphone")).towards(&["prendre_en_main_du_materiel"]),
            Self::Internet => entry("internet", "Navigation sur internet", "Browsing the internet", Some("navigation_sur_internet"), Some("internet")),
            Self::Email => entry("email", "Courriel", "E-mail", Some("email"), Some("courriel")),
            Self::Communication => entry("communication", "Échanger avec ses proches", "Keeping in touch", None, Some("echanger")).towards(&["reseaux_sociaux"]),
            Self::SocialMedia => entry("social_media", "Réseaux sociaux", "Social media", Some("reseaux_sociaux"), None),
            Self::OfficeTools => entry("office_tools", "Bureautique", "Office software", Some("bureautique"), Some("traitement texte")),
            Self::DigitalContent => entry("digital_content", "Gestion de ses contenus numériques", "Managing digital content", Some("gere_ses_contenus_numeriques"), Some("contenus numeriques")),
            Self::Health => entry("health", "Santé", "Health", Some("sante"), Some("sante")),
            Self::BankingAndShopping => entry("banking_and_shopping", "Banque et achats en ligne", "Online banking and shopping", Some("banque_et_achats_en_ligne"), None),
            Self::Budget => entry("budget", "Budget", "Budget", None, Some("budget")).towards(&["banque_et_achats_en_ligne"]),
            Self::Entrepreneurship => entry("entrepreneurship", "Entrepreneuriat", "Entrepreneurship", Some("entrepreneuriat"), Some("tpe/pme")),
            Self::Employment => entry("employment", "Insertion professionnelle", "Finding work", Some("insertion_professionnelle"), Some("trouver emploi")),
            Self::Security => entry("security", "Sécurité numérique", "Digital security", Some("securite_numerique"), Some("securite")),
            Self::FraudAndHarassment => entry("fraud_and_harassment", "Fraude et harcèlement", "Fraud and harassment", None, Some("fraude et harcelement")).towards(&["securite_numerique"]),
            Self::Parenting => entry("parenting", "Parentalité", "Parenting", Some("parentalite"), Some("accompagner enfant")),
            Self::Schooling => entry("schooling", "Scolarité et numérique", "Schooling", Some("scolarite_et_numerique"), Some("scolaire")),
            Self::Creation => entry("creation", "Créer avec le numérique", "Creating with digital tools", Some("creer_avec_le_numerique"), None),
            Self::DigitalCulture => entry("digital_culture", "Culture numérique", "Digital culture", Some("culture_numerique"), Some("vocabulaire")),
            Self::ArtificialIntelligence => entry("artificial_intelligence", "Intelligence artificielle", "Artificial intelligence", Some("intelligence_artificielle"), None),
            Self::AdministrativeProcedures => entry("administrative_procedures", "Aide aux démarches administratives", "Administrative procedures", Some("aide_aux_demarches_administratives"), Some("demarche en ligne")),
            Self::Other => entry("other", "Autre thème", "Other theme", None, Some("autre")),
            Self::ProcedureIdentityElections => entry("procedure_identity_elections", "Démarche : papiers, élections, citoyenneté", "Procedure: identity, elections, citizenship", Some("papiers_elections_citoyennete"), None).towards(&["aide_aux_demarches_administratives", "papiers_elections_citoyennete"]),
            Self::ProcedureFamilySchool => entry("procedure_family_school", "Démarche : famille, scolarité", "Procedure: family, schooling", Some("famille_scolarite"), None).towards(&["aide_aux_demarches_administratives", "famille_scolarite"]),
            Self::ProcedureSocialHealth => entry("procedure_social_health", "Démarche : social, santé", "Procedure: social, health", Some("social_sante"), None).towards(&["aide_aux_demarches_administratives", "social_sante"]),
            Self::ProcedureWorkTraining => entry("procedure_work_training", "Démarche : travail, formation", "Procedure: work, training", Some("travail_formation"), None).towards(&["aide_aux_demarches_administratives", "travail_formation"]),
            Self::ProcedureHousing => entry("procedure_housing", "Démarche : logement", "Procedure: housing", Some("logement"), None).towards(&["aide_aux_demarches_administratives", "logement"]),
            Self::ProcedureTransport => entry("procedure_transport", "Démarche : transports, mobilité", "Procedure: transport, mobility", Some("transports_mobilite"), None).towards(&["aide_aux_demarches_administratives", "transports_mobilite"]),
            Self::ProcedureMoneyTaxes => entry("procedure_money_taxes", "Démarche : argent, impôts", "Procedure: money, taxes", Some("argent_impots"), None).towards(&["aide_aux_demarches_administratives", "argent_impots"]),
            Self::ProcedureJustice => entry("procedure_justice", "Démarche : justice", "Procedure: justice", Some("justice"), None).towards(&["aide_aux_demarches_administratives", "justice"]),
            Self::ProcedureForeignersEurope => entry("procedure_foreigners_europe", "Démarche : étrangers, Europe", "Procedure: foreigners, Europe", Some("etrangers_europe"), None).towards(&["aide_aux_demarches_administratives", "etrangers_europe"]),
            Self::ProcedureLeisureCulture => entry("procedure_leisure_culture", "Démarche : loisirs, sports, culture", "Procedure: leisure, sports, culture", Some("loisirs_sports_culture"), None).towards(&["aide_aux_demarches_administratives", "loisirs_sports_culture"]),
            Self::ProcedureAssociations => entry("procedure_associations", "Démarche : associations", "Procedure: associations", Some("associations"), None).towards(&["aide_aux_demarches_administratives", "associations"]),
        }
    }
}

impl Theme {
    /// Whether it is about administrative procedures, of any kind.
    pub const fn is_procedure(self) -> bool {
        matches!(
            self,
            Self::AdministrativeProcedures
                | Self::ProcedureIdentityElections
                | Self::ProcedureFamilySchool
                | Self::ProcedureSocialHealth
                | Self::ProcedureWorkTraining
                | Self::ProcedureHousing
                | Self::ProcedureTransport
                | Self::ProcedureMoneyTaxes
                | Self::ProcedureJustice
                | Self::ProcedureForeignersEurope
                | Self::ProcedureLeisureCulture
                | Self::ProcedureAssociations
        )
    }
}

impl Masked for Theme {
    fn bit(self) -> u32 {
        u32::from(self as u8)
    }
}
