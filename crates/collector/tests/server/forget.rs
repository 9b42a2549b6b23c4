//! `POST /forget`: gone to the last byte.

use askfirst_collector::moment::Moment;
use rusqlite::Connection;
use serde_json::json;

use crate::common::{Answer, Collector, ID, about, grant, view_under};

fn forget(collector: &Collector, id: &str) -> Answer {
    collector.post("/forget", about(id))
}

/// How often a text stands in the files of the data directory.
fn in_the_files(collector: &Collector, text: &str) -> usize {
    let files = std::fs::read_dir(collector.directory.path().join("data")).unwrap();
    let count =
        |bytes: Vec<u8>| bytes.windows(text.len()).filter(|window| *window == text.as_bytes()).count();
    files.map(|file| count(std::fs::read(file.unwrap().path()).unwrap())).sum()
}

fn fill(collector: &Collector) {
    let mut grant = grant(ID, "anonymous");
    grant["page"] = json!("/agreed");
    assert_eq!(collector.post("/consent", grant).status, 200);
    for number in 0..40 {
        assert_eq!(collector.post("/collect", view_under(ID, number, "/")).status, 202);
    }
}

/// The keyed hash of the id, as its receipts have it.
fn hash(collector: &Collector) -> String {
    collector
        .sql()
        .query_row("SELECT id_hash FROM receipts WHERE id_hash IS NOT NULL", [], |row| row.get(0))
        .unwrap()
}

#[test]
fn no_file_holds_the_id_afterwards_and_the_counts_stay() {
    let collector = Collector::start();
    fill(&collector);
    let hash = hash(&collector);
    let other = ID.replace('3', "4");
    collector.agree(&other);
    collector.post("/collect", view_under(&other, 99, "/"));
    let before = collector.report("site=demo");
    assert!(in_the_files(&collector, ID) > 0 && in_the_files(&collector, &hash) > 0);

    let answer = forget(&collector, ID);
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"erased":true}"#));
    assert_eq!(in_the_files(&collector, ID), 0);
    assert_eq!(in_the_files(&collector, "/agreed"), 0, "the page of the grant is gone with the rows");
    assert_eq!(collector.report("site=demo"), before);
    assert_eq!(collector.tables()["events"], 1, "nobody else's rows");
    assert!(in_the_files(&collector, &other) > 0);

    // Nothing leads from the hash to a receipt. The memory of the withdrawal has it in its table and in that table's index, and is
    // gone to the last byte when late messages can come no more.
    let tied = "SELECT count(*) FROM receipts WHERE id_hash = ?1";
    assert_eq!(collector.sql().query_row(tied, [&hash], |row| row.get::<_, u32>(0)).unwrap(), 0);
    assert_eq!(in_the_files(&collector, &hash), 2);
    let collector = nine_days_later(collector);
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while in_the_files(&collector, &hash) > 0 && std::time::Instant::now() < patience {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(in_the_files(&collector, &hash), 0);
}

/// A collector on the same data, nine days after the withdrawals.
fn nine_days_later(collector: Collector) -> Collector {
    let then = Moment::from_minutes(Moment::now().minutes() - 9 * 24 * 60).minute_text();
    collector.sql().execute("UPDATE withdrawn SET minute = ?1", [then]).unwrap();
    Collector::again(collector.stop(), |_| {})
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
fn an_unknown_id_is_answered_alike_and_its_late_grant_stores_nothing() {
    let collector = Collector::start();
    let answer = forget(&collector, ID);
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"erased":true}"#));
    assert_eq!(collector.filled(), ["withdrawn"]);
    // The grant was sent before and arrives now.
    assert_eq!(collector.post("/consent", grant(ID, "anonymous")).refusal(), withdrawn());
    assert_eq!(collector.post("/collect", view_under(ID, 1, "/")).refusal(), withdrawn());
    assert_eq!(collector.filled(), ["withdrawn"]);
    assert_eq!(in_the_files(&collector, ID), 0);
}

fn withdrawn() -> (u16, String) {
    (410, "withdrawn".to_owned())
}

#[test]
fn what_comes_late_is_refused_and_leaves_nothing_also_after_a_restart() {
    let collector = Collector::start();
    fill(&collector);
    assert_eq!(forget(&collector, ID).status, 200);
    let mut late = grant(ID, "full");
    late["page"] = json!("/late");
    let check = |collector: &Collector| {
        let before = collector.tables();
        for number in [0, 1000] {
            let rows = collector.post("/collect", view_under(ID, number, "/"));
            assert_eq!(rows.refusal(), withdrawn(), "a retry, or a new batch");
        }
        assert_eq!(collector.post("/consent", &late).refusal(), withdrawn());
        assert_eq!(collector.tables(), before);
        assert_eq!(in_the_files(collector, ID) + in_the_files(collector, "/late"), 0);
        assert_eq!(collector.report("site=demo"), [("/".to_owned(), 40, 40)]);
    };
    check(&collector);
    let collector = Collector::again(collector.stop(), |_| {});
    check(&collector);
    assert_eq!(forget(&collector, ID).status, 200, "once more, and it is the same");
    check(&collector);
}

#[test]
fn a_withdrawal_is_remembered_for_eight_days() {
    let collector = Collector::start();
    assert_eq!(forget(&collector, ID).status, 200);
    let collector = nine_days_later(collector);
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while collector.tables()["withdrawn"] > 0 && std::time::Instant::now() < patience {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(collector.filled(), [""; 0]);
    assert_eq!(collector.post("/collect", view_under(ID, 1, "/")).refusal(), (425, "no_grant".to_owned()));
}

#[test]
fn hits_and_erasures_at_once_leave_nothing_behind() {
    let collector = Collector::start();
    collector.agree(ID);
    let stored = std::sync::atomic::AtomicU64::new(0);
    std::thread::scope(|scope| {
        for sender in 0..4 {
            let (collector, stored) = (&collector, &stored);
            scope.spawn(move || {
                for number in 0..25 {
                    let answer = collector.post("/collect", view_under(ID, sender * 100 + number, "/"));
                    if answer.status == 202 {
                        stored.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    } else {
                        assert_eq!(answer.refusal(), withdrawn());
                    }
                }
            });
        }
        scope.spawn(|| assert_eq!(forget(&collector, ID).status, 200));
    });
    assert_eq!(forget(&collector, ID).status, 200);
    assert_eq!((collector.tables()["events"], in_the_files(&collector, ID)), (0, 0));
    let stored = stored.into_inner();
    let counted: u64 = collector.report("site=demo").iter().map(|row| row.1).sum();
    assert_eq!(counted, stored, "what was stored was counted");
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
