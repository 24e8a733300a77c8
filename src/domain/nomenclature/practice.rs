//! How advisors help: with what equipment, how far people do it themselves, on which level. All three stand in one mask of
//! a row, so each of their codes has a bit of its own in it.

use strum::VariantArray;

use super::{ClosedList, Entry, Level, Masked, entry};

/// The equipment that was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Equipment {
    /// Computer.
    Computer,
    /// Telephone.
    Phone,
    /// Tablet.
    Tablet,
    /// Other equipment.
    Other,
    /// No equipment.
    None,
}

impl ClosedList for Equipment {
    const NAME: &'static str = "equipment";
    const TYPE: &'static str = "Equipment";
    const DESCRIPTION: &'static str = "The equipment that was used.";

    fn entry(self) -> Entry {
        match self {
            Self::Computer => entry("computer", "Ordinateur", "Computer", Some("ordinateur"), None),
            Self::Phone => entry("phone", "Téléphone", "Telephone", Some("telephone"), None),
            Self::Tablet => entry("tablet", "Tablette", "Tablet", Some("tablette"), None),
            Self::Other => entry("other", "Autre matériel", "Other equipment", Some("autre"), None),
            Self::None => entry("none", "Pas de matériel", "No equipment", Some("aucun"), None),
        }
    }
}

impl Masked for Equipment {
    fn bit(self) -> u32 {
        match self {
            Self::Computer => 0,
            Self::Phone => 1,
            Self::Tablet => 2,
            Self::Other => 3,
            Self::None => 4,
        }
    }
}

/// How far the people helped did it themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Autonomy {
    /// Accompanied throughout.
    FullyAccompanied,
    /// Autonomous with help where needed.
    PartlyAutonomous,
    /// Autonomous.
    Autonomous,
}

impl ClosedList for Autonomy {
    const NAME: &'static str = "autonomy";
    const TYPE: &'static str = "Autonomy";
    const DESCRIPTION: &'static str = "How far the people helped did it themselves.";

    fn entry(self) -> Entry {
        match self {
            Self::FullyAccompanied => entry(
                "fully_accompanied",
                "Avec guidage",
                "Guided throughout",
                Some("entierement_accompagne"),
                None,
            ),
            Self::PartlyAutonomous => entry(
                "partly_autonomous",
                "Autonome avec guidage en cas de besoin",
                "Autonomous, guided where needed",
                Some("partiellement_autonome"),
                None,
            ),
            Self::Autonomous => entry("autonomous", "Autonome", "Autonomous", Some("autonome"), None),
        }
    }
}

impl Masked for Autonomy {
    fn bit(self) -> u32 {
        match self {
            Self::FullyAccompanied => 16,
            Self::PartlyAutonomous => 17,
            Self::Autonomous => 18,
        }
    }
}

impl Masked for Level {
    fn bit(self) -> u32 {
        match self {
            Self::Beginner => 24,
            Self::Intermediate => 25,
            Self::Advanced => 26,
        }
    }
}

/// The bit, in the mask of these lists, that says that the commune was not sent, and follows from the place.
pub const COMMUNE_FOLLOWS: i64 = 1 << 32;
/// The bit that says that the partner was not sent, and follows from the place.
pub const PARTNER_FOLLOWS: i64 = 1 << 33;
/// The bit that says that the principle was not sent, and follows from what was planned.
pub const PRINCIPLE_FOLLOWS: i64 = 1 << 34;
