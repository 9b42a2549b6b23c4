//! `POST /collect`.

use askfirst_wire::Level;
use serde_json::json;
use ureq::http::Request;

use crate::common::{Collector, ID, agent, answer, post_with, view_under, views};

#[test]
fn a_retry_counts_once_also_across_a_restart() {
    let collector = Collector::start();
    for _ in 0..3 {
        let answer = collector.post("/collect", views(7, "/", 2));
        assert_eq!((answer.status, answer.body.as_str()), (202, r#"{"accepted":2}"#));
    }
    assert_eq!(collector.report("site=demo"), [("/".to_owned(), 2, 2)]);
    let collector = Collector::again(collector.stop(), |_| {});
    assert_eq!(collector.post("/collect", views(7, "/", 2)).status, 202);
    assert_eq!(collector.report("site=demo"), [("/".to_owned(), 2, 2)]);
    assert_eq!(collector.post("/collect", views(8, "/", 1)).status, 202);
    assert_eq!(collector.report("site=demo"), [("/".to_owned(), 3, 3)]);
}

#[test]
fn the_number_of_an_aggregated_batch_is_remembered_for_fifteen_minutes() {
    let mut collector = Collector::start();
    assert_eq!(collector.post("/collect", views(7, "/", 1)).status, 202);
    // Longer than the page retries, and then too long ago.
    for (minutes, counted) in [(14, 1), (3, 2)] {
        let directory = collector.stop();
        let database = rusqlite::Connection::open(directory.path().join("data/askfirst.db")).unwrap();
        database.execute("UPDATE batches SET minute = minute - ?1", [minutes]).unwrap();
        drop(database);
        collector = Collector::again(directory, |_| {});
        assert_eq!(collector.post("/collect", views(7, "/", 1)).status, 202);
        assert_eq!(collector.report("site=demo"), [("/".to_owned(), counted, counted)]);
    }
}

#[test]
fn a_batch_under_an_id_is_known_by_its_rows_and_by_no_number() {
    let collector = Collector::start();
    collector.agree(ID);
    for number in [7, 8, 7] {
        assert_eq!(collector.post("/collect", view_under(ID, number, "/")).status, 202);
    }
    assert_eq!(collector.report("site=demo"), [("/".to_owned(), 2, 2)]);
    assert_eq!((collector.tables()["events"], collector.tables()["batches"]), (2, 0));
}

#[test]
fn each_dimension_is_counted_for_the_site_and_for_the_page() {
    let collector = Collector::start();
    let body = json!({"v": 2, "site": "demo", "level": "aggregated", "batch": "00000000000000ff", "hits": [
        {"view": {"page": "/a", "entry": true, "referrer": "www.News.example", "source": "Letter", "medium": "mail", "campaign": "spring", "viewport": "small"}},
        {"view": {"page": "/b", "viewport": "small"}},
        {"view": {"page": "/b", "entry": true, "referrer": "10.0.0.1", "viewport": "wide"}},
        {"view": {"page": "/b", "entry": true}},
        {"event": {"page": "/b", "name": "signup", "props": {"plan": "pro", "colour": "red"}}},
        {"event": {"page": "/b", "name": "secret of ada", "props": {"plan": "ada"}}}]});
    assert_eq!(collector.post("/collect", body).status, 202);
    for (query, expected) in [
        ("by=page", &[("/b", 3, 2), ("/a", 1, 1)][..]),
        ("by=referrer", &[("(direct)", 1, 1), ("news.example", 1, 1), ("(other)", 1, 1)]),
        ("by=referrer&page=/b", &[("(direct)", 1, 1), ("(other)", 1, 1)]),
        ("by=source", &[("Letter", 1, 1)]),
        ("by=medium", &[("mail", 1, 1)]),
        ("by=campaign&page=/a", &[("spring", 1, 1)]),
        ("by=campaign&page=/b", &[]),
        ("by=viewport", &[("small", 2, 1), ("wide", 1, 1)]),
        ("by=viewport&page=/b", &[("small", 1, 0), ("wide", 1, 1)]),
        ("by=event", &[("signup", 1, 0), ("(other)", 1, 0)]),
        ("by=event&page=/a", &[]),
        ("by=prop.plan", &[("pro", 1, 0), ("(other)", 1, 0)]),
    ] {
        let rows = collector.report(&format!("site=demo&{query}"));
        let rows: Vec<_> = rows.iter().map(|row| (row.0.as_str(), row.1, row.2)).collect();
        assert_eq!(rows, expected, "{query}");
    }
}

#[test]
fn a_page_is_told_what_is_not_declared_and_nothing_of_it_is_kept() {
    let collector = Collector::start();
    let body = r#"{"v":2,"site":"demo","level":"aggregated","batch":"00000000000000ff","hits":[
        {"event":{"page":"/","name":"signpu","props":{"plan":"prp","colour":"red"}}},{"view":{"page":"/"}}]}"#;
    for _ in 0..2 {
        let answer = collector.post("/collect", body);
        let expected = r#"{"accepted":2,"undeclared":["event signpu","plan=prp","colour"]}"#;
        assert_eq!((answer.status, answer.body.as_str()), (202, expected), "the same on a retry");
    }
    let directory = collector.stop();
    for file in std::fs::read_dir(directory.path().join("data")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for word in ["signpu", "prp", "colour"] {
            assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "{word}");
        }
    }
}

