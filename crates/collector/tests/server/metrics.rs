//! `GET /metrics`: numbers about the collector's own work, on the private listener only.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::common::{Collector, ID, about, view_under, views};

/// A number, by its name and labels as they are printed.
fn number(collector: &Collector, name: &str) -> f64 {
    let answer = collector.private("/metrics");
    assert_eq!(answer.status, 200);
    let line = answer.body.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name} is not in:\n{}", answer.body)).parse().unwrap()
}

#[test]
fn it_counts_what_is_acknowledged_refused_and_sent_again() {
    let collector = Collector::start();
    collector.agree(ID);
    for batch in
        [views(1, "/", 3), views(2, "/", 2), views(1, "/", 3), view_under(ID, 3, "/"), view_under(ID, 3, "/")]
    {
        assert_eq!(collector.post("/collect", batch).status, 202);
    }
    assert_eq!(collector.post("/collect", "{").status, 400);
    assert_eq!(collector.post("/collect", views(4, "/", 1).replace("demo", "nowhere")).status, 404);
    assert_eq!(collector.get("/nothing").status, 404);
    let stranger = ID.replace('3', "4");
    assert_eq!(collector.post("/collect", view_under(&stranger, 4, "/")).status, 425);
    assert_eq!(collector.post("/forget", about(ID)).status, 200);
    assert_eq!(collector.post("/collect", view_under(ID, 5, "/")).status, 410);
    for (name, expected) in [
        ("askfirst_batches_total{site=\"demo\"}", 3.0),
        ("askfirst_hits_total{site=\"demo\"}", 6.0),
        ("askfirst_duplicates_total", 2.0),
        ("askfirst_erasures_total", 1.0),
        ("askfirst_refused_total{listener=\"public\",reason=\"malformed\"}", 1.0),
        ("askfirst_refused_total{listener=\"public\",reason=\"unknown_site\"}", 1.0),
        ("askfirst_refused_total{listener=\"public\",reason=\"not_found\"}", 1.0),
        ("askfirst_refused_total{listener=\"public\",reason=\"no_grant\"}", 1.0),
        ("askfirst_refused_total{listener=\"public\",reason=\"withdrawn\"}", 1.0),
        ("askfirst_commit_requests_sum", 9.0),
        ("askfirst_commits_failed_total", 0.0),
        ("askfirst_queue", 0.0),
    ] {
        assert_eq!(number(&collector, name), expected, "{name}");
    }
    let now = jiff::Timestamp::now().as_second() as f64;
    let pruned = number(&collector, "askfirst_retention_timestamp_seconds");
    assert!(pruned > now - 600.0 && pruned <= now, "it ran when the collector started");
    let file = std::fs::metadata(collector.database()).unwrap().len() as f64;
    assert_eq!(number(&collector, "askfirst_database_bytes"), file);
    assert!(number(&collector, "askfirst_commit_seconds_count") > 0.0);
}

#[test]
fn it_counts_open_connections() {
    let collector = Collector::start();
    let open = || number(&collector, "askfirst_connections{listener=\"public\"}");
    let patience = Instant::now() + Duration::from_secs(30);
    let until = |expected: f64| {
        while open() != expected && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(open(), expected);
    };
    until(0.0);
    let streams: Vec<_> = (0..3).map(|_| TcpStream::connect(collector.public).unwrap()).collect();
    until(3.0);
    drop(streams);
    until(0.0);
}

#[test]
fn it_says_nothing_that_a_stranger_has_said_and_not_to_strangers() {
    let collector = Collector::start();
    assert_eq!(collector.get("/metrics").status, 404, "the public listener has none");
    for body in [
        views(1, "/secretpage", 1),
        view_under(ID, 2, "/secretpage"),
        views(3, "/", 1).replace("demo", "secretsite"),
        views(4, "/", 1).replacen('{', "{\"secretfield\":1,", 1),
    ] {
        collector.post("/collect", body);
    }
    collector.get("/secretpath?secretquery");
    let text = collector.private("/metrics");
    assert_eq!(text.header("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    assert!(!text.body.contains("secret") && !text.body.contains(ID), "{}", text.body);
    assert!(text.body.ends_with("# EOF\n"));
}
