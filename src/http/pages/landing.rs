//! Pages for people: what the service is, and what each failure means. Accessible, in French and in English, without
//! scripts.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use utoipa::IntoParams;

use crate::domain::language::Language;
use crate::http::answer::envelope::language_of;
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::request::caller::Public;
use crate::http::request::path::{PathParameters, PathReader};

/// The style of every page: the reader's own font and colours, in a column that can be read.
const STYLE: &str = ":root{color-scheme:light dark}body{font:1.05rem/1.55 system-ui,sans-serif;max-width:44rem;\
    margin:0 auto;padding:1.5rem}h1{font-size:1.6rem;line-height:1.25}h2{font-size:1.15rem;margin-top:1.6rem}\
    code{font-size:.95em}nav{margin-bottom:1.5rem}a{text-underline-offset:.15em}li{margin:.35rem 0}\
    .code{opacity:.75}label{display:block;margin-top:1rem}label.beside{display:flex;gap:.5rem;align-items:center}\
    input[type=password],input[type=text]{display:block;box-sizing:border-box;width:100%;margin-top:.25rem}\
    input,button{font:inherit;padding:.55rem .7rem}button{margin-top:1.2rem}input[type=checkbox]{width:1.1rem;\
    height:1.1rem;margin:0}#outcome:not(:empty){margin:1.2rem 0;padding:.1rem 1rem;border-left:.3rem solid}\
    #outcome.done{border-color:#1a7f37}#outcome.failed{border-color:#c62828}";

/// The path of a page in the other language, and the name of that language.
struct Elsewhere {
    path: String,
    name: &'static str,
    code: &'static str,
}

/// A page of the service.
pub(in crate::http) fn page_answer(language: Language, path: &str, title: &str, content: &Markup) -> HttpResponse {
    let other = language.choose(Language::English, Language::French);
    let elsewhere = Elsewhere {
        path: format!("{path}?lang={}", other.code()),
        name: other.choose("Français", "English"),
        code: other.code(),
    };
    let page = html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · Quotidien" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                nav aria-label=(language.choose("Langue", "Language")) {
                    a href=(elsewhere.path) lang=(elsewhere.code) hreflang=(elsewhere.code) { (elsewhere.name) }
                }
                main { (content) }
            }
        }
    };
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_LANGUAGE, language.code()))
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body(page.into_string())
}

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
