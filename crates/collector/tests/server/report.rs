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
        ("site=demo&site=demo", 400, "each may be given once"),
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
    let row = |value: &str, number| (value.to_owned(), number, number);
    assert_eq!(
        collector.report("site=demo"),
        [row("/a", 5), row("(other)", 13)],
        "today grows in steps of k"
    );
    collector.end_the_day();
    assert_eq!(collector.report("site=demo"), [row("/a", 9), row("(other)", 9)]);
}

#[test]
fn a_page_that_is_folded_has_no_report_of_its_own() {
    let collector = Collector::with(|config| config.sites[0].k = 5);
    for (number, (page, hits)) in [("/a", 9), ("/b", 6), ("/c", 2)].into_iter().enumerate() {
        let body =
            views(number as u64, page, hits).replace(r#""entry":true"#, r#""entry":true,"viewport":"wide""#);
        assert_eq!(collector.post("/collect", body).status, 202);
    }
    collector.end_the_day();
    let total = |query: &str| {
        let answer = collector.private(&format!("/api/v1/report?site=demo&{query}"));
        answer.json()["total"]["views"].as_u64().unwrap()
    };
    assert_eq!(total("by=viewport"), 17);
    assert_eq!(total("by=viewport&page=/a"), 9);
    // Their totals would be the numbers that the report by page keeps back.
    assert_eq!((total("by=viewport&page=/b"), total("by=viewport&page=/c")), (0, 0));
}

#[test]
fn what_small_days_left_out_is_shown_with_the_whole_week() {
    let collector = Collector::with(|config| config.sites[0].k = 5);
    collector.post("/collect", views(1, "/a", 1));
    let database = rusqlite::Connection::open(collector.database()).unwrap();
    database.execute_batch("DELETE FROM cells; DELETE FROM counters").unwrap();
    // A week that is long over: 3 views of /a and 2 of /b, each day.
    for day in 2..=8 {
        for (page, views) in [("/a", 3), ("/b", 2)] {
            let sql = "INSERT INTO counters (views, visits) VALUES (?1, 0)";
            database.execute(sql, [views]).unwrap();
            let sql = "INSERT INTO cells VALUES ('demo', 'page', '', ?1, ?2, last_insert_rowid())";
            database.execute(sql, [&format!("2026-03-{day:02}"), page]).unwrap();
        }
    }
    let rows = |from: u32, to: u32| {
        collector.report(&format!("site=demo&from=2026-03-{from:02}&to=2026-03-{to:02}"))
    };
    assert_eq!(rows(2, 7), [("(other)".to_owned(), 30, 0)]);
    assert_eq!(rows(2, 8), [("/a".to_owned(), 21, 0), ("/b".to_owned(), 14, 0)]);
    assert_eq!(rows(1, 9), rows(2, 8));
}

#[test]
fn what_an_event_says_is_no_way_to_its_count() {
    let collector = Collector::with(|config| config.sites[0].k = 5);
    let send = |number: u64, event: &str, times: usize| {
        let hits = vec![format!(r#"{{"event":{{"page":"/",{event}}}}}"#); times].join(",");
        let body = format!(
            r#"{{"v":2,"site":"demo","level":"aggregated","batch":"{number:016x}","hits":[{hits}]}}"#
        );
        assert_eq!(collector.post("/collect", body).status, 202);
    };
    send(1, r#""name":"signup""#, 3);
    send(2, r#""name":"file download","props":{"file":"/prices.pdf"}"#, 8);
    collector.end_the_day();
    assert_eq!(collector.report("site=demo&by=event"), [("(other)".to_owned(), 11, 0)]);
    assert_eq!(collector.report("site=demo&by=file"), [], "8 of 11 would leave 3");
    send(3, r#""name":"signup""#, 3);
    collector.end_the_day();
    assert_eq!(collector.report("site=demo&by=file"), []);
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
