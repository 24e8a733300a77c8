//! What the page of a partner says, in French and in English.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::partner_page::{EQUIPMENT, Fault, FaultKind, PartnerForm};
use crate::actions::field::partner_page::{Agreed, PartnerPage};
use crate::documents::presences;
use crate::domain::field::partner::PartnerKind;
use crate::domain::field::planned_session::PlannedSession;
use crate::domain::field::request::{Request, RequestId, RequestKind};
use crate::domain::field::thing::Kept;
use crate::domain::field::workshop::Workshop;
use crate::domain::language::Language;
use crate::domain::nomenclature::ClosedList as _;
use crate::http::answer::fault_texts::fault_text;

/// What is shown of a page.
pub struct Shown<'a> {
    /// What the link shows.
    pub page: &'a PartnerPage,
    /// What the form holds.
    pub form: &'a PartnerForm,
    /// What is wrong with it.
    pub faults: &'a [Fault],
    /// Whether a request has just been sent.
    pub sent: bool,
}

/// The fields of the form, as the pointers of their faults name them.
const FIELDS: [(&str, &str, &str); 9] = [
    ("/workshop_id", "Atelier ou matériel", "Workshop or equipment"),
    ("/wished/0/from", "Premier jour souhaité", "First day wished for"),
    ("/wished", "Premier jour souhaité", "First day wished for"),
    ("/wished/0/to", "Dernier jour souhaité", "Last day wished for"),
    ("/expected_people", "Nombre de personnes attendues", "Expected people"),
    ("/words", "Précisions", "Details"),
    ("/contact/name", "Nom", "Name"),
    ("/contact/email", "Adresse électronique", "E-mail address"),
    ("/contact/phone", "Téléphone", "Telephone"),
];

/// A day as people write it.
fn day(day: NaiveDate, language: Language) -> String {
    let form = language.choose("%d/%m/%Y", "%Y-%m-%d");
    day.format(form).to_string()
}

/// The content of the page.
pub fn content(shown: &Shown<'_>, language: Language) -> Markup {
    let page = shown.page;
    let text = |french, english| language.choose(french, english);
    html! {
        h1 { (page.partner.name) }
        p { (text("Ce que vous propose", "What is offered to you by")) " " strong { (page.organisation.name) }
            (text(" : les conventions, le catalogue des ateliers gratuits, et vos demandes.",
                  ": the agreements, the catalogue of free workshops, and your requests.")) }
        @if shown.sent {
            p role="status" { strong { (text("Votre demande est enregistrée.", "Your request has come.")) } }
        }
        @if !shown.faults.is_empty() { (faults(shown.faults, language)) }
        h2 { (text("Conventions", "Agreements")) }
        @for agreed in &page.agreements { (agreement_of(agreed, language)) }
        @if may_ask_for_workshops(page) {
            h2 { (text("Catalogue", "Catalogue")) }
            @if page.catalogue.is_empty() { p { (text("Aucune fiche pour le moment.", "No sheet yet.")) } }
            @for sheet in &page.catalogue { (sheet_of(&sheet.content, language)) }
        }
        h2 { (text("Vos demandes", "Your requests")) }
        @if page.requests.is_empty() { p { (text("Aucune demande pour le moment.", "No request yet.")) } }
        ul { @for request in &page.requests { (request_of(request, page, language)) } }
        h2 id="ask" { (text("Faire une demande", "Ask for something")) }
        (form(shown, language))
    }
}

/// A company does not ask for workshops.
fn may_ask_for_workshops(page: &PartnerPage) -> bool {
    page.partner.kind != PartnerKind::Company
}

fn faults(faults: &[Fault], language: Language) -> Markup {
    html! {
        div role="alert" {
            p { strong { (language.choose("Votre demande n’est pas envoyée :", "Your request is not sent:")) } }
            ul { @for fault in faults { li { (fault_of(fault, language)) } } }
        }
    }
}

fn fault_of((at, kind): &Fault, language: Language) -> String {
    match kind {
        FaultKind::Field(code) => {
            let named = FIELDS.iter().find(|(pointer, ..)| Some(*pointer) == at.as_deref());
            let label = named.map_or("", |(_, french, english)| language.choose(french, english));
            let colon = if label.is_empty() {
                ""
            } else {
                language.choose(" : ", ": ")
            };
            format!("{label}{colon}{}", fault_text(*code, language))
        }
        FaultKind::WithoutAgreement => language
            .choose(
                "Aucune convention signée n’est en vigueur à l’un des jours souhaités. Choisissez d’autres jours.",
                "No signed agreement is in force on one of the days wished for. Choose other days.",
            )
            .to_owned(),
        FaultKind::TooMany => language
            .choose(
                "Trop de demandes attendent une réponse. Attendez celle de la collectivité.",
                "Too many requests wait for an answer. Wait for the organisation’s.",
            )
            .to_owned(),
    }
}

fn agreement_of(agreed: &Agreed, language: Language) -> Markup {
    let agreement = &agreed.agreement;
    let (starts, ends) = (day(agreement.starts_on, language), day(agreement.ends_on, language));
    html! {
        p {
            (language.choose("Du", "From")) " " (starts) " " (language.choose("au", "to")) " " (ends)
            @if agreement.signed_on.is_none() { " (" (language.choose("à signer", "to be signed")) ")" }
            @if let Some(place) = &agreed.place { " · " (place) }
        }
        @if let Some(words) = &agreement.words { p { (words) } }
        @if !agreed.schedules.is_empty() {
            p { (language.choose("Nos temps de présence :", "We are there:")) }
            ul { @for schedule in &agreed.schedules { li { (presences::in_words(schedule, language)) } } }
        }
        @if !agreed.next.is_empty() {
            p { (language.choose("Prochaines dates :", "The next dates:")) }
            ul { @for session in &agreed.next { li { (next_of(session, language)) } } }
        }
        @if !agreement.commitments.is_empty() {
            p { (language.choose("Vous fournissez :", "You provide:")) }
            ul {
                @for commitment in &agreement.commitments {
                    li { (commitment.kind.label(language))
                         @if let Some(words) = &commitment.words { (language.choose(" : ", ": ")) (words) } }
                }
            }
        }
    }
}

