//! Pages that may send, and pages that may not.

use crate::common::{Answer, Collector, ID, about, deny, get, grant, post_with, view_under, views};
use askfirst_collector::config::{Config, Site};

/// Its site "demo" names its origins, its site "shop.example" names none.
fn listing(more: impl FnOnce(&mut Config)) -> Collector {
    let text = "[[site]]\nname = \"demo\"\nlevel = \"full\"\nk = 1\norigins = [\"https://www.example.org\", \"https://*.shop.example.org\"]";
    let demo = Config::parse(text).unwrap().sites.remove(0);
    Collector::with(|config| {
        config.sites[0] = demo;
        more(config);
    })
}

/// The erasure comes last, because no grant of that id is taken after it.
fn messages(number: u64) -> [(&'static str, String); 5] {
    let mine = about(ID).to_string();
    [
        ("/collect", views(number, "/", 1)),
        ("/consent", grant(ID, "anonymous").to_string()),
        ("/consent", deny().to_string()),
        ("/mydata", mine.clone()),
        ("/forget", mine),
    ]
}

fn send(collector: &Collector, headers: &[(&str, &str)], path: &str, body: &str) -> Answer {
    post_with(collector.public, path, headers, body)
}

#[test]
fn pages_that_the_site_names_may_send_and_others_may_not() {
    for (origin, allowed) in [
        ("https://www.example.org", true),
        ("https://WWW.example.org:443", true),
        ("https://a.shop.example.org", true),
        ("null", false),
        ("https://example.org", false),
        ("https://example.com.evil", false),
        ("https://www.example.org.evil", false),
        ("http://www.example.org", false),
        ("https://www.example.org:8443", false),
        ("https://shop.example.org", false),
        ("https://sibling.example.org", false),
        ("https://www.example.org, https://evil.example", false),
    ] {
        let collector = listing(|_| {});
        for (path, body) in messages(7) {
            let answer = send(&collector, &[("origin", origin)], path, &body);
            if allowed {
                assert!(matches!(answer.status, 200 | 202), "{origin} {path}: {}", answer.body);
            } else {
                assert_eq!(answer.refusal(), (403, "origin_not_allowed".to_owned()), "{origin} {path}");
            }
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{origin} {path}");
            assert_eq!(answer.header("access-control-allow-credentials"), "", "{origin} {path}");
        }
    }
}

#[test]
fn who_is_refused_stores_nothing_and_erases_nothing() {
    let collector = listing(|_| {});
    collector.agree(ID);
    assert_eq!(collector.post("/collect", view_under(ID, 1, "/")).status, 202, "no browser, no origin");
    let before = collector.tables();
    for (path, body) in messages(8) {
        assert_eq!(send(&collector, &[("origin", "https://evil.example")], path, &body).status, 403);
    }
    assert_eq!(collector.tables(), before);
    let two = [("origin", "https://www.example.org"), ("origin", "https://www.example.org")];
    assert_eq!(send(&collector, &two, "/collect", &views(9, "/", 1)).status, 403, "one too many");
}

#[test]
fn a_site_that_names_none_takes_all() {
    let collector = listing(|_| {});
    let body = views(1, "/", 1).replacen("demo", "shop.example", 1);
    for origin in ["https://anybody.example", "null"] {
        let answer = send(&collector, &[("origin", origin)], "/collect", &body);
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (202, "*"));
        assert_eq!(answer.header("access-control-allow-credentials"), "");
    }
}

#[test]
fn no_page_but_the_site_s_own_is_let_in_with_cookies() {
    let at_collector = "0".repeat(32);
    let with_cookies = |origin: &str, named: bool| {
        let collector = listing(|config| {
            let Site { origins, cookie_domain, .. } = &mut config.sites[0];
            *cookie_domain = Some("example.org".into());
            if !named {
                origins.clear();
            }
        });
        let headers =
            [("origin", origin), ("host", "stats.example.org"), ("cookie", "askfirst_choice=2.3.20261101")];
        let mut credentials = Vec::new();
        for (path, body) in messages(3) {
            for body in [body.clone(), body.replace(ID, &at_collector)] {
                let answer = send(&collector, &headers, path, &body);
                if answer.header("access-control-allow-credentials") == "true" {
                    assert_eq!(answer.header("access-control-allow-origin"), origin, "{path}");
                    assert_eq!(answer.header("vary"), "Origin");
                    credentials.push(path);
                } else {
                    assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
                    assert_eq!(answer.header("set-cookie"), "");
                }
            }
        }
        credentials
    };
    assert!(!with_cookies("https://www.example.org", true).is_empty());
    assert!(!with_cookies("https://sibling.example.org", false).is_empty());
    for (origin, named) in [
        ("https://sibling.example.org", true),
        ("https://example.org", true),
        ("https://www.example.org.evil", true),
        ("https://www.example.org.evil", false),
        ("https://example.org.evil", false),
        ("https://evilexample.org", false),
        ("null", false),
    ] {
        assert_eq!(with_cookies(origin, named), [""; 0], "{origin} {named}");
    }
}

#[test]
fn what_no_script_sends_is_refused() {
    let collector = Collector::start();
    collector.agree(ID);
    assert_eq!(collector.post("/collect", view_under(ID, 1, "/")).status, 202);
    let before = collector.tables();
    for headers in [
        // A form on another site's page.
        &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")][..],
        &[("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")],
        &[("sec-fetch-site", "none"), ("sec-fetch-mode", "cors")],
    ] {
        for (path, body) in messages(2) {
            let refusal = send(&collector, headers, path, &body).refusal();
            assert_eq!(refusal, (403, "not_by_script".to_owned()), "{path} {headers:?}");
        }
    }
    assert_eq!(collector.tables(), before);
    for site in ["same-origin", "same-site", "cross-site"] {
        for mode in ["cors", "no-cors", "same-origin"] {
            let headers = [("sec-fetch-site", site), ("sec-fetch-mode", mode), ("sec-fetch-dest", "empty")];
            assert_eq!(
                send(&collector, &headers, "/collect", &views(3, "/", 1)).status,
                202,
                "{site} {mode}"
            );
        }
    }
    // Whoever opens the script, or the collector's own answer, in a tab.
    let opened = [("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")];
    assert_eq!(get(collector.public, "/.well-known/askfirst.json", &opened).status, 200);
}

#[test]
fn a_preflight_lets_no_credentials_in() {
    let collector = listing(|_| {});
    for path in ["/collect", "/consent", "/forget", "/mydata"] {
        let request = ureq::http::Request::options(format!("http://{}{path}", collector.public));
        let request = request.header("origin", "https://evil.example").body(()).unwrap();
        let answer = crate::common::answer(crate::common::agent().run(request).unwrap());
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, "*"), "{path}");
        assert_eq!(answer.header("access-control-allow-credentials"), "", "{path}");
    }
}
