//! The contract vectors, which the snippet's tests read too.

use serde_json::{Value, json};

use crate::common::{Collector, grant};

fn vectors(text: &str) -> Vec<Value> {
    serde_json::from_str(text).unwrap()
}

/// Has the collector store the grant that the rows of a batch need, if they need one.
fn agree(collector: &Collector, batch: &Value) {
    if let (Some(id), Some(level)) = (batch["id"].as_str(), batch["level"].as_str()) {
        let mut grant = grant(id, level);
        grant["site"] = batch["site"].clone();
        assert_eq!(collector.post("/consent", grant).status, 200);
    }
}

#[test]
fn what_the_snippet_sends_is_accepted_and_counted() {
    for vector in vectors(include_str!("../../../wire/tests/vectors/collect.json")) {
        let collector = Collector::start();
        let (about, batch) = (&vector["about"], &vector["body"]);
        agree(&collector, batch);
        let answer = collector.post("/collect", batch);
        let hits = batch["hits"].as_array().unwrap();
        assert_eq!((answer.status, answer.body), (202, format!("{{\"accepted\":{}}}", hits.len())));

        let (views, events): (Vec<&Value>, Vec<&Value>) =
            hits.iter().partition(|hit| hit.get("view").is_some());
        let entries = views.iter().filter(|hit| hit["view"]["entry"] == true).count();
        let sum = |by: &str| {
            let rows = collector.report(&format!("site=shop.example&by={by}"));
            rows.iter().fold((0, 0), |sum, row| (sum.0 + row.1, sum.1 + row.2))
        };
        assert_eq!(sum("page"), (views.len() as u64, entries as u64), "{about}");
        assert_eq!(sum("day"), sum("page"));
        assert_eq!(sum("event"), (events.len() as u64, 0));
        let rows = if batch.get("id").is_some() { hits.len() as u32 } else { 0 };
        assert_eq!(collector.tables()["events"], rows, "only hits under an id become rows");
        let asked = views.iter().filter(|hit| hit["view"].get("asked").is_some()).count();
        let counted: u32 = collector
            .sql()
            .query_row("SELECT coalesce(sum(asked), 0) FROM answers", [], |row| row.get(0))
            .unwrap();
        assert_eq!(counted as usize, asked, "{about}");
    }
}

#[test]
fn rows_of_the_vectors_are_refused_before_their_grant() {
    let collector = Collector::start();
    for vector in vectors(include_str!("../../../wire/tests/vectors/collect.json")) {
        let batch = &vector["body"];
        if batch.get("id").is_some() {
            assert_eq!(collector.post("/collect", batch).refusal(), (425, "no_grant".to_owned()));
        }
    }
    assert_eq!(collector.filled(), [""; 0]);
}

#[test]
fn consent_messages_are_answered() {
    let collector = Collector::start();
    for vector in vectors(include_str!("../../../wire/tests/vectors/consent.json")) {
        let path = format!("/{}", vector["message"].as_str().unwrap());
        let answer = collector.post(&path, &vector["body"]);
        assert_eq!(json!(answer.status), vector["status"], "{}: {}", vector["about"], answer.body);
    }
}

#[test]
fn what_is_refused_is_refused_for_its_reason_and_stores_nothing() {
    let collector = Collector::start();
    for vector in vectors(include_str!("../../../wire/tests/vectors/refused.json")) {
        let path = format!("/{}", vector["message"].as_str().unwrap());
        let (status, reason) = collector.post(&path, &vector["body"]).refusal();
        assert_eq!((json!(status), json!(reason)), (vector["status"].clone(), vector["reason"].clone()));
        assert_eq!(collector.filled(), [""; 0], "{}", vector["about"]);
    }
}
