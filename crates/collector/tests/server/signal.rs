//! Global Privacy Control and Do Not Track, as they arrive with a request.

use serde_json::json;

use crate::common::{Collector, ID, post_with, views};

#[test]
fn a_page_is_told_of_the_signal_that_its_request_carried() {
    let collector = Collector::start();
    let deny =
        json!({"v": 2, "site": "demo", "action": "deny", "level": "aggregated", "policy": 3, "number": "00ff10ee20dd30cc"}).to_string();
    let grant = json!({
        "v": 2, "site": "demo", "action": "grant", "level": "anonymous", "policy": 3, "lang": "en", "banner": true, "id": ID,
    })
    .to_string();
    let mut number = 0;
    for (headers, told) in [
        (&[("sec-gpc", "1")][..], true),
        (&[("dnt", "1")], true),
        (&[("Sec-GPC", "0"), ("Sec-GPC", "1")], true),
        (&[("sec-gpc", "0"), ("dnt", "1")], true),
        (&[], false),
        (&[("sec-gpc", "0")], false),
        (&[("sec-gpc", "true")], false),
        (&[("sec-gpc", "1, 0")], false),
        (&[("sec-gpc", "11")], false),
        (&[("sec-gpc", "")], false),
        (&[("dnt", "0")], false),
        (&[("dnt", "unspecified")], false),
    ] {
        number += 1;
        let refused = "{".to_owned();
        for (path, body) in [
            ("/collect", views(number, "/", 1)),
            ("/collect", refused.clone()),
            ("/consent", deny.clone()),
            ("/consent", grant.clone()),
            ("/consent", refused),
        ] {
            let answer = post_with(collector.public, path, headers, &body);
            let expected = if told { ("1", "askfirst-signal, retry-after") } else { ("", "") };
            let found = (answer.header("askfirst-signal"), answer.header("access-control-expose-headers"));
            assert_eq!(found, expected, "{path} {headers:?}");
            assert_eq!(answer.header("access-control-allow-origin"), "*");
        }
    }
}

#[test]
fn a_signal_in_the_body_is_answered_like_one_in_a_header() {
    let collector = Collector::start();
    let body = |site: &str, signal: &str| {
        format!(
            r#"{{"v":2,"site":"{site}","level":"aggregated","batch":"00000000000000ff"{signal},"hits":[{{"view":{{"page":"/"}}}}]}}"#
        )
    };
    for (site, signal, status, told) in [
        ("demo", r#","signal":true"#, 202, "1"),
        ("demo", r#","signal":false"#, 202, ""),
        ("demo", "", 202, ""),
        ("nowhere", r#","signal":true"#, 404, "1"),
    ] {
        let answer = collector.post("/collect", body(site, signal));
        assert_eq!((answer.status, answer.header("askfirst-signal")), (status, told), "{site} {signal}");
    }
}

#[test]
fn nothing_of_it_is_stored() {
    let counted = |headers: &[(&str, &str)], body: &str| {
        let collector = Collector::start();
        assert_eq!(post_with(collector.public, "/collect", headers, body).status, 202);
        (collector.tables(), collector.report("site=demo"))
    };
    let plain = views(1, "/", 1);
    let says_no = plain.replacen("\"hits\"", "\"signal\":true,\"hits\"", 1);
    assert_ne!(plain, says_no);
    assert_eq!(counted(&[("sec-gpc", "1"), ("dnt", "1")], &says_no), counted(&[], &plain));
}
