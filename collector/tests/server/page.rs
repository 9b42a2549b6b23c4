//! The report page at `/` of the private listener.

use serde_json::json;

use crate::common::{Answer, Collector, views};

fn filled() -> Collector {
    let collector = Collector::start();
    let body = json!({"v": 1, "site": "demo", "level": "aggregated", "batch": "00000000000000ff", "hits": [
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
    let body = json!({"v": 1, "site": "demo", "level": "aggregated", "batch": "00000000000000ff", "hits": [
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
