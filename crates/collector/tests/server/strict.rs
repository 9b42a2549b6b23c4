//! `strict = true`: a cell that was not seen k times is in no file.

use askfirst_collector::config::{Config, Site};
use askfirst_collector::intake::{AcceptedHit, BatchKey, HitCounts, Intake, Revenue, ViewCount};
use askfirst_collector::moment::Moment;
use askfirst_collector::store::{Options, Store};
use rusqlite::Connection;
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::common::{Collector, views};

const K: u32 = 5;

fn strict(config: &mut Config) {
    config.sites[0] = Site { strict: true, k: K, robots: false, ..Site::demo() };
}

fn cells(directory: &Path) -> Vec<(String, String, String, u32)> {
    let database = Connection::open(directory.join("askfirst.db")).unwrap();
    let mut rows = database
        .prepare("SELECT dimension, page, value, views FROM cells JOIN counters USING (counter) ORDER BY dimension, page, value")
        .unwrap();
    rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

fn cell(dimension: &str, page: &str, value: &str, views: u32) -> (String, String, String, u32) {
    (dimension.to_owned(), page.to_owned(), value.to_owned(), views)
}

/// Whether any file of the data directory holds the text.
fn holds(directory: &Path, text: &str) -> bool {
    let found = |bytes: Vec<u8>| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    std::fs::read_dir(directory).unwrap().any(|file| found(std::fs::read(file.unwrap().path()).unwrap()))
}

#[test]
fn a_cell_is_written_from_the_kth_view_on_and_the_total_at_once() {
    let collector = Collector::with(strict);
    let data = collector.directory.path().join("data");
    for batch in 1..=4 {
        assert_eq!(collector.post("/collect", views(batch, "/secret", 1)).status, 202);
        assert!(!holds(&data, "secret"), "after {batch}");
    }
    let by_day = collector.report("site=demo&by=day");
    assert_eq!((by_day.len(), by_day[0].1), (1, 4));
    assert_eq!(cells(&data), []);
    collector.post("/collect", views(5, "/secret", 1));
    assert!(cells(&data).contains(&cell("page", "", "/secret", 5)), "{:?}", cells(&data));
    collector.post("/collect", views(6, "/secret", 1));
    assert!(cells(&data).contains(&cell("page", "", "/secret", 6)));
    // A retry counts once here too.
    collector.post("/collect", views(6, "/secret", 1));
    assert!(cells(&data).contains(&cell("page", "", "/secret", 6)));
}

#[test]
fn neither_a_stop_nor_a_start_writes_what_is_small() {
    let collector = Collector::with(strict);
    collector.post("/collect", views(1, "/seldom", 4));
    collector.post("/collect", views(2, "/often", 9));
    let directory = collector.stop();
    let data = directory.path().join("data");
    assert!(!holds(&data, "seldom") && holds(&data, "often"));
    assert!(cells(&data).iter().all(|(.., views)| *views >= K));
    let collector = Collector::again(directory, strict);
    collector.post("/collect", views(3, "/seldom", 4));
    collector.post("/collect", views(4, "/often", 1));
    let data = collector.directory.path().join("data");
    assert!(!holds(&data, "seldom"), "what waited was lost with the process: that is the price");
    assert!(cells(&data).contains(&cell("page", "", "/often", 10)));
}

#[test]
fn money_waits_too_and_what_pages_dropped_does_not() {
    let collector = Collector::with(strict);
    let buy = |batch: u32, dropped: u32| {
        json!({"v": 2, "site": "demo", "level": "aggregated", "batch": format!("{batch:016x}"), "dropped": dropped,
            "hits": [{"event": {"page": "/", "name": "signup", "props": {"revenue": "12.50 EUR"}}}]})
    };
    for batch in 1..=4 {
        assert_eq!(collector.post("/collect", buy(batch, 1)).status, 202);
    }
    assert_eq!(collector.tables()["revenue"], 0);
    assert_eq!(collector.report("site=demo&by=dropped"), [("hits".to_owned(), 4, 0)]);
    collector.post("/collect", buy(5, 0));
    assert_eq!(collector.tables()["revenue"], 1);
}

fn view(page: &str, referrer: &str) -> AcceptedHit {
    let count = HitCounts {
        page: page.into(),
        view: Some(ViewCount { entry: true, asked: None }),
        cells: vec![("referrer".into(), referrer.to_owned().into())],
        context: None,
        revenue: Some(Revenue { event: "signup".into(), currency: referrer.into(), amount: 1 }),
    };
    AcceptedHit { count, row: None }
}

#[test]
fn at_the_end_of_the_day_what_is_small_becomes_other_or_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut config = Config::default();
    strict(&mut config);
    let options = Options::from(&config);
    let (store, writer) = {
        let _inside = runtime.enter();
        Store::open(directory, &options, std::sync::Arc::default()).unwrap()
    };
    // A day that has ended: whatever comes on it is folded as soon as the writer looks.
    let yesterday = Moment::from_minutes(Moment::now().minutes() - 24 * 60);
    let views = [
        (7, "/big", "often.example"),
        (2, "/big", "seldom.example"),
        (3, "/small", "often.example"),
        (3, "/tiny", "rare.example"),
    ];
    let hits = views.iter().flat_map(|&(times, page, referrer)| vec![view(page, referrer); times]).collect();
    let key = BatchKey::Number(1);
    let intake = Intake { site: "demo".into(), key, time: yesterday, dropped: 0, bots: None, hits };
    runtime.block_on(store.add(intake)).unwrap();
    let patience = Instant::now() + Duration::from_secs(30);
    while !cells(directory).iter().any(|(_, _, value, _)| value == "(other)") && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(store);
    writer.stop();
    let found = cells(directory);
    let expected = [
        cell("page", "", "(other)", 6),
        cell("page", "", "/big", 9),
        cell("referrer", "", "(other)", 5),
        cell("referrer", "", "often.example", 10),
        cell("referrer", "(other)", "(other)", 8),
        cell("referrer", "/big", "often.example", 7),
    ];
    assert_eq!(found, expected);
    for text in ["seldom.example", "rare.example", "/small", "/tiny"] {
        assert!(!holds(directory, text), "{text}");
    }
    let views: i64 = Connection::open(directory.join("askfirst.db"))
        .unwrap()
        .query_row("SELECT sum(views) FROM site_hour", [], |row| row.get(0))
        .unwrap();
    assert_eq!(views, 15, "the total is exact");
}
