//! What every page of the service for people has: its style, and a link to itself in the other language.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::domain::language::Language;

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
pub fn page_answer(language: Language, path: &str, title: &str, content: &Markup) -> HttpResponse {
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
