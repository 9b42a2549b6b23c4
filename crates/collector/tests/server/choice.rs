//! The cookie that carries the choice between the hosts of a site.

use askfirst_collector::moment::Moment;
use askfirst_wire::Level;
use askfirst_wire::names::{CHOICE_COOKIE, tag};
use serde_json::{Value, json};

use crate::common::{Answer, Collector, ID, about, deny, grant, post_with, view_under};

/// Its site "demo" shares choices below example.org, its site "shop.example" shares none.
fn sharing() -> Collector {
    Collector::with(|config| config.sites[0].cookie_domain = Some("example.org".into()))
}

fn send(collector: &Collector, origin: &str, host: &str, body: &Value) -> Answer {
    let cookie = format!("{CHOICE_COOKIE}{}=0.9.20200101", tag("demo"));
    let headers = [("origin", origin), ("host", host), ("cookie", cookie.as_str())];
    post_with(collector.public, "/consent", &headers, &body.to_string())
}

/// Nothing but what every answer has had.
fn is_for_anybody(answer: &Answer) -> bool {
    answer.header("access-control-allow-origin") == "*"
        && ["set-cookie", "access-control-allow-credentials", "vary"]
            .iter()
            .all(|name| answer.header(name).is_empty())
}

#[test]
fn a_choice_is_set_below_the_domain_whether_it_is_yes_or_no() {
    let collector = sharing();
    let today = Moment::now().wire_day().yyyymmdd();
    for (body, level, status) in [(grant(ID, "anonymous"), 2, 200), (deny(), 1, 202)] {
        for (origin, secure) in [
            ("https://example.org", "; Secure"),
            ("https://www.example.org", "; Secure"),
            ("https://a.b.EXAMPLE.org:8443", "; Secure"),
            ("http://www.example.org", ""),
        ] {
            for host in ["example.org", "stats.example.org", "stats.Example.org:8100"] {
                let answer = send(&collector, origin, host, &body);
                assert_eq!(answer.status, status, "{}", answer.body);
                assert_eq!(
                    answer.header("set-cookie"),
                    format!(
                        "{CHOICE_COOKIE}{}={level}.3.{today}; Max-Age=15897600; Path=/; Domain=example.org; SameSite=Lax{secure}",
                        tag("demo")
                    )
                );
                assert_eq!(answer.header("access-control-allow-origin"), origin);
                assert_eq!(answer.header("access-control-allow-credentials"), "true");
                assert_eq!(answer.header("vary"), "Origin");
                assert_eq!(answer.header("cache-control"), "no-store");
            }
        }
    }
}

#[test]
fn elsewhere_there_is_none() {
    let collector = sharing();
    for (origin, host) in [
        ("https://example.com", "stats.example.org"),
        ("https://notexample.org", "stats.example.org"),
        ("https://example.org.evil.test", "stats.example.org"),
        ("https://example.org@evil.test", "stats.example.org"),
        ("https://.evil.test", "stats.example.org"),
        ("null", "stats.example.org"),
        ("example.org", "stats.example.org"),
        ("ftp://example.org", "stats.example.org"),
        ("", "stats.example.org"),
        ("https://www.example.org", "127.0.0.1:8100"),
        ("https://www.example.org", "stats.example.net"),
        ("https://www.example.org", "notexample.org"),
        ("https://www.example.org", "org"),
    ] {
        for body in [grant(ID, "anonymous"), deny()] {
            let answer = send(&collector, origin, host, &body);
            assert!(answer.status < 300 && is_for_anybody(&answer), "{origin} {host}: {:?}", answer.headers);
        }
    }
    let several =
        [("origin", "https://example.org"), ("origin", "https://evil.test"), ("host", "example.org")];
    assert!(is_for_anybody(&post_with(collector.public, "/consent", &several, &deny().to_string())));
    let none = [("host", "example.org")];
    assert!(is_for_anybody(&post_with(collector.public, "/consent", &none, &deny().to_string())));

    // A site that shares none, beside one that does; and other messages.
    let mut shop = deny();
    shop["site"] = json!("shop.example");
    assert!(is_for_anybody(&send(&collector, "https://example.org", "example.org", &shop)));
    let headers = [("origin", "https://example.org"), ("host", "example.org")];
    for (path, body) in [
        ("/collect", view_under(ID, 1, "/")),
        ("/forget", about(ID).to_string()),
        ("/mydata", about(ID).to_string()),
    ] {
        assert!(is_for_anybody(&post_with(collector.public, path, &headers, &body)), "{path}");
    }
}

#[test]
fn what_was_refused_sets_none_and_still_can_be_read_by_its_page() {
    let collector = Collector::with(|config| {
        config.sites[0].cookie_domain = Some("example.org".into());
        config.sites[0].level = Level::Aggregated;
    });
    let answer = send(&collector, "https://example.org", "example.org", &grant(ID, "anonymous"));
    assert_eq!(answer.refusal(), (403, "level_above_ceiling".to_owned()));
    assert_eq!(answer.header("set-cookie"), "");
    assert_eq!(answer.header("access-control-allow-origin"), "https://example.org");
    let malformed = send(&collector, "https://example.org", "example.org", &json!({"v": 2}));
    assert!(malformed.status == 400 && is_for_anybody(&malformed));
}

#[test]
fn a_cookie_that_comes_along_changes_nothing() {
    let collector = sharing();
    let answer = send(&collector, "https://example.org", "example.org", &deny());
    assert!(
        answer.header("set-cookie").starts_with(&format!("{CHOICE_COOKIE}{}=1.3.", tag("demo"))),
        "the message says so, not the cookie"
    );
    assert_eq!(collector.filled(), ["answers", "batches"]);
}
