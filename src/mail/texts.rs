//! What the messages say: French, then English in the same message, for nobody knows which the reader speaks.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use chrono_tz::Tz;

use super::mailer::Message;
use super::matter::Addressee;
use crate::domain::account::Email;

/// What the messages with a link have in common.
#[derive(Clone, Copy)]
pub(super) struct Letter<'a> {
    of: Addressee<'a>,
    /// Leads to the page that sets the password.
    link: &'a str,
    /// Until when the link is good.
    good_until: DateTime<Utc>,
}

/// The invitation of a person by their organisation: to choose a first password, another one, or to come back.
pub(super) fn invitation(letter: Letter<'_>) -> Message {
    let (organisation, link) = (letter.of.organisation, letter.link);
    let (until, good_until) = (letter.french_end(), letter.english_end());
    letter.message(
        "Quotidien : choisissez votre mot de passe / choose your password",
        format!(
            "Bonjour,\n\n\
             {organisation} vous invite à choisir votre mot de passe pour Quotidien, où les conseillers numériques rendent \
             compte de leurs interventions :\n\n\
             {link}\n\n\
             Ce lien sert une fois, jusqu’au {until}. Il est personnel : ne le transmettez à personne. Vous vous \
             connecterez ensuite avec cette adresse de courriel.\n\n\
             Si vous n’attendiez pas ce message, ignorez-le ; en cas de doute, parlez-en à votre coordinateur.\n\n\
             --------\n\n\
             Hello,\n\n\
             {organisation} invites you to choose your password for Quotidien, where digital-inclusion advisors report \
             what they do:\n\n\
             {link}\n\n\
             The link works once, until {good_until}. It is yours alone: pass it on to nobody. You will then sign in \
             with this e-mail address.\n\n\
             If you did not expect this message, ignore it; when in doubt, ask your coordinator.\n"
        ),
    )
}

/// The answer to somebody who says that they forgot their password.
pub(super) fn reset(letter: Letter<'_>) -> Message {
    let link = letter.link;
    let (until, good_until) = (letter.french_end(), letter.english_end());
    letter.message(
        "Quotidien : mot de passe oublié / password forgotten",
        format!(
            "Bonjour,\n\n\
             Quelqu’un a demandé un nouveau mot de passe pour le compte Quotidien de cette adresse. Pour le choisir :\n\n\
             {link}\n\n\
             Ce lien sert une fois, jusqu’au {until}. Il est personnel : ne le transmettez à personne.\n\n\
             Si vous n’avez rien demandé, ignorez ce message : votre mot de passe reste le même.\n\n\
             --------\n\n\
             Hello,\n\n\
             Somebody asked for a new password for the Quotidien account of this address. To choose it:\n\n\
             {link}\n\n\
             The link works once, until {good_until}. It is yours alone: pass it on to nobody.\n\n\
             If you asked for nothing, ignore this message: your password stays as it is.\n"
        ),
    )
}

/// How many missing days a reminder names.
const NAMED: usize = 5;

/// The reminder of days whose report is missing.
pub(super) fn reminder(to: &Email, organisation: &str, missing: &[NaiveDate], link: &str) -> Message {
    let others = missing.len().saturating_sub(NAMED);
    let days = |form: &str, more: String| {
        let named = missing.iter().take(NAMED).map(|day| format!("- {}", day.format(form)));
        let more = (others > 0).then_some(more);
        named.chain(more).collect::<Vec<String>>().join("\n")
    };
    let plural = if others > 1 { "s" } else { "" };
    let french = days("%d/%m/%Y", format!("- et {others} autre{plural}"));
    let english = days("%Y-%m-%d", format!("- and {others} more"));
    Message {
        to: to.clone(),
        subject: "Quotidien : rapports à compléter / reports to complete".to_owned(),
        body: format!(
            "Bonjour,\n\n\
             Pour {organisation}, ces jours n’ont pas encore de rapport :\n\n\
             {french}\n\n\
             Complétez-les depuis votre application, ou notez une absence si vous ne travailliez pas : {link}\n\n\
             Vous recevez ce message parce que votre collectivité a activé les rappels.\n\n\
             --------\n\n\
             Hello,\n\n\
             For {organisation}, these days have no report yet:\n\n\
             {english}\n\n\
             Complete them in your application, or note an absence if you did not work: {link}\n\n\
             You get this message because your organisation has turned reminders on.\n"
        ),
    }
}

