//! What people are told of a fault of one field, in both languages.

use std::borrow::Cow;

use crate::domain::field_error::FieldCode;
use crate::domain::language::Language;

/// The sentence for a fault.
pub fn fault_text(code: FieldCode, language: Language) -> Cow<'static, str> {
    match language {
        Language::French => french(code),
        Language::English => english(code),
    }
}

#[rustfmt::skip]
fn french(code: FieldCode) -> Cow<'static, str> {
    match code {
        FieldCode::OutOfRange { min, max } => format!("Donnez un nombre entier de {min} à {max}.").into(),
        FieldCode::TooLong { max } => format!("Donnez au plus {max} caractères.").into(),
        FieldCode::TooShort { min } => format!("Donnez au moins {min} caractères.").into(),
        FieldCode::TooFew { min } => format!("Donnez au moins {min} élément.").into(),
        FieldCode::TooMany { max } => format!("Donnez au plus {max} éléments.").into(),
        FieldCode::UnknownCode => "Choisissez un code de la nomenclature.".into(),
        FieldCode::InvalidUuid => "Donnez un UUID.".into(),
        FieldCode::InvalidInstant => "Donnez un instant RFC 3339, par exemple 2022-05-03T17:12:00+02:00.".into(),
        FieldCode::InvalidDate => "Donnez un jour qui existe, par exemple 2022-05-03.".into(),
        FieldCode::InvalidMonth => "Donnez un mois, par exemple 2022-05.".into(),
        FieldCode::InvalidCommune => "Donnez le code INSEE de la commune, par exemple 72181.".into(),
        FieldCode::InvalidEpci => "Donnez le SIREN d’une intercommunalité de cette année, par exemple 247200132.".into(),
        FieldCode::InvalidPostalCode => "Donnez un code postal de cinq chiffres, par exemple 72000.".into(),
        FieldCode::InvalidCoordinate => "Donnez la latitude et la longitude, en degrés décimaux (WGS84).".into(),
        FieldCode::InvalidOpeningHours => "Donnez des horaires au format d’OpenStreetMap, par exemple Mo-Fr 09:00-12:00.".into(),
        FieldCode::InvalidPage => "Donnez l’adresse d’une page, qui commence par https://.".into(),
        FieldCode::ControlCharacter => "Retirez les caractères de contrôle autres que le saut de ligne.".into(),
        FieldCode::Duplicate => "Ne donnez cette valeur qu’une fois.".into(),
        FieldCode::SumExceedsParticipants => "La somme dépasse le nombre de participants.".into(),
        FieldCode::ExceedsParticipants => "Le nombre dépasse celui des participants.".into(),
        FieldCode::NotAllowedHere => "Retirez ce champ : il ne va pas avec les autres valeurs.".into(),
        FieldCode::TooEarly => "Donnez une date à partir de 2020.".into(),
        FieldCode::InTheFuture => "Cette date est trop tardive.".into(),
        FieldCode::OutsideActivityPeriod => "Le conseiller n’était pas en activité ce jour-là.".into(),
        FieldCode::DiffersFromPath => "Donnez l’identifiant de l’adresse, ou aucun.".into(),
        FieldCode::SeveralLines => "Donnez un nom sur une seule ligne.".into(),
        FieldCode::HoldsLink => "Donnez un nom sans adresse de page (« :// »).".into(),
        FieldCode::InvalidPivot => "Donnez un SIRET de 14 chiffres ou un numéro RNA, par exemple W721000123 ; vérifiez chaque chiffre.".into(),
        FieldCode::InvalidPhone => "Donnez un numéro de téléphone, par exemple +33243474747 ou 02 43 47 47 47.".into(),
        FieldCode::UnknownReference => "Donnez un identifiant que votre collectivité connaît : enregistrez d’abord ce qu’il désigne.".into(),
        FieldCode::InvalidEmail => "Donnez une adresse électronique.".into(),
        FieldCode::EmailTaken => "Choisissez une autre adresse : celle-ci a déjà un compte.".into(),
        FieldCode::InvalidTimeZone => "Donnez un fuseau horaire, par exemple Europe/Paris.".into(),
        FieldCode::Overlaps => "Donnez des périodes sans jour commun.".into(),
        FieldCode::GuessablePassword => "Choisissez un mot de passe plus difficile à deviner, sans votre nom ni votre adresse.".into(),
        FieldCode::WrongPassword => "Donnez votre mot de passe actuel.".into(),
        FieldCode::UnusableToken => "Demandez une autre invitation : celle-ci a expiré ou a déjà servi.".into(),
        FieldCode::UnknownParameter => "Retirez ce paramètre : il n’existe pas.".into(),
        FieldCode::RepeatedParameter => "Ne donnez ce paramètre qu’une fois.".into(),
        FieldCode::MissingParameter => "Donnez ce paramètre.".into(),
        FieldCode::FromAfterTo => "Le début est après la fin.".into(),
        FieldCode::PeriodTooLong { max } => format!("Demandez au plus {max} mois.").into(),
        FieldCode::InvalidValue => "Choisissez une des valeurs admises.".into(),
        FieldCode::InvalidCursor => "Reprenez le curseur tel qu’il a été donné, ou repartez du début.".into(),
        FieldCode::WrongType => "Cette valeur n’est pas du type attendu.".into(),
        FieldCode::UnknownField => "Retirez ce champ : il n’existe pas.".into(),
        FieldCode::DuplicateField => "Ne donnez ce champ qu’une fois.".into(),
        FieldCode::MissingField => "Donnez ce champ.".into(),
        FieldCode::Syntax => "Ceci n’est pas du JSON.".into(),
    }
}

