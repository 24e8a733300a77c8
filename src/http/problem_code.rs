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
    /// There is a report already.
    ReportExists,
    /// The conditions of the request do not hold.
    VersionMismatch,
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
    advice: [&'static str; 2],
}

const fn entry(code: &'static str, status: StatusCode, title: [&'static str; 2], advice: [&'static str; 2]) -> Entry {
    Entry {
        code,
        status,
        title,
        advice,
    }
}

impl ProblemCode {
    /// Every code.
    pub const ALL: [Self; 18] = [
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
        Self::ReportExists,
        Self::VersionMismatch,
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

    /// What to do.
    #[must_use]
    pub fn advice(self, language: Language) -> &'static str {
        let [french, english] = self.entry().advice;
        language.choose(french, english)
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

    #[rustfmt::skip]
    fn entry(self) -> Entry {
        match self {
            Self::MalformedBody => entry("malformed_body", StatusCode::BAD_REQUEST,
                ["Le corps de la requête n’a pas la forme attendue", "The body does not have the expected shape"],
                ["Corrigez le JSON à l’endroit indiqué : type, champ inconnu, en double ou manquant.",
                 "Correct the JSON at the place named: type, unknown, duplicate or missing field."]),
            Self::InvalidParameter => entry("invalid_parameter", StatusCode::BAD_REQUEST,
                ["Un paramètre de l’adresse n’est pas valable", "A parameter of the address is not valid"],
                ["Corrigez les paramètres indiqués.", "Correct the parameters named."]),
            Self::Unauthenticated => entry("unauthenticated", StatusCode::UNAUTHORIZED,
                ["Connexion requise", "Sign-in required"],
                ["Connectez-vous, ou renouvelez votre jeton d’accès, puis recommencez.",
                 "Sign in, or refresh your access token, then try again."]),
            Self::InvalidCredentials => entry("invalid_credentials", StatusCode::UNAUTHORIZED,
                ["Adresse ou mot de passe incorrect", "Wrong e-mail address or password"],
                ["Vérifiez l’adresse et le mot de passe.", "Check the address and the password."]),
            Self::Forbidden => entry("forbidden", StatusCode::FORBIDDEN,
                ["Vous n’avez pas ce droit", "You may not do this"],
                ["Demandez à votre coordinateur.", "Ask your coordinator."]),
            Self::NotFound => entry("not_found", StatusCode::NOT_FOUND,
                ["Introuvable", "Not found"],
                ["Vérifiez l’adresse et l’identifiant.", "Check the address and the identifier."]),
            Self::MethodNotAllowed => entry("method_not_allowed", StatusCode::METHOD_NOT_ALLOWED,
                ["Méthode non admise à cette adresse", "This address does not take this method"],
                ["Utilisez une des méthodes de l’en-tête Allow.", "Use one of the methods of the Allow header."]),
            Self::DayAbsent => entry("day_absent", StatusCode::CONFLICT,
                ["Ce jour est une absence", "This day is an absence"],
                ["Remplacez le rapport du jour entier pour lever l’absence.",
                 "Replace the whole report of the day to lift the absence."]),
            Self::InterventionElsewhere => entry("intervention_elsewhere", StatusCode::CONFLICT,
                ["Cette intervention figure dans le rapport d’un autre jour", "This intervention stands in another day's report"],
                ["Retirez-la d’abord du rapport de ce jour, ou donnez-lui un autre identifiant.",
                 "Remove it from the report of that day first, or give it another identifier."]),
            Self::MonthClosed => entry("month_closed", StatusCode::CONFLICT,
                ["Ce mois est clos", "This month is closed"],
                ["Demandez à votre coordinateur de rouvrir le mois.", "Ask your coordinator to reopen the month."]),
            Self::ReportExists => entry("report_exists", StatusCode::PRECONDITION_FAILED,
                ["Ce jour a déjà un rapport", "This day has a report already"],
                ["Lisez le rapport, puis remplacez-le avec If-Match.", "Read the report, then replace it with If-Match."]),
            Self::VersionMismatch => entry("version_mismatch", StatusCode::PRECONDITION_FAILED,
                ["Le rapport a changé entre-temps", "The report has changed meanwhile"],
                ["Relisez le rapport, reportez-y vos changements et renvoyez-le avec sa version.",
                 "Read the report again, merge your changes and send it with its version."]),
            Self::BodyTooLarge => entry("body_too_large", StatusCode::PAYLOAD_TOO_LARGE,
                ["Le corps de la requête est trop grand", "The body is too large"],
                ["Envoyez au plus 1 Mio.", "Send 1 MiB at most."]),
            Self::UnsupportedMediaType => entry("unsupported_media_type", StatusCode::UNSUPPORTED_MEDIA_TYPE,
                ["Type de contenu non pris en charge", "Unsupported media type"],
                ["Envoyez du JSON avec Content-Type: application/json.",
                 "Send JSON with Content-Type: application/json."]),
            Self::ValidationFailed => entry("validation_failed", StatusCode::UNPROCESSABLE_ENTITY,
                ["Des valeurs ne sont pas valables", "Some values are not valid"],
                ["Corrigez les champs indiqués.", "Correct the fields named."]),
            Self::TooManyRequests => entry("too_many_requests", StatusCode::TOO_MANY_REQUESTS,
                ["Trop de requêtes", "Too many requests"],
                ["Attendez le délai de l’en-tête Retry-After, puis recommencez.",
                 "Wait as long as the Retry-After header says, then try again."]),
            Self::InternalError => entry("internal_error", StatusCode::INTERNAL_SERVER_ERROR,
                ["Le service a rencontré une erreur", "The service failed"],
                ["Recommencez ; si l’erreur persiste, transmettez l’identifiant « instance » à l’exploitant.",
                 "Try again; if it goes on, give the “instance” identifier to the operator."]),
            Self::Unavailable => entry("unavailable", StatusCode::SERVICE_UNAVAILABLE,
                ["Le service ne peut pas répondre pour l’instant", "The service cannot answer right now"],
                ["Recommencez dans quelques secondes : répéter la même requête est sans danger.",
                 "Try again in a few seconds: repeating the same request is safe."]),
        }
    }
}
