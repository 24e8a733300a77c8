//! The table of errors: each stable code with its status and its words in both languages. The only place that chooses a
//! status for a failure.

use actix_web::http::StatusCode;

use crate::domain::language::Language;

/// A kind of failure that callers are told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemCode {
    /// The body is no JSON of the right shape.
    MalformedBody,
    /// A parameter of the path or of the query is faulty.
    InvalidParameter,
    /// There is no valid token.
    Unauthenticated,
    /// The address or the password is wrong.
    InvalidCredentials,
    /// The caller may not do this.
    Forbidden,
    /// There is no such path or thing.
    NotFound,
    /// The path does not take this method.
    MethodNotAllowed,
    /// The day is an absence.
    DayAbsent,
    /// The intervention stands in another report.
    InterventionElsewhere,
    /// The month is closed.
    MonthClosed,
    /// The month is not over.
    MonthNotOver,
    /// Months of the period are not closed.
    MonthsOpen,
    /// There is a report already.
    ReportExists,
    /// The conditions of the request do not hold.
    VersionMismatch,
    /// The cursor is of another history, or too old.
    CursorExpired,
    /// The body is too large.
    BodyTooLarge,
    /// The body is of another media type.
    UnsupportedMediaType,
    /// Values of the body break rules.
    ValidationFailed,
    /// The caller asks too often.
    TooManyRequests,
    /// The service failed.
    InternalError,
    /// The service cannot answer now.
    Unavailable,
}

