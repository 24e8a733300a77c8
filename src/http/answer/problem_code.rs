//! The table of errors: each stable code with its status and its words in both languages. The only place that chooses a
//! status for a failure.

use actix_web::http::StatusCode;

use crate::domain::language::Language;

/// What the table says of a kind of failure.
struct Entry {
    code: &'static str,
    status: StatusCode,
    title: [&'static str; 2],
    cause: [&'static str; 2],
    advice: [&'static str; 2],
}

/// Makes the enumeration of codes, the list of all codes and the entry of each from one table, so that no code can lack
/// its status or its words.
macro_rules! problem_codes {
    ($(
        $(#[$doc:meta])+
        $name:ident $code:literal $status:ident {
            title: $title_fr:literal / $title_en:literal;
            cause: $cause_fr:literal / $cause_en:literal;
            advice: $advice_fr:literal / $advice_en:literal;
        }
    )+) => {
        /// A kind of failure that callers are told of.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum ProblemCode {
            $($(#[$doc])+ $name,)+
        }

        impl ProblemCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            const fn entry(self) -> &'static Entry {
                match self {
                    $(Self::$name => &Entry {
                        code: $code,
                        status: StatusCode::$status,
                        title: [$title_fr, $title_en],
                        cause: [$cause_fr, $cause_en],
                        advice: [$advice_fr, $advice_en],
                    },)+
                }
            }
        }
    };
}

problem_codes! {
    /// The body is no JSON of the right shape.
    MalformedBody "malformed_body" BAD_REQUEST {
        title: "Le corps de la requête n’a pas la forme attendue"
            / "The body does not have the expected shape";
        cause: "Le JSON est mal formé, ou un champ est inconnu, en double, manquant, nul ou d’un autre type."
            / "The JSON is malformed, or a field is unknown, duplicate, missing, null or of another type.";
        advice: "Corrigez le JSON à l’endroit indiqué : type, champ inconnu, en double ou manquant."
            / "Correct the JSON at the place named: type, unknown, duplicate or missing field.";
    }
    /// A parameter of the path or of the query is faulty.
    InvalidParameter "invalid_parameter" BAD_REQUEST {
        title: "Un paramètre de l’adresse n’est pas valable"
            / "A parameter of the address is not valid";
        cause: "Une valeur du chemin ou de la requête est mal écrite, hors limites, inconnue ou manquante."
            / "A value of the path or of the query is misspelt, out of range, unknown or missing.";
        advice: "Corrigez les paramètres indiqués."
            / "Correct the parameters named.";
    }
    /// There is no valid token.
    Unauthenticated "unauthenticated" UNAUTHORIZED {
        title: "Connexion requise"
            / "Sign-in required";
        cause: "La requête n’a pas de jeton, ou son jeton a expiré ou n’est pas de ce service."
            / "The request has no token, or its token has expired or is not of this service.";
        advice: "Connectez-vous, ou renouvelez votre jeton d’accès, puis recommencez."
            / "Sign in, or refresh your access token, then try again.";
    }
    /// The address or the password is wrong.
    InvalidCredentials "invalid_credentials" UNAUTHORIZED {
        title: "Adresse ou mot de passe incorrect"
            / "Wrong e-mail address or password";
        cause: "Aucun compte n’a cette adresse avec ce mot de passe."
            / "No account has this address with this password.";
        advice: "Vérifiez l’adresse et le mot de passe."
            / "Check the address and the password.";
    }
    /// The caller may not do this.
    Forbidden "forbidden" FORBIDDEN {
        title: "Vous n’avez pas ce droit"
            / "You may not do this";
        cause: "Votre rôle ne permet pas cette action, ou elle concerne un autre conseiller que vous."
            / "Your role does not allow this, or it concerns another advisor than you.";
        advice: "Demandez à votre coordinateur."
            / "Ask your coordinator.";
    }
    /// The request comes from a page that is not of this service.
    ForeignPage "foreign_page" FORBIDDEN {
        title: "La requête ne vient pas d’une page de ce service"
            / "The request does not come from a page of this service";
        cause: "Les sessions de navigateur ne servent qu’aux pages de ce service ; le navigateur nomme un autre site, ou aucun."
            / "Sessions of browsers are for pages of this service alone; the browser names another site, or none.";
        advice: "Ouvrez l’application à son adresse ; un programme utilise /v1/sessions."
            / "Open the application at its address; a program uses /v1/sessions.";
    }
    /// There is no such path or thing.
    NotFound "not_found" NOT_FOUND {
        title: "Introuvable"
            / "Not found";
        cause: "Il n’y a rien à cette adresse, ou rien que vous puissiez voir."
            / "There is nothing at this address, or nothing that you may see.";
        advice: "Vérifiez l’adresse et l’identifiant."
            / "Check the address and the identifier.";
    }
    /// The path does not take this method.
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED {
        title: "Méthode non admise à cette adresse"
            / "This address does not take this method";
        cause: "L’adresse existe, mais pas pour cette méthode."
            / "The address exists, but not for this method.";
        advice: "Utilisez une des méthodes de l’en-tête Allow."
            / "Use one of the methods of the Allow header.";
    }
    /// The day is an absence.
    DayAbsent "day_absent" CONFLICT {
        title: "Ce jour est une absence"
            / "This day is an absence";
        cause: "Une intervention ne peut pas être ajoutée à un jour d’absence."
            / "An intervention cannot be added to a day of absence.";
        advice: "Remplacez le rapport du jour entier pour lever l’absence."
            / "Replace the whole report of the day to lift the absence.";
    }
    /// The intervention stands in another report.
    InterventionElsewhere "intervention_elsewhere" CONFLICT {
        title: "Cette intervention figure dans le rapport d’un autre jour"
            / "This intervention stands in another day's report";
        cause: "L’identifiant d’une intervention est unique pour un conseiller ; « date » dit le jour où elle figure."
            / "The identifier of an intervention is unique for an advisor; “date” says on which day it stands.";
        advice: "Retirez-la d’abord du rapport de ce jour, ou donnez-lui un autre identifiant."
            / "Remove it from the report of that day first, or give it another identifier.";
    }
    /// No agreement of the partner is in force on a day that is wished for.
    PartnerWithoutAgreement "partner_without_agreement" CONFLICT {
        title: "Aucune convention n’est en vigueur"
            / "No agreement is in force";
        cause: "Le partenaire n’a pas de convention signée et en cours à l’un des jours souhaités."
            / "The partner has no signed agreement that is in force on one of the days wished for.";
        advice: "Signez ou renouvelez la convention, ou choisissez d’autres jours."
            / "Sign or renew the agreement, or choose other days.";
    }
    /// The month is closed.
    MonthClosed "month_closed" CONFLICT {
        title: "Ce mois est clos"
            / "This month is closed";
        cause: "Les chiffres de ce mois ont été arrêtés ; ils peuvent avoir été votés."
            / "The figures of this month have been settled; they may have been voted on.";
        advice: "Demandez à votre coordinateur de rouvrir le mois."
            / "Ask your coordinator to reopen the month.";
    }
    /// The month is not over.
    MonthNotOver "month_not_over" CONFLICT {
        title: "Ce mois n’est pas fini"
            / "This month is not over";
        cause: "Un mois se clôt une fois son dernier jour passé, à l’heure de la collectivité."
            / "A month is closed once its last day is over, in the organisation's time zone.";
        advice: "Attendez le premier jour du mois suivant."
            / "Wait for the first day of the next month.";
    }
    /// Months of the period are not closed.
    MonthsOpen "months_open" CONFLICT {
        title: "Des mois de la période ne sont pas clos"
            / "Months of the period are not closed";
        cause: "On ne publie que des chiffres arrêtés ; « months » nomme les mois ouverts ou rouverts."
            / "Only settled figures are published; “months” names those that are open or reopened.";
        advice: "Clôturez ces mois, puis publiez."
            / "Close these months, then publish.";
    }
    /// There is a report already.
    ReportExists "report_exists" PRECONDITION_FAILED {
        title: "Ce jour a déjà un rapport"
            / "This day has a report already";
        cause: "La requête demandait de créer (If-None-Match: *), et un rapport est déjà là."
            / "The request asked to create (If-None-Match: *), and a report is there already.";
        advice: "Lisez le rapport, puis remplacez-le avec If-Match."
            / "Read the report, then replace it with If-Match.";
    }
    /// The conditions of the request do not hold.
    VersionMismatch "version_mismatch" PRECONDITION_FAILED {
        title: "Ce que vous écrivez a changé entre-temps"
            / "What you write has changed meanwhile";
        cause: "Quelqu’un, ou un autre appareil, l’a écrit depuis votre lecture ; « current_version » dit la version."
            / "Somebody, or another device, has written it since you read it; “current_version” says the version.";
        advice: "Relisez, reportez-y vos changements et renvoyez le tout avec sa version."
            / "Read again, merge your changes and send all with its version.";
    }
    /// What is asked to be created is there already.
    AlreadyExists "already_exists" PRECONDITION_FAILED {
        title: "Cet identifiant est déjà pris"
            / "This identifier is taken already";
        cause: "La requête demandait de créer (If-None-Match: *), et quelque chose est déjà là."
            / "The request asked to create (If-None-Match: *), and something is there already.";
        advice: "Lisez ce qui est là, puis remplacez-le avec If-Match."
            / "Read what is there, then replace it with If-Match.";
    }
    /// The organisation has as many of these as it can have.
    TooMany "too_many" CONFLICT {
        title: "La collectivité ne peut pas en avoir davantage"
            / "The organisation cannot have more of these";
        cause: "Le nombre admis est atteint."
            / "As many as allowed are stored.";
        advice: "Reprenez l’un de ceux qui ne servent plus."
            / "Use one again that serves no more.";
    }
    /// Somebody or something would be at two places at once.
    AdvisorBusy "advisor_busy" CONFLICT {
        title: "Quelqu’un serait à deux endroits à la fois"
            / "Somebody would be at two places at once";
        cause: "Un conseiller ou un véhicule est déjà prévu ailleurs à cette heure : la réponse dit quand."
            / "An advisor or a vehicle is planned elsewhere at that time: the answer tells when.";
        advice: "Changez l’heure ou le conseiller ; un coordinateur peut l’enregistrer quand même avec force=true."
            / "Change the time or the advisor; a coordinator may store it all the same with force=true.";
    }
    /// The cursor is of another history, or too old.
    CursorExpired "cursor_expired" GONE {
        title: "Ce curseur n’est plus valable"
            / "This cursor is no longer valid";
        cause: "Le service a été restauré, vos droits ont changé, ou le curseur est trop ancien."
            / "The service has been restored, your rights have changed, or the cursor is too old.";
        advice: "Recommencez sans curseur : tout sera relu, et rien de ce qui attend sur l’appareil n’est perdu."
            / "Start afresh without a cursor: all is read again, and nothing that waits on the device is lost.";
    }
    /// The body does not come.
    RequestTimeout "request_timeout" REQUEST_TIMEOUT {
        title: "Le corps de la requête n’est pas arrivé à temps"
            / "The body did not come in time";
        cause: "Rien n’est arrivé pendant vingt secondes, ou le corps arrive trop lentement."
            / "Nothing came for twenty seconds, or the body comes too slowly.";
        advice: "Renvoyez la requête entière."
            / "Send the whole request again.";
    }
    /// The body is too large.
    BodyTooLarge "body_too_large" PAYLOAD_TOO_LARGE {
        title: "Le corps de la requête est trop grand"
            / "The body is too large";
        cause: "La requête dépasse la taille admise."
            / "The request is larger than allowed.";
        advice: "Envoyez au plus 1 Mio, ou 8 Mio pour un lot de rapports."
            / "Send 1 MiB at most, or 8 MiB for a batch of reports.";
    }
    /// The body is of another media type.
    UnsupportedMediaType "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE {
        title: "Type de contenu non pris en charge"
            / "Unsupported media type";
        cause: "Le service ne lit que le JSON."
            / "The service reads only JSON.";
        advice: "Envoyez du JSON avec Content-Type: application/json."
            / "Send JSON with Content-Type: application/json.";
    }
    /// Values of the body break rules.
    ValidationFailed "validation_failed" UNPROCESSABLE_ENTITY {
        title: "Des valeurs ne sont pas valables"
            / "Some values are not valid";
        cause: "La requête est bien formée, mais des valeurs enfreignent les règles ; « errors » les nomme toutes."
            / "The request is well formed, but values break the rules; “errors” names them all.";
        advice: "Corrigez les champs indiqués."
            / "Correct the fields named.";
    }
    /// The caller asks too often.
    TooManyRequests "too_many_requests" TOO_MANY_REQUESTS {
        title: "Trop de requêtes"
            / "Too many requests";
        cause: "Vous avez envoyé plus de requêtes que la limite."
            / "You have sent more requests than the limit.";
        advice: "Attendez le délai de l’en-tête Retry-After, puis recommencez."
            / "Wait as long as the Retry-After header says, then try again.";
    }
    /// The service failed.
    InternalError "internal_error" INTERNAL_SERVER_ERROR {
        title: "Le service a rencontré une erreur"
            / "The service failed";
        cause: "Une erreur qui n’est pas de votre fait ; elle a été notée."
            / "An error that is not of your making; it has been noted.";
        advice: "Recommencez ; si l’erreur persiste, transmettez l’identifiant « instance » à l’exploitant."
            / "Try again; if it goes on, give the “instance” identifier to the operator.";
    }
    /// The service cannot answer now.
    Unavailable "unavailable" SERVICE_UNAVAILABLE {
        title: "Le service ne peut pas répondre pour l’instant"
            / "The service cannot answer right now";
        cause: "La base de données ne répond pas, ou trop d’écritures attendent."
            / "The database does not answer, or too many writes wait.";
        advice: "Recommencez dans quelques secondes : répéter la même requête est sans danger."
            / "Try again in a few seconds: repeating the same request is safe.";
    }
}

impl ProblemCode {
    /// The stable code.
    pub fn code(self) -> &'static str {
        self.entry().code
    }

    /// The status of the answer.
    pub fn status(self) -> StatusCode {
        self.entry().status
    }

    /// What happened, in few words.
    pub fn title(self, language: Language) -> &'static str {
        let [french, english] = self.entry().title;
        language.choose(french, english)
    }

    /// Why it happened.
    pub fn cause(self, language: Language) -> &'static str {
        let [french, english] = self.entry().cause;
        language.choose(french, english)
    }

    /// What to do.
    pub fn advice(self, language: Language) -> &'static str {
        let [french, english] = self.entry().advice;
        language.choose(french, english)
    }

    /// The kind of failure with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|problem| problem.code() == code)
    }

    /// The code for a status that a library answered by itself.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::REQUEST_TIMEOUT => Self::RequestTimeout,
            StatusCode::PAYLOAD_TOO_LARGE => Self::BodyTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable,
            status if status.is_client_error() => Self::MalformedBody,
            _ => Self::InternalError,
        }
    }
}
