//! TLS without a proxy, with certificates made here and a client that verifies them.

use std::fs::{self, Permissions};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tokio_rustls::rustls::{HandshakeKind, ProtocolVersion};

use crate::common::{Collector, Program, views};
use crate::secure::{Certificate, Stream, VERSIONS, connect, exchange, message};

fn serving(certificate: &Certificate) -> Collector {
    Collector::with(|config| config.tls = Some(certificate.files()))
}

#[test]
fn messages_arrive_by_both_versions_and_nothing_arrives_in_the_clear() {
    let directory = tempfile::tempdir().unwrap();
    let certificate = Certificate::make(directory.path(), "own");
    let collector = serving(&certificate);
    let here = Ipv4Addr::LOCALHOST.into();
    for (number, version) in VERSIONS.into_iter().enumerate() {
        let mut stream =
            connect(&certificate.client(&[version], "http/1.1"), collector.public, here).unwrap();
        let spoken = stream.conn.protocol_version().unwrap();
        assert_eq!(spoken, [ProtocolVersion::TLSv1_2, ProtocolVersion::TLSv1_3][number]);
        assert_eq!(stream.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
        let answer = exchange(&mut stream, &message("/collect", "", &views(number as u64, "/", 1)));
        assert!(answer.starts_with("HTTP/1.1 202") && answer.ends_with(r#"{"accepted":1}"#), "{answer}");
    }
    assert!(
        connect(&certificate.client(&VERSIONS, "h2"), collector.public, here).is_err(),
        "HTTP/2 is not spoken"
    );
    let mut plain = TcpStream::connect(collector.public).unwrap();
    let answer = exchange(&mut plain, &message("/collect", "", &views(9, "/", 1)));
    assert!(!answer.contains("HTTP/"), "{answer}");
    let other = Certificate::make(directory.path(), "other");
    assert!(other.ask(collector.public, &message("/collect", "", &views(9, "/", 1))).is_err());
    assert_eq!(collector.report("site=demo"), [("/".to_owned(), 2, 2)], "the private side is as it was");
}

#[test]
fn a_browser_that_comes_back_brings_nothing_to_know_it_by() {
    let directory = tempfile::tempdir().unwrap();
    let certificate = Certificate::make(directory.path(), "own");
    let collector = serving(&certificate);
    for version in VERSIONS {
        let client = certificate.client(&[version], "http/1.1");
        for number in 0..2 {
            let mut stream = connect(&client, collector.public, Ipv4Addr::LOCALHOST.into()).unwrap();
            let answer = exchange(&mut stream, &message("/collect", "", &views(number, "/", 1)));
            assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
            assert_eq!(stream.conn.handshake_kind(), Some(HandshakeKind::Full));
            assert_eq!(stream.conn.tls13_tickets_received(), 0);
        }
    }
}

#[test]
fn who_stalls_in_the_handshake_does_not_keep_the_collector_from_stopping() {
    let directory = tempfile::tempdir().unwrap();
    let certificate = Certificate::make(directory.path(), "own");
    let config = directory.path().join("askfirst.toml");
    let text = format!("[tls]\ncertificate = {:?}\nkey = {:?}\n", certificate.certificate, certificate.key);
    fs::write(&config, text).unwrap();
    let mut program = Program::start(directory.path(), &["--config", config.to_str().unwrap()]);
    let _stalled = TcpStream::connect(program.public).unwrap();
    let request = "GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    assert!(certificate.ask(program.public, request).unwrap().starts_with("HTTP/1.1 200"));
    let told = Command::new("kill").args(["-TERM", &program.id().to_string()]).status().unwrap();
    assert!(told.success());
    assert_eq!(program.wait().code(), Some(0));
    let said = fs::read_to_string(directory.path().join("said.log")).unwrap();
    assert!(!said.contains("still running at the deadline"), "{said}");
}

/// The waits end by the collector's deadline, or by the client's patience, which fails the test.
#[test]
fn who_stalls_in_the_handshake_gives_way() {
    let directory = tempfile::tempdir().unwrap();
    let certificate = Certificate::make(directory.path(), "own");
    let collector = Collector::with(|config| {
        config.tls = Some(certificate.files());
        config.edge.header_seconds = 1;
        config.edge.connections = 1;
    });
    // Nothing, and the beginning of a ClientHello.
    for sends in [&b""[..], b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"] {
        let mut stalled = TcpStream::connect(collector.public).unwrap();
        stalled.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stalled.write_all(sends).unwrap();
        // There is room for one connection: this one waits until the first is closed.
        let request = message("/collect", "", &views(sends.len() as u64, "/", 1));
        let answer = certificate.ask(collector.public, &request).unwrap();
        assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
        let mut rest = Vec::new();
        stalled.read_to_end(&mut rest).expect("the collector closes before the client's patience ends");
        assert!(rest.is_empty(), "{rest:?}");
    }
}

fn hang_up(program: &Program) {
    let sent = Command::new("kill").args(["-HUP", &program.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// Waits until the collector has said that.
fn wait_for(directory: &Path, words: &str) {
    for _ in 0..600 {
        if fs::read_to_string(directory.join("said.log")).unwrap().contains(words) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{words:?} was not said");
}

/// A request on a connection that stays open.
fn is_alive(stream: &mut Stream) {
    stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
    let mut answer = [0; 15];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    // The rest of it: the head ends, and three bytes follow.
    let mut rest = Vec::new();
    while !rest.ends_with(b"\r\n\r\nok\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        rest.push(byte[0]);
    }
}

#[test]
fn a_renewed_certificate_is_shown_after_a_hangup_and_a_wrong_one_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let first = Certificate::make(directory.path(), "own");
    let config = directory.path().join("askfirst.toml");
    let text = format!("[tls]\ncertificate = {:?}\nkey = {:?}\n", first.certificate, first.key);
    fs::write(&config, text).unwrap();
    let program = Program::start(directory.path(), &["--config", config.to_str().unwrap()]);
    let ask = |certificate: &Certificate| {
        certificate.ask(program.public, "GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
    };
    let here = Ipv4Addr::LOCALHOST.into();
    let mut open = connect(&first.client(&VERSIONS, "http/1.1"), program.public, here).unwrap();
    is_alive(&mut open);

    let second = Certificate::make(directory.path(), "own");
    hang_up(&program);
    wait_for(directory.path(), "the certificate was reloaded");
    assert!(ask(&second).unwrap().starts_with("HTTP/1.1 200") && ask(&first).is_err());
    is_alive(&mut open);

    fs::write(&second.key, "no key").unwrap();
    hang_up(&program);
    wait_for(directory.path(), "the previous certificate stays in use");
    assert!(ask(&second).unwrap().starts_with("HTTP/1.1 200"));
    is_alive(&mut open);
}

#[test]
fn what_cannot_be_shown_is_told_with_key_file_and_reason() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let own = Certificate::make(directory.path(), "own");
    let other = Certificate::make(directory.path(), "other");
    let open = Certificate::make(directory.path(), "open");
    fs::set_permissions(&open.key, Permissions::from_mode(0o644)).unwrap();
    fs::write(path("empty"), "").unwrap();
    fs::set_permissions(path("empty"), Permissions::from_mode(0o600)).unwrap();
    fs::write(path("cut"), "-----BEGIN CERTIFICATE-----\nMIIB\n").unwrap();
    for (certificate, key, words) in [
        (&path("none"), &own.key, ["tls.certificate: cannot read", "/none"]),
        (&path("empty"), &own.key, ["tls.certificate", "contains no certificate"]),
        (&path("cut"), &own.key, ["tls.certificate", "is not a PEM file"]),
        (&own.certificate, &path("none"), ["tls.key: cannot read", "/none"]),
        (&own.certificate, &path("empty"), ["tls.key", "contains no private key"]),
        (&own.certificate, &open.key, ["tls.key", "chmod o= "]),
        (&own.certificate, &other.key, ["other.key does not belong to the certificate", "own.pem"]),
    ] {
        let config = path("askfirst.toml");
        fs::write(&config, format!("[tls]\ncertificate = {certificate:?}\nkey = {key:?}\n")).unwrap();
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).to_string();
        let output = crate::common::program()
            .args(["serve", "--public", &any, "--private", &any, "--config"])
            .arg(&config)
            .arg("--data")
            .arg(path("data"))
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{error}");
        for word in words {
            assert!(error.contains(word), "{word:?} is not in: {error}");
        }
    }
}