/// Tells a coordinator that a partner asks for something.
pub(super) fn request_of_partner(
    to: &Email,
    organisation: &str,
    partner: &str,
    workshop: Option<&str>,
    link: &str,
) -> Message {
    let french = workshop.map_or("du matériel".to_owned(), |title| format!("l’atelier « {title} »"));
    let english = workshop.map_or("equipment".to_owned(), |title| format!("the workshop “{title}”"));
    Message {
        to: to.clone(),
        subject: "Quotidien : une demande d’un partenaire / a partner’s request".to_owned(),
        body: format!(
            "Bonjour,\n\n\
             {partner} demande {french} à {organisation}. La demande attend votre réponse : {link}\n\n\
             --------\n\n\
             Hello,\n\n\
             {partner} asks {organisation} for {english}. The request waits for your answer: {link}\n"
        ),
    }
}

/// Tells whom a partner named that what was asked for has come. It says nothing that the sender typed but their address.
pub(super) fn asked_for_you(to: &Email, organisation: &str, partner: &str, workshop: Option<&str>) -> Message {
    let french = workshop.map_or("du matériel".to_owned(), |title| format!("l’atelier « {title} »"));
    let english = workshop.map_or("equipment".to_owned(), |title| format!("the workshop “{title}”"));
    Message {
        to: to.clone(),
        subject: "Quotidien : votre demande est enregistrée / your request has come".to_owned(),
        body: format!(
            "Bonjour,\n\n\
             {organisation} a bien reçu la demande de {partner} : {french}. Vous en suivez la réponse sur votre espace \
             partenaire.\n\n\
             Si vous n’avez rien demandé, dites-le à {organisation}.\n\n\
             --------\n\n\
             Hello,\n\n\
             {organisation} has received what {partner} asks for: {english}. Your partner’s page tells what becomes of it.\n\n\
             If you asked for nothing, tell {organisation}.\n"
        ),
    }
}

/// Tells somebody that their account will be erased unless they come back.
pub(super) fn warning(to: &Email, organisation: &str, erased_on: NaiveDate, link: &str) -> Message {
    let (french, english) = (erased_on.format("%d/%m/%Y"), erased_on.format("%Y-%m-%d"));
    Message {
        to: to.clone(),
        subject: "Quotidien : votre compte va être effacé / your account will be erased".to_owned(),
        body: format!(
            "Bonjour,\n\n\
             Vous n’avez pas utilisé votre compte Quotidien de {organisation} depuis près d’un an. Votre nom et votre \
             adresse en seront effacés le {french} ; vos rapports et les statistiques restent.\n\n\
             Pour garder le compte, connectez-vous avant cette date : {link}\n\n\
             --------\n\n\
             Hello,\n\n\
             You have not used your Quotidien account of {organisation} for almost a year. Your name and your address will \
             be erased from it on {english}; your reports and the statistics stay.\n\n\
             To keep the account, sign in before that date: {link}\n"
        ),
    }
}

/// The months in French, from January on.
const FRENCH_MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

impl<'a> Letter<'a> {
    pub(super) const fn new(of: Addressee<'a>, link: &'a str, good_until: DateTime<Utc>) -> Self {
        Self { of, link, good_until }
    }

    fn message(&self, subject: &str, body: String) -> Message {
        Message {
            to: self.of.to.clone(),
            subject: subject.to_owned(),
            body,
        }
    }

    fn end(&self) -> DateTime<Tz> {
        self.good_until.with_timezone(&self.of.time_zone)
    }

    fn french_end(&self) -> String {
        let end = self.end();
        let month = FRENCH_MONTHS
            .iter()
            .zip(0..)
            .find(|(_, number)| *number == end.month0());
        let month = month.map_or("", |(name, _)| name);
        let day = match end.day() {
            1 => "1er".to_owned(),
            day => day.to_string(),
        };
        let (year, hour) = (end.year(), end.format("%H:%M"));
        format!("{day} {month} {year} à {hour} ({})", self.of.time_zone)
    }

    fn english_end(&self) -> String {
        let end = self.end();
        format!("{} ({})", end.format("%-d %B %Y at %H:%M"), self.of.time_zone)
    }
}