#[test]
fn hits_that_a_page_had_to_drop_are_counted_once_for_the_site() {
    let collector = Collector::with(|config| config.sites[0].k = 10);
    let body = |number: u64, dropped: u32| {
        let site = r#""site":"demo","level":"aggregated""#;
        format!(
            r#"{{"v":2,{site},"batch":"{number:016x}","dropped":{dropped},"hits":[{{"view":{{"page":"/a"}}}}]}}"#
        )
    };
    for (number, dropped) in [(1, 3), (1, 3), (2, 4)] {
        assert_eq!(collector.post("/collect", body(number, dropped)).status, 202);
    }
    assert_eq!(collector.report("site=demo&by=dropped"), [("hits".to_owned(), 7, 0)]);
    assert_eq!(collector.report("site=demo&by=day")[0].1, 2, "what was dropped is no view");
    assert_eq!(collector.post("/collect", body(3, 10_001)).refusal(), (400, "invalid_value".to_owned()));
}

#[test]
fn the_ceiling_holds() {
    let collector = Collector::with(|config| config.sites[0].level = Level::Aggregated);
    let refused = collector.post("/collect", view_under(ID, 1, "/"));
    assert_eq!(refused.refusal(), (403, "level_above_ceiling".to_owned()));
    assert_eq!(collector.filled(), [""; 0]);
    assert_eq!(collector.post("/collect", views(1, "/", 1)).status, 202);
}

#[test]
fn content_type_and_cookies_make_no_difference() {
    let collector = Collector::start();
    for (number, kind) in [(1, Some("text/plain;charset=UTF-8")), (2, Some("application/json")), (3, None)] {
        let mut request =
            Request::post(format!("http://{}/collect", collector.public)).header("cookie", "session=1");
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let answer = answer(agent().run(request.body(views(number, "/", 1)).unwrap()).unwrap());
        assert_eq!((answer.status, answer.header("set-cookie")), (202, ""));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    assert_eq!(collector.report("site=demo"), [("/".to_owned(), 3, 3)]);
}

#[test]
fn any_origin_may_send_and_none_with_credentials() {
    let collector = Collector::start();
    for path in ["/collect", "/consent", "/forget"] {
        for origin in ["https://demo.example", "https://evil.example", "null"] {
            for method in ["OPTIONS", "POST", "GET"] {
                let request = Request::builder()
                    .method(method)
                    .uri(format!("http://{}{path}", collector.public))
                    .header("origin", origin)
                    .header("access-control-request-method", "POST");
                let answer = answer(agent().run(request.body(()).unwrap()).unwrap());
                let status = match method {
                    "OPTIONS" => 204,
                    "POST" => 400,
                    _ => 405,
                };
                assert_eq!(answer.status, status, "{method} {path}");
                if method != "GET" {
                    assert_eq!(answer.header("access-control-allow-origin"), "*");
                }
                assert_eq!(answer.header("access-control-allow-credentials"), "");
                if method == "OPTIONS" {
                    assert_eq!(answer.header("access-control-allow-methods"), "POST");
                    assert_eq!(answer.header("access-control-allow-headers"), "content-type");
                }
                if method == "GET" {
                    assert_eq!(answer.header("allow"), "POST,OPTIONS");
                }
            }
        }
    }
}

#[test]
fn a_preflight_allows_the_headers_that_it_names_without_credentials() {
    let collector = Collector::start();
    for path in ["/collect", "/consent", "/forget", "/mydata"] {
        for (requested, allowed) in [
            (Some("traceparent, authorization"), "traceparent, authorization"),
            (Some("content-type,x-request-id"), "content-type,x-request-id"),
            (None, "content-type"),
        ] {
            let mut request = Request::options(format!("http://{}{path}", collector.public))
                .header("origin", "https://demo.example")
                .header("access-control-request-method", "POST");
            if let Some(requested) = requested {
                request = request.header("access-control-request-headers", requested);
            }
            let answer = answer(agent().run(request.body(()).unwrap()).unwrap());
            assert_eq!((answer.status, answer.header("access-control-allow-headers")), (204, allowed));
            assert_eq!(answer.header("vary"), "Access-Control-Request-Headers");
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            assert_eq!(answer.header("access-control-allow-credentials"), "");
        }
    }
    let headers = [
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ("authorization", "Bearer x"),
    ];
    assert_eq!(post_with(collector.public, "/collect", &headers, &views(1, "/", 1)).status, 202);
    assert_eq!(collector.report("site=demo"), [("/".to_owned(), 1, 1)]);
}

#[test]
fn what_another_program_deletes_is_counted_anew() {
    let collector = Collector::start();
    assert_eq!(collector.post("/collect", views(1, "/a", 2)).status, 202);
    let database = rusqlite::Connection::open(collector.database()).unwrap();
    database.execute_batch("DELETE FROM cells; DELETE FROM counters").unwrap();
    assert_eq!(collector.post("/collect", views(2, "/a", 1)).status, 202);
    assert_eq!(collector.report("site=demo"), [("/a".to_owned(), 1, 1)]);
}
