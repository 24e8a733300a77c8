//! A table as CSV that spreadsheets of French offices open as it is: `;`, UTF-8 with a byte order mark, CRLF.

use super::labels::{annex_headings, annex_lines};
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
