//! `POST /consent`.

use askfirst_wire::Level;
use serde_json::json;

use crate::common::{Collector, ID, deny, grant};

#[test]
fn a_grant_is_answered_with_its_receipt() {
    let collector = Collector::start();
    let (first, second) =
        (collector.post("/consent", grant(ID, "anonymous")), collector.post("/consent", grant(ID, "full")));
    assert_eq!((first.status, second.status), (200, 200));
    let (first, second) = (first.json(), second.json());
    for (key, value) in [
        ("site", json!("demo")),
        ("action", json!("grant")),
        ("level", json!("anonymous")),
        ("policy", json!(3)),
        ("lang", json!("en")),
        ("banner", json!(true)),
    ] {
        assert_eq!(first[key], value);
    }
    assert_eq!(first.as_object().unwrap().len(), 16, "{first}");
    assert!(first["time"].as_str().unwrap().ends_with('Z'));
    assert_eq!(first["receipt"].as_str().unwrap().len(), 32);
    assert_ne!(first["receipt"], second["receipt"]);
}

#[test]
fn the_receipt_keeps_a_keyed_hash_and_never_the_id() {
    let hash = |collector: &Collector| -> String {
        collector.agree(ID);
        collector.sql().query_row("SELECT id_hash FROM receipts", [], |row| row.get(0)).unwrap()
    };
    let (first, second) = (hash(&Collector::start()), hash(&Collector::start()));
    assert_eq!((first.len(), second.len()), (64, 64));
    assert_ne!(first, second, "each database has a key of its own");
    assert!(!first.contains(ID));
}

#[test]
fn a_refusal_becomes_a_daily_count_and_nothing_else() {
    let collector = Collector::start();
    for _ in 0..3 {
        let answer = collector.post("/consent", deny());
        assert_eq!((answer.status, answer.body.as_str()), (202, ""));
    }
    assert_eq!(collector.filled(), ["answers", "batches"]);
}

#[test]
fn a_grant_above_the_ceiling_is_refused_and_a_refusal_never() {
    let collector = Collector::with(|config| config.sites[0].level = Level::None);
    assert_eq!(
        collector.post("/consent", grant(ID, "anonymous")).refusal(),
        (403, "level_above_ceiling".to_owned())
    );
    assert_eq!(collector.filled(), [""; 0]);
    assert_eq!(collector.post("/consent", deny()).status, 202);
}
