//! Rows need a grant that the collector has stored.

use std::sync::Arc;
use std::time::Duration;

use askfirst_collector::config::Config;
use askfirst_collector::intake::{AcceptedHit, BatchKey, EventRow, HitCounts, Intake, RowOwner, ViewCount};
use askfirst_collector::moment::Moment;
use askfirst_collector::receipts::Receipt;
use askfirst_collector::store::{NewGrant, NotStored, Options, Store};
use askfirst_wire::Level;
use askfirst_wire::consent::Grant;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::common::{Collector, ID, Program, about, agree, grant, holds, post, report, view_under};

/// A body with one page view at level full.
fn full(number: u64) -> String {
    view_under(ID, number, "/").replacen("\"anonymous\"", "\"full\"", 1)
}

fn no_grant() -> (u16, String) {
    (425, "no_grant".to_owned())
}

fn withdrawn() -> (u16, String) {
    (410, "withdrawn".to_owned())
}

/// Kind, level, page and place of all rows, in the order of arrival.
fn rows(collector: &Collector) -> Vec<(String, String, String, u32)> {
    let database = collector.sql();
    let mut rows = database.prepare("SELECT kind, level, page, place FROM events ORDER BY seq").unwrap();
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
    rows.query_map([], row).unwrap().map(Result::unwrap).collect()
}

fn row(kind: &str, level: &str, page: &str, place: u32) -> (String, String, String, u32) {
    (kind.to_owned(), level.to_owned(), page.to_owned(), place)
}

fn granting(page: &str) -> Value {
    let mut grant = grant(ID, "anonymous");
    grant["page"] = json!(page);
    grant
}

/// Makes all receipts so many days older, which only a test may do.
fn age_receipts(collector: &Collector, days: u32) {
    let database = collector.sql();
    database.execute_batch("DROP TRIGGER receipts_unchanged").unwrap();
    let sql = "UPDATE receipts SET time = strftime('%Y-%m-%dT%H:%M:%SZ', time, ?1)";
    assert!(database.execute(sql, [format!("-{days} days")]).unwrap() > 0);
}

#[test]
fn without_one_rows_are_refused_and_leave_nothing() {
    let collector = Collector::start();
    let dropped = view_under(ID, 1, "/").replacen("\"hits\"", "\"dropped\":7,\"hits\"", 1);
    for body in [view_under(ID, 1, "/"), full(2), dropped] {
        assert_eq!(collector.post("/collect", body).refusal(), no_grant());
    }
    assert_eq!(collector.filled(), [""; 0]);
    assert_eq!(collector.report("site=demo"), []);
    let directory = collector.stop();
    assert!(!holds(directory.path(), ID));
}

