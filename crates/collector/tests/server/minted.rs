//! The id that the collector makes, in a cookie that no script can read.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::common::{Answer, Collector, ID, post_with, view_under};

/// What a page says in place of an id that it cannot read.
const NOUGHT: &str = "00000000000000000000000000000000";
const PAGE: [(&str, &str); 2] = [("origin", "https://www.example.org"), ("host", "stats.example.org")];

/// Its site "demo" shares choices below example.org.
fn collector() -> Collector {
    Collector::with(|config| config.sites[0].cookie_domain = Some("example.org".into()))
}

fn grant(level: &str) -> String {
    json!({"v": 1, "site": "demo", "action": "grant", "level": level, "policy": 3, "lang": "en", "banner": true, "id": NOUGHT})
        .to_string()
}

fn about() -> String {
    json!({"v": 1, "site": "demo", "id": NOUGHT}).to_string()
}

/// What a page sends, with the cookie or without.
fn send(collector: &Collector, path: &str, cookie: Option<&str>, body: &str) -> Answer {
    let headers: Vec<_> = PAGE.into_iter().chain(cookie.map(|cookie| ("cookie", cookie))).collect();
    post_with(collector.public, path, &headers, body)
}

fn cookies(answer: &Answer) -> Vec<&str> {
    answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect()
}

/// Agrees, and answers `__Host-askfirst_id=<id>`.
fn agree(collector: &Collector) -> String {
    let answer = send(collector, "/consent", None, &grant("anonymous"));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let set = cookies(&answer);
    set.iter().find(|line| line.starts_with("__Host-")).unwrap().split(';').next().unwrap().to_owned()
}

