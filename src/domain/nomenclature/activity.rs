//! What advisors do, and where.

use strum::VariantArray;

use super::{ClosedList, Entry, Masked, entry};

/// What an intervention is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Kind {
    /// Workshop.
    Workshop = 0,
    /// Individual support.
    Individual = 1,
    /// One-off request.
    OneOff = 2,
}

impl Masked for Kind {
    fn bit(self) -> u32 {
        u32::from(self as u8)
    }
}

impl ClosedList for Kind {
    const NAME: &'static str = "kind";
    const TYPE: &'static str = "Kind";
    const DESCRIPTION: &'static str = "What an intervention is.";

    fn entry(self) -> Entry {
        match self {
            Self::Workshop => entry(
                "workshop",
                "Atelier collectif",
                "Workshop",
                Some("collectif"),
                Some("collectif"),
            ),
            Self::Individual => entry(
                "individual",
                "Accompagnement individuel",
                "Individual support",
                Some("individuel"),
                Some("individuel"),
            ),
            Self::OneOff => entry(
                "one_off",
                "Demande ponctuelle",
                "One-off request",
                None,
                Some("ponctuel"),
            )
            .towards(&["individuel"]),
        }
    }
}

/// Where an intervention takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Setting {
    /// Advisor's own site.
    AdvisorSite,
    /// Partner structure.
    PartnerSite,
    /// Mobile office (van).
    MobileOffice,
    /// Public space.
    PublicSpace,
    /// At the person's home.
    Home,
    /// Remote.
    Remote,
}

impl ClosedList for Setting {
    const NAME: &'static str = "setting";
    const TYPE: &'static str = "Setting";
    const DESCRIPTION: &'static str = "Where an intervention takes place.";

    fn entry(self) -> Entry {
        match self {
            Self::AdvisorSite => entry(
                "advisor_site",
                "Lieu de rattachement du conseiller",
                "Advisor's own site",
                Some("lieu_activite"),
                Some("rattachement"),
            ),
            Self::PartnerSite => {
                entry("partner_site", "Structure partenaire", "Partner structure", None, None).towards(&["autre"])
            }
            Self::MobileOffice => entry(
                "mobile_office",
                "Bureau mobile (fourgon)",
                "Mobile office (van)",
                None,
                None,
            )
            .towards(&["autre"]),
            Self::PublicSpace => entry(
                "public_space",
                "Espace public",
                "Public space",
                None,
                Some("autre lieu"),
            )
            .towards(&["autre"]),
            Self::Home => entry(
                "home",
                "À domicile",
                "At the person's home",
                Some("domicile"),
                Some("domicile"),
            ),
            Self::Remote => entry("remote", "À distance", "Remote", Some("a_distance"), Some("distance")),
        }
    }
}

/// The principle of the action plan that an intervention serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Principle {
    /// Support what exists.
    SupportExisting,
    /// Complement the offer.
    ComplementOffer,
    /// Reach out.
    ReachOut,
}

impl ClosedList for Principle {
    const NAME: &'static str = "principle";
    const TYPE: &'static str = "Principle";
    const DESCRIPTION: &'static str = "The principle of the action plan that an intervention serves.";

    fn entry(self) -> Entry {
        match self {
            Self::SupportExisting => entry(
                "support_existing",
                "Soutenir l’existant",
                "Support what exists",
                None,
                None,
            ),
            Self::ComplementOffer => entry(
                "complement_offer",
                "Compléter l’offre",
                "Complement the offer",
                None,
                None,
            ),
            Self::ReachOut => entry("reach_out", "Aller vers", "Reach out", None, None),
        }
    }
}

/// Why an advisor did not work on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Absence {
    /// Leave.
    Leave,
    /// Training.
    Training,
    /// Other absence.
    Other,
}

impl ClosedList for Absence {
    const NAME: &'static str = "absence";
    const TYPE: &'static str = "Absence";
    const DESCRIPTION: &'static str = "Why an advisor did not work on a day.";

    fn entry(self) -> Entry {
        match self {
            Self::Leave => entry("leave", "Congé", "Leave", None, None),
            Self::Training => entry("training", "Formation", "Training", None, None),
            Self::Other => entry("other", "Autre absence", "Other absence", None, None),
        }
    }
}
