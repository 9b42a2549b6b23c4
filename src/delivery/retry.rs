//! Retry with exponential backoff. Pure: the caller passes the time, the jitter and the answers.
//!
//! There is one backoff for the collector, not one for each message: all messages go to the same place.

/// Consecutive failures after which messages are dropped: about two minutes.
const MAX_FAILURES: u8 = 7;
/// The delay after the first failure, in milliseconds. Each later one is twice as long.
const FIRST_DELAY: f64 = 1_000.0;

/// The result of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 2xx: the collector has it on disk.
    Accepted,
    /// Another 4xx: a retry cannot succeed.
    Refused,
    /// No answer, 408, 429 or 5xx: retry.
    Failed,
}

impl Outcome {
    /// What an HTTP status means; 0 is no answer at all.
    #[must_use]
    pub const fn of(status: u16) -> Self {
        match status {
            200..=299 => Self::Accepted,
            0 | 408 | 429 | 500.. => Self::Failed,
            _ => Self::Refused,
        }
    }
}

/// What determines the delay, besides the number of failures.
#[derive(Clone, Copy, Debug, Default)]
pub struct Backoff {
    /// From 0 to 1, so that browsers do not retry at the same time.
    pub jitter: f64,
    /// Seconds, from the answer's `Retry-After` header; 0 if it has none.
    pub retry_after: f64,
}

/// The longest `Retry-After` that is respected, in seconds: few pages stay open longer.
const MAX_RETRY_AFTER: f64 = 600.0;

/// The state of retries.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Collector {
    /// Failures since the last success.
    failures: u8,
    /// Nothing is sent before this time, in milliseconds since 1970.
    paused_until: f64,
}

impl Collector {
    /// Records an answer. Returns whether to retry the message.
    pub fn answered(&mut self, outcome: Outcome, now: f64, backoff: Backoff) -> bool {
        if outcome != Outcome::Failed {
            *self = Self::default();
            return false;
        }
        if now < self.paused_until {
            // It was in flight at the same time as the one that failed: count one failure, not two.
            return true;
        }
        let again = self.failures < MAX_FAILURES;
        if again {
            self.failures += 1;
        }
        let own = FIRST_DELAY * f64::from(1u32 << self.failures) * (0.25 + backoff.jitter / 2.0);
        self.paused_until = now + own.max(backoff.retry_after.min(MAX_RETRY_AFTER) * 1_000.0);
        again
    }

    /// Milliseconds until the next try; 0 is now.
    #[must_use]
    pub fn retry_in(&self, now: f64) -> f64 {
        (self.paused_until - now).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AT_ONCE: Backoff = Backoff { jitter: 0.5, retry_after: 0.0 };

    #[test]
    fn a_collector_that_asks_for_peace_gets_it() {
        let mut collector = Collector::default();
        assert!(collector.answered(Outcome::Failed, 0.0, Backoff { retry_after: 30.0, ..AT_ONCE }));
        assert_eq!(collector.retry_in(0.0), 30_000.0);
        collector.answered(Outcome::Failed, 30_000.0, Backoff { retry_after: 1e9, ..AT_ONCE });
        assert_eq!(collector.retry_in(30_000.0), MAX_RETRY_AFTER * 1_000.0);
        collector.answered(Outcome::Failed, 630_000.0, Backoff { retry_after: -5.0, ..AT_ONCE });
        assert!(collector.retry_in(630_000.0) > 0.0, "never sooner than by its own count");
    }

    #[test]
    fn what_fails_together_is_one_failure() {
        let mut collector = Collector::default();
        for _ in 0..20 {
            assert!(collector.answered(Outcome::Failed, 0.0, AT_ONCE));
        }
        assert_eq!(collector.retry_in(0.0), 1_000.0);
    }

    #[test]
    fn statuses() {
        assert_eq!(Outcome::of(202), Outcome::Accepted);
        assert_eq!(Outcome::of(404), Outcome::Refused);
        for later in [0, 408, 429, 500, 503] {
            assert_eq!(Outcome::of(later), Outcome::Failed, "{later}");
        }
    }

    #[test]
    fn what_failed_is_tried_again_later() {
        let mut collector = Collector::default();
        assert_eq!(collector.retry_in(0.0), 0.0);
        assert!(collector.answered(Outcome::Failed, 0.0, AT_ONCE));
        assert_eq!(collector.retry_in(0.0), 1_000.0);
        assert_eq!(collector.retry_in(2_000.0), 0.0);
    }

    #[test]
    fn a_collector_that_answers_again_is_used_again() {
        let mut collector = Collector::default();
        collector.answered(Outcome::Failed, 0.0, AT_ONCE);
        assert!(!collector.answered(Outcome::Accepted, 0.0, AT_ONCE));
        assert_eq!(collector, Collector::default());
    }

    #[test]
    fn what_is_refused_is_not_tried_again() {
        assert!(!Collector::default().answered(Outcome::Refused, 0.0, AT_ONCE));
    }

    #[test]
    fn what_fails_again_and_again_is_given_up() {
        let mut collector = Collector::default();
        let tries = (0..20)
            .filter(|&hour| collector.answered(Outcome::Failed, f64::from(hour) * 3.6e6, AT_ONCE))
            .count();
        assert_eq!(tries, usize::from(MAX_FAILURES));
    }

    proptest! {
        #[test]
        fn pauses_grow_and_are_bounded(failures in 1u32..20, jitter in 0.0f64..1.0) {
            let mut collector = Collector::default();
            let mut now = 0.0;
            for _ in 0..failures {
                now += 3.6e6;
                collector.answered(Outcome::Failed, now, Backoff { jitter, retry_after: 0.0 });
            }
            let full = FIRST_DELAY * f64::from(1 << failures.min(MAX_FAILURES.into()));
            prop_assert!(collector.retry_in(now) >= full * 0.25 && collector.retry_in(now) <= full * 0.75);
        }
    }
}
