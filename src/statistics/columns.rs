//! Columns of rows, kept small: each value once, and for each row the number of its value, in as few bytes as number them all.

use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::RandomState;

/// A column that is complete.
#[derive(Debug)]
pub struct Column<T> {
    values: Vec<T>,
    codes: Codes,
}

/// Which value each row has.
#[derive(Debug)]
enum Codes {
    /// All rows have the same.
    Same,
    /// One of 256.
    Bytes(Vec<u8>),
    /// One of 65,536.
    Words(Vec<u16>),
    /// One of more.
    Longs(Vec<u32>),
}

impl Codes {
    /// The codes of rows that have so many values.
    fn new(codes: Vec<u32>, values: usize) -> Self {
        match values {
            0 | 1 => Self::Same,
            2..=0x100 => Self::Bytes(narrowed(&codes, u8::MAX)),
            0x101..=0x1_0000 => Self::Words(narrowed(&codes, u16::MAX)),
            _ => Self::Longs(codes),
        }
    }

    fn at(&self, row: usize) -> usize {
        match self {
            Self::Same => 0,
            Self::Bytes(codes) => codes.get(row).copied().map_or(0, usize::from),
            Self::Words(codes) => codes.get(row).copied().map_or(0, usize::from),
            Self::Longs(codes) => {
                let code = codes.get(row).copied().unwrap_or_default();
                usize::try_from(code).unwrap_or(usize::MAX)
            }
        }
    }

    const fn bytes(&self) -> usize {
        match self {
            Self::Same => 0,
            Self::Bytes(codes) => codes.len(),
            Self::Words(codes) => 2 * codes.len(),
            Self::Longs(codes) => 4 * codes.len(),
        }
    }
}

fn narrowed<N: TryFrom<u32> + Copy>(codes: &[u32], most: N) -> Vec<N> {
    codes.iter().map(|code| N::try_from(*code).unwrap_or(most)).collect()
}

impl<T> Column<T> {
    /// The values that rows have, in no order.
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// Which of the values a row has.
    pub fn code(&self, row: usize) -> usize {
        self.codes.at(row)
    }

    /// The value of a row; `None`: there is no such row.
    pub fn value(&self, row: usize) -> Option<&T> {
        self.values.get(self.codes.at(row))
    }

    /// The column with each value made into another.
    ///
    /// # Errors
    /// Of the first value of which `make` makes none.
    pub fn try_map<U, E>(self, make: impl FnMut(T) -> Result<U, E>) -> Result<Column<U>, E> {
        let values: Result<Vec<U>, E> = self.values.into_iter().map(make).collect();
        Ok(Column {
            values: values?,
            codes: self.codes,
        })
    }

    /// Leaves out the rows whose value is not to be kept.
    pub fn narrow(&self, rows: &mut [bool], keep: impl Fn(&T) -> bool) {
        let kept: Vec<bool> = self.values.iter().map(keep).collect();
        if kept.iter().all(|kept| *kept) {
            return;
        }
        for (row, kept_row) in rows.iter_mut().enumerate() {
            *kept_row &= kept.get(self.codes.at(row)).copied().unwrap_or_default();
        }
    }

    /// How many bytes the column takes, where a value keeps so many beside itself.
    pub fn bytes(&self, beside: impl Fn(&T) -> usize) -> usize {
        let values = self.values.iter().map(|value| size_of::<T>() + beside(value));
        self.codes.bytes() + values.sum::<usize>()
    }
}

/// A column to which rows are added.
#[derive(Debug)]
pub struct ColumnBuilder<T> {
    known: HashMap<T, u32, RandomState>,
    codes: Vec<u32>,
}

impl<T> Default for ColumnBuilder<T> {
    fn default() -> Self {
        Self {
            known: HashMap::default(),
            codes: Vec::new(),
        }
    }
}

impl<T: Hash + Eq> ColumnBuilder<T> {
    /// Adds the value of the next row.
    pub fn push(&mut self, value: T) {
        let next = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        self.codes.push(*self.known.entry(value).or_insert(next));
    }

    /// The column of these rows.
    pub fn finish(self) -> Column<T> {
        let mut values: Vec<(T, u32)> = self.known.into_iter().collect();
        values.sort_unstable_by_key(|(_, code)| *code);
        Column {
            codes: Codes::new(self.codes, values.len()),
            values: values.into_iter().map(|(value, _)| value).collect(),
        }
    }
}
