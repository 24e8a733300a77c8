//! Pages for people: what the service is, and what each failure means. Accessible, in French and in English, without
//! scripts.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use maud::{Markup, html};
use utoipa::IntoParams;

use crate::domain::language::Language;
use crate::http::answer::envelope::language_of;
use crate::http::answer::page::page_answer;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::caller::Public;
use crate::http::request::path::{PathParameters, PathReader};

/// Read what this service is.
///
/// A page for people. Public: people begin here.
#[utoipa::path(
    tag = "service",
    responses((status = 200, description = "A page", body = String, content_type = "text/html")),
    security(()),
)]
#[get("/")]
pub async fn get_landing_page(_: Public, request: HttpRequest, application: Data<Application>) -> HttpResponse {
    let language = language_of(&request);
    let content = match language {
        Language::French => landing_in_french(application.serves_web),
        Language::English => landing_in_english(application.serves_web),
    };
    let title = language.choose(
        "Rapports des conseillers numériques",
        "Reports of digital-inclusion advisors",
    );
    page_answer(language, "/", title, &content)
}

fn landing_in_french(serves_web: bool) -> Markup {
    html! {
        h1 { "Quotidien" }
        p {
            "Les conseillers numériques rendent compte chaque jour de leurs interventions, depuis un téléphone ou le web. "
            "Leur coordinateur obtient le tableau mensuel que le conseil vote : exact, reproductible, en une requête."
        }
        h2 { "Pour commencer" }
        ul {
            @if serves_web {
                li { a href="/app/" { "Ouvrir l’application" } " : saisir sa journée, même sans réseau ; lire le mois." }
            }
            li { a href="/docs/" { "Essayer l’API" } " : se connecter, envoyer un rapport, lire l’annexe." }
            li { a href="/openapi.json" { "Le document OpenAPI" } ", pour générer un client." }
            li { a href="/v1/nomenclature" { "La nomenclature" } " : codes, libellés, codes nationaux." }
        }
        h2 { "Pour l’exploitation" }
        ul {
            li { a href="/healthz" { "Le service vit" } " ; " a href="/readyz" { "le service répond" } "." }
            li { a href="/.well-known/jwks.json" { "Les clés publiques" } " des jetons d’accès." }
        }
        (problem_list(Language::French, "Les erreurs et ce qu’il faut faire"))
    }
}

fn landing_in_english(serves_web: bool) -> Markup {
    html! {
        h1 { "Quotidien" }
        p {
            "Digital-inclusion advisors report each day what they did, from a phone or the web. Their coordinator gets the "
            "monthly table that a council votes on: exact, reproducible, in one request."
        }
        h2 { "To begin" }
        ul {
            @if serves_web {
                li { a href="/app/" { "Open the application" } ": enter a day, even offline; read the month." }
            }
            li { a href="/docs/" { "Try the API" } ": sign in, send a report, read the annex." }
            li { a href="/openapi.json" { "The OpenAPI document" } ", to generate a client from." }
            li { a href="/v1/nomenclature" { "The nomenclature" } ": codes, labels, national codes." }
        }
        h2 { "To run it" }
        ul {
            li { a href="/healthz" { "The service is alive" } "; " a href="/readyz" { "the service can answer" } "." }
            li { a href="/.well-known/jwks.json" { "The public keys" } " of access tokens." }
        }
        (problem_list(Language::English, "Failures, and what to do"))
    }
}

fn problem_list(language: Language, heading: &str) -> Markup {
    html! {
        h2 { (heading) }
        ul {
            @for problem in ProblemCode::ALL {
                li {
                    a href=(format!("/problems/{}?lang={}", problem.code(), language.code())) { (problem.title(language)) }
                    " " code.code { (problem.code()) }
                }
            }
        }
    }
}

/// The part of a path that names a kind of failure.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ProblemPath {
    /// The stable code of the failure.
    #[param(example = "month_closed")]
    code: String,
}

impl PathParameters for ProblemPath {
    fn read(reader: &mut PathReader<'_>) -> Option<Self> {
        // No text is a fault here: a text that is no code is answered 404.
        let code = reader.value("code", |text| Ok(text.to_owned()))?;
        Some(Self { code })
    }
}

/// Read what a failure means.
///
/// A page for people: why it happened and what to do. Public: whoever was refused should know why.
#[utoipa::path(
    tag = "service",
    params(ProblemPath),
    responses((status = 200, description = "A page", body = String, content_type = "text/html")),
    security(()),
)]
#[get("/problems/{code}")]
pub async fn get_problem_page(
    Public { path, .. }: Public<ProblemPath>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let language = language_of(&request);
    let problem = ProblemCode::from_code(&path.code).ok_or(ProblemCode::NotFound)?;
    let heading = |french, english| language.choose(french, english);
    let content = html! {
        h1 { (problem.title(language)) }
        p.code { code { (problem.code()) } " · HTTP " (problem.status().as_u16()) }
        h2 { (heading("Pourquoi", "Why")) }
        p { (problem.cause(language)) }
        h2 { (heading("Que faire", "What to do")) }
        p { (problem.advice(language)) }
        p { a href=(format!("/?lang={}", language.code())) { (heading("Accueil", "Home")) } }
    };
    let path = format!("/problems/{}", problem.code());
    Ok(page_answer(language, &path, problem.title(language), &content))
}
