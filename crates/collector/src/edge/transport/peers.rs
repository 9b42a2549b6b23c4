//! Who connects: the rate limit that applies to a client's messages, and how many connections its network has open.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use tokio::sync::watch;

use super::forwarded;
use super::limit::RateLimits;
use super::network::Network;
use crate::config::Config;

/// How often networks with full buckets are forgotten. With the default limits, one message takes 0.1 s to refill, so about as many
/// networks are held as sent within this time.
const FORGET: Duration = Duration::from_secs(10);

const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Limits for each network that connects to the public listener.
#[derive(Debug)]
pub(in crate::edge) struct Peers {
    trusted: Vec<IpNet>,
    limits: Option<RateLimits>,
    /// Connections that one network may have open. 0: no limit.
    most: usize,
    held: Mutex<HashMap<Network, usize>>,
    /// Whether the log already has the warning about an unknown proxy.
    warned: AtomicBool,
}

/// The other end of a connection, attached to each of its requests. It has no `Debug`, so no log can contain an address.
#[derive(Clone)]
pub(in crate::edge) struct Peer {
    address: IpAddr,
    /// Whether this is one of the owner's proxies, which forwards requests of others.
    is_proxy: bool,
    network: Option<Network>,
}

/// One of the connections that a network may have open. It is free again when this value is dropped.
#[derive(Debug)]
pub(super) struct ConnectionSlot {
    peers: Arc<Peers>,
    network: Network,
}

impl Peers {
    pub(in crate::edge) fn new(config: &Config) -> Self {
        Self {
            trusted: config.trusted_proxies.clone(),
            limits: RateLimits::new(&config.edge),
            most: config.edge.connections_per_network,
            held: Mutex::default(),
            warned: AtomicBool::new(false),
        }
    }

    /// Forgets networks that are not near their limit, until the server stops.
    pub(in crate::edge) async fn forget(self: Arc<Self>, mut stopped: watch::Receiver<bool>) {
        let Some(limits) = &self.limits else { return };
        while tokio::time::timeout(FORGET, stopped.changed()).await.is_err() {
            limits.forget_full();
        }
    }

    /// Accepts a connection. `None` if its network has as many open as it may. The slot is `None` if no limit applies.
    pub(super) fn admit(self: &Arc<Self>, address: IpAddr) -> Option<(Peer, Option<ConnectionSlot>)> {
        let network = Network::of(address, &self.trusted);
        let place = match network {
            Some(network) if self.most > 0 => Some(self.place(network)?),
            _ => None,
        };
        let is_proxy = self.trusted.iter().any(|net| net.contains(&address.to_canonical()));
        Some((Peer { address, is_proxy, network }, place))
    }

