//! Files with places, as people have them: commas, semicolons or tabs, UTF-8 with or without a mark, Windows-1252, any line end;
//! or JSON. A file becomes records of the columns that the national schema knows.

use std::collections::BTreeMap;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

use super::Column;
use crate::domain::text::sort_key;

/// The most lines of a file.
pub const LINES_MAX: usize = 2000;
/// Between which characters the cells of a table may stand.
const SEPARATORS: [u8; 3] = *b",;\t";
/// What the bytes 80 to 9F are in Windows-1252.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// In which form a file came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileForm {
    /// A table as text.
    Csv,
    /// A list of objects.
    Json,
}

/// A file as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// Whether its bytes were no UTF-8, so that they were read as Windows-1252.
    pub is_windows_1252: bool,
    /// The names of its columns that the national schema does not have.
    pub unread: Vec<String>,
    /// How many of its lines say nothing.
    pub empty_lines: usize,
    /// Its other lines.
    pub records: Vec<Record>,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// Which line of the file it begins on, or which place of the list it is, from 1.
    pub line: usize,
    /// What its columns say, in normal form; without those that say nothing.
    pub cells: BTreeMap<Column, String>,
    /// Whether it has more cells than the file has columns.
    pub overflows: bool,
}

/// Why a file cannot be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFault {
    /// It has more lines than allowed.
    TooManyLines,
    /// It is not of its form.
    Unreadable,
    /// It has no column for the name of a place.
    NoName,
}

/// Reads a file.
///
/// # Errors
/// When it cannot be read as a whole; what is wrong with a line is found later.
pub fn read(bytes: &[u8], form: FileForm) -> Result<Sheet, FileFault> {
    let (text, is_windows_1252) = decode(bytes);
    // With one end of lines the reader counts them as people do.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut sheet = match form {
        FileForm::Csv => read_csv(&text)?,
        FileForm::Json => read_json(&text)?,
    };
    sheet.is_windows_1252 = is_windows_1252;
    Ok(sheet)
}

fn decode(bytes: &[u8]) -> (String, bool) {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let of_byte = |byte: &u8| match byte {
        0x80..=0x9f => WINDOWS_1252.get(usize::from(byte - 0x80)).copied().unwrap_or_default(),
        byte => char::from(*byte),
    };
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), false),
        Err(_) => (bytes.iter().map(of_byte).collect(), true),
    }
}

/// The column that the heading of a column names, however it is written.
fn heading(text: &str) -> Option<Column> {
    let plain = sort_key(text.trim_matches(|c: char| c == '"' || c == '＂' || c.is_whitespace()));
    Column::named(&plain.replace([' ', '-'], "_"))
}

/// A cell in normal form; `None` when it says nothing.
fn cell(text: &str) -> Option<String> {
    let normal: String = text.trim().replace('＂', "\"").nfc().collect();
    (!normal.is_empty()).then_some(normal)
}

fn read_csv(text: &str) -> Result<Sheet, FileFault> {
    let reader = |separator| {
        csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .from_reader(text.as_bytes())
    };
    let known = |separator: u8| {
        let headings = reader(separator)
            .headers()
            .map_or(0, |headings| headings.iter().filter_map(heading).count());
        (headings, separator)
    };
    let separator = SEPARATORS.map(known).into_iter().max_by_key(|(known, _)| *known);
    let mut reader = reader(separator.map_or(b',', |(_, separator)| separator));
    let headings = reader.headers().map_err(|_| FileFault::Unreadable)?.clone();
    let columns: Vec<Option<Column>> = headings.iter().map(heading).collect();
    if !columns.contains(&Some(Column::Name)) {
        return Err(FileFault::NoName);
    }
    let unread = headings.iter().zip(&columns).filter(|(_, column)| column.is_none());
    let mut sheet = Sheet {
        unread: unread
            .map(|(name, _)| name.trim().to_owned())
            .filter(|name| !name.is_empty())
            .collect(),
        ..Sheet::default()
    };
    for row in reader.records() {
        let row = row.map_err(|_| FileFault::Unreadable)?;
        let line = row.position().map_or(0, csv::Position::line);
        let mut record = Record {
            line: usize::try_from(line).unwrap_or(usize::MAX),
            overflows: row.iter().skip(columns.len()).any(|cell| !cell.trim().is_empty()),
            ..Record::default()
        };
        for (column, text) in columns.iter().zip(row.iter()) {
            if let (Some(column), Some(text)) = (column, cell(text)) {
                record.cells.entry(*column).or_insert(text);
            }
        }
        sheet.take(record)?;
    }
    Ok(sheet)
}

fn read_json(text: &str) -> Result<Sheet, FileFault> {
    let Ok(Value::Array(items)) = serde_json::from_str(text) else {
        return Err(FileFault::Unreadable);
    };
    let mut sheet = Sheet::default();
    for (index, item) in items.into_iter().enumerate() {
        let Value::Object(fields) = item else {
            return Err(FileFault::Unreadable);
        };
        let mut record = Record {
            line: index + 1,
            ..Record::default()
        };
        for (name, value) in fields {
            match Column::named(&name) {
                Some(column) => {
                    if let Some(text) = json_cell(&value).as_deref().and_then(cell) {
                        record.cells.insert(column, text);
                    }
                }
                None if sheet.unread.contains(&name) => {}
                None => sheet.unread.push(name),
            }
        }
        sheet.take(record)?;
    }
    Ok(sheet)
}

/// A value as the cell of a table says it; lists between `|`.
fn json_cell(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => {
            let texts: Option<Vec<String>> = values.iter().map(json_cell).collect();
            texts.map(|texts| texts.join("|"))
        }
        Value::Null | Value::Bool(_) | Value::Object(_) => None,
    }
}

impl Sheet {
    fn take(&mut self, record: Record) -> Result<(), FileFault> {
        if record.cells.is_empty() && !record.overflows {
            self.empty_lines += 1;
        } else if self.records.len() == LINES_MAX {
            return Err(FileFault::TooManyLines);
        } else {
            self.records.push(record);
        }
        Ok(())
    }
}
