//! To whom people are redirected.

use strum::VariantArray;

use super::{ClosedList, Entry, Masked, entry};

/// To whom people were redirected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
#[repr(u8)]
pub enum Redirection {
    /// ANTS (identity documents).
    Ants = 0,
    /// Social worker.
    SocialWorker = 1,
    /// CAF (family benefits).
    Caf = 2,
    /// CARSAT (pensions).
    Carsat = 3,
    /// CCAS (municipal social services).
    Ccas = 4,
    /// CPAM (health insurance).
    Cpam = 5,
    /// DGFIP (taxes).
    Dgfip = 6,
    /// France services.
    FranceServices = 7,
    /// Town hall.
    TownHall = 8,
    /// Library.
    Library = 9,
    /// Mission locale (young people).
    MissionLocale = 10,
    /// France Travail (employment).
    FranceTravail = 11,
    /// Prefecture.
    Prefecture = 12,
    /// Sub-prefecture.
    SubPrefecture = 13,
    /// Police.
    Police = 14,
    /// Gendarmerie.
    Gendarmerie = 15,
    /// IT retailer.
    ItRetailer = 16,
    /// Third place.
    ThirdPlace = 17,
    /// Digital-inclusion advisor.
    DigitalAdvisor = 18,
    /// Operator or body in charge of a procedure, none of those above.
    PublicOperator = 20,
    /// Public administration, none of those above.
    Administration = 21,
    /// Social support, none of those above.
    SocialSupport = 22,
    /// Help with finding work, none of those above.
    JobSupport = 23,
    /// Digital mediation, none of those above.
    DigitalMediation = 24,
    /// Other.
    Other = 19,
}

impl ClosedList for Redirection {
    const NAME: &'static str = "redirected_to";
    const TYPE: &'static str = "Redirection";
    const DESCRIPTION: &'static str = "To whom people were redirected.";

    #[rustfmt::skip]
    fn entry(self) -> Entry {
        match self {
            Self::Ants => entry("ants", "ANTS (titres sécurisés)", "ANTS (identity documents)", None, None).towards(&["operateur_ou_organisme_en_charge"]),
            Self::SocialWorker => entry("social_worker", "Travailleur social", "Social worker", None, None).towards(&["aide_sociale"]),
            Self::Caf => entry("caf", "CAF", "CAF (family benefits)", None, None).towards(&["operateur_ou_organisme_en_charge"]),
            Self::Carsat => entry("carsat", "CARSAT", "CARSAT (pensions)", None, None).towards(&["operateur_ou_organisme_en_charge"]),
            Self::Ccas => entry("ccas", "CCAS", "CCAS (municipal social services)", None, None).towards(&["aide_sociale"]),
            Self::Cpam => entry("cpam", "CPAM", "CPAM (health insurance)", None, None).towards(&["operateur_ou_organisme_en_charge"]),
            Self::Dgfip => entry("dgfip", "DGFIP (impôts)", "DGFIP (taxes)", None, None).towards(&["operateur_ou_organisme_en_charge"]),
            Self::FranceServices => entry("france_services", "France services", "France services", Some("aide_aux_demarches_administratives"), None),
            Self::TownHall => entry("town_hall", "Mairie", "Town hall", None, None).towards(&["administration"]),
            Self::Library => entry("library", "Médiathèque", "Library", None, None).towards(&["autre"]),
            Self::MissionLocale => entry("mission_locale", "Mission locale", "Mission locale (young people)", None, None).towards(&["insertion_professionnelle"]),
            Self::FranceTravail => entry("france_travail", "France Travail", "France Travail (employment)", None, None).towards(&["insertion_professionnelle"]),
            Self::Prefecture => entry("prefecture", "Préfecture", "Prefecture", None, None).towards(&["administration"]),
            Self::SubPrefecture => entry("sub_prefecture", "Sous-préfecture", "Sub-prefecture", None, None).towards(&["administration"]),
            Self::Police => entry("police", "Police", "Police", None, None).towards(&["autre"]),
            Self::Gendarmerie => entry("gendarmerie", "Gendarmerie", "Gendarmerie", None, None).towards(&["autre"]),
            Self::ItRetailer => entry("it_retailer", "Professionnel de l’informatique", "IT retailer", None, None).towards(&["autre"]),
            Self::ThirdPlace => entry("third_place", "Tiers-lieu", "Third place", None, None).towards(&["mediation_numerique"]),
            Self::DigitalAdvisor => entry("digital_advisor", "Conseiller numérique", "Digital-inclusion advisor", None, None).towards(&["mediation_numerique"]),
            Self::PublicOperator => entry("public_operator", "Autre opérateur ou organisme en charge de la démarche", "Other body in charge of the procedure", Some("operateur_ou_organisme_en_charge"), None),
            Self::Administration => entry("administration", "Autre administration", "Other public administration", Some("administration"), None),
            Self::SocialSupport => entry("social_support", "Autre structure d’aide sociale", "Other social support", Some("aide_sociale"), None),
            Self::JobSupport => entry("job_support", "Autre structure d’insertion professionnelle", "Other help with finding work", Some("insertion_professionnelle"), None),
            Self::DigitalMediation => entry("digital_mediation", "Autre structure de médiation numérique", "Other digital mediation", Some("mediation_numerique"), None),
            Self::Other => entry("other", "Autre acteur", "Other", Some("autre"), None),
        }
    }
}

impl Masked for Redirection {
    fn bit(self) -> u32 {
        u32::from(self as u8)
    }
}

/// The bit, in the column that holds redirections, that says that a social worker sent the people.
pub const REFERRED_BY_SOCIAL_WORKER: i64 = 1 << 40;
/// The bit, in the column that holds redirections, that says that they were accompanied to their first visit.
pub const FIRST_VISIT_ACCOMPANIED: i64 = 1 << 41;
