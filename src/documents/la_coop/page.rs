//! The sheet as a page, which needs nothing beside it: to have open, or on paper, beside La Coop.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Card, Sheet};
use crate::domain::language::Language;

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff;max-width:50rem;margin:0 auto;\
    padding:1.5rem}h1{font-size:1.5rem}h2{font-size:1.15rem;margin:0}section{border:1px solid #767676;padding:1rem;margin:1rem 0;\
    break-inside:avoid}dt{font-weight:600;margin-top:.5rem}dd{margin:0;white-space:pre-wrap}.refused{border-left:.3rem solid #b00020;\
    padding:.2rem .8rem}.lost{color:#555}ul{margin:.5rem 0}@page{size:A4;margin:12mm}@media print{body{padding:0;max-width:none}}";

/// The page of a sheet.
pub fn page(sheet: &Sheet, language: Language) -> String {
    let day = match language {
        Language::French => sheet.date.date().format("%d/%m/%Y").to_string(),
        Language::English => sheet.date.to_string(),
    };
    let title = language.choose("À saisir dans La Coop", "To type into La Coop");
    let page = html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · " (day) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { (title) " · " (day) }
                    @if sheet.cards.is_empty() { p { (language.choose("Rien à saisir.", "Nothing to type.")) } }
                    @for (index, card) in sheet.cards.iter().enumerate() { (section(index + 1, card, language)) }
                    @if sheet.assisting > 0 { p.lost { (assisting(sheet.assisting, language)) } }
                }
            }
        }
    };
    page.into_string()
}

fn assisting(interventions: usize, language: Language) -> String {
    match language {
        Language::French => format!("En appui d’un collègue, qui les saisit : {interventions}."),
        Language::English => format!("In support of a colleague, who types them: {interventions}."),
    }
}

fn section(number: usize, card: &Card, language: Language) -> Markup {
    html! {
        section aria-labelledby={ "activity-" (number) } {
            h2 id={ "activity-" (number) } {
                (number) " · " (form(card, language))
                @if card.times > 1 { " × " (card.times) }
            }
            @if !card.refusals.is_empty() {
                ul.refused { @for text in &card.refusals { li { (language.choose(text.0, text.1)) } } }
            }
            // The labels and choices are those of La Coop, in French alone.
            dl lang="fr" {
                @for field in &card.fields {
                    dt { (field.label) }
                    @for value in &field.values { dd { (value) } }
                }
            }
            @if !card.losses.is_empty() {
                ul.lost { @for text in &card.losses { li { (language.choose(text.0, text.1)) } } }
            }
        }
    }
}

fn form(card: &Card, language: Language) -> &'static str {
    match card.form {
        "collectif" => language.choose("Atelier collectif", "Workshop"),
        _ => language.choose("Accompagnement individuel", "Individual support"),
    }
}
