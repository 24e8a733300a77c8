//! A document as a workbook: a sheet a section, numbers as numbers, totals as formulas whose cached values agree.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet};

use super::document::{Cell, Column, Document, DocumentError, Line, Role, Section, Standing, Table};
use super::words;
use crate::domain::language::Language;

/// The width of the column of labels, in characters.
const LABEL_WIDTH: f64 = 52.0;
/// The width of the other columns, in characters.
const CELL_WIDTH: u16 = 12;
/// The height of a line of the headings, in points.
const HEADING_HEIGHT: usize = 16;
/// So many columns are printed on a page.
const COLUMNS_A_PAGE: usize = 14;
/// The longest name of a sheet that spreadsheets take.
const SHEET_NAME_MAX: usize = 31;

/// How cells look.
struct Formats {
    title: Format,
    fact: Format,
    section: Format,
    head: Format,
    heading: Format,
    label: Format,
    id: Format,
    total: Format,
    count: Format,
    minutes: Format,
    percent: Format,
    tenths: Format,
    text: Format,
}

impl Formats {
    fn new() -> Self {
        let cell = || Format::new().set_border(FormatBorder::Thin);
        let right = || cell().set_align(FormatAlign::Right);
        let head = || {
            let format = cell().set_bold().set_background_color(0x00EC_ECEC);
            format.set_text_wrap().set_align(FormatAlign::VerticalCenter)
        };
        Self {
            title: Format::new().set_bold().set_font_size(14),
            fact: Format::new().set_bold(),
            section: Format::new().set_bold().set_font_size(12),
            head: head(),
            heading: head().set_align(FormatAlign::Right),
            label: cell().set_text_wrap(),
            id: Format::new().set_font_color(0x0059_5959).set_font_size(9),
            total: cell().set_bold(),
            count: right().set_num_format("#,##0"),
            minutes: right().set_num_format("[h]:mm"),
            percent: right().set_num_format("0%"),
            tenths: right().set_num_format("#,##0.0"),
            text: right(),
        }
    }

