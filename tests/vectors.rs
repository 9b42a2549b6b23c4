//! The contract vectors, from the snippet's side: what the browser shows becomes the message that the collector expects.
//! `browser.rs` does the same where the snippet runs.
#![allow(clippy::unwrap_used, reason = "a vector that cannot be read is a failed test")]

mod messages;

use askfirst_wire::redact;
use messages::{batch, vectors};

#[test]
fn what_the_browser_shows_becomes_the_message() {
    for vector in vectors(include_str!("../crates/wire/tests/vectors/collect.json")) {
        let batch = batch(&vector["made_from"]);
        assert_eq!(serde_json::to_value(&batch).unwrap(), vector["body"], "{}", vector["about"]);
    }
}

#[test]
fn paths_become_templates() {
    let triples: Vec<[String; 3]> =
        serde_json::from_str(include_str!("../crates/wire/tests/vectors/redaction.json")).unwrap();
    for [_, path, template] in triples {
        assert_eq!(redact::page(&path), template, "{path}");
    }
}
