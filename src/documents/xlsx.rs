//! A document as a workbook: a sheet a section, numbers as numbers, totals as formulas whose cached values agree.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet};

use super::document::{Cell, Column, Document, DocumentError, Line, Role, Section, Standing, Table};
use super::html::standing_lines;
use super::words;
use crate::domain::language::Language;

/// The width of the column of labels, in characters.
const LABEL_WIDTH: f64 = 52.0;
/// The width of the other columns.
const CELL_WIDTH: f64 = 12.0;
/// The longest name of a sheet that spreadsheets take.
const SHEET_NAME_MAX: usize = 31;

/// How cells look.
struct Formats {
    title: Format,
    heading: Format,
    label: Format,
    count: Format,
    minutes: Format,
    percent: Format,
    text: Format,
}

impl Formats {
    fn new() -> Self {
        let cell = || Format::new().set_border(FormatBorder::Thin);
        let right = || cell().set_align(FormatAlign::Right);
        Self {
            title: Format::new().set_bold().set_font_size(14),
            heading: right().set_bold().set_background_color(0x00EC_ECEC).set_text_wrap(),
            label: cell().set_text_wrap(),
            count: right().set_num_format("#,##0"),
            minutes: right().set_num_format("[h]:mm"),
            percent: right().set_num_format("0%"),
            text: right(),
        }
    }

    fn of(&self, cell: Cell) -> &Format {
        match cell {
            Cell::Count(_) => &self.count,
            Cell::Minutes(_) => &self.minutes,
            Cell::Percent(_) => &self.percent,
            Cell::BelowFive | Cell::Withheld | Cell::Empty => &self.text,
        }
    }
}

/// A document as a workbook. The same document gives the same bytes.
///
/// # Errors
/// When it is too large for a workbook.
pub fn workbook(document: &Document) -> Result<Vec<u8>, DocumentError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(document)?);
    let formats = Formats::new();
    for (index, section) in document.sections.iter().enumerate() {
        let sheet = workbook.add_worksheet();
        sheet.set_name(sheet_name(index, section))?;
        write_section(sheet, document, section, &formats)?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn properties(document: &Document) -> Result<DocProperties, DocumentError> {
    // The time of its making is not the document's: its standing says when the figures were read or published.
    let never = ExcelDateTime::from_ymd(2000, 1, 1)?;
    Ok(DocProperties::new()
        .set_title(&document.title)
        .set_subject(&document.period)
        .set_comment(standing_lines(document).join("\n"))
        .set_creation_datetime(&never))
}

/// A name that no other sheet has, without what spreadsheets refuse.
fn sheet_name(index: usize, section: &Section) -> String {
    let name: String = section
        .heading
        .chars()
        .filter(|c| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\''))
        .collect();
    let number = format!("{} ", index + 1);
    let room = SHEET_NAME_MAX - number.len();
    let name: String = number.chars().chain(name.chars().take(room)).collect();
    name.trim().to_owned()
}

fn write_section(
    sheet: &mut Worksheet,
    document: &Document,
    section: &Section,
    formats: &Formats,
) -> Result<(), DocumentError> {
    let mut row = 0;
    sheet.write_string_with_format(row, 0, &document.title, &formats.title)?;
    let mut lines = vec![document.period.clone()];
    lines.extend(document.scope.iter().cloned());
    lines.extend(standing_lines(document));
    if let Standing::Published { digest, .. } = &document.standing {
        lines.push(format!("SHA-256 {digest}"));
    }
    lines.push(section.heading.clone());
    lines.extend(section.note.clone());
    for line in lines {
        row += 1;
        sheet.write_string(row, 0, line)?;
    }
    row += 2;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_footer(match document.language {
        Language::French => "&L&A&RPage &P sur &N",
        Language::English => "&L&A&RPage &P of &N",
    });
    sheet.set_column_width(0, LABEL_WIDTH)?;
    if let Some(table) = &section.table {
        write_table(sheet, row, table, formats)?;
        sheet.set_freeze_panes(row + 1, 1)?;
        sheet.set_repeat_rows(row, row)?;
    }
    Ok(())
}