#[rustfmt::skip]
fn english(code: FieldCode) -> Cow<'static, str> {
    match code {
        FieldCode::OutOfRange { min, max } => format!("Give a whole number from {min} to {max}.").into(),
        FieldCode::TooLong { max } => format!("Give at most {max} characters.").into(),
        FieldCode::TooShort { min } => format!("Give at least {min} characters.").into(),
        FieldCode::TooFew { min } => format!("Give at least {min} element.").into(),
        FieldCode::TooMany { max } => format!("Give at most {max} elements.").into(),
        FieldCode::UnknownCode => "Choose a code of the nomenclature.".into(),
        FieldCode::InvalidUuid => "Give a UUID.".into(),
        FieldCode::InvalidInstant => "Give an RFC 3339 instant, such as 2022-05-03T17:12:00+02:00.".into(),
        FieldCode::InvalidDate => "Give a day that exists, such as 2022-05-03.".into(),
        FieldCode::InvalidMonth => "Give a month, such as 2022-05.".into(),
        FieldCode::InvalidCommune => "Give the INSEE code of the commune, such as 72181.".into(),
        FieldCode::InvalidEpci => "Give the SIREN of an intercommunal body of that year, such as 247200132.".into(),
        FieldCode::InvalidPostalCode => "Give a postal code of five digits, such as 72000.".into(),
        FieldCode::InvalidCoordinate => "Give latitude and longitude, in decimal degrees (WGS84).".into(),
        FieldCode::InvalidOpeningHours => "Give opening hours as OpenStreetMap writes them, such as Mo-Fr 09:00-12:00.".into(),
        FieldCode::InvalidPage => "Give the address of a page, which begins with https://.".into(),
        FieldCode::ControlCharacter => "Remove control characters other than newline.".into(),
        FieldCode::Duplicate => "Give this value only once.".into(),
        FieldCode::SumExceedsParticipants => "The sum exceeds the number of participants.".into(),
        FieldCode::ExceedsParticipants => "The number exceeds that of the participants.".into(),
        FieldCode::NotAllowedHere => "Remove this field: it does not go with the other values.".into(),
        FieldCode::TooEarly => "Give a date from 2020 on.".into(),
        FieldCode::InTheFuture => "This date is too late.".into(),
        FieldCode::OutsideActivityPeriod => "The advisor was not active on that day.".into(),
        FieldCode::DiffersFromPath => "Give the identifier of the address, or none.".into(),
        FieldCode::SeveralLines => "Give a name of one line.".into(),
        FieldCode::HoldsLink => "Give a name without the address of a page (“://”).".into(),
        FieldCode::InvalidPivot => "Give a SIRET of 14 digits or an RNA such as W721000123; check each digit.".into(),
        FieldCode::InvalidPhone => "Give a telephone number, such as +33243474747 or 02 43 47 47 47.".into(),
        FieldCode::UnknownReference => "Give an identifier that your organisation knows: first store what it names.".into(),
        FieldCode::InvalidEmail => "Give an e-mail address.".into(),
        FieldCode::EmailTaken => "Choose another address: this one has an account already.".into(),
        FieldCode::InvalidTimeZone => "Give a time zone, such as Europe/Paris.".into(),
        FieldCode::Overlaps => "Give periods that share no day.".into(),
        FieldCode::GuessablePassword => "Choose a password that is harder to guess, without your name or address.".into(),
        FieldCode::WrongPassword => "Give your current password.".into(),
        FieldCode::UnusableToken => "Ask for another invitation: this one has expired or was used.".into(),
        FieldCode::UnknownParameter => "Remove this parameter: there is no such one.".into(),
        FieldCode::RepeatedParameter => "Give this parameter only once.".into(),
        FieldCode::MissingParameter => "Give this parameter.".into(),
        FieldCode::FromAfterTo => "The start comes after the end.".into(),
        FieldCode::PeriodTooLong { max } => format!("Ask for at most {max} months.").into(),
        FieldCode::InvalidValue => "Choose one of the values allowed.".into(),
        FieldCode::InvalidCursor => "Use the cursor as it was given, or start again.".into(),
        FieldCode::WrongType => "This value is not of the type expected.".into(),
        FieldCode::UnknownField => "Remove this field: there is no such one.".into(),
        FieldCode::DuplicateField => "Give this field only once.".into(),
        FieldCode::MissingField => "Give this field.".into(),
        FieldCode::Syntax => "This is not JSON.".into(),
    }
}
