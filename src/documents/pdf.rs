//! A document as PDF/UA-1: tagged, with its language, its title and the headers of its tables. Typst sets it, from fonts that
//! are compiled in; it opens no file and asks no network.

use std::io::Read as _;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use flate2::read::DeflateDecoder;
use serde_json::{Value, json};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Module, NativeRuleMap, Scope, Smart};
use typst::routines::Routines;
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryBuilder, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::chart;
use super::document::{Document, DocumentError, Line, Role, Section, Standing, Table};
use super::leaflet::{self, Leaflet};
use super::words;
use crate::domain::language::Language;

/// The page as a Typst template, which reads the document as its data.
const TEMPLATE: &str = include_str!("document.typ");
/// The page of a document of words.
const LEAFLET: &str = include_str!("leaflet.typ");
/// The fonts that `build.rs` names, as it packs them.
const FONTS: [&[u8]; 3] = include!(concat!(env!("OUT_DIR"), "/fonts.rs"));
/// A table of up to so many lines is kept on one page.
const LINES_TOGETHER: usize = 24;
/// So many digits of a digest stand at the foot of each page.
const DIGEST_DIGITS: usize = 16;
/// What stands for a character that no font has.
const REPLACEMENT: char = '\u{fffd}';
/// After how many documents that do not use it Typst forgets a remembered part of a layout.
const REMEMBERED: usize = 2;

/// What every document needs, made once.
struct Press {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

static PRESS: LazyLock<Press> = LazyLock::new(|| {
    let fonts: Vec<Font> = FONTS
        .into_iter()
        .flat_map(|packed| Font::iter(Bytes::new(unpacked(packed))))
        .collect();
    Press {
        // Lets the template mark the labels of lines as headers.
        library: LazyHash::new(
            LibraryBuilder::from_routines(&ROUTINES)
                .with_features([Feature::A11yExtras].into_iter().collect())
                .build(),
        ),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
    }
});

fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut font = Vec::new();
    // The file is part of the program; a test reads the name of every font in a PDF.
    let _ = DeflateDecoder::new(packed).read_to_end(&mut font);
    font
}

/// What Typst does, but for HTML, which no document is: `Library::default()` names all, and with it that and SVG would be compiled
/// in. Of mathematics it asks whether they are HTML.
static ROUTINES: LazyLock<Routines> = LazyLock::new(|| Routines {
    rules: || {
        let mut rules = NativeRuleMap::new();
        typst_layout::register(&mut rules);
        rules
    },
    eval_string: typst_eval::eval_string,
    eval_closure: typst_eval::eval_closure,
    realize: typst_realize::realize,
    layout_frame: typst_layout::layout_frame,
    html_module: || Module::anonymous(Scope::new()),
    html_mathml_body: |_, _| None,
    html_span_filled: |content, _| content,
});

/// The files of one document, none of which is on a disk.
struct Sheet {
    template: Source,
    data: (FileId, Bytes),
    picture: (FileId, Bytes),
}

impl Sheet {
    fn new(template: &str, data: &Value, picture: Option<String>) -> Result<Self, DocumentError> {
        Ok(Self {
            template: Source::new(file("main.typ")?, template.to_owned()),
            data: (file("document.json")?, Bytes::from_string(settable(&data.to_string()))),
            picture: (file("chart.svg")?, Bytes::from_string(picture.unwrap_or_default())),
        })
    }
}

