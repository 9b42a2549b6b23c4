//! The client's address behind a reverse proxy (`X-Forwarded-For`).
//!
//! Each proxy appends the address that it was called from, so only the end of the list can be trusted. The list is read from
//! the right, as long as the owner's own proxies wrote it. Whatever the client put into it is ignored.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

/// The rightmost address in the header that is not a trusted proxy. `None` if a trusted proxy wrote something else than an address.
pub(super) fn client<'a>(
    peer: IpAddr,
    lines: impl DoubleEndedIterator<Item = &'a str>,
    trusted: &[IpNet],
) -> Option<IpAddr> {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let mut client = peer.to_canonical();
    let mut entries =
        lines.rev().flat_map(|line| line.rsplit(',')).map(str::trim).filter(|entry| !entry.is_empty());
    while is_trusted(&client) {
        let Some(entry) = entries.next() else { break };
        client = address(entry)?.to_canonical();
    }
    Some(client)
}

/// Parses an address with or without a port.
fn address(entry: &str) -> Option<IpAddr> {
    let bare = entry.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| entry.parse().ok().map(|address: SocketAddr| address.ip()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(peer: &str, forwarded: &str, trusted: &[&str]) -> Option<String> {
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        client(peer.parse().unwrap(), forwarded.split('\n'), &trusted).map(|address| address.to_string())
    }

    #[test]
    fn the_header_is_believed_from_trusted_proxies_only() {
        let ours = &["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"][..];
        for (peer, forwarded, trusted, expected) in [
            ("198.51.100.7", "203.0.113.9", &[][..], Some("198.51.100.7")),
            ("198.51.100.7", "203.0.113.9", ours, Some("198.51.100.7")),
            ("127.0.0.1", "203.0.113.9", ours, Some("203.0.113.9")),
            ("127.0.0.1", "203.0.113.9", &[], Some("127.0.0.1")),
            ("127.0.0.1", "192.0.2.1, 203.0.113.9", ours, Some("203.0.113.9")),
            ("127.0.0.1", "192.0.2.1, 203.0.113.9, 10.1.2.3", ours, Some("203.0.113.9")),
            ("127.0.0.1", "10.1.2.3,10.1.2.4", ours, Some("10.1.2.3")),
            ("127.0.0.1", "", ours, Some("127.0.0.1")),
            ("127.0.0.1", "203.0.113.9,", ours, Some("203.0.113.9")),
            ("127.0.0.1", "203.0.113.9:5124", ours, Some("203.0.113.9")),
            ("fd00::1", "[2001:db8::9]:443", ours, Some("2001:db8::9")),
            ("fd00::1", "2001:db8::9", ours, Some("2001:db8::9")),
            ("::ffff:127.0.0.1", "::ffff:203.0.113.9", ours, Some("203.0.113.9")),
            ("127.0.0.1", "192.0.2.1\n203.0.113.9", ours, Some("203.0.113.9")),
            ("127.0.0.1", "203.0.113.9\n10.1.2.3", ours, Some("203.0.113.9")),
            ("127.0.0.1", "203.0.113.9\n", ours, Some("203.0.113.9")),
            ("127.0.0.1", "203.0.113.9, unknown", ours, None),
            ("127.0.0.1", "_hidden", ours, None),
        ] {
            assert_eq!(
                found(peer, forwarded, trusted).as_deref(),
                expected,
                "{peer} {forwarded} {trusted:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_stands_before_the_last_word_of_a_proxy_changes_nothing(forged in "[^\n]{0,40}", peer in any::<IpAddr>()) {
            let ours = "127.0.0.1/32";
            let lines = format!("{forged}\n{forged}, 203.0.113.9");
            prop_assert_eq!(found("127.0.0.1", &lines, &[ours]), Some("203.0.113.9".to_owned()));
            prop_assume!(peer.to_canonical() != IpAddr::from([127, 0, 0, 1]));
            prop_assert_eq!(found(&peer.to_string(), &lines, &[ours]), Some(peer.to_canonical().to_string()));
        }
    }
}
