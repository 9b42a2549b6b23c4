//! The report page at `/` of the private listener.

use serde_json::json;

use crate::common::{Answer, Collector, views};

fn filled() -> Collector {
    let collector = Collector::start();
    let body = json!({"v": 2, "site": "demo", "level": "aggregated", "batch": "00000000000000ff", "hits": [
        {"view": {"page": "/a", "entry": true, "referrer": "www.news.example", "source": "Letter", "viewport": "small"}},
        {"view": {"page": "/b", "viewport": "small"}},
        {"event": {"page": "/b", "name": "signup", "props": {"plan": "pro"}}}]});
    assert_eq!(collector.post("/collect", body).status, 202);
    collector
}

fn shows(answer: &Answer, texts: &[&str]) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    for text in texts {
        assert!(answer.body.contains(text), "{text:?} is not in: {}", answer.body);
    }
}

#[test]
fn it_shows_a_site_s_counts() {
    let collector = filled();
    shows(
        &collector.private("/"),
        &["<h1>demo</h1>", "news.example", "Letter", "signup", "Events by plan", "small"],
    );
    let page = collector.private("/?site=demo&days=7&page=%2Fa");
    shows(&page, &["Only what was counted on", "news.example", "7 days"]);
    assert!(!page.body.contains("signup"), "that was on another page");
    assert!(!page.body.contains("<script"));
}

#[test]
fn it_shows_what_the_snippet_counts_of_its_own_accord() {
    let collector = Collector::start();
    let body = json!({"v": 2, "site": "demo", "level": "aggregated", "batch": "00000000000000ff", "dropped": 3, "hits": [
        {"event": {"page": "/", "name": "outbound link", "props": {"host": "www.news.example"}}},
        {"event": {"page": "/", "name": "file download", "props": {"file": "/terms.pdf"}}},
        {"event": {"page": "/", "name": "engagement", "props": {"seconds": "600+", "scroll": "0-25"}}},
        {"event": {"page": "/", "name": "engagement", "props": {"seconds": "600+", "scroll": "much"}}},
        {"event": {"page": "/", "name": "engagement", "props": {"seconds": "0-10", "scroll": "75-100"}}},
        {"event": {"page": "/", "name": "web vitals", "props": {"lcp": "good", "inp": "good", "cls": "poor", "ttfb": "good"}}},
        {"event": {"page": "/", "name": "signup", "props": {"revenue": "1234.50 EUR"}}},
        {"view": {"page": "/"}}]});
    assert_eq!(collector.post("/collect", body).status, 202);
    let answer = collector.private("/");
    shows(
        &answer,
        &[
            "Links to other sites",
            "news.example",
            "Files downloaded",
            "/terms.pdf",
            "Seconds in view",
            "Percent scrolled",
            "Largest contentful paint",
            "Cumulative layout shift",
            "Revenue",
            "1\u{202f}234.50",
            "Devices",
            "Browsers",
            "Languages",
            "Hits that pages had to drop",
        ],
    );
    assert!(!answer.body.contains("Countries"), "only where there is data");
    let place = |text: &str| answer.body.find(text).unwrap();
    assert!(place("0-10") < place("600+"), "classes stand in their own order");
    assert!(place("75-100") < place("(other)"));
    let page = collector.private("/?page=%2F").body;
    assert!(page.contains("Seconds in view") && !page.contains("Browsers") && !page.contains("Revenue"));
}

#[test]
fn a_site_without_counts_says_how_to_begin() {
    let answer = filled().private("/?site=shop.example");
    shows(&answer, &["Nothing counted", r#"data-site="shop.example""#]);
}

#[test]
fn nothing_runs_in_it() {
    let collector = filled();
    let answer = collector.private("/");
    let policy = answer.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'self';") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert!(
        !answer.body.contains("<script") && !answer.body.contains(" style=") && !answer.body.contains(" on")
    );
    assert_eq!(answer.header("x-frame-options"), "DENY");
    assert_eq!(answer.header("cache-control"), "no-store");
    let style = collector.private("/report.css");
    assert_eq!((style.status, style.header("content-type")), (200, "text/css; charset=utf-8"));
}

/// Text that would be markup, from every place that a stranger can write to.
#[test]
fn what_strangers_sent_is_text() {
    let collector = Collector::start();
    let markup = "<img src=x onerror=alert(1)>\"'&";
    let body = json!({"v": 2, "site": "demo", "level": "aggregated", "batch": "00000000000000ff", "hits": [
        {"view": {"page": "/x'!()*", "entry": true, "referrer": markup, "source": markup, "medium": "a'b", "campaign": "(x)'"}},
        {"event": {"page": format!("/{markup}"), "name": markup, "props": {"plan": markup}}}]});
    assert_eq!(collector.post("/collect", body).status, 202);
    for query in ["/", "/?page=%2Fx%27%21%28%29%2A", "/?page=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E"] {
        let answer = collector.private(query);
        assert_eq!(answer.status, 200);
        assert!(!answer.body.contains("<img") && !answer.body.contains("a'b"), "{}", answer.body);
    }
}

#[test]
fn a_name_of_the_configuration_is_text_too() {
    let collector = Collector::with(|config| config.sites[0].name = "<b>\"x\"".into());
    let answer = collector.private("/");
    assert_eq!(answer.status, 200);
    assert!(!answer.body.contains("<b>") && answer.body.contains("&#60;b&#62;"), "{}", answer.body);
}

#[test]
fn wrong_choices_are_told() {
    let collector = Collector::start();
    for (query, status, words) in [
        ("site=x", 404, "no such site"),
        ("days=5", 400, "1, 7, 30 or 90"),
        ("x=1", 400, "site, days and page"),
    ] {
        let answer = collector.private(&format!("/?{query}"));
        assert_eq!(answer.status, status);
        assert!(answer.body.contains(words), "{}", answer.body);
    }
}

#[test]
fn long_lists_are_cut_and_say_so() {
    let collector = Collector::start();
    for number in 0..20u64 {
        let page = format!("/{}", "abcdefghijklmnopqrst".chars().nth(number as usize).unwrap());
        assert_eq!(collector.post("/collect", views(number, &page, 1)).status, 202);
    }
    shows(&collector.private("/"), &["and 8 more"]);
}
