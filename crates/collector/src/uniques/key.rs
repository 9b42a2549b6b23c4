//! The key of a day: 32 random bytes, in memory only.

use std::fmt;
use std::net::IpAddr;

use zeroize::Zeroizing;

/// Overwritten when it is dropped. Boxed, so that moving a key leaves no copy behind.
pub(super) struct DayKey(Box<Zeroizing<[u8; 32]>>);

impl fmt::Debug for DayKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DayKey")
    }
}

impl DayKey {
    pub(super) fn new() -> anyhow::Result<Self> {
        let mut bytes = Box::new(Zeroizing::new([0; 32]));
        getrandom::fill(&mut bytes[..])
            .map_err(|error| anyhow::anyhow!("the system's random number generator failed: {error}"))?;
        Ok(Self(bytes))
    }

    /// What a visitor of a site is counted under: of one site alone, since the site has a key of its own, derived from this.
    pub(super) fn visitor(&self, site: &str, address: IpAddr, agent: &str) -> u128 {
        let of_site = Zeroizing::new(
            *blake3::keyed_hash(&self.0, &[b"visitors of ", site.as_bytes()].concat()).as_bytes(),
        );
        let mut hasher = blake3::Hasher::new_keyed(&of_site);
        match address {
            IpAddr::V4(address) => hasher.update(&address.to_ipv6_mapped().octets()),
            IpAddr::V6(address) => hasher.update(&address.octets()),
        };
        hasher.update(agent.as_bytes());
        let hash = hasher.finalize();
        hash.as_bytes().first_chunk().map_or(0, |bytes| u128::from_le_bytes(*bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_is_another_one_for_each_key_and_site_and_the_same_for_both_together() {
        let (one, other) = (DayKey::new().unwrap(), DayKey::new().unwrap());
        let address = IpAddr::from([192, 0, 2, 1]);
        let visitor = one.visitor("a", address, "Firefox");
        assert_eq!(one.visitor("a", address, "Firefox"), visitor);
        for another in [
            other.visitor("a", address, "Firefox"),
            one.visitor("b", address, "Firefox"),
            one.visitor("a", IpAddr::from([192, 0, 2, 2]), "Firefox"),
            one.visitor("a", address, "Safari"),
        ] {
            assert_ne!(another, visitor);
        }
        assert_eq!(format!("{one:?}"), "DayKey", "no log line can hold it");
    }
}
