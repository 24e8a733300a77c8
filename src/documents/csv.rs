//! A table as CSV that spreadsheets of French offices open as it is: `;`, UTF-8 with a byte order mark, CRLF.

use super::document::{Cell, Document, DocumentError, Line, Section, Standing, Table};
use super::words;
use crate::domain::language::Language;

/// Says to spreadsheets that the text is UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A document as CSV: the heading of each section on a line of its own, its table, then an empty line; last what the
/// document is, and how settled its figures are. Times are in minutes and shares in percent, as numbers. Of a bare
/// document only the table is written.
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
        if !document.bare {
            write_heading(&mut writer, section, index == 0)?;
        }
        if let Some(table) = &section.table {
            for record in std::iter::once(headings(table, document)).chain(lines(table, document.language)) {
                writer.write_record(record.iter().map(|cell| harmless(cell).into_owned()))?;
            }
        }
    }
    if !document.bare {
        write_standing(&mut writer, document)?;
    }
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()).into())
}

fn write_heading(writer: &mut csv::Writer<Vec<u8>>, section: &Section, first: bool) -> Result<(), csv::Error> {
    if !first {
        writer.write_record([""])?;
    }
    let said = std::iter::once(&section.heading).chain(&section.note);
    for line in said {
        writer.write_record([harmless(line).as_ref()])?;
    }
    Ok(())
}

/// What the document is, and how settled its figures are.
fn write_standing(writer: &mut csv::Writer<Vec<u8>>, document: &Document) -> Result<(), csv::Error> {
    writer.write_record([""])?;
    let said = [&document.title, &document.period].into_iter().chain(&document.scope);
    for line in said.cloned().chain(words::standing(document)) {
        writer.write_record([harmless(&line).as_ref()])?;
    }
    if let Standing::Published { digest, .. } = &document.standing {
        writer.write_record(["SHA-256", digest])?;
    }
    Ok(())
}

/// The headings of the columns of a table. The first stands over the labels, and is empty in a bare document.
pub(super) fn headings(table: &Table, document: &Document) -> Vec<String> {
    let label = if document.bare { "" } else { &table.label };
    let columns = table.columns.iter().map(|column| column.heading.clone());
    std::iter::once(label.to_owned()).chain(columns).collect()
}

/// The lines of a table: the label, then its cells as plain numbers.
pub(super) fn lines(table: &Table, language: Language) -> impl Iterator<Item = Vec<String>> {
    let record = move |line: &Line| {
        let cells = line.cells.iter().map(|cell| match cell {
            Cell::Count(number) | Cell::Minutes(number) | Cell::Percent(number) => number.to_string(),
            Cell::Tenths(_) | Cell::BelowFive | Cell::Withheld | Cell::Empty => words::cell(*cell, language),
        });
        std::iter::once(line.label.clone()).chain(cells).collect()
    };
    table.lines.iter().chain(&table.totals).map(record)
}

/// A cell that no spreadsheet takes for a formula: one that begins like a formula gets an apostrophe in front
/// (OWASP, "CSV Injection").
pub fn harmless(cell: &str) -> std::borrow::Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}
