//! What people are told of a fault of one field, in both languages.

use crate::domain::field_error::FieldCode;
use crate::domain::language::Language;

/// The sentence for a fault.
#[must_use]
pub fn fault_text(code: FieldCode, language: Language) -> String {
    let (french, english) = texts(code);
    language.choose(french.as_str(), english.as_str()).to_owned()
}

/// A fixed pair of texts.
fn pair(french: &str, english: &str) -> (String, String) {
    (french.to_owned(), english.to_owned())
}

fn texts(code: FieldCode) -> (String, String) {
    match code {
        FieldCode::OutOfRange { min, max } => (
            format!("Donnez un nombre entier de {min} à {max}."),
            format!("Give a whole number from {min} to {max}."),
        ),
        FieldCode::TooLong { max } => (
            format!("Donnez au plus {max} caractères."),
            format!("Give at most {max} characters."),
        ),
        FieldCode::TooShort { min } => (
            format!("Donnez au moins {min} caractères."),
            format!("Give at least {min} characters."),
        ),
        FieldCode::TooFew { min } => (
            format!("Donnez au moins {min} élément."),
            format!("Give at least {min} element."),
        ),
        FieldCode::TooMany { max } => (
            format!("Donnez au plus {max} éléments."),
            format!("Give at most {max} elements."),
        ),
        FieldCode::PeriodTooLong { max } => (
            format!("Demandez au plus {max} mois."),
            format!("Ask for at most {max} months."),
        ),
        other => people_texts(other).unwrap_or_else(|| fixed_texts(other)),
    }
}

/// The faults of people, their passwords and their organisation.
fn people_texts(code: FieldCode) -> Option<(String, String)> {
    Some(match code {
        FieldCode::EmailTaken => pair(
            "Choisissez une autre adresse : celle-ci a déjà un compte.",
            "Choose another address: this one has an account already.",
        ),
        FieldCode::InvalidTimeZone => pair(
            "Donnez un fuseau horaire, par exemple Europe/Paris.",
            "Give a time zone, such as Europe/Paris.",
        ),
        FieldCode::Overlaps => pair(
            "Donnez des périodes sans jour commun.",
            "Give periods that share no day.",
        ),
        FieldCode::GuessablePassword => pair(
            "Choisissez un mot de passe plus difficile à deviner, sans votre nom ni votre adresse.",
            "Choose a password that is harder to guess, without your name or address.",
        ),
        FieldCode::WrongPassword => pair("Donnez votre mot de passe actuel.", "Give your current password."),
        FieldCode::UnusableToken => pair(
            "Demandez une autre invitation : celle-ci a expiré ou a déjà servi.",
            "Ask for another invitation: this one has expired or was used.",
        ),
        _ => return None,
    })
}

fn fixed_texts(code: FieldCode) -> (String, String) {
    match code {
        FieldCode::UnknownCode => pair(
            "Choisissez un code de la nomenclature.",
            "Choose a code of the nomenclature.",
        ),
        FieldCode::InvalidUuid => pair("Donnez un UUID.", "Give a UUID."),
        FieldCode::InvalidInstant => pair(
            "Donnez un instant RFC 3339, par exemple 2022-05-03T17:12:00+02:00.",
            "Give an RFC 3339 instant, such as 2022-05-03T17:12:00+02:00.",
        ),
        FieldCode::InvalidDate => pair(
            "Donnez un jour qui existe, par exemple 2022-05-03.",
            "Give a day that exists, such as 2022-05-03.",
        ),
        FieldCode::InvalidMonth => pair("Donnez un mois, par exemple 2022-05.", "Give a month, such as 2022-05."),
        FieldCode::InvalidCommune => pair(
            "Donnez le code INSEE de la commune, par exemple 72181.",
            "Give the INSEE code of the commune, such as 72181.",
        ),
        FieldCode::ControlCharacter => pair(
            "Retirez les caractères de contrôle autres que le saut de ligne.",
            "Remove control characters other than newline.",
        ),
        FieldCode::Duplicate => pair("Ne donnez cette valeur qu’une fois.", "Give this value only once."),
        FieldCode::SumExceedsParticipants => pair(
            "La somme dépasse le nombre de participants.",
            "The sum exceeds the number of participants.",
        ),
        FieldCode::ExceedsParticipants => pair(
            "Le nombre dépasse celui des participants.",
            "The number exceeds that of the participants.",
        ),
        FieldCode::NotAllowedHere => pair(
            "Retirez ce champ : il ne va pas avec les autres valeurs.",
            "Remove this field: it does not go with the other values.",
        ),
        FieldCode::TooEarly => pair("Donnez une date à partir de 2020.", "Give a date from 2020 on."),
        FieldCode::InTheFuture => pair("Cette date est trop tardive.", "This date is too late."),
        FieldCode::OutsideActivityPeriod => pair(
            "Le conseiller n’était pas en activité ce jour-là.",
            "The advisor was not active on that day.",
        ),
        FieldCode::DiffersFromPath => pair(
            "Donnez l’identifiant de l’adresse, ou aucun.",
            "Give the identifier of the address, or none.",
        ),
        FieldCode::InvalidEmail => pair("Donnez une adresse électronique.", "Give an e-mail address."),
        FieldCode::UnknownParameter => pair(
            "Retirez ce paramètre : il n’existe pas.",
            "Remove this parameter: there is no such one.",
        ),
        FieldCode::RepeatedParameter => pair("Ne donnez ce paramètre qu’une fois.", "Give this parameter only once."),
        FieldCode::MissingParameter => pair("Donnez ce paramètre.", "Give this parameter."),
        FieldCode::FromAfterTo => pair("Le début est après la fin.", "The start comes after the end."),
        FieldCode::InvalidValue => pair(
            "Choisissez une des valeurs admises.",
            "Choose one of the values allowed.",
        ),
        FieldCode::InvalidCursor => pair(
            "Reprenez le curseur tel qu’il a été donné, ou repartez du début.",
            "Use the cursor as it was given, or start again.",
        ),
        FieldCode::WrongType => pair(
            "Cette valeur n’est pas du type attendu.",
            "This value is not of the type expected.",
        ),
        FieldCode::UnknownField => pair(
            "Retirez ce champ : il n’existe pas.",
            "Remove this field: there is no such one.",
        ),
        FieldCode::DuplicateField => pair("Ne donnez ce champ qu’une fois.", "Give this field only once."),
        FieldCode::MissingField => pair("Donnez ce champ.", "Give this field."),
        _ => pair("Ceci n’est pas du JSON.", "This is not JSON."),
    }
}
