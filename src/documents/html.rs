//! A document as one page that needs nothing beside it: accessible, printable, without a script.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::chart;
use super::document::{Document, Line, Section, Standing, Table};
use super::words;
use crate::domain::language::Language;

/// The style of the page: dark on white, wide tables scroll, and on paper each section stays together.
const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff;max-width:70rem;\
    margin:0 auto;padding:1.5rem}h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem}h2{font-size:1.15rem;\
    margin:2rem 0 .5rem}.facts{margin:.2rem 0}.standing{border-left:.3rem solid #1b1b1b;padding:.2rem .8rem;\
    margin:1rem 0}.digest{overflow-wrap:anywhere;font-family:ui-monospace,monospace;font-size:.85rem}\
    .scroll{overflow-x:auto}table{border-collapse:collapse;min-width:100%}caption{position:absolute;\
    clip-path:inset(50%);height:1px;width:1px;overflow:hidden;white-space:nowrap}th,td{border:1px solid #767676;padding:.3rem .6rem;text-align:right;\
    white-space:nowrap}th[scope=row],thead th:first-child{text-align:left;white-space:normal;min-width:14rem}\
    thead th{background:#ececec}tfoot th,tfoot td{font-weight:600;border-top:2px solid #1b1b1b}\
    .id{display:block;font-weight:400;font-size:.75rem;color:#555}figure{margin:1rem 0}svg{max-width:100%;height:auto}\
    a{color:#0b4f8a}@page{size:A4 landscape;margin:12mm}@media print{body{padding:0;max-width:none;font-size:10pt}\
    .scroll{overflow:visible}section,figure{break-inside:avoid}nav{display:none}}";

/// The page of a document; `links` are where its other forms are, by their names.
#[must_use]
pub fn page(document: &Document, links: &[(String, String)]) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(document.language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (document.title) " · " (document.period) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    (head(document))
                    @if !links.is_empty() { (downloads(links, document.language)) }
                    @for (index, section) in document.sections.iter().enumerate() {
                        (section_of(section, document.language))
                        @if index == 0 && let Some(chart) = &document.chart {
                            figure { (PreEscaped(chart::svg(chart, document.language))) }
                        }
                    }
                }
            }
        }
    };
    page.into_string()
}

fn head(document: &Document) -> Markup {
    html! {
        h1 { (document.title) }
        p.facts { (document.period) }
        @for line in &document.scope { p.facts { (line) } }
        div.standing {
            @for line in standing_lines(document) { p.facts { (line) } }
            @if let Standing::Published { digest, .. } = &document.standing {
                p.facts { "SHA-256 " span.digest { (digest) } }
            }
        }
    }
}

/// What is said of how settled the figures are, but for the digest.
#[must_use]
pub(super) fn standing_lines(document: &Document) -> Vec<String> {
    let language = document.language;
    let version = &document.definitions_version;
    let mut lines = match &document.standing {
        Standing::Provisional { as_of } => vec![match language {
            Language::French => format!("Provisoire – chiffres au {as_of}"),
            Language::English => format!("Provisional – figures as of {as_of}"),
        }],
        Standing::Published {
            on,
            deliberation_number,
            ..
        } => {
            let published = match language {
                Language::French => format!("Chiffres publiés le {on}"),
                Language::English => format!("Figures published on {on}"),
            };
            let seen = deliberation_number.as_ref().map(|number| match language {
                Language::French => format!(
                    "Vu pour être annexé à la délibération n°{}{number}",
                    words::NARROW_SPACE
                ),
                Language::English => format!("Annexed to deliberation no. {number}"),
            });
            seen.into_iter().chain([published]).collect()
        }
    };
    lines.push(match language {
        Language::French => format!("Définitions des chiffres{}: version {version}", words::NARROW_SPACE),
        Language::English => format!("Definitions of the figures: version {version}"),
    });
    lines
}

fn downloads(links: &[(String, String)], language: Language) -> Markup {
    html! {
        nav aria-label=(language.choose("Téléchargements", "Downloads")) {
            p {
                (language.choose("Télécharger", "Download")) " "
                @for (index, (name, href)) in links.iter().enumerate() {
                    @if index > 0 { ", " }
                    a href=(href) { (name) }
                }
            }
        }
    }
}

fn section_of(section: &Section, language: Language) -> Markup {
    html! {
        section aria-labelledby=(section.id) {
            h2 id=(section.id) { (section.heading) }
            @if let Some(note) = &section.note { p { (note) } }
            @if let Some(table) = &section.table { (table_of(table, &section.heading, language)) }
        }
    }
}

fn table_of(table: &Table, caption: &str, language: Language) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table {
                caption { (caption) }
                thead {
                    tr {
                        th scope="col" { (table.label) }
                        @for column in &table.columns { th scope="col" { (column.heading) } }
                    }
                }
                tbody { @for line in &table.lines { (line_of(line, language)) } }
                @if let Some(totals) = &table.totals { tfoot { (line_of(totals, language)) } }
            }
        }
    }
}

fn line_of(line: &Line, language: Language) -> Markup {
    html! {
        tr {
            th scope="row" {
                (line.label)
                @if !line.id.is_empty() { " " span.id { (line.id) } }
            }
            @for cell in &line.cells { td { (words::cell(*cell, language)) } }
        }
    }
}
