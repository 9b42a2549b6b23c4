//! `GET /api/v1/report`, and `askfirst-collector report` beside it.

use std::process::Command;

use crate::common::{Collector, get, views};

#[test]
fn the_answer_has_exactly_its_form() {
    let collector = Collector::start();
    collector.post("/collect", views(1, "/pricing", 2));
    let answer = collector.private("/api/v1/report?site=demo&by=page");
    assert_eq!(
        answer.body,
        r#"{"rows":[{"value":"/pricing","views":2,"visits":2}],"total":{"views":2,"visits":2}}"#
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("access-control-allow-origin"), "", "no web page reads reports");
    let answer = collector.private("/api/v1/report?site=demo&by=event&from=2020-01-01&to=2020-01-31");
    assert_eq!(answer.body, r#"{"rows":[],"total":{"views":0,"visits":0}}"#);
    assert_eq!(collector.get("/api/v1/report?site=demo").status, 404, "not on the public listener");
}

#[test]
fn a_wrong_question_is_answered_with_what_would_be_right() {
    let collector = Collector::start();
    for (query, status, words) in [
        ("", 400, "site is missing"),
        ("site=nowhere", 404, "site must be one of demo, shop.example"),
        ("site=demo&by=colour", 400, "by must be one of page, referrer"),
        ("site=demo&from=today", 400, "from must be a day such as 2026-11-22"),
        ("site=demo&from=2026-02-01&to=2026-01-01", 400, "from must not be after to"),
        ("site=demo&day=2026-02-01", 400, "the parameters are site, from, to, by and page"),
        ("site=demo&site=demo", 400, "each at most once"),
        ("site=demo&page=/", 400, "page goes with another dimension"),
    ] {
        let answer = collector.private(&format!("/api/v1/report?{query}"));
        let told = answer.json();
        assert_eq!(answer.status, status, "{query}");
        assert!(told["detail"].as_str().unwrap().contains(words), "{query}: {told}");
    }
}

#[test]
fn small_cells_are_folded() {
    let collector = Collector::with(|config| config.sites[0].k = 5);
    for (number, (page, hits)) in [("/a", 9), ("/b", 6), ("/c", 2), ("/d", 1)].into_iter().enumerate() {
        collector.post("/collect", views(number as u64, page, hits));
    }
    assert_eq!(collector.report("site=demo"), [("/a".to_owned(), 9, 9), ("(other)".to_owned(), 9, 9)]);
}

#[test]
fn a_name_that_somebody_pointed_here_is_not_answered() {
    let collector = Collector::start();
    for (host, status) in [
        ("127.0.0.1:8101", 200),
        ("localhost", 200),
        ("LOCALHOST:8101", 200),
        ("[::1]:8101", 200),
        ("evil.example", 421),
        ("evil.example:8101", 421),
        ("127.0.0.1.evil.example", 421),
    ] {
        let answer = get(collector.private, "/api/v1/report?site=demo", &[("host", host)]);
        assert_eq!(answer.status, status, "{host}");
    }
}

#[test]
fn the_command_line_reads_beside_a_collector_that_runs() {
    let collector = Collector::start();
    collector.post("/collect", views(1, "/pricing", 3));
    let run = |more: &[&str]| {
        let program = env!("CARGO_BIN_EXE_askfirst-collector");
        let data = collector.directory.path().join("data");
        let output = Command::new(program)
            .args(["report", "--site", "demo", "--data"])
            .arg(data)
            .args(more)
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    };
    let (code, table, _) = run(&[]);
    assert_eq!(code, 0);
    assert!(table.contains("/pricing       3        3") && table.contains("total"), "{table}");
    let (_, json, _) = run(&["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json, collector.private("/api/v1/report?site=demo").json());
    assert_eq!(run(&["--format", "csv"]).1, "page,views,visits\n/pricing,3,3\n");
    let (code, _, error) = run(&["--by", "colour"]);
    assert!(code == 1 && error.contains("by must be one of page"), "{error}");
}