fn ids(collector: &Collector) -> Vec<String> {
    let database = Connection::open(collector.database()).unwrap();
    let mut rows = database.prepare("SELECT id FROM events").unwrap();
    rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_yes_makes_one_that_no_script_can_read() {
    let collector = collector();
    let answer = send(&collector, "/consent", None, &grant("anonymous"));
    assert_eq!(answer.header("access-control-allow-origin"), "https://www.example.org");
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
    let set = cookies(&answer);
    let [choice, minted, marker] = set[..] else { panic!("{set:?}") };
    assert!(choice.starts_with("askfirst_choice=2.3."), "{choice}");
    let (id, attributes) = minted.strip_prefix("__Host-askfirst_id=").unwrap().split_at(32);
    assert!(id.bytes().all(|byte| byte.is_ascii_hexdigit()) && id != NOUGHT, "{id}");
    assert_eq!(attributes, "; Max-Age=15897600; Path=/; SameSite=Lax; HttpOnly; Secure");
    assert_eq!(
        marker,
        format!("askfirst_id={NOUGHT}; Max-Age=15897600; Path=/; Domain=example.org; SameSite=Lax; Secure"),
        "the page sees that there is one, and not which"
    );
    assert!(!answer.body.contains(id));
    assert_ne!(agree(&collector), format!("__Host-askfirst_id={id}"), "each yes its own");
}

#[test]
fn agreeing_to_more_keeps_it_and_does_not_prolong_it() {
    let collector = collector();
    let cookie = agree(&collector);
    let answer = send(&collector, "/consent", Some(&cookie), &grant("full"));
    assert_eq!(answer.status, 200);
    assert!(
        cookies(&answer).iter().all(|line| line.starts_with("askfirst_choice=")),
        "{:?}",
        cookies(&answer)
    );
    let mine = send(&collector, "/mydata", Some(&cookie), &about()).json();
    assert_eq!(mine["receipts"].as_array().unwrap().len(), 2, "both under one id");
}

#[test]
fn hits_go_under_the_cookies_id() {
    let collector = collector();
    let cookie = format!("a=b; {}; c=d", agree(&collector));
    let answer = send(&collector, "/collect", Some(&cookie), &view_under(NOUGHT, 1, "/pricing"));
    assert_eq!(answer.status, 202);
    assert_eq!(answer.header("access-control-allow-origin"), "https://www.example.org");
    let id = cookie.split(['=', ';']).nth(3).unwrap();
    assert_eq!(ids(&collector), [id]);
    let mine = send(&collector, "/mydata", Some(&cookie), &about()).json();
    assert_eq!(mine["hits"][0]["page"], "/pricing");
    assert_eq!(mine["receipts"][0]["action"], "grant");
}

#[test]
fn without_the_cookie_hits_are_counted_and_nothing_is_kept() {
    let collector = collector();
    for (number, cookie) in [
        None,
        Some("__Host-askfirst_id=forged"),
        Some("__Host-askfirst_id=00000000000000000000000000000000"),
        Some("askfirst_minted_id=3f1c9a52e07b48d6a1f0c2b4d6e8f901"),
        Some("__Host-askfirst_id=3f1c9a52e07b48d6a1f0c2b4d6e8f901; __Host-askfirst_id=3f1c9a52e07b48d6a1f0c2b4d6e8f902"),
    ]
    .into_iter()
    .enumerate()
    {
        let body = view_under(NOUGHT, number as u64, "/pricing");
        assert_eq!(send(&collector, "/collect", cookie, &body).status, 202, "{cookie:?}");
    }
    assert_eq!(collector.report("site=demo"), [("/pricing".to_owned(), 5, 5)]);
    assert!(ids(&collector).is_empty());
    let mine = send(&collector, "/mydata", None, &about()).json();
    assert_eq!((&mine["hits"], &mine["receipts"]), (&json!([]), &json!([])));
}

#[test]
fn withdrawal_erases_what_stands_under_it_and_removes_it() {
    let collector = collector();
    let (cookie, other) = (agree(&collector), agree(&collector));
    for (number, cookie) in [(1, &cookie), (2, &other)] {
        send(&collector, "/collect", Some(cookie), &view_under(NOUGHT, number, "/"));
    }
    let answer = send(&collector, "/forget", Some(&cookie), &about());
    assert_eq!((answer.status, answer.json()), (200, json!({"erased": true})));
    assert_eq!(cookies(&answer), ["__Host-askfirst_id=; Max-Age=0; Path=/; SameSite=Lax; HttpOnly; Secure"]);
    assert_eq!(ids(&collector), [other.split_once('=').unwrap().1]);
    let again = send(&collector, "/forget", None, &about());
    assert_eq!((again.status, again.json()), (200, json!({"erased": true})), "whether there is one or not");
}

#[test]
fn on_one_host_no_domain_is_needed_and_without_https_the_name_has_no_prefix() {
    let collector = Collector::start();
    let headers = [("origin", "http://localhost:3000"), ("host", "localhost:8100")];
    let answer = post_with(collector.public, "/consent", &headers, &grant("anonymous"));
    let set = cookies(&answer);
    let [minted, marker] = set[..] else { panic!("{set:?}") };
    assert!(
        minted.starts_with("askfirst_minted_id=") && minted.ends_with("; SameSite=Lax; HttpOnly"),
        "{minted}"
    );
    assert_eq!(marker, format!("askfirst_id={NOUGHT}; Max-Age=15897600; Path=/; SameSite=Lax"));
}

#[test]
fn a_page_of_another_site_gets_none_and_uses_none() {
    let collector = collector();
    let cookie = agree(&collector);
    send(&collector, "/collect", Some(&cookie), &view_under(NOUGHT, 1, "/"));
    let before = collector.tables();
    for (origin, host) in [
        ("https://example.com", "stats.example.org"),
        ("https://notexample.org", "stats.example.org"),
        ("https://example.org.evil.test", "stats.example.org"),
        ("null", "stats.example.org"),
        ("", "stats.example.org"),
        ("https://www.example.org", "stats.example.net"),
    ] {
        for (path, body) in [
            ("/consent", grant("anonymous")),
            ("/collect", view_under(NOUGHT, 9, "/")),
            ("/forget", about()),
            ("/mydata", about()),
        ] {
            let headers = [("origin", origin), ("host", host), ("cookie", &cookie)];
            let answer = post_with(collector.public, path, &headers, &body);
            assert_eq!(answer.refusal(), (400, "invalid_value".to_owned()), "{path} {origin} {host}");
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            assert_eq!((answer.header("access-control-allow-credentials"), cookies(&answer).len()), ("", 0));
        }
    }
    assert_eq!(collector.tables(), before);
}

#[test]
fn a_message_that_names_an_id_is_about_that_id_whatever_the_cookie_says() {
    let collector = collector();
    let cookie = agree(&collector);
    send(&collector, "/collect", Some(&cookie), &view_under(ID, 1, "/"));
    assert_eq!(ids(&collector), [ID]);
    let forget: Value = json!({"v": 1, "site": "demo", "id": ID});
    send(&collector, "/forget", Some(&cookie), &forget.to_string());
    assert!(ids(&collector).is_empty());
    let mine = send(&collector, "/mydata", Some(&cookie), &about()).json();
    assert_eq!(mine["receipts"].as_array().unwrap().len(), 1, "the cookie's own grant stands");
}
