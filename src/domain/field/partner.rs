//! Partners: structures that host, ask or refer.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::phone::Phone;
use super::pivot::Pivot;
use super::thing::Thing;
use crate::domain::account::Email;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::Id;
use crate::domain::intervention::{CommuneCode, code_of, commune_of, given};
use crate::domain::nomenclature::{ClosedList, Entry, coded};
use crate::domain::text::{NAME_MAX, normal_name, normal_text};

/// The most contacts of a partner.
pub const CONTACTS_MAX: usize = 20;

/// Marks identifiers of partners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartnerIdKind {}
/// A partner.
pub type PartnerId = Id<PartnerIdKind>;

/// What a partner is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum PartnerKind {
    /// A commune.
    Commune,
    /// A grouping of communes with its own taxes.
    Epci,
    /// A department.
    Department,
    /// A region.
    Region,
    /// A service of the State.
    State,
    /// A chamber of commerce, trades or agriculture.
    Consular,
    /// An association.
    Association,
    /// A company, which may not ask for a workshop.
    Company,
    /// A regional hub of digital inclusion.
    Hub,
    /// A grouping of several bodies.
    Grouping,
    /// A service of the organisation itself.
    OwnService,
    /// Anything else.
    Other,
}

impl ClosedList for PartnerKind {
    const NAME: &'static str = "kind";
    const TYPE: &'static str = "PartnerKind";
    const DESCRIPTION: &'static str = "What a partner is; a company may not ask for a workshop";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::Commune => ("commune", "Commune", "Commune"),
            Self::Epci => ("epci", "Intercommunalité", "Grouping of communes"),
            Self::Department => ("department", "Département", "Department"),
            Self::Region => ("region", "Région", "Region"),
            Self::State => ("state", "Service de l’État", "Service of the State"),
            Self::Consular => (
                "consular",
                "Chambre consulaire",
                "Chamber of commerce, trades or agriculture",
            ),
            Self::Association => ("association", "Association", "Association"),
            Self::Company => ("company", "Entreprise", "Company"),
            Self::Hub => ("hub", "Hub territorial", "Regional hub"),
            Self::Grouping => ("grouping", "Groupement", "Grouping of bodies"),
            Self::OwnService => (
                "own_service",
                "Service de la collectivité",
                "Service of the organisation",
            ),
            Self::Other => ("other", "Autre", "Other"),
        };
        Entry::of_ours(code, french, english)
    }
}

/// Whom to ask at a partner, by their office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Their name.
    pub name: String,
    /// What they do there.
    #[serde(default)]
    pub function: Option<String>,
    /// Their professional address.
    #[serde(default)]
    pub email: Option<String>,
    /// Their professional telephone.
    #[serde(default)]
    pub phone: Option<Phone>,
}

/// A structure that hosts, asks or refers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partner {
    /// Its name.
    pub name: String,
    /// What it is.
    #[serde(with = "coded")]
    pub kind: PartnerKind,
    /// Its national number.
    #[serde(default)]
    pub pivot: Option<Pivot>,
    /// The commune where it is.
    #[serde(default)]
    pub commune_code: Option<CommuneCode>,
    /// Whom to ask there; forgotten in time.
    #[serde(default)]
    pub contacts: Vec<Contact>,
}

impl Thing for Partner {
    type Kind = PartnerIdKind;
    const MOST: i64 = 5000;
}

/// A contact as a client sends it.
#[derive(Debug, Clone, Default)]
pub struct ContactDraft {
    /// See [`Contact::name`].
    pub name: String,
    /// See [`Contact::function`].
    pub function: Option<String>,
    /// See [`Contact::email`].
    pub email: Option<String>,
    /// See [`Contact::phone`].
    pub phone: Option<String>,
}

/// A partner as a client sends it: its shape is right, its values are not checked.
#[derive(Debug, Clone, Default)]
pub struct PartnerDraft {
    /// See [`Partner::name`].
    pub name: String,
    /// A code of [`PartnerKind`].
    pub kind: String,
    /// A SIRET or an RNA.
    pub pivot: Option<String>,
    /// An INSEE code.
    pub commune_code: Option<String>,
    /// See [`Partner::contacts`].
    pub contacts: Vec<ContactDraft>,
}

impl PartnerDraft {
    /// The partner, when it keeps every rule.
    ///
    /// # Errors
    /// Every fault, at its pointer.
    pub fn validate(self) -> Result<Partner, FieldErrors> {
        let mut errors = FieldErrors::new();
        let name = normal_name(&self.name, &mut errors);
        let kind = code_of(&self.kind, "", "kind", &mut errors).unwrap_or(PartnerKind::Other);
        let pivot = given(self.pivot.as_deref()).and_then(|text| errors.read("/pivot", Pivot::parse(text)));
        let commune_code = given(self.commune_code.as_deref()).and_then(|code| commune_of(code, "", &mut errors));
        if self.contacts.len() > CONTACTS_MAX {
            errors.push("/contacts", FieldCode::TooMany { max: CONTACTS_MAX });
        }
        let drafts = self.contacts.into_iter().take(CONTACTS_MAX).enumerate();
        let contacts = drafts.map(|(index, draft)| draft.read(&format!("/contacts/{index}"), &mut errors));
        let contacts = contacts.collect();
        errors.into_result(Partner {
            name,
            kind,
            pivot,
            commune_code,
            contacts,
        })
    }
}

impl ContactDraft {
    /// The contact that stands at a pointer; notes its faults.
    pub(super) fn read(self, at: &str, errors: &mut FieldErrors) -> Contact {
        let name = normal_text(&self.name, NAME_MAX, at, "name", errors);
        if name.is_none() {
            errors.push_field(at, "name", FieldCode::TooShort { min: 1 });
        }
        let function = self.function.as_deref();
        let email =
            given(self.email.as_deref()).and_then(|text| errors.read(&format!("{at}/email"), Email::parse(text)));
        Contact {
            name: name.unwrap_or_default(),
            function: function.and_then(|text| normal_text(text, NAME_MAX, at, "function", errors)),
            email: email.map(|email| email.as_str().to_owned()),
            phone: given(self.phone.as_deref())
                .and_then(|text| errors.read(&format!("{at}/phone"), Phone::parse(text))),
        }
    }
}
