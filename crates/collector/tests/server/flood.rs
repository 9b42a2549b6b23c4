//! A flood of made-up pages and values: memory and disk stay bounded, and the totals exact.

use std::path::Path;
use std::sync::Arc;

use askfirst_collector::config::{Bounds, Config};
use askfirst_collector::intake::{AcceptedHit, BatchKey, HitCounts, Intake, ViewCount};
use askfirst_collector::moment::Moment;
use askfirst_collector::store::{Options, Store};
use rusqlite::Connection;
use tokio::runtime::Runtime;

use crate::common::{Collector, Program, agent, report};

/// A word that no rule takes for a token: different for each number below 40 million.
fn word(mut number: usize) -> String {
    let mut word = String::new();
    for _ in 0..4 {
        word.push(char::from(b"bdfgjklmnprstvwz"[number % 16]));
        word.push(char::from(b"aeiou"[number / 16 % 5]));
        number /= 80;
    }
    word
}

/// A batch of page views, each of a page and with a referrer that nobody had before.
fn intake(time: Moment, number: usize, hits: usize) -> Intake {
    let view = |hit: usize| {
        let word = word(number * hits + hit);
        let cells = vec![("referrer".into(), format!("{word}.example").into())];
        let count = HitCounts {
            page: format!("/{word}"),
            view: Some(ViewCount { entry: true, asked: None }),
            cells,
            context: None,
            revenue: None,
        };
        AcceptedHit { count, row: None }
    };
    let hits = (0..hits).map(view).collect();
    let key = BatchKey::Number(number as u64);
    Intake { site: "demo".into(), key, time, dropped: 0, bots: None, hits }
}

/// Hands batches to a store of its own, so many at once as a group takes, and stops it.
fn hand_in(directory: &Path, bounds: &Bounds, batches: impl Iterator<Item = Intake>) {
    let runtime = Runtime::new().unwrap();
    let options = Options { bounds: bounds.clone(), ..Options::from(&Config::default()) };
    let (store, writer) = {
        let _inside = runtime.enter();
        Store::open(directory, &options, Arc::default()).unwrap()
    };
    let store = Arc::new(store);
    let mut batches = batches.peekable();
    while batches.peek().is_some() {
        let added: Vec<_> = batches
            .by_ref()
            .take(200)
            .map(|intake| {
                let store = Arc::clone(&store);
                runtime.spawn(async move { store.add(intake).await })
            })
            .collect();
        for added in added {
            runtime.block_on(added).unwrap().unwrap();
        }
    }
    drop(store);
    writer.stop();
}

fn number(directory: &Path, sql: &str) -> u64 {
    let database = Connection::open(directory.join("askfirst.db")).unwrap();
    database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap().try_into().unwrap()
}

#[test]
fn a_million_pages_fill_no_disk_and_none_of_their_views_is_lost() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let bounds = Bounds::default();
    let now = Moment::now();
    // In two runs: the second finds the day as the first left it.
    hand_in(directory, &bounds, (0..5_000).map(|number| intake(now, number, 100)));
    let rows = number(directory, "SELECT count(*) FROM cells");
    hand_in(directory, &bounds, (5_000..10_000).map(|number| intake(now, number, 100)));

    let number = |sql: &str| number(directory, sql);
    assert_eq!(number("SELECT count(*) FROM cells"), rows, "nothing new had room after the restart");
    let of = |what: &str| number(&format!("SELECT count(*) FROM cells WHERE {what} AND value != '(other)'"));
    assert_eq!(of("dimension = 'page'"), bounds.pages as u64);
    assert_eq!(of("dimension = 'referrer' AND page = ''"), bounds.values as u64);
    assert!(rows <= bounds.cells as u64 + 4, "{rows} rows");
    for (slice, expected) in [
        ("site_hour", 1_000_000),
        ("cells JOIN counters USING (counter) WHERE dimension = 'page'", 1_000_000),
        ("cells JOIN counters USING (counter) WHERE dimension = 'referrer' AND page = ''", 1_000_000),
        ("cells JOIN counters USING (counter) WHERE dimension = 'referrer' AND page != ''", 1_000_000),
    ] {
        assert_eq!(number(&format!("SELECT sum(views) FROM {slice}")), expected, "{slice}");
    }
    let size = std::fs::metadata(directory.join("askfirst.db")).unwrap().len();
    assert!(size < 8 << 20, "{size} bytes");
}

