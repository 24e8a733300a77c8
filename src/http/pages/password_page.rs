//! The page to which the links of invitations lead, where people choose their password. It is the only page with a
//! script: the token stands in the fragment of the link, which browsers send to no server, so that no log has the
//! token.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use maud::{Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use crate::domain::account::{PASSWORD_MAX, PASSWORD_MIN};
use crate::domain::language::Language;
use crate::http::answer::envelope::{PAGE_POLICY, language_of};
use crate::http::answer::page::page_answer;
use crate::http::application::Application;
use crate::http::request::caller::Public;

/// Sends the token and the password, and shows the answer.
const SCRIPT: &str = include_str!("password_page.js");

/// The content security policy of this page, which lets it run [`SCRIPT`] and no other script, and call this service.
fn policy() -> String {
    let hash = BASE64_STANDARD.encode(Sha256::digest(SCRIPT));
    format!("{PAGE_POLICY}; script-src 'sha256-{hash}'; connect-src 'self'")
}

/// Choose a password on a page.
///
/// A page for people: the links of invitations lead here, with the token as their fragment. Public: the token says
/// whose password it is.
#[utoipa::path(
    tag = "service",
    responses((status = 200, description = "A page", body = String, content_type = "text/html")),
    security(()),
)]
#[get("/password")]
pub async fn get_password_page(_: Public, request: HttpRequest, application: Data<Application>) -> HttpResponse {
    let language = language_of(&request);
    let title = language.choose("Choisissez votre mot de passe", "Choose your password");
    let mut response = page_answer(
        language,
        "/password",
        title,
        &content(language, title, application.serves_web),
    );
    if let Ok(policy) = HeaderValue::from_str(&policy()) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn content(language: Language, title: &str, serves_web: bool) -> Markup {
    let text = |french, english| language.choose(french, english);
    html! {
        h1 { (title) }
        noscript {
            p { strong {
                (text("Cette page a besoin de JavaScript : sans lui, le mot de passe ne peut pas être envoyé.",
                      "This page needs JavaScript: without it the password cannot be sent."))
            } }
        }
        div id="outcome" role="alert" tabindex="-1" {}
        // The script shows the form: without the script, the form could send nothing.
        form id="choose" hidden
            data-missing=(text("Ouvrez cette page par le lien du message que vous avez reçu : ici, il manque l’invitation.",
                               "Open this page by the link in the message that you got: the invitation is missing here."))
            data-different=(text("Les deux saisies diffèrent.", "The two entries differ."))
            data-unreachable=(text("Le service n’a pas répondu. Réessayez dans un instant.",
                                   "The service did not answer. Try again in a moment."))
            data-done=(text("Votre mot de passe est enregistré. Vous pouvez vous connecter.",
                            "Your password is set. You can sign in."))
        {
            (rules(language))
            label for="password" { (text("Mot de passe", "Password")) }
            input id="password" type="password" autocomplete="new-password" required aria-describedby="rules";
            label for="again" { (text("Le même, encore une fois", "The same, once more")) }
            input id="again" type="password" autocomplete="new-password" required;
            label class="beside" {
                input id="show" type="checkbox";
                (text("Afficher ce que je tape", "Show what I type"))
            }
            button { (text("Enregistrer le mot de passe", "Set the password")) }
        }
        @if serves_web {
            p id="onwards" hidden { a href="/app/" { (text("Ouvrir l’application", "Open the application")) } }
        }
        script { (PreEscaped(SCRIPT)) }
    }
}

fn rules(language: Language) -> Markup {
    html! {
        p id="rules" {
            @match language {
                Language::French => {
                    "De " (PASSWORD_MIN) " à " (PASSWORD_MAX) " caractères, difficile à deviner, sans votre nom ni votre "
                    "adresse. Quatre mots sans rapport entre eux font un bon mot de passe."
                }
                Language::English => {
                    (PASSWORD_MIN) " to " (PASSWORD_MAX) " characters, hard to guess, without your name or your address. "
                    "Four words that have nothing to do with one another make a good password."
                }
            }
        }
    }
}
