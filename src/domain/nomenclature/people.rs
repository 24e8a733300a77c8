//! The people helped, as counts by group; `undisclosed` is derived and has no code.

use strum::VariantArray;

use super::{ClosedList, Entry, entry};

/// The age of the people helped, in years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum AgeGroup {
    /// Under 12.
    Under12,
    /// 12 to 17.
    From12To17,
    /// 18 to 24.
    From18To24,
    /// 25 to 39.
    From25To39,
    /// 40 to 59.
    From40To59,
    /// 60 to 69.
    From60To69,
    /// 70 and over.
    From70,
}

impl ClosedList for AgeGroup {
    const NAME: &'static str = "age_groups";
    const TYPE: &'static str = "AgeGroup";
    const DESCRIPTION: &'static str = "The age of the people helped, in years.";

    fn entry(self) -> Entry {
        match self {
            Self::Under12 => entry("under_12", "Moins de 12 ans", "Under 12", Some("moins_de_douze"), None),
            Self::From12To17 => entry("12_17", "12-17 ans", "12 to 17", Some("douze_dix_huit"), None),
            Self::From18To24 => entry("18_24", "18-24 ans", "18 to 24", Some("dix_huit_vingt_quatre"), None),
            Self::From25To39 => entry("25_39", "25-39 ans", "25 to 39", Some("vingt_cinq_trente_neuf"), None),
            Self::From40To59 => entry("40_59", "40-59 ans", "40 to 59", Some("quarante_cinquante_neuf"), None),
            Self::From60To69 => entry("60_69", "60-69 ans", "60 to 69", Some("soixante_soixante_neuf"), None),
            Self::From70 => entry(
                "70_plus",
                "70 ans et plus",
                "70 and over",
                Some("soixante_dix_plus"),
                None,
            ),
        }
    }
}

/// The gender of the people helped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Gender {
    /// Women.
    Female,
    /// Men.
    Male,
}

impl ClosedList for Gender {
    const NAME: &'static str = "genders";
    const TYPE: &'static str = "Gender";
    const DESCRIPTION: &'static str = "The gender of the people helped.";

    fn entry(self) -> Entry {
        match self {
            Self::Female => entry("female", "Femmes", "Women", Some("feminin"), None),
            Self::Male => entry("male", "Hommes", "Men", Some("masculin"), None),
        }
    }
}

/// The occupation of the people helped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Situation {
    /// In school.
    InSchool,
    /// Unemployed.
    Unemployed,
    /// Employed.
    Employed,
    /// Retired.
    Retired,
}

impl ClosedList for Situation {
    const NAME: &'static str = "situations";
    const TYPE: &'static str = "Situation";
    const DESCRIPTION: &'static str = "The occupation of the people helped.";

    fn entry(self) -> Entry {
        match self {
            Self::InSchool => entry(
                "in_school",
                "Scolarisés",
                "In school",
                Some("scolarise"),
                Some("etudiant"),
            ),
            Self::Unemployed => entry(
                "unemployed",
                "Sans emploi",
                "Unemployed",
                Some("sans_emploi"),
                Some("sansEmploi"),
            ),
            Self::Employed => entry("employed", "En emploi", "Employed", Some("en_emploi"), Some("enEmploi")),
            Self::Retired => entry("retired", "Retraités", "Retired", Some("retraite"), Some("retraite")),
        }
    }
}

/// What follows for the people helped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum FollowUp {
    /// Individual support.
    Individual,
    /// Workshop.
    Workshop,
    /// Redirected.
    Redirected,
}

impl ClosedList for FollowUp {
    const NAME: &'static str = "follow_ups";
    const TYPE: &'static str = "FollowUp";
    const DESCRIPTION: &'static str = "What follows for the people helped.";

    fn entry(self) -> Entry {
        match self {
            Self::Individual => entry(
                "individual",
                "Accompagnement individuel",
                "Individual support",
                None,
                Some("individuel"),
            ),
            Self::Workshop => entry("workshop", "Atelier collectif", "Workshop", None, Some("atelier")),
            Self::Redirected => entry(
                "redirected",
                "Orientation vers un autre acteur",
                "Redirected",
                None,
                Some("redirection"),
            ),
        }
    }
}
