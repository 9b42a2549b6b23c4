//! `POST /forget`: gone to the last byte.

use rusqlite::Connection;
use serde_json::json;

use crate::common::{Answer, Collector, ID, view_under};

fn forget(collector: &Collector, id: &str) -> Answer {
    collector.post("/forget", json!({"v": 1, "site": "demo", "id": id}))
}

/// How often a text stands in the files of the data directory.
fn in_the_files(collector: &Collector, text: &str) -> usize {
    let files = std::fs::read_dir(collector.directory.path().join("data")).unwrap();
    let count =
        |bytes: Vec<u8>| bytes.windows(text.len()).filter(|window| *window == text.as_bytes()).count();
    files.map(|file| count(std::fs::read(file.unwrap().path()).unwrap())).sum()
}

fn fill(collector: &Collector) {
    for number in 0..40 {
        assert_eq!(collector.post("/collect", view_under(ID, number, "/")).status, 202);
    }
    let grant = json!({"v": 1, "site": "demo", "action": "grant", "level": "anonymous", "policy": 1, "lang": "en", "banner": true, "id": ID});
    assert_eq!(collector.post("/consent", grant).status, 200);
}

#[test]
fn no_file_holds_the_id_afterwards_and_the_counts_stay() {
    let collector = Collector::start();
    fill(&collector);
    let other = ID.replace('3', "4");
    collector.post("/collect", view_under(&other, 99, "/"));
    let before = collector.report("site=demo");
    let database = Connection::open(collector.database()).unwrap();
    let hash: String = database.query_row("SELECT id_hash FROM receipts", [], |row| row.get(0)).unwrap();
    drop(database);
    assert!(in_the_files(&collector, ID) > 0 && in_the_files(&collector, &hash) > 0);

    let answer = forget(&collector, ID);
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"erased":true}"#));
    assert_eq!((in_the_files(&collector, ID), in_the_files(&collector, &hash)), (0, 0));
    assert_eq!(collector.report("site=demo"), before);
    assert_eq!(collector.tables()["events"], 1, "nobody else's rows");
    assert!(in_the_files(&collector, &other) > 0);
}

#[test]
fn a_withdrawal_leaves_a_receipt_that_leads_to_nobody() {
    let collector = Collector::start();
    fill(&collector);
    forget(&collector, ID);
    forget(&collector, ID);
    let database = Connection::open(collector.database()).unwrap();
    let mut rows = database.prepare("SELECT action, id_hash FROM receipts ORDER BY action").unwrap();
    let rows: Vec<(String, Option<String>)> =
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows, [("grant".to_owned(), None), ("withdraw".to_owned(), None)]);
}

#[test]
fn an_unknown_id_is_answered_alike_and_stores_nothing() {
    let collector = Collector::start();
    let answer = forget(&collector, ID);
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"erased":true}"#));
    assert_eq!(collector.filled(), [""; 0]);
}

#[test]
fn a_hit_that_comes_late_is_counted_and_leaves_no_row() {
    let collector = Collector::start();
    fill(&collector);
    forget(&collector, ID);
    assert_eq!(collector.post("/collect", view_under(ID, 1000, "/")).status, 202);
    assert_eq!(collector.tables()["events"], 0);
    assert_eq!(in_the_files(&collector, ID), 0);
    assert_eq!(collector.report("site=demo"), [("/".to_owned(), 41, 41)]);
}

#[test]
fn hits_and_erasures_at_once_leave_nothing_behind() {
    let collector = Collector::start();
    std::thread::scope(|scope| {
        for sender in 0..4 {
            let collector = &collector;
            scope.spawn(move || {
                for number in 0..25 {
                    collector.post("/collect", view_under(ID, sender * 100 + number, "/"));
                }
            });
        }
        scope.spawn(|| assert_eq!(forget(&collector, ID).status, 200));
    });
    assert_eq!(forget(&collector, ID).status, 200);
    assert_eq!((collector.tables()["events"], in_the_files(&collector, ID)), (0, 0));
    assert_eq!(collector.report("site=demo"), [("/".to_owned(), 100, 100)]);
}

#[test]
fn an_open_reader_is_waited_for_and_the_truth_told() {
    let collector = Collector::start();
    fill(&collector);
    let reader = Connection::open(collector.database()).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM events;").unwrap();
    let answer = forget(&collector, ID);
    assert_eq!(answer.refusal(), (503, "unavailable".to_owned()));
    assert_eq!(collector.tables()["events"], 0, "out of the tables at once");
    assert!(in_the_files(&collector, ID) > 0, "which is why the answer was no");
    reader.execute_batch("ROLLBACK").unwrap();
    assert_eq!(forget(&collector, ID).status, 200);
    assert_eq!(in_the_files(&collector, ID), 0);
}
