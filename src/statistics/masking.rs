//! Breakdowns that are shared outside the organisation: small cells are masked, so that no person can be singled out,
//! and so that nobody can work out a masked cell by subtraction.
//!
//! Whoever reads a breakdown knows its total, every cell that is shown, and these rules. A masked cell is safe when at
//! least two values of it agree with all that is shown. Masked are the cells from 1 to 4 and, when there are any,
//! always the smallest cell above 4 too: a fixed rule, so that which cells are masked tells nothing more. Where that is
//! not safe, the whole breakdown is withheld.

/// The smallest count that is shown.
const SHOWN_FROM: i64 = 5;

/// A cell of a shared breakdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SharedCell {
    /// The count: 0, or 5 and more.
    Shown(i64),
    /// 1 to 4.
    BelowFive,
    /// 5 or more, masked so that no other cell is found by subtraction.
    Withheld,
}

/// The values that a masked cell may have, for a reader who knows the rules.
#[derive(Debug, Clone, Copy)]
struct Range {
    least: i64,
    most: i64,
}

/// The cells of a breakdown as they are shared; `None` when masking is not safe, and the whole breakdown is withheld.
pub fn shared_cells(counts: &[i64]) -> Option<Vec<SharedCell>> {
    let small = |count: i64| (1..SHOWN_FROM).contains(&count);
    if !counts.iter().any(|count| small(*count)) {
        return Some(counts.iter().map(|count| SharedCell::Shown(*count)).collect());
    }
    let large = counts.iter().enumerate().filter(|(_, count)| **count >= SHOWN_FROM);
    let withheld = large
        .min_by_key(|(index, count)| (**count, *index))
        .map(|(index, _)| index);
    let cells: Vec<SharedCell> = counts
        .iter()
        .enumerate()
        .map(|(index, count)| match count {
            count if small(*count) => SharedCell::BelowFive,
            _ if Some(index) == withheld => SharedCell::Withheld,
            count => SharedCell::Shown(*count),
        })
        .collect();
    let hidden: i64 = counts
        .iter()
        .zip(&cells)
        .filter(|(_, cell)| !matches!(cell, SharedCell::Shown(_)))
        .map(|(count, _)| count)
        .sum();
    is_safe(&ranges(&cells), hidden).then_some(cells)
}

/// The values that each masked cell may have.
fn ranges(cells: &[SharedCell]) -> Vec<Range> {
    let range = |(index, cell): (usize, &SharedCell)| match cell {
        SharedCell::Shown(_) => None,
        SharedCell::BelowFive => Some(Range {
            least: 1,
            most: SHOWN_FROM - 1,
        }),
        SharedCell::Withheld => Some(Range {
            least: SHOWN_FROM,
            most: most_withheld(index, cells),
        }),
    };
    cells.iter().enumerate().filter_map(range).collect()
}

/// The most that the withheld cell may be: it is the smallest of the cells above 4, and of equal ones the first.
fn most_withheld(withheld: usize, cells: &[SharedCell]) -> i64 {
    let bounds = cells.iter().enumerate().filter_map(|(index, cell)| match cell {
        SharedCell::Shown(count) if *count >= SHOWN_FROM => Some(count - i64::from(index < withheld)),
        _ => None,
    });
    // When no other cell above 4 is shown, only the total bounds the withheld one.
    bounds.min().unwrap_or(i64::MAX / 4)
}

/// Whether each of the masked cells, which add up to `sum`, may have at least two values.
fn is_safe(ranges: &[Range], sum: i64) -> bool {
    let least: i64 = ranges.iter().map(|range| range.least).sum();
    let most = ranges.iter().fold(0_i64, |most, range| most.saturating_add(range.most));
    ranges.iter().all(|range| {
        let others_most = most.saturating_sub(range.most);
        let others_least = least - range.least;
        let lowest = range.least.max(sum.saturating_sub(others_most));
        let highest = range.most.min(sum - others_least);
        highest > lowest
    })
}
