//! What a request shows by itself: counted coarse, each by itself, and for page views only.

use askfirst_collector::context::Countries;
use serde_json::json;

use crate::common::{Collector, ID, about, countries, post_with, view_under, views};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

#[test]
fn an_address_has_a_country_or_is_other() {
    let directory = tempfile::tempdir().unwrap();
    let countries = Countries::open(&countries(directory.path())).unwrap();
    for (address, expected) in [
        ("192.0.2.77", "DE"),
        ("2001:db8::1", "FR"),
        ("198.51.100.1", "(other)"),
        ("203.0.113.1", "(other)"),
        ("::1", "(other)"),
    ] {
        assert_eq!(countries.of(Some(address.parse().unwrap())).as_str(), expected, "{address}");
    }
    assert_eq!(countries.of(None).as_str(), "(other)");
}

#[test]
fn a_file_that_holds_no_countries_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("countries.mmdb");
    for found in ["missing", "something else"] {
        let error = format!("{:#}", Countries::open(&path).unwrap_err());
        assert!(error.contains("country_database") && error.contains("countries.mmdb"), "{found}: {error}");
        std::fs::write(&path, "no database").unwrap();
    }
}

#[test]
fn families_and_languages_are_counted_for_the_site() {
    let collector = Collector::start();
    let send = |number, agent, languages| {
        let headers = [("user-agent", agent), ("accept-language", languages)];
        assert_eq!(post_with(collector.public, "/collect", &headers, &views(number, "/a", 1)).status, 202);
    };
    send(1, FIREFOX, "de-AT,de;q=0.9");
    send(2, FIREFOX, "de");
    send(3, IPHONE, "fr-FR");
    send(4, "Mozilla/5.0 (Ada) AdaBrowser/1.0", "tlh");
    for (by, expected) in [
        ("browser", &[("Firefox", 2), ("Safari", 1), ("(other)", 1)][..]),
        ("os", &[("Linux", 2), ("iOS", 1), ("(other)", 1)]),
        ("device", &[("desktop", 2), ("phone", 1), ("(other)", 1)]),
        ("language", &[("de", 2), ("fr", 1), ("(other)", 1)]),
        ("country", &[]),
    ] {
        let rows = collector.report(&format!("site=demo&by={by}"));
        let expected: Vec<_> = expected.iter().map(|&(value, n)| (value.to_owned(), n, n)).collect();
        assert_eq!(rows, expected, "{by}");
        assert_eq!(collector.private(&format!("/api/v1/report?site=demo&by={by}&page=/a")).status, 400);
    }
}

#[test]
fn events_count_nothing_of_it() {
    let collector = Collector::start();
    let body = json!({"v": 2, "site": "demo", "level": "aggregated", "batch": "00000000000000ff", "hits": [
        {"event": {"page": "/", "name": "signup"}}]});
    let headers = [("user-agent", FIREFOX), ("accept-language", "de")];
    assert_eq!(post_with(collector.public, "/collect", &headers, &body.to_string()).status, 202);
    assert_eq!(collector.report("site=demo&by=browser"), []);
}

#[test]
fn who_is_behind_a_trusted_proxy_is_looked_up_and_nobody_else_s_word_is_taken() {
    let directory = tempfile::tempdir().unwrap();
    for (trusted, forwarded, expected) in [
        (&["127.0.0.1/32"][..], "192.0.2.7", "DE"),
        (&["127.0.0.1/32"], "192.0.2.7, 2001:db8::7", "FR"),
        (&["127.0.0.1/32", "2001:db8::/32"], "192.0.2.7, 2001:db8::7", "DE"),
        (&["127.0.0.1/32"], "", "(other)"),
        (&[], "192.0.2.7", "(other)"),
    ] {
        let collector = Collector::with(|config| {
            config.country_database = Some(countries(directory.path()));
            config.trusted_proxies = trusted.iter().map(|net| net.parse().unwrap()).collect();
        });
        let headers = [("x-forwarded-for", forwarded)];
        assert_eq!(post_with(collector.public, "/collect", &headers, &views(1, "/", 1)).status, 202);
        let rows = collector.report("site=demo&by=country");
        assert_eq!(rows, [(expected.to_owned(), 1, 1)], "{trusted:?} {forwarded}");
    }
}

#[test]
fn rows_under_an_id_hold_the_families_and_are_told_to_who_has_the_id() {
    let directory = tempfile::tempdir().unwrap();
    let collector = Collector::with(|config| {
        config.country_database = Some(countries(directory.path()));
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    });
    collector.agree(ID);
    let headers =
        [("user-agent", IPHONE), ("accept-language", "it"), ("x-forwarded-for", "198.51.100.1, 192.0.2.1")];
    assert_eq!(post_with(collector.public, "/collect", &headers, &view_under(ID, 1, "/")).status, 202);
    let told = collector.post("/mydata", about(ID)).json();
    let hit = &told["hits"][0];
    let found = ["device", "browser", "os", "language", "country"].map(|key| hit[key].as_str().unwrap());
    assert_eq!(found, ["phone", "Safari", "iOS", "it", "DE"]);
}