#[test]
fn with_one_they_are_stored_behind_the_page_on_which_the_visitor_agreed() {
    let collector = Collector::start();
    let receipt = collector.post("/consent", granting("/orders/123456")).json();
    let batch = json!({"v": 2, "site": "demo", "level": "anonymous", "batch": ID, "id": ID, "dropped": 2, "hits": [
        {"view": {"page": "/a", "entry": true}}, {"event": {"page": "/a", "name": "signup"}}, {"view": {"page": "/b"}}]});
    for _ in 0..2 {
        assert_eq!(collector.post("/collect", &batch).status, 202);
    }
    let expected = [
        row("grant", "anonymous", "/orders/:id", 0),
        row("view", "anonymous", "/a", 0),
        row("event", "anonymous", "/a", 1),
        row("view", "anonymous", "/b", 2),
    ];
    assert_eq!(rows(&collector), expected);
    let (batch, seq): (String, u32) = collector
        .sql()
        .query_row("SELECT batch, seq FROM events WHERE kind = 'grant'", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!((json!(batch), seq), (receipt["receipt"].clone(), 1));
    let pages = [("/a".to_owned(), 1, 1), ("/b".to_owned(), 1, 0)];
    assert_eq!(collector.report("site=demo"), pages, "the grant is not counted as a view");
    assert_eq!(collector.report("site=demo&by=day")[0].1, 2);
    assert_eq!(collector.report("site=demo&by=dropped"), [("hits".to_owned(), 2, 0)], "once");
}

#[test]
fn its_level_is_the_ceiling_of_the_rows() {
    let collector = Collector::start();
    collector.agree(ID);
    assert_eq!(collector.post("/collect", full(1)).refusal(), no_grant());
    assert_eq!(collector.post("/consent", grant(ID, "full")).status, 200);
    assert_eq!(collector.post("/collect", full(1)).status, 202);
    assert_eq!(collector.post("/collect", view_under(ID, 2, "/")).status, 202);
    // The newest grant counts: the visitor went down.
    collector.agree(ID);
    assert_eq!(collector.post("/collect", full(3)).refusal(), no_grant());
    assert_eq!(collector.post("/collect", view_under(ID, 4, "/")).status, 202);
}

#[test]
fn one_for_another_site_or_another_id_is_none() {
    let collector = Collector::start();
    collector.agree(ID);
    let shop = view_under(ID, 1, "/").replacen("\"demo\"", "\"shop.example\"", 1);
    assert_eq!(collector.post("/collect", shop).refusal(), no_grant());
    let other = view_under(&ID.replace('3', "4"), 1, "/");
    assert_eq!(collector.post("/collect", other).refusal(), no_grant());
}

#[test]
fn one_that_is_sent_again_writes_nothing() {
    let collector = Collector::start();
    let first = collector.post("/consent", granting("/pricing")).json();
    for page in ["/pricing", "/docs"] {
        assert_eq!(collector.post("/consent", granting(page)).json(), first);
    }
    assert_eq!(rows(&collector), [row("grant", "anonymous", "/pricing", 0)]);
    let tables = collector.tables();
    assert_eq!((tables["receipts"], tables["answers"]), (1, 1));
}

#[test]
fn a_grant_without_a_page_makes_no_row() {
    let collector = Collector::start();
    collector.agree(ID);
    assert_eq!(rows(&collector), []);
}

#[test]
fn a_batch_is_stored_and_counted_once_an_hour_later_and_after_a_kill() {
    let directory = tempfile::tempdir().unwrap();
    let mut program = Program::start(directory.path(), &[]);
    agree(program.public, ID);
    let body = view_under(ID, 1, "/");
    let send = |program: &Program| assert_eq!(post(program.public, "/collect", &body).status, 202);
    send(&program);
    let database = Connection::open(directory.path().join("data/askfirst.db")).unwrap();
    let an_hour_ago = Moment::from_minutes(Moment::now().minutes() - 60).minute_text();
    database.execute("UPDATE events SET minute = ?1", [&an_hour_ago]).unwrap();
    send(&program);
    program.kill();
    let program = Program::start(directory.path(), &[]);
    send(&program);
    let (rows, minute): (u32, String) = database
        .query_row("SELECT count(*), max(minute) FROM events", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!((rows, minute), (1, an_hour_ago));
    assert_eq!(report(program.private, "site=demo"), [("/".to_owned(), 1, 1)]);
}

#[test]
fn after_185_days_it_is_over_and_cannot_be_prolonged() {
    let collector = Collector::start();
    collector.agree(ID);
    age_receipts(&collector, 185);
    assert_eq!(collector.post("/collect", view_under(ID, 1, "/")).status, 202);
    assert_eq!(collector.post("/consent", grant(ID, "full")).status, 200);
    assert_eq!(collector.post("/collect", full(2)).status, 202, "more, and not for longer");
    let collector = Collector::start();
    collector.agree(ID);
    age_receipts(&collector, 186);
    let before = collector.tables();
    assert_eq!(collector.post("/collect", view_under(ID, 3, "/")).refusal(), withdrawn());
    assert_eq!(collector.post("/consent", grant(ID, "full")).refusal(), withdrawn());
    assert_eq!(collector.tables(), before);
}

#[test]
fn numbers_of_rows_grow_and_are_not_given_again() {
    let collector = Collector::start();
    let seq = |collector: &Collector| -> Vec<u32> {
        let database = collector.sql();
        let mut rows = database.prepare("SELECT seq FROM events ORDER BY seq").unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let other = ID.replace('3', "4");
    collector.agree(ID);
    collector.agree(&other);
    for (number, id) in [(1, ID), (2, &other), (2, &other), (3, ID)] {
        assert_eq!(collector.post("/collect", view_under(id, number, "/")).status, 202);
    }
    let before = seq(&collector);
    assert!(before.len() == 3 && before.is_sorted(), "{before:?}");
    assert_eq!(collector.post("/forget", about(ID)).status, 200);
    let collector = Collector::again(collector.stop(), |_| {});
    assert_eq!(collector.post("/collect", view_under(&other, 4, "/")).status, 202);
    let after = seq(&collector);
    assert!(after.len() == 2 && after[0] == before[1], "{after:?}");
    assert!(after[1] > before[2], "the newest was erased, and whoever copies rows has seen its number");
}

/// Jobs of one group of the writer.
struct Jobs(Store);

impl Jobs {
    async fn grant(&self) -> Result<(), NotStored> {
        let grant = Grant {
            v: askfirst_wire::VERSION,
            site: "demo".to_owned(),
            action: askfirst_wire::consent::Action::Grant,
            level: Level::Anonymous,
            policy: 3,
            lang: "en".to_owned(),
            banner: true,
            text: String::new(),
            page: None,
            id: ID.to_owned(),
        };
        let receipt = Receipt::of_grant(grant, String::new()).unwrap();
        let grant = NewGrant { receipt, id: ID.to_owned(), page: Some("/".to_owned()), time: Moment::now() };
        self.0.grant(grant).await.map(drop)
    }

    async fn rows(&self, number: u64) -> Result<(), NotStored> {
        let count = HitCounts {
            page: "/".to_owned(),
            view: Some(ViewCount { entry: true, asked: None }),
            cells: Vec::new(),
            context: None,
            revenue: None,
        };
        let owner = RowOwner {
            batch: format!("{number:032x}"),
            level: Level::Anonymous,
            id: ID.to_owned(),
            subject: None,
        };
        let intake = Intake {
            site: "demo".into(),
            key: BatchKey::Rows(owner),
            time: Moment::now(),
            dropped: 0,
            hits: vec![AcceptedHit { count, row: Some(EventRow { kind: "view", ..EventRow::default() }) }],
            bots: None,
        };
        self.0.add(intake).await
    }

    async fn forget(&self) -> Result<(), NotStored> {
        self.0.forget("demo", ID, String::new()).await
    }
}

#[test]
fn what_is_committed_together_is_taken_in_the_order_of_arrival() {
    let directory = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (store, writer) = {
        let _inside = runtime.enter();
        Store::open(directory.path(), &Options::from(&Config::default()), Arc::default()).unwrap()
    };
    let jobs = Jobs(store);
    let holder = Connection::open(directory.path().join("askfirst.db")).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let release = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        holder.execute_batch("ROLLBACK").unwrap();
    });
    // The writer waits with the first one; the others wait in the queue, and become one group.
    let results = runtime.block_on(async {
        let (_, early, granted, rows, again, forgotten, late_rows, late_grant) = tokio::join!(
            jobs.0.ping(),
            jobs.rows(1),
            jobs.grant(),
            jobs.rows(1),
            jobs.grant(),
            jobs.forget(),
            jobs.rows(2),
            jobs.grant(),
        );
        [early, granted, rows, again, forgotten, late_rows, late_grant]
    });
    release.join().unwrap();
    drop(jobs);
    writer.stop();
    let over = Err(NotStored::Withdrawn);
    assert_eq!(results, [Err(NotStored::NoGrant), Ok(()), Ok(()), Ok(()), Ok(()), over, over]);
    let database = Connection::open(directory.path().join("askfirst.db")).unwrap();
    let count = |table: &str| -> u32 {
        database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    assert_eq!(["events", "receipts", "withdrawn", "site_hour"].map(count), [0, 2, 1, 1]);
}
