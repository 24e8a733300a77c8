//! The closed lists of a place. Where the national schema of places of mediation (*Lieux de médiation numérique* v1.0.2) has the
//! list, the French label is its value, letter for letter, since exports write it and imports read it.

use strum::VariantArray;

use crate::domain::nomenclature::{ClosedList, Entry, Masked};

/// Makes an enumeration and its closed list from one table, so that no code lacks its label. A macro, since a function makes
/// no types. The bit of a value is its place in the table: values are added at the end.
macro_rules! closed_list {
    ($(#[doc = $doc:literal] $list:ident $name:literal {
        $($value:ident $code:literal $french:literal $english:literal;)+
    })+) => {$(
        #[doc = $doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
        pub enum $list {
            $(#[doc = $english] $value,)+
        }

        impl ClosedList for $list {
            const NAME: &'static str = $name;
            const TYPE: &'static str = stringify!($list);
            const DESCRIPTION: &'static str = $doc;

            fn entry(self) -> Entry {
                match self {
                    $(Self::$value => Entry::of_ours($code, $french, $english),)+
                }
            }
        }

        impl Masked for $list {
            fn bit(self) -> u32 {
                self as u32
            }
        }
    )+};
}

closed_list! {
    #[doc = "Whether a coordinator has confirmed a place"]
    PlaceStatus "status" {
        Proposed "proposed" "Proposé" "Proposed";
        Confirmed "confirmed" "Confirmé" "Confirmed";
    }
    #[doc = "Whether a place stays where it is"]
    Mobility "mobile" {
        Fixed "fixed" "Fixe" "Fixed";
        Mobile "mobile" "Itinérant" "Mobile";
        Both "both" "Itinérant et fixe" "Both";
    }
    #[doc = "What kind of spot a place is"]
    Spot "spot" {
        Fixed "fixed" "Lieu fixe" "Fixed place";
        BuildingFoot "building_foot" "Bas d’immeuble" "Foot of a building";
        LivingPlace "living_place" "Lieu de vie" "Living place";
        Rural "rural" "Milieu rural" "Rural spot";
        Market "market" "Marché" "Market";
        Event "event" "Évènement" "Event";
    }
    #[doc = "With what a place helps"]
    PlaceService "services" {
        AdministrativeProcedures "administrative_procedures" "Aide aux démarches administratives" "Administrative procedures";
        EverydayTools "everyday_tools" "Maîtrise des outils numériques du quotidien" "Everyday digital tools";
        Employment "employment" "Insertion professionnelle via le numérique" "Employment by digital means";
        Security "security" "Utilisation sécurisée du numérique" "Safe use";
        Parenting "parenting" "Parentalité et éducation avec le numérique" "Parenting and education";
        Creation "creation" "Loisirs et créations numériques" "Leisure and creation";
        DigitalCulture "digital_culture" "Compréhension du monde numérique" "Understanding the digital world";
        Access "access" "Accès internet et matériel informatique" "Internet access and equipment";
        SolidarityEquipment "solidarity_equipment" "Acquisition de matériel informatique à prix solidaire" "Equipment at a solidary price";
    }
    #[doc = "For whom a place is above all"]
    PlaceAudience "audiences" {
        YoungPeople "young_people" "Jeunes" "Young people";
        Students "students" "Étudiants" "Students";
        Families "families" "Familles et/ou enfants" "Families and children";
        Seniors "seniors" "Seniors" "Seniors";
        Women "women" "Femmes" "Women";
    }
    #[doc = "For which needs a place can care"]
    SpecialCare "special_care" {
        Deafness "deafness" "Surdité" "Deafness";
        MotorDisability "motor_disability" "Handicaps moteurs" "Motor disability";
        MentalDisability "mental_disability" "Handicaps mentaux" "Mental disability";
        Illiteracy "illiteracy" "Illettrisme" "Illiteracy";
        English "english" "Langues étrangères (anglais)" "English";
        OtherLanguages "other_languages" "Langues étrangères (autres)" "Other languages";
        VisualImpairment "visual_impairment" "Déficience visuelle" "Visual impairment";
    }
    #[doc = "What a place asks for"]
    Fee "fees" {
        Free "free" "Gratuit" "Free";
        FreeOnCondition "free_on_condition" "Gratuit sous condition" "Free on condition";
        Charged "charged" "Payant" "Charged";
    }
    #[doc = "To which national programmes a place belongs"]
    Programme "programmes" {
        AidantsConnect "aidants_connect" "Aidants Connect" "Aidants Connect";
        DigitalLibraries "digital_libraries" "Bibliothèques numérique de référence" "Reference digital libraries";
        Pix "pix" "Certification PIX" "PIX certification";
        DigitalAdvisors "digital_advisors" "Conseillers numériques" "Digital advisors";
        EmmausConnect "emmaus_connect" "Emmaüs Connect" "Emmaüs Connect";
        FranceServices "france_services" "France Services" "France Services";
        DigitalSchool "digital_school" "Grande école du numérique" "Grande école du numérique";
        RedCross "red_cross" "La Croix Rouge" "Red Cross";
        CafAccess "caf_access" "Point d'accès numérique CAF" "CAF digital access point";
        PromeneursDuNet "promeneurs_du_net" "Promeneurs du net" "Promeneurs du net";
        DigitalRelay "digital_relay" "Relais numérique (Emmaüs Connect)" "Digital relay (Emmaüs Connect)";
    }
    #[doc = "Which training and labels a place has"]
    Label "labels" {
        MonEspaceSante "mon_espace_sante" "Formé à « Mon Espace Santé »" "Trained in Mon Espace Santé";
        Duplex "duplex" "Formé à « DUPLEX » (illettrisme)" "Trained in DUPLEX (illiteracy)";
        Arnia "arnia" "Arnia/MedNum BFC (Bourgogne-Franche-Comté)" "Arnia/MedNum BFC (Bourgogne-Franche-Comté)";
        Reuse "reuse" "Collectif ressources et acteurs réemploi (Normandie)" "Reuse collective (Normandy)";
        LaPoste "la_poste" "Étapes numériques (La Poste)" "Étapes numériques (La Poste)";
        FabriqueTerritoire "fabrique_territoire" "Fabriques de Territoire" "Fabriques de Territoire";
        EclaireursDrome "eclaireurs_drome" "Les Éclaireurs du numérique (Drôme)" "Les Éclaireurs du numérique (Drôme)";
        MesPapiers "mes_papiers" "Mes Papiers (Métropole de Lyon)" "Mes Papiers (Métropole de Lyon)";
        Ordi30 "ordi_3_0" "ORDI 3.0" "ORDI 3.0";
        SudLabs "sud_labs" "SUD LABS (PACA)" "SUD LABS (PACA)";
    }
    #[doc = "How somebody gets help at a place"]
    AccessMode "access_modes" {
        WalkIn "walk_in" "Se présenter" "Come by";
        Phone "phone" "Téléphoner" "Call";
        Email "email" "Contacter par mail" "Write an e-mail";
        OnlineBooking "online_booking" "Prendre un RDV en ligne" "Book online";
        NoPublic "no_public" "Ce lieu n'accueille pas de public" "Not open to the public";
        PrescriptionEmail "prescription_email" "Envoyer un mail avec une fiche de prescription" "E-mail with a prescription";
    }
    #[doc = "How a place helps"]
    SupportMode "support_modes" {
        Autonomous "autonomous" "En autonomie" "On one's own";
        Individual "individual" "Accompagnement individuel" "Individual support";
        Workshop "workshop" "Dans un atelier collectif" "In a workshop";
        Remote "remote" "À distance" "Remotely";
    }
}

