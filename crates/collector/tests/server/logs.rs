//! The log: a line for what the collector does, and nothing of what it is sent.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::common::{ID, Program, post, views};

/// What would break a line, a terminal or a reader's eye, around a word that is found again.
const HOSTILE: &str = "M4RK\r\nERROR forged\u{1b}[31m\u{202e}\0";

fn said(directory: &std::path::Path) -> String {
    std::fs::read_to_string(directory.join("said.log")).unwrap()
}

/// The message once for each of its texts and names, with the hostile one in its place; whole values are replaced too.
fn hostile(message: &Value) -> Vec<Value> {
    let mut all = vec![json!(HOSTILE)];
    match message {
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                for inner in hostile(value) {
                    let mut values = values.clone();
                    values[index] = inner;
                    all.push(Value::Array(values));
                }
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                for inner in hostile(value) {
                    let mut fields = fields.clone();
                    fields[name] = inner;
                    all.push(Value::Object(fields));
                }
                let mut fields = fields.clone();
                let value = fields.remove(name).unwrap();
                fields.insert(format!("{name}{HOSTILE}"), value);
                all.push(Value::Object(fields));
            }
        }
        Value::String(text) => all.push(json!(format!("{text}{HOSTILE}"))),
        _ => {}
    }
    all
}

fn messages() -> [(&'static str, Value); 5] {
    let view = json!({"view": {"page": "/a", "entry": true, "referrer": "a.example", "source": "s", "medium": "m", "campaign": "c"}});
    let event = json!({"event": {"name": "plan", "page": "/", "props": {"plan": "free"}}});
    [
        (
            "/consent",
            json!({"v": 2, "site": "demo", "action": "grant", "level": "full", "policy": 1, "lang": "en", "banner": true, "text": "t", "page": "/p", "id": ID}),
        ),
        (
            "/collect",
            json!({"v": 2, "site": "demo", "level": "aggregated", "batch": "0000000000000001", "hits": [view]}),
        ),
        (
            "/collect",
            json!({"v": 2, "site": "demo", "level": "full", "batch": ID, "id": ID, "subject": "s", "hits": [view, event]}),
        ),
        ("/mydata", json!({"v": 2, "site": "demo", "id": ID})),
        ("/forget", json!({"v": 2, "site": "demo", "id": ID})),
    ]
}

/// Bytes as they come, which no client would send.
fn raw(program: &Program, request: &str) {
    let mut stream = TcpStream::connect(program.public).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let _ = stream.read_to_end(&mut Vec::new());
}

#[test]
fn no_hostile_value_reaches_it_from_any_field() {
    for form in ["text", "json"] {
        let directory = tempfile::tempdir().unwrap();
        let mut program = Program::start(directory.path(), &["--log", "trace", "--log-format", form]);
        let mut sent = 0;
        for (path, message) in messages() {
            assert!(
                post(program.public, path, &message.to_string()).status < 300,
                "{path}: it is right as it is"
            );
            for message in hostile(&message) {
                post(program.public, path, &message.to_string());
                sent += 1;
            }
        }
        assert!(sent > 100, "{sent}");
        for request in [
            format!("GET /{HOSTILE} HTTP/1.1\r\nhost: a\r\n\r\n"),
            format!("GET /?{HOSTILE} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"),
            format!("{HOSTILE} / HTTP/1.1\r\nhost: a\r\n\r\n"),
            "GET / HTTP/1.1\r\nhost: M4RK\r\nuser-agent: M4RK\u{202e}\r\ncookie: M4RK\r\norigin: M4RK\r\nx-forwarded-for: M4RK\r\nconnection: close\r\n\r\n".to_owned(),
        ] {
            raw(&program, &request);
        }
        Command::new("kill").args(["-TERM", &program.id().to_string()]).status().unwrap();
        assert_eq!(program.wait().code(), Some(0));
        let log = said(directory.path());
        for part in ["M4RK", "forged", "\r", "\u{1b}", "\u{202e}", "\0", ID, "127.0.0.1:0"] {
            assert!(!log.contains(part), "{part:?} stands in the log:\n{log}");
        }
        for words in
            ["started", "erased the data of withdrawn ids", "expired data was deleted", "stopping", "stopped"]
        {
            assert!(log.contains(words), "{words:?} is not in the log:\n{log}");
        }
        if form == "json" {
            for line in log.lines() {
                let line: Value = serde_json::from_str(line).unwrap();
                assert!(
                    line["level"].is_string() && line["message"].is_string() && line["timestamp"].is_string(),
                    "{line}"
                );
            }
        }
    }
}

#[test]
fn requests_leave_no_line_at_all() {
    let directory = tempfile::tempdir().unwrap();
    let program = Program::start(directory.path(), &["--log", "trace"]);
    assert_eq!(post(program.public, "/collect", &views(1, "/", 1)).status, 202);
    let patience = Instant::now() + Duration::from_secs(30);
    // The last thing that it does by itself.
    while !said(directory.path()).contains("what is too old") && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(10));
    }
    let before = said(directory.path()).lines().count();
    for number in 2..50 {
        assert_eq!(post(program.public, "/collect", &views(number, "/", 1)).status, 202);
        assert_eq!(post(program.public, "/collect", "{").status, 400);
    }
    assert_eq!(said(directory.path()).lines().count(), before);
}
