//! Networks told apart by who connects. This machine has addresses of the open internet for that, in a network namespace of its own,
//! where the system lets a test make one (Linux, `unshare` and `ip`).

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;

use tokio::net::TcpSocket;

use crate::common::{Collector, views};

/// Where the collector is.
const SERVER: &str = "203.0.113.5";
/// Two of one network.
const VISITORS: [&str; 2] = ["198.51.100.1", "198.51.100.2"];
/// One of another.
const STRANGER: &str = "192.0.2.1";
/// What the program is to do, by its name.
const INSIDE: &str = "networks::inside_the_namespace";

#[test]
fn networks_are_told_apart_by_who_connects() {
    // As root, and as anybody whom the system lets be root in there.
    let can = |flags: &str| {
        let probe = Command::new("unshare").args([flags, "ip", "link", "set", "lo", "up"]).output();
        probe.is_ok_and(|probe| probe.status.success())
    };
    let Some(flags) = ["-n", "-rn"].into_iter().find(|flags| can(flags)) else {
        eprintln!("skipped: this system lets no test make a network namespace (unshare, ip)");
        return;
    };
    let add = [SERVER, VISITORS[0], VISITORS[1], STRANGER]
        .map(|address| format!("ip addr add {address}/24 dev lo"));
    let script =
        format!("ip link set lo up && {} && exec \"$0\" --exact {INSIDE} --ignored", add.join(" && "));
    let this = std::env::current_exe().unwrap();
    let inside = Command::new("unshare").args([flags, "sh", "-c", &script]).arg(this).output().unwrap();
    let said = String::from_utf8_lossy(&inside.stdout);
    assert!(inside.status.success() && said.contains("1 passed"), "{said}");
}

/// A connection from that address.
fn connect(from: &str, collector: &Collector) -> TcpStream {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let stream = runtime.block_on(async {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
        socket.connect(SocketAddr::new(SERVER.parse().unwrap(), collector.public.port())).await.unwrap()
    });
    let stream = stream.into_std().unwrap();
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

/// The status of a message on that connection, which it keeps open; `None` where the collector closed it.
fn send(mut stream: &TcpStream, number: u64, forwarded: &str) -> Option<u16> {
    let body = views(number, "/", 1);
    let head = format!(
        "POST /collect HTTP/1.1\r\nhost: a\r\nx-forwarded-for: {forwarded}\r\ncontent-length: {}",
        body.len()
    );
    let _ = stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes());
    let mut answer = [0; 4096];
    let read = stream.read(&mut answer).ok().filter(|read| *read > 0)?;
    std::str::from_utf8(&answer[..read]).unwrap().split(' ').nth(1)?.parse().ok()
}

#[test]
#[ignore = "runs in the namespace that the other test makes"]
fn inside_the_namespace() {
    let collector = Collector::with(|config| {
        config.public = "0.0.0.0:0".parse().unwrap();
        config.edge.connections = 3;
        config.edge.connections_per_network = 2;
        config.edge.header_seconds = 600;
    });
    let (first, second) = (connect(VISITORS[0], &collector), connect(VISITORS[1], &collector));
    assert_eq!([send(&first, 1, ""), send(&second, 2, "")], [Some(202), Some(202)]);
    assert_eq!(send(&connect(VISITORS[0], &collector), 3, ""), None, "closed at once");
    let more: Vec<TcpStream> = (0..20).map(|_| connect(VISITORS[1], &collector)).collect();
    assert_eq!(send(&connect(STRANGER, &collector), 4, ""), Some(202), "there is room for another network");
    drop(more);
    assert_eq!(
        [send(&first, 5, ""), send(&second, 6, "")],
        [Some(202), Some(202)],
        "who was there first stays"
    );
    drop(first);
    let again = (0..10_000).map(|number| send(&connect(VISITORS[0], &collector), 100 + number, ""));
    assert_eq!(again.flatten().next(), Some(202), "a place that was given back");

    let collector = Collector::with(|config| {
        config.public = "0.0.0.0:0".parse().unwrap();
        config.edge.requests_per_minute = 1;
        config.edge.requests_at_once = 2;
        config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    });
    let sent = |from, number| send(&connect(from, &collector), number, &format!("192.0.{number}.1"));
    assert_eq!([sent(VISITORS[0], 1), sent(VISITORS[1], 2)], [Some(202), Some(202)]);
    assert_eq!(sent(VISITORS[0], 3), Some(429), "whatever it says of where it comes from");
    assert_eq!(sent(STRANGER, 4), Some(202));
}
