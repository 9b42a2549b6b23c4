//! What a report shows of a week. Each day is folded by itself, and a week that has ended once more: what its days left out
//! of a value is shown in reports that span the whole week, where it comes to enough.
//!
//! So there is a closed set of answers. Whatever the days of a report are, it is the sum of days and of weeks as each of
//! them is answered by itself: the difference of two reports says nothing that a report of one day, or of one week, does not
//! say. And those are folded so that subtraction finds nothing.
//!
//! A day that has not ended grows, so that two answers of one day could be subtracted. Its cells are shown in steps of k.

use std::collections::{BTreeMap, BTreeSet};

use super::bridges::{GROUND, bridges};
use super::fold::{Cells, Rest, Sum, shown};
use crate::intake::OTHER;

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
        // What the days left out, by day.
        let mut left: Vec<Vec<(&str, u64)>> = Vec::new();
        for (day, cells) in days {
            let of_day: Cells = cells
                .iter()
                .filter(|(value, _)| told(day, value))
                .map(|(value, sum)| (value.clone(), *sum))
                .collect();
            let shown = shown(&of_day, k);
            let is_left =
                |value: &str| !shown.contains(value) && (of_day.contains_key(value) || told_of_week(value));
            let cells = cells.iter().filter(|(value, sum)| sum.views > 0 && is_left(value));
            left.push(cells.map(|(value, sum)| (value.as_str(), sum.views)).collect());
            all.days.insert(day.clone(), shown);
        }
        if closed {
            all.week = enough(&left, k).into_iter().map(str::to_owned).collect();
        }
        all
    }

    /// Whether the value is shown on that day.
    pub(super) fn on(&self, day: &str, value: &str) -> bool {
        self.days.get(day).is_some_and(|shown| shown.contains(value))
    }
}

/// The values that come to enough over the days, and give none of their days away: with what the days left out all together,
/// these are the known sums of a table of days by values.
fn enough<'a>(left: &[Vec<(&'a str, u64)>], k: u64) -> BTreeSet<&'a str> {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for &(value, views) in left.iter().flatten() {
        *sums.entry(value).or_default() += views;
    }
    let big = sums.iter().filter(|(value, views)| **views >= k && **value != OTHER);
    let mut shown: BTreeSet<&str> = big.map(|(value, _)| *value).collect();
    let smallest = |shown: &BTreeSet<&'a str>, among: &[&'a str]| {
        among.iter().copied().filter(|value| shown.contains(value)).min_by_key(|value| (sums[value], *value))
    };
    let all: Vec<&str> = sums.keys().copied().collect();
    loop {
        // The values over the whole week are a row of their own.
        let rest = |shown: &BTreeSet<&str>| {
            Rest::of(
                sums.iter()
                    .filter(|(value, _)| !shown.contains(*value))
                    .map(|(value, views)| (*value, *views)),
            )
        };
        while !rest(&shown).is_safe(k) && smallest(&shown, &all).is_some_and(|value| shown.remove(value)) {}
        let nodes: BTreeMap<&str, usize> = shown.iter().copied().zip(1 + left.len()..).collect();
        let cells: Vec<(usize, &str)> = left
            .iter()
            .enumerate()
            .flat_map(|(day, cells)| {
                // A mixture is more than one cell.
                cells
                    .iter()
                    .flat_map(move |&(value, _)| vec![(1 + day, value); 1 + usize::from(value == OTHER)])
            })
            .collect();
        let edges: Vec<(usize, usize)> =
            cells.iter().map(|(day, value)| (*day, *nodes.get(value).unwrap_or(&GROUND))).collect();
        let before = shown.len();
        for bridge in bridges(1 + left.len() + nodes.len(), &edges) {
            // The value itself, or where that is none, one of the same day: the smallest.
            let (day, value) = cells[bridge];
            let of_day: Vec<&str> =
                cells.iter().filter(|(of, _)| *of == day).map(|(_, value)| *value).collect();
            if !shown.remove(value) {
                smallest(&shown, &of_day).map(|value| shown.remove(value));
            }
        }
        if shown.len() == before {
            return shown;
        }
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
