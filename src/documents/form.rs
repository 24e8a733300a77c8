//! The forms that a document takes: one list, from which the API, the document that describes it, the command line and
//! the links of a page take the forms that there are.

use super::document::{Document, DocumentError};
use super::{chart, csv, html, xlsx};

/// A form that a document takes.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// The code by which it is asked for, which is also how names of files end.
    pub code: &'static str,
    /// The media type, without its parameters.
    pub media_type: &'static str,
    /// What a link to it is called; `None` for the page, on which the links stand.
    pub link: Option<&'static str>,
    render: fn(&Document) -> Result<Vec<u8>, DocumentError>,
}

impl Form {
    /// For spreadsheets and programs.
    pub const CSV: Self = Self {
        code: "csv",
        media_type: "text/csv",
        link: Some("CSV"),
        render: csv::document,
    };

    /// A page.
    pub const HTML: Self = Self {
        code: "html",
        media_type: "text/html",
        link: None,
        render: |document| Ok(html::page(document, &[]).into_bytes()),
    };

    /// The chart alone, for pages that have the figures beside it; a document without a chart gives an empty picture. It is
    /// not among the forms that every document takes.
    pub const SVG: Self = Self {
        code: "svg",
        media_type: "image/svg+xml",
        link: None,
        render: |document| Ok(chart::picture(document).into_bytes()),
    };

    /// Every form that is made here.
    pub const ALL: &'static [Self] = &[
        Self::CSV,
        Self {
            code: "xlsx",
            media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            link: Some("Excel"),
            render: xlsx::workbook,
        },
        Self::HTML,
        #[cfg(feature = "pdf")]
        Self {
            code: "pdf",
            media_type: "application/pdf",
            link: Some("PDF"),
            render: super::pdf::pdf,
        },
    ];

    /// The form of a code; `None` when it is not made here.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|form| form.code == code).copied()
    }

    /// Whether it is text, in UTF-8.
    pub fn is_text(self) -> bool {
        self.media_type.starts_with("text/")
    }

    /// The bytes of a document in this form.
    ///
    /// # Errors
    /// When it cannot be made, which does not happen to the documents of this program.
    pub fn render(self, document: &Document) -> Result<Vec<u8>, DocumentError> {
        (self.render)(document)
    }
}

impl PartialEq for Form {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Form {}
