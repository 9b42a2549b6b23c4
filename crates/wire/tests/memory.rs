//! What a body costs in memory while it is decoded, valid or refused. A collector with little memory must survive many such
//! bodies at once.
#![cfg(feature = "decode")]

#[path = "holds/memory.rs"]
mod memory;

use askfirst_wire::limits;
use memory::{bound, peak};
use proptest::prelude::*;
use proptest::test_runner::{TestRng, TestRunner};
use serde_json::Value;

#[track_caller]
fn assert_cheap(about: &str, body: &str) {
    let (peak, bound) = (peak(body.as_bytes()), bound(body.as_bytes()));
    assert!(peak <= bound, "{about}: {peak} of {bound} bytes, for a body of {}", body.len());
}

/// The start of a message that all four decoders read.
const HEAD: &str = r#"{"v":1,"site":"demo","action":"grant","level":"aggregated","batch":"00ff10ee20dd30cc","id":"3f1c9a52e07b48d6a1f0c2b4d6e8f901""#;

/// A body of [`limits::BODY`] bytes: the middle is repeated as often as there is room.
fn filled(before: &str, middle: &str, after: &str) -> String {
    let room = limits::BODY - before.len() - after.len();
    [before, &middle.repeat(room / middle.len()), after].concat()
}

/// As [`filled`], with `0` as the last item of the list.
fn list(before: &str, item: &str, after: &str) -> String {
    filled(before, &format!("{item},"), &format!("{item}{after}"))
}

#[test]
fn a_long_name_with_a_long_list() {
    for share in [1_000, 16 * 1024, 32 * 1024, 60 * 1024] {
        let name = "k".repeat(share);
        assert_cheap("at the top", &list(&format!(r#"{HEAD},"{name}":["#), "0", "]}"));
        assert_cheap("in a hit", &list(&format!(r#"{HEAD},"hits":[{{"view":{{"{name}":["#), "0", "]}}]}"));
        let escaped = "\\u00e9".repeat(share / 6);
        assert_cheap("escaped", &list(&format!(r#"{HEAD},"{escaped}":["#), "0", "]}"));
    }
    assert_cheap("known", &list(&format!(r#"{HEAD},"hits":[{{"view":{{"page":["#), "0", "]}}]}"));
    assert_cheap("empty lists", &list(&format!(r#"{HEAD},"hits":[{{"view":{{"page":["#), "[]", "]}}]}"));
}

#[test]
fn deep_nesting() {
    for (about, open) in [("lists", "["), ("objects", r#"{"a":"#), ("wraps", r#"{"what":"#)] {
        assert_cheap(about, &filled("", open, ""));
        assert_cheap(about, &filled(&format!(r#"{HEAD},"hits":"#), open, ""));
        let depth = (limits::BODY - HEAD.len() - 20) / (open.len() + 1);
        let close = if open == "[" { "]" } else { "}" };
        let middle = format!("{}0{}", open.repeat(depth), close.repeat(depth));
        assert_cheap(about, &format!(r#"{HEAD},"hits":{middle}}}"#));
    }
}

#[test]
fn many_tiny_hits() {
    let hit = r#"{"event":{"name":"a","page":"/"}}"#;
    assert_cheap("aggregated", &list(&format!(r#"{HEAD},"hits":["#), hit, "]}"));
    let view = r#"{"view":{"page":"/"}}"#;
    let anonymous = HEAD.replace("aggregated", "anonymous");
    let hit = format!(r#"{{"uuid":"","visit":"","what":{view}}}"#);
    assert_cheap("anonymous", &list(&format!(r#"{anonymous},"hits":["#), &hit, "]}"));
    assert_cheap("views", &list(r#"{"v":1,"site":"d","level":"aggregated","batch":"","hits":["#, view, "]}"));
}

#[test]
fn many_tiny_properties() {
    let head = r#"{"v":1,"site":"d","level":"aggregated","batch":"","hits":[{"event":{"name":"a","page":"/","props":{"#;
    assert_cheap("pairs", &list(head, r#""a":"b""#, "}}}]}"));
    assert_cheap("empty", &list(head, r#""":"""#, "}}}]}"));
    assert_cheap("refused", &list(&format!(r#"{{"x":1,{}"#, &head[1..]), r#""a":"b""#, "}}}]}"));
}

#[test]
fn long_texts_and_escapes() {
    for piece in
        ["a", "\u{7f}", "é", "\u{200b}", "\\n", "\\u0001", "\\u00e9", "\\ud83d\\ude00", "\\\"", "\\\\"]
    {
        for (before, after) in [
            (r#"{"v":""#.to_owned(), r#""}"#),
            (r#"{"v":1,"level":""#.to_owned(), r#""}"#),
            (r#"{"v":1,"action":""#.to_owned(), r#""}"#),
            (r#"{"v":1,"site":""#.to_owned(), r#""}"#),
            (r#"{"v":1,""#.to_owned(), r#"":0}"#),
            (format!(r#"{HEAD},"hits":""#), r#""}"#),
            (format!(r#"{HEAD},"hits":[{{""#), r#"":0}]}"#),
            (format!(r#"{HEAD},"hits":[{{"view":{{"page":""#), r#""}}]}"#),
            (format!(r#"{HEAD},"hits":[{{"view":{{"viewport":""#), r#""}}]}"#),
            (format!(r#"{HEAD},"dropped":""#), r#""}"#),
        ] {
            assert_cheap(&format!("{piece:?} in {before}"), &filled(&before, piece, after));
        }
    }
}

/// The bodies of the contract vectors.
fn bodies() -> Vec<String> {
    let files = [
        include_str!("vectors/collect.json"),
        include_str!("vectors/consent.json"),
        include_str!("vectors/refused.json"),
    ];
    let vectors = files.iter().flat_map(|file| serde_json::from_str::<Vec<Value>>(file).expect("a list"));
    vectors.map(|vector| vector["body"].to_string()).collect()
}

/// A body with a piece of it repeated until it is as long as a body may be.
fn grown(body: &str, from: usize, to: usize) -> Vec<u8> {
    let body = body.as_bytes();
    let (from, to) = (from.min(to), from.max(to) + 1);
    let times = (limits::BODY - body.len()) / (to - from);
    [&body[..to], &body[from..to].repeat(times), &body[to..]].concat()
}

#[test]
fn changed_messages() {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3_000) };
    let mut runner = TestRunner::new_with_rng(
        config,
        TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let index = any::<proptest::sample::Index>;
    let strategy = (
        proptest::sample::select(bodies()),
        index(),
        index(),
        proptest::collection::vec((index(), any::<u8>()), 0..4),
    );
    runner
        .run(&strategy, |(body, from, to, changes)| {
            let (from, to) = (from.index(body.len()), to.index(body.len()));
            let mut grown = grown(&body, from, to);
            for (at, byte) in changes {
                *at.get_mut(&mut grown) = byte;
            }
            let text = String::from_utf8_lossy(&body.as_bytes()[from.min(to)..=from.max(to)]).into_owned();
            prop_assert!(peak(&grown) <= bound(&grown), "{} in {body}, with {text} repeated", peak(&grown));
            Ok(())
        })
        .expect("every body is cheap");
}
