//! Places as the nation lists them: the 32 columns of the schema *Lieux de médiation numérique* v1.0.2. What is written obeys
//! two validators that differ: the schema, and the library by which the national map lets places in.

pub mod cells;
pub mod export;
pub mod file;
pub mod likeness;
pub mod plan;
pub mod reading;

/// The columns, in the order of the schema.
pub const COLUMNS: [Column; 32] = [
    Column::Id,
    Column::Pivot,
    Column::Name,
    Column::Commune,
    Column::PostalCode,
    Column::CommuneCode,
    Column::Address,
    Column::AddressComplement,
    Column::Latitude,
    Column::Longitude,
    Column::Types,
    Column::Phone,
    Column::Emails,
    Column::Website,
    Column::OpeningHours,
    Column::Summary,
    Column::Details,
    Column::Source,
    Column::Mobility,
    Column::Parent,
    Column::UpdatedOn,
    Column::Services,
    Column::Audiences,
    Column::SpecialCare,
    Column::Fees,
    Column::Programmes,
    Column::Labels,
    Column::OtherLabels,
    Column::AccessModes,
    Column::SupportModes,
    Column::AccessibilityUrl,
    Column::BookingUrl,
];

/// What is written where there is no SIRET and no RNA: the convention of the nation.
pub const NO_PIVOT: &str = "00000000000000";

/// A column of the national schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(
    missing_docs,
    reason = "each is a field of a place, and its name in the schema stands beside it"
)]
pub enum Column {
    Id,
    Pivot,
    Name,
    Commune,
    PostalCode,
    CommuneCode,
    Address,
    AddressComplement,
    Latitude,
    Longitude,
    Types,
    Phone,
    Emails,
    Website,
    OpeningHours,
    Summary,
    Details,
    Source,
    Mobility,
    Parent,
    UpdatedOn,
    Services,
    Audiences,
    SpecialCare,
    Fees,
    Programmes,
    Labels,
    OtherLabels,
    AccessModes,
    SupportModes,
    AccessibilityUrl,
    BookingUrl,
}

impl Column {
    /// Its name in the schema.
    pub const fn name(self) -> &'static str {
        self.names().0
    }

    /// The name of the field of a place that it holds, as our API has it.
    pub const fn field(self) -> &'static str {
        self.names().1
    }

    /// The column with this name in the schema.
    pub fn named(name: &str) -> Option<Self> {
        COLUMNS.into_iter().find(|column| column.name() == name)
    }

    /// The column that holds this field of a place.
    pub fn of_field(field: &str) -> Option<Self> {
        COLUMNS.into_iter().find(|column| column.field() == field)
    }

    /// Whether every line needs it.
    pub const fn is_required(self) -> bool {
        matches!(
            self,
            Self::Id | Self::Pivot | Self::Name | Self::Commune | Self::PostalCode | Self::Address | Self::UpdatedOn
        )
    }

    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Id => ("id", "place_id"),
            Self::Pivot => ("pivot", "pivot"),
            Self::Name => ("nom", "name"),
            Self::Commune => ("commune", "commune"),
            Self::PostalCode => ("code_postal", "postal_code"),
            Self::CommuneCode => ("code_insee", "commune_code"),
            Self::Address => ("adresse", "address"),
            Self::AddressComplement => ("complement_adresse", "address_complement"),
            Self::Latitude => ("latitude", "latitude"),
            Self::Longitude => ("longitude", "longitude"),
            Self::Types => ("typologie", "types"),
            Self::Phone => ("telephone", "phone"),
            Self::Emails => ("courriels", "emails"),
            Self::Website => ("site_web", "website"),
            Self::OpeningHours => ("horaires", "opening_hours"),
            Self::Summary => ("presentation_resume", "summary"),
            Self::Details => ("presentation_detail", "details"),
            Self::Source => ("source", "source"),
            Self::Mobility => ("itinerance", "mobile"),
            Self::Parent => ("structure_parente", "parent"),
            Self::UpdatedOn => ("date_maj", "updated_on"),
            Self::Services => ("services", "services"),
            Self::Audiences => ("publics_specifiquement_adresses", "audiences"),
            Self::SpecialCare => ("prise_en_charge_specifique", "special_care"),
            Self::Fees => ("frais_a_charge", "fees"),
            Self::Programmes => ("dispositif_programmes_nationaux", "programmes"),
            Self::Labels => ("formations_labels", "labels"),
            Self::OtherLabels => ("autres_formations_labels", "other_labels"),
            Self::AccessModes => ("modalites_acces", "access_modes"),
            Self::SupportModes => ("modalites_accompagnement", "support_modes"),
            Self::AccessibilityUrl => ("fiche_acces_libre", "accessibility_url"),
            Self::BookingUrl => ("prise_rdv", "booking_url"),
        }
    }
}