    fn place(self: &Arc<Self>, network: Network) -> Option<ConnectionSlot> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(network).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(ConnectionSlot { peers: Arc::clone(self), network })
    }

    /// The visitor's address: the peer's, or the one that the owner's proxy forwards. `None` if the proxy forwards none.
    pub(in crate::edge) fn client(&self, peer: &Peer, headers: &HeaderMap) -> Option<IpAddr> {
        if !peer.is_proxy {
            return Some(peer.address.to_canonical());
        }
        let lines = headers.get_all(FORWARDED).iter().map(|line| line.to_str().unwrap_or("unreadable"));
        forwarded::client(peer.address, lines, &self.trusted)
    }

    /// Counts a message against the rate limit of its sender's network.
    ///
    /// # Errors
    /// Seconds after which the network may send again.
    pub(in crate::edge) fn take(&self, peer: &Peer, headers: &HeaderMap) -> Result<(), u64> {
        let Some(limits) = &self.limits else { return Ok(()) };
        if let Some(network) = peer.network {
            return limits.take(network);
        }
        if peer.is_proxy {
            let client = self.client(peer, headers);
            let network = client.and_then(|client| Network::of(client, &self.trusted));
            return network.map_or(Ok(()), |network| limits.take(network));
        }
        if !self.warned.load(Ordering::Relaxed)
            && headers.contains_key(FORWARDED)
            && !self.warned.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(
                "requests come through a proxy that is not in trusted_proxies: add it, or visitors behind it are not limited by \
                 edge.requests_per_minute"
            );
        }
        Ok(())
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        let mut held = self.peers.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;
    use crate::config::Edge;

    fn peers(trusted: &[&str]) -> Arc<Peers> {
        let edge = Edge {
            requests_per_minute: 1,
            requests_at_once: 2,
            connections_per_network: 2,
            ..Edge::default()
        };
        let trusted_proxies = trusted.iter().map(|net| net.parse().unwrap()).collect();
        Arc::new(Peers::new(&Config { trusted_proxies, edge, ..Config::default() }))
    }

    fn forwarded(lines: &[&str]) -> HeaderMap {
        lines.iter().map(|line| (FORWARDED, HeaderValue::from_str(line).unwrap())).collect()
    }

    /// Of so many messages from that address, how many are taken.
    fn taken(peers: &Arc<Peers>, address: &str, lines: impl Fn(usize) -> String) -> usize {
        let (peer, _) = peers.admit(address.parse().unwrap()).unwrap();
        (0..5).filter(|&number| peers.take(&peer, &forwarded(&[&lines(number)])).is_ok()).count()
    }

    #[test]
    fn who_is_no_proxy_gets_no_second_bucket_by_what_it_says() {
        for address in ["198.51.100.7", "2001:db8::7", "::ffff:198.51.100.7"] {
            let peers = peers(&["127.0.0.1/32"]);
            assert_eq!(taken(&peers, address, |number| format!("192.0.{number}.1")), 2, "{address}");
            assert_eq!(taken(&peers, address, |_| String::new()), 0, "{address}: nor by a second connection");
        }
    }

    #[test]
    fn behind_a_proxy_the_last_word_counts() {
        let peers = peers(&["127.0.0.1/32"]);
        let forged = |number| format!("192.0.{number}.1, 203.0.113.9:5124");
        assert_eq!(taken(&peers, "127.0.0.1", forged), 2);
        assert_eq!(taken(&peers, "127.0.0.1", |number| format!("203.0.113.{number}")), 0, "the same network");
        assert_eq!(taken(&peers, "127.0.0.1", |number| format!("192.0.{number}.1")), 5, "five networks");
        assert_eq!(taken(&peers, "127.0.0.1", |_| "[2001:db8::9]:443".into()), 2);
    }

    #[test]
    fn who_may_be_everybody_is_not_held_to_anything() {
        let peers = peers(&["127.0.0.1/32"]);
        for (address, line) in [
            ("127.0.0.1", ""),
            ("127.0.0.1", "unknown"),
            ("10.1.2.3", ""),
            ("10.1.2.3", "192.0.2.1"),
            ("::1", ""),
        ] {
            assert_eq!(taken(&peers, address, |_| line.into()), 5, "{address} {line}");
        }
    }

    #[test]
    fn a_network_holds_so_many_connections_and_gets_back_what_it_gives_back() {
        let peers = peers(&["203.0.113.9/32"]);
        let admit = |address: &str| peers.admit(address.parse().unwrap());
        let (first, second) = (admit("198.51.100.1").unwrap(), admit("198.51.100.2"));
        assert!(second.is_some() && admit("198.51.100.3").is_none());
        assert!(admit("192.0.2.1").is_some(), "another network");
        let many: Vec<_> = (0..9).map(|_| (admit("127.0.0.1"), admit("203.0.113.9"))).collect();
        assert!(many.iter().all(|(own, proxy)| own.is_some() && proxy.is_some()));
        drop(first);
        let again = admit("198.51.100.3");
        assert!(again.is_some() && admit("198.51.100.1").is_none());
        drop((again, second));
        assert!(peers.held.lock().unwrap().is_empty(), "nothing is remembered of who has gone");
    }
}
