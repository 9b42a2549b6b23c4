//! A set of batch numbers that takes little more memory than they do: a minute at full load brings two million.

use std::hash::BuildHasher as _;

use foldhash::quality::RandomState;

/// Lists that the numbers are spread over, each in order.
const LISTS: usize = 1024;
/// By how many numbers a list grows: one that doubles is half empty afterwards.
const GROWTH: usize = 32;

/// Says which list a number belongs to. Whoever sends chooses the numbers, and must not choose the list: it would grow long.
#[derive(Debug, Default)]
pub(super) struct Key(RandomState);

impl Key {
    pub(super) fn list(&self, number: u64) -> usize {
        self.0.hash_one(number) as usize % LISTS
    }
}

/// Numbers, each once.
#[derive(Debug)]
pub(super) struct Numbers(Box<[Vec<u64>]>);

impl Default for Numbers {
    fn default() -> Self {
        Self(vec![Vec::new(); LISTS].into())
    }
}

impl Numbers {
    /// Whether the number is in its list.
    pub(super) fn contains(&self, list: usize, number: u64) -> bool {
        self.0[list].binary_search(&number).is_ok()
    }

    /// Puts the number into its list.
    pub(super) fn insert(&mut self, list: usize, number: u64) {
        let list = &mut self.0[list];
        if let Err(place) = list.binary_search(&number) {
            if list.len() == list.capacity() {
                list.reserve_exact(GROWTH);
            }
            list.insert(place, number);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_holds_what_was_put_in_and_nothing_else(
            numbers in proptest::collection::vec(0_u64..2000, 0..500), others in proptest::collection::vec(any::<u64>(), 0..50),
        ) {
            let (key, mut set, mut expected) = (Key::default(), Numbers::default(), BTreeSet::new());
            for &number in numbers.iter().chain(&others) {
                set.insert(key.list(number), number);
                expected.insert(number);
            }
            for number in (0..2000).chain(others) {
                prop_assert_eq!(set.contains(key.list(number), number), expected.contains(&number));
            }
            prop_assert_eq!(set.0.iter().map(Vec::len).sum::<usize>(), expected.len());
        }
    }

    #[test]
    fn a_number_takes_its_eight_bytes_and_little_more_however_the_numbers_are_chosen() {
        for step in [1, 1 << 10, 1 << 40, 0x0101_0101] {
            let (key, mut set) = (Key::default(), Numbers::default());
            let numbers = 200 * LISTS;
            for number in (0..numbers as u64).map(|index| index.wrapping_mul(step)) {
                set.insert(key.list(number), number);
            }
            let room: usize = set.0.iter().map(Vec::capacity).sum();
            assert!(room < numbers * 5 / 4, "{room} places for {numbers} numbers");
            let longest = set.0.iter().map(Vec::len).max().unwrap();
            assert!(
                longest < 400,
                "{longest} of {numbers} numbers in one of {LISTS} lists, which are multiples of {step}"
            );
        }
    }
}
