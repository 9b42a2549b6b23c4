//! How many messages a network may send: a bucket for each, in memory, that fills by the minute (GCRA).

use std::convert::Infallible;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use quick_cache::sync::Cache;

use super::network::Network;
use crate::config::Edge;

/// Networks that are remembered; more push out those that send least.
const NETWORKS: usize = 16_384;
/// For how long at least.
const REMEMBERED: Duration = Duration::from_secs(600);

/// All buckets.
#[derive(Debug)]
pub(super) struct Limits<C: Clock = MonotonicClock> {
    quota: Quota,
    clock: C,
    buckets: Cache<Network, Arc<Bucket<C>>>,
}

/// One network's bucket. A connection holds on to it, so that its requests look for none.
#[derive(Debug)]
pub(super) struct Bucket<C: Clock = MonotonicClock>(
    RateLimiter<NotKeyed, InMemoryState, C, NoOpMiddleware<C::Instant>>,
);

impl Limits {
    /// As configured; `None` where there is no limit.
    pub(super) fn new(edge: &Edge) -> Option<Self> {
        Self::with_clock(edge.requests_per_minute, edge.requests_at_once, MonotonicClock)
    }
}

impl<C: Clock + Clone> Limits<C> {
    fn with_clock(per_minute: u32, at_once: u32, clock: C) -> Option<Self> {
        let per_minute = NonZeroU32::new(per_minute)?;
        let at_once = NonZeroU32::new(at_once).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_minute(per_minute).allow_burst(at_once);
        Some(Self { quota, clock, buckets: Cache::new(NETWORKS) })
    }

    /// After which time to forget them all: no sooner than an empty bucket fills, so that nobody gains more by it than as much again.
    pub(super) fn remembered(&self) -> Duration {
        self.quota.burst_size_replenished_in().max(REMEMBERED)
    }

    /// Forgets all networks.
    pub(super) fn forget(&self) {
        self.buckets.clear();
    }

    /// The bucket of a network.
    pub(super) fn bucket(&self, network: Network) -> Arc<Bucket<C>> {
        let new = || {
            Ok::<_, Infallible>(Arc::new(Bucket(RateLimiter::direct_with_clock(
                self.quota,
                self.clock.clone(),
            ))))
        };
        let Ok(bucket) = self.buckets.get_or_insert_with(&network, new);
        bucket
    }
}

impl<C: Clock> Bucket<C> {
    /// Takes one message out.
    ///
    /// # Errors
    /// Seconds after which there is one in it again, at least 1, where it is empty.
    pub(super) fn take(&self) -> Result<(), u64> {
        self.0.check().map_err(|not_until| {
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
        let limits = Limits::with_clock(60, 3, clock.clone()).unwrap();
        let taken = |number| limits.bucket(network(number)).take();
        assert_eq!([taken(1), taken(1), taken(1), taken(1)], [Ok(()), Ok(()), Ok(()), Err(1)]);
        assert_eq!(taken(2), Ok(()), "another network has a bucket of its own");
        clock.advance(Duration::from_millis(999));
        assert_eq!(taken(1), Err(1));
        clock.advance(Duration::from_millis(1));
        assert_eq!([taken(1), taken(1)], [Ok(()), Err(1)]);
        clock.advance(Duration::from_secs(60));
        assert_eq!([taken(1), taken(1), taken(1), taken(1)], [Ok(()), Ok(()), Ok(()), Err(1)]);
        let slow = Limits::with_clock(1, 1, clock).unwrap();
        assert_eq!([slow.bucket(network(1)).take(), slow.bucket(network(1)).take()], [Ok(()), Err(60)]);
    }

    #[test]
    fn more_networks_than_are_remembered_cost_no_more_memory() {
        let limits = Limits::with_clock(60, 3, FakeRelativeClock::default()).unwrap();
        for number in 0..4 * NETWORKS as u32 {
            assert_eq!(limits.bucket(network(number)).take(), Ok(()));
        }
        assert!(limits.buckets.len() <= NETWORKS);
        limits.forget();
        assert!(limits.buckets.is_empty());
    }

    #[test]
    fn networks_are_not_forgotten_before_their_buckets_are_full_again() {
        let seconds = |per_minute, at_once| {
            let limits = Limits::with_clock(per_minute, at_once, FakeRelativeClock::default()).unwrap();
            limits.remembered().as_secs()
        };
        assert_eq!([seconds(600, 300), seconds(1, 300)], [600, 18_000]);
    }

    #[test]
    fn nought_is_no_limit() {
        assert!(Limits::with_clock(0, 300, FakeRelativeClock::default()).is_none());
    }
}