fn write_table(sheet: &mut Worksheet, top: u32, table: &Table, formats: &Formats) -> Result<(), DocumentError> {
    sheet.write_string_with_format(top, 0, &table.label, &formats.heading)?;
    for (column, at) in table.columns.iter().zip(1..) {
        sheet.set_column_width(at, CELL_WIDTH)?;
        sheet.write_string_with_format(top, at, &column.heading, &formats.heading)?;
    }
    let first = top + 1;
    let mut row = first;
    for line in &table.lines {
        write_line(sheet, row, line, formats, |at, cell| {
            across(&table.columns, row, at, cell)
        })?;
        row += 1;
    }
    if let Some(totals) = &table.totals {
        let last = row.saturating_sub(1);
        let hidden = |at: u16| {
            let cells = table
                .lines
                .iter()
                .filter_map(|line| line.cells.get(usize::from(at) - 1));
            cells
                .into_iter()
                .any(|cell| matches!(cell, Cell::BelowFive | Cell::Withheld))
        };
        let down = |at: u16, _| {
            let name = column_name(at);
            (last >= first && !hidden(at)).then(|| format!("=SUM({name}{}:{name}{})", first + 1, last + 1))
        };
        write_line(sheet, row, totals, formats, down)?;
    }
    Ok(())
}

/// Writes a line; `formula` gives the formula of a column, if it has one.
fn write_line(
    sheet: &mut Worksheet,
    row: u32,
    line: &Line,
    formats: &Formats,
    formula: impl Fn(u16, Cell) -> Option<String>,
) -> Result<(), DocumentError> {
    sheet.write_string_with_format(row, 0, &line.label, &formats.label)?;
    for (cell, at) in line.cells.iter().zip(1..) {
        let format = formats.of(*cell);
        match (value(*cell), formula(at, *cell)) {
            (Some(value), Some(formula)) => {
                let formula = Formula::new(formula).set_result(value.to_string());
                sheet.write_formula_with_format(row, at, formula, format)?;
            }
            (Some(value), None) => {
                sheet.write_number_with_format(row, at, value, format)?;
            }
            (None, _) => {
                sheet.write_string_with_format(row, at, words::cell(*cell, Language::English), format)?;
            }
        }
    }
    Ok(())
}

/// The formula of a column that adds up the months of its line, if it is one.
fn across(columns: &[Column], row: u32, at: u16, cell: Cell) -> Option<String> {
    let month = |column: &Column| column.role == Role::Month;
    let first = column_name(u16::try_from(columns.iter().position(month)? + 1).ok()?);
    let last = column_name(u16::try_from(columns.iter().rposition(month)? + 1).ok()?);
    let total = columns.iter().position(|column| column.role == Role::Total)?;
    let total = column_name(u16::try_from(total + 1).ok()?);
    let months = columns.iter().filter(|column| month(column)).count();
    let row = row + 1;
    match columns.get(usize::from(at) - 1)?.role {
        Role::Total => Some(format!("=SUM({first}{row}:{last}{row})")),
        Role::Average => Some(match cell {
            // Times are in days, and rounded to the minute.
            Cell::Minutes(_) => format!("=ROUND({total}{row}*1440/{months},0)/1440"),
            _ => format!("=ROUND({total}{row}/{months},0)"),
        }),
        Role::Month | Role::Count | Role::Share => None,
    }
}

/// The number of a cell as spreadsheets keep it: times in days, shares of 1.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2⁵³")]
fn value(cell: Cell) -> Option<f64> {
    match cell {
        Cell::Count(count) => Some(count as f64),
        Cell::Minutes(minutes) => Some(minutes as f64 / (24.0 * 60.0)),
        Cell::Percent(share) => Some(share as f64 / 100.0),
        Cell::BelowFive | Cell::Withheld | Cell::Empty => None,
    }
}

/// The letters of a column.
fn column_name(at: u16) -> String {
    rust_xlsxwriter::utility::column_number_to_name(at)
}
