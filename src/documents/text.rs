//! A document as plain text for a terminal.

use comfy_table::{CellAlignment, presets};

use super::csv;
use super::document::Document;

/// The title of a document and its tables in Markdown, which reads well as it is.
pub fn document(document: &Document) -> String {
    let tables = document.sections.iter().filter_map(|section| section.table.as_ref());
    let drawn = tables.map(|table| {
        let mut drawn = comfy_table::Table::new();
        drawn
            .load_style(presets::ASCII_MARKDOWN)
            .set_header(csv::headings(table, document))
            .add_rows(csv::lines(table, document.language));
        for column in drawn.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        drawn.to_string()
    });
    let parts: Vec<String> = std::iter::once(document.title.clone()).chain(drawn).collect();
    format!("{}\n", parts.join("\n\n"))
}
