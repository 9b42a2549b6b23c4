//! What a report shows of a week. Each day is folded by itself, and a week that has ended once more: what its days left out
//! of a value is shown in reports that span the whole week, where it comes to enough.
//!
//! So there is a closed set of answers. Whatever the days of a report are, it is the sum of days and of weeks as each of
//! them is answered by itself: the difference of two reports says nothing that a report of one day, or of one week, does not
//! say. And those are folded so that subtraction finds nothing.
//!
//! A day that has not ended grows, so that two answers of one day could be subtracted. Its cells are shown in steps of k.

use std::collections::{BTreeMap, BTreeSet};

use super::fold::{Cells, Sum, shown};
use super::left::{Left, NO_DAY};

/// The cells of each day, under the day's text.
pub(super) type Days = BTreeMap<String, Cells>;

/// What is shown of a week, for the whole site.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// Of each day, the values.
    pub(super) days: BTreeMap<String, BTreeSet<String>>,
    /// Of the whole week, the values of which the days left out enough.
    pub(super) week: BTreeSet<String>,
}

impl Shown {
    /// Folds a week. Parts of something, such as the files of the event "file download", are told only of days, or of weeks,
    /// in which the whole is shown: `told` says so of a day and a value, `told_of_week` of a value.
    pub(super) fn new(
        days: &Days,
        k: u64,
        closed: bool,
        told: impl Fn(&str, &str) -> bool,
        told_of_week: impl Fn(&str) -> bool,
    ) -> Self {
        let mut all = Self::default();
        let mut left = Left::default();
        for (index, (day, cells)) in days.iter().enumerate() {
            let of_day: Cells = cells
                .iter()
                .filter(|(value, _)| told(day, value))
                .map(|(value, sum)| (value.clone(), *sum))
                .collect();
            let shown = shown(&of_day, k);
            for (value, sum) in cells.iter().filter(|(value, _)| !shown.contains(*value)) {
                if of_day.contains_key(value) {
                    left.add(index, value, sum.views);
                } else if told_of_week(value) {
                    left.add(NO_DAY, value, sum.views);
                }
            }
            all.days.insert(day.clone(), shown);
        }
        if closed {
            all.week = left.told(k).into_iter().map(str::to_owned).collect();
        }
        all
    }

    /// Whether the value is shown on that day.
    pub(super) fn on(&self, day: &str, value: &str) -> bool {
        self.days.get(day).is_some_and(|shown| shown.contains(value))
    }
}

/// A report in the making.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// What is shown.
    pub(super) rows: Cells,
    /// All of it.
    pub(super) total: Sum,
}

impl Answer {
    /// Adds a cell of a day that is shown.
    pub(super) fn show(&mut self, value: &str, sum: Sum, k: u64, is_over: bool) {
        self.total.add(sum);
        let steps = |number: u64| if is_over { number } else { number - number % k };
        let sum = Sum { views: steps(sum.views), visits: steps(sum.visits), ..sum };
        if let Some(row) = self.rows.get_mut(value) {
            row.add(sum);
        } else if sum.views > 0 {
            self.rows.insert(value.to_owned(), sum);
        }
    }

    /// Adds a cell that is not shown.
    pub(super) fn leave(&mut self, sum: Sum) {
        self.total.add(sum);
    }

    /// What is left over.
    pub(super) fn rest(&self) -> Sum {
        let shown = self.rows.values().fold(Sum::default(), |mut all, sum| {
            all.add(*sum);
            all
        });
        Sum { views: self.total.views - shown.views, visits: self.total.visits - shown.visits, amount: 0 }
    }
}
