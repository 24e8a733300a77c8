//! A document as one page that needs nothing beside it: accessible, printable, without a script.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::chart;
use super::document::{Document, Line, Role, Section, Standing, Table};
use super::words;
use crate::domain::language::Language;

/// The style of the page: dark on white; wide tables scroll under their labels; on paper what belongs together stays
/// together.
const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff;max-width:80rem;\
    margin:0 auto;padding:1.5rem}h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem}h2{font-size:1.15rem;\
    margin:2rem 0 .5rem}.facts{margin:.2rem 0}.standing{border-left:.3rem solid #1b1b1b;padding:.2rem .8rem;\
    margin:1rem 0}.standing>:first-child{font-weight:600}.digest{overflow-wrap:anywhere;font-family:ui-monospace,monospace;font-size:.85rem}\
    .scroll{overflow-x:auto}table{border-collapse:collapse;min-width:100%;font-size:.9rem}caption{position:absolute;\
    clip-path:inset(50%);height:1px;width:1px;overflow:hidden;white-space:nowrap}th,td{border:1px solid #767676;padding:.25rem .45rem;text-align:right;\
    white-space:nowrap}th[scope=row],thead th:first-child{text-align:left;white-space:normal;min-width:13rem}\
    thead th.wide{white-space:normal;min-width:5rem}\
    th:first-child{position:sticky;left:0;background:#fff}thead th,thead th:first-child{background:#ececec}tfoot th,tfoot td{font-weight:600;border-top:2px solid #1b1b1b}\
    .id{display:block;font-weight:400;font-size:.75rem;color:#555}tbody th{font-weight:400}figure{margin:1.5rem 0}\
    figcaption{font-weight:600;margin:0 0 .5rem}svg{width:100%;height:auto;font-family:inherit}.scroll+.scroll{margin-top:1rem}\
    a{color:#0b4f8a}@page{size:A4 landscape;margin:12mm}@media print{body{padding:0;max-width:none;font-size:10pt}\
    table{font-size:8pt}.scroll{overflow:visible}th:first-child{position:static}h2,h2+p{break-after:avoid}tfoot{display:table-row-group}.id{display:inline;margin-left:.5em;font-size:.85em}tr,figure,.together{break-inside:avoid}\
    th,td{padding:.1rem .3rem}nav{display:none}}";

/// A table of up to so many lines is kept on one page of paper.
const LINES_TOGETHER: usize = 24;

/// The page of a document; `links` are where its other forms are, by their names.
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
                            figure {
                                figcaption { (chart.title) }
                                (PreEscaped(chart::svg(chart, document.language)))
                            }
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
            @for line in words::standing(document) { p.facts { (line) } }
            @if let Standing::Published { digest, .. } = &document.standing {
                p.facts { "SHA-256 " span.digest { (digest) } }
            }
        }
    }
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
            @if let Some(table) = &section.table {
                @for columns in table.parts() { (table_of(table, &columns, &section.heading, language)) }
            }
        }
    }
}

/// These columns of a table, beside its labels.
fn table_of(table: &Table, columns: &[usize], heading: &str, language: Language) -> Markup {
    let headings = columns.iter().filter_map(|at| table.columns.get(*at));
    let months: Vec<&str> = headings
        .clone()
        .filter(|column| column.role == Role::Month)
        .map(|column| column.heading.as_str())
        .collect();
    // Tells the tables of a section apart.
    let caption = match (months.first(), months.last()) {
        (Some(first), Some(last)) => format!("{heading}, {first} – {last}"),
        _ => heading.to_owned(),
    };
    let together = table.lines.len() <= LINES_TOGETHER;
    html! {
        div.scroll.together[together] tabindex="0" role="region" aria-label=(caption) {
            table {
                caption { (caption) }
                thead {
                    tr {
                        th scope="col" { (table.label) }
                        @for column in headings {
                            th.wide[column.role != Role::Month] scope="col" { (column.heading) }
                        }
                    }
                }
                tbody { @for line in &table.lines { (line_of(line, columns, language)) } }
                @if let Some(totals) = &table.totals { tfoot { (line_of(totals, columns, language)) } }
            }
        }
    }
}

fn line_of(line: &Line, columns: &[usize], language: Language) -> Markup {
    let cells = columns.iter().filter_map(|at| line.cells.get(*at));
    html! {
        tr {
            th scope="row" {
                (words::label(&line.label, language))
                @if !line.id.is_empty() { " " span.id { (line.id) } }
            }
            @for cell in cells { td { (words::cell(*cell, language)) } }
        }
    }
}