    fn of(&self, cell: Cell) -> &Format {
        match cell {
            Cell::Count(_) => &self.count,
            Cell::Minutes(_) => &self.minutes,
            Cell::Percent(_) => &self.percent,
            Cell::Tenths(_) => &self.tenths,
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
    // The date of the document, not the time at which the file is made.
    let at = ExcelDateTime::from_timestamp(document.at.timestamp())?;
    Ok(DocProperties::new()
        .set_title(&document.title)
        .set_subject(&document.period)
        .set_comment(words::standing(document).join("\n"))
        .set_creation_datetime(&at))
}

/// A name that no other sheet has, without what spreadsheets refuse; whole words of the heading, where it is long.
fn sheet_name(index: usize, section: &Section) -> String {
    let name = section.heading.replace('\'', "’");
    let name: String = name
        .chars()
        .filter(|c| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') && !c.is_control())
        .collect();
    let number = format!("{} ", index + 1);
    // Spreadsheets count in units of UTF-16.
    let mut units = number.len();
    let kept = name.chars().take_while(|c| {
        units += c.len_utf16();
        units <= SHEET_NAME_MAX
    });
    let mut kept: String = kept.collect();
    if kept.len() < name.len()
        && let Some((words, _)) = kept.rsplit_once(' ')
    {
        kept = words.to_owned();
    }
    format!("{number}{kept}").trim().to_owned()
}

fn write_section(
    sheet: &mut Worksheet,
    document: &Document,
    section: &Section,
    formats: &Formats,
) -> Result<(), DocumentError> {
    sheet.write_string_with_format(0, 0, &document.title, &formats.title)?;
    let mut row = 0;
    let mut say = |line: &str, format: Option<&Format>| {
        row += 1;
        match format {
            Some(format) => sheet.write_string_with_format(row, 0, line, format),
            None => sheet.write_string(row, 0, line),
        }
        .map(|_| ())
    };
    for line in std::iter::once(&document.period).chain(&document.scope) {
        say(line, None)?;
    }
    for (index, line) in words::standing(document).iter().enumerate() {
        say(line, (index == 0).then_some(&formats.fact))?;
    }
    if let Standing::Published { digest, .. } = &document.standing {
        say(&format!("SHA-256 {digest}"), None)?;
    }
    say("", None)?;
    say(&section.heading, Some(&formats.section))?;
    if let Some(note) = &section.note {
        say(note, None)?;
    }
    row += 1;
    let columns = section.table.as_ref().map_or(1, |table| table.columns.len().max(1));
    let across = columns.div_ceil(COLUMNS_A_PAGE);
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(u16::try_from(across).unwrap_or(1), 0);
    sheet.set_footer(match document.language {
        Language::French => "&L&A&RPage &P sur &N",
        Language::English => "&L&A&RPage &P of &N",
    });
    sheet.set_column_width(0, LABEL_WIDTH)?;
    if let Some(table) = &section.table {
        write_table(sheet, row, table, (formats, document.language))?;
        sheet.set_freeze_panes(row + 1, 1)?;
        sheet.set_repeat_rows(row, row)?;
        if across > 1 {
            sheet.set_repeat_columns(0, 0)?;
        }
        // Identifiers are not printed.
        let lines = table.lines.len() + table.totals.iter().len();
        let last = row + u32::try_from(lines).unwrap_or(u32::MAX);
        sheet.set_print_area(0, 0, last, u16::try_from(table.columns.len()).unwrap_or(u16::MAX))?;
    }
    Ok(())
}

/// Writes the table with its headings in the row `top`.
fn write_table(
    sheet: &mut Worksheet,
    top: u32,
    table: &Table,
    (formats, language): (&Formats, Language),
) -> Result<(), DocumentError> {
    sheet.write_string_with_format(top, 0, &table.label, &formats.head)?;
    let mut heading_lines = 1;
    for (column, at) in table.columns.iter().zip(1..) {
        sheet.set_column_width(at, CELL_WIDTH)?;
        sheet.write_string_with_format(top, at, &column.heading, &formats.heading)?;
        // Words wrap: one more line than the letters alone would fill.
        let (letters, width) = (column.heading.chars().count(), usize::from(CELL_WIDTH));
        if letters >= width {
            heading_lines = heading_lines.max(letters / width + 1);
        }
    }
    let height = u32::try_from(HEADING_HEIGHT * heading_lines).unwrap_or(u32::MAX);
    sheet.set_row_height(top, height)?;
    write_ids(sheet, top, table, (formats, language))?;
    let first = top + 1;
    let mut row = first;
    for line in &table.lines {
        write_line(sheet, row, line, (formats, language), |at, cell| {
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
        write_line(sheet, row, totals, (formats, language), down)?;
        sheet.write_string_with_format(row, 0, &totals.label, &formats.total)?;
    }
    Ok(())
}

/// The identifiers of the lines, behind the other columns: they lead to the definitions.
fn write_ids(
    sheet: &mut Worksheet,
    top: u32,
    table: &Table,
    (formats, language): (&Formats, Language),
) -> Result<(), DocumentError> {
    if table.lines.iter().all(|line| line.id.is_empty()) {
        return Ok(());
    }
    let at = u16::try_from(table.columns.len() + 1).unwrap_or(u16::MAX);
    sheet.set_column_width(at, 2 * CELL_WIDTH)?;
    sheet.write_string_with_format(top, at, language.choose("Identifiant", "Identifier"), &formats.id)?;
    for (line, row) in table.lines.iter().zip(top + 1..) {
        sheet.write_string_with_format(row, at, &line.id, &formats.id)?;
    }
    Ok(())
}

/// Writes a line; `formula` gives the formula of a column, if it has one.
fn write_line(
    sheet: &mut Worksheet,
    row: u32,
    line: &Line,
    (formats, language): (&Formats, Language),
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
                sheet.write_string_with_format(row, at, words::cell(*cell, language), format)?;
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
        Cell::Tenths(tenths) => Some(tenths as f64 / 10.0),
        Cell::BelowFive | Cell::Withheld | Cell::Empty => None,
    }
}

/// The letters of a column.
fn column_name(at: u16) -> String {
    rust_xlsxwriter::utility::column_number_to_name(at)
}
