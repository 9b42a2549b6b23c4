//! What one network may send. The visitors stand behind a proxy of the owner's, which is this machine: the networks that RFC
//! 5737 and RFC 3849 reserve for documentation.

use serde_json::json;

use crate::common::{Answer, Collector, ID, Program, files, get, post_with, views};

/// A bucket of `at_once`, in which nothing new comes for a minute.
fn limited(at_once: u32, trusted: &[&str]) -> Collector {
    Collector::with(|config| {
        config.edge.requests_per_minute = 1;
        config.edge.requests_at_once = at_once;
        config.trusted_proxies = trusted.iter().map(|net| net.parse().unwrap()).collect();
    })
}

fn from(collector: &Collector, client: &str, path: &str, body: &str) -> Answer {
    let headers = [("x-forwarded-for", client), ("origin", "https://www.example.org")];
    post_with(collector.public, path, &headers, body)
}

fn message(path: &str, number: u64) -> String {
    match path {
        "/collect" => views(number, "/", 1),
        "/consent" => {
            json!({"v": 2, "site": "demo", "action": "deny", "level": "aggregated", "policy": 1, "number": "00ff10ee20dd30cc"}).to_string()
        }
        _ => json!({"v": 2, "site": "demo", "id": ID}).to_string(),
    }
}

#[test]
fn every_message_is_limited_and_a_page_of_another_origin_can_read_for_how_long() {
    for path in ["/collect", "/consent", "/forget", "/mydata"] {
        let collector = limited(2, &["127.0.0.1/32"]);
        for number in 1..=2 {
            let answer = from(&collector, "203.0.113.9", path, &message(path, number));
            assert!(matches!(answer.status, 200 | 202), "{path}: {}", answer.body);
        }
        let answer = from(&collector, "203.0.113.9", path, &message(path, 3));
        assert_eq!(answer.refusal(), (429, "too_many_requests".to_owned()), "{path}");
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&wait), "{path}: {wait}");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert!(answer.header("access-control-expose-headers").contains("retry-after"));
    }
}

#[test]
fn messages_share_one_bucket_and_what_is_no_message_is_not_limited() {
    let collector = limited(4, &["127.0.0.1/32"]);
    for path in ["/collect", "/consent", "/forget", "/mydata"] {
        assert!(from(&collector, "203.0.113.9", path, &message(path, 1)).status < 300, "{path}");
    }
    for path in ["/collect", "/consent", "/forget", "/mydata"] {
        assert_eq!(from(&collector, "203.0.113.9", path, &message(path, 2)).status, 429, "{path}");
    }
    let headers = [("x-forwarded-for", "203.0.113.9")];
    for path in ["/health/live", "/health/ready", "/.well-known/askfirst.json"] {
        for _ in 0..9 {
            assert_eq!(get(collector.public, path, &headers).status, 200, "{path}");
        }
    }
}

#[test]
fn what_is_refused_is_not_counted_and_a_body_that_still_comes_is_heard_out() {
    let collector = limited(1, &["127.0.0.1/32"]);
    assert_eq!(from(&collector, "203.0.113.9", "/collect", &views(1, "/", 1)).status, 202);
    let long = " ".repeat(60_000) + &views(2, "/", 1);
    for _ in 0..9 {
        let refusal = from(&collector, "203.0.113.9", "/collect", &long).refusal();
        assert_eq!(refusal, (429, "too_many_requests".to_owned()));
    }
    assert_eq!(collector.report("site=demo"), [("/".to_owned(), 1, 1)]);
    assert_eq!(from(&collector, "198.51.100.1", "/collect", &long).status, 202, "another network is let in");
}

#[test]
fn a_network_is_its_first_bits_and_what_a_visitor_forges_before_them_changes_nothing() {
    for (first, second, same) in [
        ("203.0.113.9", "203.0.113.200", true),
        ("203.0.113.9", "198.51.100.9", false),
        ("203.0.113.9", "192.0.2.1, 203.0.113.9", true),
        ("203.0.113.9", "::1, 127.0.0.1, 203.0.113.77:4711", true),
        ("192.0.2.1, 203.0.113.9", "192.0.2.1, 198.51.100.9", false),
        ("2001:db8:1::1", "[2001:db8:1:ff::2]:443", true),
        ("2001:db8:1::1", "2001:db8:2::1", false),
        ("::ffff:203.0.113.9", "203.0.113.9", true),
    ] {
        let collector = limited(1, &["127.0.0.1/32"]);
        assert_eq!(from(&collector, first, "/collect", &views(1, "/", 1)).status, 202);
        let status = from(&collector, second, "/collect", &views(2, "/", 1)).status;
        assert_eq!(status, if same { 429 } else { 202 }, "{first}, then {second}");
    }
}

#[test]
fn behind_a_proxy_that_nobody_named_visitors_are_not_taken_for_one() {
    for trusted in [&[][..], &["198.51.100.0/24"]] {
        let collector = limited(1, trusted);
        for number in 1..9 {
            let answer = from(&collector, "203.0.113.9", "/collect", &views(number, "/", 1));
            assert_eq!(answer.status, 202, "{trusted:?}");
        }
    }
}

#[test]
fn without_a_limit_there_is_none() {
    let collector = Collector::with(|config| {
        config.edge.requests_per_minute = 0;
        config.edge.requests_at_once = 1;
        config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    });
    for number in 1..9 {
        assert_eq!(from(&collector, "203.0.113.9", "/collect", &views(number, "/", 1)).status, 202);
    }
}

#[test]
fn networks_are_remembered_in_memory_only() {
    let (directory, beside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let config = beside.path().join("askfirst.toml");
    let text = "trusted_proxies = [\"127.0.0.1\"]\n[edge]\nrequests_at_once = 1\nrequests_per_minute = 1\n[[site]]\nname = \"demo\"\nlevel = \"full\"\n";
    std::fs::write(&config, text).unwrap();
    let config = config.to_str().unwrap();
    let mut program = Program::start(directory.path(), &["--log", "trace", "--config", config]);
    let send = |client, number| {
        post_with(program.public, "/collect", &[("x-forwarded-for", client)], &views(number, "/", 1)).status
    };
    for client in ["203.0.113.9", "2001:db8:1::1"] {
        assert_eq!([send(client, 1), send(client, 2)], [202, 429], "{client}");
    }
    program.kill();
    let files = files(directory.path());
    assert!(files.iter().any(|file| file.ends_with("said.log")) && files.len() > 2, "{files:?}");
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        for network in ["203.0.113", "2001:db8"] {
            let found = bytes.windows(network.len()).any(|window| window == network.as_bytes());
            assert!(!found, "{network} stands in {}", file.display());
        }
    }
}
