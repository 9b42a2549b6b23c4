//! The table `answers`: how many are asked for consent, agree and refuse, by day and policy.

use askfirst_collector::moment::today;
use serde_json::{Value, json};

use crate::common::{Collector, ID, deny, grant, views};

/// Policy, asked, granted, refused.
type Row = (u32, u32, u32, u32);

fn answers(collector: &Collector) -> Vec<Row> {
    let database = collector.sql();
    let mut rows = database
        .prepare(
            "SELECT policy, asked, granted, refused FROM answers WHERE site = 'demo' AND day = ?1 ORDER BY 1",
        )
        .unwrap();
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
    rows.query_map([today().to_string()], row).unwrap().map(Result::unwrap).collect()
}

/// A message, under another policy.
fn under(policy: u32, mut message: Value) -> Value {
    message["policy"] = json!(policy);
    message
}

/// Views, the first of which asks under a policy.
fn asking(number: u64, policy: u32, hits: usize) -> Value {
    let mut batch: Value = serde_json::from_str(&views(number, "/", hits)).unwrap();
    batch["hits"][0]["view"]["asked"] = json!(policy);
    batch
}

#[test]
fn each_is_counted_by_policy() {
    let collector = Collector::start();
    for (number, policy) in [(1, 3), (2, 3), (2, 3), (3, 5)] {
        assert_eq!(collector.post("/collect", asking(number, policy, 2)).status, 202);
    }
    for policy in [3, 5, 5] {
        assert_eq!(collector.post("/consent", under(policy, deny())).status, 202);
    }
    collector.agree(ID);
    collector.agree(&ID.replace('3', "4"));
    assert_eq!(answers(&collector), [(3, 2, 2, 1), (5, 1, 0, 2)]);
    assert_eq!(collector.report("site=demo"), [("/".to_owned(), 6, 6)], "views are counted as ever");
    let cells: u32 = collector.sql().query_row("SELECT count(*) FROM cells", [], |row| row.get(0)).unwrap();
    let collector = Collector::start();
    assert_eq!(collector.post("/collect", views(1, "/", 2)).status, 202);
    let plain: u32 = collector.sql().query_row("SELECT count(*) FROM cells", [], |row| row.get(0)).unwrap();
    assert_eq!(cells, plain, "asking is counted for the site, never by page");
}

#[test]
fn a_refusal_that_is_sent_again_is_counted_once() {
    let collector = Collector::start();
    let refusal = deny();
    for message in [refusal.clone(), refusal.clone(), deny(), refusal] {
        assert_eq!(collector.post("/consent", message).status, 202);
    }
    assert_eq!(answers(&collector), [(3, 0, 0, 2)]);
}

#[test]
fn an_id_grants_once_however_often_it_is_sent_and_whatever_it_grants_later() {
    let collector = Collector::start();
    for message in [
        grant(ID, "anonymous"),
        grant(ID, "anonymous"),
        grant(ID, "full"),
        under(9, grant(ID, "full")),
        grant(ID, "anonymous"),
    ] {
        assert_eq!(collector.post("/consent", message).status, 200);
    }
    assert_eq!(answers(&collector), [(3, 0, 1, 0)]);
    assert_eq!(collector.tables()["receipts"], 4);
}

#[test]
fn a_view_under_an_id_can_ask_too_and_counts_once() {
    let collector = Collector::start();
    collector.agree(ID);
    let batch = json!({"v": 2, "site": "demo", "level": "anonymous", "batch": ID, "id": ID,
        "hits": [{"view": {"page": "/", "entry": true, "asked": 4}}]});
    for _ in 0..2 {
        assert_eq!(collector.post("/collect", &batch).status, 202);
    }
    assert_eq!(answers(&collector), [(3, 0, 1, 0), (4, 1, 0, 0)]);
}

#[test]
fn what_is_refused_counts_nothing() {
    let collector = Collector::start();
    let batch = json!({"v": 2, "site": "demo", "level": "anonymous", "batch": ID, "id": ID,
        "hits": [{"view": {"page": "/", "entry": true, "asked": 4}}]});
    assert_eq!(collector.post("/collect", &batch).status, 425);
    assert_eq!(collector.post("/forget", crate::common::about(ID)).status, 200);
    assert_eq!(collector.post("/consent", grant(ID, "full")).status, 410);
    assert_eq!(answers(&collector), []);
}
