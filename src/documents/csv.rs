//! A table as CSV that spreadsheets of French offices open as it is: `;`, UTF-8 with a byte order mark, CRLF.

use super::document::{Cell, Document, DocumentError, Line, Standing, Table};
use super::labels::{annex_headings, annex_lines};
use super::words;
use crate::domain::language::Language;
use crate::statistics::monthly::MonthlyStatistics;

/// Says to spreadsheets that the text is UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The annex's six rows as CSV.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn annex(statistics: &MonthlyStatistics, language: Language) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    let headings = annex_headings(statistics.period, language);
    for line in std::iter::once(headings).chain(annex_lines(statistics, language)) {
        writer.write_record(line.iter().map(|cell| harmless(cell).into_owned()))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// A document as CSV: the heading of each section on a line of its own, its table, then an empty line; last what the document
/// is, and how settled its figures are. Times are in minutes and shares in percent, as numbers.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn document(document: &Document) -> Result<Vec<u8>, DocumentError> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    for (index, section) in document.sections.iter().enumerate() {
        if index > 0 {
            writer.write_record([""])?;
        }
        writer.write_record([harmless(&section.heading).as_ref()])?;
        if let Some(note) = &section.note {
            writer.write_record([harmless(note).as_ref()])?;
        }
        for record in section.table.iter().flat_map(|table| records(table, document.language)) {
            writer.write_record(record.iter().map(|cell| harmless(cell).into_owned()))?;
        }
    }
    writer.write_record([""])?;
    let said = [&document.title, &document.period].into_iter().chain(&document.scope);
    for line in said.cloned().chain(words::standing(document)) {
        writer.write_record([harmless(&line).as_ref()])?;
    }
    if let Standing::Published { digest, .. } = &document.standing {
        writer.write_record(["SHA-256", digest])?;
    }
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()).into())
}

fn records(table: &Table, language: Language) -> Vec<Vec<String>> {
    let headings = table.columns.iter().map(|column| column.heading.clone());
    let headings = std::iter::once(table.label.clone()).chain(headings).collect();
    let record = |line: &Line| {
        let cells = line.cells.iter().map(|cell| match cell {
            Cell::Count(number) | Cell::Minutes(number) | Cell::Percent(number) => number.to_string(),
            Cell::BelowFive | Cell::Withheld | Cell::Empty => words::cell(*cell, language),
        });
        std::iter::once(line.label.clone()).chain(cells).collect()
    };
    std::iter::once(headings)
        .chain(table.lines.iter().chain(&table.totals).map(record))
        .collect()
}

/// A cell that no spreadsheet takes for a formula: one that begins like a formula gets an apostrophe in front
/// (OWASP, "CSV Injection").
#[must_use]
pub fn harmless(cell: &str) -> std::borrow::Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}
