//! Where the demonstration takes place: the nineteen communes of Le Mans Métropole in 2022 by their INSEE codes, with
//! invented places.

use super::draw::Choice;

/// A place where an advisor spends a day.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The INSEE code of its commune.
    pub(super) commune_code: &'static str,
    /// Its name.
    pub(super) name: &'static str,
    /// A code of the list `setting`.
    pub(super) setting: &'static str,
}

/// The places of days with a workshop: they have a room.
pub(super) const ROOMS: Choice<Place> = Choice {
    usual: own_site("Espace numérique République"),
    others: &[
        (partner(LE_MANS, "Médiathèque centrale"), 11),
        (partner(LE_MANS, "Médiathèque Sud"), 7),
        (partner(LE_MANS, "Maison de quartier des Sablons"), 7),
        (partner(LE_MANS, "Maison de quartier Bellevue"), 5),
        (partner(LE_MANS, "Centre social des Glonnières"), 5),
        (partner(LE_MANS, "Résidence autonomie du Maroc"), 4),
        (partner(ALLONNES, "Médiathèque"), 6),
        (partner(ALLONNES, "Centre social"), 3),
        (partner(COULAINES, "Maison de quartier"), 6),
        (partner(ARNAGE, "Médiathèque"), 4),
        (partner(CHAMPAGNE, "Salle des associations"), 3),
        (partner(MULSANNE, "Médiathèque"), 4),
        (partner(YVRE_L_EVEQUE, "Médiathèque"), 4),
        (partner(SARGE_LES_LE_MANS, "Médiathèque"), 3),
        (partner(RUAUDIN, "Salle polyvalente"), 2),
        (partner(LA_MILESSE, "Médiathèque"), 2),
        (partner(SAINT_SATURNIN, "Club des aînés"), 2),
        (partner(LA_CHAPELLE_SAINT_AUBIN, "Mairie"), 2),
        (partner(ROUILLON, "Bibliothèque"), 2),
        (partner(TRANGE, "Bibliothèque"), 1),
        (partner(SAINT_GEORGES_DU_BOIS, "Bibliothèque"), 1),
    ],
};

/// The places of days without a workshop: the counters of partners, the van and the markets too.
pub(super) const POSTS: Choice<Place> = Choice {
    usual: own_site("Espace numérique République"),
    others: &[
        (partner(LE_MANS, "CCAS"), 10),
        (partner(LE_MANS, "Mairie de quartier Nord-Est"), 5),
        (partner(LE_MANS, "Médiathèque centrale"), 5),
        (partner(LE_MANS, "Maison de quartier des Sablons"), 5),
        (van(LE_MANS, "Pied d’immeuble, Ronceray"), 4),
        (van(LE_MANS, "Pied d’immeuble, Épine"), 3),
        (public_space(LE_MANS, "Marché des Sablons"), 3),
        (partner(ALLONNES, "CCAS"), 5),
        (van(ALLONNES, "Pied d’immeuble"), 3),
        (partner(COULAINES, "CCAS"), 5),
        (partner(ARNAGE, "Mairie"), 3),
        (partner(MULSANNE, "Mairie"), 3),
        (public_space(MULSANNE, "Marché"), 1),
        (partner(YVRE_L_EVEQUE, "Mairie"), 3),
        (partner(CHAMPAGNE, "Mairie"), 2),
        (partner(SARGE_LES_LE_MANS, "Mairie"), 2),
        (partner(RUAUDIN, "Mairie"), 2),
        (partner(LA_CHAPELLE_SAINT_AUBIN, "CCAS"), 2),
        (partner(SAINT_SATURNIN, "Mairie"), 2),
        (partner(LA_MILESSE, "Mairie"), 2),
        (van(AIGNE, "Place de l’église"), 2),
        (van(CHAUFOUR_NOTRE_DAME, "Place de la mairie"), 2),
        (van(FAY, "Place de la mairie"), 2),
        (van(PRUILLE_LE_CHETIF, "Place de la mairie"), 2),
        (van(TRANGE, "Parking de la mairie"), 2),
        (van(SAINT_GEORGES_DU_BOIS, "Place de l’église"), 2),
        (van(ROUILLON, "Place de la mairie"), 2),
    ],
};

/// The communes in which residents are visited at home.
pub(super) const HOMES: Choice<&str> = Choice {
    usual: LE_MANS,
    others: &[
        (ALLONNES, 10),
        (COULAINES, 8),
        (ARNAGE, 6),
        (YVRE_L_EVEQUE, 5),
        (FAY, 3),
    ],
};

pub(super) const LE_MANS: &str = "72181";
pub(super) const AIGNE: &str = "72001";
pub(super) const ALLONNES: &str = "72003";
pub(super) const ARNAGE: &str = "72008";
const CHAMPAGNE: &str = "72054";
const LA_CHAPELLE_SAINT_AUBIN: &str = "72065";
const CHAUFOUR_NOTRE_DAME: &str = "72073";
pub(super) const COULAINES: &str = "72095";
const FAY: &str = "72130";
const LA_MILESSE: &str = "72198";
const MULSANNE: &str = "72213";
const PRUILLE_LE_CHETIF: &str = "72247";
const ROUILLON: &str = "72257";
const RUAUDIN: &str = "72260";
const SAINT_GEORGES_DU_BOIS: &str = "72280";
pub(super) const SAINT_SATURNIN: &str = "72320";
const SARGE_LES_LE_MANS: &str = "72328";
const TRANGE: &str = "72360";
const YVRE_L_EVEQUE: &str = "72386";

const fn own_site(name: &'static str) -> Place {
    place(LE_MANS, name, "advisor_site")
}

const fn partner(commune_code: &'static str, name: &'static str) -> Place {
    place(commune_code, name, "partner_site")
}

const fn van(commune_code: &'static str, name: &'static str) -> Place {
    place(commune_code, name, "mobile_office")
}

const fn public_space(commune_code: &'static str, name: &'static str) -> Place {
    place(commune_code, name, "public_space")
}

const fn place(commune_code: &'static str, name: &'static str, setting: &'static str) -> Place {
    Place {
        commune_code,
        name,
        setting,
    }
}
