//! What no snippet sends: the collector answers in order, stores nothing of it, and lives.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::common::{Collector, Program, get, post, report, views};

fn raw(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn bodies_that_are_no_batch() {
    let collector = Collector::with(|config| config.edge.header_seconds = 1);
    let deep = "[".repeat(5_000);
    let many = views(1, "/", 10_000);
    let control = views(2, "/a\\u0000b", 1);
    let escape = views(3, "/\\u001b[31m", 1);
    for (body, status, reason) in [
        ("", 400, "malformed"),
        ("{", 400, "malformed"),
        ("null", 400, "malformed"),
        (r#"{"v":2,"v":2}"#, 400, "malformed"),
        (r#"{"v":1e999}"#, 400, "malformed"),
        (r#"{"v":"\ud800"}"#, 400, "malformed"),
        (deep.as_str(), 400, "malformed"),
        (many.as_str(), 413, "body_too_large"),
        (control.as_str(), 400, "control_character"),
        (escape.as_str(), 400, "control_character"),
    ] {
        for path in ["/collect", "/consent", "/forget", "/mydata"] {
            let refusal = collector.post(path, body).refusal();
            // Other messages have no hits: what is wrong with it there is not the question here.
            if path == "/collect" || body.len() < 20 {
                assert_eq!(refusal, (status, reason.to_owned()), "{path} {body:.40}");
            }
        }
    }
    assert!(
        raw(collector.public, b"POST /collect HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n\xff\xfe")
            .starts_with("HTTP/1.1 400")
    );
    assert_eq!(collector.filled(), [""; 0]);
    assert_eq!(collector.post("/collect", views(9, "/", 1)).status, 202);
}

#[test]
fn requests_that_are_no_http() {
    let collector = Collector::with(|config| config.edge.header_seconds = 1);
    let long = format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "a".repeat(500_000));
    assert!(raw(collector.public, long.as_bytes()).starts_with("HTTP/1.1 431"));
    for bytes in [
        &b"\0\0\0\0\r\n\r\n"[..],
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST /collect HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n\r\n",
        b"POST /collect HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n",
        b"POST /collect HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        assert!(!raw(collector.public, bytes).contains(" 202 "));
    }
    assert_eq!(collector.filled(), [""; 0]);
    assert_eq!(get(collector.public, "/health/ready", &[]).status, 200);
}

#[test]
fn ten_megabytes_are_refused_without_being_held() {
    let directory = tempfile::tempdir().unwrap();
    let program = Program::start(directory.path(), &[]);
    let status = format!("/proc/{}/status", program.id());
    let most = || -> Option<u64> {
        let text = std::fs::read_to_string(&status).ok()?;
        text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()
    };
    let body = " ".repeat(10 << 20);
    let chunk = format!("{:x}\r\n{}\r\n", 1 << 20, " ".repeat(1 << 20)).repeat(10);
    let chunked =
        format!("POST /collect HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n{chunk}0\r\n\r\n");
    assert_eq!(post(program.public, "/collect", &views(1, "/", 1)).status, 202);
    let before = most();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for path in ["/collect", "/consent", "/forget", "/mydata"] {
                    assert_eq!(
                        post(program.public, path, &body).refusal(),
                        (413, "body_too_large".to_owned())
                    );
                }
                let answer = raw(program.public, chunked.as_bytes());
                assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
            });
        }
    });
    if let (Some(before), Some(after)) = (before, most()) {
        assert!(
            after < before + 32 * 1024,
            "from {before} kB to {after} kB with eight bodies of 10 MB under way"
        );
    }
    assert_eq!(report(program.private, "site=demo"), [("/".to_owned(), 1, 1)]);
}
