//! Who connects: to whose rate limit its messages count, and how many connections its network holds.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use tokio::sync::watch;

use super::hop;
use super::limit::RateLimits;
use super::network::Network;
use crate::config::Config;

/// How often networks with full buckets are forgotten. With the default limits, one message takes 0.1 s to refill, so about as many
/// networks are held as sent within this time.
const FORGET: Duration = Duration::from_secs(10);

const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What the public listener knows about its peers.
#[derive(Debug)]
pub(super) struct Peers {
    trusted: Vec<IpNet>,
    limits: Option<RateLimits>,
    /// Connections that one network may hold; 0 for no limit.
    most: usize,
    held: Mutex<HashMap<Network, usize>>,
    told: AtomicBool,
}

/// Who connected, added to each request. It has no `Debug`, so that no log can hold an address.
#[derive(Clone)]
pub(super) struct Peer {
    address: IpAddr,
    /// One of the owner's proxies, which sends the requests of others.
    is_proxy: bool,
    network: Option<Network>,
}

/// A connection's place among those of its network. Dropping it frees the place.
#[derive(Debug)]
pub(super) struct Place {
    peers: Arc<Peers>,
    network: Network,
}

impl Peers {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            trusted: config.trusted_proxies.clone(),
            limits: RateLimits::new(&config.edge),
            most: config.edge.connections_per_network,
            held: Mutex::default(),
            told: AtomicBool::new(false),
        }
    }

    /// Forgets networks that do not come near their limit, until told to stop.
    pub(super) async fn forget(self: Arc<Self>, mut stopped: watch::Receiver<bool>) {
        let Some(limits) = &self.limits else { return };
        while tokio::time::timeout(FORGET, stopped.changed()).await.is_err() {
            limits.forget_full();
        }
    }

    /// Who connects, and its place if its network is limited; `None` if the network holds all the connections that it may.
    pub(super) fn admit(self: &Arc<Self>, address: IpAddr) -> Option<(Peer, Option<Place>)> {
        let network = Network::of(address, &self.trusted);
        let place = match network {
            Some(network) if self.most > 0 => Some(self.place(network)?),
            _ => None,
        };
        let is_proxy = self.trusted.iter().any(|net| net.contains(&address.to_canonical()));
        Some((Peer { address, is_proxy, network }, place))
    }

    fn place(self: &Arc<Self>, network: Network) -> Option<Place> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(network).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Place { peers: Arc::clone(self), network })
    }

    /// The address of whoever sends the request, as the owner's proxies tell it.
    pub(super) fn client(&self, peer: &Peer, headers: &HeaderMap) -> Option<IpAddr> {
        if !peer.is_proxy {
            return Some(peer.address.to_canonical());
        }
        let lines = headers.get_all(FORWARDED).iter().map(|line| line.to_str().unwrap_or("unreadable"));
        hop::client(peer.address, lines, &self.trusted)
    }

    /// Counts a message against its sender's rate limit.
    ///
    /// # Errors
    /// If the limit is reached: the seconds until the next message may come.
    pub(super) fn take(&self, peer: &Peer, headers: &HeaderMap) -> Result<(), u64> {
        let Some(limits) = &self.limits else { return Ok(()) };
        if let Some(network) = peer.network {
            return limits.take(network);
        }
        if peer.is_proxy {
            let client = self.client(peer, headers);
            let network = client.and_then(|client| Network::of(client, &self.trusted));
            return network.map_or(Ok(()), |network| limits.take(network));
        }
        if !self.told.load(Ordering::Relaxed)
            && headers.contains_key(FORWARDED)
            && !self.told.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(
                "requests come through a proxy that trusted_proxies does not name: nobody behind it is held to \
                 edge.requests_per_minute"
            );
        }
        Ok(())
    }
}

impl Drop for Place {
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
