//! `uniques = true`: how many visitors a day had, and nothing else of them.

use std::net::Ipv4Addr;

use askfirst_collector::config::Config;
use rusqlite::Connection;

use crate::common::{Collector, Program, get, post_with, views};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";

fn counting(config: &mut Config) {
    config.sites[0].uniques = true;
    config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
}

/// One page view each of so many visitors of the site "demo".
fn visit(public: std::net::SocketAddr, batch: u64, visitors: u32) {
    for visitor in 0..visitors {
        let address = Ipv4Addr::from(0xC612_0000 + visitor).to_string();
        let headers = [("x-forwarded-for", address.as_str()), ("user-agent", FIREFOX)];
        let body = views(batch * 1000 + u64::from(visitor), "/", 1);
        assert_eq!(post_with(public, "/collect", &headers, &body).status, 202);
    }
}

fn stored(directory: &std::path::Path) -> Vec<(String, u32, u32)> {
    let database = Connection::open(directory.join("data/askfirst.db")).unwrap();
    let mut rows = database.prepare("SELECT site, estimate, restarts FROM uniques").unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn one_number_is_written_for_the_day_and_a_restart_marks_it() {
    let collector = Collector::with(counting);
    visit(collector.public, 1, 30);
    visit(collector.public, 2, 30);
    assert_eq!(
        stored(collector.directory.path()),
        [("demo".to_owned(), 0, 0)],
        "nothing of a day that goes on"
    );
    let directory = collector.stop();
    assert_eq!(stored(directory.path()), [("demo".to_owned(), 30, 0)]);

    let collector = Collector::again(directory, counting);
    visit(collector.public, 3, 12);
    let directory = collector.stop();
    assert_eq!(stored(directory.path()), [("demo".to_owned(), 42, 1)]);

    let collector = Collector::again(directory, counting);
    assert_eq!(collector.report("site=demo&by=uniques"), [], "today is not told");
    let database = Connection::open(collector.database()).unwrap();
    database.execute("UPDATE uniques SET day = date(day, '-1 day')", []).unwrap();
    let answer = collector.private("/api/v1/report?site=demo&by=uniques").json();
    let row = &answer["rows"][0];
    assert_eq!((row["views"].as_u64(), row["restarts"].as_u64()), (Some(42), Some(2)));
    assert_eq!(collector.private("/api/v1/report?site=demo&by=uniques&page=/").status, 400);
}

#[test]
fn fewer_than_k_are_not_told() {
    let collector = Collector::with(|config| {
        counting(config);
        config.sites[0].k = 5;
    });
    let database = Connection::open(collector.database()).unwrap();
    database
        .execute_batch(
            "INSERT INTO uniques VALUES ('demo', '2026-03-01', 4, 0), ('demo', '2026-03-02', 5, 0)",
        )
        .unwrap();
    let rows = collector.report("site=demo&by=uniques&from=2026-03-01&to=2026-03-02");
    assert_eq!(rows, [("2026-03-02".to_owned(), 5, 0)]);
}

#[test]
fn nobody_is_counted_where_it_is_not_asked_for_nor_by_a_forged_header() {
    let collector = Collector::with(|config| config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()]);
    visit(collector.public, 1, 3);
    assert_eq!(stored(collector.stop().path()), []);

    let collector = Collector::with(|config| config.sites[0].uniques = true);
    visit(collector.public, 1, 3);
    assert_eq!(stored(collector.stop().path()), [("demo".to_owned(), 1, 0)], "one peer, whatever it claims");
}

#[test]
fn a_killed_process_takes_its_number_with_it_and_the_day_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let config = directory.path().join("askfirst.toml");
    std::fs::write(&config, "[[site]]\nname = \"demo\"\nlevel = \"full\"\nk = 1\nuniques = true\n").unwrap();
    let start = || Program::start(directory.path(), &["--config", config.to_str().unwrap()]);
    let mut program = start();
    visit(program.public, 1, 3);
    program.kill();
    assert_eq!(stored(directory.path()), [("demo".to_owned(), 0, 0)]);
    let program = start();
    assert_eq!(stored(directory.path()), [("demo".to_owned(), 0, 1)]);
    assert_eq!(get(program.public, "/health/ready", &[]).status, 200);
}
