//! A thousand connections that stall: whoever behaves is answered beside them, and they are closed.
//! By how much they slow the others down is measured, not tested: `npm run bench:collector -- --slow 1000`.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::common::{Collector, post, views};

/// A client's patience, many times each deadline.
const PATIENCE: Duration = Duration::from_secs(60);
/// Connections that stall.
const SLOW: usize = 1000;
/// Messages that are sent beside them.
const MESSAGES: u64 = 200;

/// What each sends, one after the other: nothing; half a head; a head that grows by the second; half a body; one that grows.
const SENDS: [(&str, Option<&str>); 5] = [
    ("", None),
    ("POST /collect HTTP/1.1\r\nhost: a\r\ncont", None),
    ("POST /collect HTTP/1.1\r\nhost: a\r\n", Some("x-more: 1\r\n")),
    ("POST /collect HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n{\"v\":1,", None),
    ("POST /collect HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n{", Some(" ")),
];

/// Stalls until the collector closes; what it said.
async fn stall(mut stream: TcpStream, more: Option<&'static str>) -> String {
    let mut said = Vec::new();
    loop {
        tokio::select! {
            read = stream.read_buf(&mut said) => {
                if !matches!(read, Ok(1..)) {
                    return String::from_utf8_lossy(&said).into_owned();
                }
            }
            () = tokio::time::sleep(Duration::from_millis(200)), if more.is_some() => {
                let _ = stream.write_all(more.unwrap_or_default().as_bytes()).await;
            }
        }
    }
}

/// That many connections that stall.
async fn stalled(collector: &Collector) -> JoinSet<String> {
    rlimit::increase_nofile_limit(8 * SLOW as u64).unwrap();
    let mut stalled = JoinSet::new();
    for (start, more) in SENDS.into_iter().cycle().take(SLOW) {
        let mut stream = TcpStream::connect(collector.public).await.unwrap();
        stream.write_all(start.as_bytes()).await.unwrap();
        stalled.spawn(stall(stream, more));
    }
    stalled
}

#[test]
fn a_thousand_stalled_connections_keep_nobody_out() {
    // None of them ends by itself while the others send.
    let collector = Collector::with(|config| {
        config.edge.header_seconds = 600;
        config.edge.body_seconds = 600;
    });
    let clients = Runtime::new().unwrap();
    let mut stalled = clients.block_on(stalled(&collector));
    for number in 1..=MESSAGES {
        // Each on a connection of its own, which has to be accepted beside the others.
        assert_eq!(post(collector.public, "/collect", &views(number, "/", 1)).status, 202, "{number}");
    }
    assert!(clients.block_on(async { stalled.try_join_next() }).is_none(), "all of them were held until now");
    assert_eq!(collector.report("site=demo"), [("/".to_owned(), MESSAGES, MESSAGES)]);
}

#[test]
fn a_thousand_stalled_connections_are_closed_and_whose_body_stalled_is_told_so() {
    let collector = Collector::with(|config| {
        config.edge.header_seconds = 1;
        config.edge.body_seconds = 1;
    });
    let clients = Runtime::new().unwrap();
    let closed = clients.block_on(async {
        let all = stalled(&collector).await.join_all();
        tokio::time::timeout(PATIENCE, all).await.expect("all are closed before the client's patience ends")
    });
    assert!(closed.iter().all(|said| !said.contains(" 202 ")));
    let late = closed.iter().filter(|said| said.contains("did not arrive in time")).count();
    assert_eq!((closed.len(), late), (SLOW, 2 * SLOW / SENDS.len()));
    assert_eq!(post(collector.public, "/collect", &views(1, "/", 1)).status, 202);
    assert_eq!(collector.report("site=demo"), [("/".to_owned(), 1, 1)]);
}
