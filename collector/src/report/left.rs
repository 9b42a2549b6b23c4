//! What its days left out, a week may tell: of those values of which that gives nothing away.
//!
//! What is known is the sum of what each day left out, and of each value that the week tells, the sum over the days that left it
//! out. Think of a net. Its knots are the days, and the values that the week tells; a thread leads from a day to each value that
//! it left out. Of a value that the week does not tell no sum is known: threads to such values all lead to the ground.
//!
//! Cut all threads of one value, and the days fall apart into parts that still hang together. Add up the days of a part, and
//! take off the told values that hang in it: all its threads are gone but those that were cut. So the sum of the value over the days
//! of a part is known, unless the part touches the ground and the value is not told; and of that value, nothing else is but sums of
//! such sums. (With a factor for each knot, a sum of known sums counts a thread as its two knots say, the ground as nothing.
//! That it counts no thread of another value makes the factors of a part all one and the same.) Hence the week is safe where each of
//! these sums is 0 or at least `k`: of each value, told or not, and so for its single days, for spans of them, and for any others.
//!
//! To tell one value less ties its threads to the ground. That only joins parts of other values, so whatever was safe stays safe,
//! and values are left out, the smallest first, until all are. Whoever knows that a value had no views on a day is not helped:
//! where there are none, there is no thread.

use std::collections::{BTreeMap, BTreeSet};

use super::fold::Rest;
use crate::intake::OTHER;

/// Days of a week.
const DAYS: usize = 7;
/// As a day, whatever is told with the week alone, of days that do not tell of it at all.
pub(super) const NO_DAY: usize = DAYS;
/// The ground, and what hangs in it, beside the days.
const GROUND: u16 = 1 << (DAYS + 1);

/// Knots that hang together, a bit each: days, and the ground.
type Part = u16;

/// Views by value and day.
#[derive(Default)]
pub(super) struct Left<'a>(BTreeMap<&'a str, [u64; DAYS + 1]>);

impl<'a> Left<'a> {
    /// Adds what a day left out of a value. Days count from 0.
    pub(super) fn add(&mut self, day: usize, value: &'a str, views: u64) {
        if let Some(sum) = self.0.entry(value).or_default().get_mut(day) {
            *sum += views;
        }
    }

    /// The values that the week may tell.
    pub(super) fn told(self, k: u64) -> BTreeSet<&'a str> {
        let mut values: Vec<Value<'a>> =
            self.0.into_iter().map(|(name, views)| Value::new(name, views, k)).collect();
        while let Some(value) = one_too_many(&values, k) {
            values[value].is_told = false;
        }
        values.into_iter().filter(|value| value.is_told).map(|value| value.name).collect()
    }
}

struct Value<'a> {
    name: &'a str,
    views: [u64; DAYS + 1],
    is_told: bool,
}

impl<'a> Value<'a> {
    fn new(name: &'a str, views: [u64; DAYS + 1], k: u64) -> Self {
        let is_told = name != OTHER && views.iter().sum::<u64>() >= k;
        Self { name, views, is_told }
    }

    fn sum(&self) -> u64 {
        self.views.iter().sum()
    }

    fn sum_of(&self, part: Part) -> u64 {
        self.views.iter().enumerate().filter(|(day, _)| part >> day & 1 == 1).map(|(_, views)| views).sum()
    }

    /// What its threads tie together.
    fn ties(&self) -> Part {
        let days = self.views.iter().enumerate().filter(|(_, views)| **views > 0);
        days.fold(if self.is_told { 0 } else { GROUND }, |ties, (day, _)| ties | 1 << day)
    }
}

/// The parts into which the net falls without one of the values that tie this together.
fn parts(net: &BTreeMap<Part, usize>, without: Part) -> Vec<Part> {
    let mut parts: Vec<Part> = (0..Part::BITS).map(|bit| 1 << bit).filter(|bit| *bit <= GROUND).collect();
    let rest = net.iter().filter(|(ties, count)| **ties != without || **count > 1);
    for (ties, _) in rest {
        let joined = parts.iter().filter(|part| *part & ties != 0).fold(0, |all, part| all | part);
        parts.retain(|part| part & ties == 0);
        parts.push(joined);
    }
    parts
}

