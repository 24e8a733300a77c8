//! What is written down of who did what: not the values, only that it was done.

use strum::VariantArray;

use uuid::Uuid;

use super::calendar::Month;
use super::identifiers::Id;
use super::nomenclature::{ClosedList, Entry};

/// Marks identifiers of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuditEntryKind {}
/// An entry of an audit log.
pub type AuditEntryId = Id<AuditEntryKind>;

/// To what something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// To the organisation itself.
    Organisation,
    /// To an account, a key, a session, a publication.
    Thing(Uuid),
    /// To a month.
    Month(Month),
}

impl Subject {
    /// The subject of a stored text; `None` when there is no such subject.
    pub fn parse(text: Option<&str>) -> Option<Self> {
        let Some(text) = text else {
            return Some(Self::Organisation);
        };
        let month = || text.parse().ok().map(Self::Month);
        Uuid::try_parse(text).ok().map(Self::Thing).or_else(month)
    }

    /// The text that is stored; `None` for the organisation itself.
    pub fn text(self) -> Option<String> {
        match self {
            Self::Organisation => None,
            Self::Thing(id) => Some(id.to_string()),
            Self::Month(month) => Some(month.to_string()),
        }
    }
}

impl From<Uuid> for Subject {
    fn from(id: Uuid) -> Self {
        Self::Thing(id)
    }
}

impl From<Month> for Subject {
    fn from(month: Month) -> Self {
        Self::Month(month)
    }
}

/// Something that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum AuditAction {
    /// Somebody signed in.
    SignedIn,
    /// Somebody gave a wrong password, or was deactivated.
    SignInFailed,
    /// Somebody signed out of a device.
    SessionEnded,
    /// A refresh token came back after its successor was used: its session ended.
    TokenReused,
    /// Somebody's account was made on the command line, with its password.
    AccountCreated,
    /// Somebody was invited.
    AccountInvited,
    /// What is known of somebody was changed.
    AccountChanged,
    /// Somebody was deactivated.
    AccountDeactivated,
    /// The name and the address of somebody were erased.
    AccountErased,
    /// Somebody asked for a new password.
    ResetAsked,
    /// Somebody chose a password.
    PasswordChanged,
    /// A key was made for a program.
    KeyCreated,
    /// A key of a program was revoked.
    KeyRevoked,
    /// The organisation was made.
    OrganisationCreated,
    /// The settings of the organisation were changed.
    OrganisationChanged,
    /// A month was closed.
    MonthClosed,
    /// A month was reopened.
    MonthReopened,
    /// Figures were published.
    Published,
    /// A link to a publication was made.
    LinkCreated,
    /// A link to a publication was revoked.
    LinkRevoked,
    /// A place was proposed, confirmed, changed or merged.
    PlaceWritten,
    /// A place was given to the reports that call it by a name.
    PlaceAssigned,
    /// A partner was entered or changed.
    PartnerWritten,
    /// A tag was made, changed or retired.
    TagWritten,
    /// A sheet of the catalogue was made, changed or retired.
    WorkshopWritten,
    /// A meeting with a partner was entered or changed.
    MeetingWritten,
    /// An agreement was entered, signed or changed.
    AgreementWritten,
    /// A request of a partner was received, changed or decided.
    RequestWritten,
    /// A session was planned, changed or cancelled, or somebody said what became of it.
    SessionPlanned,
    /// A session or a schedule was stored although somebody would be at two places at once.
    ClashAccepted,
    /// A schedule was made, changed or ended.
    ScheduleWritten,
    /// A call for help for somebody was taken down, changed or closed.
    ReferralWritten,
    /// The keys that sign access tokens were rotated: a deed that concerns the instance.
    SigningKeysRotated,
    /// Somebody took a copy of what is held about them, or of the whole organisation.
    Exported,
}

impl ClosedList for AuditAction {
    const NAME: &'static str = "action";
    const TYPE: &'static str = "AuditAction";
    const DESCRIPTION: &'static str = "What was done";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::SignedIn => ("signed_in", "Connexion", "Signed in"),
            Self::SignInFailed => ("sign_in_failed", "Connexion refusée", "Sign-in refused"),
            Self::SessionEnded => ("session_ended", "Déconnexion", "Signed out"),
            Self::TokenReused => ("token_reused", "Jeton déjà utilisé", "Token used again"),
            Self::AccountCreated => ("account_created", "Compte créé", "Account made"),
            Self::AccountInvited => ("account_invited", "Compte invité", "Account invited"),
            Self::AccountChanged => ("account_changed", "Compte modifié", "Account changed"),
            Self::AccountDeactivated => ("account_deactivated", "Compte désactivé", "Account deactivated"),
            Self::AccountErased => ("account_erased", "Compte effacé", "Account erased"),
            Self::ResetAsked => ("reset_asked", "Mot de passe oublié", "Password forgotten"),
            Self::PasswordChanged => ("password_changed", "Mot de passe choisi", "Password chosen"),
            Self::KeyCreated => ("key_created", "Clé créée", "Key made"),
            Self::KeyRevoked => ("key_revoked", "Clé révoquée", "Key revoked"),
            Self::OrganisationCreated => ("organisation_created", "Collectivité créée", "Organisation made"),
            Self::OrganisationChanged => ("organisation_changed", "Réglages modifiés", "Settings changed"),
            Self::MonthClosed => ("month_closed", "Mois clos", "Month closed"),
            Self::MonthReopened => ("month_reopened", "Mois rouvert", "Month reopened"),
            Self::Published => ("published", "Chiffres publiés", "Figures published"),
            Self::LinkCreated => ("link_created", "Lien de partage créé", "Link made"),
            Self::LinkRevoked => ("link_revoked", "Lien de partage révoqué", "Link revoked"),
            Self::PlaceWritten => ("place_written", "Lieu enregistré", "Place stored"),
            Self::PlaceAssigned => (
                "place_assigned",
                "Lieu attribué à des rapports",
                "Place given to reports",
            ),
            Self::PartnerWritten => ("partner_written", "Partenaire enregistré", "Partner stored"),
            Self::TagWritten => ("tag_written", "Étiquette enregistrée", "Tag stored"),
            Self::WorkshopWritten => ("workshop_written", "Fiche du catalogue enregistrée", "Workshop stored"),
            Self::MeetingWritten => ("meeting_written", "Rendez-vous enregistré", "Meeting stored"),
            Self::AgreementWritten => ("agreement_written", "Convention enregistrée", "Agreement stored"),
            Self::RequestWritten => ("request_written", "Demande enregistrée", "Request stored"),
            Self::SessionPlanned => ("session_planned", "Séance planifiée", "Session planned"),
            Self::ClashAccepted => ("clash_accepted", "Chevauchement accepté", "Clash accepted"),
            Self::ReferralWritten => ("referral_written", "Orientation enregistrée", "Referral stored"),
            Self::ScheduleWritten => ("schedule_written", "Récurrence enregistrée", "Schedule stored"),
            Self::SigningKeysRotated => (
                "signing_keys_rotated",
                "Clés de signature renouvelées",
                "Signing keys rotated",
            ),
            Self::Exported => ("exported", "Données exportées", "Data exported"),
        };
        Entry::of_ours(code, french, english)
    }
}
