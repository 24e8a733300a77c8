//! Documents of words, not of figures: a heading a sheet, facts and texts under it. The catalogue of workshops has a page a
//! sheet, an agreement is printed as the annex of a convention.

use chrono::{DateTime, Utc};
use maud::{DOCTYPE, PreEscaped, html};

use super::document::DocumentError;
use crate::domain::language::Language;

/// A document of words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaflet {
    /// The language of its texts.
    pub language: Language,
    /// What it is; not blank, since a PDF is read out by its title.
    pub title: String,
    /// What stands under the title.
    pub subtitle: String,
    /// When what it says was read: the date that files carry.
    pub at: DateTime<Utc>,
    /// What it holds.
    pub sheets: Vec<Sheet>,
    /// Whether each sheet begins a page of paper.
    pub page_a_sheet: bool,
}

/// A part of a document of words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its heading; not blank.
    pub heading: String,
    /// What is short: a label and a value each.
    pub facts: Vec<(String, String)>,
    /// What is long: a label and paragraphs each.
    pub texts: Vec<(String, Vec<String>)>,
}

/// A form that a document of words takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeafletForm {
    /// A page.
    Html,
    /// A file to print, where the program was built with it.
    #[cfg(feature = "pdf")]
    Pdf,
}

impl LeafletForm {
    /// Every form that is made here.
    pub const ALL: &'static [Self] = &[
        Self::Html,
        #[cfg(feature = "pdf")]
        Self::Pdf,
    ];

    /// The code by which it is asked for, which is also how names of files end.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Html => "html",
            #[cfg(feature = "pdf")]
            Self::Pdf => "pdf",
        }
    }

    /// The form of a code; `None` when it is not made here.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|form| form.code() == code).copied()
    }

    /// Its media type, with its character set.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            #[cfg(feature = "pdf")]
            Self::Pdf => "application/pdf",
        }
    }

    /// How browsers treat it: they show a page and save a file.
    pub fn disposition(self, name: &str) -> String {
        let how = if self == Self::Html { "inline" } else { "attachment" };
        format!("{how}; filename=\"{name}.{}\"", self.code())
    }

    /// The bytes of a document in this form.
    ///
    /// # Errors
    /// When it cannot be made, which does not happen to the documents of this program.
    pub fn render(self, leaflet: &Leaflet) -> Result<Vec<u8>, DocumentError> {
        match self {
            Self::Html => Ok(leaflet_page(leaflet).into_bytes()),
            #[cfg(feature = "pdf")]
            Self::Pdf => super::pdf::leaflet(leaflet),
        }
    }
}

/// The style of the page: dark on white, in a column that can be read; on paper a page a sheet where that is wanted.
const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff;max-width:44rem;margin:0 auto;\
    padding:1.5rem}h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem}h2{font-size:1.25rem;margin:2rem 0 .5rem}\
    h3{font-size:1rem;margin:1rem 0 .2rem}p{margin:.3rem 0;white-space:pre-line}dl{display:grid;grid-template-columns:max-content 1fr;\
    gap:.2rem 1rem;margin:.5rem 0}dt{font-weight:600}dd{margin:0}@page{size:A4;margin:18mm}@media print{body{padding:0;\
    max-width:none;font-size:11pt}h2,h3{break-after:avoid}.page{break-before:page}}";

/// The page of a document.
fn leaflet_page(leaflet: &Leaflet) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(leaflet.language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (leaflet.title) " · " (leaflet.subtitle) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { (leaflet.title) }
                    p { (leaflet.subtitle) }
                    @for sheet in &leaflet.sheets {
                        section.page[leaflet.page_a_sheet] {
                            h2 { (sheet.heading) }
                            @if !sheet.facts.is_empty() {
                                dl { @for (label, value) in &sheet.facts { dt { (label) } dd { (value) } } }
                            }
                            @for (label, paragraphs) in &sheet.texts {
                                h3 { (label) }
                                @for paragraph in paragraphs { p { (paragraph) } }
                            }
                        }
                    }
                }
            }
        }
    };
    page.into_string()
}
