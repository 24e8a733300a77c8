//! For whom a workshop is, by what they know.

use strum::VariantArray;

use super::{ClosedList, Entry, entry};

/// What the participants of a workshop know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Level {
    /// Nothing of it yet.
    Beginner,
    /// Something of it.
    Intermediate,
    /// Much of it.
    Advanced,
}

impl ClosedList for Level {
    const NAME: &'static str = "level";
    const TYPE: &'static str = "Level";
    const DESCRIPTION: &'static str = "What the participants of a workshop know";

    fn entry(self) -> Entry {
        match self {
            Self::Beginner => entry("beginner", "Débutant", "Beginner", Some("debutant"), None),
            Self::Intermediate => entry(
                "intermediate",
                "Intermédiaire",
                "Intermediate",
                Some("intermediaire"),
                None,
            ),
            Self::Advanced => entry("advanced", "Avancé", "Advanced", Some("avance"), None),
        }
    }
}
