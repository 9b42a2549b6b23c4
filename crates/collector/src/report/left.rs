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
//! To tell one value less ties its threads to the ground. That only joins parts of other values, so whatever is safe stays safe
//! with fewer values. Hence they are told one by one, the largest first, but for those that make it unsafe. Whoever knows that a
//! value had no views on a day is not helped: where there are none, there is no thread. But who knows that a day had one value
//! only, has it from the day's total; the week adds nothing to that.
//!
//! Reports of pages add nothing to that. A page's report of a day tells of values that the site's report left out nothing but
//! their sum, with what else it left out; and a page that was left out has no report of that day. So of what a day left out, be it
//! values or pages, the sum alone is known. A value of a page follows from a week only where it is all that days have of that
//! value, or of that page, and then as little as these do.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use askfirst_wire::builtin::OTHER;

use super::fold::Rest;

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
            self.0.into_iter().map(|(name, views)| Value { name, views, is_told: false }).collect();
        // The largest first, and last what cannot be told.
        values
            .sort_unstable_by_key(|value| (Reverse(value.may_be_told(k)), Reverse(value.sum()), value.name));
        let all = values.partition_point(|value| value.may_be_told(k));
        let mut next = 0;
        while next < all {
            // As many as are safe, together with those before.
            let (mut safe, mut too_many) = (next, all + 1);
            while too_many - safe > 1 {
                // All at once, to begin with: mostly they are.
                let to = if too_many > all { all } else { safe.midpoint(too_many) };
                tell(&mut values[next..all], to - next);
                if is_safe(&values, k) { safe = to } else { too_many = to }
            }
            tell(&mut values[next..all], safe - next);
            next = safe + 1;
        }
        // What is left over in a report of the week.
        let rest = |values: &[Value<'a>]| {
            let rest = values.iter().filter(|value| !value.is_told);
            Rest::of(rest.map(|value| (value.name, value.sum())))
        };
        while !rest(&values).is_safe(k) {
            let Some(smallest) = values.iter_mut().rfind(|value| value.is_told) else { break };
            smallest.is_told = false;
        }
        values.into_iter().filter(|value| value.is_told).map(|value| value.name).collect()
    }
}

struct Value<'a> {
    name: &'a str,
    views: [u64; DAYS + 1],
    is_told: bool,
}

impl Value<'_> {
    fn may_be_told(&self, k: u64) -> bool {
        self.name != OTHER && self.sum() >= k
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

/// Tells the first so many of them.
fn tell(values: &mut [Value<'_>], count: usize) {
    values.iter_mut().enumerate().for_each(|(index, value)| value.is_told = index < count);
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

/// Whether no sum of 1 to k - 1 views of a value can be had by what is told.
fn is_safe(values: &[Value<'_>], k: u64) -> bool {
    let mut net: BTreeMap<Part, usize> = BTreeMap::new();
    values.iter().for_each(|value| *net.entry(value.ties()).or_default() += 1);
    let cut: BTreeMap<Part, Vec<Part>> = net.keys().map(|ties| (*ties, parts(&net, *ties))).collect();
    // Where no told value hangs in, there is only what a day left out of one value.
    let is_told = |part: Part| net.keys().any(|ties| ties & GROUND == 0 && ties & part != 0);
    // What is counted as "(other)" is no value, but a mixture of them.
    values.iter().filter(|value| value.name != OTHER).all(|value| {
        let mut parts = cut.get(&value.ties()).into_iter().flatten();
        parts.all(|part| {
            let is_small = (1..k).contains(&value.sum_of(*part));
            !is_small || !(value.is_told || (part & GROUND == 0 && is_told(*part)))
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::attack::known::Known;

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
        assert_eq!(told(&apart, 10), ["b", "d"], "so a is not told, nor with d also c");
        // Where both parts have enough of b, that is no harm.
        let apart = [("a", &[8, 8][..]), ("b", &[6, 6, 9, 9]), ("c", &[0, 0, 5, 5]), ("d", &[0, 0, 7, 7])];
        assert_eq!(told(&apart, 10), ["a", "b", "c", "d"]);
    }

    #[test]
    fn a_value_that_is_not_told_is_not_what_others_leave() {
        // Without a and b, what Monday and Tuesday left out would be 8 of c.
        assert_eq!(told(&[("a", &[5, 5]), ("b", &[6, 6]), ("c", &[4, 4]), ("d", &[0, 0, 9])], 10), ["b"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

        /// The attacker, without pages: much faster, so that he tries much more.
        #[test]
        fn no_sum_of_answers_is_a_small_cell(
            views in proptest::collection::vec(prop_oneof![2 => Just(0), 3 => 0..6u64], 7 * 4), k in 2u64..=8,
        ) {
            const NAMES: [&str; 4] = ["a", "b", "c", "d"];
            let of = |day: usize, value: usize| views[day * 4 + value].min(k - 1);
            let atoms = |is_of: &dyn Fn(usize, usize) -> bool| {
                let atoms = (0..7 * 4).filter(|atom| of(atom / 4, atom % 4) > 0 && is_of(atom / 4, atom % 4));
                vec![atoms.fold(0, |all, atom| all | 1 << atom)]
            };
            let mut left = Left::default();
            (0..7 * 4).for_each(|atom| left.add(atom / 4, NAMES[atom % 4], of(atom / 4, atom % 4)));
            let told = left.told(k);
            let mut of_days = Known::new(7 * 4);
            (0..7).for_each(|day| { of_days.learn(&atoms(&|of, _| of == day)); });
            let mut known = of_days.clone();
            let told = (0..4).filter(|value| told.contains(NAMES[*value]));
            told.for_each(|told| { known.learn(&atoms(&|_, value| value == told)); });
            for (value, days) in (0..4).flat_map(|value| (1..1 << 7).map(move |days| (value, days))) {
                let sum: u64 = (0..7).filter(|day| days >> day & 1 == 1).map(|day| of(day, value)).sum();
                let atoms = atoms(&|day, of| of == value && days >> day & 1 == 1);
                let is_small = (1..k).contains(&sum);
                prop_assert!(!is_small || !known.knows(&atoms) || of_days.knows(&atoms), "{value} {days:b}");
            }
        }
    }
}