fn file(name: &str) -> Result<FileId, DocumentError> {
    let path = VirtualPath::new(name).map_err(|error| DocumentError::Pdf(error.to_string()))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl World for Sheet {
    fn library(&self) -> &LazyHash<Library> {
        &PRESS.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &PRESS.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let files = [&self.data, &self.picture];
        let found = files.into_iter().find(|(known, _)| *known == id);
        found.map(|(_, bytes)| bytes.clone()).ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        PRESS.fonts.get(index).cloned()
    }

    /// No document asks what day it is.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// A document as PDF/UA-1. The same document gives the same bytes.
///
/// # Errors
/// When it cannot be set, which does not happen to the documents of this program.
pub fn pdf(document: &Document) -> Result<Vec<u8>, DocumentError> {
    let picture = document
        .chart
        .as_ref()
        .map(|chart| settable(&chart::svg(chart, document.language)));
    let data = data(document);
    set(&Sheet::new(TEMPLATE, &data, picture)?, &data, document.at)
}

/// A document of words as PDF/UA-1. The same document gives the same bytes.
///
/// # Errors
/// As [`pdf`].
pub fn leaflet(leaflet: &Leaflet) -> Result<Vec<u8>, DocumentError> {
    let sheet =
        |sheet: &leaflet::Sheet| json!({ "heading": sheet.heading, "facts": sheet.facts, "texts": sheet.texts });
    let data = json!({
        "lang": leaflet.language.code(),
        "title": leaflet.title,
        "subtitle": leaflet.subtitle,
        "page": "Page",
        "of": leaflet.language.choose("sur", "of"),
        "page_a_sheet": leaflet.page_a_sheet,
        "sheets": leaflet.sheets.iter().map(sheet).collect::<Vec<Value>>(),
    });
    set(&Sheet::new(LEAFLET, &data, None)?, &data, leaflet.at)
}

/// Sets the files of a document, of which the data identify the PDF.
fn set(sheet: &Sheet, data: &Value, at: DateTime<Utc>) -> Result<Vec<u8>, DocumentError> {
    let pages: PagedDocument = typst::compile(sheet).output.map_err(|errors| explained(&errors))?;
    let standards =
        PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|error| DocumentError::Pdf(error.message().to_string()))?;
    let options = PdfOptions {
        // Stable for the same document, without the time of its making.
        ident: Smart::Custom(data.to_string()),
        timestamp: timestamp(at),
        creator: Smart::Custom(Some("Quotidien".to_owned())),
        standards,
        ..PdfOptions::default()
    };
    let bytes = typst_pdf::pdf(&pages, &options).map_err(|errors| explained(&errors));
    typst::comemo::evict(REMEMBERED);
    bytes
}

/// The document's own date, not that of its making.
fn timestamp(at: DateTime<Utc>) -> Option<Timestamp> {
    let part = |value: u32| u8::try_from(value).ok();
    let (month, day) = (part(at.month())?, part(at.day())?);
    let (hour, minute, second) = (part(at.hour())?, part(at.minute())?, part(at.second())?);
    Datetime::from_ymd_hms(at.year(), month, day, hour, minute, second).map(Timestamp::new_utc)
}

/// A text in which the characters that no font has are replaced: PDF/UA forbids a glyph that says nothing.
fn settable(text: &str) -> String {
    let has = |c: char| PRESS.fonts.iter().any(|font| font.info().coverage.contains(c.into()));
    let set = |c: char| if c.is_ascii() || has(c) { c } else { REPLACEMENT };
    text.chars().map(set).collect()
}

fn explained(errors: &[SourceDiagnostic]) -> DocumentError {
    let messages: Vec<String> = errors.iter().map(|error| error.message.to_string()).collect();
    DocumentError::Pdf(messages.join("; "))
}

/// What the template reads.
fn data(document: &Document) -> Value {
    let language = document.language;
    let digest = match &document.standing {
        Standing::Published { digest, .. } => Some(digest),
        Standing::Provisional { .. } => None,
    };
    let standing = words::standing(document);
    let foot = digest.map_or_else(
        || standing.first().cloned().unwrap_or_default(),
        |digest| format!("SHA-256 {}…", digest.chars().take(DIGEST_DIGITS).collect::<String>()),
    );
    let chart = document
        .chart
        .as_ref()
        .map(|chart| json!({ "title": chart.title, "description": format!("{}. {}", chart.title, chart.description) }));
    let section = |(index, section): (usize, &Section)| {
        json!({
            "heading": section.heading,
            "note": section.note,
            "parts": section.table.as_ref().map(|table| parts(table, language)).unwrap_or_default(),
            "chart": chart.as_ref().filter(|_| index == 0),
        })
    };
    json!({
        "lang": language.code(),
        "title": document.title,
        "period": document.period,
        "scope": document.scope,
        "standing": standing,
        "foot": foot,
        "digest": digest,
        "page": "Page",
        "of": language.choose("sur", "of"),
        "sections": document.sections.iter().enumerate().map(section).collect::<Vec<Value>>(),
    })
}

/// A table, cut into parts that are as wide as the page: each has the labels.
fn parts(table: &Table, language: Language) -> Vec<Value> {
    let parts = table.parts();
    let most = parts.iter().map(Vec::len).max().unwrap_or_default();
    let part = |columns: &Vec<usize>| {
        let headings = columns.iter().filter_map(|at| table.columns.get(*at));
        let line = |line: &Line, total: bool| {
            let cells = columns.iter().filter_map(|at| line.cells.get(*at));
            json!({
                "id": line.id,
                "label": words::label(&line.label, language),
                "total": total,
                "cells": cells.map(|cell| words::cell(*cell, language)).collect::<Vec<String>>(),
            })
        };
        let lines = table.lines.iter().map(|of| line(of, false));
        let totals = table.totals.iter().map(|of| line(of, true));
        json!({
            "label": table.label,
            // Figures of a month are narrower than sums.
            "headings": headings
                .map(|column| json!({ "text": column.heading, "wide": column.role != Role::Month }))
                .collect::<Vec<Value>>(),
            "most": most,
            "breakable": table.lines.len() > LINES_TOGETHER,
            "lines": lines.chain(totals).collect::<Vec<Value>>(),
        })
    };
    parts.iter().map(part).collect()
}