/// The codes of `typologie` of the national schema: kinds of structures, by their acronyms, sorted.
pub const PLACE_TYPES: [&str; 92] = [
    "ACI",
    "ACIPHC",
    "AFPA",
    "AI",
    "ASE",
    "ASSO",
    "ASSO_CHOMEUR",
    "AVIP",
    "Autre",
    "BIB",
    "CAARUD",
    "CADA",
    "CAF",
    "CAP_EMPLOI",
    "CAVA",
    "CC",
    "CCAS",
    "CCONS",
    "CD",
    "CDAS",
    "CFP",
    "CHRS",
    "CHU",
    "CIAS",
    "CIDFF",
    "CITMET",
    "CMP",
    "CMS",
    "CPAM",
    "CPH",
    "CS",
    "CSAPA",
    "CSC",
    "DEETS",
    "DEPT",
    "DIPLP",
    "E2C",
    "EA",
    "EATT",
    "EI",
    "EITI",
    "ENM",
    "EPCI",
    "EPI",
    "EPIDE",
    "EPN",
    "ES",
    "ESAT",
    "ESS",
    "ETTI",
    "EVS",
    "FABLAB",
    "FABRIQUE",
    "FAIS",
    "FT",
    "GEIQ",
    "HUDA",
    "LA_POSTE",
    "MDE",
    "MDEF",
    "MDH",
    "MDPH",
    "MDS",
    "MJC",
    "ML",
    "MQ",
    "MSA",
    "MSAP",
    "MUNI",
    "OACAS",
    "ODC",
    "OF",
    "OIL",
    "OPCS",
    "PAD",
    "PENSION",
    "PI",
    "PIJ_BIJ",
    "PIMMS",
    "PJJ",
    "PLIE",
    "PREF",
    "PREVENTION",
    "REG",
    "RELAIS_LECTURE",
    "RESSOURCERIE",
    "RFS",
    "RS_FJT",
    "SCP",
    "SPIP",
    "TIERS_LIEUX",
    "UDAF",
];
