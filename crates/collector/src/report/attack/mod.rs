//! The attacker: asks every report there is over two weeks of a small site, and adds and subtracts all the answers as he likes.
//!
//! He even knows which cells an answer is the sum of, which no report says: each cell of the site has a bit of its own, which
//! travels through the folding as its number of visits. And he knows that what adds up to 0 is 0.

pub(super) mod known;
mod world;

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{RngSeed, TestRunner};

use self::known::Known;
use self::world::{Shape, World};

/// A week, and the beginning of one that has not ended.
const SMALL: Shape = Shape { days: 9, pages: 2, values: 3 };
/// Two weeks that have ended.
const LARGE: Shape = Shape { days: 14, pages: 3, values: 4 };
const ONE_WEEK: Shape = Shape { days: 7, pages: 4, values: 3 };
const MANY_VALUES: Shape = Shape { days: 8, pages: 3, values: 5 };

#[test]
fn the_attacker_finds_what_is_not_folded() {
    let world = World { shape: SMALL, views: (0..SMALL.atoms() as u64).map(|atom| atom % 7).collect() };
    let days = SMALL.any_days();
    assert!(world.found(1, &days).is_empty(), "there is nothing below 1");
    let mut known = Known::new(SMALL.atoms());
    for (atoms, _) in world.answers(1) {
        known.learn(&atoms);
    }
    let small = (0..SMALL.atoms()).filter(|atom| (1..3).contains(&world.views[*atom]));
    let small: Vec<_> = small.map(|atom| vec![1 << atom]).collect();
    assert!(small.len() > 10 && small.iter().all(|atoms| known.knows(atoms)));
}

/// Two days of a value came to 4 views, and followed from what the week told of it and of others, though no single day did.
#[test]
fn a_week_is_no_way_to_some_of_its_days() {
    let mut views = vec![0; SMALL.atoms()];
    for (atom, number) in [
        (3, 7),
        (8, 4),
        (9, 3),
        (10, 7),
        (12, 1),
        (13, 2),
        (14, 7),
        (15, 2),
        (16, 2),
        (18, 1),
        (19, 6),
        (20, 7),
        (26, 5),
        (28, 7),
        (29, 2),
        (35, 7),
        (40, 7),
        (41, 7),
    ] {
        views[atom] = number;
    }
    let world = World { shape: SMALL, views };
    assert!(world.small(5, &SMALL.any_days()) > 0);
    assert_eq!(world.found(5, &SMALL.any_days()), []);
}

/// Few views, many, and none.
fn views() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), 0..4u64, 0..12u64, 5..40u64]
}

fn world(shape: Shape) -> impl Strategy<Value = World> {
    proptest::collection::vec(views(), shape.atoms()).prop_map(move |views| World { shape, views })
}

/// The same worlds each time, so that what holds today holds tomorrow; other seeds are for whoever changes the folding.
fn worlds(cases: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_261_122),
        ..ProptestConfig::with_cases(cases)
    }
}

proptest! {
    #![proptest_config(worlds(96))]

    #[test]
    fn no_sum_of_answers_is_a_small_cell_of_any_days(world in world(SMALL), k in 2u64..8) {
        prop_assert_eq!(world.found(k, &SMALL.any_days()), []);
    }

    #[test]
    fn every_total_is_exact(world in world(SMALL), k in 1u64..8) {
        let answer = world.ask("page", "", 0, SMALL.days - 1, k, 0);
        prop_assert_eq!(answer.total.views, world.views.iter().sum::<u64>());
        let shown: u64 = answer.rows.values().map(|sum| sum.views).sum();
        prop_assert_eq!(shown + answer.rest().views, answer.total.views);
    }
}

proptest! {
    #![proptest_config(worlds(4))]

    #[test]
    fn nor_of_a_larger_site(world in world(LARGE), k in 2u64..8) {
        prop_assert_eq!(world.found(k, &LARGE.spans()), []);
    }
}

/// For whoever changes the folding: as many worlds as there is time for, dense and sparse.
/// `FOLD_SECONDS=600 cargo test --release -p askfirst-collector --lib many_worlds -- --ignored --nocapture`
#[test]
#[ignore = "takes as long as it is told to"]
fn many_worlds() {
    let seconds = std::env::var("FOLD_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    let until = Instant::now() + Duration::from_secs(seconds);
    // How often each is tried: the larger, the longer it takes.
    let shapes = [(16, SMALL), (4, ONE_WEEK), (2, MANY_VALUES), (1, LARGE)];
    let mut tried = [0; 4];
    let mut small = 0;
    let mut found = Vec::new();
    let mut runner =
        TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() });
    while Instant::now() < until {
        for ((times, shape), tried) in shapes.iter().zip(&mut tried) {
            let days = if shape.days < 10 { shape.any_days() } else { shape.spans() };
            for _ in 0..*times {
                let (world, k) = any_world(*shape).new_tree(&mut runner).unwrap().current();
                small += world.small(k, &days);
                let leaks = world.found(k, &days);
                found.extend((!leaks.is_empty()).then(|| format!("k = {k}, {leaks:?}, {world:?}")));
                *tried += 1;
            }
        }
    }
    println!("{tried:?} worlds, {small} small cells, {} with a leak", found.len());
    found.sort_by_key(String::len);
    assert!(found.is_empty(), "{}", found[..found.len().min(3)].join("\n"));
}

/// How often there is nothing, of 8, and how much there is otherwise.
fn any_world(shape: Shape) -> impl Strategy<Value = (World, u64)> {
    (0u32..8, 1u64..16, 0u32..4, 2u64..=8).prop_flat_map(move |(none, most, many, k)| {
        let cell = prop_oneof![none => Just(0), 8 - none => 0..=most, many => 5..40u64];
        let world = proptest::collection::vec(cell, shape.atoms());
        (world.prop_map(move |views| World { shape, views }), Just(k))
    })
}
