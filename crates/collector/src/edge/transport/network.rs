//! Networks on the public internet, to which limits apply.

use std::net::IpAddr;

use ipnet::IpNet;

/// The first 24 bits of an IPv4 address, or the first 48 of an IPv6 address: the least that a provider gives to one customer. It is
/// in memory only, and [`Debug`](std::fmt::Debug) does not show it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Network(u64);

impl std::fmt::Debug for Network {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Network")
    }
}

/// Marks IPv4 networks, so that they differ from IPv6 networks with the same bits.
const IPV4: u64 = 1 << 63;

impl Network {
    /// The network of an address. `None` for private addresses and the owner's proxies: behind a proxy that is not configured, all
    /// visitors have its address, and must not share one limit.
    pub(super) fn of(address: IpAddr, trusted: &[IpNet]) -> Option<Self> {
        let address = address.to_canonical();
        if trusted.iter().any(|net| net.contains(&address)) {
            return None;
        }
        match address {
            IpAddr::V4(address) => {
                let shared = matches!(address.octets(), [100, 64..=127, _, _]);
                let own = address.is_loopback()
                    || address.is_private()
                    || address.is_link_local()
                    || address.is_unspecified()
                    || shared;
                (!own).then(|| Self(IPV4 | u64::from(address.to_bits() >> 8)))
            }
            IpAddr::V6(address) => {
                let own = address.is_loopback()
                    || address.is_unique_local()
                    || address.is_unicast_link_local()
                    || address.is_unspecified();
                let prefix =
                    address.octets().into_iter().take(6).fold(0, |bits, octet| bits << 8 | u64::from(octet));
                (!own).then_some(Self(prefix))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str) -> Option<Network> {
        Network::of(address.parse().unwrap(), &["203.0.113.128/25".parse().unwrap()])
    }

    #[test]
    fn the_last_bits_of_an_address_do_not_count() {
        for (one, other, same) in [
            ("192.0.2.1", "192.0.2.254", true),
            ("192.0.2.1", "192.0.3.1", false),
            ("192.0.2.1", "::ffff:192.0.2.77", true),
            ("2001:db8:1::1", "2001:db8:1:ffff::2", true),
            ("2001:db8:1::1", "2001:db8:2::1", false),
            // The 24 bits of the one are the last of the other's 48.
            ("192.0.2.1", "0:c0:2::1", false),
        ] {
            assert!(of(one).is_some() && of(other).is_some());
            assert_eq!(of(one) == of(other), same, "{one} {other}");
        }
    }

    #[test]
    fn addresses_that_all_visitors_may_share_have_no_network() {
        for address in [
            "127.0.0.1",
            "127.9.9.9",
            "10.1.2.3",
            "172.17.0.1",
            "192.168.1.1",
            "169.254.1.1",
            "100.64.0.1",
            "100.127.255.254",
            "0.0.0.0",
            "::1",
            "::",
            "fd00::1",
            "fe80::1",
            "::ffff:10.1.2.3",
            "203.0.113.200",
        ] {
            assert_eq!(of(address), None, "{address}");
        }
        for address in ["100.63.0.1", "100.128.0.1", "172.15.0.1", "172.32.0.1", "203.0.113.1", "8.8.8.8"] {
            assert!(of(address).is_some(), "{address}");
        }
    }

    #[test]
    fn it_is_not_shown() {
        assert_eq!(format!("{:?}", of("192.0.2.1")), "Some(Network)");
    }
}
