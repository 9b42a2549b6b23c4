//! Robots, and browsers that ask ahead: counted apart, and not in silence.

use serde_json::Value;

use crate::common::{Answer, Collector, ID, post_with, view_under, views};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";
const ROBOT: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

fn send(collector: &Collector, headers: &[(&str, &str)], body: &str) -> Answer {
    post_with(collector.public, "/collect", headers, body)
}

#[test]
fn robots_are_counted_apart_and_told() {
    let collector = Collector::start();
    let answer = send(&collector, &[("user-agent", ROBOT)], &views(1, "/a", 3));
    assert_eq!((answer.status, answer.body.as_str()), (202, r#"{"accepted":3,"bot":"User-Agent"}"#));
    for (number, name, value) in [
        (2, "sec-purpose", "prefetch"),
        (3, "sec-purpose", "prefetch;prerender"),
        (4, "sec-purpose", "prefetch;anonymous-client-ip"),
        (5, "purpose", "Prefetch"),
        (6, "x-moz", "prefetch"),
    ] {
        let answer = send(&collector, &[("user-agent", FIREFOX), (name, value)], &views(number, "/a", 1));
        assert_eq!((answer.status, answer.body.as_str()), (202, r#"{"accepted":1,"bot":"prefetch"}"#));
    }
    let answer = send(&collector, &[("user-agent", FIREFOX), ("sec-purpose", "else")], &views(7, "/b", 1));
    assert_eq!((answer.status, answer.body.as_str()), (202, r#"{"accepted":1}"#));

    let robots = [("prefetch".to_owned(), 5, 0), ("User-Agent".to_owned(), 3, 0)];
    assert_eq!(collector.report("site=demo&by=bot"), robots);
    for (by, value) in [("page", "/b"), ("browser", "Firefox"), ("referrer", "(direct)")] {
        assert_eq!(collector.report(&format!("site=demo&by={by}")), [(value.to_owned(), 1, 1)]);
    }
    let days = collector.report("site=demo&by=day");
    assert_eq!(days.iter().map(|(_, views, visits)| (*views, *visits)).collect::<Vec<_>>(), [(1, 1)]);
    let page = collector.private("/").body;
    assert!(page.contains("Robots, counted apart") && page.contains("prefetch"), "{page}");
    assert_eq!(collector.private("/api/v1/report?site=demo&by=bot&page=/a").status, 400);
}

#[test]
fn a_robot_leaves_no_row_and_nothing_of_what_it_says() {
    let collector = Collector::start();
    assert_eq!(send(&collector, &[("user-agent", ROBOT)], &view_under(ID, 1, "/secret")).status, 202);
    let dropped = views(2, "/secret", 1).replacen("\"hits\"", "\"dropped\":7,\"hits\"", 1);
    assert_eq!(send(&collector, &[("user-agent", ROBOT)], &dropped).status, 202);
    let event = r#"{"v":2,"site":"demo","level":"aggregated","batch":"00000000000000fe","hits":[
        {"event":{"page":"/secret","name":"signup","props":{"plan":"pro","revenue":"5 EUR"}}}]}"#;
    assert_eq!(send(&collector, &[("user-agent", ROBOT)], event).status, 202);
    assert_eq!(collector.filled(), ["batches", "cells", "counters"]);
    assert_eq!(collector.tables()["cells"], 1);
    assert_eq!(collector.report("site=demo&by=bot"), [("User-Agent".to_owned(), 3, 0)]);
}

#[test]
fn a_robot_is_held_to_the_same_rules_and_its_retry_counts_once() {
    let collector = Collector::start();
    for _ in 0..2 {
        assert_eq!(send(&collector, &[("user-agent", ROBOT)], &views(1, "/", 2)).status, 202);
    }
    let elsewhere = views(2, "/", 1).replacen("demo", "nowhere", 1);
    let refusal = send(&collector, &[("user-agent", ROBOT)], &elsewhere).refusal();
    assert_eq!(refusal, (404, "unknown_site".to_owned()));
    assert_eq!(collector.report("site=demo&by=bot"), [("User-Agent".to_owned(), 2, 0)]);
}

#[test]
fn a_robot_under_an_id_is_counted_once_with_a_grant_or_without() {
    let collector = Collector::start();
    for id in [ID, "00000000000000000000000000000000"] {
        for _ in 0..2 {
            let headers =
                [("user-agent", ROBOT), ("origin", "http://localhost:3000"), ("host", "localhost:8100")];
            assert_eq!(send(&collector, &headers, &view_under(id, 7, "/")).status, 202);
        }
    }
    assert_eq!(collector.report("site=demo&by=bot"), [("User-Agent".to_owned(), 1, 0)]);
    assert_eq!(collector.tables()["events"], 0);
}

#[test]
fn where_things_are_tried_out_robots_count_like_anybody() {
    let collector = Collector::with(|config| config.sites[0].robots = true);
    let send = |number, header| {
        post_with(collector.public, "/collect", &[header], &views(number, "/", 1)).json()["bot"].clone()
    };
    assert_eq!(send(1, ("user-agent", "Mozilla/5.0 HeadlessChrome/140.0.0.0")), Value::Null);
    assert_eq!(send(2, ("sec-purpose", "prefetch")), "prefetch", "nobody has seen it yet");
    assert_eq!(collector.report("site=demo"), [("/".to_owned(), 1, 1)]);
    assert_eq!(collector.report("site=demo&by=browser"), [("(other)".to_owned(), 1, 1)]);
}
