//! How many messages a network may send: a bucket for each, in memory, that fills by the minute (GCRA).

use std::num::NonZeroU32;

use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::network::Network;
use crate::config::Edge;

/// The buckets of all networks.
#[derive(Debug)]
pub(super) struct RateLimits<C: Clock = MonotonicClock>(
    RateLimiter<Network, HashMapStateStore<Network>, C, NoOpMiddleware<C::Instant>>,
);

impl RateLimits {
    /// As configured; `None` if there is no limit.
    pub(super) fn new(edge: &Edge) -> Option<Self> {
        Self::with_clock(edge.requests_per_minute, edge.requests_at_once, MonotonicClock)
    }
}

impl<C: Clock> RateLimits<C> {
    fn with_clock(per_minute: u32, at_once: u32, clock: C) -> Option<Self> {
        let per_minute = NonZeroU32::new(per_minute)?;
        let at_once = NonZeroU32::new(at_once).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_minute(per_minute).allow_burst(at_once);
        Some(Self(RateLimiter::hashmap_with_clock(quota, clock)))
    }

    /// Forgets the networks whose buckets are full.
    pub(super) fn forget_full(&self) {
        self.0.retain_recent();
        self.0.shrink_to_fit();
    }

    /// Takes one message out of the network's bucket.
    ///
    /// # Errors
    /// If the bucket is empty: the seconds until the next message may come, at least 1.
    pub(super) fn take(&self, network: Network) -> Result<(), u64> {
        self.0.check_key(&network).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.0.clock().now());
            wait.as_secs() + u64::from(wait.subsec_nanos() > 0).max(u64::from(wait.is_zero()))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::time::Duration;

    use governor::clock::FakeRelativeClock;

    use super::*;

    fn network(number: u32) -> Network {
        Network::of(Ipv4Addr::from_bits(0x0100_0000 + (number << 8)).into(), &[]).unwrap()
    }

    #[test]
    fn an_empty_bucket_says_when_there_is_something_in_it_again() {
        let clock = FakeRelativeClock::default();
        let limits = RateLimits::with_clock(60, 3, clock.clone()).unwrap();
        let taken = |number| limits.take(network(number));
        assert_eq!([taken(1), taken(1), taken(1), taken(1)], [Ok(()), Ok(()), Ok(()), Err(1)]);
        assert_eq!(taken(2), Ok(()), "another network has a bucket of its own");
        clock.advance(Duration::from_millis(999));
        assert_eq!(taken(1), Err(1));
        clock.advance(Duration::from_millis(1));
        assert_eq!([taken(1), taken(1)], [Ok(()), Err(1)]);
        clock.advance(Duration::from_secs(60));
        assert_eq!([taken(1), taken(1), taken(1), taken(1)], [Ok(()), Ok(()), Ok(()), Err(1)]);
        let slow = RateLimits::with_clock(1, 1, clock).unwrap();
        assert_eq!([slow.take(network(1)), slow.take(network(1))], [Ok(()), Err(60)]);
    }

    #[test]
    fn a_network_is_forgotten_once_its_bucket_is_full_and_not_before() {
        let clock = FakeRelativeClock::default();
        let limits = RateLimits::with_clock(60, 3, clock.clone()).unwrap();
        for number in 0..10_000 {
            assert_eq!(limits.take(network(number)), Ok(()));
        }
        assert_eq!([limits.take(network(0)), limits.take(network(0))], [Ok(()), Ok(())]);
        clock.advance(Duration::from_millis(2_500));
        limits.forget_full();
        assert_eq!(limits.0.len(), 1, "the others have been full for a second");
        assert_eq!([0; 3].map(|number| limits.take(network(number))), [Ok(()), Ok(()), Err(1)]);
        clock.advance(Duration::from_secs(60));
        limits.forget_full();
        assert!(limits.0.is_empty());
    }

    #[test]
    fn nought_is_no_limit() {
        assert!(RateLimits::with_clock(0, 300, FakeRelativeClock::default()).is_none());
    }
}
