//! The contract vectors, which the snippet's tests read too.

use serde_json::Value;

use crate::common::Collector;

fn vectors(text: &str) -> Vec<Value> {
    serde_json::from_str(text).unwrap()
}

/// What happened, under an id or not.
fn what(hit: &Value) -> &Value {
    hit.get("what").unwrap_or(hit)
}

#[test]
fn what_the_snippet_sends_is_accepted_and_counted() {
    for vector in vectors(include_str!("../../../wire/tests/vectors/collect.json")) {
        let collector = Collector::start();
        let answer = collector.post("/collect", &vector["body"]);
        let hits = vector["body"]["hits"].as_array().unwrap();
        assert_eq!((answer.status, answer.body), (202, format!("{{\"accepted\":{}}}", hits.len())));

        let (views, events): (Vec<&Value>, Vec<&Value>) =
            hits.iter().map(what).partition(|hit| hit.get("view").is_some());
        let entries = views.iter().filter(|hit| hit["view"]["entry"] == true).count();
        let sum = |by: &str| {
            let rows = collector.report(&format!("site=shop.example&by={by}"));
            rows.iter().fold((0, 0), |sum, row| (sum.0 + row.1, sum.1 + row.2))
        };
        assert_eq!(sum("page"), (views.len() as u64, entries as u64), "{}", vector["about"]);
        assert_eq!(sum("day"), sum("page"));
        assert_eq!(sum("event"), (events.len() as u64, 0));
        let rows = if vector["body"].get("id").is_some() { hits.len() as u32 } else { 0 };
        assert_eq!(collector.tables()["events"], rows, "only hits under an id become rows");
    }
}

#[test]
fn consent_messages_are_answered() {
    let collector = Collector::start();
    for vector in vectors(include_str!("../../../wire/tests/vectors/consent.json")) {
        let path = format!("/{}", vector["message"].as_str().unwrap());
        let answer = collector.post(&path, &vector["body"]);
        assert_eq!(
            Some(u64::from(answer.status)),
            vector["status"].as_u64(),
            "{}: {}",
            vector["about"],
            answer.body
        );
    }
}

#[test]
fn what_is_refused_is_refused_for_its_reason_and_stores_nothing() {
    let collector = Collector::start();
    for vector in vectors(include_str!("../../../wire/tests/vectors/refused.json")) {
        let path = format!("/{}", vector["message"].as_str().unwrap());
        let (status, reason) = collector.post(&path, &vector["body"]).refusal();
        assert_eq!(
            (u64::from(status), reason.as_str()),
            (vector["status"].as_u64().unwrap(), vector["reason"].as_str().unwrap())
        );
        assert_eq!(collector.filled(), [""; 0], "{}", vector["about"]);
    }
}