/// What the table says of a code.
struct Entry {
    code: &'static str,
    status: StatusCode,
    title: [&'static str; 2],
    cause: [&'static str; 2],
    advice: [&'static str; 2],
}

const fn entry(
    code: &'static str,
    status: StatusCode,
    title: [&'static str; 2],
    cause: [&'static str; 2],
    advice: [&'static str; 2],
) -> Entry {
    Entry {
        code,
        status,
        title,
        cause,
        advice,
    }
}

impl ProblemCode {
    /// Every code.
    pub const ALL: [Self; 21] = [
        Self::MalformedBody,
        Self::InvalidParameter,
        Self::Unauthenticated,
        Self::InvalidCredentials,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::DayAbsent,
        Self::InterventionElsewhere,
        Self::MonthClosed,
        Self::MonthNotOver,
        Self::MonthsOpen,
        Self::ReportExists,
        Self::VersionMismatch,
        Self::CursorExpired,
        Self::BodyTooLarge,
        Self::UnsupportedMediaType,
        Self::ValidationFailed,
        Self::TooManyRequests,
        Self::InternalError,
        Self::Unavailable,
    ];

    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.entry().code
    }

    /// The status of the answer.
    #[must_use]
    pub fn status(self) -> StatusCode {
        self.entry().status
    }

    /// What happened, in few words.
    #[must_use]
    pub fn title(self, language: Language) -> &'static str {
        let [french, english] = self.entry().title;
        language.choose(french, english)
    }

    /// Why it happened.
    #[must_use]
    pub fn cause(self, language: Language) -> &'static str {
        let [french, english] = self.entry().cause;
        language.choose(french, english)
    }

    /// What to do.
    #[must_use]
    pub fn advice(self, language: Language) -> &'static str {
        let [french, english] = self.entry().advice;
        language.choose(french, english)
    }

    /// The kind of failure of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.code() == code)
    }

    /// The code for a status that a library answered by itself.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Self::BodyTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable,
            status if status.is_client_error() => Self::MalformedBody,
            _ => Self::InternalError,
        }
    }

    fn entry(self) -> Entry {
        self.fault_of_the_request().unwrap_or_else(|| self.fault_of_the_state())
    }

    /// What is wrong with the request itself.
    #[rustfmt::skip]
    fn fault_of_the_request(self) -> Option<Entry> {
        Some(match self {
            Self::MalformedBody => entry("malformed_body", StatusCode::BAD_REQUEST,
                ["Le corps de la requête n’a pas la forme attendue", "The body does not have the expected shape"],
                ["Le JSON est mal formé, ou un champ est inconnu, en double, manquant, nul ou d’un autre type.",
                 "The JSON is malformed, or a field is unknown, duplicate, missing, null or of another type."],
                ["Corrigez le JSON à l’endroit indiqué : type, champ inconnu, en double ou manquant.",
                 "Correct the JSON at the place named: type, unknown, duplicate or missing field."]),
            Self::InvalidParameter => entry("invalid_parameter", StatusCode::BAD_REQUEST,
                ["Un paramètre de l’adresse n’est pas valable", "A parameter of the address is not valid"],
                ["Une valeur du chemin ou de la requête est mal écrite, hors limites, inconnue ou manquante.",
                 "A value of the path or of the query is misspelt, out of range, unknown or missing."],
                ["Corrigez les paramètres indiqués.", "Correct the parameters named."]),
            Self::Unauthenticated => entry("unauthenticated", StatusCode::UNAUTHORIZED,
                ["Connexion requise", "Sign-in required"],
                ["La requête n’a pas de jeton, ou son jeton a expiré ou n’est pas de ce service.",
                 "The request has no token, or its token has expired or is not of this service."],
                ["Connectez-vous, ou renouvelez votre jeton d’accès, puis recommencez.",
                 "Sign in, or refresh your access token, then try again."]),
            Self::InvalidCredentials => entry("invalid_credentials", StatusCode::UNAUTHORIZED,
                ["Adresse ou mot de passe incorrect", "Wrong e-mail address or password"],
                ["Aucun compte n’a cette adresse avec ce mot de passe.",
                 "No account has this address with this password."],
                ["Vérifiez l’adresse et le mot de passe.", "Check the address and the password."]),
            Self::Forbidden => entry("forbidden", StatusCode::FORBIDDEN,
                ["Vous n’avez pas ce droit", "You may not do this"],
                ["Votre rôle ne permet pas cette action, ou elle concerne un autre conseiller que vous.",
                 "Your role does not allow this, or it concerns another advisor than you."],
                ["Demandez à votre coordinateur.", "Ask your coordinator."]),
            Self::NotFound => entry("not_found", StatusCode::NOT_FOUND,
                ["Introuvable", "Not found"],
                ["Il n’y a rien à cette adresse, ou rien que vous puissiez voir.",
                 "There is nothing at this address, or nothing that you may see."],
                ["Vérifiez l’adresse et l’identifiant.", "Check the address and the identifier."]),
            Self::MethodNotAllowed => entry("method_not_allowed", StatusCode::METHOD_NOT_ALLOWED,
                ["Méthode non admise à cette adresse", "This address does not take this method"],
                ["L’adresse existe, mais pas pour cette méthode.",
                 "The address exists, but not for this method."],
                ["Utilisez une des méthodes de l’en-tête Allow.", "Use one of the methods of the Allow header."]),
            Self::BodyTooLarge => entry("body_too_large", StatusCode::PAYLOAD_TOO_LARGE,
                ["Le corps de la requête est trop grand", "The body is too large"],
                ["La requête dépasse la taille admise.",
                 "The request is larger than allowed."],
                ["Envoyez au plus 1 Mio, ou 8 Mio pour un lot de rapports.", "Send 1 MiB at most, or 8 MiB for a batch of reports."]),
            Self::UnsupportedMediaType => entry("unsupported_media_type", StatusCode::UNSUPPORTED_MEDIA_TYPE,
                ["Type de contenu non pris en charge", "Unsupported media type"],
                ["Le service ne lit que le JSON.",
                 "The service reads only JSON."],
                ["Envoyez du JSON avec Content-Type: application/json.",
                 "Send JSON with Content-Type: application/json."]),
            Self::ValidationFailed => entry("validation_failed", StatusCode::UNPROCESSABLE_ENTITY,
                ["Des valeurs ne sont pas valables", "Some values are not valid"],
                ["La requête est bien formée, mais des valeurs enfreignent les règles ; « errors » les nomme toutes.",
                 "The request is well formed, but values break the rules; “errors” names them all."],
                ["Corrigez les champs indiqués.", "Correct the fields named."]),
            Self::TooManyRequests => entry("too_many_requests", StatusCode::TOO_MANY_REQUESTS,
                ["Trop de requêtes", "Too many requests"],
                ["Vous avez envoyé plus de requêtes que la limite.",
                 "You have sent more requests than the limit."],
                ["Attendez le délai de l’en-tête Retry-After, puis recommencez.",
                 "Wait as long as the Retry-After header says, then try again."]),
            _ => return None,
        })
    }

    /// What does not allow a sound request; the last is [`Self::Unavailable`].
    #[rustfmt::skip]
    fn fault_of_the_state(self) -> Entry {
        match self {
            Self::DayAbsent => entry("day_absent", StatusCode::CONFLICT,
                ["Ce jour est une absence", "This day is an absence"],
                ["Une intervention ne peut pas être ajoutée à un jour d’absence.",
                 "An intervention cannot be added to a day of absence."],
                ["Remplacez le rapport du jour entier pour lever l’absence.",
                 "Replace the whole report of the day to lift the absence."]),
            Self::InterventionElsewhere => entry("intervention_elsewhere", StatusCode::CONFLICT,
                ["Cette intervention figure dans le rapport d’un autre jour", "This intervention stands in another day's report"],
                ["L’identifiant d’une intervention est unique pour un conseiller ; « date » dit le jour où elle figure.",
                 "The identifier of an intervention is unique for an advisor; “date” says on which day it stands."],
                ["Retirez-la d’abord du rapport de ce jour, ou donnez-lui un autre identifiant.",
                 "Remove it from the report of that day first, or give it another identifier."]),
            Self::MonthClosed => entry("month_closed", StatusCode::CONFLICT,
                ["Ce mois est clos", "This month is closed"],
                ["Les chiffres de ce mois ont été arrêtés ; ils peuvent avoir été votés.",
                 "The figures of this month have been settled; they may have been voted on."],
                ["Demandez à votre coordinateur de rouvrir le mois.", "Ask your coordinator to reopen the month."]),
            Self::MonthNotOver => entry("month_not_over", StatusCode::CONFLICT,
                ["Ce mois n’est pas fini", "This month is not over"],
                ["Un mois se clôt une fois son dernier jour passé, à l’heure de la collectivité.",
                 "A month is closed once its last day is over, in the organisation's time zone."],
                ["Attendez le premier jour du mois suivant.", "Wait for the first day of the next month."]),
            Self::MonthsOpen => entry("months_open", StatusCode::CONFLICT,
                ["Des mois de la période ne sont pas clos", "Months of the period are not closed"],
                ["On ne publie que des chiffres arrêtés ; « months » nomme les mois ouverts ou rouverts.",
                 "Only settled figures are published; “months” names those that are open or reopened."],
                ["Clôturez ces mois, puis publiez.", "Close these months, then publish."]),
            Self::ReportExists => entry("report_exists", StatusCode::PRECONDITION_FAILED,
                ["Ce jour a déjà un rapport", "This day has a report already"],
                ["La requête demandait de créer (If-None-Match: *), et un rapport est déjà là.",
                 "The request asked to create (If-None-Match: *), and a report is there already."],
                ["Lisez le rapport, puis remplacez-le avec If-Match.", "Read the report, then replace it with If-Match."]),
            Self::VersionMismatch => entry("version_mismatch", StatusCode::PRECONDITION_FAILED,
                ["Le rapport a changé entre-temps", "The report has changed meanwhile"],
                ["Quelqu’un, ou un autre appareil, a écrit ce jour depuis votre lecture ; « current_version » dit la version.",
                 "Somebody, or another device, has written this day since you read it; “current_version” says the version."],
                ["Relisez le rapport, reportez-y vos changements et renvoyez-le avec sa version.",
                 "Read the report again, merge your changes and send it with its version."]),
            Self::CursorExpired => entry("cursor_expired", StatusCode::GONE,
                ["Ce curseur n’est plus valable", "This cursor is no longer valid"],
                ["Le service a été restauré, vos droits ont changé, ou le curseur a plus de 400 jours.",
                 "The service has been restored, your rights have changed, or the cursor is older than 400 days."],
                ["Recommencez sans curseur : tout sera relu, et rien de ce qui attend sur l’appareil n’est perdu.",
                 "Start afresh without a cursor: all is read again, and nothing that waits on the device is lost."]),
            Self::InternalError => entry("internal_error", StatusCode::INTERNAL_SERVER_ERROR,
                ["Le service a rencontré une erreur", "The service failed"],
                ["Une erreur qui n’est pas de votre fait ; elle a été notée.",
                 "An error that is not of your making; it has been noted."],
                ["Recommencez ; si l’erreur persiste, transmettez l’identifiant « instance » à l’exploitant.",
                 "Try again; if it goes on, give the “instance” identifier to the operator."]),
            _ => entry("unavailable", StatusCode::SERVICE_UNAVAILABLE,
                ["Le service ne peut pas répondre pour l’instant", "The service cannot answer right now"],
                ["La base de données ne répond pas, ou trop d’écritures attendent.",
                 "The database does not answer, or too many writes wait."],
                ["Recommencez dans quelques secondes : répéter la même requête est sans danger.",
                 "Try again in a few seconds: repeating the same request is safe."]),
        }
    }
}
