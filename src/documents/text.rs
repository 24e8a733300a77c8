//! A table as plain text for a terminal.

use comfy_table::{CellAlignment, Table, presets};

use super::labels::{annex_headings, annex_lines, annex_title};
use crate::domain::language::Language;
use crate::statistics::monthly::MonthlyStatistics;

/// The annex as a table in Markdown, which reads well as it is, under its title.
#[must_use]
pub fn annex(statistics: &MonthlyStatistics, language: Language) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::ASCII_MARKDOWN)
        .set_header(annex_headings(statistics.period, language))
        .add_rows(annex_lines(statistics, language));
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    format!("{}\n\n{table}\n", annex_title(&statistics.organisation, language))
}