#[test]
fn a_page_without_room_takes_its_cells_with_it_and_known_ones_count_on() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let bounds = Bounds { pages: 2, values: 3, page_values: 1, cells: 1_000 };
    let now = Moment::now();
    // Each number a page and a referrer of its own; then all of them again, in a new process.
    for run in 0..2 {
        hand_in(
            directory,
            &bounds,
            (0..6)
                .map(|page| Intake { key: BatchKey::Number(run * 10 + page as u64), ..intake(now, page, 1) }),
        );
    }
    let rows = |dimension: &str| -> Vec<(String, String, u32)> {
        let database = Connection::open(directory.join("askfirst.db")).unwrap();
        let mut rows = database
            .prepare("SELECT page, value, views FROM cells JOIN counters USING (counter) WHERE dimension = ?1 ORDER BY page, value")
            .unwrap();
        rows.query_map([dimension], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    };
    let pages = rows("page");
    assert_eq!(pages.iter().map(|(_, _, views)| views).sum::<u32>(), 12);
    assert_eq!(pages.len(), 3, "{pages:?}");
    assert!(pages.contains(&(String::new(), "(other)".into(), 8)), "{pages:?}");
    let referrers = rows("referrer");
    let (whole, of_pages): (Vec<_>, Vec<_>) = referrers.into_iter().partition(|(page, ..)| page.is_empty());
    assert_eq!(whole.len(), 4, "{whole:?}");
    assert_eq!(whole.iter().map(|(_, _, views)| views).sum::<u32>(), 12);
    assert_eq!(of_pages.iter().map(|(_, _, views)| views).sum::<u32>(), 12);
    for (page, _, _) in &of_pages {
        assert!(page == "(other)" || pages.iter().any(|(_, known, _)| known == page), "{page}");
    }
}

#[test]
fn an_event_on_a_page_that_nobody_viewed_is_bounded_too_also_across_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let bounds = Bounds { pages: 5, ..Bounds::default() };
    let event = |number: usize| {
        let mut intake = intake(Moment::now(), number, 10);
        for hit in &mut intake.hits {
            hit.count.view = None;
            hit.count.cells = vec![("event".into(), "signup".into())];
        }
        intake
    };
    hand_in(directory, &bounds, (0..10).map(event));
    hand_in(directory, &bounds, (10..20).map(event));
    let pages =
        "SELECT count(DISTINCT page) FROM cells WHERE dimension = 'event' AND page NOT IN ('', '(other)')";
    assert_eq!(number(directory, pages), 5);
    assert_eq!(
        number(directory, "SELECT sum(views) FROM cells JOIN counters USING (counter) WHERE page != ''"),
        200
    );
}

#[test]
fn policies_and_currencies_that_are_made_up_are_bounded() {
    let collector = Collector::start();
    for policy in 1..=150 {
        let denial = format!(
            r#"{{"v":2,"site":"demo","action":"deny","level":"aggregated","policy":{policy},"number":"dead{policy:012x}"}}"#
        );
        assert_eq!(collector.post("/consent", denial).status, 202);
    }
    let database = Connection::open(collector.database()).unwrap();
    let (rows, sum): (u32, u32) = database
        .query_row("SELECT count(*), sum(refused) FROM answers", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!((rows, sum), (101, 150));
    let currency = |number: usize| -> String {
        [number / 676, number / 26, number]
            .map(|digit| char::from(b'A' + (digit % 26) as u8))
            .iter()
            .collect()
    };
    for batch in 0..13_usize {
        let hit = |hit| {
            let currency = currency(batch * 100 + hit);
            format!(r#"{{"event":{{"page":"/","name":"signup","props":{{"revenue":"1 {currency}"}}}}}}"#)
        };
        let hits: Vec<String> = (0..100).map(hit).collect();
        let body = format!(
            r#"{{"v":2,"site":"demo","level":"aggregated","batch":"{batch:016x}","hits":[{}]}}"#,
            hits.join(",")
        );
        assert_eq!(collector.post("/collect", body).status, 202);
    }
    assert_eq!(collector.tables()["revenue"], 1_000);
    assert_eq!(
        collector.report("site=demo&by=event"),
        [("signup".to_owned(), 1_300, 0)],
        "counted all the same"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn the_memory_of_a_flooded_collector_stays_bounded() {
    let directory = tempfile::tempdir().unwrap();
    let program = Program::start(directory.path(), &[]);
    let status = format!("/proc/{}/status", program.id());
    let most = || -> u64 {
        let text = std::fs::read_to_string(&status).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().strip_suffix(" kB").unwrap().parse().unwrap()
    };
    const BATCHES: usize = 2_000;
    let flood = |from: usize, to: usize| {
        std::thread::scope(|scope| {
            for sender in 0..8 {
                let program = &program;
                scope.spawn(move || {
                    let agent = agent();
                    for batch in (from + sender..to).step_by(8) {
                        let hit = |hit| {
                            let word = word(batch * 100 + hit);
                            format!(r#"{{"view":{{"page":"/{word}","entry":true,"campaign":"{word}"}}}}"#)
                        };
                        let hits: Vec<String> = (0..100).map(hit).collect();
                        let body = format!(
                            r#"{{"v":2,"site":"demo","level":"aggregated","batch":"{batch:016x}","hits":[{}]}}"#,
                            hits.join(",")
                        );
                        let answer = agent.post(format!("http://{}/collect", program.public)).send(&body).unwrap();
                        assert_eq!(answer.status(), 202);
                    }
                });
            }
        });
    };
    // The first part fills the day's bounds; what comes after must not add to it.
    flood(0, BATCHES / 2);
    let full = most();
    flood(BATCHES / 2, BATCHES);
    let after = most();
    assert!(after < full + 16 * 1024, "from {full} kB to {after} kB");
    assert!(after < 160 * 1024, "{after} kB");
    let pages = report(program.private, "site=demo&by=page");
    assert_eq!(pages.len(), Bounds::default().pages + 1);
    assert_eq!(pages.iter().map(|(_, views, _)| views).sum::<u64>(), BATCHES as u64 * 100);
}
