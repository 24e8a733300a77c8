//! Nobody can compute a masked cell of a shared breakdown from the cells that are shown: every small table is tried.

use std::collections::HashMap;

use quotidien::statistics::masking::{SharedCell, shared_cells};

use SharedCell::{BelowFive, Shown, Withheld};

#[test]
fn cells_below_five_are_masked_and_so_is_the_next_smallest() {
    assert_eq!(
        shared_cells(&[40, 3, 9, 0, 12]),
        Some(vec![Shown(40), BelowFive, Withheld, Shown(0), Shown(12)])
    );
    assert_eq!(
        shared_cells(&[2, 3, 30, 7]),
        Some(vec![BelowFive, BelowFive, Shown(30), Withheld])
    );
}

#[test]
fn what_has_no_small_cell_is_shown_whole() {
    assert_eq!(shared_cells(&[5, 0, 12]), Some(vec![Shown(5), Shown(0), Shown(12)]));
    assert_eq!(shared_cells(&[]), Some(Vec::new()));
}

#[test]
fn what_subtraction_would_tell_is_withheld_whole() {
    // The only cell above 0 is as large as the total.
    assert_eq!(shared_cells(&[3]), None);
    assert_eq!(shared_cells(&[0, 3]), None);
    // A total of 6 can only be 1 and 5.
    assert_eq!(shared_cells(&[1, 5]), None);
    // A total of 2 can only be 1 and 1, and one of 8 only 4 and 4.
    assert_eq!(shared_cells(&[1, 1]), None);
    assert_eq!(shared_cells(&[4, 4]), None);
}

/// Calls `take` with every table of so many cells that add up to `total`.
fn tables(cells: usize, total: i64, table: &mut Vec<i64>, take: &mut impl FnMut(&[i64])) {
    if table.len() + 1 == cells {
        table.push(total);
        take(table);
        table.pop();
        return;
    }
    for count in 0..=total {
        table.push(count);
        tables(cells, total - count, table, take);
        table.pop();
    }
}

#[test]
fn every_masked_cell_of_every_small_table_may_have_been_another() {
    let mut masked = 0;
    for (cells, largest) in [(1, 40), (2, 40), (3, 30), (4, 20), (5, 14)] {
        for total in 0..=largest {
            // For each way in which tables are shown: the first such table, and which cells had another value in a
            // later one.
            let mut shown: HashMap<Vec<SharedCell>, (Vec<i64>, Vec<bool>)> = HashMap::new();
            tables(cells, total, &mut Vec::new(), &mut |table| {
                if let Some(cells) = shared_cells(table) {
                    let (first, varied) = shown
                        .entry(cells)
                        .or_insert_with(|| (table.to_vec(), vec![false; table.len()]));
                    for ((first, count), varied) in first.iter().zip(table).zip(varied) {
                        *varied |= first != count;
                    }
                }
            });
            for (cells, (first, varied)) in shown {
                for (cell, varied) in cells.iter().zip(varied) {
                    if !matches!(cell, Shown(_)) {
                        masked += 1;
                        assert!(varied, "{cells:?} of {total} can only be {first:?}");
                    }
                }
            }
        }
    }
    assert!(masked > 1_000, "{masked} masked cells were tried");
}