/// What is planned next, when, and for how many people.
fn next_of(session: &PlannedSession, language: Language) -> String {
    let plan = &session.plan;
    let (from, to) = (plan.from.format("%H:%M"), plan.to.format("%H:%M"));
    let when = format!("{} {from}–{to}", day(session.day, language));
    format!("{when} · {}", plan.kind.label(language))
}

fn sheet_of(sheet: &Workshop, language: Language) -> Markup {
    let text = |french, english| language.choose(french, english);
    let texts = [
        (text("Objectifs", "Objectives"), &sheet.texts.objectives),
        (text("Prérequis", "Prerequisites"), &sheet.texts.prerequisites),
        (
            text("Moyens nécessaires", "Required means"),
            &sheet.texts.required_means,
        ),
    ];
    html! {
        details {
            summary { strong { (sheet.title) } }
            @if let Some(summary) = &sheet.texts.summary { p { (summary) } }
            @for (label, words) in texts {
                @if let Some(words) = words { p { (label) (text(" : ", ": ")) (words) } }
            }
            @if let Some(people) = people(sheet, language) { p { (people) } }
            @if let Some(level) = sheet.level { p { (text("Niveau : ", "Level: ")) (level.label(language)) } }
            @if let Some(minutes) = sheet.duration_minutes { p { (text("Durée : ", "Duration: ")) (minutes) " min" } }
        }
    }
}

fn people(sheet: &Workshop, language: Language) -> Option<String> {
    let text = |french, english| language.choose(french, english);
    Some(match (sheet.participants_min, sheet.participants_max) {
        (None, None) => return None,
        (Some(least), None) => format!("{} {least}", text("Participants : au moins", "Participants: at least")),
        (None, Some(most)) => format!("{} {most}", text("Participants : au plus", "Participants: at most")),
        (Some(least), Some(most)) => {
            format!(
                "{} {least} {} {most}",
                text("Participants : de", "Participants:"),
                text("à", "to")
            )
        }
    })
}

fn request_of(kept: &Kept<Request>, page: &PartnerPage, language: Language) -> Markup {
    let request = &kept.content;
    let sheet = page
        .catalogue
        .iter()
        .find(|sheet| Some(sheet.id) == request.workshop_id);
    let subject = match (request.kind, sheet) {
        (RequestKind::Workshop, Some(sheet)) => sheet.content.title.clone(),
        (kind, _) => kind.label(language).to_owned(),
    };
    html! {
        li {
            (day(request.received_on, language)) " · " (subject) " · " strong { (request.status.label(language)) }
            @if let Some(reason) = &request.reason { (language.choose(" : ", ": ")) (reason) }
        }
    }
}

fn form(shown: &Shown<'_>, language: Language) -> Markup {
    let form = shown.form;
    let text = |french, english| language.choose(french, english);
    // A form that comes back with faults keeps its identifier.
    let id = form.request_id.parse().unwrap_or_else(|_| RequestId::new());
    html! {
        form method="post" action=(format!("?lang={}", language.code())) {
            input type="hidden" name="request_id" value=(id);
            label for="subject" { (text("Atelier ou matériel", "Workshop or equipment")) }
            select id="subject" name="subject" required {
                @if may_ask_for_workshops(shown.page) {
                    @for sheet in &shown.page.catalogue {
                        option value=(sheet.id) selected[form.subject == sheet.id.to_string()] { (sheet.content.title) }
                    }
                }
                option value=(EQUIPMENT) selected[form.subject == EQUIPMENT] { (text("Du matériel", "Equipment")) }
            }
            (field(("from", "date"), &form.from, text("Premier jour souhaité", "First day wished for")))
            (field(("to", "date"), &form.to, text("Dernier jour souhaité (facultatif)", "Last day wished for (optional)")))
            (field(("expected_people", "number"), &form.expected_people,
                   text("Nombre de personnes attendues", "Expected people")))
            label for="words" {
                (text("Précisions ; pour du matériel, ce qu’il vous faut", "Details; for equipment, what you need"))
            }
            textarea id="words" name="words" rows="4" maxlength="2000" { (form.words) }
            p { (text("Qui joindre chez vous ? N’écrivez le nom d’aucun habitant.",
                      "Whom to reach at your place? Write no resident’s name.")) }
            (field(("contact_name", "text"), &form.contact_name, text("Nom", "Name")))
            (field(("contact_function", "text"), &form.contact_function, text("Fonction", "Function")))
            (field(("contact_email", "email"), &form.contact_email, text("Adresse électronique", "E-mail address")))
            (field(("contact_phone", "tel"), &form.contact_phone, text("Téléphone", "Telephone")))
            button { (text("Envoyer la demande", "Send the request")) }
        }
    }
}

fn field((name, kind): (&str, &str), value: &str, label: &str) -> Markup {
    html! {
        label for=(name) { (label) }
        input id=(name) name=(name) type=(kind) value=(value);
    }
}
