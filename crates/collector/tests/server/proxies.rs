//! nginx and Caddy before the collector, as docs/operate.md says how to set them up. A proxy that is not installed is skipped,
//! and it is said; with `CI=true` it fails.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::TempDir;

use crate::common::{Program, countries_of, files, report, views};
use crate::proxy::{AGENT, Change, Kind, VISITOR};

/// The collector, told of countries, and of the proxy where it is trusted.
fn collector(directory: &Path, trusted: &str) -> Program {
    let countries = countries_of(directory, &[("::127.7.7.0/120", "NL"), ("::192.0.2.0/120", "DE")]);
    let config = directory.join("askfirst.toml");
    let text = format!(
        "country_database = {countries:?}\ntrusted_proxies = [{trusted}]\n[[site]]\nname = \"demo\"\nlevel = \"full\"\n\
         k = 1\ncookie_domain = \"example.org\"\n"
    );
    fs::write(&config, text).unwrap();
    Program::start(directory, &["--log", "trace", "--config", config.to_str().unwrap()])
}

/// The files in which the address or the User-Agent stands.
fn named(directory: &TempDir) -> Vec<PathBuf> {
    let found = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    let address = VISITOR.to_string();
    let named = |path: &PathBuf| {
        let bytes = fs::read(path).unwrap();
        found(&bytes, &address) || found(&bytes, AGENT)
    };
    files(directory.path()).into_iter().filter(named).collect()
}

fn as_documented(kind: Kind) {
    let Some(program) = kind.installed() else { return };
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path().join("proxy");
    let mut collector = collector(directory.path(), "");
    let proxy = kind.start(&program, &at, collector.public, Change::default());
    // Whatever it would put into a file on its way now has no place.
    fs::remove_dir_all(at.join("temporary")).unwrap();

    let answer = proxy.post("/collect", "", &views(1, "/", 1));
    assert!(answer.starts_with("HTTP/1.1 202") && answer.contains(r#"{"accepted":1}"#), "{answer}");
    let deny =
        json!({"v": 2, "site": "demo", "action": "deny", "level": "aggregated", "policy": 3, "number": "00ff10ee20dd30cc"}).to_string();
    let answer = proxy.post("/consent", "origin: https://www.example.org\r\n", &deny);
    assert!(
        answer.contains("Domain=example.org"),
        "the name that the browser asked for has not arrived: {answer}"
    );
    let long = views(2, &format!("/{}", "a/".repeat(245)), 100);
    assert!((48_000..64 * 1024).contains(&long.len()), "{}", long.len());
    let answer = proxy.post("/collect", "", &long);
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    for length in [64 * 1024 + 1, 1 << 20] {
        let answer = proxy.post("/collect", "", &" ".repeat(length));
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    }
    assert_eq!(report(collector.private, "site=demo&by=day")[0].1, 101);
    assert!(proxy.post("/api/v1/report", "", "").starts_with("HTTP/1.1 404"), "reports are not for visitors");
    assert_eq!(report(collector.private, "site=demo&by=country"), [("(other)".to_owned(), 101, 101)]);

    collector.kill();
    let answer = proxy.post("/collect", "", &views(3, "/", 1));
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    let answer = answer.to_lowercase();
    for line in
        ["retry-after: 30", "access-control-allow-origin: *", "access-control-expose-headers: retry-after"]
    {
        assert_eq!(answer.matches(line).count(), 1, "{line}: {answer}");
    }
    drop(proxy);
    assert_eq!(named(&directory), [""; 0].map(PathBuf::from));
}

/// Without what the docs say about logs, the address does stand in them: the search finds it where it is.
fn as_it_comes(kind: Kind) {
    let Some(program) = kind.installed() else { return };
    let directory = tempfile::tempdir().unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let proxy = kind.start(
        &program,
        &directory.path().join("proxy"),
        nobody,
        Change { logs: true, ..Change::default() },
    );
    assert!(proxy.post("/collect", "", &views(1, "/", 1)).starts_with("HTTP/1.1 50"));
    drop(proxy);
    assert_ne!(named(&directory), [""; 0].map(PathBuf::from));
}

fn counts_countries(kind: Kind) {
    let Some(program) = kind.installed() else { return };
    for (trusted, expected) in [("\"127.0.0.1/32\"", "NL"), ("", "(other)")] {
        let directory = tempfile::tempdir().unwrap();
        let collector = collector(directory.path(), trusted);
        let proxy =
            kind.start(&program, &directory.path().join("proxy"), collector.public, Change::default());
        for (number, claims) in [(1, ""), (2, "x-forwarded-for: 192.0.2.7\r\n")] {
            assert!(proxy.post("/collect", claims, &views(number, "/", 1)).starts_with("HTTP/1.1 202"));
        }
        let rows = report(collector.private, "site=demo&by=country");
        assert_eq!(rows, [(expected.to_owned(), 2, 2)], "what a visitor claims is not believed");
        drop(proxy);
        assert_eq!(named(&directory), [""; 0].map(PathBuf::from));
    }
}

fn shows_reports(kind: Kind) {
    let Some(program) = kind.installed() else { return };
    let directory = tempfile::tempdir().unwrap();
    let token = "4b7d1f0a9c3e5b7d2f4a6c8e0b1d3f5a";
    let mut command = crate::common::program();
    command.env("ASKFIRST_TOKEN", token);
    let collector = Program::by(command, directory.path(), &[]);
    let change = Change { owners: true, ..Change::default() };
    let proxy = kind.start(&program, &directory.path().join("proxy"), collector.private, change);
    let refused = proxy.get("/api/v1/report?site=demo", "");
    assert!(refused.starts_with("HTTP/1.1 401") && refused.contains("Basic realm="), "{refused}");
    let shown = proxy.get("/api/v1/report?site=demo", &format!("authorization: Bearer {token}\r\n"));
    assert!(shown.starts_with("HTTP/1.1 200") && shown.contains(r#""views":0"#), "{shown}");
}

#[test]
fn nginx_as_documented_passes_messages_on_and_keeps_nothing_of_the_visitor() {
    as_documented(Kind::Nginx);
}

#[test]
fn caddy_as_documented_passes_messages_on_and_keeps_nothing_of_the_visitor() {
    as_documented(Kind::Caddy);
}

#[test]
fn nginx_as_it_comes_logs_the_visitor() {
    as_it_comes(Kind::Nginx);
}

#[test]
fn caddy_as_it_comes_logs_the_visitor() {
    as_it_comes(Kind::Caddy);
}

#[test]
fn behind_nginx_a_trusted_address_has_a_country() {
    counts_countries(Kind::Nginx);
}

#[test]
fn behind_caddy_a_trusted_address_has_a_country() {
    counts_countries(Kind::Caddy);
}

#[test]
fn nginx_shows_reports_to_who_has_the_token() {
    shows_reports(Kind::Nginx);
}

#[test]
fn caddy_shows_reports_to_who_has_the_token() {
    shows_reports(Kind::Caddy);
}