/// A told value without which there is less to be had: the smallest of those that help; `None` where nothing helps, or need.
fn one_too_many(values: &[Value<'_>], k: u64) -> Option<usize> {
    let smallest = |helps: &dyn Fn(usize, &Value<'_>) -> bool| {
        let told = values.iter().enumerate().filter(|(_, value)| value.is_told);
        let helping = told.filter(|(index, value)| helps(*index, value));
        helping.min_by_key(|(_, value)| (value.sum(), value.name)).map(|(index, _)| index)
    };
    // What is left over in a report of the week.
    let rest = values.iter().filter(|value| !value.is_told).map(|value| (value.name, value.sum()));
    if !Rest::of(rest).is_safe(k) {
        return smallest(&|_, _| true);
    }
    let mut net: BTreeMap<Part, usize> = BTreeMap::new();
    values.iter().for_each(|value| *net.entry(value.ties()).or_default() += 1);
    let cut: BTreeMap<Part, Vec<Part>> = net.keys().map(|ties| (*ties, parts(&net, *ties))).collect();
    // What is counted as "(other)" is no value, but a mixture of them.
    for (index, value) in values.iter().enumerate().filter(|(_, value)| value.name != OTHER) {
        let ties = value.ties();
        let parts = cut.get(&ties).into_iter().flatten().filter(|part| *part & ties & !GROUND != 0);
        let free = parts.clone().filter(|part| *part & GROUND == 0).fold(0, |all, part| all | part);
        let known = |part: &Part| value.is_told || part & GROUND == 0;
        let is_small = |part: &Part| (1..k).contains(&value.sum_of(*part));
        if let Some(part) = parts.clone().find(|part| known(part) && is_small(part)) {
            // Any that ties such a part to the ground; of a value that is told, also itself.
            let among = if value.is_told { free } else { *part };
            let helps = |other: usize, tied: &Value<'_>| other == index || tied.ties() & among != 0;
            if let Some(found) = smallest(&helps) {
                return Some(found);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of some values, by day, those that the week tells.
    fn told(values: &[(&'static str, &[u64])], k: u64) -> Vec<&'static str> {
        let mut left = Left::default();
        for (value, days) in values {
            days.iter().enumerate().for_each(|(day, views)| left.add(day, value, *views));
        }
        left.told(k).into_iter().collect()
    }

    #[test]
    fn what_comes_to_enough_is_told() {
        assert_eq!(told(&[("a", &[3; 7]), ("b", &[2; 7])], 10), ["a", "b"]);
        assert_eq!(told(&[("a", &[3; 7]), ("b", &[4; 7]), ("c", &[1, 1])], 10), ["b"], "2 views of c");
        assert_eq!(told(&[("a", &[3; 7]), (OTHER, &[4; 7])], 10), ["a"]);
        assert_eq!(told(&[("a", &[9])], 10), [""; 0]);
    }

    #[test]
    fn days_that_hang_on_one_value_are_a_way_to_it() {
        // Without b, Monday and Tuesday are one part, Wednesday and Thursday another: 2 of b, and 18.
        let apart = [("a", &[8, 8][..]), ("b", &[1, 1, 9, 9]), ("c", &[0, 0, 5, 5]), ("d", &[0, 0, 7, 7])];
        assert_eq!(told(&apart, 10), ["b"], "and of the others no sum is known");
        // Where both parts have enough of b, that is no harm.
        let apart = [("a", &[8, 8][..]), ("b", &[6, 6, 9, 9]), ("c", &[0, 0, 5, 5]), ("d", &[0, 0, 7, 7])];
        assert_eq!(told(&apart, 10), ["a", "b", "c", "d"]);
    }

    #[test]
    fn a_value_that_is_not_told_is_not_what_others_leave() {
        // Without a and b, what Monday and Tuesday left out would be 8 of c.
        assert_eq!(told(&[("a", &[5, 5]), ("b", &[6, 6]), ("c", &[4, 4]), ("d", &[0, 0, 9])], 10), ["b"]);
    }
}
