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
            Self::Ants => entry("ants", "ANTS (titres sécurisés)", "ANTS (identity documents)", None, None),
            Self::SocialWorker => entry("social_worker", "Travailleur social", "Social worker", None, None),
            Self::Caf => entry("caf", "CAF", "CAF (family benefits)", None, None),
            Self::Carsat => entry("carsat", "CARSAT", "CARSAT (pensions)", None, None),
            Self::Ccas => entry("ccas", "CCAS", "CCAS (municipal social services)", None, None),
            Self::Cpam => entry("cpam", "CPAM", "CPAM (health insurance)", None, None),
            Self::Dgfip => entry("dgfip", "DGFIP (impôts)", "DGFIP (taxes)", None, None),
            Self::FranceServices => entry("france_services", "France services", "France services", None, None),
            Self::TownHall => entry("town_hall", "Mairie", "Town hall", None, None),
            Self::Library => entry("library", "Médiathèque", "Library", None, None),
            Self::MissionLocale => entry("mission_locale", "Mission locale", "Mission locale (young people)", None, None),
            Self::FranceTravail => entry("france_travail", "France Travail", "France Travail (employment)", None, None),
            Self::Prefecture => entry("prefecture", "Préfecture", "Prefecture", None, None),
            Self::SubPrefecture => entry("sub_prefecture", "Sous-préfecture", "Sub-prefecture", None, None),
            Self::Police => entry("police", "Police", "Police", None, None),
            Self::Gendarmerie => entry("gendarmerie", "Gendarmerie", "Gendarmerie", None, None),
            Self::ItRetailer => entry("it_retailer", "Professionnel de l’informatique", "IT retailer", None, None),
            Self::ThirdPlace => entry("third_place", "Tiers-lieu", "Third place", None, None),
            Self::DigitalAdvisor => entry("digital_advisor", "Conseiller numérique", "Digital-inclusion advisor", None, None),
            Self::Other => entry("other", "Autre acteur", "Other", None, None),
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
