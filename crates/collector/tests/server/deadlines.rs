//! Connections that stall are closed. The waits end by the collector's deadlines, or by the client's patience, which fails
//! the test.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use askfirst_collector::config::Demo;

use crate::common::{Collector, get, views};

/// The client's patience, many times each deadline.
const PATIENCE: Duration = Duration::from_secs(30);

fn connect(collector: &Collector, sends: &str) -> TcpStream {
    let mut stream = TcpStream::connect(collector.public).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(sends.as_bytes()).unwrap();
    stream
}

/// What comes until the collector closes.
fn rest(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("the collector closes before the client's patience ends");
    text
}

fn impatient() -> Collector {
    Collector::with(|config| {
        config.edge.header_seconds = 1;
        config.edge.body_seconds = 1;
        config.edge.write_seconds = 1;
    })
}

#[test]
fn stalled_connections_are_closed() {
    let collector = impatient();
    let nothing = connect(&collector, "");
    let half_a_head = connect(&collector, "POST /collect HTTP/1.1\r\nhost: a\r\ncont");
    let half_a_body =
        connect(&collector, "POST /collect HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{\"v\":1,");
    let body = views(1, "/", 1);
    let idle = connect(
        &collector,
        &format!("POST /collect HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n{body}", body.len()),
    );
    assert_eq!(rest(nothing), "");
    assert!(!rest(half_a_head).contains("202"));
    let answer = rest(half_a_body);
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("did not arrive in time"), "{answer}");
    let answer = rest(idle);
    assert!(answer.starts_with("HTTP/1.1 202") && answer.ends_with(r#"{"accepted":1}"#), "{answer}");
    assert_eq!(get(collector.public, "/health/live", &[]).status, 200);
}

#[test]
fn who_does_not_take_an_answer_gives_way() {
    let collector = Collector::with(|config| {
        config.edge.write_seconds = 1;
        config.edge.connections = 1;
        let demo = config.data.with_file_name("demo");
        std::fs::create_dir_all(&demo).unwrap();
        // More than the sockets' buffers take.
        std::fs::File::create(demo.join("large.bin")).unwrap().set_len(256 << 20).unwrap();
        config.demo = Some(Demo::Directory(demo));
    });
    let stalled = connect(&collector, "GET /demo/large.bin HTTP/1.1\r\nhost: a\r\n\r\n");
    assert_eq!(
        get(collector.public, "/health/live", &[]).status,
        200,
        "there is room for one connection only"
    );
    drop(stalled);
}

#[test]
fn connections_above_the_cap_wait_and_are_served() {
    let collector = Collector::with(|config| {
        config.edge.connections = 2;
        config.edge.header_seconds = 1;
    });
    let idle: Vec<TcpStream> = (0..8).map(|_| connect(&collector, "")).collect();
    assert_eq!(get(collector.public, "/health/live", &[]).status, 200);
    for stream in idle {
        assert_eq!(rest(stream), "");
    }
}

#[test]
fn a_request_that_stalls_does_not_keep_it_from_stopping() {
    let collector = Collector::with(|config| {
        config.edge.stop_seconds = 1;
        config.edge.body_seconds = 600;
    });
    let stalled =
        connect(&collector, "POST /collect HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{\"v\":1,");
    assert_eq!(collector.post("/collect", views(1, "/", 1)).status, 202);
    let (done, stopped) = std::sync::mpsc::channel();
    std::thread::spawn(move || done.send(collector.stop()));
    let directory = stopped.recv_timeout(PATIENCE).expect("it stops before the client's patience ends");
    drop(stalled);
    assert_eq!(Collector::again(directory, |_| {}).report("site=demo"), [("/".to_owned(), 1, 1)]);
}
