//! Which cells are shown, so that the others cannot be had by subtracting.
//!
//! A report shows what is left over as "(other)", so a single small cell would be the total minus the rest. Hence what is
//! left over holds at least two cells and at least `k` views: the next smallest cells are left out too until that is so,
//! or until no cell is left. What the store already counts as "(other)" is left over in any case, and counts as two: it is
//! a mixture.
//!
//! | cells of a day, k = 10 | report |
//! |---|---|
//! | 50, 30, 12 | 50, 30, 12 |
//! | 50, 30, 4, 3, 3 | 50, 30, other 10 |
//! | 50, 30, 4 | 50, other 34 |
//! | 50, 30, 2, 1 | 50, other 33 |
//! | 4 | other 4 |

use std::collections::{BTreeMap, BTreeSet};

use askfirst_wire::builtin::OTHER;

/// Counts of one value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) views: u64,
    pub(super) visits: u64,
    /// Thousandths.
    pub(super) amount: i64,
}

impl Sum {
    pub(super) const fn add(&mut self, other: Self) {
        self.views += other.views;
        self.visits += other.visits;
        self.amount += other.amount;
    }
}

/// Values with their counts.
pub(super) type Cells = BTreeMap<String, Sum>;

/// What is left over beside the cells that are shown.
#[derive(Clone, Copy, Default)]
pub(super) struct Rest {
    pub(super) views: u64,
    pub(super) cells: u32,
}

impl Rest {
    pub(super) fn of<'a>(cells: impl Iterator<Item = (&'a str, u64)>) -> Self {
        let mut rest = Self::default();
        for (value, views) in cells.filter(|(_, views)| *views > 0) {
            rest.views += views;
            rest.cells += if value == OTHER { 2 } else { 1 };
        }
        rest
    }

    /// Whether it gives nothing away.
    pub(super) const fn is_safe(self, k: u64) -> bool {
        self.cells == 0 || (self.views >= k && self.cells >= 2)
    }
}

/// The values that are shown where their total is known.
pub(super) fn shown(cells: &Cells, k: u64) -> BTreeSet<String> {
    let mut shown: Vec<(u64, &str)> = cells
        .iter()
        .filter(|(value, sum)| *value != OTHER && sum.views >= k && sum.views > 0)
        .map(|(value, sum)| (sum.views, value.as_str()))
        .collect();
    // The smallest last, and among equals that with the last name.
    shown.sort_unstable_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.cmp(other)));
    let all = cells.iter().map(|(value, sum)| (value.as_str(), sum.views));
    let mut rest = Rest::of(all.filter(|(value, views)| *value == OTHER || *views < k));
    while !rest.is_safe(k) {
        let Some((views, _)) = shown.pop() else { break };
        rest = Rest { views: rest.views + views, cells: rest.cells + 1 };
    }
    shown.into_iter().map(|(_, value)| value.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(views: &[u64]) -> Cells {
        let cell = |(index, &views): (usize, &u64)| (format!("v{index}"), Sum { views, ..Sum::default() });
        views.iter().enumerate().map(cell).collect()
    }

    /// The cells that are shown, by falling views, and what is left over.
    fn folded(cells: &Cells, k: u64) -> (Vec<u64>, u64) {
        let shown = shown(cells, k);
        let (mut kept, rest): (Vec<_>, Vec<_>) = cells.iter().partition(|(value, _)| shown.contains(*value));
        kept.sort_by_key(|(_, sum)| std::cmp::Reverse(sum.views));
        (kept.iter().map(|(_, sum)| sum.views).collect(), rest.iter().map(|(_, sum)| sum.views).sum())
    }

    #[test]
    fn the_documented_cases() {
        for (views, expected) in [
            (&[12, 50, 30][..], (vec![50, 30, 12], 0)),
            (&[50, 30, 4, 3, 3], (vec![50, 30], 10)),
            (&[50, 30, 4], (vec![50], 34)),
            (&[50, 30, 2, 1], (vec![50], 33)),
            (&[4], (vec![], 4)),
            (&[], (vec![], 0)),
        ] {
            assert_eq!(folded(&cells(views), 10), expected, "{views:?}");
        }
    }

    #[test]
    fn what_the_store_counts_as_other_is_a_mixture() {
        for (views, other, k, expected) in [
            (&[50, 30][..], 12, 10, (vec![50, 30], 12)),
            (&[50, 30, 3], 12, 10, (vec![50, 30], 15)),
            (&[50, 30], 2, 10, (vec![50], 32)),
            (&[50, 30], 1, 1, (vec![50, 30], 1)),
        ] {
            let mut cells = cells(views);
            cells.insert(OTHER.to_owned(), Sum { views: other, ..Sum::default() });
            assert_eq!(folded(&cells, k), expected, "{views:?} {other}");
        }
    }

    proptest! {
        #[test]
        fn nothing_small_is_shown_and_nothing_small_is_left_over(
            views in proptest::collection::vec(0u64..60, 0..30), other in 0u64..30, k in 1u64..20,
        ) {
            let mut cells = cells(&views);
            cells.insert(OTHER.to_owned(), Sum { views: other, ..Sum::default() });
            let shown = shown(&cells, k);
            let left: Vec<(&str, u64)> = cells.iter().filter(|(value, sum)| !shown.contains(*value) && sum.views > 0)
                .map(|(value, sum)| (value.as_str(), sum.views)).collect();
            prop_assert!(shown.iter().all(|value| cells[value].views >= k && value != OTHER));
            let safe = left.iter().map(|(_, views)| views).sum::<u64>() >= k
                && (left.len() > 1 || left.iter().any(|(value, _)| *value == OTHER));
            prop_assert!(shown.is_empty() || left.is_empty() || safe, "{left:?}");
        }

        #[test]
        fn k_of_one_folds_nothing(views in proptest::collection::vec(1u64..60, 0..30)) {
            prop_assert_eq!(shown(&cells(&views), 1).len(), views.len());
        }
    }
}
