//! Small cells fold into "(other)", in such a way that none of them can be had by subtracting the others from the total.
//!
//! A report shows the total, so a single folded cell would be the total minus the rest. Hence "(other)", where anything was
//! folded into it, holds at least two cells and at least `k` views: the next smallest fold too until that is so, or until
//! nothing else is left. "(other)" shows no amount of money: those that are shown are none of its cells'. What the store already counts as "(other)" is one cell of it.
//!
//! | cells, k = 10 | report |
//! |---|---|
//! | 50, 30, 12 | 50, 30, 12 |
//! | 50, 30, 4, 3, 3 | 50, 30, other 10 |
//! | 50, 30, 4 | 50, other 34 |
//! | 50, 30, 2, 1 | 50, other 33 |
//! | 4 | other 4 |

use super::Row;
use crate::intake::OTHER;

/// Folds cells with fewer than `k` views. The result is sorted by falling views, then by value; "(other)" comes last.
#[must_use]
pub fn fold(mut cells: Vec<Row>, k: u64) -> Vec<Row> {
    cells.sort_unstable_by(|a, b| b.views.cmp(&a.views).then_with(|| a.value.cmp(&b.value)));
    let known = cells.iter().position(|cell| cell.value == OTHER).map(|index| cells.remove(index));
    let counted = known.is_some();
    let mut other =
        known.unwrap_or_else(|| Row { value: OTHER.to_owned(), views: 0, visits: 0, amount: None });
    let mut members = usize::from(counted);
    while let Some(smallest) = cells.pop() {
        let settled = members == 0 || (other.views >= k && (members > 1 || counted));
        if smallest.views >= k && settled {
            cells.push(smallest);
            break;
        }
        other.views += smallest.views;
        other.visits += smallest.visits;
        members += 1;
    }
    if members > 0 {
        cells.push(other);
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(views: &[u64]) -> Vec<Row> {
        let row = |(index, &views): (usize, &u64)| Row {
            value: format!("v{index}"),
            views,
            visits: views / 2,
            amount: None,
        };
        views.iter().enumerate().map(row).collect()
    }

    fn shown(rows: &[Row]) -> Vec<(&str, u64)> {
        rows.iter().map(|row| (row.value.as_str(), row.views)).collect()
    }

    #[test]
    fn the_documented_cases() {
        assert_eq!(shown(&fold(cells(&[12, 50, 30]), 10)), [("v1", 50), ("v2", 30), ("v0", 12)]);
        assert_eq!(shown(&fold(cells(&[50, 30, 4, 3, 3]), 10)), [("v0", 50), ("v1", 30), (OTHER, 10)]);
        assert_eq!(shown(&fold(cells(&[50, 30, 4]), 10)), [("v0", 50), (OTHER, 34)]);
        assert_eq!(shown(&fold(cells(&[50, 30, 2, 1]), 10)), [("v0", 50), (OTHER, 33)]);
        assert_eq!(shown(&fold(cells(&[4]), 10)), [(OTHER, 4)]);
        assert_eq!(shown(&fold(Vec::new(), 10)), []);
    }

    #[test]
    fn what_the_store_counts_as_other_is_one_of_its_cells() {
        let with_other = |views: &[u64], other: u64| {
            let mut cells = cells(views);
            cells.push(Row { value: OTHER.to_owned(), views: other, visits: 0, amount: None });
            cells
        };
        assert_eq!(shown(&fold(with_other(&[50, 30], 12), 10)), [("v0", 50), ("v1", 30), (OTHER, 12)]);
        assert_eq!(shown(&fold(with_other(&[50, 30, 3], 12), 10)), [("v0", 50), ("v1", 30), (OTHER, 15)]);
        assert_eq!(shown(&fold(with_other(&[50, 30], 2), 10)), [("v0", 50), (OTHER, 32)]);
        assert_eq!(shown(&fold(with_other(&[50, 30], 1), 1)), [("v0", 50), ("v1", 30), (OTHER, 1)]);
    }

    proptest! {
        #[test]
        fn nothing_small_is_shown_and_nothing_is_had_by_subtraction(
            views in proptest::collection::vec(1u64..60, 0..30), other in 0u64..30, k in 1u64..20,
        ) {
            let mut cells = cells(&views);
            if other > 0 {
                cells.push(Row { value: OTHER.to_owned(), views: other, visits: 0, amount: None });
            }
            let before: (u64, u64, usize) = (
                cells.iter().map(|cell| cell.views).sum(), cells.iter().map(|cell| cell.visits).sum(), cells.len(),
            );
            let rows = fold(cells, k);
            prop_assert_eq!(rows.iter().map(|row| row.views).sum::<u64>(), before.0);
            prop_assert_eq!(rows.iter().map(|row| row.visits).sum::<u64>(), before.1);
            let folded = before.2 + 1 - rows.len();
            for row in &rows {
                if row.value == OTHER {
                    // At least two cells and k views in it, or all there is; or the store's own, untouched.
                    let untouched = folded == 1 && other > 0;
                    prop_assert!(rows.len() == 1 || (row.views >= k && (folded > 1 || untouched)));
                } else {
                    prop_assert!(row.views >= k);
                }
            }
        }

        #[test]
        fn k_of_one_folds_nothing(views in proptest::collection::vec(1u64..60, 0..30)) {
            prop_assert_eq!(fold(cells(&views), 1).len(), views.len());
        }
    }
}
