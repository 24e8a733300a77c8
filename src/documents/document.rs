//! What a document says, whatever its form: a title, what the figures are of, how settled they are, and tables.

use chrono::{DateTime, Utc};

use crate::domain::language::Language;

/// A document of figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The language of its texts.
    pub language: Language,
    /// What it is; not blank, since a PDF is read out by its title.
    pub title: String,
    /// What its figures are restricted to, in words; empty when they are of the whole organisation.
    pub scope: Vec<String>,
    /// The period in words.
    pub period: String,
    /// How settled the figures are.
    pub standing: Standing,
    /// When the figures were read or published: the date that files carry, whenever they are made.
    pub at: DateTime<Utc>,
    /// The version of the definitions of its figures.
    pub definitions_version: String,
    /// Whether its CSV and its text are its tables alone, with nothing over the labels: the annex, which is fixed to the byte.
    pub bare: bool,
    /// The figures of the first section as a picture.
    pub chart: Option<Chart>,
    /// The tables.
    pub sections: Vec<Section>,
}

/// How settled the figures of a document are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// They may change: when they were read, in words.
    Provisional {
        /// Such as "29 septembre 2022 à 12 h 00".
        as_of: String,
    },
    /// They were published.
    Published {
        /// SHA-256 of the publication, in hexadecimal.
        digest: String,
        /// When they were published, in words.
        on: String,
        /// The number of the deliberation to which the document is annexed.
        deliberation_number: Option<String>,
    },
}

/// A table under its heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its name among the others: letters, digits and hyphens.
    pub id: String,
    /// Its heading; not blank.
    pub heading: String,
    /// What is to be known to read it.
    pub note: Option<String>,
    /// The table; `None` where nothing can be shown, which the note explains.
    pub table: Option<Table>,
}

/// A table: a label a line, and cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The heading over the labels.
    pub label: String,
    /// The columns behind the labels.
    pub columns: Vec<Column>,
    /// The lines, with as many cells as there are columns.
    pub lines: Vec<Line>,
    /// The sums of the columns, where they are additive.
    pub totals: Option<Line>,
}

impl Table {
    /// How many months stand side by side at most, where a page has room for no more.
    pub const MONTHS_ACROSS: usize = 12;

    /// The table cut into parts, each given by the places of its columns: every part has up to [`Self::MONTHS_ACROSS`]
    /// months, and the first has also the columns that are no months.
    pub fn parts(&self) -> Vec<Vec<usize>> {
        let (months, others): (Vec<usize>, Vec<usize>) = (0..self.columns.len()).partition(|at| {
            let column = self.columns.get(*at);
            column.is_some_and(|column| column.role == Role::Month)
        });
        let mut parts: Vec<Vec<usize>> = months.chunks(Self::MONTHS_ACROSS).map(<[usize]>::to_vec).collect();
        match parts.first_mut() {
            Some(first) => {
                first.splice(0..0, others);
            }
            None => parts.push(others),
        }
        parts
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub heading: String,
    /// What stands in it.
    pub role: Role,
}

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The sum of the months of its line.
    Total,
    /// That sum over the number of months, rounded half up.
    Average,
    /// A month.
    Month,
    /// A count.
    Count,
    /// A share in percent.
    Share,
}

/// A line of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The identifier of the figure or the code of the value.
    pub id: String,
    /// Its label.
    pub label: String,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// A cell of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// A count.
    Count(i64),
    /// A time, in minutes.
    Minutes(i64),
    /// A share in percent.
    Percent(i64),
    /// A number with one decimal, in tenths.
    Tenths(i64),
    /// A count from 1 to 4, which is not shown.
    BelowFive,
    /// A count that is not shown, so that no other is found by subtraction.
    Withheld,
    /// Nothing.
    Empty,
}

/// Figures by month as a picture: one small panel of bars each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// What is to be seen in it, in words.
    pub description: String,
    /// The months as heads of columns.
    pub months: Vec<String>,
    /// The label of each figure and its values, as many as there are months.
    pub series: Vec<(String, Vec<i64>)>,
}

/// Why a document was not made.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Writing CSV failed.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// Writing the workbook failed.
    #[error(transparent)]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    /// Setting the PDF failed.
    #[error("the PDF was not set: {0}")]
    Pdf(String),
}
